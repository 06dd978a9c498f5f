#include "daemon/orders.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/escape.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/backoff.h"

namespace sekisho::daemon {

namespace {

using model::AccountAction;
using model::StandingLevel;
using outbound::Subject;

constexpr std::size_t max_noted = 10'000;
const std::string locked_file = "locked.json";
constexpr std::size_t max_locked_bytes = 8u << 20;

outbound::Moment now() { return outbound::moment_of(std::chrono::system_clock::now()); }

StandingLevel lock_at(const config::Settings& settings) {
    return model::standing_from(settings.outbound.actions.lock_at).value_or(StandingLevel::blocked);
}

void say(base::LogLevel level, std::string_view event, const model::ActionOrder& order) {
    base::log(level, base::LogLine("order")
                         .add("event", event)
                         .add("action", to_string(order.action))
                         .add("account", base::escape(order.account))
                         .add("standing", to_string(order.standing))
                         .text());
}

}  // namespace

Orders::Orders(CurrentSettings settings, const outbound::Guard& guard, std::string folder,
               std::chrono::milliseconds every)
    : settings_(std::move(settings)), guard_(guard), folder_(std::move(folder)), every_(every) {
    read_locked();
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Orders::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void Orders::note(const outbound::Change& change) {
    if (change.key.subject != Subject::account) return;
    {
        const std::scoped_lock lock(mutex_);
        if (noted_.size() < max_noted || noted_.contains(change.key.name))
            noted_.insert_or_assign(change.key.name, change);
        else
            missed_ = true;
    }
    changed_.notify_one();
}

OrderStats Orders::stats() const {
    const std::scoped_lock lock(mutex_);
    return stats_;
}

void Orders::run(const std::stop_token& stop) {
    Backoff backoff;
    bool all = true;  // what changed while no gate was running
    auto next_look = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
        const auto begin = std::chrono::steady_clock::now();
        if (begin >= next_look) {
            look_at_locked(*settings_());
            next_look = begin + every_;
        }
        round(std::exchange(all, false));
        std::unique_lock lock(mutex_);
        const bool stuck = stats_.waiting > 0 || !locked_kept_;
        if (!stuck) backoff = {};
        const auto pause = stuck ? std::min<std::chrono::milliseconds>(backoff.next({}), every_) : every_;
        changed_.wait_for(lock, stop, pause, [this] { return !noted_.empty() || missed_; });
    }
    round(false);
}

void Orders::round(bool all) {
    std::map<std::string, outbound::Change> noted;
    {
        const std::scoped_lock lock(mutex_);
        noted.swap(noted_);
        all = std::exchange(missed_, false) || all;
    }
    const auto settings = settings_();
    const std::string& spool = settings->outbound.actions.spool;
    if (spool.empty()) {
        wanted_.clear();
    } else {
        // A reload may bring what is to be locked that was not before.
        const std::string rules =
            spool + (settings->monitor ? " monitor " : " ") + settings->outbound.actions.lock_at;
        if (rules != std::exchange(rules_, rules)) {
            OrderSpool::remove_stale(spool);
            all = true;
        }
        if (all) look_at_all(*settings);
        for (const auto& [name, change] : noted)
            want(*settings, change.key, change.state, change.before, change.at);
        write_wanted(*settings);
    }
    if (!locked_kept_) keep_locked();
    const std::scoped_lock lock(mutex_);
    stats_.waiting = wanted_.size();
    stats_.locked = locked_.size();
}

void Orders::look_at_all(const config::Settings& settings) {
    const outbound::Moment at = now();
    for (const auto& row : guard_.list(Subject::account, false, at))
        want(settings, row.key, row.state, row.state.level, at);
    look_at_locked(settings);
}

// Who decays does so without a word where no mail of it comes, as none does of a locked account.
void Orders::look_at_locked(const config::Settings& settings) {
    if (settings.outbound.actions.spool.empty()) return;
    const outbound::Moment at = now();
    const std::vector<std::string> names(locked_.begin(), locked_.end());
    for (const std::string& name : names) {
        const outbound::Key key{Subject::account, name};
        // An account that the guard no longer knows, after the loss of its state say, was released by nobody.
        if (const auto found = guard_.find(key, at))
            want(settings, key, found->row.state, lock_at(settings), at);
    }
}

void Orders::want(const config::Settings& settings, const outbound::Key& key,
                  const outbound::StandingState& state, StandingLevel was, outbound::Moment at) {
    const bool lock = state.level >= lock_at(settings);
    wanted_.erase(key.name);  // what was wanted before it could be written no longer holds
    if (lock == locked_.contains(key.name)) return;
    model::ActionOrder order{.action = lock ? AccountAction::lock : AccountAction::unlock,
                             .account = key.name,
                             .standing = state.level,
                             .was = was,
                             .reasons = state.reasons,
                             .by = state.by,
                             .at = at};
    if (lock && settings.monitor) return say(base::LogLevel::info, "not written in monitor mode", order);
    if (!model::is_account(key.name))
        return say(base::LogLevel::error, "no order can name this account", order);
    if (lock && locked_.size() + wanted_.size() >= max_locked)
        return say(base::LogLevel::error, "too many accounts are locked", order);
    wanted_.insert_or_assign(key.name, std::move(order));
}

void Orders::write_wanted(const config::Settings& settings) {
    const config::ActionSettings& actions = settings.outbound.actions;
    while (!wanted_.empty()) {
        const auto at = wanted_.begin();
        const auto written = spool_.write(actions.spool, at->second, actions.max_waiting);
        {
            const std::scoped_lock lock(mutex_);
            ++(written ? stats_.written : stats_.failed);
        }
        if (!written) return complain(written.error());
        complaint_.clear();
        say(base::LogLevel::info, "written", at->second);
        if (at->second.action == AccountAction::lock)
            locked_.insert(at->first);
        else
            locked_.erase(at->first);
        locked_kept_ = false;
        wanted_.erase(at);
    }
}

void Orders::complain(const base::Error& why) {
    if (why.message == complaint_) return;
    complaint_ = why.message;
    base::log(
        base::LogLevel::error,
        base::LogLine("order").add("event", "put off").add("why", base::escape(why.message, 1'000)).text());
}

void Orders::read_locked() {
    const std::string path = folder_ + "/" + locked_file;
    const auto text = base::read_file(path, max_locked_bytes);
    if (!text) return;  // the first start; or blocked accounts are locked once more
    const auto json = base::parse_json(*text, {.max_bytes = max_locked_bytes, .max_depth = 3});
    const base::Json* names = json ? json->find("locked") : nullptr;
    if (names == nullptr || names->as_array() == nullptr)
        return complain({base::Cause::malformed, path + ": not read; accounts are locked once more"});
    for (const base::Json& name : *names->as_array()) {
        if (name.as_string() != nullptr && locked_.size() < max_locked) locked_.insert(*name.as_string());
    }
}

void Orders::keep_locked() {
    base::JsonArray names;
    for (const std::string& name : locked_)
        names.emplace_back(name);
    const auto kept = replace_file(folder_, locked_file,
                                   base::dump_json(base::JsonObject{{"locked", std::move(names)}}), 0600);
    if (!kept) return complain(kept.error());
    locked_kept_ = true;
}

}  // namespace sekisho::daemon
