// OneNote's revision store, [MS-ONESTORE] 2.3 to 2.6: its lists of file nodes, walked for the names of the
// files that it holds.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "base/bytes.h"
#include "scanner/budget.h"

namespace sekisho::scanner::office {

struct StoredName {
    std::string name;       // "Open.hta"; may be empty
    std::string extension;  // ".hta"; may be empty
};
// By the offset of the FileDataStoreObject. Of several names the newest. Loops end, every node is charged to
// `budget`; what is broken is passed over.
std::map<std::size_t, StoredName> read_onenote_names(base::Bytes section, Budget& budget);

}  // namespace sekisho::scanner::office
