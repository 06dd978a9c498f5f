// The one way to read hostile binary data: every read is checked, a failed read moves nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"

namespace sekisho::base {

// A position in a borrowed run of bytes. A value: copy it to look ahead. Linear time, no allocation on
// success.
class Cursor {
public:
    explicit Cursor(Bytes input) : input_(input) {}

    std::size_t offset() const { return pos_; }
    std::size_t left() const { return input_.size() - pos_; }
    bool at_end() const { return left() == 0; }
    Bytes input() const { return input_; }
    Bytes rest() const { return input_.subspan(pos_); }

    // Truncated where fewer than `n` bytes are left.
    Result<Bytes> take(std::uint64_t n) {
        if (n > left()) return fail(Cause::truncated);
        const Bytes out = input_.subspan(pos_, static_cast<std::size_t>(n));
        pos_ += static_cast<std::size_t>(n);
        return out;
    }
    Result<void> skip(std::uint64_t n) {
        if (n > left()) return fail(Cause::truncated);
        pos_ += static_cast<std::size_t>(n);
        return {};
    }
    // Absolute; truncated where `offset` lies behind the end.
    Result<void> seek(std::uint64_t offset) {
        if (offset > input_.size()) return fail(Cause::truncated);
        pos_ = static_cast<std::size_t>(offset);
        return {};
    }
    // A cursor of its own for the next `n` bytes: a record that lies about its size hurts only itself.
    Result<Cursor> sub(std::uint64_t n) { return Cursor(SEKISHO_TRY(take(n))); }

    Result<std::uint8_t> u8() { return number<std::uint8_t, false>(); }
    Result<std::uint16_t> u16_le() { return number<std::uint16_t, false>(); }
    Result<std::uint32_t> u32_le() { return number<std::uint32_t, false>(); }
    Result<std::uint64_t> u64_le() { return number<std::uint64_t, false>(); }
    Result<std::uint16_t> u16_be() { return number<std::uint16_t, true>(); }
    Result<std::uint32_t> u32_be() { return number<std::uint32_t, true>(); }
    Result<std::uint64_t> u64_be() { return number<std::uint64_t, true>(); }

private:
    template <class T, bool big_endian>
    Result<T> number() {
        const Bytes raw = SEKISHO_TRY(take(sizeof(T)));
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            const std::size_t at = big_endian ? i : sizeof(T) - 1 - i;
            value = (value << 8) | std::to_integer<std::uint64_t>(raw[at]);
        }
        return static_cast<T>(value);
    }

    Bytes input_;
    std::size_t pos_ = 0;  // never more than input_.size()
};

}  // namespace sekisho::base
