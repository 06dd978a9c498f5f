// RTF as a part: its text, the objects in it, and what Word would do with them (CVE-2017-0199, CVE-2017-11882
// and their kin; a template from elsewhere; fields that start programs).
//
// Children: each object's native data, by its OLE 1 header ([MS-OLEDS] 2.2.5) whatever version and class that
// claims; a package's file under its name; the text that people see.
//
// Known weaknesses: where a header of OLE 1 is broken, the object is given out as it stands, and only a
// compound file in it is found.
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::office {

extern const Format rtf_format;

}  // namespace sekisho::scanner::office
