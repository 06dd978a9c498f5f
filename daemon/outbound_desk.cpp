#include "daemon/outbound_desk.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <utility>

#include "base/escape.h"
#include "base/fd.h"
#include "base/log.h"
#include "outbound/hash.h"
#include "policy/outbound.h"

namespace sekisho::daemon {

namespace {

using std::chrono::system_clock;

constexpr std::chrono::seconds every{1};
constexpr int save_each = 5;                // rounds of `every`
constexpr std::size_t saved_at_once = 500;  // rows of one transaction
constexpr std::size_t swept_at_once = 2'000;
constexpr std::size_t most_changes = 10'000;  // that wait to be told

void complain(std::string_view what, const base::Error& why) {
    base::log(base::LogLevel::error,
              base::LogLine("outbound").add("lost", what).add("why", why.message).text());
}

// A gateway is a machine and the folder of its counts: whoever copies the folder to another machine has made
// another gateway.
std::uint64_t origin_of(const std::string& folder) {
    constexpr std::size_t max_id = 4'096;
    const std::string machine = base::read_file("/etc/machine-id", max_id).value_or("");
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    return outbound::hash_of(machine + '\n' + host.data() + '\n' + folder);
}

outbound::Moment now() { return outbound::moment_of(system_clock::now()); }

base::Json measures_json(const outbound::Measures& measures) {
    base::JsonObject out;
    for (std::size_t i = 0; i < outbound::measure_kinds; ++i)
        out.emplace_back(outbound::to_string(static_cast<outbound::Measure>(i)), double{measures.at(i)});
    return out;
}

base::JsonObject row_json(const outbound::Guard::Row& row) {
    base::JsonArray reasons;
    for (const std::string& reason : row.state.reasons)
        reasons.emplace_back(base::repair_utf8(reason));
    return {{"name", base::repair_utf8(row.key.name)}, {"standing", model::to_string(row.state.level)},
            {"since", std::int64_t{row.state.since}},  {"until", std::int64_t{row.state.held_until}},
            {"by", base::repair_utf8(row.state.by)},   {"reasons", std::move(reasons)},
            {"seen", measures_json(row.measures)},     {"usual", measures_json(row.usual)}};
}

base::JsonArray names_json(const std::vector<outbound::Guard::NameRow>& rows) {
    base::JsonArray out;
    for (const auto& row : rows) {
        base::JsonObject seen;
        for (const auto& [what, counts] : row.counts) {
            const auto in = [&](outbound::Window window) {
                return static_cast<std::int64_t>(std::lround(counts.at(static_cast<std::size_t>(window))));
            };
            seen.emplace_back(what, base::JsonObject{{"minute", in(outbound::Window::minute)},
                                                     {"ten_minutes", in(outbound::Window::ten_minutes)},
                                                     {"hour", in(outbound::Window::hour)},
                                                     {"day", in(outbound::Window::day)}});
        }
        out.emplace_back(base::JsonObject{{"name", base::repair_utf8(row.name)},
                                          {"kind", row.is_domain ? "domain" : "address"},
                                          {"seen", std::move(seen)}});
    }
    return out;
}

}  // namespace

std::string outbound_folder(const config::Settings& settings) {
    if (!settings.outbound.directory.empty()) return settings.outbound.directory;
    return (std::filesystem::path(settings.store.path).parent_path() / "outbound").string();
}

base::Result<std::unique_ptr<OutboundDesk>> OutboundDesk::open(const config::Settings& all) {
    const config::OutboundSettings& settings = all.outbound;
    const std::string folder = outbound_folder(all);
    std::unique_ptr<OutboundDesk> out(new OutboundDesk);
    auto state = store::HotState::open(folder + "/state.db");
    if (!state && state.error().cause == base::Cause::invalid)
        return std::unexpected(std::move(state).error());
    if (!state) complain("state", state.error());
    auto seen = outbound::SeenBefore::in_file(folder + "/seen", settings.seen_bytes);
    if (!seen) {
        complain("seen", seen.error());
        seen = SEKISHO_TRY(outbound::SeenBefore::in_memory(settings.seen_bytes));
    }
    out->guard_ = std::make_unique<outbound::Guard>(
        *std::move(seen),
        outbound::GuardLimits{.most_accounts = settings.max_accounts, .most_hosts = settings.max_hosts});
    if (state) {
        out->state_ = *std::move(state);
        if (const auto attached = out->guard_->attach(*out->state_, settings.limits); !attached)
            complain("state", attached.error());
    }
    out->thread_ = std::jthread([desk = out.get()](const std::stop_token& stop) { desk->run(stop); });
    return out;
}

void OutboundDesk::share(const milter::Services& services) {
    const auto settings = services.settings.get();
    if (!settings->outbound.enabled || settings->state.engine != "redis") return;
    {
        const std::scoped_lock lock(mutex_);
        services_ = &services;
    }
    log_ = std::make_unique<store::SharedLog>(settings->state.redis, origin_of(outbound_folder(*settings)),
                                              guard_->cursor());
    guard_->share(
        {.log = log_.get(),
         .rules =
             [&services](const outbound::Transaction& transaction) {
                 const auto now = services.settings.get();
                 return outbound::Sharing::Rules{
                     policy::limits_for(*now, {transaction.account, transaction.client, transaction.sender}),
                     model::standing_from(now->outbound.on_malware)
                         .value_or(model::StandingLevel::throttled)};
             },
         .report =
             [this](const outbound::Change& change, bool news) {
                 {
                     const std::scoped_lock lock(mutex_);
                     if (changes_.size() < most_changes) changes_.emplace_back(change, news);
                 }
                 wake_.notify_all();
             }});
}

std::optional<store::SharedStats> OutboundDesk::shared() const {
    if (!log_) return std::nullopt;
    return log_->stats();
}

OutboundDesk::~OutboundDesk() {
    log_.reset();
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    while (guard_->save(saved_at_once)) {
    }
}

void OutboundDesk::tell() {
    std::deque<std::pair<outbound::Change, bool>> changes;
    {
        const std::scoped_lock lock(mutex_);
        changes.swap(changes_);
    }
    for (const auto& [change, news] : changes)
        (news ? services_->standing_changed : services_->standing_followed)(change);
}

void OutboundDesk::run(const std::stop_token& stop) {
    auto next_round = std::chrono::steady_clock::now() + every;
    for (int round = 1; !stop.stop_requested();) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait_until(lock, stop, next_round, [&] { return !changes_.empty(); });
        }
        tell();
        if (std::chrono::steady_clock::now() < next_round) continue;
        next_round += every;
        guard_->sweep(now(), swept_at_once);
        if (round++ % save_each != 0) continue;
        while (!stop.stop_requested() && guard_->save(saved_at_once)) {
        }
    }
    tell();
}

void OutboundDesk::stop_sharing() {
    if (log_) log_->stop();
    tell();
}

base::Result<void> OutboundDesk::flush(std::chrono::milliseconds within) {
    if (state_ == nullptr) return {};
    return state_->keep({}, within);
}

SenderStatus OutboundDesk::status() const {
    const auto size = guard_->size();
    SenderStatus out{.accounts = size.accounts,
                     .active_accounts = size.active_accounts,
                     .hosts = size.hosts,
                     .active_hosts = size.active_hosts,
                     .trails = size.trails,
                     .state_healthy = state_ != nullptr && state_->healthy(),
                     .dropped_records = state_ != nullptr ? state_->dropped() : 0};
    out.account_standings = guard_->standings(outbound::Subject::account, now());
    out.host_standings = guard_->standings(outbound::Subject::host, now());
    return out;
}

base::Json OutboundDesk::list(outbound::Subject subject, bool all, std::size_t most) const {
    const auto listing = guard_->first_of(subject, all, now(), most);
    base::JsonArray out;
    for (const auto& row : listing.rows)
        out.emplace_back(row_json(row));
    return base::JsonObject{{"rows", std::move(out)}, {"known", static_cast<std::uint64_t>(listing.known)}};
}

base::Result<base::Json> OutboundDesk::show(const outbound::Key& key) const {
    const auto seen = guard_->find(key, now());
    if (!seen)
        return base::fail(base::Cause::invalid, "nobody of that name is known: " + base::escape(key.name));
    base::JsonObject out = row_json(seen->row);
    base::JsonArray hours;
    for (const std::uint32_t messages : seen->messages_by_hour)
        hours.emplace_back(std::int64_t{messages});
    out.emplace_back("hours", std::move(hours));
    base::JsonObject counts;
    for (const auto& [name, value] : seen->counts)
        counts.emplace_back(name, value);
    out.emplace_back("last_hour", std::move(counts));
    out.emplace_back("days", std::int64_t{seen->days});
    return base::Json(std::move(out));
}

base::Json OutboundDesk::list_names(std::size_t most) const {
    const auto names = guard_->names(now(), most);
    return base::JsonObject{{"rows", names_json(names.rows)},
                            {"known", static_cast<std::uint64_t>(names.known)}};
}

base::Result<base::Json> OutboundDesk::show_name(const std::string& name) const {
    const auto rows = guard_->find_name(name, now());
    if (rows.empty())
        return base::fail(base::Cause::invalid, "no mail of that name is known: " + base::escape(name));
    return base::Json(base::JsonObject{{"rows", names_json(rows)}});
}

outbound::Change OutboundDesk::set(const outbound::Key& key, model::StandingLevel level,
                                   const std::string& by) {
    return guard_->set(key, level, by, now());
}

void record_standing(const milter::Services& services, const outbound::Change& change) {
    const std::string name = base::escape(change.key.name);
    const bool account = change.key.subject == outbound::Subject::account;
    base::JsonArray reasons;
    std::string joined;
    for (const std::string& reason : change.state.reasons) {
        reasons.emplace_back(base::escape(reason));
        joined += (joined.empty() ? "" : "; ") + base::escape(reason);
    }
    services.metrics.standing_changed(model::to_string(change.state.level));
    const bool rose = change.state.level > change.before;
    base::LogLine line("outbound");
    line.add(account ? "account" : "host", name)
        .add("standing", model::to_string(change.state.level))
        .add("was", model::to_string(change.before));
    if (!change.state.by.empty()) line.add("by", base::escape(change.state.by));
    if (!joined.empty()) line.add("reasons", joined);
    services.log(rose && change.state.level > model::StandingLevel::watched ? base::LogLevel::warning
                                                                            : base::LogLevel::info,
                 line.text());
    services.store.record({.at = services.now(),
                           .kind = "standing",
                           .queue_id = {},
                           .subject_id = name,
                           .detail = base::JsonObject{{"subject", account ? "account" : "host"},
                                                      {"standing", model::to_string(change.state.level)},
                                                      {"was", model::to_string(change.before)},
                                                      {"by", base::escape(change.state.by)},
                                                      {"reasons", std::move(reasons)}}});
}

}  // namespace sekisho::daemon
