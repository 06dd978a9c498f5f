// What the decoder of RAR 3 reads: bits from bytes that come in pieces, and prefix codes of up to 15 bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

// The next piece of what is packed, of any size, valid until the next call; empty at the end.
using RarPieces = std::function<base::Bytes()>;

// From the highest bit of each byte on. Behind the end come zeros, and ended() is true once one of them was
// taken.
class Rar3Bits {
public:
    explicit Rar3Bits(RarPieces pieces) : pieces_(std::move(pieces)) {}

    // At most 32, which stay where they are.
    std::uint32_t peek(unsigned count) {
        if (left_ < count) fill();
        return static_cast<std::uint32_t>(bits_ >> (left_ - count) & ((std::uint64_t{1} << count) - 1));
    }
    // No more than were peeked at.
    void drop(unsigned count) { left_ -= count; }
    std::uint32_t take(unsigned count) {
        const std::uint32_t bits = peek(count);
        drop(count);
        return bits;
    }
    std::uint8_t byte() { return static_cast<std::uint8_t>(take(8)); }
    // To the next whole byte.
    void align() { drop(left_ % 8); }
    bool ended() const { return made_up_ > left_; }

private:
    void fill() {
        while (left_ < 56) {
            if (piece_.empty() && made_up_ == 0) piece_ = pieces_();
            const bool more = !piece_.empty();
            bits_ = bits_ << 8 | (more ? std::to_integer<std::uint64_t>(piece_.front()) : 0u);
            left_ += 8;
            if (more) {
                piece_ = piece_.subspan(1);
            } else {
                made_up_ += 8;
            }
        }
    }

    RarPieces pieces_;
    base::Bytes piece_;
    std::uint64_t bits_ = 0;
    unsigned left_ = 0;          // of bits_, the lowest ones
    std::uint64_t made_up_ = 0;  // zeros that were put in behind the end
};

// A canonical prefix code: shorter codes first, of one length in the order of their symbols. Codes that no
// symbol has are allowed, as archivers write them where there are few symbols.
template <std::size_t most_symbols>
class Rar3Code {
public:
    static constexpr unsigned most_bits = 15;
    static constexpr unsigned none = 0xFFFF;

    // Lengths of at most 15 bits, 0 where a symbol has no code. False: there are more than codes of so many
    // bits.
    bool set(std::span<const std::uint8_t, most_symbols> lengths) {
        count_.fill(0);
        for (const std::uint8_t bits : lengths)
            ++count_.at(bits);
        count_[0] = 0;
        std::array<std::uint16_t, most_bits + 2> next{};  // where the symbols of so many bits go
        std::uint32_t free = 1;
        for (unsigned bits = 1; bits <= most_bits; ++bits) {
            free *= 2;
            if (count_.at(bits) > free) return false;
            free -= count_.at(bits);
            next.at(bits + 1) = static_cast<std::uint16_t>(next.at(bits) + count_.at(bits));
        }
        for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
            if (lengths[symbol] > 0)
                symbols_.at(next.at(lengths[symbol])++) = static_cast<std::uint16_t>(symbol);
        }
        fill_short();
        return true;
    }

    // `none` where the bits are those of no symbol; nothing is taken then.
    unsigned read(Rar3Bits& in) const {
        const unsigned bits = in.peek(most_bits);
        const Short& hit = short_[bits >> (most_bits - short_bits)];
        if (hit.bits != 0) {
            in.drop(hit.bits);
            return hit.symbol;
        }
        unsigned first = 0;  // of the codes with so many bits
        std::size_t index = 0;
        for (unsigned length = 1; length <= most_bits; ++length) {
            const unsigned code = bits >> (most_bits - length);
            if (code - first < count_[length]) {
                in.drop(length);
                return symbols_[index + (code - first)];
            }
            index += count_[length];
            first = (first + count_[length]) << 1;
        }
        return none;
    }

private:
    static constexpr unsigned short_bits = 9;
    struct Short {
        std::uint16_t symbol = 0;
        std::uint8_t bits = 0;  // 0: a longer code, or none
    };

    void fill_short() {
        short_.fill({});
        std::size_t at = 0;
        std::size_t index = 0;
        for (unsigned length = 1; length <= short_bits; ++length) {
            for (unsigned i = 0; i < count_[length]; ++i, ++index) {
                for (std::size_t end = at + (std::size_t{1} << (short_bits - length)); at < end; ++at)
                    short_.at(at) = {symbols_[index], static_cast<std::uint8_t>(length)};
            }
        }
    }

    std::array<std::uint16_t, most_bits + 1> count_{};  // of codes, by their bits
    std::array<std::uint16_t, most_symbols> symbols_{};
    std::array<Short, std::size_t{1} << short_bits> short_{};
};

}  // namespace sekisho::scanner::containers
