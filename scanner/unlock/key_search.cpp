#include "scanner/unlock/key_search.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/charset.h"

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t likeliest = 64;               // candidates for further locks after a failed search
constexpr std::uint64_t least_known_key = 100'000;  // steps of a try with a known key

// Each number of 1 to 4 digits as people write it: "7", "07", "007", "0007" are all different passwords.
constexpr std::array<unsigned, 4> number_limits{10, 100, 1'000, 10'000};
constexpr const char* number_label = "number";

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

KeySearch::KeySearch(const Passwords& passwords, Budget& budget, PasswordBytes bytes)
    : passwords_(passwords), budget_(budget), bytes_(bytes) {}

void KeySearch::prepare() {
    if (std::exchange(prepared_, true)) return;
    for (const PasswordCandidate& candidate : passwords_.ranked()) {
        const std::string label = candidate.label();
        if (bytes_ == PasswordBytes::utf16le) {
            if (auto wide = base::from_utf8(candidate.text, "utf-16le"))
                tries_.push_back({*std::move(wide), label});
            continue;
        }
        tries_.push_back({candidate.text, label});
        if (bytes_ != PasswordBytes::utf8_or_cp932 || is_ascii(candidate.text)) continue;
        auto japanese = base::from_utf8(candidate.text, "cp932");
        if (japanese && *japanese != candidate.text) tries_.push_back({*std::move(japanese), label});
    }
}

bool KeySearch::affordable(Price price) {
    if (ran_out_ || too_dear_) return false;
    too_dear_ = price.microseconds > budget_.limits().max_kdf_ms * 1'000;
    ran_out_ = !too_dear_ && !budget_.spend_password(price.microseconds);
    return !too_dear_ && !ran_out_;
}

std::optional<Key> KeySearch::attempt(const Try& key, const Fits& fits) {
    const Fit fit = fits(key.bytes);
    if (fit == Fit::exact) return Key{key.bytes, key.label, fit};
    const bool counted_out = key.label == number_label;  // thousands of tries: some fit by chance
    if (fit == Fit::plausible && !plausible_ && !counted_out) plausible_ = Key{key.bytes, key.label, fit};
    return std::nullopt;
}

std::optional<Key> KeySearch::search_numbers(Price price, const Fits& fits) {
    for (std::size_t digits = 1; digits <= number_limits.size(); ++digits) {
        for (unsigned number = 0; number < number_limits.at(digits - 1); ++number) {
            if (!affordable(price)) return std::nullopt;
            if (auto found = attempt({fmt::format("{:0{}}", number, digits), number_label}, fits))
                return found;
        }
    }
    return std::nullopt;
}

std::optional<Key> KeySearch::search(Price price, const Fits& fits) {
    prepare();
    const std::size_t tries = failed_once_ ? std::min(likeliest, tries_.size()) : tries_.size();
    for (std::size_t i = 0; i < tries; ++i) {
        if (!affordable(price)) return std::nullopt;
        tried_ = std::max(tried_, i + 1);
        if (auto found = attempt(tries_[i], fits)) return found;
    }
    if (failed_once_ || !price.numbers || bytes_ == PasswordBytes::utf16le) return std::nullopt;
    return search_numbers(price, fits);
}

std::optional<Key> KeySearch::find(Price price, const Fits& fits) {
    plausible_.reset();
    // The key of a known password is work like any other decoding, not a guess.
    for (const Try& known : known_) {
        if (!budget_.spend_steps(std::max(least_known_key, price.microseconds * 1'000))) break;
        if (auto found = attempt(known, fits)) return found;
    }
    if (auto found = search(price, fits)) {
        known_.push_back({found->bytes, found->label});
        return found;
    }
    // A member whose checksum lies, on purpose or not, opens all the same with what fits otherwise.
    if (plausible_) return std::exchange(plausible_, std::nullopt);
    failed_once_ = true;
    return std::nullopt;
}

bool KeySearch::ran_out() const { return ran_out_ || passwords_.size() >= Passwords::max_candidates; }

std::string KeySearch::tried() const {
    return fmt::format("{} of {} passwords tried", tried_, tries_.size());
}

}  // namespace sekisho::scanner::unlock
