// A link as a browser understands it, whatever it was made to look like (WHATWG URL; RFC 3986, 3490, 3492).
//
// Known weaknesses: only what browsers and people undo is undone; a link that a script puts together is none
// until its text is (see parts "folded"). Of wrappers within wrappers the outermost is taken off.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sekisho::scanner::text {

enum class HostKind : std::uint8_t {
    name,             // or nothing
    address,          // a public IP address, plainly written
    disguised,        // a public IPv4 address in hexadecimal, octal or as one number
    private_address,  // of RFC 1918, loopback, link-local, in whatever form
};

struct Url {
    std::string scheme;  // lower case; "http" for hxxp; empty where the link has none
    std::string user;    // before '@', a password included; percent encoding undone
    std::string host;    // lower case; IDNA labels as Unicode; addresses as they read when undone
    std::string port;    // of a file "ssl" too, as in "\\\\host@SSL\\share"
    std::string path;    // with its '/'; of a scheme without "//" all that follows
    std::string query;   // without its '?'
    HostKind kind = HostKind::name;
    bool is_web() const { return scheme == "http" || scheme == "https"; }
    std::string text() const;
};

// Longest link that is read; the rest is left out.
constexpr std::size_t max_link = 8u << 10;

// Undone: hxxp and [.] of those who write about malware, tabs and line ends within, backslashes, percent
// encoding of the host, full-width letters, forms of inet_aton(). Nothing where `raw` has no scheme, or no
// host where the scheme wants one. Linear.
std::optional<Url> parse_url(std::string_view raw);

// "www.example.com", "example.co.jp/a", as people write links: read as http.
std::optional<Url> parse_shown_url(std::string_view text);

// Where a link leads that goes through another host.
struct Redirect {
    Url target;
    bool is_open = false;  // a well-known one that anybody may use: google.com/url?q=
};
// Wrappers of mail gateways (Safe Links, URL Defense) and a whole URL in a parameter.
std::optional<Redirect> redirect_of(const Url& url);

// A label of the host mixes Latin letters with Greek or Cyrillic ones, or is made of Cyrillic letters that
// look like Latin ones, under a domain of Latin letters.
bool has_mixed_letters(std::string_view host);

}  // namespace sekisho::scanner::text
