#include "sandbox/worker_filter.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/fd.h"

namespace sekisho::sandbox {

using base::Cause;
using base::fail;
using base::Result;

namespace {

enum class Whom : std::uint8_t { both, program };
struct Row {
    const char* call;
    Whom whom = Whom::both;
};

// Unconditional. Memory, the clock, the sockets that are already there.
constexpr Row allowed[] = {
    {"read"},
    {"write"},
    {"recvfrom"},
    {"recvmsg"},
    {"sendto"},
    {"poll"},
    {"ppoll"},
    {"close"},
    {"lseek"},  // the size of the message
    {"munmap"},
    {"mremap"},
    {"madvise"},
    {"brk"},
    {"futex"},
    {"sched_yield"},
    {"getpid"},
    {"gettid"},
    {"getrandom"},
    {"restart_syscall"},
    {"clock_gettime"},
    {"clock_getres"},
    {"gettimeofday"},
    {"time"},
    {"rt_sigaction"},
    {"rt_sigprocmask"},
    {"rt_sigreturn"},
    {"sigaltstack"},
    {"sysinfo"},  // glibc's qsort asks how much memory there is
    {"exit"},
    {"exit_group"},
    // The program: watch its children, and make a child out of a fork.
    {"wait4", Whom::program},
    {"waitid", Whom::program},
    {"kill", Whom::program},
    {"set_robust_list", Whom::program},
    {"prctl", Whom::program},
    {"seccomp", Whom::program},
    {"prlimit64", Whom::program},
    {"setrlimit", Whom::program},
    {"dup2", Whom::program},
    {"dup3", Whom::program},
    {"close_range", Whom::program},
};

// No decoder has any business with these; whoever calls them has been taken over.
constexpr Row forbidden[] = {
    {"execve"},
    {"execveat"},
    {"socket"},
    {"socketpair"},
    {"connect"},
    {"bind"},
    {"listen"},
    {"accept"},
    {"accept4"},
    {"ptrace"},
    {"process_vm_readv"},
    {"process_vm_writev"},
    {"process_madvise"},
    {"pidfd_getfd"},
    {"kcmp"},
    {"pkey_mprotect"},
    {"personality"},
    {"userfaultfd"},
    {"io_uring_setup"},
    {"io_uring_enter"},
    {"io_uring_register"},
    {"bpf"},
    {"perf_event_open"},
    {"keyctl"},
    {"add_key"},
    {"request_key"},
    {"mount"},
    {"umount2"},
    {"pivot_root"},
    {"chroot"},
    {"unshare"},
    {"setns"},
    {"init_module"},
    {"finit_module"},
    {"kexec_load"},
    {"shmat"},
};
constexpr const char* forbidden_to_children[] = {"clone", "fork", "vfork"};

// Stands for the pid of the process until bind_to_process(): no pid is as large.
constexpr std::uint32_t own_pid = 0x7e57'c0de;

struct Free {
    void operator()(void* context) const { ::seccomp_release(context); }
};
using Context = std::unique_ptr<void, Free>;

// Adds rules and keeps the first failure. A call that this architecture does not have is nothing to forbid.
class Rules {
public:
    explicit Rules(scmp_filter_ctx context) : context_(context) {}

    void add(std::uint32_t action, const char* call, std::vector<scmp_arg_cmp> conditions = {}) {
        const int number = ::seccomp_syscall_resolve_name(call);
        if (number == __NR_SCMP_ERROR || failed_ != nullptr) return;
        const int error = ::seccomp_rule_add_array(
            context_, action, number, static_cast<unsigned>(conditions.size()), conditions.data());
        if (error != 0) failed_ = call;
    }
    const char* failed() const { return failed_; }

private:
    scmp_filter_ctx context_;
    const char* failed_ = nullptr;
};

constexpr scmp_arg_cmp bits_clear(unsigned argument, std::uint64_t bits) {
    return {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = bits, .datum_b = 0};
}
constexpr scmp_arg_cmp bits_set(unsigned argument, std::uint64_t bits) {
    return {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = bits, .datum_b = bits};
}
constexpr scmp_arg_cmp equals(unsigned argument, std::uint64_t value) {
    return {.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value, .datum_b = 0};
}

void add_conditional(Rules& rules, bool is_child) {
    // No code but the program's own. A child makes no shared memory once its walls are closed: what is not
    // mapped any more would be held unseen. Before, it makes the arena of scanner/repeat_windows.h.
    rules.add(SCMP_ACT_ALLOW, "mmap", {bits_clear(2, PROT_EXEC), bits_clear(3, MAP_SHARED)});
    if (!is_child)
        rules.add(SCMP_ACT_ALLOW, "mmap",
                  {bits_clear(2, PROT_EXEC), bits_set(3, MAP_SHARED | MAP_ANONYMOUS)});
    rules.add(SCMP_ACT_KILL_PROCESS, "mmap", {bits_set(2, PROT_EXEC)});
    rules.add(SCMP_ACT_ALLOW, "mprotect", {bits_clear(2, PROT_EXEC)});
    rules.add(SCMP_ACT_KILL_PROCESS, "mprotect", {bits_set(2, PROT_EXEC)});
    rules.add(SCMP_ACT_ALLOW, "fcntl", {equals(1, F_GET_SEALS)});
    // abort(). The program's filter holds its children too, whose pids it cannot know; theirs knows them.
    rules.add(SCMP_ACT_ALLOW, "tgkill",
              is_child ? std::vector{equals(0, own_pid)} : std::vector<scmp_arg_cmp>());
    // fork() and nothing that shares memory or makes a namespace. Flags behind a pointer cannot be looked at.
    constexpr std::uint64_t sharing = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
                                      CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
                                      CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_PTRACE |
                                      CLONE_PARENT;
    if (!is_child) rules.add(SCMP_ACT_ALLOW, "clone", {bits_clear(0, sharing)});
    rules.add(SCMP_ACT_ERRNO(ENOSYS), "clone3");
}

Result<Filter> export_code(scmp_filter_ctx context) {
    const base::UniqueFd file = SEKISHO_TRY(base::make_memfd("filter"));
    if (const int error = ::seccomp_export_bpf(context, file.get()); error != 0) {
        return base::fail_errno("seccomp_export_bpf", -error);
    }
    const off_t size = ::lseek(file.get(), 0, SEEK_END);
    Filter out;
    out.code.resize(static_cast<std::size_t>(size) / sizeof(sock_filter));
    const auto bytes = std::as_writable_bytes(std::span(out.code));
    if (::pread(file.get(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        return fail(Cause::internal, "a seccomp filter could not be read back");
    }
    return out;
}

Result<Filter> build(bool is_child) {
    const Context context(::seccomp_init(SCMP_ACT_TRAP));
    if (context == nullptr) return fail(Cause::internal, "seccomp_init");
    ::seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    ::seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // binary search
    Rules rules(context.get());
    for (const Row& row : allowed) {
        if (!is_child || row.whom == Whom::both) rules.add(SCMP_ACT_ALLOW, row.call);
    }
    for (const char* call : extra_calls(is_child)) {
        rules.add(SCMP_ACT_ALLOW, call);
    }
    for (const Row& row : forbidden) {
        rules.add(SCMP_ACT_KILL_PROCESS, row.call);
    }
    if (is_child) {
        for (const char* call : forbidden_to_children) {
            rules.add(SCMP_ACT_KILL_PROCESS, call);
        }
    }
    add_conditional(rules, is_child);
    if (rules.failed() != nullptr)
        return fail(Cause::internal, std::string("seccomp rule: ") + rules.failed());
    return export_code(context.get());
}

}  // namespace

Result<Filters> build_filters() {
    Filters out;
    out.program = SEKISHO_TRY(build(false));
    out.child = SEKISHO_TRY(build(true));
    return out;
}

void bind_to_process(Filter& filter) {
    for (sock_filter& step : filter.code) {
        if (BPF_CLASS(step.code) == BPF_JMP && step.k == own_pid)
            step.k = static_cast<std::uint32_t>(::getpid());
    }
}

Result<void> install(const Filter& filter) {
    const sock_fprog program{.len = static_cast<unsigned short>(filter.code.size()),
                             .filter = const_cast<sock_filter*>(filter.code.data())};  // NOLINT(*-const-cast)
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
        return base::fail_errno("seccomp", errno);
    }
    return {};
}

}  // namespace sekisho::sandbox
