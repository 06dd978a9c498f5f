#include "scanner/containers/rar_keys.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scanner/containers/rar3_unpack.h"
#include "scanner/containers/rar_unpack.h"
#include "scanner/unlock/aes_cbc.h"
#include "scanner/unlock/rar3_lock.h"
#include "scanner/unlock/rar5_lock.h"

namespace sekisho::scanner::containers {

namespace {

using unlock::Fit;
using unlock::RarCipher;
using unlock::RarKey;
using unlock::RarLock;

constexpr unsigned rar3_log2_rounds = 18;
// Members that a key is checked with: one whose checksum lies, put in to be the smallest, hides no other.
constexpr std::size_t most_samples = 4;
// A check value that does not fit is doubted where the data is small: then it costs next to nothing.
constexpr std::size_t small = 64u << 10;
// Noise that decodes to fewer bytes than this may do so by chance.
constexpr std::uint64_t enough_output = 256;

// What a key depends on beside the password.
std::string derivation_of(const RarLock& lock) {
    return fmt::format("{} {} {} {} ", static_cast<int>(lock.cipher), lock.log2_rounds, lock.sound_hash,
                       lock.salt.size()) +
           lock.salt;
}

// Two check values for one salt: one of them lies.
std::string id_of(const RarLock& lock) { return derivation_of(lock) + lock.check; }

unlock::Price price_of(const RarLock& lock) {
    return lock.cipher == RarCipher::rar3 ? unlock::rar3_price(0) : unlock::rar5_price(lock.log2_rounds);
}

bool can_tell(const RarMember& member) {
    const bool alone = !member.solid || member.stored;
    return member.kind == RarKind::file && member.decodable && alone && !member.cut && !member.goes_on &&
           !member.from_before && member.size > 0 && !member.data.empty() &&
           (member.crc || !member.blake2.empty());
}

// RAR 3 begins a block with a bit that is set where PPMd follows, which decodes noise to any length.
bool is_ppmd(const RarMember& member, const RarKey& key) {
    if (member.lock->cipher != RarCipher::rar3) return false;
    const std::string first = unlock::aes_cbc_decrypt(base::head(member.data, unlock::aes_block),
                                                      base::as_bytes(key.cipher), base::as_bytes(key.iv));
    return !first.empty() && (static_cast<unsigned char>(first.front()) & 0x80u) != 0;
}

}  // namespace

RarKeys::RarKeys(Extraction& extraction, ArchiveKind kind)
    : budget_(extraction.budget()),
      kind_(kind),
      search_(extraction.passwords(), extraction.budget(),
              kind == ArchiveKind::rar ? unlock::PasswordBytes::utf16le : unlock::PasswordBytes::utf8) {}

const RarKey* RarKeys::derive(const RarLock& lock, std::string_view password) {
    std::string id = derivation_of(lock).append(password);
    const auto at = derived_.find(id);
    if (at != derived_.end()) return &at->second;
    const bool rar3 = lock.cipher == RarCipher::rar3;
    const std::uint64_t beyond =
        rar3 ? unlock::rar3_price(password.size()).microseconds - price_of(lock).microseconds : 0;
    if (beyond > 0 && !budget_.spend_password(beyond)) return nullptr;
    RarKey key = rar3 ? unlock::derive_rar3_key(lock, password) : unlock::derive_rar5_key(lock, password);
    return &derived_.emplace(std::move(id), std::move(key)).first->second;
}

void RarKeys::open(const RarLock& lock, unlock::Key found) {
    const RarKey* key = derive(lock, found.bytes);
    if (key != nullptr) opened_.emplace(id_of(lock), RarOpened{*key, std::move(found)});
}

// Asked before KeySearch is, which would take one lock that is too dear for the end of the search.
bool RarKeys::affordable(const RarLock& lock) {
    const bool rar3 = lock.cipher == RarCipher::rar3;
    const unsigned log2_rounds = rar3 ? rar3_log2_rounds : lock.log2_rounds;
    if ((rar3 || lock.log2_rounds <= unlock::max_rar5_log2_rounds) &&
        price_of(lock).microseconds <= budget_.limits().max_kdf_ms * 1'000)
        return true;
    too_dear_ = std::max(too_dear_.value_or(0), log2_rounds);
    return false;
}

std::optional<RarKey> RarKeys::for_headers(const RarLock& lock,
                                           const std::function<bool(const RarKey&)>& holds) {
    header_lock_ = lock;
    if (const RarOpened* opened = of(lock)) return opened->key;
    if (lock.cipher == RarCipher::unknown || !affordable(lock)) return std::nullopt;
    searched_ = true;
    auto found = search_.find(price_of(lock), [&](std::string_view password) {
        const RarKey* key = derive(lock, password);
        if (key == nullptr) return Fit::no;
        // Where a header is broken the check value still tells.
        return holds(*key) || (!lock.check.empty() && key->check == lock.check) ? Fit::exact : Fit::no;
    });
    if (found) open(lock, *std::move(found));
    const RarOpened* opened = of(lock);
    return opened != nullptr ? std::optional(opened->key) : std::nullopt;
}

Fit RarKeys::fit_of_data(const RarMember& member, const RarKey& key) {
    if (!budget_.spend_steps(member.data.size())) return Fit::no;
    const RarPacked packed{&member, &key};
    const RarSink sink = [this](base::Bytes bytes) { return budget_.spend_steps(bytes.size()); };
    RarUnpacked out;
    if (member.stored) {
        out = unpack_stored(packed, sink);
    } else if (kind_ == ArchiveKind::rar) {
        Rar3Unpack decoder(budget_);
        out = unpack_rar3(packed, decoder, sink);
    } else {
        auto run = RarRun::open({packed}, budget_);
        if (!run) return Fit::no;
        out = run->next(sink);
    }
    using enum RarUnpacked::State;
    if (out.state != whole && out.state != unsupported) return Fit::no;
    if (out.checksum == RarUnpacked::Checksum::holds) return Fit::exact;
    // Any key decrypts what is stored.
    const bool by_chance = member.stored || member.size < enough_output || is_ppmd(member, key);
    return by_chance ? Fit::no : Fit::plausible;
}

Fit RarKeys::fit_of(const Members& samples, const RarLock& lock, std::string_view password) {
    const RarKey* key = derive(lock, password);
    if (key == nullptr) return Fit::no;
    if (!lock.check.empty() && key->check == lock.check) return Fit::exact;
    Fit best = Fit::no;
    for (const RarMember* member : samples) {
        if (!lock.check.empty() && member->data.size() > small) break;
        const Fit fit = fit_of_data(*member, *key);
        if (fit == Fit::exact) return fit;
        if (fit == Fit::plausible) best = fit;
    }
    return best;
}

void RarKeys::search(std::span<const RarMember> members) {
    struct Lock {
        const RarLock* lock = nullptr;
        Members samples;
    };
    Members smallest_first;
    for (const RarMember& member : members) {
        const bool locked = member.lock && member.lock->cipher != RarCipher::unknown;
        if (locked && (can_tell(member) || !member.lock->check.empty())) smallest_first.push_back(&member);
    }
    // Of equals the earlier: they stand in one array.
    std::ranges::sort(smallest_first, {},
                      [](const RarMember* member) { return std::pair(member->data.size(), member); });
    std::vector<Lock> locks;
    std::map<std::string, std::size_t> index;
    for (const RarMember* member : smallest_first) {
        const auto [at, is_new] = index.emplace(id_of(*member->lock), locks.size());
        if (is_new) locks.push_back({&*member->lock, {}});
        Members& samples = locks[at->second].samples;
        if (can_tell(*member) && samples.size() < most_samples) samples.push_back(member);
    }
    for (const auto& [lock, samples] : locks) {
        if (of(*lock) != nullptr || !affordable(*lock)) continue;
        searched_ = true;

        auto found = search_.find(
            price_of(*lock), [&](std::string_view password) { return fit_of(samples, *lock, password); });
        if (found) open(*lock, *std::move(found));
    }
}

std::optional<RarOpened> RarKeys::assume(const RarLock& lock, const unlock::Key& found) {
    if (lock.cipher == RarCipher::unknown || !affordable(lock)) return std::nullopt;
    const RarKey* key = nullptr;
    if (budget_.spend_password(price_of(lock).microseconds)) key = derive(lock, found.bytes);
    ran_out_ = ran_out_ || key == nullptr;
    return key != nullptr ? std::optional(RarOpened{*key, found}) : std::nullopt;
}

void RarKeys::keep(const RarLock& lock, RarOpened opened) { opened_.emplace(id_of(lock), std::move(opened)); }

const RarOpened* RarKeys::of(const RarLock& lock) const {
    const auto at = opened_.find(id_of(lock));
    return at == opened_.end() ? nullptr : &at->second;
}

}  // namespace sekisho::scanner::containers
