#include "scanner/text/formats.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/text/openpgp.h"

namespace sekisho::scanner::text {

namespace {

constexpr std::size_t looked_at = 4u << 10;
constexpr Confidence html_confidence = weak_match - 5;
constexpr Confidence plain_confidence = weak_match - 20;

// Characters that text is not made of. ESC starts the shifts of ISO-2022, FF and BS stand in printer output.
bool is_odd(char c) {
    const auto b = static_cast<unsigned char>(c);
    return b < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\b' && c != '\x1B';
}

bool is_text(std::string_view text) {
    if (text.empty()) return false;
    if (std::ranges::none_of(text, is_odd)) return true;
    const std::string_view charset = base::guess_charset(base::as_bytes(text));
    return charset == "utf-16le" || charset == "utf-16be";
}

constexpr std::array<std::string_view, 22> html_tags{"<!doctype html",
                                                     "<html",
                                                     "<head",
                                                     "<body",
                                                     "<meta",
                                                     "<title",
                                                     "<div",
                                                     "<table",
                                                     "<p>",
                                                     "<p ",
                                                     "<br",
                                                     "<span",
                                                     "<font",
                                                     "<style",
                                                     "<a ",
                                                     "<img",
                                                     "<script",
                                                     "<center",
                                                     "<h1",
                                                     "<b>",
                                                     "<ul>",
                                                     "<iframe"};

Confidence recognise_html(base::Bytes head, std::string_view) {
    const std::string_view start = base::as_text(base::head(head, looked_at));
    if (start.find('<') == start.npos || !is_text(start)) return no_match;
    const std::string lower = base::to_lower(base::trim(start));
    std::string_view text = lower;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.starts_with("<!doctype html") || text.starts_with("<html")) return good_match;
    if (text.starts_with("<?xml")) return no_match;
    const auto tags =
        std::ranges::count_if(html_tags, [&](std::string_view tag) { return text.find(tag) != text.npos; });
    // One tag may be quoted in a text; a fragment of HTML begins with one, or holds several kinds.
    return tags > 2 || (tags > 0 && text.starts_with('<')) ? html_confidence : no_match;
}

Confidence recognise_plain(base::Bytes head, std::string_view) {
    return is_text(base::as_text(base::head(head, looked_at))) ? plain_confidence : no_match;
}

Turn always_light(const Part&) { return Turn::light; }

}  // namespace

const Format html_format{
    .name = "html",
    .type = "text/html",
    .extensions = "html,htm,xhtml,shtml",
    .recognise = recognise_html,
    .turn = always_light,
    .inspect = inspect_for_pgp,
    .risky = false,
};

const Format plain_format{
    .name = "text",
    .type = "text/plain",
    .extensions = "txt,text,csv,log,asc",
    .recognise = recognise_plain,
    .turn = always_light,
    .inspect = inspect_for_pgp,
    .risky = false,
};

}  // namespace sekisho::scanner::text
