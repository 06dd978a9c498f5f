// Who writes to whom: the names under which passwords of one mail are found for the next.
//
// Known weaknesses: that of base/domain.h where one domain lies below the other. Letters outside of ASCII are
// compared as they stand, and U-labels differ from A-labels.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/verdict.h"
#include "quarantine/public_domains.h"

namespace sekisho::quarantine {

struct Correspondence {
    model::Direction direction = model::Direction::inbound;
    std::string mail_from;                // envelope sender, without <>; empty for the null sender
    std::vector<std::string> from;        // addresses of the From field; hostile
    std::vector<std::string> recipients;  // envelope, without <>
};

// An address in the form in which it is compared: all in lower case, no dot at the end of the domain.
struct Address {
    std::string text;    // local@domain
    std::string domain;  // of text
    bool operator==(const Address&) const = default;
    auto operator<=>(const Address&) const = default;
};

// Nothing where it has no local part or no domain, or is longer than an address can be (RFC 5321: 64 + 1 +
// 255).
std::vector<Address> addresses_of(const std::vector<std::string>& texts);  // each once, in their order

// Whom a mail counts as coming from.
struct Senders {
    std::vector<Address> addresses;    // the envelope sender first
    std::vector<std::string> domains;  // as a whole: whose members may answer for each other
};

// None for outbound mail and for the null sender. The From field counts only where each of its addresses (at
// most four) is aligned with the envelope sender; at a public provider only where it is the same address.
// Where it does not count, there is the envelope sender's own address and no domain. Public providers are no
// domain.
Senders senders_of(const Correspondence& mail, const PublicDomains& public_domains);

}  // namespace sekisho::quarantine
