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

Confidence recognise_svg(base::Bytes head, std::string_view) {
    const std::string text = lower_head(head, 4u << 10);
    if (!text.starts_with('<')) return no_match;
    const std::size_t tag = text.find("<svg");
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
