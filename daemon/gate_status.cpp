#include "daemon/gate_status.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"

namespace sekisho::daemon {

namespace {

using Counts = std::map<std::string, std::uint64_t, std::less<>>;

base::Json counts_json(const Counts& counts) {
    base::JsonObject out;
    for (const auto& [name, count] : counts)
        out.emplace_back(name, count);
    return out;
}

std::uint64_t count_of(const Counts& counts, std::string_view name) {
    const auto at = counts.find(name);
    return at == counts.end() ? 0 : at->second;
}

std::int64_t seconds_of(std::chrono::system_clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

// The latency under which `share` of the messages were answered: the bound of its bucket, in milliseconds; -1
// for the bucket without a bound, 0 where there were no messages.
std::int64_t quantile_ms(const milter::MetricsSnapshot& mail, double share) {
    std::uint64_t total = 0;
    for (const std::uint64_t count : mail.latency)
        total += count;
    if (total == 0) return 0;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < milter::latency_bounds_ms.size(); ++i) {
        seen += mail.latency.at(i);
        if (static_cast<double>(seen) >= share * static_cast<double>(total))
            return milter::latency_bounds_ms.at(i);
    }
    return -1;
}

// Lines of one metric family.
class Page {
public:
    void family(std::string_view name, std::string_view type, std::string_view help) {
        text_ += fmt::format("# HELP sekisho_{0} {2}\n# TYPE sekisho_{0} {1}\n", name, type, help);
    }
    void value(std::string_view name, double value) { text_ += fmt::format("sekisho_{} {}\n", name, value); }
    void value(std::string_view name, std::uint64_t value) {
        text_ += fmt::format("sekisho_{} {}\n", name, value);
    }
    void value(std::string_view name, std::string_view label, std::string_view of, std::uint64_t value) {
        text_ += fmt::format("sekisho_{}{{{}=\"{}\"}} {}\n", name, label, of, value);
    }
    void value(std::string_view name, std::string_view label, std::string_view of, double value) {
        text_ += fmt::format("sekisho_{}{{{}=\"{}\"}} {}\n", name, label, of, value);
    }
    void one(std::string_view name, std::string_view type, std::string_view help, std::uint64_t number) {
        family(name, type, help);
        value(name, number);
    }
    void counts(std::string_view name, std::string_view label, std::string_view help, const Counts& counts) {
        family(name, "counter", help);
        for (const auto& [of, count] : counts)
            value(name, label, of, count);
    }
    std::string take() && { return std::move(text_); }

private:
    std::string text_;
};

void add_mail(Page& page, const milter::MetricsSnapshot& mail) {
    page.one("connections_total", "counter", "Connections of the MTA.", mail.connections);
    page.one("messages_total", "counter", "Messages that reached a decision.", mail.messages);
    page.one("message_bytes_total", "counter", "Their size.", mail.bytes);
    page.one("aborted_total", "counter", "Messages that the client or the MTA gave up.", mail.aborted);
    page.one("refused_total", "counter", "Messages refused before DATA, for our own reasons.", mail.refused);
    page.one("unscanned_total", "counter", "Messages handled without a scan, for our own reasons.",
             mail.unscanned);
    page.one("foreign_outbound_total", "counter", "Outbound messages from senders that are not local.",
             mail.foreign_outbound);
    page.counts("verdicts_total", "verdict", "Messages by verdict.", mail.verdicts);
    page.counts("actions_total", "action", "Messages by the action that was taken.", mail.actions);
    page.counts("directions_total", "direction", "Messages by direction.", mail.directions);
    page.family("message_seconds", "histogram", "From the end of a message to the reply.");
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < milter::latency_bounds_ms.size(); ++i) {
        seen += mail.latency.at(i);
        const std::string bound = fmt::format("{}", milter::latency_bounds_ms.at(i) / 1'000.0);
        page.value("message_seconds_bucket", "le", bound, seen);
    }
    seen += mail.latency.back();
    page.value("message_seconds_bucket", "le", "+Inf", seen);
    page.value("message_seconds_sum", mail.latency_seconds);
    page.value("message_seconds_count", seen);
    page.family("stage_seconds_total", "counter", "Time by stage.");
    page.value("stage_seconds_total", "stage", "queue", mail.queue_seconds);
    page.value("stage_seconds_total", "stage", "scan", mail.scan_seconds);
    page.value("stage_seconds_total", "stage", "rest",
               std::max(0.0, mail.latency_seconds - mail.queue_seconds - mail.scan_seconds));
}

void add_workers(Page& page, const sandbox::PoolStats& pool) {
    page.one("scans_total", "counter", "Scans that a worker began.", pool.scans);
    page.one("worker_deaths_total", "counter", "Worker children that died during a scan.", pool.deaths);
    page.one("worker_kills_total", "counter", "Of these, killed for time, memory or a bad answer.",
             pool.kills);
    page.one("worker_protocol_errors_total", "counter", "Answers that were not understood.",
             pool.protocol_errors);
    page.one("worker_denied_calls_total", "counter", "System calls that the sandbox refused.",
             pool.denied_calls);
    page.one("worker_forbidden_calls_total", "counter",
             "System calls for which the kernel killed a worker child at once.", pool.forbidden_calls);
    page.one("scans_moved_to_slow_total", "counter", "Scans that moved to the slow lane.",
             pool.moved_to_slow);
    page.counts("scan_outcomes_total", "outcome", "Scans that did not end well, by how they ended.",
                Counts(pool.failures.begin(), pool.failures.end()));
    page.family("lane_busy", "gauge", "Children that scan, by lane.");
    page.value("lane_busy", "lane", "fast", std::uint64_t{pool.fast_busy});
    page.value("lane_busy", "lane", "slow", std::uint64_t{pool.slow_busy});
    page.family("lane_children", "gauge", "Children, by lane.");
    page.value("lane_children", "lane", "fast", std::uint64_t{pool.fast_total});
    page.value("lane_children", "lane", "slow", std::uint64_t{pool.slow_total});
    page.one("scans_waiting", "gauge", "Messages that wait for a worker.", std::uint64_t{pool.waiting});
    page.one("worker_generation", "gauge", "Grows by one with each reload.", pool.generation);
}

base::Json state_json(const std::optional<store::SharedStats>& shared) {
    if (!shared) return base::JsonObject{{"engine", "embedded"}};
    return base::JsonObject{{"engine", "redis"},
                            {"connected", shared->connected},
                            {"alone", shared->alone},
                            {"gaps", shared->gaps},
                            {"gap_seconds", shared->gap_seconds},
                            {"sent", shared->sent},
                            {"received", shared->received},
                            {"waiting", shared->waiting},
                            {"dropped", shared->dropped},
                            {"error", base::escape(shared->error)}};
}

void add_state(Page& page, const store::SharedStats& shared) {
    page.one("state_alone", "gauge", "1: the shared state is away or slow, and mail goes on without it.",
             std::uint64_t{shared.alone ? 1U : 0U});
    page.one("state_gaps_total", "counter", "Times that the shared state was away or slow.", shared.gaps);
    page.one("state_gap_seconds_total", "counter", "How long that was, of what is over.", shared.gap_seconds);
    page.one("state_records_sent_total", "counter", "Messages told to the other gateways.", shared.sent);
    page.one("state_records_received_total", "counter", "Messages that other gateways told of.",
             shared.received);
    page.one("state_records_waiting", "gauge", "Messages that the shared state has not confirmed.",
             shared.waiting);
    page.one("state_records_dropped_total", "counter", "Messages that waited too long to be told.",
             shared.dropped);
}

constexpr std::array<std::string_view, 3> levels{"watched", "throttled", "blocked"};

base::Json standings_json(const std::array<std::uint64_t, 3>& standings) {
    base::JsonObject out;
    for (std::size_t i = 0; i < levels.size(); ++i)
        out.emplace_back(std::string(levels.at(i)), standings.at(i));
    return out;
}

base::Json senders_json(const SenderStatus& senders, const Counts& changes) {
    return base::JsonObject{{"accounts", senders.accounts},
                            {"active_accounts", senders.active_accounts},
                            {"hosts", senders.hosts},
                            {"active_hosts", senders.active_hosts},
                            {"trails", senders.trails},
                            {"account_standings", standings_json(senders.account_standings)},
                            {"host_standings", standings_json(senders.host_standings)},
                            {"changes", counts_json(changes)},
                            {"state_healthy", senders.state_healthy},
                            {"dropped_records", senders.dropped_records}};
}

void add_senders(Page& page, const SenderStatus& senders, const Counts& changes) {
    page.family("senders", "gauge",
                "Senders that the outbound guard knows: accounts, hosts, trails of names.");
    page.value("senders", "kind", "account", senders.accounts);
    page.value("senders", "kind", "host", senders.hosts);
    page.value("senders", "kind", "trail", senders.trails);
    page.family("active_senders", "gauge", "Of these, who sent within a day.");
    page.value("active_senders", "kind", "account", senders.active_accounts);
    page.value("active_senders", "kind", "host", senders.active_hosts);
    page.family("account_standings", "gauge", "Accounts by standing.");
    for (std::size_t i = 0; i < levels.size(); ++i)
        page.value("account_standings", "standing", levels.at(i), senders.account_standings.at(i));
    page.family("host_standings", "gauge", "Hosts by standing.");
    for (std::size_t i = 0; i < levels.size(); ++i)
        page.value("host_standings", "standing", levels.at(i), senders.host_standings.at(i));
    page.counts("standing_changes_total", "standing", "Changes of standing, by what it became.", changes);
    page.one("outbound_state_healthy", "gauge", "0: what the outbound guard counts gets lost at a restart.",
             std::uint64_t{senders.state_healthy ? 1U : 0U});
    page.one("outbound_dropped_records_total", "counter", "Messages counted that never got to disk.",
             senders.dropped_records);
}

base::Json telling_json(const TellingStats& stats) {
    return base::JsonObject{{"told", stats.told}, {"lost", stats.lost}, {"waiting", stats.waiting}};
}

void add_telling(Page& page, const GateStatus& status) {
    const auto both = [&](std::string_view name, std::string_view type, std::string_view help,
                          std::uint64_t TellingStats::* which) {
        page.family(name, type, help);
        page.value(name, "by", "mail", status.standing_mails.*which);
        page.value(name, "by", "webhook", status.webhook.*which);
    };
    both("standing_changes_told_total", "counter", "Changes of standing that somebody was told of.",
         &TellingStats::told);
    both("standing_changes_lost_total", "counter", "Changes of standing that could not be told: given up.",
         &TellingStats::lost);
    both("standing_changes_waiting", "gauge", "Changes of standing that wait to be told.",
         &TellingStats::waiting);
}

base::Json workers_json(const sandbox::PoolStats& pool) {
    return base::JsonObject{{"scans", pool.scans},
                            {"deaths", pool.deaths},
                            {"kills", pool.kills},
                            {"protocol_errors", pool.protocol_errors},
                            {"denied_calls", pool.denied_calls},
                            {"moved_to_slow", pool.moved_to_slow},
                            {"fast_busy", pool.fast_busy},
                            {"fast_total", pool.fast_total},
                            {"slow_busy", pool.slow_busy},
                            {"slow_total", pool.slow_total},
                            {"waiting", pool.waiting},
                            {"generation", pool.generation},
                            {"failures", counts_json(Counts(pool.failures.begin(), pool.failures.end()))}};
}

}  // namespace

base::Json status_json(const GateStatus& status) {
    const milter::MetricsSnapshot& mail = status.mail;
    const sandbox::PoolStats& pool = status.pool;
    const std::int64_t uptime =
        std::max<std::int64_t>(seconds_of(status.now) - seconds_of(status.started), 0);
    base::JsonArray problems;
    for (const std::string& problem : status.rule_problems)
        problems.emplace_back(base::escape(problem, 300));
    base::JsonObject out{
        {"version", status.version},
        {"started", seconds_of(status.started)},
        {"uptime_s", uptime},
        {"monitor", status.monitor},
        {"draining", status.draining},
        {"config", status.config_version},
        {"rules",
         base::JsonObject{
             {"version", status.rules_version}, {"count", status.rules}, {"problems", std::move(problems)}}},
        {"mail",
         base::JsonObject{
             {"connections", mail.connections},
             {"messages", mail.messages},
             {"messages_per_minute",
              uptime > 0 ? 60.0 * static_cast<double>(mail.messages) / static_cast<double>(uptime) : 0.0},
             {"bytes", mail.bytes},
             {"aborted", mail.aborted},
             {"refused", mail.refused},
             {"unscanned", mail.unscanned},
             {"in_flight", status.messages_in_flight},
             {"in_flight_bytes", status.bytes_in_flight},
             {"verdicts", counts_json(mail.verdicts)},
             {"actions", counts_json(mail.actions)},
             {"directions", counts_json(mail.directions)},
             {"latency_ms", base::JsonObject{{"p50", quantile_ms(mail, 0.5)},
                                             {"p95", quantile_ms(mail, 0.95)},
                                             {"p99", quantile_ms(mail, 0.99)}}}}},
        {"in_flight",
         base::JsonObject{{"messages", status.messages_in_flight}, {"bytes", status.bytes_in_flight}}},
        {"outbound", base::JsonObject{{"messages", count_of(mail.directions, "outbound")},
                                      {"foreign", mail.foreign_outbound}}},
        {"state", state_json(status.shared)},
        {"orders", base::JsonObject{{"written", status.orders.written},
                                    {"failed", status.orders.failed},
                                    {"waiting", status.orders.waiting},
                                    {"locked_accounts", status.orders.locked}}},
        {"told", base::JsonObject{{"mail", telling_json(status.standing_mails)},
                                  {"webhook", telling_json(status.webhook)}}},
        {"workers", workers_json(pool)},
        {"quarantine",
         base::JsonObject{{"bytes", status.quarantine_bytes}, {"max_bytes", status.quarantine_max_bytes}}},
        {"store",
         base::JsonObject{{"healthy", status.store_healthy}, {"dropped_events", status.dropped_events}}}};
    if (status.senders) out.emplace_back("senders", senders_json(*status.senders, mail.standings));
    return out;
}

std::string prometheus_text(const GateStatus& status) {
    Page page;
    page.one("up", "gauge", "1 as long as the gate answers.", std::uint64_t{1});
    page.one("monitor_mode", "gauge", "1: mail passes whatever is found.",
             std::uint64_t{status.monitor ? 1U : 0U});
    page.one("start_time_seconds", "gauge", "Start, in seconds since 1970.",
             static_cast<std::uint64_t>(std::max<std::int64_t>(seconds_of(status.started), 0)));
    page.one("rules", "gauge", "Rules that are loaded.", status.rules);
    page.one("rule_problems", "gauge", "Rule files and rules that were skipped.",
             std::uint64_t{status.rule_problems.size()});
    add_mail(page, status.mail);
    page.one("in_flight_messages", "gauge", "Messages being received or handled.", status.messages_in_flight);
    page.one("in_flight_bytes", "gauge", "Their size so far.", status.bytes_in_flight);
    add_workers(page, status.pool);
    if (status.shared) add_state(page, *status.shared);
    page.one("quarantine_bytes", "gauge", "Bytes that the quarantine holds.", status.quarantine_bytes);
    page.one("quarantine_max_bytes", "gauge", "Bytes that it may hold.", status.quarantine_max_bytes);
    page.one("store_healthy", "gauge", "0: the store is lost; mail goes on.",
             std::uint64_t{status.store_healthy ? 1U : 0U});
    page.one("dropped_events_total", "counter", "Events that were not recorded.", status.dropped_events);
    page.family("orders_total", "counter",
                "Orders to lock and unlock accounts, and attempts to write one that failed.");
    page.value("orders_total", "outcome", "written", status.orders.written);
    page.value("orders_total", "outcome", "failed", status.orders.failed);
    page.one("orders_waiting", "gauge", "Orders that could not be written yet.", status.orders.waiting);
    page.one("accounts_locked", "gauge", "Accounts that were ordered to be locked.", status.orders.locked);
    add_telling(page, status);
    if (status.senders) add_senders(page, *status.senders, status.mail.standings);
    return std::move(page).take();
}

}  // namespace sekisho::daemon
