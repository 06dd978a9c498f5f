#include "scanner/active/shortcut_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "scanner/active/script_elements.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t most_values = 64;
constexpr std::size_t longest_value = 64u << 10;
constexpr std::size_t none = std::string_view::npos;

void put_utf8(std::string& out, std::uint32_t c) {
    if (c < 0x80) {
        out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
        out += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
    } else if (c < 0x1'0000) {
        out += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
                static_cast<char>(0x80 | (c & 0x3F))};
    } else {
        out += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
                static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    }
}

bool put_reference(std::string& out, std::string_view name) {
    constexpr std::array<std::pair<std::string_view, char>, 5> named{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
    for (const auto& [entity, c] : named) {
        if (name != entity) continue;
        out.push_back(c);
        return true;
    }
    if (!name.starts_with('#')) return false;
    const bool hex = name.size() > 1 && name[1] == 'x';
    const std::string_view digits = name.substr(hex ? 2 : 1);
    std::uint32_t value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
    if (error != std::errc() || end != digits.data() + digits.size() || value == 0 || value > 0x10'FFFF)
        return false;
    put_utf8(out, value);
    return true;
}

std::string resolved(std::string_view raw) {
    constexpr std::size_t longest_reference = 10;
    std::string out;
    raw = raw.substr(0, longest_value);
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const std::size_t semicolon = raw[i] == '&' ? raw.substr(i, longest_reference).find(';') : none;
        if (semicolon != none && put_reference(out, raw.substr(i + 1, semicolon - 1))) {
            i += semicolon;
        } else {
            out.push_back(raw[i]);
        }
    }
    return out;
}

struct Tag {
    std::string_view whole;  // between '<' and '>'
    std::size_t end = 0;     // behind it
};

// The local name in a start tag; empty for end tags, comments and declarations.
std::string_view local_name(std::string_view tag) {
    const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
    if (name.empty() || name[0] == '!' || name[0] == '?') return {};
    const std::size_t colon = name.rfind(':');
    return colon == none ? name : name.substr(colon + 1);
}

// The next tag from `at` on; comments are passed over. False at the end.
bool next_tag(std::string_view text, std::size_t& at, Tag& tag) {
    while (true) {
        const std::size_t begin = text.find('<', at);
        if (begin == none) return false;
        if (text.substr(begin).starts_with("<!--")) {
            const std::size_t end = text.find("-->", begin);
            if (end == none) return false;
            at = end + 3;
            continue;
        }
        const std::size_t end = text.find('>', begin);
        if (end == none) return false;
        tag.whole = text.substr(begin + 1, end - begin - 1);
        at = tag.end = end + 1;
        return true;
    }
}

std::string text_behind(std::string_view text, std::size_t at) {
    constexpr std::string_view cdata = "<![CDATA[";
    std::string_view rest = text.substr(at);
    const std::string_view trimmed = base::trim(rest.substr(0, longest_value));
    if (trimmed.starts_with(cdata))
        return std::string(trimmed.substr(cdata.size(), trimmed.find("]]>") - cdata.size()));
    return resolved(base::trim(rest.substr(0, rest.find('<'))));
}

}  // namespace

std::vector<IniEntry> ini_entries(std::string_view text) {
    constexpr std::size_t most = 1'000;
    std::vector<IniEntry> out;
    std::string section;
    while (!text.empty() && out.size() < most) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        const std::string_view line = base::trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with('[')) {
            section = base::to_lower(line.substr(1, line.find(']') - 1));
            continue;
        }
        const std::size_t equals = line.find('=');
        if (equals == none || line.starts_with(';')) continue;
        out.push_back({section, base::to_lower(base::trim(line.substr(0, equals))),
                       base::trim(line.substr(equals + 1))});
    }
    return out;
}

std::vector<std::string> xml_texts(std::string_view text, std::string_view name) {
    std::vector<std::string> out;
    Tag tag;
    for (std::size_t at = 0; out.size() < most_values && next_tag(text, at, tag);) {
        if (!base::equals_ignoring_case(local_name(tag.whole), name) || tag.whole.ends_with('/')) continue;
        out.push_back(text_behind(text, tag.end));
    }
    return out;
}

std::vector<std::string> xml_attributes(std::string_view text, std::string_view element,
                                        std::string_view name) {
    std::vector<std::string> out;
    Tag tag;
    for (std::size_t at = 0; out.size() < most_values && next_tag(text, at, tag);) {
        if (!base::equals_ignoring_case(local_name(tag.whole), element)) continue;
        const std::string_view value = attribute_in(tag.whole, name);
        if (!value.empty()) out.push_back(resolved(value));
    }
    return out;
}

std::string xml_root(std::string_view text) {
    constexpr std::size_t looked_at = 4u << 10;
    text = base::trim(text.substr(0, looked_at));
    if (!text.starts_with('<')) return {};
    Tag tag;
    for (std::size_t at = 0; next_tag(text, at, tag);) {
        const std::string_view name = local_name(tag.whole);
        if (!name.empty()) return base::to_lower(name);
    }
    return {};
}

}  // namespace sekisho::scanner::active
