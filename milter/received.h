// The client's address out of a Received field (RFC 5321 section 4.4) that a relay of ours wrote.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::milter {

// The address that the relay itself wrote into the from-clause: "from helo (name [192.0.2.1])", with
// Postfix's and Sendmail's "IPv6:" prefix, and Exim's "from [192.0.2.1] (helo=...)" and "from name
// ([192.0.2.1] helo=...)". Never the HELO or another text of the client's choice. Only the first 2,000 bytes
// are looked at. Nullopt where there is none.
std::optional<std::string> client_of_received(std::string_view value);

struct RelayedClient {
    std::string address;         // empty where the lines of the relays name none
    bool through_relay = false;  // the connecting host is a trusted relay
};

// Follows Received fields from the top while the host so far is one of `trusted`; at most ten of them.
RelayedClient real_client(const std::string& connecting, const std::vector<std::string>& trusted,
                          const std::vector<std::string>& received);

}  // namespace sekisho::milter
