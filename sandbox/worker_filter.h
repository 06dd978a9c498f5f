// The seccomp filters of the worker program and of its children: built before the sandbox closes, installed
// after.
//
// Allowed is what stands in the table of worker_filter.cpp. What stands there as forbidden kills the process
// (SIGSYS). Everything else is refused: the call answers EPERM and is counted (worker_trap.h).
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace sekisho::sandbox {

// BPF code. A value.
struct Filter {
    std::vector<sock_filter> code;
};

struct Filters {
    Filter program;  // may fork, wait for its children and kill them
    Filter child;    // comes on top of it
};
base::Result<Filters> build_filters();

// Puts the pid of the calling process where the filter allows signals to oneself (abort). No allocation.
void bind_to_process(Filter& filter);

// For the calling thread, for good. no_new_privs is set. No allocation.
base::Result<void> install(const Filter& filter);

// Calls that this build needs beyond the table: none, or those of a sanitizer's runtime
// (worker_limits_plain.cpp, worker_limits_sanitized.cpp).
std::span<const char* const> extra_calls(bool is_child);

}  // namespace sekisho::sandbox
