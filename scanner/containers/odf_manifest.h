// META-INF/manifest.xml of an OpenDocument package: which members are encrypted, and how.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "scanner/unlock/odf_lock.h"

namespace sekisho::scanner::containers {

struct OdfEntry {
    std::string path;  // of the member, hostile
    std::uint64_t size = 0;
    std::optional<unlock::OdfLock> lock;  // without its data; nullopt: a cipher that is not read here
};

// The encrypted entries, at most 10,000. Empty where `xml` is no manifest or names none.
std::vector<OdfEntry> encrypted_entries(base::Bytes xml);

}  // namespace sekisho::scanner::containers
