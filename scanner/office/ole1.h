// Embedded objects of OLE 1 that are a file by themselves: an EmbeddedObject, [MS-OLEDS] 2.2.5, as it stands
// in RTF and old documents, and an OLENativeStream, 2.3.6, that was taken out of its storage. Packager's
// files come out under their names, other native data as they stand. Its scraps (.shs, .shb) are compound
// files, and open as such.
//
// Data that end before their size are `document.damaged`; an object that is only linked is
// `mime.external-body`.
//
// Known weaknesses: presentation data (the picture that a document shows) are left.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "scanner/format.h"

namespace sekisho::scanner::office {

struct Ole1Object {
    std::string class_name;  // "Package", bytes
    std::string topic;       // of a linked one: where it lies
    base::Bytes data;        // native data, a view; cut where their size is larger than what is there
    base::Bytes behind;      // what follows them: the picture that a document shows, as a rule
    bool linked = false;
    bool cut = false;
};
// nullopt where no ObjectHeader of version 0x501 stands there, with a class that can be read.
std::optional<Ole1Object> parse_ole1_object(base::Bytes bytes);
// The same where it is known to be one, as Word reads \objdata: version and class may be anything, and of the
// kinds only that of a link counts. nullopt where the lengths of its strings reach beyond the end.
std::optional<Ole1Object> parse_ole1_object_of_rtf(base::Bytes bytes);

extern const Format ole1_object_format;
extern const Format ole_package_format;

}  // namespace sekisho::scanner::office
