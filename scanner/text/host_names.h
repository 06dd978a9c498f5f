// Hosts of links: addresses in odd forms, internationalised names, and letters that look like others.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scanner/text/url.h"

namespace sekisho::scanner::text {

// %XX undone; a '%' that is no escape stays.
std::string percent_decode(std::string_view text);

// Labels "xn--..." decoded (RFC 3492); those that do not decode stay as they are. `host`: lower case.
std::string unicode_host(std::string_view host);

// Sets url.kind, and url.host to the dotted form, where the host is an IP address in a form that browsers
// take (inet_aton: one to four numbers, decimal, octal or hexadecimal; or IPv6 in brackets).
void read_address(Url& url);

// A name under a top-level domain that people put links to, and no file's name: "example.com", not
// "invoice.doc". `lower`: in lower case.
bool looks_like_host(std::string_view lower);

}  // namespace sekisho::scanner::text
