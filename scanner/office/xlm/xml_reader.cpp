#include "scanner/office/xlm/xml_reader.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/charset.h"
#include "base/text.h"

namespace sekisho::scanner::office::xlm {

namespace {

void put_character(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0U | (code >> 6U));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    } else if (code < 0x1'0000) {
        out += static_cast<char>(0xE0U | (code >> 12U));
        out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    } else {
        out += static_cast<char>(0xF0U | (code >> 18U));
        out += static_cast<char>(0x80U | ((code >> 12U) & 0x3FU));
        out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    }
}

// `name`: between "&" and ";". False: it is none.
bool put_reference(std::string& out, std::string_view name) {
    struct Entity {
        std::string_view name;
        char character;
    };
    constexpr std::array entities{Entity{"lt", '<'}, Entity{"gt", '>'}, Entity{"amp", '&'},
                                  Entity{"quot", '"'}, Entity{"apos", '\''}};
    for (const Entity& entity : entities) {
        if (entity.name != name) continue;
        out += entity.character;
        return true;
    }
    if (!name.starts_with('#')) return false;
    name.remove_prefix(1);
    const bool hex = name.starts_with('x') || name.starts_with('X');
    if (hex) name.remove_prefix(1);
    std::uint32_t code = 0;
    const char* end = name.data() + name.size();  // NOLINT(*-pointer-arithmetic)
    const auto read = std::from_chars(name.data(), end, code, hex ? 16 : 10);
    if (name.empty() || read.ec != std::errc() || read.ptr != end || code > 0x10'FFFF) return false;
    put_character(out, code);
    return true;
}

std::string_view local(std::string_view name) {
    const std::size_t colon = name.find(':');
    return colon == name.npos ? name : name.substr(colon + 1);
}

}  // namespace

std::string_view xml_text(base::Bytes bytes, std::string& keep) {
    const std::string_view text = base::as_text(bytes);
    std::string_view charset;
    if (text.starts_with("\xFF\xFE") || text.starts_with(std::string_view("<\0", 2))) charset = "utf-16le";
    if (text.starts_with("\xFE\xFF") || text.starts_with(std::string_view("\0<", 2))) charset = "utf-16be";
    if (charset.empty()) return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
    keep = base::to_utf8(bytes, charset);
    return keep;
}

std::string xml_unescaped(std::string_view text) {
    constexpr std::size_t longest = 16;
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t next = std::min(text.find('&', at), text.size());
        out += text.substr(at, next - at);
        at = next;
        if (at >= text.size()) break;
        const std::size_t end = text.substr(at, longest).find(';');
        if (end != text.npos && put_reference(out, text.substr(at + 1, end - 1))) {
            at += end + 1;
        } else {
            out += text[at++];
        }
    }
    return out;
}

std::optional<std::string> XmlTag::attribute(std::string_view local_name) const {
    std::string_view rest = inside;
    while (!rest.empty()) {
        const std::size_t equals = rest.find('=');
        if (equals == rest.npos) break;
        const std::string_view name = base::trim(rest.substr(0, equals));
        rest.remove_prefix(equals + 1);
        while (!rest.empty() && base::is_space(rest.front()))
            rest.remove_prefix(1);
        if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) break;
        const std::size_t end = rest.find(rest.front(), 1);
        const std::string_view value = rest.substr(1, end == rest.npos ? end : end - 1);
        if (local(name) == local_name) return xml_unescaped(value);
        if (end == rest.npos) break;
        rest.remove_prefix(end + 1);
    }
    return std::nullopt;
}

std::optional<XmlTag> XmlReader::next() {
    for (;;) {
        at_ = std::min(text_.find('<', at_), text_.size());
        if (at_ >= text_.size()) return std::nullopt;
        const std::string_view rest = text_.substr(at_);
        std::string_view end_mark;
        if (rest.starts_with("<!--")) end_mark = "-->";
        if (rest.starts_with("<![CDATA[")) end_mark = "]]>";
        if (rest.starts_with("<?")) end_mark = "?>";
        if (end_mark.empty()) break;
        const std::size_t end = text_.find(end_mark, at_ + 2);
        at_ = end == text_.npos ? text_.size() : end + end_mark.size();
    }
    // ">" may stand in a value.
    std::size_t end = at_ + 1;
    char quote = '\0';
    for (; end < text_.size(); ++end) {
        const char c = text_[end];
        if (quote != '\0') {
            if (c == quote) quote = '\0';
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            break;
        }
    }
    std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    at_ = std::min(end + 1, text_.size());
    XmlTag tag;
    tag.closing = inside.starts_with('/');
    if (tag.closing) inside.remove_prefix(1);
    tag.empty = inside.ends_with('/');
    if (tag.empty) inside.remove_suffix(1);
    const std::size_t blank = std::min(inside.find_first_of(" \t\r\n"), inside.size());
    tag.name = local(inside.substr(0, blank));
    tag.inside = inside.substr(blank);
    return tag;
}

std::string XmlReader::content(std::size_t most) {
    std::string out;
    std::size_t at = at_;
    while (at < text_.size() && out.size() < most) {
        const std::string_view rest = text_.substr(at);
        if (rest.starts_with("<![CDATA[")) {
            const std::size_t end = std::min(rest.find("]]>"), rest.size());
            out += rest.substr(9, std::min(end - std::min<std::size_t>(end, 9), most));
            at += std::min(end + 3, rest.size());
        } else if (rest.starts_with("<!--")) {
            const std::size_t end = std::min(rest.find("-->"), rest.size());
            at += std::min(end + 3, rest.size());
        } else if (rest.starts_with('<')) {
            break;
        } else {
            const std::size_t end = std::min(rest.find('<'), rest.size());
            out += xml_unescaped(rest.substr(0, std::min(end, most)));
            at += end;
        }
    }
    return out;
}

}  // namespace sekisho::scanner::office::xlm
