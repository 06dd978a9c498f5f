#include "sandbox/spawn.h"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>

#include "base/fd.h"
#include "base/spawn.h"

namespace sekisho::sandbox {

using base::Result;

Result<int> spawn_program(const std::vector<std::string>& arguments, int control, int input) {
    // dup2 onto itself would leave close-on-exec set: move it out of the way of what is set up below.
    const base::UniqueFd source(::fcntl(control, F_DUPFD_CLOEXEC, control_fd + 1));
    const base::UniqueFd words_source(::fcntl(input, F_DUPFD_CLOEXEC, control_fd + 1));
    if (!source || !words_source) return base::fail_errno("fcntl", errno);

    base::SpawnSettings settings;
    ::posix_spawn_file_actions_adddup2(&settings.actions, words_source.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_addopen(&settings.actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&settings.actions, source.get(), control_fd);
    ::posix_spawn_file_actions_addclosefrom_np(&settings.actions, control_fd + 1);
    ::posix_spawn_file_actions_addchdir_np(&settings.actions, "/");

    // A session of its own, so that a terminal's interrupt reaches the gate alone; and signals as they were
    // made.
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&settings.attributes, &none);
    ::posix_spawnattr_setsigdefault(&settings.attributes, &all);
    ::posix_spawnattr_setflags(&settings.attributes,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    std::vector<std::string> words = arguments;
    std::vector<std::string> environment{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"};
    pid_t pid = 0;
    const int error = ::posix_spawn(&pid, words[0].c_str(), &settings.actions, &settings.attributes,
                                    base::spawn_words(words).data(), base::spawn_words(environment).data());
    if (error != 0) return base::fail_errno(words[0], error);
    return pid;
}

std::string find_worker_program() {
    std::error_code ignored;
    const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", ignored);
    for (const char* place : {"sekisho-worker", "../libexec/sekisho-worker"}) {
        const std::filesystem::path candidate = own.parent_path() / place;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate.lexically_normal();
    }
    return {};
}

}  // namespace sekisho::sandbox
