// Small numbers that both kinds of RAR headers need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace sekisho::scanner::containers {

// The low `bytes` bytes of `value`, low ones first.
inline void put_number(std::string& out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i)
        out.push_back(static_cast<char>(value >> (8 * i)));
}

// To a multiple of `unit`; `n` is the size of something in memory.
constexpr std::size_t rounded_up(std::size_t n, std::size_t unit) { return (n + unit - 1) / unit * unit; }

}  // namespace sekisho::scanner::containers
