// OneNote sections, [MS-ONESTORE]: the files that are embedded in them.
#pragma once

#include <vector>

#include "base/bytes.h"

namespace sekisho::scanner::office {

bool is_onenote(base::Bytes bytes);  // .one, .onetoc2

struct OneNoteFile {
    base::Bytes content;  // a view
    bool cut = false;     // the declared size reaches beyond the section
};
// Each FileDataStoreObject (2.6.13), found by its GUID wherever it lies, in order: linear, at most 4,096.
// Their names stand in property sets, which are not read yet.
std::vector<OneNoteFile> find_onenote_files(base::Bytes section);

}  // namespace sekisho::scanner::office
