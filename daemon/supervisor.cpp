#include "daemon/supervisor.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>
#include <vector>

#include "base/log.h"
#include "daemon/backoff.h"
#include "daemon/channel.h"
#include "daemon/notify.h"

namespace sekisho::daemon {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

void say(base::LogLevel level, std::string_view text) {
    base::log(level, base::LogLine("supervisor:").add("event", text).text());
}

// Ours, in the one thread that there is. The gate gets its own set after exec.
sigset_t our_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGHUP, SIGTERM, SIGINT, SIGCHLD})
        ::sigaddset(&set, number);
    return set;
}

// In the child of fork: nothing but system calls.
[[noreturn]] void exec_gate(int channel, char* const* arguments) {
    sigset_t none;
    ::sigemptyset(&none);
    // dup2 onto itself would leave close-on-exec set.
    if (channel == Channel::gate_fd) channel = ::dup(channel);
    if (::dup2(channel, Channel::gate_fd) == Channel::gate_fd &&
        ::pthread_sigmask(SIG_SETMASK, &none, nullptr) == 0) {
        ::execv("/proc/self/exe", arguments);
    }
    ::_exit(127);
}

class Supervisor {
public:
    explicit Supervisor(const SupervisorOptions& options) : options_(options) {
        // systemd wants two signs of life per period; three leave room for a busy machine.
        const auto period = std::chrono::duration_cast<milliseconds>(watchdog_period());
        if (period.count() > 0) options_.ping_every = std::min(options_.ping_every, period / 3);
    }
    int run();

private:
    enum class Phase {
        starting,
        running,
        waiting,
        stopping
    };  // waiting: the gate is dead, its restart is due

    bool start_gate();
    void stop_gate();
    void kill_gate(std::string_view why);
    void on_signal();
    void on_note(const Note& note);
    void on_gate_end(int status);
    void read_channel();
    void on_time();
    milliseconds until_next() const;
    void reload();

    SupervisorOptions options_;
    base::UniqueFd signals_;
    std::optional<Channel> channel_;
    pid_t gate_ = 0;
    Phase phase_ = Phase::starting;
    bool was_ready_ = false;      // ever: then a dead gate is started again
    bool reload_wanted_ = false;  // SIGHUP before the gate was ready
    Backoff backoff_;
    Clock::time_point started_, restart_at_, stop_at_, last_pong_, next_ping_;
    std::optional<int> exit_code_;
};

bool Supervisor::start_gate() {
    auto pair = Channel::make_pair();
    if (!pair) {
        say(base::LogLevel::error, pair.error().message);
        return false;
    }
    // Everything that exec needs is made before fork.
    std::vector<std::string> words{"sekishod", "--gate", "--config", options_.config_file};
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (auto& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);

    const pid_t child = ::fork();
    if (child < 0) {
        say(base::LogLevel::error, base::fail_errno("fork", errno).error().message);
        return false;
    }
    if (child == 0) exec_gate(pair->second.fd(), arguments.data());
    gate_ = child;
    channel_ = std::move(pair->first);
    phase_ = Phase::starting;
    started_ = last_pong_ = Clock::now();
    next_ping_ = started_ + options_.ping_every;
    return true;
}

void Supervisor::kill_gate(std::string_view why) {
    if (gate_ <= 0) return;
    say(base::LogLevel::error, why);
    ::kill(gate_, SIGKILL);
}

void Supervisor::stop_gate() {
    if (phase_ == Phase::stopping) {
        kill_gate("asked twice to stop: the gate is killed");
        return;
    }
    notify_stopping();
    phase_ = Phase::stopping;
    stop_at_ = Clock::now() + options_.stop_limit;
    if (gate_ == 0)
        exit_code_ = 0;
    else if (!channel_ || !channel_->send(Word::stop))
        kill_gate("the gate does not take `stop`");
}

void Supervisor::reload() {
    if (phase_ != Phase::running) {
        // A gate that starts may have read the old file already.
        reload_wanted_ = true;
        return;
    }
    reload_wanted_ = false;
    channel_->send(Word::reload);
}

void Supervisor::on_signal() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        switch (info.ssi_signo) {
            case SIGHUP:
                reload();
                break;
            case SIGTERM:
            case SIGINT:
                stop_gate();
                break;
            default:
                break;
        }
    }
    int status = 0;
    if (gate_ > 0 && ::waitpid(gate_, &status, WNOHANG) == gate_) {
        read_channel();  // what it said last
        on_gate_end(status);
    }
}

void Supervisor::on_note(const Note& note) {
    switch (note.word) {
        case Word::pong:
            last_pong_ = Clock::now();
            break;
        case Word::ready:
            if (phase_ != Phase::starting) break;
            was_ready_ = true;
            phase_ = Phase::running;
            last_pong_ = Clock::now();
            notify_ready(note.text);
            if (reload_wanted_) reload();
            break;
        case Word::reloading:
            notify_reloading();
            break;
        case Word::reloaded:
            notify_ready(note.text.empty() ? "Taking mail"
                                           : "Taking mail; the last reload failed: " + note.text);
            break;
        case Word::ping:
        case Word::reload:
        case Word::stop:
            break;
    }
}

void Supervisor::read_channel() {
    while (channel_) {
        auto note = channel_->receive();
        if (!note) {
            channel_.reset();  // its end is told by SIGCHLD
            return;
        }
        if (!*note) return;
        on_note(**note);
    }
}

void Supervisor::on_gate_end(int status) {
    gate_ = 0;
    channel_.reset();
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    const auto lived = std::chrono::duration_cast<milliseconds>(Clock::now() - started_);
    if (phase_ == Phase::stopping) {
        exit_code_ = code;
        return;
    }
    const std::string how = WIFSIGNALED(status)
                                ? fmt::format("the gate was killed by signal {}", WTERMSIG(status))
                                : fmt::format("the gate ended with code {}", code);
    if (!was_ready_) {
        say(base::LogLevel::error, how);
        exit_code_ = code == 0 ? 1 : code;
        return;
    }
    const auto wait = backoff_.next(lived);
    say(base::LogLevel::error, fmt::format("{}; started again in {} ms", how, wait.count()));
    notify_status("The gate is being started again");
    phase_ = Phase::waiting;
    restart_at_ = Clock::now() + wait;
}

void Supervisor::on_time() {
    const auto now = Clock::now();
    if (phase_ == Phase::waiting && now >= restart_at_ && !start_gate())
        restart_at_ = now + backoff_.next({});
    if (phase_ == Phase::stopping && now >= stop_at_) {
        kill_gate("the gate did not finish in time");
        stop_at_ = now + options_.stop_limit;
    }
    if (now < next_ping_) return;
    next_ping_ = now + options_.ping_every;
    if (channel_) channel_->send(Word::ping);
    if (phase_ == Phase::running && now - last_pong_ >= options_.silence_limit) {
        kill_gate("the gate does not answer");
        last_pong_ = now;
    }
    // While there is no gate to answer, the supervisor is what systemd watches.
    const bool answers = phase_ != Phase::running || now - last_pong_ <= 2 * options_.ping_every;
    if (answers) notify_watchdog();
}

milliseconds Supervisor::until_next() const {
    auto next = next_ping_;
    if (phase_ == Phase::waiting) next = std::min(next, restart_at_);
    if (phase_ == Phase::stopping) next = std::min(next, stop_at_);
    return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(next - Clock::now()));
}

int Supervisor::run() {
    const sigset_t set = our_signals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals_) {
        say(base::LogLevel::error, base::fail_errno("signalfd", errno).error().message);
        return 1;
    }
    if (!start_gate()) return 1;
    while (!exit_code_) {
        std::array<pollfd, 2> fds{pollfd{signals_.get(), POLLIN, 0},
                                  pollfd{channel_ ? channel_->fd() : -1, POLLIN, 0}};
        if (::poll(fds.data(), fds.size(), static_cast<int>(until_next().count())) < 0 && errno != EINTR)
            return 1;
        if (fds[1].revents != 0) read_channel();
        if (fds[0].revents != 0) on_signal();
        on_time();
    }
    return *exit_code_;
}

}  // namespace

int run_supervisor(const SupervisorOptions& options) { return Supervisor(options).run(); }

}  // namespace sekisho::daemon
