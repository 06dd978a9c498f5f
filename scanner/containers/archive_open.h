// Opens one archive through libarchive, RAR aside (rar_open.h): its members become children.
#pragma once

#include <string>

#include "scanner/containers/archive_reader.h"
#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner::containers {

// The children are opened_by the kind's name ("tar", "7z"). Locked members are listed, not decoded.
void open_archive(const Part& part, Extraction& extraction, ArchiveKind kind);

// The name of what one compressed stream holds: "a.tar.gz" and "a.tgz" hold "a.tar", "x" holds "x". A name
// inside a gzip header (RFC 1952, FNAME) wins where its extension differs: that is what 7-Zip writes.
std::string name_inside(const Part& part, ArchiveKind kind);

}  // namespace sekisho::scanner::containers
