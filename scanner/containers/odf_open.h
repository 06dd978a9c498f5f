// Encrypted members of an OpenDocument package, which to a ZIP reader are ordinary ones that hold noise.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "scanner/containers/odf_manifest.h"
#include "scanner/containers/zip_directory.h"
#include "scanner/extraction.h"
#include "scanner/unlock/key_search.h"

namespace sekisho::scanner::containers {

// True where the manifest names encrypted members: such a package waits until all texts have been read.
bool has_odf_locks(const ZipDirectory& directory);

class OdfLocks {
public:
    // Reads the manifest, and looks for the password on the smallest member: all have the same. What it
    // takes outlives it.
    OdfLocks(const ZipDirectory& directory, Extraction& extraction);

    // Null where the manifest does not say that the member is encrypted.
    const OdfEntry* entry_of(const ZipMember& member) const;

    // The plain bytes, still deflated; null where no password was found or the cipher is not read here. Says
    // in `spec` what opened it.
    std::shared_ptr<unlock::OdfPlain> open(const ZipMember& member, const OdfEntry& entry, ChildSpec& spec);

    // document.encrypted.*, once for the package.
    void report(PartId part);

private:
    unlock::OdfLock lock_of(const ZipMember& member, const OdfEntry& entry) const;
    void search(const ZipDirectory& directory);

    Extraction& extraction_;
    std::unordered_map<std::string_view, const OdfEntry*> by_path_;
    std::vector<OdfEntry> entries_;
    unlock::KeySearch keys_;
    std::optional<unlock::Key> key_;
    std::size_t unopened_ = 0;
    bool foreign_ = false;  // some member has a cipher that is not read here
};

}  // namespace sekisho::scanner::containers
