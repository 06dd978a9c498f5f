// Forms and their controls as VBA stores them, [MS-OFORMS]: names, captions, texts, tags, tips.
//
// Known weaknesses: fonts, pictures and the items of tab strips are stepped over; a control of another class
// than Microsoft's own gives the runs of text in its bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sekisho::scanner::office {

// One control in a form: OleSiteConcreteControl, [MS-OFORMS] 2.2.10.12.
struct FormSite {
    std::string name;  // strings are UTF-8, hostile
    std::string tag;
    std::string tip;
    std::string control_source;
    std::string row_source;
    std::uint32_t id = 0;
    std::uint32_t object_size = 0;  // of its bytes in the stream "o"
    std::uint16_t class_index = 0x7FFF;
    bool streamed = true;  // false: it has a storage of its own, "i" and its id
};

// The stream "f": FormControl, 2.2.10.1.
struct FormLayout {
    std::string caption;
    std::vector<FormSite> sites;  // in the order in which their objects stand in "o"; at most max_form_sites
    bool damaged = false;
};
constexpr std::size_t max_form_sites = 4'096;
FormLayout parse_form_layout(base::Bytes f);

// What one control in "o" says: MorphDataControl, CommandButtonControl, LabelControl.
struct FormControlText {
    std::string caption;
    std::string value;  // what stands in a text box, or is chosen in a list
    std::string group;
    bool known = false;  // false: another class, or broken: look for runs of text
};
FormControlText parse_form_control(base::Bytes object, std::uint16_t class_index);

// The name of the property that `value` is read by: "Text" of a text box or list, else "Value".
std::string_view value_property(std::uint16_t class_index);

// Runs of at least five printable characters, one byte each or UTF-16LE, in their order. Linear; at most
// `most` bytes of text. One-byte text is read in `charset`.
std::vector<std::string> text_runs(base::Bytes bytes, std::string_view charset, std::size_t most);

}  // namespace sekisho::scanner::office
