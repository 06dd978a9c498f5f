#include <immintrin.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "scanner/mime/base64_blocks.h"

namespace sekisho::scanner::mime {

namespace {

// One byte for each of sixteen values of a half byte: what PSHUFB looks up.
using Lookup = std::array<std::uint8_t, 16>;

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// A character's high half decides which low halves the alphabet has: one bit for each such row. A row without
// any (and each byte from 0x80 on) has a bit that every low half refuses.
constexpr std::uint8_t row_bit(unsigned high) {
    switch (high) {
        case 2:
            return 1;  // + /
        case 3:
            return 2;  // digits
        case 4:
        case 6:
            return 4;  // @ A..O, ` a..o
        case 5:
        case 7:
            return 8;  // P..Z, p..z
        default:
            return 16;
    }
}

constexpr Lookup rows = [] {
    Lookup out{};
    for (unsigned high = 0; high < 16; ++high)
        out[high] = row_bit(high);
    return out;
}();

// The rows in which this low half is no character of the alphabet.
constexpr Lookup refused = [] {
    Lookup out{};
    for (unsigned low = 0; low < 16; ++low) {
        for (unsigned high = 0; high < 16; ++high) {
            if (alphabet.find(static_cast<char>(high << 4 | low)) == alphabet.npos) out[low] |= row_bit(high);
        }
    }
    return out;
}();

// What is added to a character to get its six bits, by its high half; '/' alone shares a row with '+', and
// takes the entry below.
constexpr Lookup distance = [] {
    Lookup out{};
    for (unsigned value = 0; value < 64; ++value) {
        const auto c = static_cast<std::uint8_t>(alphabet[value]);
        out[c == '/' ? 1 : c >> 4] = static_cast<std::uint8_t>(value - c);
    }
    return out;
}();

// Of each lane of four bytes that hold 24 bits, the three bytes in the order of the text.
constexpr Lookup packing{2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 0x80, 0x80, 0x80, 0x80};

__m128i load(const Lookup& bytes) {
    __m128i out;
    std::memcpy(&out, bytes.data(), sizeof out);
    return out;
}

[[gnu::target("ssse3")]] std::size_t decode(base::Bytes in, std::span<std::byte> out) {
    const __m128i row_table = load(rows);
    const __m128i refused_table = load(refused);
    const __m128i distance_table = load(distance);
    const __m128i order = load(packing);
    const __m128i low_half = _mm_set1_epi8(0x0f);
    std::size_t blocks = 0;
    while (in.size() >= base64_block && out.size() >= base64_block) {
        __m128i text;
        std::memcpy(&text, in.first<base64_block>().data(), sizeof text);
        const __m128i high = _mm_and_si128(_mm_srli_epi16(text, 4), low_half);
        const __m128i low = _mm_and_si128(text, low_half);
        const __m128i bad =
            _mm_and_si128(_mm_shuffle_epi8(row_table, high), _mm_shuffle_epi8(refused_table, low));
        if (_mm_movemask_epi8(_mm_cmpeq_epi8(bad, _mm_setzero_si128())) != 0xffff) break;
        const __m128i slash = _mm_cmpeq_epi8(text, _mm_set1_epi8('/'));  // -1: one entry lower
        const __m128i six = _mm_add_epi8(text, _mm_shuffle_epi8(distance_table, _mm_add_epi8(high, slash)));
        // Four times six bits in each lane: first pairs of 12, then 24.
        const __m128i twelve = _mm_maddubs_epi16(six, _mm_set1_epi32(0x01400140));
        const __m128i whole = _mm_madd_epi16(twelve, _mm_set1_epi32(0x00011000));
        const __m128i packed = _mm_shuffle_epi8(whole, order);
        std::memcpy(out.first<base64_block>().data(), &packed, sizeof packed);
        in = in.subspan(base64_block);
        out = out.subspan(base64_block_out);
        ++blocks;
    }
    return blocks;
}

}  // namespace

std::size_t decode_base64_blocks(base::Bytes in, std::span<std::byte> out) {
    static const bool has_shuffle = __builtin_cpu_supports("ssse3") != 0;
    return has_shuffle ? decode(in, out) : 0;
}

}  // namespace sekisho::scanner::mime
