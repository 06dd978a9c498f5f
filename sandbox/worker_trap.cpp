#include "sandbox/worker_trap.h"

#include <atomic>
#include <cerrno>
#include <csignal>

namespace sekisho::sandbox {

namespace {

// A signal handler can reach nothing but globals: this is the one that there is.
std::atomic<std::uint32_t> refused = 0;
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

constexpr int from_seccomp = 1;  // SYS_SECCOMP of <asm-generic/siginfo.h>, which glibc does not name

extern "C" void on_trap(int /*number*/, siginfo_t* info, void* context) {
    if (info->si_code != from_seccomp) return;
    refused.fetch_add(1, std::memory_order_relaxed);
    set_call_result(context, -EPERM);
}

}  // namespace

base::Result<void> answer_traps() {
    struct sigaction action{};
    action.sa_sigaction = on_trap;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    ::sigemptyset(&action.sa_mask);
    if (::sigaction(SIGSYS, &action, nullptr) != 0) return base::fail_errno("sigaction", errno);
    return {};
}

std::uint32_t denied_calls() { return refused.load(std::memory_order_relaxed); }

}  // namespace sekisho::sandbox
