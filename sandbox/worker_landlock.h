// Landlock: no file system, no TCP, no signal and no abstract socket beyond the process's own domain.
#pragma once

#include "base/result.h"

namespace sekisho::sandbox {

// Closes whatever of this the kernel knows, for good, for this process and its children. no_new_privs is set.
// The ABI that the kernel has, 0 where it has none (then nothing is closed): see landlock(7).
base::Result<int> close_with_landlock();

}  // namespace sekisho::sandbox
