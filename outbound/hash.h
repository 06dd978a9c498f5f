// What accounts, addresses, names and contents are known by in counters: 64 bits each, the same on every
// gateway and in every version. Not secret, and no defence against collisions that are made on purpose: a
// counter that misses one recipient is all that they gain.
#pragma once

#include <cstdint>
#include <string_view>

namespace sekisho::outbound {

std::uint64_t hash_of(std::string_view text);
// Of a pair, such as an account and whom it wrote to.
std::uint64_t hash_of(std::uint64_t first, std::uint64_t second);

// For tables by name. Not noexcept, so that libstdc++ keeps hashes beside the names.
struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return hash_of(name); }
};

// The upper half, for samples that keep 32 bits.
constexpr std::uint32_t short_hash(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

}  // namespace sekisho::outbound
