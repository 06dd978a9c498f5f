#include "scanner/text_of.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/charset.h"
#include "base/escape.h"
#include "base/text.h"
#include "scanner/html_tokens.h"

namespace sekisho::scanner {

namespace {

// Input that is read, and text that is given, at most.
constexpr std::size_t max_text = 1u << 20;
// HTML gives two renderings; each gets half.
constexpr std::size_t max_rendering = max_text / 2 - 1;

// Tags that a browser breaks the line or the cell at; all others stand within a word as well as between two.
constexpr std::array<std::string_view, 26> block_tags{
    "address", "article", "blockquote", "br",    "center", "dd", "div", "dl", "dt",
    "form",    "h1",      "h2",         "h3",    "h4",     "hr", "li",  "ol", "option",
    "p",       "pre",     "section",    "table", "td",     "th", "tr",  "ul"};

// Content that is no text for people.
constexpr std::array<std::string_view, 4> skipped_tags{"script", "style", "noembed", "template"};

// The text of `html`; `inline_gap` stands for each tag that breaks no line.
std::string render(std::string_view html, std::string_view inline_gap) {
    HtmlTags tags(html);
    std::string out;
    for (std::size_t pos = 0; pos < html.size() && out.size() < max_rendering;) {
        const std::string_view rest = html.substr(pos);
        const auto next = std::ranges::find_if(rest, [](char c) { return c == '<' || c == '&'; });
        const std::string_view plain(rest.begin(), next);
        out += plain;
        pos += plain.size();
        if (pos == html.size()) break;
        if (html[pos] == '&') {
            const std::size_t n = decode_html_entity(html.substr(pos), out);
            if (n == 0) out += '&';
            pos += std::max<std::size_t>(n, 1);
            continue;
        }
        const HtmlTag tag = tags.at(pos);
        if (tag.size == 0) {
            out += '<';
            ++pos;
            continue;
        }
        pos += tag.size;
        const bool is_block = std::ranges::find(block_tags, tag.name) != block_tags.end();
        out += is_block ? std::string_view("\n") : tag.name.empty() ? std::string_view() : inline_gap;
        if (!tag.closing && std::ranges::find(skipped_tags, tag.name) != skipped_tags.end()) {
            pos = tags.end_of_raw(tag.name, pos);
        }
    }
    if (out.size() > max_rendering) out.resize(max_rendering);
    return out;
}

// What an HTML page says of itself in its first bytes.
std::string meta_charset(std::string_view html) {
    constexpr std::size_t looked_at = 1'024;
    constexpr std::string_view key = "charset=";
    const std::string_view head = html.substr(0, looked_at);
    const std::size_t at = base::find_ignoring_case(head, key);
    if (at == head.npos) return {};
    std::string_view value = head.substr(at + key.size());
    while (value.starts_with('"') || value.starts_with('\''))
        value.remove_prefix(1);
    return std::string(value.substr(0, value.find_first_of("\"'; />")));
}

// A declared charset that the bytes contradict is not believed: old mailers declare us-ascii for anything.
bool believable(std::string_view charset, std::string_view guess, base::Bytes bytes) {
    if (charset.empty() || !base::is_known_charset(charset)) return false;
    const std::string lower = base::to_lower(charset);
    if (lower == "utf-8" || lower == "utf8")
        return base::is_utf8(base::as_text(bytes)) && guess != "iso-2022-jp";
    // The guess errs on Latin text, so a declared Latin charset stands unless the bytes are plainly
    // another's.
    if (lower == "iso-8859-1") return guess != "utf-8" && guess != "iso-2022-jp";
    return lower != "us-ascii" && lower != "ascii";
}

bool is_html(const Part& part) {
    return part.type == "text/html" || (part.type.empty() && part.claimed_type == "text/html");
}

std::string unicode_of(const Part& part) {
    const base::Bytes bytes = base::head(part.bytes, max_text);
    const std::string_view guess = base::guess_charset(bytes);
    if (believable(part.charset, guess, bytes)) return base::to_utf8(bytes, part.charset);
    if (is_html(part)) {
        const std::string declared = meta_charset(base::as_text(bytes));
        if (believable(declared, guess, bytes)) return base::to_utf8(bytes, declared);
    }
    return base::to_utf8(bytes, guess);
}

}  // namespace

std::string text_of(const Part& part) {
    std::string text = unicode_of(part);
    if (is_html(part) && text.find('<') != text.npos) {
        // A password may be split by tags ("pass<b>word</b>") or set off by them alone ("is<b>1234</b>").
        text = render(text, "") + "\n" + render(text, " ");
    } else if (is_html(part)) {
        text = render(text, "");
    }
    if (text.size() > max_text) text.resize(max_text);
    return text;
}

}  // namespace sekisho::scanner
