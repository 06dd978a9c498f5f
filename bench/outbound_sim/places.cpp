#include "bench/outbound_sim/places.h"

#include <fmt/format.h>

namespace sekisho::outbound_sim {

std::string outside(std::uint32_t region, std::uint32_t network, std::uint32_t host) {
    return fmt::format("{}.{}.{}.{}", 240 + region / 256, region % 256, network % 256, host % 256);
}

std::string outside_v6(std::uint32_t provider, std::uint32_t network, std::uint32_t host) {
    return fmt::format("3fff:{:x}:{:x}:{:x}::{:x}", 0x100 + provider, 1 + network / 65'536, network % 65'536,
                       1 + host);
}

std::string office_nat(std::uint32_t office) { return fmt::format("10.{}.0.1", office); }
std::string office_pc(std::uint32_t office, std::uint32_t pc) {
    return fmt::format("10.{}.{}.{}", office, 1 + pc / 250 % 250, 1 + pc % 250);
}
std::string machine(std::uint32_t kind, std::uint32_t number) {
    return fmt::format("10.200.{}.{}", 10 * kind + number / 250, 1 + number % 250);
}
std::string webmail_server() { return "10.202.0.1"; }
std::string vpn_gateway() { return "10.203.0.1"; }

}  // namespace sekisho::outbound_sim
