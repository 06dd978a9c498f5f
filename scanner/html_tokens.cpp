#include "scanner/html_tokens.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "base/utf8.h"

namespace sekisho::scanner {

namespace {

struct Entity {
    std::string_view name;
    std::string_view utf8;
};

// Those that stand in mails that people and programs write, and that hide a scheme from a search. Sorted.
constexpr std::array entities{
    Entity{"amp", "&"},    Entity{"apos", "'"},          Entity{"ast", "*"},
    Entity{"bsol", "\\"},  Entity{"bull", "•"},          Entity{"cent", "¢"},
    Entity{"colon", ":"},  Entity{"comma", ","},         Entity{"commat", "@"},
    Entity{"copy", "©"},   Entity{"deg", "°"},           Entity{"dollar", "$"},
    Entity{"emsp", " "},   Entity{"ensp", " "},          Entity{"equals", "="},
    Entity{"euro", "€"},   Entity{"excl", "!"},          Entity{"grave", "`"},
    Entity{"gt", ">"},     Entity{"hat", "^"},           Entity{"hellip", "…"},
    Entity{"hyphen", "-"}, Entity{"laquo", "«"},         Entity{"lcub", "{"},
    Entity{"ldquo", "“"},  Entity{"lowbar", "_"},        Entity{"lpar", "("},
    Entity{"lsqb", "["},   Entity{"lsquo", "‘"},         Entity{"lt", "<"},
    Entity{"mdash", "—"},  Entity{"middot", "·"},        Entity{"nbsp", " "},
    Entity{"ndash", "–"},  Entity{"newline", "\n"},      Entity{"num", "#"},
    Entity{"percnt", "%"}, Entity{"period", "."},        Entity{"plus", "+"},
    Entity{"pound", "£"},  Entity{"quest", "?"},         Entity{"quot", "\""},
    Entity{"raquo", "»"},  Entity{"rcub", "}"},          Entity{"rdquo", "”"},
    Entity{"reg", "®"},    Entity{"rpar", ")"},          Entity{"rsqb", "]"},
    Entity{"rsquo", "’"},  Entity{"sect", "§"},          Entity{"semi", ";"},
    Entity{"shy", ""},     Entity{"sol", "/"},           Entity{"tab", "\t"},
    Entity{"thinsp", " "}, Entity{"times", "×"},         Entity{"trade", "™"},
    Entity{"yen", "¥"},    Entity{"zerowidthspace", ""}, Entity{"zwj", ""},
    Entity{"zwnj", ""},
};

static_assert(std::ranges::is_sorted(entities, {}, &Entity::name));

void append_shown(std::uint32_t c, std::string& out) {
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = 0xFFFD;
    base::append_utf8(c, out);
}

constexpr unsigned max_broken_quotes = 16;
constexpr std::size_t max_tag_name = 16;

constexpr bool is_letter(char c) {
    const char lower = base::ascii_lower(c);
    return lower >= 'a' && lower <= 'z';
}
constexpr bool is_name(char c) { return is_letter(c) || base::is_digit(c) || c == ':' || c == '-'; }

constexpr std::string_view conditional_start = "<!--[if";
constexpr std::string_view conditional_end = "<![endif";
constexpr std::size_t max_condition = 200;  // bytes of "<!--[if ...]>"
constexpr std::string_view cdata_start = "<![CDATA[";

}  // namespace

std::size_t decode_html_entity(std::string_view text, std::string& out) {
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
        append_shown(error == std::errc() ? value : 0xFFFD, out);
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

std::string decode_html_value(std::string_view raw) {
    std::string out;
    for (;;) {
        const std::size_t at = raw.find('&');
        out += raw.substr(0, at);
        if (at == raw.npos) return out;
        raw.remove_prefix(at);
        const std::size_t before = out.size();
        std::size_t n = decode_html_entity(raw, out);
        const bool named = n > 1 && is_letter(raw[1]);
        const char behind = n < raw.size() ? raw[n] : ';';
        if (named && raw[n - 1] != ';' && (behind == '=' || base::is_digit(behind))) {
            out.resize(before);
            n = 0;
        }
        if (n == 0) {
            out += '&';
            n = 1;
        }
        raw.remove_prefix(n);
    }
}

HtmlTag HtmlTags::at(std::size_t pos) {
    const std::string_view rest = html_.substr(pos);
    if (rest.starts_with("<!--")) return comment(pos);
    HtmlTag tag;
    std::size_t name = 1;
    if (rest.size() > 1 && rest[1] == '/') {
        tag.closing = true;
        ++name;
    }
    const char first = rest.size() > name ? rest[name] : '\0';
    const bool is_declaration = name == 1 && (first == '!' || first == '?');
    if (!is_declaration && !is_letter(first)) return {};
    if (!is_declaration) {
        while (rest.size() > name && is_name(rest[name]) && tag.name.size() < max_tag_name)
            tag.name += base::ascii_lower(rest[name++]);
    }
    const std::size_t end = end_of_tag(pos + name);
    if (end == html_.npos) return {};
    tag.size = end + 1 - pos;
    tag.attributes = html_.substr(pos + name, end - pos - name);
    return tag;
}

std::size_t HtmlTags::end_of_raw(std::string_view name, std::size_t pos) {
    auto known = std::ranges::find(raw_ends_, name, &RawEnd::name);
    if (known != raw_ends_.end() && known->at >= pos) return known->at;
    if (known == raw_ends_.end()) {
        known = raw_ends_.begin() + static_cast<std::ptrdiff_t>(next_raw_++ % raw_ends_.size());
        known->name = name;
    }
    known->at = html_.size();
    for (std::size_t at = html_.find("</", pos); at != html_.npos; at = html_.find("</", at + 2)) {
        const std::string_view rest = html_.substr(at + 2);
        if (!base::starts_with_ignoring_case(rest, name)) continue;
        // "</scripts>" closes no <script>.
        if (rest.size() > name.size() && is_name(rest[name.size()])) continue;
        known->at = at;
        break;
    }
    return known->at;
}

HtmlTag HtmlTags::comment(std::size_t pos) {
    if (html_.substr(pos + 4).starts_with('>')) return {.size = 5};  // "<!-->" is a whole comment
    const std::size_t end = find("-->", pos + 2, no_comment_end_);
    if (end != html_.npos) return {.size = end + 3 - pos};
    // Without an end a browser hides the rest. People would not see it, but rules of thumb should.
    const std::size_t close = next_close(pos);
    return close == html_.npos ? HtmlTag{} : HtmlTag{.size = close + 1 - pos};
}

// The '>' that is not within a quoted attribute value; where quotes hide them all, the first one. Quotes that
// do so again and again are not looked at any more, which keeps the whole linear.
std::size_t HtmlTags::end_of_tag(std::size_t pos) {
    const std::size_t plain = next_close(pos);
    if (plain == html_.npos || broken_quotes_ >= max_broken_quotes) return plain;
    const std::size_t end = end_outside_quotes(pos);
    if (end != html_.npos) return end;
    ++broken_quotes_;
    return plain;
}

// A quote opens only behind '=', as in browsers.
std::size_t HtmlTags::end_outside_quotes(std::size_t pos) {
    while (pos < html_.size()) {
        std::size_t at = pos;
        while (at < html_.size() && html_[at] != '>' && html_[at] != '=')
            ++at;
        if (at == html_.size()) break;
        if (html_[at] == '>') return at;
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
std::size_t HtmlTags::next_close(std::size_t pos) {
    if (!has_close_ || (close_ != html_.npos && close_ < pos)) close_ = html_.find('>', pos);
    has_close_ = true;
    return close_;
}

std::size_t HtmlTags::find(std::string_view needle, std::size_t from, bool& none_left) const {
    if (none_left) return html_.npos;
    const std::size_t at = html_.find(needle, from);
    none_left = at == html_.npos;
    return at;
}

bool HtmlTokens::next(HtmlToken& token) {
    if (content_next_) {
        content_next_ = false;
        take_content(token);
        if (!token.text.empty()) return true;
    }
    if (pos_ >= html_.size()) return false;
    if (html_[pos_] == '<' && take_tag(token)) return true;
    const std::size_t end = std::min(html_.find('<', pos_ + 1), html_.size());
    token.kind = HtmlToken::Kind::text;
    token.tag = {};
    token.text = html_.substr(pos_, end - pos_);
    token.conditional = conditional_;
    if (conditional_ && token.text.find("-->") != token.text.npos) conditional_ = false;
    pos_ = end;
    return true;
}

// Content ends with its condition too, so that a <script> for Outlook does not swallow what follows.
void HtmlTokens::take_content(HtmlToken& token) {
    std::size_t end = tags_.end_of_raw(token.tag.name, pos_);
    if (conditional_) end = pos_ + std::min(html_.substr(pos_, end - pos_).find(conditional_end), end - pos_);
    token.kind = HtmlToken::Kind::content;
    token.text = html_.substr(pos_, end - pos_);
    token.conditional = conditional_;
    pos_ = end;
}

bool HtmlTokens::take_tag(HtmlToken& token) {
    const std::string_view rest = html_.substr(pos_);
    token.kind = HtmlToken::Kind::tag;
    if (base::starts_with_ignoring_case(rest.substr(0, conditional_start.size()), conditional_start)) {
        const std::size_t end = rest.substr(0, max_condition).find('>');
        if (end != rest.npos) {
            conditional_ = true;
            token.tag = {.size = end + 1};
            token.text = rest.substr(0, end + 1);
            token.conditional = true;
            pos_ += end + 1;
            return true;
        }
    }
    if (xml_ && rest.starts_with(cdata_start) && !no_cdata_end_) {
        const std::size_t end = rest.find("]]>", cdata_start.size());
        no_cdata_end_ = end == rest.npos;
        if (!no_cdata_end_) {
            token.kind = HtmlToken::Kind::text;
            token.tag = {};
            token.text = rest.substr(cdata_start.size(), end - cdata_start.size());
            token.conditional = conditional_;
            pos_ += end + 3;
            return true;
        }
    }
    token.tag = tags_.at(pos_);
    if (token.tag.size == 0) return false;
    token.text = rest.substr(0, token.tag.size);
    // A comment within a conditional one ends it for browsers: "<!--[if !mso]><!-->" is for all to see.
    if (token.text.starts_with("<!--") || token.text.starts_with(conditional_end)) conditional_ = false;
    token.conditional = conditional_;
    const bool raw = token.tag.name == "script" || token.tag.name == "style";
    content_next_ = raw && !token.tag.closing && !(xml_ && token.tag.closes_itself());
    pos_ += token.tag.size;
    return true;
}

bool HtmlAttributes::next(HtmlAttribute& attribute) {
    const auto skip = [this](auto is_odd) {
        std::size_t n = 0;
        while (n < rest_.size() && is_odd(rest_[n]))
            ++n;
        rest_.remove_prefix(n);
    };
    skip([](char c) { return base::is_space(c) || c == '/'; });
    if (rest_.empty()) return false;
    std::size_t end = 1;  // a '=' that begins a name is part of it
    while (end < rest_.size() && !base::is_space(rest_[end]) && rest_[end] != '/' && rest_[end] != '=')
        ++end;
    attribute.name = rest_.substr(0, end);
    attribute.value = {};
    rest_.remove_prefix(end);
    skip(base::is_space);
    if (!rest_.starts_with('=')) return true;
    rest_.remove_prefix(1);
    skip(base::is_space);
    const char quote = rest_.empty() ? '\0' : rest_[0];
    if (quote == '"' || quote == '\'') {
        const std::size_t close = rest_.find(quote, 1);
        attribute.value = rest_.substr(1, close == rest_.npos ? close : close - 1);
        rest_.remove_prefix(close == rest_.npos ? rest_.size() : close + 1);
        return true;
    }
    std::size_t size = 0;
    while (size < rest_.size() && !base::is_space(rest_[size]))
        ++size;
    attribute.value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
}

std::optional<std::string> html_attribute(const HtmlTag& tag, std::string_view name) {
    HtmlAttributes attributes(tag.attributes);
    for (HtmlAttribute attribute; attributes.next(attribute);) {
        if (base::equals_ignoring_case(attribute.name, name)) return decode_html_value(attribute.value);
    }
    return std::nullopt;
}

}  // namespace sekisho::scanner
