// Regions (base::network_of(client, 16, 32)) from which many of the house's accounts send: the home providers
// and carriers of the town. Whoever sends from one of them for the first time has moved, or been given
// another address, and is no traveller.
//
// Kept in SeenBefore, as which of 64 parts of the accounts a region was seen with (linear counting: K.-Y.
// Whang et al., "A linear-time probabilistic counting algorithm for database applications", 1990).
#pragma once

#include <cstddef>
#include <cstdint>

#include "outbound/moment.h"
#include "outbound/seen_before.h"

namespace sekisho::outbound {

void note_region(SeenBefore& seen, std::uint64_t account, std::uint32_t region, Moment now);
// `accounts`: how many are known. Common is what one in 200 of them sent from, three at least: who travels is
// in many places, and in each with few others.
bool is_common_region(const SeenBefore& seen, std::uint32_t region, std::size_t accounts);

}  // namespace sekisho::outbound
