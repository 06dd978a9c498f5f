// What a text is about, in 61 bits that small changes keep: a name, a number, a greeting, a word here and
// there. The worker makes it (scanner/mail/text_key.h) of the text that the reader sees; the outbound guard
// counts by it. It tells equal from different and nothing more: no text can be read out of it.
#pragma once

#include <cstdint>

namespace sekisho::model {

// Four bands of 15 bits behind a lowest bit that is set. 0: the text is too short to say anything.
using TextKey = std::uint64_t;

inline constexpr unsigned text_key_bands = 4;
inline constexpr unsigned text_key_band_bits = 15;
inline constexpr TextKey text_key_max = (TextKey{1} << (1 + text_key_bands * text_key_band_bits)) - 1;

// Texts that share a band: a merge does, different texts do once in 8,000 pairs by chance.
constexpr bool near_same(TextKey a, TextKey b) {
    constexpr TextKey band = (TextKey{1} << text_key_band_bits) - 1;
    for (unsigned i = 0; i < text_key_bands; ++i)
        if (((a ^ b) >> (1 + i * text_key_band_bits) & band) == 0) return true;
    return false;
}

}  // namespace sekisho::model
