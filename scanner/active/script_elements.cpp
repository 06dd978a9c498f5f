#include "scanner/active/script_elements.h"

#include <algorithm>

#include "base/text.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t none = std::string_view::npos;

std::size_t find_tag(std::string_view text, std::string_view tag, std::size_t from) {
    for (std::size_t at = text.find('<', from); at != none; at = text.find('<', at + 1)) {
        if (base::starts_with_ignoring_case(text.substr(at, tag.size()), tag)) return at;
    }
    return none;
}

// Behind the '>' that ends a tag, past those within quotes; the end where there is none.
std::size_t end_of_tag(std::string_view text, std::size_t at) {
    constexpr std::size_t longest = 4'096;  // behind that a quote is taken as one that was never closed
    char quote = 0;
    for (std::size_t i = at; i < text.size() && i - at < longest; ++i) {
        const char c = text[i];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return i + 1;
        }
    }
    const std::size_t first = text.find('>', at);
    return first == none ? text.size() : first + 1;
}

std::string_view without_marks(std::string_view body) {
    for (bool changed = true; changed;) {
        body = base::trim(body);
        changed = false;
        for (const std::string_view mark : {"<![CDATA[", "<!--", "//<![CDATA["}) {
            if (!body.starts_with(mark)) continue;
            body.remove_prefix(mark.size());
            changed = true;
        }
        for (const std::string_view mark : {"]]>", "-->"}) {
            if (!body.ends_with(mark)) continue;
            body = base::trim(body.substr(0, body.size() - mark.size()));
            if (body.ends_with("//")) body.remove_suffix(2);
            changed = true;
        }
    }
    return body;
}

bool is_name(char c) {
    return base::is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == ':' ||
           c == '_';
}

}  // namespace

std::string_view attribute_in(std::string_view tag, std::string_view name) {
    for (std::size_t at = base::find_ignoring_case(tag, name); at != none;
         at = base::find_ignoring_case(tag, name, at + 1)) {
        if (at == 0 || is_name(tag[at - 1])) continue;
        std::string_view rest = tag.substr(at + name.size());
        rest = rest.substr(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
        if (!rest.starts_with('=')) continue;
        rest.remove_prefix(1);
        rest = rest.substr(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
        if (rest.empty()) return {};
        if (rest[0] == '"' || rest[0] == '\'') return rest.substr(1, rest.find(rest[0], 1) - 1);
        return rest.substr(0, rest.find_first_of(" \t\r\n>"));
    }
    return {};
}

std::optional<ScriptElement> find_script_element(std::string_view text, std::size_t from) {
    constexpr std::string_view open_tag = "<script";
    std::size_t at = find_tag(text, open_tag, from);
    // <scriptlet> is another element.
    while (at != none && at + open_tag.size() < text.size() && is_name(text[at + open_tag.size()]))
        at = find_tag(text, open_tag, at + 1);
    if (at == none) return std::nullopt;
    const std::size_t content = end_of_tag(text, at);
    const std::string_view tag = text.substr(at, content - at);
    ScriptElement out;
    out.source = attribute_in(tag, "src");
    out.language = base::to_lower(attribute_in(tag, "language"));
    if (out.language.empty()) out.language = base::to_lower(attribute_in(tag, "type"));
    if (tag.ends_with("/>")) {
        out.end = content;
        return out;
    }
    const std::size_t close = find_tag(text, "</script", content);
    const std::size_t end = close == none ? text.size() : close;
    out.body = without_marks(text.substr(content, end - content));
    out.end = close == none ? text.size() : end_of_tag(text, close);
    return out;
}

std::string_view extension_of_language(std::string_view language) {
    const bool encoded = language.find("encode") != none;
    for (const std::string_view name : {"vbscript", "vbs"}) {
        if (language.find(name) != none) return encoded ? "vbe" : "vbs";
    }
    for (const std::string_view name : {"jscript", "javascript", "ecmascript"}) {
        if (language.find(name) != none) return encoded ? "jse" : "js";
    }
    return {};
}

}  // namespace sekisho::scanner::active
