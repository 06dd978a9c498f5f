// Opens a WIM: the files of all its images become children, opened_by "wim", alternate data streams among
// them, and so do blobs that no image names.
//
// Known weakness: a file that spans several parts is read from the one part that is there.
#pragma once

#include <string_view>

#include "scanner/extraction.h"
#include "scanner/format.h"
#include "scanner/part.h"

namespace sekisho::scanner::containers {

Confidence is_wim(base::Bytes bytes, std::string_view name);
// The SHA-1 of each file is compared: `archive.damaged` where it differs. Files in another part, and chunks
// that cannot be decoded, are `archive.member-skipped` or flagged.
void open_wim(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::containers
