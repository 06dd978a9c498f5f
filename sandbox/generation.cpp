#include "sandbox/generation.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/bytes.h"
#include "base/escape.h"
#include "base/json.h"
#include "base/log.h"
#include "model/json_reader.h"
#include "model/scan_report.h"
#include "sandbox/message_fd.h"
#include "sandbox/spawn.h"

namespace sekisho::sandbox {

using base::Cause;
using base::fail;
using base::Result;

namespace {

constexpr std::chrono::seconds tell_time{2};  // for the template to read a command
constexpr std::size_t max_ready_bytes = 64u << 20;

// Something is to be read, or the peer is gone: an idle child has nothing to say.
bool is_quiet(int socket) {
    pollfd look{.fd = socket, .events = POLLIN, .revents = 0};
    return ::poll(&look, 1, 0) == 0;
}

}  // namespace

std::string ready_to_json(const ReadyFacts& facts) {
    return base::dump_json(base::JsonObject{{"rules", model::to_json(facts.rules)},
                                            {"landlock", facts.landlock_abi},
                                            {"heap", facts.heap_bytes}});
}

Result<ReadyFacts> ready_from_json(std::string_view text) {
    const base::Json json = SEKISHO_TRY(base::parse_json(text, {.max_bytes = max_ready_bytes}));
    model::JsonReader reader(json, "ready");
    ReadyFacts facts;
    facts.landlock_abi = static_cast<int>(reader.number("landlock", 1'000));
    facts.heap_bytes = reader.number("heap", 1ull << 50);
    if (const base::Json* rules = reader.child("rules")) {
        facts.rules = SEKISHO_TRY(model::rule_table_from(*rules));
    }
    SEKISHO_TRY(reader.finish());
    return facts;
}

Result<std::unique_ptr<Generation>> Generation::start(GenerationSettings settings) {
    std::unique_ptr<Generation> out(new Generation(std::move(settings)));
    SEKISHO_TRY(out->spawn());
    SEKISHO_TRY(out->wait_ready());
    out->wake_ = base::UniqueFd(::eventfd(0, EFD_CLOEXEC));
    if (!out->wake_) return base::fail_errno("eventfd", errno);
    out->listener_ = std::jthread([self = out.get()](const std::stop_token& stop) { self->listen(stop); });
    return out;
}

Result<void> Generation::spawn() {
    SocketPair pair = SEKISHO_TRY(make_socket_pair());
    std::vector<std::string> arguments{settings_.program};
    if (::geteuid() == 0) arguments.insert(arguments.end(), {"--user", "nobody"});
    for (const std::string& directory : settings_.rules_dirs)
        arguments.insert(arguments.end(), {"--rules", directory});
    if (settings_.measure_rules) arguments.emplace_back("--measure-rules");
    // A command line is for everybody on the machine to read, and not long enough for all partners.
    std::string words;
    const auto add = [&words](std::string_view option, const std::vector<std::string>& values) {
        for (const std::string& value : values)
            words.append(option).append(1, '\0').append(value).append(1, '\0');
    };
    add("--own-domain", settings_.mail.own_domains);
    add("--known-sender", settings_.mail.known_senders);
    add("--authserv-id", settings_.mail.authserv_ids);
    const base::UniqueFd input = SEKISHO_TRY(make_message(base::as_bytes(words)));
    pid_ = SEKISHO_TRY(spawn_program(arguments, pair.theirs.get(), input.get()));
    control_ = std::move(pair.ours);
    return {};
}

Result<void> Generation::wait_ready() {
    const Clock::time_point deadline = Clock::now() + settings_.start_time;
    MessageJoiner text(max_ready_bytes);
    for (;;) {
        const auto frame = SEKISHO_TRY(reader_.next());
        if (!frame) {
            if (!wait_readable(control_.get(), deadline)) {
                return fail(Cause::unavailable, fmt::format("{}: not ready in time", settings_.program));
            }
            const Received got = receive(control_.get(), reader_.room());
            if (!got.open) {
                int status = 0;
                ::waitpid(std::exchange(pid_, 0), &status, 0);
                return fail(Cause::unavailable, fmt::format("{}: {} before it was ready", settings_.program,
                                                            describe_wait_status(status)));
            }
            reader_.received(got.bytes);
            continue;
        }
        if (frame->type != FrameType::ready && frame->type != FrameType::failed) {
            return fail(Cause::unavailable, fmt::format("{}: speaks another protocol", settings_.program));
        }
        const FrameType type = frame->type;
        if (!SEKISHO_TRY(text.add(*frame))) continue;
        if (type == FrameType::failed) return fail(Cause::invalid, base::escape(text.take(), 2'000));
        ready_ = SEKISHO_TRY(ready_from_json(text.take()));
        if (settings_.require_landlock && ready_.landlock_abi == 0) {
            return fail(Cause::invalid,
                        "require_landlock is set, and this kernel has no Landlock (5.13 or later has, with "
                        "landlock in lsm=)");
        }
        return {};
    }
}

Generation::~Generation() {
    listener_.request_stop();
    if (wake_) {
        const std::uint64_t one = 1;
        (void)!::write(wake_.get(), &one, sizeof one);
    }
    if (listener_.joinable()) listener_.join();
    for (auto& [serial, known] : known_)
        known.process->kill();
    idle_.clear();
    end_program();
}

// The program ends by itself when its control socket closes; one that does not is killed.
void Generation::end_program() {
    control_.reset();
    if (pid_ <= 0) return;
    const Clock::time_point deadline = Clock::now() + tell_time;
    while (::waitpid(pid_, nullptr, WNOHANG) == 0) {
        if (Clock::now() >= deadline) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
            break;
        }
        ::poll(nullptr, 0, 1);
    }
    pid_ = 0;
}

void Generation::listen(const std::stop_token& stop) {
    const auto look_every = std::min(settings_.answer_time / 4, std::chrono::milliseconds(1'000));
    bool sound = true;
    while (sound && !stop.stop_requested()) {
        std::array<pollfd, 2> look{pollfd{.fd = control_.get(), .events = POLLIN, .revents = 0},
                                   pollfd{.fd = wake_.get(), .events = POLLIN, .revents = 0}};
        if (::poll(look.data(), look.size(), static_cast<int>(look_every.count())) > 0 &&
            look[0].revents != 0) {
            sound = hear();
        } else if (hangs()) {
            base::log(base::LogLevel::error, "sandbox: the worker program does not answer and is killed");
            ::kill(pid_, SIGKILL);
            sound = false;
        }
    }
    if (!sound) bury();
}

bool Generation::hear() {
    const Received got = receive(control_.get(), reader_.room());
    reader_.received(got.bytes);
    for (;;) {
        const auto frame = reader_.next();
        if (!frame) return false;
        if (!*frame) return got.open;
        heard(**frame);
    }
}

bool Generation::hangs() {
    const std::scoped_lock lock(mutex_);
    const Clock::time_point latest = Clock::now() - settings_.answer_time;
    return dead_ || std::ranges::any_of(known_, [&](const auto& entry) {
               return !entry.second.process->answered() && entry.second.asked < latest;
           });
}

// Children that scan may finish: their sockets are the gate's. Nobody will report their end, though; and
// those that were never forked end now, by nobody's fault.
void Generation::bury() {
    std::vector<std::unique_ptr<Child>> idle;
    {
        const std::scoped_lock lock(mutex_);
        dead_ = true;
        idle.swap(idle_);
        for (const auto& child : idle)
            child->process->kill();
        for (const auto& [serial, known] : known_) {
            if (!known.process->answered()) known.process->exited(static_cast<int>(never_started));
        }
    }
    if (settings_.on_death) settings_.on_death();
}

void Generation::heard(const Frame& frame) {
    const auto value = u32_from(frame.payload);
    if (!value) return;
    if (frame.type == FrameType::child_exit) {
        child_exited(frame.id, static_cast<int>(*value));
    } else if (frame.type == FrameType::forked) {
        const std::scoped_lock lock(mutex_);
        const auto known = known_.find(frame.id);
        if (known == known_.end()) return;
        known->second.process->started(static_cast<int>(*value));
        if (known->second.retired) tell(FrameType::release, frame.id);
    }
}

void Generation::child_exited(std::uint64_t serial, int wait_status) {
    std::shared_ptr<ChildProcess> process;
    std::unique_ptr<Child> was_idle;
    {
        const std::scoped_lock lock(mutex_);
        const auto known = known_.find(serial);
        if (known == known_.end()) return;
        process = known->second.process;
        const auto idle = std::ranges::find(idle_, serial, &Child::serial);
        if (idle != idle_.end()) {
            was_idle = std::move(*idle);
            idle_.erase(idle);
        }
        if (known->second.retired) known_.erase(known);
    }
    process->exited(wait_status);
    if (settings_.on_child_exit) settings_.on_child_exit(wait_status);
    if (was_idle == nullptr) return;
    retire(std::move(was_idle));
    // A fork that fails would be tried again without end.
    if (static_cast<std::uint32_t>(wait_status) != never_started) top_up(0);
}

// mutex_ is held.
void Generation::tell(FrameType type, std::uint64_t serial) {
    std::vector<std::byte> out;
    append_frame(out, {.type = type, .id = serial, .payload = {}});
    if (!send_all(control_.get(), out, {}, Clock::now() + tell_time)) dead_ = true;
}

// mutex_ is held.
Result<std::unique_ptr<Child>> Generation::fork_child(std::uint64_t address_space) {
    SocketPair pair = SEKISHO_TRY(make_socket_pair());
    auto child = std::make_unique<Child>();
    child->serial = ++last_serial_;
    child->socket = std::move(pair.ours);
    child->address_space = address_space;
    const std::vector<std::byte> wanted = encode_u64(address_space);
    std::vector<std::byte> out;
    append_frame(out, {.type = FrameType::fork, .id = child->serial, .payload = wanted});
    known_.emplace(child->serial, Known{.process = child->process, .asked = Clock::now()});
    const auto sent = send_all(control_.get(), out, pair.theirs.get(), Clock::now() + tell_time);
    if (!sent) {
        known_.erase(child->serial);
        dead_ = true;
        return fail(Cause::unavailable, "the worker program does not answer: " + sent.error().message);
    }
    return child;
}

Result<std::unique_ptr<Child>> Generation::take_child(std::uint64_t address_space) {
    std::vector<std::unique_ptr<Child>> unfit;
    Result<std::unique_ptr<Child>> out = nullptr;
    {
        const std::scoped_lock lock(mutex_);
        address_space_ = std::max(address_space_, address_space);
        while (*out == nullptr && !idle_.empty()) {
            std::unique_ptr<Child> child = std::move(idle_.back());
            idle_.pop_back();
            const bool fit = child->address_space >= address_space && is_quiet(child->socket.get());
            (fit ? *out : unfit.emplace_back()) = std::move(child);
        }
        if (*out == nullptr) {
            out =
                dead_ ? fail(Cause::unavailable, "the worker program has ended") : fork_child(address_space_);
        }
    }
    for (auto& child : unfit)
        retire(std::move(child));
    return out;
}

void Generation::give_back(std::unique_ptr<Child> child) {
    {
        const std::scoped_lock lock(mutex_);
        if (!dead_ && idle_.size() < settings_.spare_children) {
            idle_.push_back(std::move(child));
            return;
        }
    }
    retire(std::move(child));
}

void Generation::retire(std::unique_ptr<Child> child) {
    child->process->kill();
    const std::scoped_lock lock(mutex_);
    const auto known = known_.find(child->serial);
    if (known == known_.end()) return;
    known->second.retired = true;
    // Without a pid the fork has not been heard of: heard() releases it then.
    if (child->process->pid() != 0 && !dead_) tell(FrameType::release, child->serial);
    if (child->process->wait_status(std::chrono::milliseconds(0))) known_.erase(known);
}

std::vector<int> Generation::idle_pids() {
    const std::scoped_lock lock(mutex_);
    std::vector<int> out;
    for (const auto& child : idle_) {
        out.push_back(child->process->pid());
    }
    return out;
}

void Generation::top_up(std::uint32_t busy) {
    const std::scoped_lock lock(mutex_);
    while (!dead_ && address_space_ > 0 && idle_.size() + busy < settings_.spare_children) {
        auto child = fork_child(address_space_);
        if (!child) {
            base::log(base::LogLevel::warning, "sandbox: " + child.error().message);
            return;
        }
        idle_.push_back(std::move(*child));
    }
}

}  // namespace sekisho::sandbox
