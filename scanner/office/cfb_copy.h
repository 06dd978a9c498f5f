// Copies one storage of a compound file, with all that hangs in it, into a compound file of its own: a
// message or a document that is embedded in another file then opens like any that is attached.
//
// Known weaknesses: two of one name stay two; see cfb_write.h.
#pragma once

#include <cstdint>
#include <vector>

#include "scanner/budget.h"
#include "scanner/office/cfb.h"
#include "scanner/output.h"

namespace sekisho::scanner::office {

class StorageCopier {
public:
    // `cfb` outlives it.
    explicit StorageCopier(Cfb& cfb);

    struct Copied {
        bool whole = true;       // false: the budget is spent, or no copy may be so large (some 450 MB)
        bool truncated = false;  // a stream ended before its size
    };
    // Linear in what is copied; no entry is copied twice over all calls, so
    // that storages within each other cannot make this grow.
    Copied copy(std::uint32_t storage, Budget& budget, Output& output);

    // By index of the file's entries: it stands in one of the copies that are whole.
    const std::vector<bool>& copied() const { return copied_; }

private:
    Cfb& cfb_;
    std::vector<std::vector<std::uint32_t>> children_;
    std::vector<bool> copied_;
};

}  // namespace sekisho::scanner::office
