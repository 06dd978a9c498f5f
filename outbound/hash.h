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

// A name with its hash, for who looks it up more than once. Refers to the name.
struct HashedName {
    std::string_view name;
    std::uint64_t hash = 0;

    HashedName() = default;
    explicit HashedName(std::string_view text) : HashedName(text, hash_of(text)) {}
    HashedName(std::string_view text, std::uint64_t known) : name(text), hash(known) {}
    bool empty() const { return name.empty(); }
};

// For tables by name. Not noexcept, so that libstdc++ keeps hashes beside the names.
struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return hash_of(name); }
    std::size_t operator()(const HashedName& name) const { return name.hash; }
};
struct SameName {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const { return a == b; }
    bool operator()(const HashedName& a, std::string_view b) const { return a.name == b; }
};

// The upper half, for samples that keep 32 bits.
constexpr std::uint32_t short_hash(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

}  // namespace sekisho::outbound
