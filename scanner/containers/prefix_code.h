// Canonical prefix codes as LHA and RAR write them: shorter codes first, of one length in the order of their
// symbols.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace sekisho::scanner::containers {

// `most_bits`: of one code. Codes that no symbol has may be left, as archivers write them where there are few
// symbols.
template <std::size_t most_symbols, unsigned most_bits>
class PrefixCode {
public:
    // Lengths of at most `most_bits` each, 0 where a symbol has no code. How many codes of the greatest
    // length are left; nothing where there are more symbols than codes, and then it is not to be read with.
    std::optional<std::uint32_t> set(std::span<const std::uint8_t> lengths) {
        count_.fill(0);
        for (const std::uint8_t bits : lengths)
            ++count_.at(bits);
        count_[0] = 0;
        std::array<std::uint16_t, most_bits + 2> next{};  // where the symbols of so many bits go
        std::uint32_t free = 1;
        for (unsigned bits = 1; bits <= most_bits; ++bits) {
            free *= 2;
            if (count_.at(bits) > free) return std::nullopt;
            free -= count_.at(bits);
            next.at(bits + 1) = static_cast<std::uint16_t>(next.at(bits) + count_.at(bits));
        }
        for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
            if (lengths[symbol] > 0)
                symbols_.at(next.at(lengths[symbol])++) = static_cast<std::uint16_t>(symbol);
        }
        return free;
    }

    // How many symbols have a code of so many bits.
    unsigned count(unsigned bits) const { return count_[bits]; }
    // The symbol of the code that is the index'th in order.
    std::uint16_t symbol(std::size_t index) const { return symbols_[index]; }

    // `bit()` gives the next bit of the code. Nothing where `most_bits` of them are no symbol's.
    template <class Bit>
    std::optional<unsigned> read(Bit bit) const {
        unsigned code = 0;
        unsigned first = 0;  // of the codes with so many bits
        std::size_t index = 0;
        for (unsigned bits = 1; bits <= most_bits; ++bits) {
            code = code << 1 | bit();
            if (code - first < count_[bits]) return symbols_[index + (code - first)];
            index += count_[bits];
            first = (first + count_[bits]) << 1;
        }
        return std::nullopt;
    }

private:
    std::array<std::uint16_t, most_bits + 1> count_{};  // of codes, by their bits
    std::array<std::uint16_t, most_symbols> symbols_{};
};

}  // namespace sekisho::scanner::containers
