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
    for (const std::string_view word : words_)
        beginnings_.push_back(
            {number_of(word), number_of(std::string(std::min<std::size_t>(word.size(), 4), '\xFF'))});
    for (std::size_t i = 0; i < words_.size(); ++i) {
        const auto bit = static_cast<std::uint8_t>(1u << i % sets);
        for (std::size_t place = 0; place < looked_at; ++place) {
            const bool any = place >= words_[i].size();
            const unsigned byte = any ? 0 : byte_at(words_[i], place);
            for (unsigned nibble = 0; nibble < 16; ++nibble) {
                if (any || (byte & 0x0Fu) == nibble) tables_.low.at(place).at(nibble) |= bit;
                if (any || byte >> 4 == nibble) tables_.high.at(place).at(nibble) |= bit;
            }
        }
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
    const std::size_t found = find_wide(text, from);
    if (found != std::string_view::npos) return found;
    for (std::size_t at = from; at < text.size(); ++at) {
        unsigned possible = ~0u;
        for (std::size_t place = 0; place < looked_at && at + place < text.size(); ++place) {
            const unsigned byte = byte_at(text, at + place);
            possible &= unsigned{tables_.low[place][byte & 0x0Fu]} & tables_.high[place][byte >> 4];
        }
        if (possible != 0 && begins_at(text, at)) return at;
    }
    return std::string_view::npos;
}

#if defined(__x86_64__)

namespace {

constexpr std::size_t width = sizeof(__m128i);

struct WideTables {
    __m128i low;
    __m128i high;
};

[[gnu::target("ssse3")]] __m128i load(const void* at) {
    return _mm_loadu_si128(static_cast<const __m128i*>(at));
}

}  // namespace

// As far as whole pieces go: `from` is then where none begins before.
[[gnu::target("ssse3")]] std::size_t SignatureSearch::find_wide(std::string_view text,
                                                                std::size_t& from) const {
    static const bool can = __builtin_cpu_supports("ssse3") != 0;
    if (!can) return std::string_view::npos;
    std::array<WideTables, looked_at> tables{};
    for (std::size_t place = 0; place < looked_at; ++place)
        tables[place] = {load(tables_.low[place].data()), load(tables_.high[place].data())};
    const __m128i nibble = _mm_set1_epi8(0x0F);
    const __m128i zero = _mm_setzero_si128();
    for (; from + width + looked_at - 1 <= text.size(); from += width) {
        __m128i possible = _mm_set1_epi8(-1);
        for (std::size_t place = 0; place < looked_at; ++place) {
            const __m128i bytes = load(text.substr(from + place).data());
            const __m128i upper = _mm_and_si128(_mm_srli_epi16(bytes, 4), nibble);
            possible =
                _mm_and_si128(possible, _mm_shuffle_epi8(tables[place].low, _mm_and_si128(bytes, nibble)));
            possible = _mm_and_si128(possible, _mm_shuffle_epi8(tables[place].high, upper));
        }
        const auto none = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(possible, zero)));
        for (unsigned places = ~none & 0xFFFFu; places != 0; places &= places - 1) {
            const std::size_t at = from + static_cast<std::size_t>(std::countr_zero(places));
            if (begins_at(text, at)) return at;
        }
    }
    return std::string_view::npos;
}

#else

std::size_t SignatureSearch::find_wide(std::string_view, std::size_t&) const {
    return std::string_view::npos;
}

#endif

}  // namespace sekisho::scanner
