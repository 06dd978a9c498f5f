// IP addresses and networks as text: what settings name and what clients come from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sekisho::base {

// An IPv4 or IPv6 address. IPv4 is kept as ::ffff:a.b.c.d, so that the mapped form compares equal to it.
class Address {
public:
    // Accepts "192.0.2.1", "2001:db8::1", Sendmail's "IPv6:2001:db8::1" and "[2001:db8::1]"; no host names,
    // no zone.
    static std::optional<Address> parse(std::string_view text);

    bool is_v4() const;
    std::string text() const;  // IPv4 in dotted form, IPv6 as RFC 5952
    const std::array<std::uint8_t, 16>& raw() const { return raw_; }
    bool operator==(const Address&) const = default;

private:
    friend class Network;
    friend class NetworksAround;
    std::array<std::uint8_t, 16> raw_{};
};

// An address with a prefix length.
class Network {
public:
    // "192.0.2.0/24", "2001:db8::/32", or an address alone (one host). Cause::invalid for anything else; bits
    // behind the prefix must be zero, so that a typing error is told instead of widened.
    static Result<Network> parse(std::string_view text);

    bool contains(const Address& address) const;
    bool contains(std::string_view address) const;  // false where that is no address
    bool operator==(const Network&) const = default;

private:
    Address base_;
    int bits_ = 128;  // of the 16-byte form
};

// True when any of the networks holds the address. Texts that are no network hold nothing: the configuration
// check has refused them.
bool any_contains(const std::vector<std::string>& networks, std::string_view address);

// The network that the address lies in, "192.0.2.0/24"; the address alone where the length is that of one.
// The text itself where it is no address. At most 32 and 128 bits.
std::string network_of(std::string_view address, unsigned v4_bits, unsigned v6_bits);

// network_of() for several lengths: the address is read once.
class NetworksAround {
public:
    explicit NetworksAround(std::string_view address);  // which must outlive it
    std::string of(unsigned v4_bits, unsigned v6_bits) const;
    std::string client() const { return of(32, 64); }  // client_network()

private:
    std::string_view text_;
    std::optional<std::uint32_t> dotted_;  // most addresses are IPv4 in dotted form
    std::optional<Address> address_;       // of the others
};

// What one client counts as: its IPv4 /32 or its IPv6 /64, "10.1.2.3" or "2001:db8:1:2::/64". The text itself
// where it is no address.
std::string client_network(std::string_view address);

}  // namespace sekisho::base
