// OneNote sections as OneDrive and the web give them out: a package of stream objects, [MS-ONESTORE] 2.8 and
// [MS-FSSHTTPB] 2.2.
#pragma once

#include "scanner/office/onenote.h"

namespace sekisho::scanner::office {

// By the format's GUID in the header ([MS-ONESTORE] 2.3.1, guidFileFormat).
bool is_onenote_package(base::Bytes section);

// The files of a section for which that holds: Object Data BLOBs, and what an object holds as its file data.
OneNoteSection read_onenote_package(base::Bytes section, Budget& budget);

}  // namespace sekisho::scanner::office
