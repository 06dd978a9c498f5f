// Views of bytes, and the one way to compare a range with what is left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sekisho::base {

// A borrowed, read-only run of bytes. Whoever hands one out says how long it lives.
using Bytes = std::span<const std::byte>;

// The same bytes seen as text and back; nothing is copied or checked.
inline Bytes as_bytes(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }
inline std::string_view as_text(Bytes bytes) {
    // char may alias any object, so this is the one permitted cast (STYLE.md, rule 1).
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT(*-reinterpret-cast)
}

// True when [offset, offset + length) lies within `size`. Never adds two untrusted numbers.
constexpr bool in_range(std::uint64_t offset, std::uint64_t length, std::uint64_t size) {
    return offset <= size && length <= size - offset;
}

// The first `n` bytes, or all of them where there are fewer.
constexpr Bytes head(Bytes bytes, std::size_t n) { return bytes.first(n < bytes.size() ? n : bytes.size()); }

}  // namespace sekisho::base
