// Addresses of the simulated world. Nothing of it is anybody's: the organisation is in 10.0.0.0/8, all others
// in 240.0.0.0/4 (reserved, RFC 1112) and 3fff::/20 (documentation, RFC 9637).
#pragma once

#include <cstdint>
#include <string>

#include "bench/outbound_sim/random.h"

namespace sekisho::outbound_sim {

// A /16 by number, 0 to 3,999, and an address in it.
std::string outside(std::uint32_t region, std::uint32_t network, std::uint32_t host);
// An address in the provider's /32, in the /64 of this number.
std::string outside_v6(std::uint32_t provider, std::uint32_t network, std::uint32_t host);

std::string office_nat(std::uint32_t office);
std::string office_pc(std::uint32_t office, std::uint32_t pc);  // up to 60,000
std::string machine(std::uint32_t kind, std::uint32_t number);  // in 10.200.0.0/16
std::string webmail_server();
std::string vpn_gateway();

inline constexpr std::uint32_t first_carrier = 200;
inline constexpr std::uint32_t first_strange = 256;  // hotels, and where bots are
inline constexpr std::uint32_t regions = 4'000;

inline std::string strange_address(Random& random) {
    const auto region = static_cast<std::uint32_t>(first_strange + random.below(regions - first_strange));
    return outside(region, static_cast<std::uint32_t>(random.below(256)),
                   static_cast<std::uint32_t>(1 + random.below(250)));
}

}  // namespace sekisho::outbound_sim
