#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "sandbox/worker_filter.h"
#include "sandbox/worker_limits.h"

namespace sekisho::sandbox {

using base::Result;

namespace {

constexpr rlim_t program_files = 64;  // its own, and a socket and the message on their way to a child
constexpr rlim_t child_files = 16;
// Backstop for a child whose gate and program are both gone; the gate's clock ends scans long before.
constexpr rlim_t child_cpu_seconds = 1'200;

// Never above the hard limit that is there already: a service manager may have set it to 0.
Result<void> set(__rlimit_resource what, rlim_t value) {
    rlimit limit{};
    if (::getrlimit(what, &limit) != 0) return base::fail_errno("getrlimit", errno);
    const rlim_t least = std::min(value, limit.rlim_max);
    limit = {.rlim_cur = least, .rlim_max = least};
    if (::setrlimit(what, &limit) != 0) return base::fail_errno("setrlimit", errno);
    return {};
}

}  // namespace

Result<void> limit_program() {
    SEKISHO_TRY(set(RLIMIT_NOFILE, program_files));
    SEKISHO_TRY(set(RLIMIT_FSIZE, 0));
    // 1 and not 0: a core_pattern that pipes (systemd-coredump) gets the whole core with 0, and nothing
    // with 1.
    SEKISHO_TRY(set(RLIMIT_CORE, 1));
    return set(RLIMIT_MEMLOCK, 0);
}

Result<void> limit_child(std::uint64_t base, std::uint64_t address_space) {
    SEKISHO_TRY(set(RLIMIT_AS, base + address_space));
    SEKISHO_TRY(set(RLIMIT_CPU, child_cpu_seconds));
    SEKISHO_TRY(set(RLIMIT_NPROC, 0));
    return set(RLIMIT_NOFILE, child_files);
}

void silence() { ::dup2(STDOUT_FILENO, STDERR_FILENO); }

std::span<const char* const> extra_calls(bool /*is_child*/) { return {}; }

}  // namespace sekisho::sandbox
