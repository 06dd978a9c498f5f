#include "scanner/xml_pull.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/charset.h"
#include "base/text.h"
#include "base/utf8.h"

namespace sekisho::scanner {

namespace {

constexpr std::size_t longest_tag = 64u << 10;
constexpr std::size_t longest_reference = 32;
constexpr std::size_t declaration_within = 256;

using std::string_view_literals::operator""sv;

// `digits`: behind "&#". Nothing where it is no character.
std::optional<std::uint32_t> number_of(std::string_view digits) {
    std::uint32_t radix = 10;
    if (digits.starts_with('x') || digits.starts_with('X')) {
        radix = 16;
        digits.remove_prefix(1);
    }
    std::uint32_t value = 0;
    for (const char c : digits) {
        const int digit = base::hex_value(c);
        if (digit < 0 || static_cast<std::uint32_t>(digit) >= radix) return std::nullopt;
        value = std::min<std::uint32_t>(value * radix + static_cast<std::uint32_t>(digit), 0x110000);
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (digits.empty() || value == 0 || value > 0x10FFFF || surrogate) return std::nullopt;
    return value;
}

// `name`: between "&" and ";".
std::optional<std::uint32_t> character_of(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, char>, 5> entities{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
    if (name.starts_with('#')) return number_of(name.substr(1));
    const auto known = std::ranges::find(entities, name, [](const auto& row) { return row.first; });
    if (known == entities.end()) return std::nullopt;
    return static_cast<std::uint32_t>(known->second);
}

std::string_view without_prefix(std::string_view name) {
    const std::size_t colon = name.find(':');
    return colon == name.npos ? name : name.substr(colon + 1);
}

// Label of what the declaration says; empty where it says nothing.
std::string_view declared_encoding(std::string_view head) {
    head = head.substr(0, declaration_within);
    if (!head.starts_with("<?xml")) return {};
    head = head.substr(0, head.find("?>"));
    const std::size_t at = head.find("encoding");
    if (at == head.npos) return {};
    const std::size_t quote = head.find_first_of("\"'", at);
    if (quote == head.npos) return {};
    const std::size_t end = head.find(head[quote], quote + 1);
    return end == head.npos ? std::string_view() : head.substr(quote + 1, end - quote - 1);
}

std::string_view wide_label(std::string_view text) {
    if (text.starts_with("\xFF\xFE"sv) || text.starts_with("<\0"sv)) return "utf-16le";
    if (text.starts_with("\xFE\xFF"sv) || text.starts_with("\0<"sv)) return "utf-16be";
    return {};
}

}  // namespace

XmlText::XmlText(base::Bytes bytes) : view_(base::as_text(bytes)) {
    std::string_view label = wide_label(view_);
    if (label.empty() && !view_.starts_with("\xEF\xBB\xBF"sv)) {
        const std::string_view declared = declared_encoding(view_);
        const bool wide = base::starts_with_ignoring_case(declared, "utf-16");
        if (!wide && !base::equals_ignoring_case(declared, "utf-8") && base::is_known_charset(declared))
            label = declared;
    }
    if (!label.empty()) {
        converted_ = base::to_utf8(bytes, label);
        view_ = converted_;
    }
    if (view_.starts_with("\xEF\xBB\xBF"sv)) view_.remove_prefix(3);
}

std::string xml_decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t reference = std::min(text.find('&', at), text.size());
        out += text.substr(at, reference - at);
        at = reference;
        if (at == text.size()) break;
        const std::size_t end = text.substr(at, longest_reference).find(';');
        const auto character = end == text.npos ? std::nullopt : character_of(text.substr(at + 1, end - 1));
        if (character) {
            base::append_utf8(*character, out);
            at += end + 1;
        } else {
            out.push_back(text[at++]);
        }
    }
    return out;
}

std::string_view XmlPull::local_name() const { return without_prefix(name_); }

std::string XmlPull::text() const { return verbatim_ ? std::string(run_) : xml_decoded(run_); }

XmlPull::Token XmlPull::next() {
    if (std::exchange(empty_element_, false)) return Token::end_tag;
    while (at_ < text_.size()) {
        if (text_[at_] == '<') {
            const Token token = read_markup();
            if (token != Token::end) return token;
            continue;  // it was a comment or the like, or damaged
        }
        const std::size_t end = std::min(text_.find('<', at_), text_.size());
        run_ = text_.substr(at_, end - at_);
        verbatim_ = false;
        at_ = end;
        return Token::text;
    }
    return Token::end;
}

bool XmlPull::skip_past(std::string_view mark) {
    const std::size_t at = text_.find(mark, at_);
    damaged_ = damaged_ || at == text_.npos;
    at_ = at == text_.npos ? text_.size() : at + mark.size();
    return at != text_.npos;
}

// What stands in its brackets is not read: it declares entities, and none is resolved.
void XmlPull::skip_doctype() {
    has_doctype_ = true;
    const std::size_t end = text_.find_first_of("[>", at_);
    if (end != text_.npos && text_[end] == '[') {
        at_ = end;
        if (!skip_past("]")) return;
    }
    skip_past(">");
}

// Token::end: nothing that is told of.
XmlPull::Token XmlPull::read_markup() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("<!--")) {
        at_ += 4;
        skip_past("-->");
    } else if (rest.starts_with("<![CDATA[")) {
        const std::size_t begin = at_ + 9;
        at_ = begin;
        const std::size_t behind = skip_past("]]>") ? 3 : 0;
        run_ = text_.substr(begin, at_ - behind - begin);
        verbatim_ = true;
        return Token::text;
    } else if (rest.starts_with("<?")) {
        skip_past("?>");
    } else if (rest.starts_with("<!")) {
        skip_doctype();
    } else {
        return read_tag();
    }
    return Token::end;
}

XmlPull::Token XmlPull::read_tag() {
    const std::size_t begin = ++at_;  // behind "<"
    const std::size_t limit = std::min(text_.size() - begin, longest_tag) + begin;
    char quote = 0;
    for (; at_ < limit; ++at_) {
        const char c = text_[at_];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>' || c == '<') {
            break;
        }
    }
    if (at_ == limit || text_[at_] != '>') {
        damaged_ = true;
        if (at_ == limit) at_ = begin;  // what it holds is read as text
        return Token::end;
    }
    std::string_view inside = text_.substr(begin, at_++ - begin);
    const bool closes = inside.starts_with('/');
    if (closes) inside.remove_prefix(1);
    empty_element_ = !closes && inside.ends_with('/');
    if (empty_element_) inside.remove_suffix(1);
    const auto blank = std::ranges::find_if(inside, base::is_space);
    name_ = inside.substr(0, static_cast<std::size_t>(blank - inside.begin()));
    attributes_ = inside.substr(name_.size());
    return closes ? Token::end_tag : Token::start_tag;
}

std::optional<std::string> XmlPull::attribute(std::string_view local) const {
    std::string_view rest = attributes_;
    for (;;) {
        const std::size_t equals = rest.find('=');
        if (equals == rest.npos) return std::nullopt;
        const std::string_view name = base::trim(rest.substr(0, equals));
        rest = base::trim(rest.substr(equals + 1));
        if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return std::nullopt;
        const std::size_t end = std::min(rest.find(rest.front(), 1), rest.size());
        if (without_prefix(name) == local) return xml_decoded(rest.substr(1, end - 1));
        rest = rest.substr(std::min(end + 1, rest.size()));
    }
}

}  // namespace sekisho::scanner
