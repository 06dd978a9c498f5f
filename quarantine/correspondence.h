// Who writes to whom: the names under which passwords of one mail are found for the next.
//
// Known weaknesses. Which domain belongs to whom is a simple rule, not the public suffix list: below suffixes
// that its small table does not know (city.osaka.jp, github.io) strangers count as one organisation where one
// domain lies below the other. Letters outside of ASCII are compared as they stand, and U-labels differ from
// A-labels.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
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

// Equal, or one is a subdomain of the other. A suffix under which strangers register ("jp", "co.jp") is
// nobody's: what lies below it is not aligned with it.
bool aligned(std::string_view a, std::string_view b);
// The domain that was registered, as far as a simple rule can say: "a.b.example.co.jp" is "example.co.jp".
std::string_view organisation_of(std::string_view domain);

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
