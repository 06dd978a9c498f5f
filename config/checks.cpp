#include "config/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/network.h"
#include "base/text.h"
#include "config/value.h"
#include "model/finding.h"

namespace sekisho::config {

namespace {

bool is_port(std::string_view text) {
    int port = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && rest == text.data() + text.size() && port > 0 && port < 65'536;
}

// "inet:port@host", as libmilter writes it.
bool is_inet_ours(std::string_view text) {
    if (!text.starts_with("inet:") && !text.starts_with("inet6:")) return false;
    const std::string_view rest = text.substr(text.find(':') + 1);
    const std::size_t at = rest.find('@');
    return at != std::string_view::npos && is_port(rest.substr(0, at)) && at + 1 < rest.size();
}

bool is_printable_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

bool is_word(std::string_view text, std::string_view more) {
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        const char lower = base::ascii_lower(c);
        return (lower >= 'a' && lower <= 'z') || base::is_digit(c) || more.find(c) != std::string_view::npos;
    });
}

}  // namespace

std::string check_milter_socket(std::string_view text) {
    if (text.starts_with("unix:/") && is_printable_ascii(text)) {
        constexpr std::size_t longest =
            106 + 5;  // sun_path of Linux less the byte of unready_path(), and "unix:"
        return text.size() <= longest ? "" : "the path of the socket has at most 106 bytes";
    }
    if (is_inet_ours(text)) return {};
    return "write \"unix:/path\" or \"inet:port@host\" (in Postfix's main.cf the same is inet:host:port)";
}

std::string check_smtp_server(std::string_view text) {
    if (text.starts_with("unix:/") || is_inet_ours(text)) return {};
    const std::size_t colon = text.rfind(':');
    if (text.starts_with("inet:") && colon > 5 && is_port(text.substr(colon + 1))) return {};
    return "write \"inet:host:port\" or \"inet:port@host\", for example \"inet:127.0.0.1:25\"";
}

std::string check_path(std::string_view text) {
    if (text.starts_with('/') && text.find('\0') == std::string_view::npos) return {};
    return "write a path that begins with /";
}

std::string check_path_or_empty(std::string_view text) { return text.empty() ? "" : check_path(text); }

std::string check_network(std::string_view text) {
    const auto network = base::Network::parse(text);
    if (network) return {};
    return "write an address or network, for example \"192.0.2.0/24\" or \"2001:db8::/32\" (no bits behind "
           "the "
           "prefix)";
}

std::string check_domain(std::string_view text) {
    if (is_word(text, ".-") && text != "." && !text.ends_with('.')) return {};
    return "write a domain such as \"example.com\", or \".example.com\" for it and all below it";
}

std::string check_domain_or_empty(std::string_view text) { return text.empty() ? "" : check_domain(text); }

std::string check_address(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at != std::string_view::npos && at > 0 && text.size() <= 254 && text.find('@') == at &&
        is_word(text.substr(0, at), ".!#$%&'*+-/=?^_`{|}~") && check_domain(text.substr(at + 1)).empty()) {
        return {};
    }
    return "write an address such as \"postmaster@example.com\"";
}

std::string check_address_or_empty(std::string_view text) { return text.empty() ? "" : check_address(text); }

std::string check_loopback_or_empty(std::string_view text) {
    if (text.empty()) return {};
    const std::size_t colon = text.rfind(':');
    if (colon != std::string_view::npos && is_port(text.substr(colon + 1))) {
        std::string_view host = text.substr(0, colon);
        if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
        if (host == "::1" || base::any_contains({"127.0.0.0/8"}, host)) return {};
    }
    return "only loopback is listened on: write \"127.0.0.1:9119\" or \"[::1]:9119\"";
}

std::string check_webhook_or_empty(std::string_view text) {
    if (text.empty()) return {};
    constexpr std::string_view wanted =
        "write an address such as \"https://hooks.example.com/sekisho\"; \"http://\" only with 127.0.0.1, "
        "[::1] or "
        "localhost, and without a user's name";
    const auto is_odd = [](char c) {
        return c <= ' ' || c > '~' || c == '"' || c == '<' || c == '>' || c == '\\';
    };
    if (text.size() > 2'000 || std::ranges::any_of(text, is_odd)) return std::string(wanted);
    const bool tls = text.starts_with("https://");
    if (!tls && !text.starts_with("http://")) return std::string(wanted);
    text.remove_prefix(tls ? 8 : 7);
    const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
    if (authority.empty() || authority.find('@') != authority.npos) return std::string(wanted);
    std::string_view host = authority;
    const std::size_t colon = authority.rfind(':');
    if (colon != authority.npos && authority.find(']', colon) == authority.npos) {
        if (!is_port(authority.substr(colon + 1))) return std::string(wanted);
        host = authority.substr(0, colon);
    }
    if (host.empty()) return std::string(wanted);
    const bool loopback = host == "localhost" || host == "[::1]" || base::any_contains({"127.0.0.0/8"}, host);
    return tls || loopback ? std::string() : std::string(wanted);
}

std::string check_reply(std::string_view text) {
    if (is_printable_ascii(text) && text.size() <= 300) return {};
    return "an SMTP reply is one line of printable ASCII, at most 300 bytes";
}

std::string check_prefix(std::string_view text) {
    if (is_printable_ascii(text) && text.size() <= 60) return {};
    return "a subject prefix is printable ASCII, at most 60 bytes";
}

std::string check_sha256(std::string_view text) {
    const bool hex =
        std::ranges::all_of(text, [](char c) { return base::is_digit(c) || (c >= 'a' && c <= 'f'); });
    return text.size() == 64 && hex ? "" : "write the SHA-256 as 64 lower-case hexadecimal digits";
}

std::string check_finding(std::string_view text) {
    if (text.starts_with("yara.") || model::find_finding(text) != nullptr) return {};
    const auto rows = model::findings_table();
    const bool glob = text.find_first_of("*?") != std::string_view::npos;
    if (glob && (base::matches_glob(text, "yara.x") || std::ranges::any_of(rows, [&](const auto& row) {
                     return base::matches_glob(text, row.id);
                 }))) {
        return {};
    }
    if (glob)
        return "no finding id matches this pattern; docs/findings.md and `sekisho rules list` name them";
    std::vector<std::string_view> ids;
    std::ranges::transform(rows, std::back_inserter(ids), &model::FindingRow::id);
    const std::string_view meant = nearest(text, ids);
    if (!meant.empty()) return fmt::format("there is no such finding; did you mean \"{}\"?", meant);
    return "there is no such finding; `sekisho rules list` names them";
}

std::string check_name(std::string_view text) {
    if (is_word(text, "._-") && text.size() <= 60) return {};
    return "a name is made of letters, digits, '.', '_' and '-', at most 60";
}

std::string check_known_sender(std::string_view text) {
    const std::size_t angle = text.rfind('<');
    if (angle != std::string_view::npos && angle > 0 && text.ends_with('>') &&
        text.substr(0, angle).find_first_not_of(' ') != std::string_view::npos) {
        const std::string_view place = text.substr(angle + 1, text.size() - angle - 2);
        const bool is_address = place.find('@') != std::string_view::npos;
        if (is_address ? check_address(place).empty()
                       : !place.starts_with('.') && check_domain(place).empty())
            return {};
    }
    return "write a name with an address or a domain, such as \"Ann Example <ann@example.com>\" or "
           "\"Example Accounting <example.com>\"";
}

std::string check_word(std::string_view text) {
    const auto is_odd = [](char c) { return c <= ' ' || c > '~' || c == ';'; };
    if (!text.empty() && text.size() <= 255 && std::ranges::none_of(text, is_odd)) return {};
    return "write one word of printable ASCII, such as \"mx1.example.com\"";
}

std::string check_not_empty(std::string_view text) { return text.empty() ? "this must not be empty" : ""; }
std::string check_argument(std::string_view text) {
    constexpr std::size_t longest = 4'096;
    if (text.size() > longest) return "an argument has at most 4,096 bytes";
    return text.find('\0') == text.npos ? "" : "an argument holds no NUL";
}

}  // namespace sekisho::config
