// Opens RAR archives of every version, locked or not: their members become children.
#pragma once

#include "scanner/containers/archive_reader.h"
#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner::containers {

// `kind`: rar or rar5. The children are opened_by that name. What no password opens is listed, as are members
// that nothing here decodes: those of RAR 1.5, 2.x and 7, and in a solid archive those that go on with one
// that was not read.
void open_rar(const Part& part, Extraction& extraction, ArchiveKind kind);

}  // namespace sekisho::scanner::containers
