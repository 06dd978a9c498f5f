// System calls that the filter refuses: each answers EPERM, and is counted.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace sekisho::sandbox {

// Installs the SIGSYS handler that makes a trapped call answer EPERM. Once, before a filter that traps.
base::Result<void> answer_traps();

// Calls that were refused in this process and, before the fork, in its parent.
std::uint32_t denied_calls();

// Makes the interrupted system call of a signal context (ucontext_t) give `result`. One file per
// architecture.
void set_call_result(void* context, long result);

}  // namespace sekisho::sandbox
