// Known weakness: one run at a time, so that a command which hangs holds up the others for its time limit.
#include "cli/action_runner.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "base/escape.h"

namespace sekisho::cli {

namespace {

using base::Cause;
using std::chrono::milliseconds;

constexpr milliseconds look_every{500};  // for new orders, while others wait for their next run
constexpr std::chrono::seconds longest_pause{3'600};

std::string rfc3339(std::uint32_t at) {
    const auto seconds = static_cast<std::time_t>(at);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                       parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

model::OrderName plain(model::OrderName name) {
    name.attempts = 0;
    return name;
}

// What a run came to, in words; nothing where it did its work.
std::string what_failed(const base::Result<RunOutcome>& outcome) {
    if (!outcome) return base::escape(outcome.error().message, 500);
    switch (outcome->end) {
        case RunEnd::exited:
            return outcome->code == 0 ? "" : fmt::format("exit status {}", outcome->code);
        case RunEnd::killed:
            return fmt::format("ended by signal {}", outcome->code);
        case RunEnd::overdue:
            return "over its time limit";
        case RunEnd::stopped:
            return "stopped";
    }
    return "?";
}

}  // namespace

std::vector<std::string> environment_for(const model::ActionOrder& order, const std::string& id) {
    std::string reasons;
    for (const std::string& reason : order.reasons)
        reasons += (reasons.empty() ? "" : "; ") + reason;
    std::vector<std::string> out{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                 "LC_ALL=C.UTF-8",
                                 fmt::format("SEKISHO_ACTION={}", to_string(order.action)),
                                 "SEKISHO_ACCOUNT=" + order.account,
                                 fmt::format("SEKISHO_STANDING={}", to_string(order.standing)),
                                 fmt::format("SEKISHO_WAS={}", to_string(order.was)),
                                 "SEKISHO_REASONS=" + reasons,
                                 "SEKISHO_BY=" + order.by,
                                 "SEKISHO_AT=" + rfc3339(order.at),
                                 "SEKISHO_ORDER=" + id};
    for (const char* name : {"STATE_DIRECTORY", "CREDENTIALS_DIRECTORY"}) {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread
        if (const char* value = std::getenv(name)) out.push_back(fmt::format("{}={}", name, value));
    }
    return out;
}

ActionRunner::ActionRunner(const ActionFolder& folder, const config::ActionSettings& settings, int stop,
                           Log log)
    : folder_(folder), settings_(settings), stop_(stop), log_(std::move(log)) {}

base::Result<bool> ActionRunner::run() {
    while (true) {
        SEKISHO_TRY(look());
        SEKISHO_TRY(drop_outdated());
        if (waiting_.empty()) return true;
        const auto now = Clock::now();
        const auto ready =
            std::ranges::find_if(waiting_, [&](const auto& entry) { return entry.second.due <= now; });
        if (ready != waiting_.end()) {
            if (!SEKISHO_TRY(carry_out(ready->second))) return false;
        } else if (!pause(now + look_every)) {
            return false;
        }
    }
}

base::Result<void> ActionRunner::look() {
    const auto found = SEKISHO_TRY(folder_.list());
    for (const std::string& name : found.strangers) {
        log_(base::LogLevel::error,
             base::LogLine("action").add("event", "set aside").add("file", base::escape(name)).text());
        SEKISHO_TRY(folder_.set_aside_stranger(name));
    }
    for (const model::OrderName& name : found.orders)
        if (!waiting_.contains(plain(name))) SEKISHO_TRY(take(name));
    // What somebody took away is not carried out.
    std::erase_if(waiting_, [&](const auto& entry) {
        return !std::ranges::binary_search(found.orders, entry.second.name);
    });
    return {};
}

base::Result<void> ActionRunner::take(const model::OrderName& name) {
    auto order = folder_.read(name);
    if (order) {
        waiting_.emplace(plain(name), Waiting{name, *std::move(order), Clock::now()});
        return {};
    }
    if (order.error().cause == Cause::unavailable) return {};
    if (order.error().cause == Cause::io) return std::unexpected(std::move(order).error());
    log_(base::LogLevel::error, base::LogLine("action")
                                    .add("event", "set aside")
                                    .add("why", base::escape(order.error().message, 500))
                                    .text());
    return folder_.set_aside(name);
}

base::Result<void> ActionRunner::drop_outdated() {
    std::map<std::string, model::OrderName, std::less<>> last;
    for (const auto& [key, waiting] : waiting_)
        last.insert_or_assign(waiting.order.account, key);
    for (auto at = waiting_.begin(); at != waiting_.end();) {
        if (last.at(at->second.order.account) == at->first) {
            ++at;
            continue;
        }
        say(base::LogLevel::info, "outdated", at->second);
        SEKISHO_TRY(folder_.remove(at->second.name));
        at = waiting_.erase(at);
    }
    return {};
}

base::Result<bool> ActionRunner::carry_out(Waiting& waiting) {
    if (waiting.name.attempts >= settings_.attempts) {  // fewer are allowed than when it was begun
        SEKISHO_TRY(after(waiting, base::fail(Cause::limit, "no attempt is left")));
        return true;
    }
    waiting.name = SEKISHO_TRY(folder_.count_attempt(waiting.name));
    const auto outcome =
        run_command({.arguments = settings_.command,
                     .environment = environment_for(waiting.order, to_string(plain(waiting.name))),
                     .time_limit = settings_.time_limit},
                    stop_);
    if (outcome && outcome->end == RunEnd::stopped) {
        say(base::LogLevel::warning, "stopped", waiting);
        return false;
    }
    SEKISHO_TRY(after(waiting, outcome));
    return true;
}

base::Result<void> ActionRunner::after(Waiting& waiting, const base::Result<RunOutcome>& outcome) {
    const std::string why = what_failed(outcome);
    const auto ms = outcome ? std::optional<std::int64_t>(outcome->took.count()) : std::nullopt;
    const model::OrderName key = plain(waiting.name);
    if (why.empty()) {
        say(base::LogLevel::info, "done", waiting, {}, ms);
        SEKISHO_TRY(folder_.remove(waiting.name));
        waiting_.erase(key);
        return {};
    }
    const bool for_good = outcome && outcome->end == RunEnd::exited && outcome->code == never;
    if (for_good || waiting.name.attempts >= settings_.attempts) {
        say(base::LogLevel::error, "set aside", waiting, why, ms);
        SEKISHO_TRY(folder_.set_aside(waiting.name));
        waiting_.erase(key);
        return {};
    }
    waiting.due = Clock::now() + pause_after(waiting.name.attempts);
    say(base::LogLevel::warning, "failed", waiting, why, ms);
    return {};
}

std::chrono::seconds ActionRunner::pause_after(std::uint32_t attempts) const {
    auto pause = settings_.retry_after;
    for (std::uint32_t i = 1; i < attempts && pause < longest_pause; ++i)
        pause *= 2;
    return std::min(pause, longest_pause);
}

// False: told to stop.
bool ActionRunner::pause(Clock::time_point until) const {
    pollfd fd{stop_, POLLIN, 0};
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
    ::poll(&fd, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    return fd.revents == 0;
}

void ActionRunner::say(base::LogLevel level, std::string_view event, const Waiting& waiting,
                       std::string_view why, std::optional<std::int64_t> ms) const {
    base::LogLine line("action");
    line.add("event", event)
        .add("action", to_string(waiting.order.action))
        .add("account", base::escape(waiting.order.account))
        .add("order", to_string(plain(waiting.name)))
        .add("attempt", std::int64_t{waiting.name.attempts});
    if (ms) line.add("ms", *ms);
    if (!why.empty()) line.add("why", why);
    log_(level, line.text());
}

}  // namespace sekisho::cli
