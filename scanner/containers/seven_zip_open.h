// Opens a 7z archive: its members become children.
#pragma once

#include "base/bytes.h"
#include "scanner/extraction.h"
#include "scanner/format.h"
#include "scanner/part.h"

namespace sekisho::scanner::containers {

// Each folder is read for itself: what is damaged, locked or packed in a way that nothing here knows costs
// its own members alone, which are listed as skipped. What stands in front of the archive or behind it is
// told, and a child of its own.
void open_seven_zip(const Part& part, Extraction& extraction);

// Locked where any folder or the header is, or where the header cannot be read at small cost.
Turn turn_of_seven_zip(const Part& part);

}  // namespace sekisho::scanner::containers
