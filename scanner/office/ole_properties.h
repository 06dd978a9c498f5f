// Document properties, [MS-OLEPS]: the streams "\x05SummaryInformation" and "\x05DocumentSummaryInformation".
//
// Macros keep strings there, so they come out as the lines that VBA would use:
// `BuiltInDocumentProperties("Title") = "..."`, `CustomDocumentProperties("x") = "..."`.
//
// Known weaknesses: values that are no text, number, date or list of texts are left out (pictures, blobs);
// hyperlinks (_PID_HLINKS) are among these.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sekisho::scanner::office {

struct OleProperty {
    std::string name;     // as VBA calls it, or a custom one's own; UTF-8, hostile
    std::string value;    // UTF-8; numbers in decimal, times as "2019-09-16 08:30:00"
    bool custom = false;  // of the user-defined set
};

struct OleProperties {
    std::uint16_t code_page = 1252;
    std::vector<OleProperty> all;  // in the order of the sets, at most max_ole_properties
    bool has_signature = false;    // GKPIDDSI_DIGSIG: the VBA project of a .doc or .xls is signed
    bool damaged = false;          // something lay outside of its set; the rest is there
};
constexpr std::size_t max_ole_properties = 512;
constexpr std::size_t max_property_text = 256u << 10;  // of one value

// True for the names of the two streams.
bool is_property_stream(std::string_view name);

// Never fails; a stream of another format has no properties and is damaged. Linear: no byte is read more than
// max_ole_properties times, and no more than 4 MB of text come out.
OleProperties parse_ole_properties(base::Bytes stream);

// The lines; only what somebody wrote, no counts of pages.
std::string property_lines(const OleProperties& properties);

}  // namespace sekisho::scanner::office
