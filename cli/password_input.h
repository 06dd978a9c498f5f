// A password from wherever it is seen by nobody else: never from the command line, which `ps` shows.
#pragma once

#include <string>

#include "base/result.h"

namespace sekisho::cli {

// The first line, without its line end, of `path`; "-" is standard input. Empty: asked for on the terminal
// without echo where standard input is one, else read from standard input. Cause::io where the file cannot be
// read, Cause::invalid where the line is empty, has over 1,000 bytes or is no UTF-8.
base::Result<std::string> read_password(const std::string& path);

}  // namespace sekisho::cli
