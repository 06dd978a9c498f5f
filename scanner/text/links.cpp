#include "scanner/text/links.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "scanner/ascii_text.h"
#include "scanner/html_tokens.h"
#include "scanner/text/link_facts.h"

namespace sekisho::scanner::text {

namespace {

// Schemes that texts have without "//" behind; longest first where one ends as another.
constexpr std::array<std::string_view, 14> bare_schemes{
    "ms-appinstaller", "search-ms", "ms-word",    "ms-excel",   "ms-powerpoint",
    "ms-publisher",    "ms-visio",  "ms-access",  "ms-msdt",    "ms-officecmd",
    "ms-search",       "mhtml",     "ms-project", "ms-infopath"};
constexpr std::size_t longest_scheme = 16;
constexpr std::size_t longest_host = 128;      // bytes before "@SSL" in which its host may begin
constexpr std::size_t max_bare = 512;          // bytes of a link without "//"
constexpr std::size_t max_shown = 512;         // bytes of what an <a> shows
constexpr std::size_t max_cleaned = 8u << 20;  // bytes of code that is looked at again without its junk

bool is_scheme(char c) {
    const char lower = base::ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || base::is_digit(c) || c == '-' || c == '*' || c == '+';
}

// Ends a link in a text. Bytes from 0x80 on are Japanese text that begins without a blank, but for Latin,
// Greek and Cyrillic letters, which may be part of a host.
bool ends_link(char c, bool in_host) {
    const auto b = static_cast<unsigned char>(c);
    if (b >= 0x80) return !in_host || (b >= 0xE0);
    return b <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`' || b == 0x7F;
}

// Another link begins there: lists of them are parted by ',', '@', '*' and the like.
bool begins_another(std::string_view text, std::size_t at) {
    const std::string_view rest = text.substr(at, 8);
    if (at == 0 || std::string_view(",@*;|!").find(text[at - 1]) == std::string_view::npos) return false;
    return base::starts_with_ignoring_case(rest, "http://") ||
           base::starts_with_ignoring_case(rest, "https://") || base::starts_with_ignoring_case(rest, "hxxp");
}

// The link that begins at `begin`, with `rest` behind its ':'.
std::string_view link_at(std::string_view text, std::size_t begin, std::size_t rest,
                         std::size_t most = max_link) {
    std::size_t end = rest;
    while (end < text.size() && (text[end] == '/' || text[end] == '\\' || text[end] == ']'))
        ++end;
    bool in_host = true;
    const std::size_t last = std::min(text.size(), begin + most);
    for (; end < last && !ends_link(text[end], in_host); ++end) {
        if (text[end] == '/' || text[end] == '?') in_host = false;
        if (most == max_link && (text[end] == 'h' || text[end] == 'H') && begins_another(text, end)) break;
    }
    std::string_view link = text.substr(begin, std::min(end, last) - begin);
    // What ends a sentence ends no link.
    while (!link.empty() && std::string_view(".,;:!?)]}|*@").find(link.back()) != std::string_view::npos)
        link.remove_suffix(1);
    return link;
}

// Links of a text, by its colons.
void find_links(std::string_view text, LinkFacts& facts) {
    for (std::size_t at = text.find(':'); at != text.npos; at = text.find(':', at + 1)) {
        const std::string_view behind = text.substr(at + 1, 4);
        const bool slashes = behind.starts_with("//") || behind.starts_with("\\/\\/") ||
                             behind.starts_with("]//") || behind.starts_with("\\\\");
        const std::size_t earliest = at - std::min(at, longest_scheme);
        std::size_t begin = at;
        if (slashes && begin > 0 && text[begin - 1] == '[') --begin;
        const std::size_t end = begin;
        while (begin > earliest && is_scheme(text[begin - 1]))
            --begin;
        std::string_view scheme = text.substr(begin, end - begin);
        if (scheme.size() < 2) continue;  // a drive
        if (slashes) {
            constexpr std::array<std::string_view, 11> known{
                "https", "http", "hxxps", "hxxp", "h**ps",          "h**p",
                "ftp",   "file", "fxp",   "smb",  "ms-appinstaller"};
            const auto row = std::ranges::find_if(
                known, [&](std::string_view name) { return base::ends_with_ignoring_case(scheme, name); });
            if (row == known.end()) continue;
            begin = end - row->size();
            const std::string_view link = link_at(text, begin, at + 1);
            (void)facts.add(link, LinkPlace::written);
            at = std::max(at, begin + link.size() - std::min<std::size_t>(link.size(), 1));
            continue;
        }
        const auto row = std::ranges::find_if(
            bare_schemes, [&](std::string_view name) { return base::ends_with_ignoring_case(scheme, name); });
        if (row == bare_schemes.end()) continue;
        const std::size_t from = end - row->size();
        const std::string_view link = link_at(text, from, at + 1, max_bare);
        (void)facts.add(link, LinkPlace::written);
        // A link within it is one of its own: ms-word:ofe|u|https://...
        const std::size_t inner = link.find("://");
        at = std::max(at, from + (inner == link.npos ? link.size() : inner) - 1);
    }
}

// The "\\host@SSL\..." and "\\host\DavWWWRoot\..." of a text; other network paths are an office's own.
void find_webdav(std::string_view text, LinkFacts& facts) {
    // Gives the place from which to look on.
    const auto add_around = [&](std::size_t at, std::size_t next) {
        std::size_t begin = at;
        const std::size_t earliest = at - std::min<std::size_t>(at, longest_host);
        while (begin > earliest && !ends_link(text[begin - 1], true))
            --begin;
        const std::size_t slashes = text.substr(begin, at - begin).find("\\\\");
        if (slashes == text.npos) return next;
        begin += slashes;
        const std::string_view link = link_at(text, begin, begin, max_bare);
        (void)facts.add(link, LinkPlace::written);
        return std::max(next, begin + link.size());
    };
    for (std::size_t at = text.find('@'); at != text.npos;) {
        std::string_view rest = text.substr(at + 1, 8);
        if (base::starts_with_ignoring_case(rest, "ssl")) rest.remove_prefix(3);
        while (!rest.empty() && (base::is_digit(rest[0]) || rest[0] == '@'))
            rest.remove_prefix(1);
        const bool is_port = rest.starts_with('\\') && rest.data() != text.data() + at + 1;
        at = text.find('@', is_port ? add_around(at, at + 1) : at + 1);
    }
    for (const std::string_view root : {"DavWWWRoot", "davwwwroot"}) {
        for (std::size_t at = text.find(root); at != text.npos;)
            at = text.find(root, add_around(at, at + root.size()));
    }
}

// Code without what is put between the characters of a string: carets and backticks, joined literals.
std::string without_junk(std::string_view code) {
    std::string out;
    out.reserve(code.size());
    for (std::size_t at = 0; at < code.size(); ++at) {
        const char c = code[at];
        if (c == '^' || c == '`') continue;
        if (c == '"' || c == '\'') {
            std::size_t next = at + 1;
            while (next < code.size() && base::is_blank(code[next]))
                ++next;
            if (next < code.size() && (code[next] == '&' || code[next] == '+')) {
                ++next;
                while (next < code.size() && base::is_blank(code[next]))
                    ++next;
                if (next < code.size() && code[next] == c) {
                    at = next;
                    continue;
                }
            }
        }
        out += c;
    }
    return out;
}

LinkPlace place_of(const HtmlTag& tag) {
    if (tag.name == "a" || tag.name == "area" || tag.name == "form" || tag.name == "button" ||
        tag.name == "base" || tag.name == "input")
        return LinkPlace::anchor;
    return tag.name == "script" || tag.name == "link" ? LinkPlace::resource : LinkPlace::fetched;
}

// The links of a page.
class PageLinks {
public:
    explicit PageLinks(LinkFacts& facts) : facts_(facts) {}

    void read(std::string_view html) {
        HtmlTokens tokens(html);
        for (HtmlToken token; tokens.next(token);) {
            switch (token.kind) {
                case HtmlToken::Kind::text:
                    if (in_anchor_) {
                        shown_ += token.text.substr(0, max_shown - std::min(shown_.size(), max_shown));
                    } else {
                        find_links(token.text, facts_);
                        find_webdav(token.text, facts_);
                    }
                    break;
                case HtmlToken::Kind::content:
                    if (token.tag.name == "script") find_links(token.text, facts_);
                    break;
                case HtmlToken::Kind::tag:
                    take_tag(token.tag);
                    break;
            }
        }
        end_anchor();
    }

private:
    void take_tag(const HtmlTag& tag) {
        constexpr std::array<std::string_view, 20> linked{
            "a",   "area",  "audio", "base", "body",   "button", "embed",  "form", "frame", "iframe",
            "img", "input", "link",  "meta", "object", "script", "source", "td",   "use",   "video"};
        if (tag.name == "a") end_anchor();
        if (tag.closing || !std::ranges::binary_search(linked, tag.name)) return;
        HtmlAttributes attributes(tag.attributes);
        for (HtmlAttribute attribute; attributes.next(attribute);) {
            constexpr std::array<std::string_view, 8> names{
                "href", "src", "action", "data", "poster", "formaction", "background", "xlink:href"};
            const auto same = [&](std::string_view name) {
                return base::equals_ignoring_case(attribute.name, name);
            };
            if (!std::ranges::any_of(names, same)) continue;
            const std::string_view value = base::trim(attribute.value.substr(0, max_link));
            if (value.find(':') == value.npos && value.find("\\\\") == value.npos &&
                !value.starts_with("//") && value.find('&') == value.npos)
                continue;  // of the page itself
            if (base::starts_with_ignoring_case(value, "data:") ||
                base::starts_with_ignoring_case(value, "cid:") ||
                base::starts_with_ignoring_case(value, "mailto:"))
                continue;
            const std::string link = decode_html_value(value);
            if (tag.name == "a" && same("href")) {
                in_anchor_ = true;
                href_ = link;
            } else {
                (void)facts_.add(link, place_of(tag));
            }
        }
    }

    void end_anchor() {
        if (in_anchor_) (void)facts_.add_anchor(href_, decode_html_value(shown_));
        in_anchor_ = false;
        shown_.clear();
    }

    LinkFacts& facts_;
    bool in_anchor_ = false;
    std::string href_;
    std::string shown_;
};

}  // namespace

void inspect_links(const Part& part, Findings& findings) {
    const AsciiText text(part);
    LinkFacts facts(part, findings);
    const bool is_page =
        part.type == "text/html" || part.type == "image/svg+xml" || part.type == "application/hta";
    const auto paddings = part.paddings();
    if (is_page) {
        PageLinks(facts).read(text.view());
    } else if (paddings.empty()) {
        find_links(text.view(), facts);
        find_webdav(text.view(), facts);
        const std::string_view code = text.view().substr(0, max_cleaned);
        if (facts.is_code() && code.find_first_of("^`&+") != code.npos) find_links(without_junk(code), facts);
    } else {
        const Stretches stretches(part.bytes, paddings);
        for (const Stretch& stretch : stretches.all())
            find_links(base::as_text(stretch.bytes), facts);
    }
    facts.finish();
}

}  // namespace sekisho::scanner::text
