#include "scanner/text_of.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/charset.h"
#include "base/escape.h"
#include "base/text.h"

namespace sekisho::scanner {

namespace {

// Input that is read, and text that is given, at most.
constexpr std::size_t max_text = 1u << 20;
// HTML gives two renderings; each gets half.
constexpr std::size_t max_rendering = max_text / 2 - 1;

struct Entity {
    std::string_view name;
    std::string_view utf8;
};

// Those that stand in mails that people and programs write. Sorted.
constexpr std::array entities{
    Entity{"amp", "&"},    Entity{"apos", "'"},   Entity{"bull", "•"},  Entity{"cent", "¢"},
    Entity{"colon", ":"},  Entity{"commat", "@"}, Entity{"copy", "©"},  Entity{"deg", "°"},
    Entity{"dollar", "$"}, Entity{"emsp", " "},   Entity{"ensp", " "},  Entity{"equals", "="},
    Entity{"euro", "€"},   Entity{"excl", "!"},   Entity{"gt", ">"},    Entity{"hellip", "…"},
    Entity{"hyphen", "-"}, Entity{"laquo", "«"},  Entity{"ldquo", "“"}, Entity{"lowbar", "_"},
    Entity{"lpar", "("},   Entity{"lsquo", "‘"},  Entity{"lt", "<"},    Entity{"mdash", "—"},
    Entity{"middot", "·"}, Entity{"nbsp", " "},   Entity{"ndash", "–"}, Entity{"num", "#"},
    Entity{"percnt", "%"}, Entity{"period", "."}, Entity{"plus", "+"},  Entity{"pound", "£"},
    Entity{"quot", "\""},  Entity{"raquo", "»"},  Entity{"rdquo", "”"}, Entity{"reg", "®"},
    Entity{"rpar", ")"},   Entity{"rsquo", "’"},  Entity{"sect", "§"},  Entity{"shy", ""},
    Entity{"sol", "/"},    Entity{"thinsp", " "}, Entity{"times", "×"}, Entity{"trade", "™"},
    Entity{"yen", "¥"},    Entity{"zwj", ""},     Entity{"zwnj", ""},
};

static_assert(std::ranges::is_sorted(entities, {}, &Entity::name));

// Tags that a browser breaks the line or the cell at; all others stand within a word as well as between two.
constexpr std::array<std::string_view, 26> block_tags{
    "address", "article", "blockquote", "br",    "center", "dd", "div", "dl", "dt",
    "form",    "h1",      "h2",         "h3",    "h4",     "hr", "li",  "ol", "option",
    "p",       "pre",     "section",    "table", "td",     "th", "tr",  "ul"};

// Content that is no text for people.
constexpr std::array<std::string_view, 4> skipped_tags{"script", "style", "noembed", "template"};

void append_utf8(std::uint32_t c, std::string& out) {
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = 0xFFFD;
    const auto put = [&out](std::uint32_t b) { out += static_cast<char>(b); };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
        put(0xC0u | c >> 6);
    } else if (c < 0x10000) {
        put(0xE0u | c >> 12);
        put(0x80u | (c >> 6 & 0x3Fu));
    } else {
        put(0xF0u | c >> 18);
        put(0x80u | (c >> 12 & 0x3Fu));
        put(0x80u | (c >> 6 & 0x3Fu));
    }
    put(0x80u | (c & 0x3Fu));
}

// Reads "&...;" at the start of `text`; the size of what was read, 0 where it is no entity. The ';' may be
// missing, as browsers allow.
std::size_t decode_entity(std::string_view text, std::string& out) {
    constexpr std::size_t longest = 20;
    const std::string_view body = text.substr(1, longest);
    const auto semicolon = [&](std::size_t n) { return body.substr(n, 1) == ";" ? n + 2 : n + 1; };
    if (body.starts_with('#')) {
        const bool hex = body.size() > 1 && (body[1] == 'x' || body[1] == 'X');
        const std::string_view digits = body.substr(hex ? 2 : 1);
        std::uint32_t value = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
        const auto n = static_cast<std::size_t>(end - digits.data());
        if (n == 0) return 0;
        append_utf8(error == std::errc() ? value : 0xFFFD, out);
        return semicolon(n + (hex ? 2 : 1));
    }
    const auto letter = [](char c) { return base::ascii_lower(c) >= 'a' && base::ascii_lower(c) <= 'z'; };
    const auto end = std::ranges::find_if_not(body, letter);
    const std::string name = base::to_lower(body.substr(0, static_cast<std::size_t>(end - body.begin())));
    const auto row = std::ranges::lower_bound(entities, std::string_view(name), {}, &Entity::name);
    if (row == entities.end() || row->name != name) return 0;
    out += row->utf8;
    return semicolon(name.size());
}

// What a '<' turns out to begin.
struct Tag {
    std::size_t size = 0;  // up to and with its '>'; 0: no tag, the '<' is text
    std::string name;      // lower case, without '/'; empty for comments and declarations
    bool closing = false;
};

// Finds the ends of tags. Each kind of end that is once not found is not looked for again, so that a text of
// '<' and quotes costs no more than its length.
class Tags {
public:
    explicit Tags(std::string_view html) : html_(html) {}

    Tag at(std::size_t pos) {
        const std::string_view rest = html_.substr(pos);
        if (rest.starts_with("<!--")) return comment(pos);
        Tag tag;
        std::size_t name = 1;
        if (rest.size() > 1 && rest[1] == '/') {
            tag.closing = true;
            ++name;
        }
        const char first = rest.size() > name ? base::ascii_lower(rest[name]) : '\0';
        const bool is_declaration = name == 1 && (first == '!' || first == '?');
        if (!is_declaration && (first < 'a' || first > 'z')) return {};
        if (!is_declaration) {
            while (rest.size() > name && is_name(rest[name]) && tag.name.size() < 16)
                tag.name += base::ascii_lower(rest[name++]);
        }
        const std::size_t end = end_of_tag(pos + name);
        if (end == html_.npos) return {};
        tag.size = end + 1 - pos;
        return tag;
    }

    // Offset behind the content of a <script> that begins at `pos`: of its closing tag.
    std::size_t end_of_skipped(std::string_view name, std::size_t pos) const {
        const std::size_t end = base::find_ignoring_case(html_, "</" + std::string(name), pos);
        return end == html_.npos ? html_.size() : end;
    }

private:
    static constexpr unsigned max_broken_quotes = 16;

    static constexpr bool is_name(char c) {
        const char lower = base::ascii_lower(c);
        return (lower >= 'a' && lower <= 'z') || base::is_digit(c) || c == ':' || c == '-';
    }

    Tag comment(std::size_t pos) {
        if (html_.substr(pos + 4).starts_with('>')) return {.size = 5};  // "<!-->" is a whole comment
        const std::size_t end = find("-->", pos + 2, no_comment_end_);
        if (end != html_.npos) return {.size = end + 3 - pos};
        // Without an end a browser hides the rest. People would not see it, but rules of thumb should.
        const std::size_t close = next_close(pos);
        return close == html_.npos ? Tag{} : Tag{.size = close + 1 - pos};
    }

    // The '>' that is not within a quoted attribute value; where quotes hide them all, the first one. Quotes
    // that do so again and again are not looked at any more, which keeps the whole linear.
    std::size_t end_of_tag(std::size_t pos) {
        const std::size_t plain = next_close(pos);
        if (plain == html_.npos || broken_quotes_ >= max_broken_quotes) return plain;
        const std::size_t end = end_outside_quotes(pos);
        if (end != html_.npos) return end;
        ++broken_quotes_;
        return plain;
    }

    // A quote opens only behind '=', as in browsers.
    std::size_t end_outside_quotes(std::size_t pos) {
        while (pos < html_.size()) {
            const std::size_t at = html_.find_first_of(">=", pos);
            if (at == html_.npos || html_[at] == '>') return at;
            std::size_t value = at + 1;
            while (value < html_.size() && base::is_space(html_[value]))
                ++value;
            pos = value;
            if (value == html_.size()) break;
            if (html_[value] != '"' && html_[value] != '\'') continue;
            const bool is_double = html_[value] == '"';
            const std::size_t quote =
                find(is_double ? "\"" : "'", value + 1, is_double ? no_double_ : no_single_);
            if (quote != html_.npos) pos = quote + 1;
        }
        return html_.npos;
    }

    // The first '>' at or after `pos`. Asked for rising positions only.
    std::size_t next_close(std::size_t pos) {
        if (!has_close_ || (close_ != html_.npos && close_ < pos)) close_ = html_.find('>', pos);
        has_close_ = true;
        return close_;
    }

    std::size_t find(std::string_view needle, std::size_t from, bool& none_left) {
        if (none_left) return html_.npos;
        const std::size_t at = html_.find(needle, from);
        none_left = at == html_.npos;
        return at;
    }

    std::string_view html_;
    bool no_comment_end_ = false;
    std::size_t close_ = 0;
    bool has_close_ = false;
    unsigned broken_quotes_ = 0;
    bool no_double_ = false;
    bool no_single_ = false;
};

// The text of `html`; `inline_gap` stands for each tag that breaks no line.
std::string render(std::string_view html, std::string_view inline_gap) {
    Tags tags(html);
    std::string out;
    for (std::size_t pos = 0; pos < html.size() && out.size() < max_rendering;) {
        const std::string_view rest = html.substr(pos);
        const auto next = std::ranges::find_if(rest, [](char c) { return c == '<' || c == '&'; });
        const std::string_view plain(rest.begin(), next);
        out += plain;
        pos += plain.size();
        if (pos == html.size()) break;
        if (html[pos] == '&') {
            const std::size_t n = decode_entity(html.substr(pos), out);
            if (n == 0) out += '&';
            pos += std::max<std::size_t>(n, 1);
            continue;
        }
        const Tag tag = tags.at(pos);
        if (tag.size == 0) {
            out += '<';
            ++pos;
            continue;
        }
        pos += tag.size;
        const bool is_block = std::ranges::find(block_tags, tag.name) != block_tags.end();
        out += is_block ? std::string_view("\n") : tag.name.empty() ? std::string_view() : inline_gap;
        if (!tag.closing && std::ranges::find(skipped_tags, tag.name) != skipped_tags.end()) {
            pos = tags.end_of_skipped(tag.name, pos);
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
