// OneNote sections: the files that are embedded in them, with their names.
//
// A section comes in two wrappings. OneNote for Windows writes a revision store ([MS-ONESTORE] 2.2 to 2.6):
// each file is a FileDataStoreObject, found by its GUID wherever it lies, and its name is reached through the
// lists of nodes (onenote_store.h). What OneDrive and the web give out is packaged ([MS-ONESTORE] 2.8,
// onenote_package.h), where a file is an Object Data BLOB.
//
// Known weaknesses: which page shows a file is not seen, nor whether a picture lies over its icon. Files that
// were deleted from a page are still there, and count.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

bool is_onenote(base::Bytes bytes);  // .one, .onetoc2

struct OneNoteFile {
    base::Bytes content;    // a view
    std::string name;       // "Open.hta"; empty where none is found: pictures have none
    std::string extension;  // ".png", as its declaration has it; may be empty
    bool cut = false;       // the declared size reaches beyond the section
};
struct OneNoteSection {
    std::vector<OneNoteFile> files;  // in the order in which they stand; max_onenote_files at most
    bool whole = true;               // false: its structure did not hold, something may be missing
};
constexpr std::size_t max_onenote_files = 4'096;

// Never fails: what can be read is read. Every node and object is charged to `budget`; more files than are
// kept is limit.embedded.
OneNoteSection read_onenote(base::Bytes section, Budget& budget);

// True where a double click on the file would run it: a program, script, shortcut or help file, by its name
// or by its bytes.
bool runs_on_a_click(const OneNoteFile& file);

// What a section tells people to do so that they open its file, "double click to view": the phrase, as it
// was looked for; empty where none stands in it. Linear.
std::string_view find_click_phrase(base::Bytes section);

// Each file as a child. onenote.active, onenote.lure, document.damaged.
void open_onenote(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::office
