// Document types that are told here and looked into by rules alone, for now.
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/text.h"
#include "scanner/active/formats.h"
#include "scanner/active/html.h"
#include "scanner/active/marks.h"

namespace sekisho::scanner::active {

namespace {

Confidence recognise_xml(base::Bytes head, std::string_view) {
    return lower_head(head, 256).starts_with("<?xml") ? weak_match : no_match;
}

// Offset of "<svg", also with a prefix of its namespace, as some programs write it: "<ns0:svg".
std::size_t find_svg(std::string_view text) {
    const std::size_t plain = text.find("<svg");
    const std::size_t colon = text.find(":svg ");
    if (colon == std::string_view::npos || plain < colon) return plain;
    const std::size_t begin = text.substr(0, colon).find_last_of("< \t\r\n>\"'=");
    return begin != std::string_view::npos && text[begin] == '<' ? begin : plain;
}

Confidence recognise_svg(base::Bytes head, std::string_view) {
    const std::string text = lower_head(head, 4u << 10);
    if (!text.starts_with('<')) return no_match;
    const std::size_t tag = find_svg(text);
    if (tag == std::string::npos) return no_match;
    // <svg> is the root: only a declaration, comments or a document type stand before it.
    return text.find("<html") > tag && text.find("<body") > tag && text.find("<div") > tag ? good_match
                                                                                           : no_match;
}

// clang-format off
constexpr std::array rows{  // NOLINT: a table holds nothing else
    Format{.name = "svg", .type = "image/svg+xml", .extensions = "svg", .recognise = recognise_svg, .open = open_svg, .risky = false, .holds = Holds::suspiciously},
    Format{.name = "xml", .type = "text/xml", .extensions = "", .recognise = recognise_xml, .risky = false},
};
// clang-format on

}  // namespace

std::span<const Format> document_formats() { return rows; }

}  // namespace sekisho::scanner::active
