#include <array>
#include <span>

#include "sandbox/worker_filter.h"
#include "sandbox/worker_limits.h"

// Read by the runtimes before main. A symboliser would have to be executed; leaks are looked for by threads;
// a decoder that asks for too much is told so, as malloc does; and what was freed does not count for long as
// memory.
extern "C" const char* __asan_default_options();   // NOLINT(*-reserved-identifier)
extern "C" const char* __asan_default_options() {  // NOLINT(*-reserved-identifier)
    return "symbolize=0:detect_leaks=0:allocator_may_return_null=1:quarantine_size_mb=16";
}
extern "C" const char* __tsan_default_options();   // NOLINT(*-reserved-identifier)
extern "C" const char* __tsan_default_options() {  // NOLINT(*-reserved-identifier)
    return "symbolize=0:die_after_fork=0";
}

namespace sekisho::sandbox {

base::Result<void> limit_program() { return {}; }
base::Result<void> limit_child(std::uint64_t /*base*/, std::uint64_t /*address_space*/) { return {}; }
void silence() {}

// What the runtimes call as they go; none of it opens, executes or connects. (UBSan asks by way of a pipe
// whether memory can be read.)
std::span<const char* const> extra_calls(bool is_child) {
    static constexpr std::array calls{
        "clone",  "nanosleep", "clock_nanosleep", "sched_getaffinity", "getrlimit",  "prlimit64", "getppid",
        "getuid", "geteuid",   "getgid",          "getegid",           "arch_prctl", "rseq",      "mincore",
        "pipe",   "pipe2",     "set_robust_list", "set_tid_address",   "uname"};
    // TSan's own thread is started anew in each fork, before the child closes.
    return std::span(calls).subspan(is_child ? 1 : 0);
}

}  // namespace sekisho::sandbox
