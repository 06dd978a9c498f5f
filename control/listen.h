// A listening Unix socket at a path, replacing one that nobody serves.
#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace sekisho::control {

// Non-blocking, close-on-exec, with `mode` before anybody can connect. The folder is made (0755) where it is
// missing.
base::Result<base::UniqueFd> listen_unix(const std::string& path, unsigned mode);
// Blocking.
base::Result<base::UniqueFd> connect_unix(const std::string& path);

}  // namespace sekisho::control
