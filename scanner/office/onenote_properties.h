// Property sets of OneNote's objects: [MS-ONESTORE] 2.6.1, 2.6.6 to 2.6.9; property ids of [MS-ONE] 2.1.12.
// Read for one thing: which file an object shows, and under what name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"

namespace sekisho::scanner::office {

struct NamedFile {
    std::string name;  // EmbeddedFileName, else ImageFilename; UTF-8, hostile
    // CompactIDs of the containers that it names, and where each stands among the object's references.
    std::vector<std::uint32_t> containers;
    std::vector<std::size_t> positions;
};

// `object`: an ObjectSpaceObjectPropSet. Without a name where it has none, or is broken; what was read up to
// there counts. Bounded depth, charged to `budget`.
NamedFile read_named_file(base::Bytes object, Budget& budget);

}  // namespace sekisho::scanner::office
