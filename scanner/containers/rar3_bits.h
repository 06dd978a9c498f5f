// What the decoder of RAR 3 reads: bits from bytes that come in pieces, and prefix codes of up to 15 bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>

#include "base/bytes.h"
#include "scanner/containers/prefix_code.h"

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

// A prefix code whose short codes are looked up.
template <std::size_t most_symbols>
class Rar3Code {
public:
    static constexpr unsigned most_bits = 15;
    static constexpr unsigned none = 0xFFFF;

    // Lengths of at most 15 bits, 0 where a symbol has no code. False: there are more than codes of so many
    // bits.
    bool set(std::span<const std::uint8_t, most_symbols> lengths) {
        if (!code_.set(lengths)) return false;
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
        unsigned taken = 0;
        const auto symbol = code_.read([&] { return bits >> (most_bits - ++taken) & 1u; });
        if (!symbol) return none;
        in.drop(taken);
        return *symbol;
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
            for (unsigned i = 0; i < code_.count(length); ++i, ++index) {
                for (std::size_t end = at + (std::size_t{1} << (short_bits - length)); at < end; ++at)
                    short_.at(at) = {code_.symbol(index), static_cast<std::uint8_t>(length)};
            }
        }
    }

    PrefixCode<most_symbols, most_bits> code_;
    std::array<Short, std::size_t{1} << short_bits> short_{};
};

}  // namespace sekisho::scanner::containers
