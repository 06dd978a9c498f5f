// What the kernel's own limits hold a worker to. One file for real builds, one for builds with sanitizers,
// whose runtimes reserve terabytes of address space and talk on standard error; CMake chooses.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace sekisho::sandbox {

// The whole program, before the filter closes.
base::Result<void> limit_program();

// One child, after the fork: `address_space` bytes beyond the `base` that the program itself maps.
base::Result<void> limit_child(std::uint64_t base, std::uint64_t address_space);

// From here on nothing that the program writes to standard error goes anywhere.
void silence();

}  // namespace sekisho::sandbox
