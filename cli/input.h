// A file or standard input, on its way into the sandbox.
#pragma once

#include <cstdint>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace sekisho::cli {

struct Input {
    base::UniqueFd message;  // sealed memfd; its bytes are never parsed in this process
    std::uint64_t size = 0;  // of the whole, or where that is not known of what was read
    std::string sha256;      // of what was read
    bool truncated = false;  // larger than was allowed: the rest was not read
    bool size_known = true;  // not of a pipe that was truncated
};

// "-" is standard input. Reads at most `max_bytes`. Errors do not name the path: the caller does.
base::Result<Input> read_input(const std::string& path, std::uint64_t max_bytes);

}  // namespace sekisho::cli
