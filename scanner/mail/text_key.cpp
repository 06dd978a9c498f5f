#include "scanner/mail/text_key.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/charset.h"
#include "base/text.h"

namespace sekisho::scanner::mail {

namespace {

constexpr std::size_t most_text = 16u << 10;
constexpr std::size_t most_tokens = 1'500;
constexpr std::size_t run_of_words = 3;
constexpr std::size_t least_words = 10;        // fewer are no sentence
constexpr std::size_t characters_of_word = 3;  // of Chinese and Japanese
constexpr std::size_t rows = 4;  // of a band: texts that differ in a tenth share one nine times in ten
constexpr std::size_t greeting_bytes = 60;
constexpr int greeting_lines = 3;
constexpr std::size_t closing_bytes = 120;
constexpr std::size_t signature_lines = 14;

// The finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, 2014).
constexpr std::uint64_t mix(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15ULL;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}

// FNV-1a: tokens are a few bytes long.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t out = 0xCBF29CE484222325ULL;
    for (const char c : text)
        out = (out ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    return mix(out);
}

std::string folded(std::string_view line) { return base::fold_case(base::nfkc(line)); }

std::vector<std::string_view> lines_in(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out.push_back(base::trim(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// "-- " (RFC 3676 section 4.3), and the rules that people draw: one character, five times and more.
bool is_rule(std::string_view line) {
    if (line == "--") return true;
    if (line.size() < 5) return false;
    const unsigned char first = static_cast<unsigned char>(line.front());
    if (first < 0x80)
        return std::string_view("-=_*~#+.").find(line.front()) != std::string_view::npos &&
               line.find_first_not_of(line.front()) == std::string_view::npos;
    // Box drawing and full-width signs are three bytes long.
    if (line.size() < 15 || line.size() % 3 != 0) return false;
    for (std::size_t at = 3; at < line.size(); at += 3)
        if (line.substr(at, 3) != line.substr(0, 3)) return false;
    return true;
}

// Words of which no letter counts: they stand under every mail of a house.
bool is_disclaimer(std::string_view folded) {
    constexpr std::array<std::string_view, 12> signs{
        "intended recipient", "intended solely", "confidential", "disclaimer", "vertraulich", "confidentiel",
        "confidencial",       "riservat",        "機密情報",     "誤って受信", "誤って送信",  "sent from my"};
    return std::ranges::any_of(signs,
                               [&](std::string_view sign) { return folded.find(sign) != folded.npos; });
}

// Lines behind which only a name and an address come, folded.
bool is_closing(std::string_view line) {
    constexpr std::array<std::string_view, 11> signs{
        "regards",      "sincerely",   "mit freundlichen", "viele grüsse",    "freundliche grüsse",
        "cordialement", "bien à vous", "saludos",          "cordiali saluti", "よろしくお願い",
        "宜しくお願い"};
    return line.size() <= closing_bytes &&
           std::ranges::any_of(signs, [&](std::string_view sign) { return line.find(sign) != line.npos; });
}

// What of the text is the sender's own this time.
std::vector<std::string> own_lines(std::string_view fresh) {
    std::vector<std::string_view> lines = lines_in(fresh.substr(0, most_text));
    std::erase_if(lines, [](std::string_view line) { return line.empty(); });
    std::size_t end = lines.size();
    for (std::size_t i = lines.size() - std::min(lines.size(), signature_lines); i < lines.size(); ++i) {
        if (i == 0 || (!is_rule(lines[i]) && !is_closing(folded(lines[i])))) continue;
        end = i;
        break;
    }
    std::size_t begin = 0;
    while (begin < end && begin < greeting_lines && end - begin > 1 && lines[begin].size() <= greeting_bytes)
        ++begin;
    std::vector<std::string> out;
    bool drops = false;  // a disclaimer goes on until the next line that is short
    for (std::size_t i = begin; i < end; ++i) {
        std::string line = folded(lines[i]);
        drops = is_disclaimer(line) || (drops && lines[i - 1].size() > greeting_bytes);
        if (!drops) out.push_back(std::move(line));
    }
    return out;
}

std::size_t length_at(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return std::min(length, text.size() - at);
}

class Tokens {
public:
    void add(std::string_view line) {
        while (!line.empty() && hashes_.size() < most_tokens) {
            const auto end = static_cast<std::size_t>(
                std::ranges::find_if(line, [](char c) { return base::is_space(c); }) - line.begin());
            add_chunk(line.substr(0, end));
            line.remove_prefix(std::min(end + 1, line.size()));
        }
    }
    const std::vector<std::uint64_t>& hashes() const { return hashes_; }
    // In words, about.
    std::size_t length() const { return hashes_.size() - wide_ + wide_ / characters_of_word; }

private:
    // What stands between blanks. Addresses and links are other ones in each mail.
    void add_chunk(std::string_view chunk) {
        if (chunk.find('@') != chunk.npos || chunk.find("://") != chunk.npos) return;
        std::string word;
        bool odd = false;  // it holds a digit
        const auto flush = [&] {
            if (!word.empty() && !odd) hashes_.push_back(hash_of(word));
            word.clear();
            odd = false;
        };
        for (std::size_t at = 0; at < chunk.size();) {
            const std::size_t length = length_at(chunk, at);
            const std::string_view character = chunk.substr(at, length);
            const char first = character.front();
            at += length;
            if (static_cast<unsigned char>(first) >= 0xE3) {
                flush();
                add_wide(character);
            } else if (base::is_digit(first)) {
                odd = true;
            } else if ((first >= 'a' && first <= 'z') || static_cast<unsigned char>(first) >= 0xC0) {
                if (static_cast<unsigned char>(first) != 0xE2) word += character;  // dashes, quotes
            } else if (first != '\'') {
                flush();
            }
        }
        flush();
    }
    // From U+3000 on (kana, Chinese, Hangul): with the two before it, since words are not parted by blanks.
    // U+3000 to U+303F are blanks, commas, full stops and brackets.
    void add_wide(std::string_view character) {
        if (character.size() == 3 && character[0] == '\xE3' && character[1] == '\x80') return;
        const std::uint64_t hash = hash_of(character);
        hashes_.push_back(mix(mix(before_[0]) ^ before_[1]) ^ hash);
        before_ = {before_[1], hash};
        ++wide_;
    }

    std::vector<std::uint64_t> hashes_;
    std::size_t wide_ = 0;
    std::array<std::uint64_t, 2> before_{};
};

}  // namespace

model::TextKey text_key(std::string_view fresh) {
    Tokens tokens;
    for (const std::string& line : own_lines(fresh))
        tokens.add(line);
    if (tokens.length() < least_words) return 0;
    const std::vector<std::uint64_t>& words = tokens.hashes();

    std::array<std::uint64_t, rows * model::text_key_bands> least{};
    least.fill(UINT64_MAX);
    for (std::size_t i = 0; i + run_of_words <= words.size(); ++i) {
        std::uint64_t run = 0;
        for (std::size_t j = 0; j < run_of_words; ++j)
            run = mix(run ^ words[i + j]);
        for (std::size_t row = 0; row < least.size(); ++row)
            least.at(row) = std::min(least.at(row), mix(run ^ (row + 1)));
    }
    model::TextKey out = 1;
    for (unsigned band = 0; band < model::text_key_bands; ++band) {
        std::uint64_t all = band;
        for (std::size_t row = 0; row < rows; ++row)
            all = mix(all ^ least.at(band * rows + row));
        out |= (all >> (64 - model::text_key_band_bits)) << (1 + band * model::text_key_band_bits);
    }
    return out;
}

}  // namespace sekisho::scanner::mail
