#include "scanner/mail/pattern_filter.h"

#include <re2/filtered_re2.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <utility>

#include "base/charset.h"

namespace sekisho::scanner::mail {

namespace {

constexpr std::size_t key_bytes = 3;  // of a word, looked at first
constexpr unsigned slot_width = 14;

// The first bytes as a number.
std::uint32_t key_of(std::string_view text) {
    std::uint32_t out = 0;
    for (const char c : text.substr(0, key_bytes))
        out = out << 8 | static_cast<std::uint8_t>(c);
    return out;
}

// Multiplicative hashing (Knuth, The Art of Computer Programming, section 6.4).
std::size_t slot_of(std::uint32_t key) { return (key * 2'654'435'769U) >> (32 - slot_width); }

struct Word {
    std::uint32_t key = 0;
    std::string text;  // folded
    int number = 0;    // RE2's
};

// What RE2 and PCRE2 both know and read differently: \v is one character to the one, any vertical space to
// the other.
bool is_read_alike(std::string_view pattern) { return pattern.find("\\v") == pattern.npos; }

}  // namespace

struct PatternFilter::Compiled {
    re2::FilteredRE2 filter{key_bytes};
    std::vector<std::size_t> places;  // of the patterns in `filter`, by RE2's number
    std::vector<std::size_t> always;
    std::vector<Word> words;  // by key
    std::vector<int> short_words;
    std::bitset<1u << slot_width> slots;  // of the words' keys
    std::size_t most_number = 0;

    void take(std::vector<std::string> texts) {
        most_number = texts.size();
        for (std::size_t i = 0; i < texts.size(); ++i) {
            std::string text = base::fold_characters(texts[i]);
            if (text.size() < key_bytes) {
                short_words.push_back(static_cast<int>(i));
                continue;
            }
            const std::uint32_t key = key_of(text);
            slots.set(slot_of(key));
            words.push_back({key, std::move(text), static_cast<int>(i)});
        }
        std::ranges::sort(words, {}, &Word::key);
    }

    // The numbers of the words that stand in a folded text.
    std::vector<int> words_in(std::string_view text) const {
        std::vector<int> out = short_words;
        std::vector<bool> seen(most_number);
        for (; text.size() >= key_bytes; text.remove_prefix(1)) {
            const std::uint32_t key = key_of(text);
            if (!slots.test(slot_of(key))) continue;
            for (const Word& word : std::ranges::equal_range(words, key, {}, &Word::key)) {
                const auto number = static_cast<std::size_t>(word.number);
                if (seen[number] || !text.starts_with(word.text)) continue;
                seen[number] = true;
                out.push_back(word.number);
            }
        }
        return out;
    }
};

PatternFilter::PatternFilter(std::span<const std::string> patterns)
    : compiled_(std::make_unique<Compiled>()) {
    re2::RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    options.set_never_capture(true);
    for (std::size_t place = 0; place < patterns.size(); ++place) {
        int number = 0;
        const bool known = is_read_alike(patterns[place]) &&
                           compiled_->filter.Add(patterns[place], options, &number) == re2::RE2::NoError;
        (known ? compiled_->places : compiled_->always).push_back(place);
    }
    std::vector<std::string> words;
    if (!compiled_->places.empty()) compiled_->filter.Compile(&words);
    compiled_->take(std::move(words));
}

PatternFilter::PatternFilter(PatternFilter&&) noexcept = default;
PatternFilter& PatternFilter::operator=(PatternFilter&&) noexcept = default;
PatternFilter::~PatternFilter() = default;

std::vector<std::size_t> PatternFilter::possible_in(std::string_view text) const {
    std::vector<std::size_t> out = compiled_->always;
    if (!compiled_->places.empty()) {
        std::vector<int> numbers;
        compiled_->filter.AllPotentials(compiled_->words_in(base::fold_characters(text)), &numbers);
        for (const int number : numbers)
            out.push_back(compiled_->places[static_cast<std::size_t>(number)]);
    }
    std::ranges::sort(out);
    return out;
}

}  // namespace sekisho::scanner::mail
