#include "scanner/text/url.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/escape.h"
#include "base/text.h"
#include "scanner/text/host_names.h"

namespace sekisho::scanner::text {

namespace {

// What stands for itself: schemes that are followed by "//" and a host.
constexpr std::array<std::string_view, 9> host_schemes{"http", "https", "ftp", "ftps",  "file",
                                                       "ws",   "wss",   "smb", "webdav"};

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    std::size_t at = text.find(what);
    if (at == text.npos) return;
    std::string out;
    std::size_t from = 0;
    for (; at != text.npos; at = text.find(what, from)) {
        out.append(text, from, at - from).append(by);
        from = at + what.size();
    }
    text = out.append(text, from);
}

// The scheme at the beginning, with whatever disarms it undone; nothing where there is none.
std::string take_scheme(std::string& text) {
    replace_all(text, "[:]", ":");
    replace_all(text, "[://]", "://");
    const std::size_t colon = text.substr(0, 32).find(':');
    if (colon == text.npos || colon == 0) return {};
    std::string scheme = base::to_lower(text.substr(0, colon));
    const bool known = std::ranges::all_of(scheme, [](char c) {
        return (c >= 'a' && c <= 'z') || base::is_digit(c) || c == '+' || c == '-' || c == '.' || c == '*';
    });
    if (!known) return {};
    if (scheme == "hxxp" || scheme == "h**p" || scheme == "hxtp" || scheme == "meow") scheme = "http";
    if (scheme == "hxxps" || scheme == "h**ps" || scheme == "hxtps") scheme = "https";
    if (scheme == "fxp") scheme = "ftp";
    text.erase(0, colon + 1);
    return scheme;
}

// Dots in brackets, as reports write them so that nobody follows the link.
void arm_host(std::string& host) {
    for (const std::string_view dot : {"[.]", "(.)", "{.}", "[dot]", "(dot)", "[d]", "\\."})
        replace_all(host, dot, ".");
    for (const std::string_view dot : {"\u3002", "\uFF0E", "\uFF61"})  // IDNA, RFC 3490 section 3.1
        replace_all(host, dot, ".");
}

// Fills user, host and port from what stands between "//" and the path.
bool read_authority(std::string authority, Url& url) {
    arm_host(authority);
    const std::size_t at = url.scheme == "file" ? authority.find('@') : authority.rfind('@');
    if (at != authority.npos && url.scheme == "file") {  // "host@SSL@8443": Windows' way to WebDAV
        url.port = base::to_lower(authority.substr(at + 1));
        authority.resize(at);
    } else if (at != authority.npos) {
        url.user = percent_decode(authority.substr(0, at));
        authority.erase(0, at + 1);
    }
    const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
    const std::size_t colon = bracket == authority.npos ? authority.npos : authority.find(':', bracket);
    if (colon != authority.npos) {
        url.port = authority.substr(colon + 1);
        authority.resize(colon);
    }
    std::string host = percent_decode(authority);
    if (!std::ranges::all_of(host, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
        if (!base::is_utf8(host)) return false;
        host = base::nfkc(host);
    }
    host = base::fold_case(host);
    while (host.ends_with('.'))
        host.pop_back();
    constexpr std::size_t longest = 253;
    const bool odd = std::ranges::any_of(host, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == '"' || c == '{' ||
               c == '}' || c == '$' || c == '%' || c == '(' || c == ')' || c == ',' || c == ';';
    });
    if (odd || host.size() > longest) return false;
    url.host = unicode_host(host);
    read_address(url);
    return true;
}

// %XX of the parameter undone where it holds a URL of its own.
std::optional<Url> nested_url(std::string_view value) {
    std::string plain = percent_decode(value);
    if (!plain.starts_with("http")) return std::nullopt;
    auto url = parse_url(plain);
    if (!url || !url->is_web() || url->host.empty()) return std::nullopt;
    return url;
}

std::string_view parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view field = query.substr(0, end);
        if (field.size() > name.size() && field[name.size()] == '=' &&
            base::starts_with_ignoring_case(field, name))
            return field.substr(name.size() + 1);
        query.remove_prefix(end == query.npos ? query.size() : end + 1);
    }
    return {};
}

// URL Defense of Proofpoint: version 2 writes '-' for '%' and '_' for '/', version 3 puts the URL between
// "__" and "__;".
std::optional<Url> url_defense(const Url& url) {
    if (url.path.starts_with("/v3/__")) {
        const std::string_view rest = std::string_view(url.path).substr(6);
        return nested_url(rest.substr(0, rest.rfind("__;")));
    }
    std::string value(parameter(url.query, "u"));
    std::ranges::replace(value, '-', '%');
    std::ranges::replace(value, '_', '/');
    return nested_url(value);
}

bool is_within(std::string_view host, std::string_view domain) {
    return host == domain || (host.size() > domain.size() && host.ends_with(domain) &&
                              host[host.size() - domain.size() - 1] == '.');
}

}  // namespace

std::string Url::text() const {
    const bool has_host = !host.empty() || std::ranges::find(host_schemes, scheme) != host_schemes.end();
    return fmt::format("{}{}{}{}{}{}{}{}", scheme, has_host ? "://" : ":", user.empty() ? "" : user + "@",
                       host, port.empty() ? "" : ":" + port, path, query.empty() ? "" : "?", query);
}

std::optional<Url> parse_url(std::string_view raw) {
    std::string text;
    for (const char c : base::trim(raw).substr(0, max_link)) {
        if (c != '\t' && c != '\r' && c != '\n' && c != '\0') text += c;
    }
    replace_all(text, "\\/", "/");  // JSON
    if (text.starts_with("//") || text.starts_with("\\\\"))
        text.insert(0, text[0] == '/' ? "http:" : "file:");
    Url url;
    url.scheme = take_scheme(text);
    if (url.scheme.empty()) return std::nullopt;
    if (std::ranges::find(host_schemes, url.scheme) == host_schemes.end()) {
        url.path = text;
        return url;
    }
    std::ranges::replace(text, '\\', '/');
    std::size_t slashes = 0;
    while (slashes < text.size() && text[slashes] == '/')
        ++slashes;
    // Browsers take one slash, or three, for two; of a file's the third begins its path.
    if (slashes == 0 && !url.is_web()) return std::nullopt;
    const bool local = url.scheme == "file" && slashes == 3;
    text.erase(0, local ? 2 : slashes);
    std::size_t end = std::min(text.find_first_of("/?#"), text.size());
    if (!read_authority(text.substr(0, end), url)) return std::nullopt;
    if (url.host.empty() && url.scheme != "file") return std::nullopt;
    text.erase(0, end);
    text.resize(std::min(text.find('#'), text.size()));
    const std::size_t question = std::min(text.find('?'), text.size());
    url.path = text.substr(0, question);
    if (question < text.size()) url.query = text.substr(question + 1);
    return url;
}

std::optional<Url> parse_shown_url(std::string_view shown) {
    shown = base::trim(shown);
    constexpr std::size_t longest = 400;
    if (shown.size() < 4 || shown.size() > longest || shown.find_first_of(" \t\r\n@") != shown.npos)
        return std::nullopt;
    if (shown.find("://") != shown.npos || shown.find("[:]") != shown.npos) {
        auto url = parse_url(shown);
        return url && url->is_web() && looks_like_host(url->host) ? url : std::nullopt;
    }
    const std::string_view host = shown.substr(0, shown.find_first_of("/?#:"));
    const bool www = base::starts_with_ignoring_case(host, "www.");
    if (!www && !looks_like_host(base::to_lower(host))) return std::nullopt;
    return parse_url("http://" + std::string(shown));
}

std::optional<Redirect> redirect_of(const Url& url) {
    if (!url.is_web()) return std::nullopt;
    if (is_within(url.host, "urldefense.com") || is_within(url.host, "urldefense.proofpoint.com") ||
        is_within(url.host, "urldefense.us")) {
        auto target = url_defense(url);
        if (target) return Redirect{std::move(*target)};
    }
    constexpr std::array<std::string_view, 17> names{
        "url",   "u",    "q",    "target", "dest", "destination", "redirect", "redirect_url", "redirect_uri",
        "redir", "goto", "link", "to",     "r",    "next",        "adurl",    "continue"};
    if (url.query.find("http") == std::string::npos) return std::nullopt;
    constexpr std::array<std::string_view, 6> open{"google.com",      "youtube.com",  "bing.com",
                                                   "doubleclick.net", "google.co.jp", "linkedin.com"};
    for (const std::string_view name : names) {
        auto target = nested_url(parameter(url.query, name));
        if (!target || target->host == url.host) continue;
        const bool known =
            std::ranges::any_of(open, [&](std::string_view host) { return is_within(url.host, host); });
        return Redirect{std::move(*target), known};
    }
    return std::nullopt;
}

}  // namespace sekisho::scanner::text
