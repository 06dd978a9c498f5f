// libmagic, for what no Format of ours recognises.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace sekisho::scanner {

// Loads the database. Before the sandbox closes; once per process.
base::Result<void> load_magic();

// MIME type by content, from the first 64 KB; "application/octet-stream" where libmagic has no opinion or was
// not loaded. Costs about a millisecond, so our own recognisers come first.
std::string magic_type(base::Bytes bytes);

}  // namespace sekisho::scanner
