#include "scanner/signature_search.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sekisho::scanner {

namespace {

constexpr unsigned sets = 8;

std::uint8_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

std::uint32_t number_of(std::string_view text) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < text.size() && i < sizeof out; ++i)
        out |= std::uint32_t{byte_at(text, i)} << (8 * i);
    return out;
}

}  // namespace

SignatureSearch::SignatureSearch(std::vector<std::string_view> words) : words_(std::move(words)) {
    std::ranges::sort(words_);
    for (const std::string_view word : words_)
        beginnings_.push_back(
            {number_of(word), number_of(std::string(std::min<std::size_t>(word.size(), 4), '\xFF'))});
    // Words that begin alike share a set: the fewer nibbles a set has, the less passes by chance.
    for (std::size_t i = 0; i < words_.size(); ++i) {
        const auto bit = static_cast<std::uint8_t>(1u << i * sets / words_.size());
        for (std::size_t place = 0; place < looked_at; ++place) {
            const bool any = place >= words_[i].size();
            const unsigned byte = any ? 0 : byte_at(words_[i], place);
            for (unsigned nibble = 0; nibble < 16; ++nibble) {
                if (any || (byte & 0x0Fu) == nibble) tables_.low.at(place).at(nibble) |= bit;
                if (any || byte >> 4 == nibble) tables_.high.at(place).at(nibble) |= bit;
            }
        }
    }
    // Registers of 32 bytes are looked up in halves.
    for (std::size_t place = 0; place < looked_at; ++place) {
        for (Table* table : {&tables_.low.at(place), &tables_.high.at(place)})
            std::ranges::copy_n(table->begin(), 16, table->begin() + 16);
    }
}

bool SignatureSearch::begins_at(std::string_view text, std::size_t at) const {
    const std::string_view rest = text.substr(at);
    const std::uint32_t number = number_of(rest);
    for (std::size_t i = 0; i < words_.size(); ++i) {
        if (((number ^ beginnings_[i].value) & beginnings_[i].mask) == 0 && rest.starts_with(words_[i]))
            return true;
    }
    return false;
}

std::size_t SignatureSearch::find(std::string_view text, std::size_t from) const {
    std::size_t at = find_possible(text, from);
    while (at != std::string_view::npos && !begins_at(text, at))
        at = find_possible(text, at + 1);
    return at;
}

std::size_t SignatureSearch::find_possible(std::string_view text, std::size_t from) const {
    const std::size_t found = possible_wide(text, from);
    if (found != std::string_view::npos) return found;
    for (std::size_t at = from; at < text.size(); ++at) {
        unsigned possible = ~0u;
        for (std::size_t place = 0; place < looked_at && at + place < text.size(); ++place) {
            const unsigned byte = byte_at(text, at + place);
            possible &= unsigned{tables_.low[place][byte & 0x0Fu]} & tables_.high[place][byte >> 4];
        }
        if (possible != 0) return at;
    }
    return std::string_view::npos;
}

#if defined(__x86_64__)

namespace {

constexpr std::size_t width = sizeof(__m256i);

[[gnu::target("avx2")]] inline __m256i loaded(const void* at) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(at));
}

// The sets of words that have these bytes' nibbles at one place.
[[gnu::target("avx2")]] inline __m256i sets_of(const void* at, __m256i low, __m256i high) {
    const __m256i nibble = _mm256_set1_epi8(0x0F);
    const __m256i bytes = loaded(at);
    const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
    return _mm256_and_si256(_mm256_shuffle_epi8(low, _mm256_and_si256(bytes, nibble)),
                            _mm256_shuffle_epi8(high, upper));
}

}  // namespace

// As far as whole pieces go: `from` is then where none begins before.
[[gnu::target("avx2")]] std::size_t SignatureSearch::possible_wide(std::string_view text,
                                                                   std::size_t& from) const {
    static const bool can = __builtin_cpu_supports("avx2") != 0;
    if (!can) return std::string_view::npos;
    const __m256i low0 = loaded(tables_.low[0].data());
    const __m256i low1 = loaded(tables_.low[1].data());
    const __m256i low2 = loaded(tables_.low[2].data());
    const __m256i high0 = loaded(tables_.high[0].data());
    const __m256i high1 = loaded(tables_.high[1].data());
    const __m256i high2 = loaded(tables_.high[2].data());
    for (; from + width + looked_at - 1 <= text.size(); from += width) {
        const std::string_view piece = text.substr(from, width + looked_at - 1);
        __m256i possible = sets_of(&piece[0], low0, high0);
        possible = _mm256_and_si256(possible, sets_of(&piece[1], low1, high1));
        possible = _mm256_and_si256(possible, sets_of(&piece[2], low2, high2));
        const __m256i none = _mm256_cmpeq_epi8(possible, _mm256_setzero_si256());
        const unsigned places = ~static_cast<unsigned>(_mm256_movemask_epi8(none));
        if (places != 0) return from + static_cast<std::size_t>(std::countr_zero(places));
    }
    return std::string_view::npos;
}

#else

std::size_t SignatureSearch::possible_wide(std::string_view, std::size_t&) const {
    return std::string_view::npos;
}

#endif

}  // namespace sekisho::scanner
