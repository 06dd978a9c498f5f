#include "outbound/hash.h"

// Its code, not its library, and flattened for pairs: their length decides most of it beforehand.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cstring>

namespace sekisho::outbound {

std::uint64_t hash_of(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

[[gnu::flatten]] std::uint64_t hash_of(std::uint64_t first, std::uint64_t second) {
    const std::array<std::uint64_t, 2> both{first, second};
    return XXH3_64bits(both.data(), sizeof both);
}

}  // namespace sekisho::outbound
