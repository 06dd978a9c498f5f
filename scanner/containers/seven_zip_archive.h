// A 7z archive whose headers are read, decoded and decrypted where that is needed.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"
#include "scanner/containers/seven_zip_headers.h"
#include "scanner/containers/seven_zip_keys.h"
#include "scanner/output.h"

namespace sekisho::scanner::containers {

struct SevenZipArchive {
    base::Bytes before;  // what stands in front of the archive and behind it
    base::Bytes behind;
    base::Bytes rest;  // the archive behind its start header
    SevenZipHeader header;
    std::string damage;                        // the first that was met; empty where there was none
    std::optional<SevenZipOpened> header_key;  // where the header itself was locked
    std::vector<Output> storage;               // of decoded headers, which `header` looks into

    // As much of them as is there.
    std::vector<base::Bytes> packed_of(const SevenZipFolder& folder) const;
    std::span<const SevenZipMember> members_of(const SevenZipFolder& folder) const;
    bool has_locked() const;
};

// Fails with Cause::encrypted where the header stays locked, `keys` null included, with Cause::limit where
// the Budget says no or has been told of too many members, and with Cause::malformed, truncated or
// unsupported where no header can be made out.
base::Result<SevenZipArchive> read_seven_zip(base::Bytes bytes, SevenZipKeyring* keys, Budget& budget);

}  // namespace sekisho::scanner::containers
