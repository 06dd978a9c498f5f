// Writes a 7z archive of one folder, for the decoders that only libarchive has.
#pragma once

#include <span>

#include "base/bytes.h"
#include "scanner/containers/seven_zip_streams.h"
#include "scanner/output.h"

namespace sekisho::scanner::containers {

// The folder as it stands, in front of a header that knows one file of one member: whoever opens it gets what
// the folder unfolds to. `packed` are its packed streams, in order, and as many as it says. False: the Budget
// is spent.
bool write_seven_zip(const SevenZipFolder& folder, std::span<const base::Bytes> packed, Output& out);

}  // namespace sekisho::scanner::containers
