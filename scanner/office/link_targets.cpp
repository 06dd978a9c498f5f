#include "scanner/office/link_targets.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/text.h"

namespace sekisho::scanner::office {

namespace {

constexpr bool is_slash(char c) { return c == '/' || c == '\\'; }

bool is_in_quotes_or_blank(char c) { return base::is_space(c) || c == '"' || c == '\'' || c == '\0'; }

// "10.1.2.3": the four numbers, or nothing.
bool is_private_address(std::string_view host) {
    const auto parts = base::split(host, '.');
    if (parts.size() != 4) return false;
    std::array<int, 4> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (parts[i].empty() || parts[i].size() > 3 || !std::ranges::all_of(parts[i], base::is_digit))
            return false;
        for (const char c : parts[i])
            numbers.at(i) = numbers.at(i) * 10 + (c - '0');
    }
    return numbers[0] == 10 || numbers[0] == 127 || (numbers[0] == 192 && numbers[1] == 168) ||
           (numbers[0] == 172 && numbers[1] >= 16 && numbers[1] <= 31) ||
           (numbers[0] == 169 && numbers[1] == 254);
}

// An address in figures, in any of the ways that Windows takes: 1.2.3.4, 0x1020304, 16909060.
bool is_in_figures(std::string_view host) {
    if (host.starts_with("0x") || host.find(':') != host.npos) return true;
    return !host.empty() && std::ranges::all_of(host, [](char c) { return base::is_digit(c) || c == '.'; });
}

bool is_house_name(std::string_view host) {
    // The last ones are where Office itself keeps templates and books of its customers.
    constexpr std::array<std::string_view, 11> ends{".local",
                                                    ".lan",
                                                    ".corp",
                                                    ".internal",
                                                    ".intra",
                                                    ".home",
                                                    ".arpa",
                                                    ".intranet",
                                                    ".sharepoint.com",
                                                    ".docs.live.net",
                                                    "templates.office.com"};
    if (is_in_figures(host)) return is_private_address(host);
    return host.find('.') == host.npos ||
           std::ranges::any_of(ends, [&](std::string_view end) { return host.ends_with(end); });
}

// `rest`: behind "scheme:", with the slashes. Schemes may stand before each other: "mhtml:http://".
TargetPlace place_of_address(std::string_view rest) {
    if (rest.empty() || !is_slash(rest.front())) {
        const std::size_t inner = rest.find("://");
        if (inner == rest.npos) return TargetPlace::local;  // "Macintosh:Users:a" too
        rest.remove_prefix(inner + 1);
    }
    while (!rest.empty() && is_slash(rest.front()))
        rest.remove_prefix(1);
    std::string_view host = rest.substr(0, rest.find_first_of("/\\?#"));
    if (const std::size_t at = host.rfind('@'); at != host.npos) host.remove_prefix(at + 1);
    if (!host.starts_with('[')) host = host.substr(0, host.find(':'));
    // Nobody escapes the name of a host of the house: it is to look like none.
    if (host.find('%') != host.npos) return TargetPlace::remote;
    return is_house_name(base::to_lower(host)) && !host.empty() ? TargetPlace::corporate
                                                                : TargetPlace::remote;
}

// `rest`: behind "\\".
TargetPlace place_of_share(std::string_view rest) {
    const std::string host = base::to_lower(rest.substr(0, rest.find_first_of("/\\")));
    // "\\?\" and "\\.\" are this machine, and "\\?\UNC\" is a share.
    if (host == "?" || host == ".") {
        const std::string_view behind = rest.substr(std::min(rest.size(), host.size() + 1));
        return base::starts_with_ignoring_case(behind, "unc\\") ? place_of_share(behind.substr(4))
                                                                : TargetPlace::local;
    }
    if (const std::size_t at = host.find('@'); at != host.npos) {
        // WebDAV: a server of the house has a name without a dot, and no port but that of TLS.
        const bool tls = std::string_view(host).substr(at) == "@ssl";
        return tls && is_house_name(host.substr(0, at)) ? TargetPlace::corporate : TargetPlace::remote;
    }
    return !is_in_figures(host) || is_private_address(host) ? TargetPlace::corporate : TargetPlace::remote;
}

}  // namespace

TargetPlace place_of(std::string_view target) {
    const std::string path = without_doubled_backslashes(base::trim(target, is_in_quotes_or_blank));
    std::string_view rest = path;
    if (rest.empty()) return TargetPlace::none;
    if (base::starts_with_ignoring_case(rest, "file:")) {
        rest.remove_prefix(5);
        std::size_t slashes = 0;
        while (slashes < rest.size() && is_slash(rest[slashes]))
            ++slashes;
        rest.remove_prefix(slashes);
        const bool drive = rest.size() > 1 && (rest[1] == ':' || rest[1] == '|');
        if (drive || slashes == 1 || slashes == 3) return TargetPlace::local;
        return slashes == 0 ? TargetPlace::local : place_of_share(rest);
    }
    if (rest.size() > 1 && is_slash(rest[0]) && is_slash(rest[1])) return place_of_share(rest.substr(2));
    const std::size_t colon = rest.find_first_of(":/\\. ");
    // A letter before a colon is a drive.
    if (colon == rest.npos || rest[colon] != ':' || colon < 2) return TargetPlace::local;
    return place_of_address(rest.substr(colon + 1));
}

bool is_named_as_house(std::string_view target) {
    constexpr std::string_view scheme = "https://";
    const std::string text = base::to_lower(base::trim(target, is_in_quotes_or_blank).substr(0, 100));
    return text.starts_with(scheme) &&
           std::ranges::any_of(std::array{"sharepoint.", "intranet.", "intra.", "portal."},
                               [&](const char* name) {
                                   return std::string_view(text).substr(scheme.size()).starts_with(name);
                               });
}

bool is_web_address(std::string_view target) {
    return std::ranges::any_of(std::array{"http://", "https://", "ftp://"}, [&](const char* scheme) {
        return base::starts_with_ignoring_case(target, scheme);
    });
}

std::string without_doubled_backslashes(std::string_view path) {
    std::string out;
    out.reserve(path.size());
    for (std::size_t at = 0; at < path.size();) {
        if (path[at] != '\\') {
            out += path[at++];
            continue;
        }
        const std::size_t end = std::min(path.find_first_not_of('\\', at), path.size());
        out.append(at == 0 && end > 1 ? "\\\\" : "\\");
        at = end;
    }
    return out;
}

}  // namespace sekisho::scanner::office
