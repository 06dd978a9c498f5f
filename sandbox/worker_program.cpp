#include "sandbox/worker_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "base/fd.h"
#include "base/text.h"
#include "sandbox/channel.h"
#include "sandbox/frames.h"
#include "sandbox/generation.h"
#include "sandbox/rehearsal.h"
#include "sandbox/spawn.h"
#include "sandbox/worker_sandbox.h"

namespace sekisho::sandbox {

using base::Cause;
using base::fail;
using base::Result;

namespace {

constexpr int exit_not_ready = 1;

struct Options {
    std::string user;
    LoadSettings load;
};

// The list that an option adds to; null for one that there is not.
std::vector<std::string>* list_of(std::string_view option, LoadSettings& settings) {
    if (option == "--rules") return &settings.rules_dirs;
    if (option == "--own-domain") return &settings.mail.own_domains;
    if (option == "--known-sender") return &settings.mail.known_senders;
    if (option == "--authserv-id") return &settings.mail.authserv_ids;
    return nullptr;
}

Result<Options> options_from(const std::vector<std::string>& arguments) {
    Options out;
    for (std::size_t i = 1; i < arguments.size(); i += 2) {
        if (arguments[i] == "--measure-rules") {  // the tasks' business
            --i;
            continue;
        }
        if (i + 1 == arguments.size()) return fail(Cause::invalid, arguments[i] + ": a value is missing");
        if (arguments[i] == "--user") {
            out.user = arguments[i + 1];
        } else if (auto* const list = list_of(arguments[i], out.load); list != nullptr) {
            list->push_back(arguments[i + 1]);
        } else {
            return fail(Cause::invalid, arguments[i] + ": no such option");
        }
    }
    return out;
}

// The arguments and the words on standard input, which is empty from here on.
Result<std::vector<std::string>> all_words(std::vector<std::string> words) {
    constexpr std::size_t max_bytes = 64u << 20;
    const std::string more = SEKISHO_TRY(base::read_file("/proc/self/fd/0", max_bytes));
    for (const std::string_view word : base::split(more, '\0'))
        words.emplace_back(word);
    words.pop_back();  // what is behind the last NUL
    const base::UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!nothing || ::dup2(nothing.get(), STDIN_FILENO) < 0) return base::fail_errno("/dev/null", errno);
    return words;
}

// For the scan before the walls close: it warms up what it touches, and its answer goes nowhere.
class Nowhere final : public AnswerSink {
public:
    void progress(std::string_view) override {}
    bool wants_parts() const override { return false; }
    void part(const model::PartSummary&, base::Bytes) override {}
};

Result<void> tell_gate(FrameType type, std::uint64_t id, base::Bytes payload) {
    std::vector<std::byte> out;
    append_message(out, type, id, payload);
    return send_all(control_fd, out);
}

// The loop of the closed program: fork for the gate, watch what was forked, until the gate hangs up.
class Forker {
public:
    Forker(const WorkerTasks& tasks, Sandbox& sandbox, int signals)
        : tasks_(tasks), sandbox_(sandbox), signals_(signals) {}

    int run() {
        for (;;) {
            std::array<pollfd, 2> look{pollfd{.fd = control_fd, .events = POLLIN, .revents = 0},
                                       pollfd{.fd = signals_, .events = POLLIN, .revents = 0}};
            if (::poll(look.data(), look.size(), -1) < 0) continue;
            if (look[1].revents != 0) look_at_children();
            if (look[0].revents != 0 && !hear_gate()) break;
        }
        for (const ForkedChild& child : children_) {
            ::kill(child.pid, SIGKILL);
        }
        return 0;
    }

private:
    struct ForkedChild {
        std::uint64_t serial = 0;
        pid_t pid = 0;
        bool ended = false;
        bool released = false;
    };

    bool hear_gate() {
        ReceivedFd got = receive_with_fd(control_fd, reader_.room());
        if (!got.received.open) return false;
        reader_.received(got.received.bytes);
        if (got.fd) sockets_.push_back(std::move(got.fd));
        for (;;) {
            const auto frame = reader_.next();
            if (!frame) return false;
            if (!*frame) return true;
            if (!obey(**frame)) return false;
        }
    }

    bool obey(const Frame& frame) {
        if (frame.type == FrameType::release) {
            release(frame.id);
            return true;
        }
        const auto address_space = u64_from(frame.payload);
        if (frame.type != FrameType::fork || !address_space || sockets_.empty()) return false;
        const base::UniqueFd socket = std::move(sockets_.front());
        sockets_.erase(sockets_.begin());
        fork_child(frame.id, socket, *address_space);
        return true;
    }

    void fork_child(std::uint64_t serial, const base::UniqueFd& socket, std::uint64_t address_space) {
        sandbox_.offer_to_oom_killer(true);
        const pid_t pid = ::fork();
        if (pid == 0) {
            if (tasks_.in_child) tasks_.in_child();
            if (!sandbox_.close_child(socket.get(), address_space)) ::_exit(exit_not_ready);
            serve_child(tasks_);
        }
        sandbox_.offer_to_oom_killer(false);
        if (pid < 0) {
            (void)tell_gate(FrameType::child_exit, serial, encode_u32(never_started));
            return;
        }
        children_.push_back({.serial = serial, .pid = pid});
        (void)tell_gate(FrameType::forked, serial, encode_u32(static_cast<std::uint32_t>(pid)));
    }

    // A child that has ended stays a zombie, and its pid its own, until the gate has released it.
    void look_at_children() {
        signalfd_siginfo drop{};
        (void)!::read(signals_, &drop, sizeof drop);
        for (ForkedChild& child : children_) {
            siginfo_t info{};
            if (child.ended) continue;
            if (::waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
                info.si_pid == 0) {
                continue;
            }
            child.ended = true;
            const int status =
                info.si_code == CLD_EXITED ? (info.si_status & 0xff) << 8 : info.si_status & 0x7f;
            (void)tell_gate(FrameType::child_exit, child.serial,
                            encode_u32(static_cast<std::uint32_t>(status)));
        }
        reap();
    }

    void release(std::uint64_t serial) {
        const auto child = std::ranges::find(children_, serial, &ForkedChild::serial);
        if (child != children_.end()) child->released = true;
        reap();
    }

    void reap() {
        std::erase_if(children_, [](const ForkedChild& child) {
            return child.ended && child.released && ::waitpid(child.pid, nullptr, WNOHANG) == child.pid;
        });
    }

    const WorkerTasks& tasks_;
    Sandbox& sandbox_;
    int signals_;
    FrameReader reader_;
    std::vector<base::UniqueFd> sockets_;  // that came before their fork frame was whole
    std::vector<ForkedChild> children_;
};

// Everything that may still open files; then the walls close.
Result<Sandbox> become_ready(const std::vector<std::string>& arguments, const WorkerTasks& tasks) {
    const Options options = SEKISHO_TRY(options_from(SEKISHO_TRY(all_words(arguments))));
    // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
    if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr) return fail(Cause::invalid, "no locale C.UTF-8");
    ReadyFacts facts;
    facts.rules = SEKISHO_TRY(tasks.load(options.load));
    Nowhere nowhere;
    (void)tasks.scan({}, base::as_bytes(rehearsal_mail()), nowhere);
    // What compiling the rules took and gave back would be shared page by page at each fork.
    ::malloc_trim(0);
    Sandbox sandbox = SEKISHO_TRY(Sandbox::prepare(options.user));
    facts.heap_bytes = sandbox.heap_bytes();
    SEKISHO_TRY(sandbox.close_program());
    facts.landlock_abi = sandbox.landlock_abi();
    SEKISHO_TRY(tell_gate(FrameType::ready, 0, base::as_bytes(ready_to_json(facts))));
    return sandbox;
}

}  // namespace

int run_worker(const std::vector<std::string>& arguments, const WorkerTasks& tasks) {
    sigset_t child_signal;
    ::sigemptyset(&child_signal);
    ::sigaddset(&child_signal, SIGCHLD);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
    ::sigprocmask(SIG_BLOCK, &child_signal, nullptr);
    const base::UniqueFd signals(::signalfd(-1, &child_signal, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals) return exit_not_ready;
    auto sandbox = become_ready(arguments, tasks);
    if (!sandbox) {
        (void)tell_gate(FrameType::failed, 0, base::as_bytes(sandbox.error().message));
        return exit_not_ready;
    }
    return Forker(tasks, *sandbox, signals.get()).run();
}

}  // namespace sekisho::sandbox
