// How far the counters are from exact counts.
#pragma once

#include <cstdint>
#include <string>

namespace sekisho::outbound_cost {

// Markdown: windows under several streams, numbers of different values, what was seen before. The same for
// the same seed.
std::string measure_windows(std::uint64_t seed);
std::string measure_distinct(std::uint64_t seed);
std::string measure_seen(std::uint64_t seed);

}  // namespace sekisho::outbound_cost
