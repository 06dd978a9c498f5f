// Known weakness: what a command puts into a session of its own outlives its time limit; under the unit it
// ends with the unit.
#include "cli/action_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "base/fd.h"
#include "base/spawn.h"

namespace sekisho::cli {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

base::Result<pid_t> spawn(const ActionCommand& command) {
    base::SpawnSettings settings;
    ::posix_spawn_file_actions_addopen(&settings.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&settings.actions, STDERR_FILENO, STDOUT_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&settings.actions, STDERR_FILENO + 1);
    ::posix_spawn_file_actions_addchdir_np(&settings.actions, "/");
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&settings.attributes, &none);
    ::posix_spawnattr_setsigdefault(&settings.attributes, &all);
    // A session, and so a process group, of its own: it is ended as a whole.
    ::posix_spawnattr_setflags(&settings.attributes,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::vector<std::string> words = command.arguments;
    std::vector<std::string> environment = command.environment;
    pid_t pid = 0;
    const int error = ::posix_spawn(&pid, words[0].c_str(), &settings.actions, &settings.attributes,
                                    base::spawn_words(words).data(), base::spawn_words(environment).data());
    if (error != 0) return base::fail_errno(words[0], error);
    return pid;
}

// Which of the two is readable first: the end of the process, or `stop` (-1: not looked at).
enum class Woken : std::uint8_t { ended, told, late };
Woken wait_for(int process, int stop, Clock::time_point until) {
    std::array<pollfd, 2> fds{{{process, POLLIN, 0}, {stop, POLLIN, 0}}};
    while (true) {
        const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
        const auto wait = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
        const int ready = ::poll(fds.data(), fds.size(), wait);
        if (ready < 0 && errno == EINTR) continue;
        if (fds[0].revents != 0) return Woken::ended;
        if (fds[1].revents != 0) return Woken::told;
        if (ready <= 0) return Woken::late;
    }
}

}  // namespace

base::Result<RunOutcome> run_command(const ActionCommand& command, int stop) {
    const auto begin = Clock::now();
    const pid_t pid = SEKISHO_TRY(spawn(command));
    // glibc 2.36 has a wrapper, in a header that C++ cannot include.
    const base::UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    RunOutcome out;
    switch (wait_for(process.get(), stop, begin + command.time_limit)) {
        case Woken::ended:
            break;
        case Woken::told:
            out.end = RunEnd::stopped;
            break;
        case Woken::late:
            out.end = RunEnd::overdue;
            break;
    }
    if (out.end != RunEnd::exited) {
        ::kill(-pid, SIGTERM);
        wait_for(process.get(), -1, Clock::now() + command.grace);
    }
    // While it has not been waited for, its number is nobody else's. What it left behind in its group ends
    // too.
    ::kill(-pid, SIGKILL);
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) != 0 && errno == EINTR) {
    }
    out.took = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
    out.code = info.si_status;
    if (out.end == RunEnd::exited && info.si_code != CLD_EXITED) out.end = RunEnd::killed;
    return out;
}

}  // namespace sekisho::cli
