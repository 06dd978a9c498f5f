#include "scanner/text/link_facts.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/domain.h"
#include "base/text.h"
#include "scanner/extensions.h"
#include "scanner/text/host_names.h"
#include "scanner/text/links.h"

namespace sekisho::scanner::text {

namespace {

// Text that programs run, by its type or by where it comes from.
bool is_code_part(const Part& part) {
    constexpr std::array<std::string_view, 6> openers{"vba", "folded",     "xlm",
                                                      "lnk", "ole-stream", "html-smuggling"};
    if (part.type == "text/html" || part.type == "image/svg+xml") return false;
    const bool plain = part.type == "text/plain" || part.type == "text/xml";
    return !plain || std::ranges::find(openers, part.opened_by) != openers.end();
}

std::string_view last_segment(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// A port or "SSL" behind the host, or WebDAV's own root: Windows fetches the file from the web.
bool is_webdav(const Url& url) {
    return !url.port.empty() || base::starts_with_ignoring_case(url.path, "/DavWWWRoot");
}

bool is_office_host(std::string_view host) {
    constexpr std::array<std::string_view, 4> domains{".sharepoint.com", ".sharepoint.cn", ".office.com",
                                                      ".microsoft.com"};
    return std::ranges::any_of(domains, [&](std::string_view domain) { return host.ends_with(domain); });
}

// Services that hand out what anybody has put there, by links that save a file at once.
bool is_file_host(const Url& url) {
    struct Row {
        std::string_view host;   // or the end of it, where it begins with '.'
        std::string_view path;   // begins so
        std::string_view query;  // holds this
    };
    constexpr std::array rows{Row{"drive.google.com", "/uc", ""},
                              Row{"drive.usercontent.google.com", "/download", ""},
                              Row{"docs.google.com", "/uc", ""},
                              Row{"firebasestorage.googleapis.com", "/v0/b/", "alt=media"},
                              Row{"cdn.discordapp.com", "/attachments/", ""},
                              Row{"media.discordapp.net", "/attachments/", ""},
                              Row{"www.dropbox.com", "/s", "dl=1"},
                              Row{"dl.dropboxusercontent.com", "/", ""},
                              Row{"onedrive.live.com", "/download", ""},
                              Row{"transfer.sh", "/", ""},
                              Row{"ipfs.io", "/ipfs/", ""},
                              Row{".ipfs.dweb.link", "/", ""},
                              Row{"gateway.pinata.cloud", "/ipfs/", ""},
                              Row{"cloudflare-ipfs.com", "/ipfs/", ""}};
    return std::ranges::any_of(rows, [&](const Row& row) {
        const bool host = row.host.starts_with('.') ? url.host.ends_with(row.host) : url.host == row.host;
        return host && url.path.starts_with(row.path) && url.query.find(row.query) != std::string::npos;
    });
}

// "/nit/ut/?ABC=1", "/ea/molestiae?12345678": QakBot's, of words of a filler text.
bool has_two_words(const Url& url) {
    constexpr std::size_t longest_word = 16;
    constexpr std::size_t longest_query = 20;
    std::string_view path = url.path;
    if (path.ends_with('/')) path.remove_suffix(1);
    const std::vector<std::string_view> words = base::split(path, '/');  // the first is empty
    const bool two =
        words.size() == 3 && std::ranges::all_of(words.begin() + 1, words.end(), [](std::string_view word) {
            return word.size() >= 2 && word.size() <= longest_word &&
                   std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
        });
    const std::string_view query = url.query;
    return two && query.size() >= 3 && query.size() <= longest_query && base::is_digit(query.back()) &&
           std::ranges::all_of(
               query, [](char c) { return base::is_digit(c) || (c >= 'A' && c <= 'Z') || c == '='; });
}

}  // namespace

bool has_random_directory(const Url& url) {
    std::string_view path = url.path;
    if (!url.is_web() || !path.ends_with('/')) return false;
    path.remove_suffix(1);
    const std::size_t slash = path.rfind('/');
    if (slash == path.npos || slash == 0) return false;  // the directory of a directory
    const std::string_view name = path.substr(slash + 1);
    bool upper = false;
    bool lower = false;
    for (const char c : name) {
        upper = upper || (c >= 'A' && c <= 'Z');
        lower = lower || (c >= 'a' && c <= 'z');
        if (!base::is_digit(c) && base::ascii_lower(c) == c && !(c >= 'a' && c <= 'z')) return false;
    }
    if (!upper || !lower || name.size() < 3 || name.size() > 24) return false;
    std::string_view query = url.query;
    if (query.ends_with("&c=1")) query.remove_suffix(4);
    return query.empty() || (query.size() == 6 && std::ranges::all_of(query, base::is_digit));
}

bool has_dropper_directory(const Url& url) {
    constexpr std::array<std::string_view, 5> names{"/wp-content/", "/wp-admin/", "/wp-includes/",
                                                    "/cgi-bin/", "/.well-known/"};
    return std::ranges::any_of(
        names, [&](std::string_view name) { return url.path.find(name) != std::string::npos; });
}

LinkFacts::LinkFacts(const Part& part, Findings& findings)
    : part_(part), findings_(findings), is_code_(is_code_part(part)) {}

void LinkFacts::report(std::string_view id, const Url& url) { findings_.add(id, part_.id, url.text()); }

bool LinkFacts::add(std::string_view raw, LinkPlace place) {
    raw = raw.substr(0, max_link);
    if (seen_.contains(raw)) return true;
    if (seen_.size() >= max_links) {
        ++more_;
        return false;
    }
    seen_.emplace(raw);
    const std::optional<Url> url = parse_url(raw);
    if (!url) return true;
    judge(*url, place);
    if (const auto redirect = redirect_of(*url)) {
        if (redirect->is_open) report("link.redirect", *url);
        judge(redirect->target, place);
    }
    return true;
}

bool LinkFacts::add_anchor(std::string_view raw, std::string_view shown) {
    const bool going_on = add(raw, LinkPlace::anchor);
    const std::optional<Url> seen = parse_shown_url(shown);
    if (!seen || !going_on) return going_on;
    std::optional<Url> real = parse_url(raw.substr(0, max_link));
    if (!real || !real->is_web()) return true;
    if (auto redirect = redirect_of(*real)) real = std::move(redirect->target);
    if (base::organisation_of(seen->host) != base::organisation_of(real->host))
        findings_.add("link.mismatch", part_.id,
                      fmt::format("{} is shown, {} is meant", seen->host, real->host));
    return true;
}

void LinkFacts::finish() {
    constexpr std::size_t enough = 3;
    if (drop_hosts_.size() >= enough) {
        findings_.add("link.url-list", part_.id,
                      fmt::format("{} hosts: {}", drop_hosts_.size(), drop_example_));
    }
    if (more_ > 0) findings_.add("link.many", part_.id, fmt::format("{} more", more_));
}

void LinkFacts::judge(const Url& url, LinkPlace place) {
    judge_scheme(url, place);
    judge_host(url);
    if (url.is_web()) judge_path(url, place);
}

void LinkFacts::judge_scheme(const Url& url, LinkPlace place) {
    const std::string& scheme = url.scheme;
    if (scheme == "ms-appinstaller") {
        report("link.appinstaller", url);
    } else if (scheme == "search-ms" || scheme == "search") {
        if (url.path.find("crumb") != std::string::npos || url.path.find("query=") != std::string::npos)
            report("link.search-ms", url);
    } else if (scheme == "ms-msdt" || scheme == "ms-officecmd") {
        report("link.protocol", url);
    } else if (scheme == "mhtml") {
        if (url.path.find("!x-usc:") != std::string::npos) report("link.protocol", url);
    } else if (scheme == "javascript" || scheme == "vbscript") {
        // What old newsletters and web mailers put where nothing is to happen.
        const std::string_view code = base::trim(url.path);
        const bool nothing = code.size() < 16 || code.starts_with("void") ||
                             code.starts_with("window.print") || code.starts_with("history.");
        if (place == LinkPlace::anchor && !nothing) report("link.javascript", url);
    } else if (scheme.starts_with("ms-") && url.path.find("|u|") != std::string::npos) {
        const auto target = parse_url(std::string_view(url.path).substr(url.path.find("|u|") + 3));
        if (target && !is_office_host(target->host)) report("link.office-uri", url);
    } else if (scheme == "file" || scheme == "smb" || scheme == "webdav") {
        const bool far = url.kind == HostKind::address || url.kind == HostKind::disguised;
        if (is_webdav(url) || far) {
            report("link.webdav", url);
        } else if (url.kind == HostKind::name && looks_like_host(url.host)) {
            report("link.file", url);
        }
    }
}

void LinkFacts::judge_host(const Url& url) {
    if (url.host.empty() || url.scheme == "file") return;
    if (url.kind == HostKind::disguised) report("link.numeric-host", url);
    if (url.kind == HostKind::address) report("link.ip-host", url);
    if (url.kind == HostKind::name && has_mixed_letters(url.host)) report("link.punycode-mix", url);
    // "https://www.bank.example@192.0.2.1/": what stands before the '@' is no host.
    const std::string_view user = std::string_view(url.user).substr(0, url.user.find_first_of(":/"));
    if (url.is_web() && !user.empty() && looks_like_host(base::to_lower(user))) report("link.userinfo", url);
}

void LinkFacts::judge_path(const Url& url, LinkPlace place) {
    if (place == LinkPlace::resource) return;
    if (has_random_directory(url)) {
        if (has_dropper_directory(url)) report("link.emotet-path", url);
        if (is_code_) {
            if (drop_hosts_.size() < 100) drop_hosts_.insert(url.host);
            drop_example_ = url.text();
        }
    }
    if (is_file_host(url)) report("link.file-host", url);
    if (has_two_words(url)) report("link.two-words", url);
    // Links of a PDF are there to be clicked on.
    const bool clicked =
        place == LinkPlace::anchor || (part_.opened_by == "pdf" && part_.type == "text/plain");
    const std::string extension = base::extension_of(last_segment(url.path));
    if (extension.empty() || url.kind == HostKind::private_address) return;
    // A page's address may end in another's name; scripts of pages are named in texts about them.
    const bool is_name = extension == "com" || (!clicked && (extension == "js" || extension == "inf"));
    if (is_dangerous(risk_of_extension(extension)) && !is_name) {
        report("link.executable", url);
    } else if (extension == "zip" || extension == "rar" || extension == "7z") {
        report("link.archive", url);
    }
}

}  // namespace sekisho::scanner::text
