// Closes the walls around itself exactly as sekisho-worker and its children do, then tries one system call.
// Exit code: 0 where the call answered EPERM and was counted once, 1 where it was let through, 2 where the
// walls could not be closed, 3 where it failed otherwise. A forbidden call ends the process by SIGSYS.
#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <map>
#include <span>
#include <string_view>

#include "sandbox/channel.h"
#include "sandbox/worker_sandbox.h"
#include "sandbox/worker_trap.h"

namespace {

using namespace sekisho;

using Call = std::function<long()>;

long result_of(void* address) { return address == MAP_FAILED ? -1 : 0; }  // NOLINT

void* map(int protection, int flags) {
    return ::mmap(nullptr, 4'096, protection, flags | MAP_ANONYMOUS, -1, 0);
}

const std::map<std::string_view, Call>& calls() {
    static const std::map<std::string_view, Call> all{
        {"open", [] { return ::open("/etc/passwd", O_RDONLY | O_CLOEXEC); }},
        {"openat", [] { return ::openat(AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC); }},
        {"creat", [] { return ::open("/tmp/x", O_WRONLY | O_CREAT | O_CLOEXEC, 0600); }},
        {"stat",
         [] {
             struct stat info{};
             return ::stat("/etc/passwd", &info);
         }},
        {"unlink", [] { return ::unlink("/tmp/x"); }},
        {"kill-one", [] { return ::kill(1, 0); }},
        {"kill-all", [] { return ::kill(-1, 0); }},
        {"memfd", [] { return ::memfd_create("x", MFD_CLOEXEC); }},
        {"shared-memory", [] { return result_of(map(PROT_READ | PROT_WRITE, MAP_SHARED)); }},
        {"sendmsg",
         [] {
             msghdr message{};
             return ::sendmsg(sandbox::child_socket, &message, 0);
         }},
        {"prctl", [] { return ::syscall(SYS_prctl, 1, 0, 0, 0, 0); }},
        {"socket", [] { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }},
        {"socketpair",
         [] {
             int ends[2];
             return ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
         }},
        {"connect", [] { return ::connect(sandbox::child_socket, nullptr, 0); }},
        {"execve", [] { return ::execl("/bin/true", "true", nullptr); }},
        {"fork", [] { return ::fork(); }},
        {"ptrace", [] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }},
        {"process_vm", [] { return ::process_vm_readv(1, nullptr, 0, nullptr, 0, 0); }},
        {"code", [] { return result_of(map(PROT_READ | PROT_EXEC, MAP_PRIVATE)); }},
        {"code-later", [] { return ::mprotect(map(PROT_READ, MAP_PRIVATE), 4'096, PROT_READ | PROT_EXEC); }},
        {"unshare", [] { return ::syscall(SYS_unshare, 0x10000000); }},
        {"io_uring", [] { return ::syscall(SYS_io_uring_setup, 1, nullptr); }},
        {"bpf", [] { return ::syscall(SYS_bpf, 0, nullptr, 0); }},
        {"abort",
         [] {
             std::abort();
             return 0L;
         }},
        {"nothing", [] { return 0; }},
    };
    return all;
}

int child(sandbox::Sandbox& walls, int socket, const Call& call) {
    if (!walls.close_child(socket, 1u << 30)) return 2;
    const auto before = sandbox::denied_calls();
    errno = 0;
    const long result = call();
    if (result >= 0) return 1;
    return errno == EPERM && sandbox::denied_calls() == before + 1 ? 0 : 3;
}

}  // namespace

int main(int argc, char** argv) {
    const std::span words(argv, static_cast<std::size_t>(argc));
    const auto call = words.size() == 2 ? calls().find(words[1]) : calls().end();
    if (call == calls().end()) return 2;
    const auto pair = sandbox::make_socket_pair();
    auto walls = sandbox::Sandbox::prepare("nobody");
    if (!pair || !walls || !walls->close_program()) return 2;
    const pid_t pid = ::fork();
    if (pid == 0) ::_exit(child(*walls, pair->theirs.get(), call->second));
    int status = 0;
    if (pid < 0 || ::waitpid(pid, &status, 0) != pid) return 2;
    // Signals pass on as 128 + number: this process may not raise them for itself by every build.
    ::_exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}
