#include "scanner/containers/seven_zip_keys.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "scanner/containers/crc32.h"
#include "scanner/containers/seven_zip_decode.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using unlock::Fit;
using unlock::Price;
using unlock::SevenZipDerivation;
using unlock::SevenZipKeys;
using unlock::SevenZipLock;

constexpr std::size_t usual_password =
    16;                              // bytes of UTF-16LE that a try is priced for; longer ones cost more
constexpr std::size_t max_kept = 4;  // sets of derivations whose keys are kept
constexpr std::uint64_t enough_output = 8'192;  // bytes that noise does not decode to without an error

std::vector<SevenZipDerivation> derivations_of(const SevenZipFolder& folder) {
    std::vector<SevenZipDerivation> out;
    for (const SevenZipCoder& coder : folder.coders) {
        if (coder.id != seven_zip_aes) continue;
        const auto lock = SevenZipLock::read(coder.properties);
        if (lock && std::ranges::find(out, lock->derivation) == out.end()) out.push_back(lock->derivation);
    }
    return out;
}

Price price_of(const std::vector<SevenZipDerivation>& wanted, std::size_t password_bytes) {
    Price sum;
    for (const SevenZipDerivation& derivation : wanted) {
        const std::uint64_t one = unlock::price_of(derivation, password_bytes).microseconds;
        sum.microseconds += std::min(one, ~std::uint64_t{0} - sum.microseconds);
    }
    return sum;
}

// The range coders of LZMA and PPMd begin with a byte of zero: one decrypted block refuses 255 of 256 keys.
bool begins_right(const SevenZipFolder& folder, std::span<const Bytes> packed, SevenZipKeys& keys) {
    constexpr std::array<std::uint64_t, 2> range_coded{0x030101, 0x030401};
    for (const SevenZipCoder& coder : folder.coders) {
        if (std::ranges::find(range_coded, coder.id) == range_coded.end() || coder.inputs[0].packed) continue;
        const SevenZipCoder& before = folder.coders[coder.inputs[0].from];
        if (before.id != seven_zip_aes || !before.inputs[0].packed) continue;
        const auto lock = SevenZipLock::read(before.properties);
        if (!lock || before.inputs[0].from >= packed.size()) return false;
        const Bytes first = base::head(packed[before.inputs[0].from], 16);
        unlock::SevenZipPlain decrypting(first, keys.key_for(lock->derivation), lock->iv);
        const Bytes plain = decrypting.next();
        if (plain.empty() || plain[0] != std::byte{0}) return false;
    }
    return true;
}

// Follows the bytes of a folder up to the first member that has bytes and a checksum.
class Check {
public:
    Check(std::span<const SevenZipMember> members, Budget& budget) : budget_(budget) {
        std::uint64_t before = 0;
        for (const SevenZipMember& member : members) {
            if (member.crc && member.size > 0) {
                from_ = before;
                left_ = member.size;
                wanted_ = member.crc;
                return;
            }
            before += member.size;  // of one folder: the sum was checked when it was read
        }
    }

    // False: the password is right, or the Budget is spent.
    bool put(Bytes bytes) {
        if (!budget_.spend_steps(bytes.size())) return false;
        seen_ += bytes.size();
        if (!wanted_ || left_ == 0) return true;
        const auto ahead = static_cast<std::size_t>(std::min<std::uint64_t>(from_, bytes.size()));
        from_ -= ahead;
        const Bytes mine = bytes.subspan(ahead);
        const Bytes wanted = mine.size() > left_ ? mine.first(static_cast<std::size_t>(left_)) : mine;
        crc_ = crc32_of(wanted, crc_);
        left_ -= wanted.size();
        fits_ = left_ == 0 && crc_ == *wanted_;
        return !fits_;
    }

    Fit fit(Decoded::State state, bool noticing) const {
        if (fits_) return Fit::exact;
        if (!noticing) return Fit::no;
        const bool whole = state == Decoded::State::whole;
        if (!wanted_ && whole) return Fit::exact;  // there is nothing better
        return whole || seen_ >= enough_output ? Fit::plausible : Fit::no;
    }

private:
    Budget& budget_;
    std::uint64_t from_ = 0;  // bytes before the member
    std::uint64_t left_ = 0;  // of the member
    std::optional<std::uint32_t> wanted_;
    std::uint32_t crc_ = 0;
    std::uint64_t seen_ = 0;
    bool fits_ = false;
};

Fit fit_of(const SevenZipFolder& folder, std::span<const Bytes> packed,
           std::span<const SevenZipMember> members, SevenZipKeys& keys, Budget& budget) {
    if (!begins_right(folder, packed, keys)) return Fit::no;
    Check check(members, budget);
    const auto decoded =
        decode_seven_zip(folder, packed, &keys, budget, [&](Bytes bytes) { return check.put(bytes); });
    return check.fit(decoded.state, notices_wrong_key(folder));
}

}  // namespace

SevenZipKeyring::SevenZipKeyring(const Passwords& passwords, Budget& budget)
    : budget_(budget), search_(passwords, budget, unlock::PasswordBytes::utf16le) {}

bool SevenZipKeyring::affordable(const Derivations& wanted) {
    if (price_of(wanted, usual_password).microseconds <= budget_.limits().max_kdf_ms * 1'000) return true;
    const auto most = std::ranges::max(wanted, {}, &SevenZipDerivation::cycles_power);
    if (too_dear_.empty()) too_dear_ = fmt::format("2^{} rounds", most.cycles_power);
    return false;
}

SevenZipKeys& SevenZipKeyring::keys_of(std::string_view password) {
    auto at = keys_.find(password);
    if (at == keys_.end()) {
        at =
            keys_.emplace(std::string(password), std::make_unique<SevenZipKeys>(std::string(password))).first;
    }
    return *at->second;
}

// What a known password costs is work like any other decoding, not a guess.
bool SevenZipKeyring::pay_again(const Derivations& wanted, const SevenZipKeys& keys) {
    constexpr std::uint64_t least = 100'000;  // steps of a try whose key is there
    const bool derived = std::ranges::all_of(wanted, [&](const auto& row) { return keys.has(row); });
    return budget_.spend_steps(derived ? least
                                       : least + price_of(wanted, usual_password).microseconds * 1'000);
}

// A longer password is longer to hash.
bool SevenZipKeyring::pay_for_length(const Derivations& wanted, std::string_view password) {
    if (password.size() <= usual_password) return true;
    return budget_.spend_password(price_of(wanted, password.size()).microseconds -
                                  price_of(wanted, usual_password).microseconds);
}

std::optional<SevenZipOpened> SevenZipKeyring::open(const SevenZipFolder& folder,
                                                    std::span<const Bytes> packed,
                                                    std::span<const SevenZipMember> members) {
    const Derivations wanted = derivations_of(folder);
    if (wanted.empty() || !affordable(wanted)) return std::nullopt;
    for (const SevenZipOpened& known : opened_) {
        if (!pay_again(wanted, *known.keys)) return std::nullopt;
        if (fit_of(folder, packed, members, *known.keys, budget_) == Fit::exact) return known;
    }
    const bool has_keys = std::ranges::find(searched_, wanted) != searched_.end();
    const auto found =
        search_.find(has_keys ? Price{} : price_of(wanted, usual_password), [&](std::string_view password) {
            SevenZipKeys& keys = keys_of(password);
            if (!pay_for_length(wanted, password)) return Fit::no;
            return fit_of(folder, packed, members, keys, budget_);
        });
    if (!found) {
        if (!has_keys && searched_.size() < max_kept) searched_.push_back(wanted);
        return std::nullopt;
    }
    SevenZipOpened opened{.label = found->label,
                          .password = found->password,
                          .fit = found->fit,
                          .keys = &keys_of(found->bytes)};
    opened_.push_back(opened);
    return opened;
}

}  // namespace sekisho::scanner::containers
