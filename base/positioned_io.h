// Reading and writing at a place of a file, whatever others read and write of it meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/result.h"

namespace sekisho::base {

// All of it, from byte `at` of the file on; short writes and EINTR are retried.
Result<void> write_at(int fd, Bytes bytes, std::uint64_t at);
// Cause::truncated for a file that ends too early.
Result<void> read_at(int fd, std::span<std::byte> into, std::uint64_t at);

}  // namespace sekisho::base
