#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <csignal>
#include <stdexcept>

#include "tests/sandbox/inject.h"

namespace sekisho::sandbox {

namespace {

constexpr unsigned long long syscall_instruction_bytes = 2;
constexpr long interrupted_to_be_restarted =
    512;  // the kernel's ERESTARTSYS: it waited, and nothing had come

int wait_for(int pid) {
    int status = 0;
    if (::waitpid(pid, &status, __WALL) != pid) throw std::runtime_error("waitpid");
    return status;
}

// Goes on to the next stop with `signal`; the wait status.
int go_on(__ptrace_request how, int pid, int signal = 0) {
    if (::ptrace(how, pid, nullptr, static_cast<unsigned long>(signal)) != 0)
        throw std::runtime_error("ptrace");
    return wait_for(pid);
}

// Attaches once the process waits in a system call; its registers. It may still be on its way there.
user_regs_struct attach_in_call(int pid) {
    for (;;) {
        if (::ptrace(PTRACE_ATTACH, pid, nullptr, nullptr) != 0) throw std::runtime_error("PTRACE_ATTACH");
        wait_for(pid);
        user_regs_struct registers{};
        ::ptrace(PTRACE_GETREGS, pid, nullptr, &registers);
        if (static_cast<long>(registers.rax) == -interrupted_to_be_restarted) return registers;
        ::ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
    }
}

}  // namespace

std::optional<Injected> inject_call(int pid, long number, const std::array<unsigned long, 3>& arguments) {
    const user_regs_struct before = attach_in_call(pid);
    user_regs_struct call = before;
    call.rip -= syscall_instruction_bytes;  // the instruction in which it waits
    call.rax = static_cast<unsigned long long>(number);
    call.orig_rax = static_cast<unsigned long long>(-1);  // the interrupted call is not begun again
    call.rdi = arguments[0];
    call.rsi = arguments[1];
    call.rdx = arguments[2];
    ::ptrace(PTRACE_SETREGS, pid, nullptr, &call);

    const int status = go_on(PTRACE_SINGLESTEP, pid);
    if (WIFSIGNALED(status)) return Injected{.died_by = WTERMSIG(status)};
    user_regs_struct after{};
    ::ptrace(PTRACE_GETREGS, pid, nullptr, &after);
    // A handler may run first. When it has returned, the call's result is there, behind the instruction.
    for (int signal = WSTOPSIG(status) == SIGSYS ? SIGSYS : 0; signal != 0 || after.rip != before.rip;
         signal = 0) {
        const int stop = go_on(PTRACE_SINGLESTEP, pid, signal);
        if (WIFSIGNALED(stop)) return Injected{.died_by = WTERMSIG(stop)};
        ::ptrace(PTRACE_GETREGS, pid, nullptr, &after);
    }
    user_regs_struct back = before;
    back.rip -= syscall_instruction_bytes;
    back.rax = before.orig_rax;
    back.orig_rax = static_cast<unsigned long long>(-1);
    ::ptrace(PTRACE_SETREGS, pid, nullptr, &back);
    ::ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
    return Injected{.died_by = 0, .result = static_cast<long>(after.rax)};
}

}  // namespace sekisho::sandbox
