#include "outbound/common_regions.h"

#include <algorithm>
#include <cmath>

#include "outbound/hash.h"

namespace sekisho::outbound {

namespace {

constexpr std::uint64_t parts = 64;
constexpr double least_accounts = 3;
// Beyond so many the parts are full.
constexpr double most_accounts = 64;
constexpr double one_in = 200;

std::uint64_t key_of(std::uint64_t part) { return hash_of(part, 0x5265'6769'6f6e); }

}  // namespace

void note_region(SeenBefore& seen, std::uint64_t account, std::uint32_t region, Moment now) {
    seen.note(key_of(account % parts), region, now);
}

bool is_common_region(const SeenBefore& seen, std::uint32_t region, std::size_t accounts) {
    const double wanted = std::clamp(static_cast<double>(accounts) / one_in, least_accounts, most_accounts);
    // So many parts are taken by `wanted` accounts, on average.
    const auto needed = static_cast<std::uint64_t>(std::lround(parts * (1 - std::exp(-wanted / parts))));
    // Each of them is a miss of the cache: all at once.
    for (std::uint64_t part = 0; part < parts; ++part)
        seen.fetch(key_of(part), region);
    std::uint64_t found = 0;
    for (std::uint64_t part = 0; part < parts && found < needed && found + parts - part >= needed; ++part)
        if (seen.knows(key_of(part), region)) ++found;
    return found >= needed;
}

}  // namespace sekisho::outbound
