#include "sandbox/gate_pool.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/log.h"
#include "sandbox/message_fd.h"
#include "sandbox/rehearsal.h"
#include "sandbox/spawn.h"

namespace sekisho::sandbox {

using base::Cause;
using base::fail;
using base::Result;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

LaneLimits lane_limits(const config::WorkerSettings& settings) {
    const std::uint32_t cores = std::max(1u, std::thread::hardware_concurrency());
    LaneLimits out;
    // A scan waits for its gate and its fork part of the time: one for each core leaves cores idle.
    out.fast = settings.fast_children != 0 ? settings.fast_children : 2 * cores;
    out.slow = settings.slow_children != 0 ? settings.slow_children : std::max(1u, cores / 2);
    out.guests = out.fast;
    out.parked = out.fast + out.slow;
    out.queue = settings.queue_length;
    return out;
}

// Time in which the child can still hand over what it found when its own clock has run out.
milliseconds handover_time(milliseconds whole) { return std::min(milliseconds(1'000), whole / 10); }

// Apparent bytes that a scan may map: outputs double as they grow, and one may be copied into the next.
std::uint64_t address_space_for(const model::ScanLimits& limits, std::uint64_t memory_bytes) {
    const auto capped = [](std::uint64_t bytes) { return std::min(bytes, std::uint64_t{1} << 46); };
    return 2 * capped(limits.max_bytes_out) + 2 * capped(limits.max_part_bytes) + capped(memory_bytes);
}

ScanOutcome refused(ScanStatus status, std::string detail) {
    ScanOutcome out;
    out.status = status;
    out.detail = std::move(detail);
    return out;
}

}  // namespace

GatePool::GatePool(const config::WorkerSettings& settings, const PoolTuning& tuning)
    : tuning_(tuning), settings_(settings), lanes_(lane_limits(settings)) {}

Result<std::unique_ptr<GatePool>> GatePool::create(const config::WorkerSettings& settings,
                                                   const PoolTuning& tuning) {
    std::unique_ptr<GatePool> out(new GatePool(settings, tuning));
    out->install(SEKISHO_TRY(out->start_generation(settings)));
    out->keeper_ = std::jthread([self = out.get()](const std::stop_token& stop) { self->keep(stop); });
    return out;
}

GatePool::~GatePool() {
    keeper_.request_stop();
    changed_.notify_all();
    if (keeper_.joinable()) keeper_.join();
}

Result<GatePool::Current> GatePool::start_generation(const config::WorkerSettings& settings) {
    GenerationSettings out;
    out.program = settings.program.empty() ? find_worker_program() : settings.program;
    if (out.program.empty()) return fail(Cause::invalid, "sekisho-worker is not installed");
    out.rules_dirs = settings.rules_dirs;
    out.mail = settings.mail;
    out.require_landlock = settings.require_landlock;
    out.measure_rules = tuning_.measure_rules;
    out.answer_time = tuning_.answer_time;
    out.spare_children = lane_limits(settings).fast;
    out.on_child_exit = [this](int wait_status) { child_ended(wait_status); };
    out.on_death = [this] { changed_.notify_all(); };
    Current fresh;
    fresh.generation = SEKISHO_TRY(Generation::start(std::move(out)));
    fresh.rules = std::make_shared<const model::RuleTable>(fresh.generation->ready().rules);
    SEKISHO_TRY(rehearse(*fresh.generation, settings));
    fresh.generation->top_up(0);
    return fresh;
}

// One mail through one child, as it will be: what is missing inside the sandbox shows here, not at the first
// message.
Result<void> GatePool::rehearse(Generation& generation, const config::WorkerSettings& settings) {
    const base::UniqueFd message = SEKISHO_TRY(make_message(base::as_bytes(rehearsal_mail())));
    const model::ScanRequest request{.id = 1};
    auto child = SEKISHO_TRY(generation.take_child(address_space_for(request.limits, settings.memory_bytes)));
    const RunLimits limits{.deadline = Clock::now() + request.limits.max_time,
                           .slow_after = request.limits.max_time,
                           .memory_bytes = settings.memory_bytes};
    const RunResult result = run_scan(*child, request, message.get(), limits, nullptr, {});
    generation.retire(std::move(child));
    if (result.outcome.status != ScanStatus::ok) {
        return fail(Cause::unavailable, fmt::format("the first scan in the sandbox: {} {}",
                                                    to_string(result.outcome.status), result.outcome.detail));
    }
    if (result.denied_calls != 0) {
        return fail(Cause::unavailable,
                    fmt::format("the first scan in the sandbox made {} calls that are not allowed",
                                result.denied_calls));
    }
    return {};
}

void GatePool::install(Current fresh) {
    const std::scoped_lock lock(mutex_);
    if (current_.generation != nullptr) old_.push_back(std::move(current_));
    current_ = std::move(fresh);
    ++generation_;
    changed_.notify_all();
}

Result<void> GatePool::reload(const config::WorkerSettings& settings) {
    const std::scoped_lock one_at_a_time(reload_mutex_);
    Current fresh = SEKISHO_TRY(start_generation(settings));
    {
        const std::scoped_lock lock(mutex_);
        settings_ = settings;
        lanes_.resize(lane_limits(settings));
        wake_admitted();
    }
    install(std::move(fresh));
    return {};
}

// Ends programs that nobody uses any more, and starts a new one when the current one has died.
void GatePool::keep(const std::stop_token& stop) {
    constexpr milliseconds look_every{200};
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        changed_.wait_for(lock, stop, look_every, [&] { return !current_; });
        std::vector<Current> done;
        std::erase_if(old_, [&](Current& old) {
            if (old.generation.use_count() > 1) return false;
            done.push_back(std::move(old));
            return true;
        });
        lock.unlock();
        done.clear();  // waits for the programs to end
        lock.lock();
        if (!current_ && !stop.stop_requested()) restart(lock, stop);
    }
}

void GatePool::restart(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    milliseconds wait{0};
    while (!stop.stop_requested()) {
        const config::WorkerSettings settings = settings_;
        const std::uint64_t before = generation_;
        lock.unlock();
        base::log(base::LogLevel::error, "sandbox: the worker program has died and is started again");
        Result<Current> fresh = start_generation(settings);
        lock.lock();
        if (generation_ != before) return;  // a reload was faster
        ++counters_.restarts;
        if (fresh) {
            lock.unlock();
            install(std::move(*fresh));
            lock.lock();
            return;
        }
        base::log(base::LogLevel::error, "sandbox: " + fresh.error().message);
        wait = std::clamp(wait * 2, tuning_.first_backoff, tuning_.last_backoff);
        changed_.wait_for(lock, stop, wait, [&] { return generation_ != before; });
    }
}

void GatePool::child_ended(int wait_status) {
    if (static_cast<std::uint32_t>(wait_status) == never_started) {
        base::log(base::LogLevel::warning, "sandbox: the worker program could not fork");
        return;
    }
    if (!WIFSIGNALED(wait_status) || WTERMSIG(wait_status) != SIGSYS) return;
    const std::scoped_lock lock(mutex_);
    ++counters_.forbidden_calls;
}

// mutex_ is held.
void GatePool::wake_admitted() {
    for (const Lanes::Ticket ticket : lanes_.take_admitted()) {
        const auto waiter = waiters_.find(ticket);
        if (waiter != waiters_.end()) waiter->second->notify_one();
    }
}

std::optional<Lanes::Ticket> GatePool::enter(const std::string& lane, Clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    const auto ticket = lanes_.enter(lane);
    wake_admitted();
    if (!ticket) return std::nullopt;
    std::condition_variable admitted;
    waiters_.emplace(*ticket, &admitted);
    const bool in_time =
        admitted.wait_until(lock, deadline, [&] { return lanes_.place(*ticket) != Lanes::Place::queued; });
    waiters_.erase(*ticket);
    if (in_time) return ticket;
    lanes_.leave(*ticket);
    wake_admitted();
    return std::nullopt;
}

void GatePool::leave(Lanes::Ticket ticket) {
    const std::scoped_lock lock(mutex_);
    lanes_.leave(ticket);
    wake_admitted();
}

GatePool::Current GatePool::wait_current(Clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, std::min(deadline, Clock::now() + tuning_.restart_wait),
                        [&] { return static_cast<bool>(current_); });
    return current_;
}

ScanOutcome GatePool::scan(const model::ScanRequest& request, int message_fd, const std::string& lane,
                           PartReceiver* parts) {
    const Clock::time_point begin = Clock::now();
    const Clock::time_point deadline = begin + request.limits.max_time;
    if (!is_sealed(message_fd)) {
        return counted({.outcome = refused(ScanStatus::unavailable, "the message is not in a sealed memfd")});
    }
    const auto ticket = enter(lane, deadline);
    if (!ticket) return counted({.outcome = refused(ScanStatus::overloaded, "the queue is full")});
    const Current current = wait_current(deadline);
    const auto queued = std::chrono::duration_cast<microseconds>(Clock::now() - begin);
    RunResult result{.outcome = refused(ScanStatus::unavailable, "no worker program runs")};
    try {
        if (current) result = run(current, request, message_fd, *ticket, deadline, parts);
    } catch (...) {  // out of memory: the place on the lane is not lost with it
        leave(*ticket);
        throw;
    }
    leave(*ticket);
    result.outcome.queue_time = queued;
    result.outcome.rules = current.rules;
    return counted(std::move(result));
}

RunResult GatePool::run(const Current& current, const model::ScanRequest& request, int message_fd,
                        Lanes::Ticket ticket, Clock::time_point deadline, PartReceiver* parts) {
    RunLimits limits{.deadline = deadline, .stall_time = tuning_.stall_time};
    std::uint32_t worker_messages = 0;
    {
        const std::scoped_lock lock(mutex_);
        limits.slow_after = request.slow ? milliseconds(0) : settings_.slow_after;
        limits.memory_bytes = settings_.memory_bytes;
        worker_messages = settings_.worker_messages;
    }
    model::ScanRequest sent = request;
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    sent.limits.max_time = std::max(left - handover_time(request.limits.max_time), milliseconds(1));
    sent.want_parts = request.want_parts && parts != nullptr;
    auto child = current.generation->take_child(address_space_for(sent.limits, limits.memory_bytes));
    if (!child) return {.outcome = refused(ScanStatus::unavailable, child.error().message)};

    RunResult out = run_scan(**child, sent, message_fd, limits, parts, [&] {
        const std::scoped_lock lock(mutex_);
        const bool was_fast = lanes_.place(ticket) == Lanes::Place::fast;
        const Lanes::Place place = lanes_.make_slow(ticket);
        if (was_fast && place != Lanes::Place::fast) ++counters_.moved_to_slow;
        wake_admitted();
        return place;
    });
    if (out.reusable && (*child)->messages < worker_messages) {
        current.generation->give_back(std::move(*child));
    } else {
        current.generation->retire(std::move(*child));
    }
    std::uint32_t busy = 0;
    {
        const std::scoped_lock lock(mutex_);
        busy = lanes_.fast_busy();
    }
    current.generation->top_up(busy > 0 ? busy - 1 : 0);
    return out;
}

ScanOutcome GatePool::counted(RunResult result) {
    const std::scoped_lock lock(mutex_);
    ++counters_.scans;
    counters_.deaths += result.died ? 1 : 0;
    counters_.kills += result.killed ? 1 : 0;
    counters_.denied_calls += result.denied_calls;
    if (result.outcome.status == ScanStatus::protocol) ++counters_.protocol_errors;
    if (result.outcome.status != ScanStatus::ok) {
        ++counters_.failures[std::string(to_string(result.outcome.status))];
    }
    return std::move(result.outcome);
}

std::shared_ptr<const model::RuleTable> GatePool::rules() const {
    const std::scoped_lock lock(mutex_);
    return current_.rules;
}

PoolStats GatePool::stats() const {
    const std::scoped_lock lock(mutex_);
    PoolStats out = counters_;
    out.fast_busy = lanes_.fast_busy();
    out.fast_total = lanes_.limits().fast;
    out.slow_busy = lanes_.slow_busy();
    out.slow_total = lanes_.limits().slow;
    out.parked = lanes_.parked();
    out.waiting = lanes_.waiting();
    out.generation = generation_;
    out.landlock_abi = current_.generation != nullptr ? current_.generation->ready().landlock_abi : 0;
    return out;
}

std::uint64_t GatePool::heap_bytes() const {
    const std::scoped_lock lock(mutex_);
    return current_.generation != nullptr ? current_.generation->ready().heap_bytes : 0;
}

std::vector<int> GatePool::idle_children() const {
    std::shared_ptr<Generation> generation;
    {
        const std::scoped_lock lock(mutex_);
        generation = current_.generation;
    }
    return generation != nullptr ? generation->idle_pids() : std::vector<int>();
}

int GatePool::program_pid() const {
    const std::scoped_lock lock(mutex_);
    return current_.generation != nullptr ? current_.generation->pid() : 0;
}

}  // namespace sekisho::sandbox
