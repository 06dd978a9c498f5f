#include "sandbox/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <ctime>

#include "base/fd.h"
#include "base/text.h"

namespace sekisho::sandbox {

namespace {

constexpr int nice_of_slow = 10;

// <sys/pidfd.h> of glibc 2.36 forgets that C++ exists.
int open_pid_fd(int pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

std::optional<std::uint64_t> number_from(std::string_view text) {
    std::uint64_t value = 0;
    if (text.empty() || text.size() > 18) return std::nullopt;
    for (const char c : text) {
        if (!base::is_digit(c)) return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

}  // namespace

void ChildProcess::started(int pid) {
    const std::scoped_lock lock(mutex_);
    pid_ = pid;
    pid_fd_ = base::UniqueFd(open_pid_fd(pid));
    if (kill_when_started_) signal(SIGKILL);
}

void ChildProcess::exited(int wait_status) {
    const std::scoped_lock lock(mutex_);
    wait_status_ = wait_status;
    ended_.notify_all();
}

void ChildProcess::signal(int number) {
    if (pid_fd_) ::syscall(SYS_pidfd_send_signal, pid_fd_.get(), number, nullptr, 0);
}

void ChildProcess::kill() {
    const std::scoped_lock lock(mutex_);
    kill_when_started_ = true;
    signal(SIGKILL);
}

void ChildProcess::stop() {
    const std::scoped_lock lock(mutex_);
    signal(SIGSTOP);
}

void ChildProcess::resume() {
    const std::scoped_lock lock(mutex_);
    signal(SIGCONT);
}

void ChildProcess::be_nice() {
    const std::scoped_lock lock(mutex_);
    if (pid_ > 0 && !wait_status_) ::setpriority(PRIO_PROCESS, static_cast<id_t>(pid_), nice_of_slow);
}

int ChildProcess::pid() const {
    const std::scoped_lock lock(mutex_);
    return pid_;
}

bool ChildProcess::answered() const {
    const std::scoped_lock lock(mutex_);
    return pid_ != 0 || wait_status_.has_value();
}

std::optional<std::chrono::nanoseconds> ChildProcess::cpu_time() const {
    const std::scoped_lock lock(mutex_);
    clockid_t clock = 0;
    timespec now{};
    if (pid_ <= 0 || ::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &now) != 0) {
        return std::nullopt;
    }
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

std::optional<std::uint64_t> ChildProcess::resident_bytes() const {
    const int pid = this->pid();
    if (pid <= 0) return std::nullopt;
    const auto text = base::read_file(fmt::format("/proc/{}/statm", pid), 4'096);
    if (!text) return std::nullopt;
    const auto fields = base::split(*text, ' ');  // proc(5): size resident shared ..., in pages
    if (fields.size() < 3) return std::nullopt;
    const auto resident = number_from(fields[1]);
    const auto shared = number_from(fields[2]);
    static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    if (!resident || !shared) return std::nullopt;
    return (*resident - std::min(*resident, *shared)) * page;
}

std::optional<int> ChildProcess::wait_status(std::chrono::milliseconds at_most) const {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, at_most, [&] { return wait_status_.has_value(); });
    return wait_status_;
}

std::string describe_wait_status(std::optional<int> wait_status) {
    if (!wait_status) return "ended";
    if (static_cast<std::uint32_t>(*wait_status) == never_started) return "never started";
    if (WIFSIGNALED(*wait_status)) {
        const int number = WTERMSIG(*wait_status);
        const char* name = ::sigabbrev_np(number);
        return fmt::format("signal {} (SIG{})", number, name != nullptr ? name : "?");
    }
    return fmt::format("exit code {}", WEXITSTATUS(*wait_status));
}

}  // namespace sekisho::sandbox
