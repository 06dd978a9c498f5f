// Documents that are one XML file: Word 2003 (<w:binData>, where ActiveMime holds the macros) and Flat OPC
// (<pkg:binaryData>, a package's parts). The base64 of each such element becomes a part; tags are found by
// their local names, so that a prefix of the sender's choice hides nothing. UTF-8 and UTF-16.
//
// Known weaknesses: entities of a document type are not resolved, which Word refuses to read as well.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "scanner/format.h"

namespace sekisho::scanner::office {

struct XmlBlob {
    std::string name;         // of the element, or of the package's part around it; hostile
    std::size_t content = 0;  // offset behind the tag
};
// The next <binData> or <binaryData> at or after `from`; linear over all calls but for 1 KB before each tag.
std::optional<XmlBlob> find_xml_blob(std::string_view text, std::size_t from);

struct XmlBlobEnd {
    std::size_t end = 0;   // of the tag or the text that ended it
    bool damaged = false;  // characters that base64 does not have were left out
    bool whole = true;     // false: the Output took no more
};
// Base64 from `from` to the next tag, through comments, CDATA and character references. Linear.
XmlBlobEnd decode_xml_blob(std::string_view text, std::size_t from, Output& output);

extern const Format word_xml_format;
extern const Format flat_opc_format;

}  // namespace sekisho::scanner::office
