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

// The code pages of Windows that a password is most likely to be in.
constexpr std::array<std::string_view, 7> ansi_charsets{"cp932", "windows-1252", "gbk",         "big5",
                                                        "cp949", "windows-1250", "windows-1251"};

// ASCII as UTF-16LE.
std::string widened(std::string_view ascii) {
    std::string out;
    for (const char c : ascii)
        out.append({c, '\0'});
    return out;
}

}  // namespace

KeySearch::KeySearch(const Passwords& passwords, Budget& budget, PasswordBytes bytes)
    : passwords_(passwords), budget_(budget), bytes_(bytes) {}

void KeySearch::try_first(std::string_view password, std::string_view label) {
    first_.push_back({.password = std::string(password), .label = std::string(label)});
}

// The bytes of one password: several where it is not known which charset the writer's system had.
void KeySearch::add(const std::string& password, const std::string& label) {
    const auto add_in = [&](std::string_view charset) {
        auto bytes = base::from_utf8(password, charset);
        if (bytes && *bytes != password) tries_.push_back({*std::move(bytes), password, label});
    };
    if (bytes_ == PasswordBytes::utf16le) {
        add_in("utf-16le");
        return;
    }
    if (bytes_ != PasswordBytes::ansi || base::is_ascii(password))
        tries_.push_back({password, password, label});
    if (base::is_ascii(password)) return;
    if (bytes_ == PasswordBytes::utf8_or_cp932) add_in("cp932");
    if (bytes_ == PasswordBytes::ansi || bytes_ == PasswordBytes::utf8_or_ansi) {
        for (const std::string_view charset : ansi_charsets)
            add_in(charset);
    }
}

void KeySearch::prepare() {
    if (std::exchange(prepared_, true)) return;
    for (const Key& first : first_)
        add(first.password, first.label);
    for (const PasswordCandidate& candidate : passwords_.ranked())
        add(candidate.text, candidate.label());
}

bool KeySearch::affordable(Price price) {
    if (ran_out_ || too_dear_) return false;
    too_dear_ = price.microseconds > budget_.limits().max_kdf_ms * 1'000;
    ran_out_ = !too_dear_ && !budget_.spend_password(price.microseconds);
    return !too_dear_ && !ran_out_;
}

std::optional<Key> KeySearch::attempt(Key key, const Fits& fits) {
    key.fit = fits(key.bytes);
    if (key.fit == Fit::exact) return key;
    const bool counted_out = key.label == number_label;  // thousands of tries: some fit by chance
    if (key.fit == Fit::plausible && !plausible_ && !counted_out) plausible_ = std::move(key);
    return std::nullopt;
}

std::optional<Key> KeySearch::search_numbers(Price price, const Fits& fits) {
    for (std::size_t digits = 1; digits <= number_limits.size(); ++digits) {
        for (unsigned number = 0; number < number_limits.at(digits - 1); ++number) {
            if (!affordable(price)) return std::nullopt;
            std::string text = fmt::format("{:0{}}", number, digits);
            std::string bytes = bytes_ == PasswordBytes::utf16le ? widened(text) : text;
            if (auto found = attempt({std::move(bytes), std::move(text), number_label}, fits)) return found;
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
    if (failed_once_ || !price.numbers) return std::nullopt;
    return search_numbers(price, fits);
}

std::optional<Key> KeySearch::find(Price price, const Fits& fits) {
    plausible_.reset();
    // The key of a known password is work like any other decoding, not a guess.
    for (const Key& known : known_) {
        if (!budget_.spend_steps(std::max(least_known_key, price.microseconds * 1'000))) break;
        if (auto found = attempt(known, fits)) return found;
    }
    if (auto found = search(price, fits)) {
        known_.push_back(*found);
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
