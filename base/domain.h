// Domain names as the names of organisations.
//
// Known weakness: which domain belongs to whom is a simple rule, not the public suffix list. Below suffixes
// that its small table does not know (city.osaka.jp, github.io) strangers count as one organisation.
#pragma once

#include <string_view>

namespace sekisho::base {

// All in lower case, without a dot at the end.

// The domain that was registered, as far as a simple rule can say: "a.b.example.co.jp" is "example.co.jp". A
// suffix alone is itself.
std::string_view organisation_of(std::string_view domain);

// Equal, or one is a subdomain of the other. A suffix under which strangers register ("jp", "co.jp") is
// nobody's: what lies below it is not aligned with it.
bool aligned(std::string_view a, std::string_view b);

}  // namespace sekisho::base
