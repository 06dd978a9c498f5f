// Where a shortcut, an icon or a setting points to, and whether that is a place which no office has.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sekisho::scanner::active {

struct Place {
    enum class Kind : std::uint8_t {
        local,   // a path of the machine, or a name alone
        share,   // \\host\share, file://host/share: SMB or WebDAV
        web,     // http, https, ftp
        scheme,  // any other "name:"
    };
    Kind kind = Kind::local;
    std::string scheme;  // lower case, without the colon; of shares empty
    std::string host;    // lower case, with what Windows accepts behind it ("host@80", "host@SSL@443")
    std::string path;    // behind the host, lower case, '/' for each '\'; of web addresses without the query
};

// `text`: a path or an address as it stands in a file, quotes and blanks around it included. Linear.
Place place_of(std::string_view text);

// What speaks against a place, or nothing. Servers by their plain name, addresses of private networks and
// pages of the web say nothing: people mail each other shortcuts to them all day. A WebDAV share, a server at
// an address of the Internet, a program on a server that is not of the house, and schemes that run what
// follows do.
std::string_view why_remote(const Place& place);
std::string_view why_remote(std::string_view text);

// `host`, without a port, is a number in any form that Windows takes, and of no private network.
bool is_public_address(std::string_view host);
// True where the host of a share or of a web address is one that only the house itself can have meant: a name
// without dots, one below .local, an address of a private network.
bool is_of_the_house(const Place& place);

}  // namespace sekisho::scanner::active
