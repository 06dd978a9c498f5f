// Document types that are told here and looked into by rules alone, for now.
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/text.h"
#include "scanner/active/formats.h"
#include "scanner/active/marks.h"

namespace sekisho::scanner::active {

namespace {

// Word asks for no more than {\rt, and skips blanks before it.
Confidence recognise_rtf(base::Bytes head, std::string_view) {
    return lower_head(head, 256).starts_with("{\\rt") ? sure_match : no_match;
}

// The data of an embedded object, as hexadecimal digits behind this control word. Readers take it in any
// case, and no blank or line end may part it.
bool holds_object(base::Bytes bytes) {
    const std::string_view text = base::as_text(bytes);
    for (std::size_t at = text.find('\\'); at != text.npos; at = text.find('\\', at + 1)) {
        if (base::starts_with_ignoring_case(text.substr(at), "\\objdata")) return true;
    }
    return false;
}
void open_rtf(const Part& part, Extraction& extraction) {
    if (!extraction.budget().spend_steps(part.bytes.size()) || !holds_object(part.bytes)) return;
    extraction.findings().add("document.object.unread", part.id, "RTF with \\objdata");
}

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
    Format{.name = "rtf", .type = "application/rtf", .extensions = "rtf,doc,wbk", .recognise = recognise_rtf, .open = open_rtf, .risky = false, .holds = Holds::suspiciously},
    Format{.name = "svg", .type = "image/svg+xml", .extensions = "svg", .recognise = recognise_svg, .risky = false, .holds = Holds::suspiciously},
    Format{.name = "xml", .type = "text/xml", .extensions = "", .recognise = recognise_xml, .risky = false},
};
// clang-format on

}  // namespace

std::span<const Format> document_formats() { return rows; }

}  // namespace sekisho::scanner::active
