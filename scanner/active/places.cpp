#include "scanner/active/places.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/network.h"
#include "base/text.h"
#include "scanner/active/extensions.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t longest = 32u << 10;  // of a place; what is behind says nothing more

// Schemes whose handler runs, or fetches and runs, what follows them. CVE-2022-30190 (ms-msdt),
// CVE-2024-38112 (mhtml), search windows on a stranger's share (search-ms), packages from the web.
constexpr std::array<std::string_view, 14> running_schemes{
    "javascript", "vbscript",        "data",    "mhtml",        "ms-its", "its", "mk", "search-ms",
    "ms-search",  "ms-appinstaller", "ms-msdt", "ms-officecmd", "shell",  "res"};

bool is_private(const base::Address& address) {
    static const std::vector<base::Network> networks = [] {
        std::vector<base::Network> out;
        for (const char* text : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8",
                                 "169.254.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10", "::1"}) {
            if (const auto network = base::Network::parse(text)) out.push_back(*network);
        }
        return out;
    }();
    return std::ranges::any_of(networks, [&](const base::Network& one) { return one.contains(address); });
}

bool is_hex_or_digits(std::string_view text) {
    if (text.starts_with("0x")) text.remove_prefix(2);
    return !text.empty() && std::ranges::all_of(text, [](char c) { return base::hex_value(c) >= 0; });
}

// "name:" at the beginning: RFC 3986 3.1, and no drive letter.
std::optional<std::string_view> scheme_of(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon < 2 || colon > 40) return std::nullopt;
    const std::string_view name = text.substr(0, colon);
    const bool sound = std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || base::is_digit(c) || c == '-' || c == '+' || c == '.';
    });
    return sound && !base::is_digit(name[0]) ? std::optional(name) : std::nullopt;
}

// `rest` behind the slashes: "host/path".
Place at_host(Place::Kind kind, std::string_view rest) {
    Place place{.kind = kind, .scheme = {}, .host = {}, .path = {}};
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    place.host = rest.substr(0, slash);
    place.path = rest.substr(slash);
    return place;
}

Place local(std::string_view path) { return {Place::Kind::local, {}, {}, std::string(path)}; }

// file: with any number of slashes; a drive letter behind them is this machine.
Place file_place(std::string_view rest) {
    std::size_t slashes = 0;
    while (slashes < rest.size() && rest[slashes] == '/')
        ++slashes;
    const std::string_view behind = rest.substr(slashes);
    const bool drive = behind.size() >= 2 && (behind[1] == ':' || behind[1] == '|');
    if (drive || slashes < 2 || slashes == 3) return local(behind);
    if (behind.starts_with("localhost/")) return local(behind.substr(10));
    return at_host(Place::Kind::share, behind);
}

std::string_view path_extension_source(const Place& place) {
    std::string_view path = place.path;
    return path.substr(0, path.find('#'));
}

// A list of SharePoint as it exports it to Excel ("owssvr.iqy"): a service that ends in .dll, and no file.
bool is_sharepoint_list(const Place& place) { return place.path.ends_with("/_vti_bin/owssvr.dll"); }

bool names_program(const Place& place) {
    return is_dangerous_extension(windows_extension(path_extension_source(place)));
}

}  // namespace

Place place_of(std::string_view text) {
    text = base::trim(text.substr(0, longest),
                      [](char c) { return base::is_space(c) || c == '"' || c == '\''; });
    std::string lower = base::to_lower(text);
    std::ranges::replace(lower, '\\', '/');
    std::string_view rest = lower;
    if (rest.starts_with("//?/unc/") || rest.starts_with("//./unc/")) {
        return at_host(Place::Kind::share, rest.substr(8));
    }
    if (rest.starts_with("//?/") || rest.starts_with("//./")) return local(rest.substr(4));
    if (rest.starts_with("//")) return at_host(Place::Kind::share, rest.substr(2));
    const auto scheme = scheme_of(rest);
    if (!scheme) return local(rest);
    std::string_view behind = rest.substr(scheme->size() + 1);
    if (*scheme == "file") return file_place(behind);
    if (*scheme != "http" && *scheme != "https" && *scheme != "ftp") {
        return {Place::Kind::scheme, std::string(*scheme), {}, std::string(behind)};
    }
    while (behind.starts_with('/'))
        behind.remove_prefix(1);
    behind = behind.substr(0, behind.find('?'));
    Place place = at_host(Place::Kind::web, behind);
    place.scheme = *scheme;
    return place;
}

std::string_view why_remote(const Place& place) {
    switch (place.kind) {
        case Place::Kind::local:
            return {};
        case Place::Kind::scheme: {
            const bool runs = std::ranges::find(running_schemes, place.scheme) != running_schemes.end();
            return runs ? "scheme that runs what follows" : std::string_view();
        }
        case Place::Kind::web:
            return names_program(place) && !is_sharepoint_list(place) ? "program on a web server"
                                                                      : std::string_view();
        case Place::Kind::share:
            break;
    }
    const std::string_view name = std::string_view(place.host).substr(0, place.host.find('@'));
    const bool webdav = name.size() != place.host.size() || place.path.starts_with("/davwwwroot");
    // Companies keep their files there, and Windows makes such shortcuts by itself.
    if (webdav && name.ends_with(".sharepoint.com")) return {};
    if (webdav) return "WebDAV share";
    if (is_public_address(name)) return "share at an address of the Internet";
    const bool of_the_house = name.find('.') == std::string_view::npos || base::Address::parse(name);
    return !of_the_house && names_program(place) ? "program on a server" : std::string_view();
}

// Numbers as Windows' resolver takes them: dotted, or one number in decimal or hexadecimal.
bool is_public_address(std::string_view host) {
    if (const auto address = base::Address::parse(host)) return !is_private(*address);
    const bool number = std::ranges::all_of(host, base::is_digit);
    return !host.empty() && (number || (host.starts_with("0x") && is_hex_or_digits(host)));
}

bool is_of_the_house(const Place& place) {
    const std::string_view host = std::string_view(place.host).substr(0, place.host.find_first_of(":@"));
    if (host.find('.') == std::string_view::npos) return !is_public_address(host);
    return host.ends_with(".local") || (base::Address::parse(host) && !is_public_address(host));
}

std::string_view why_remote(std::string_view text) { return why_remote(place_of(text)); }

}  // namespace sekisho::scanner::active
