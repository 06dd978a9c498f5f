#include "daemon/status.h"

#include <fmt/format.h>

#include <iterator>
#include <numeric>
#include <string_view>

namespace sekisho::daemon {

namespace {

using base::Json;
using base::JsonArray;
using base::JsonObject;

Json counts(const std::map<std::string, std::uint64_t, std::less<>>& from) {
    JsonObject out;
    for (const auto& [name, count] : from)
        out.emplace_back(name, count);
    return out;
}

std::int64_t uptime(std::chrono::steady_clock::time_point started) {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started)
        .count();
}

// Upper bound of the bucket in which the share lies; the largest bound where it lies above all.
std::int64_t percentile(const milter::MetricsSnapshot& metrics, double share) {
    const double wanted = share * static_cast<double>(metrics.messages);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < milter::latency_bounds_ms.size(); ++i) {
        seen += metrics.latency[i];
        if (static_cast<double>(seen) >= wanted) return milter::latency_bounds_ms[i];
    }
    return milter::latency_bounds_ms.back();
}

double mean_ms(double seconds, std::uint64_t count) {
    return count == 0 ? 0 : seconds * 1'000 / static_cast<double>(count);
}

Json workers_json(const sandbox::PoolStats& stats) {
    JsonObject failures;
    for (const auto& [name, count] : stats.failures)
        failures.emplace_back(name, count);
    return JsonObject{{"generation", stats.generation},
                      {"fast_busy", stats.fast_busy},
                      {"fast_total", stats.fast_total},
                      {"slow_busy", stats.slow_busy},
                      {"slow_total", stats.slow_total},
                      {"waiting", stats.waiting},
                      {"scans", stats.scans},
                      {"deaths", stats.deaths},
                      {"kills", stats.kills},
                      {"protocol_errors", stats.protocol_errors},
                      {"denied_calls", stats.denied_calls},
                      {"moved_to_slow", stats.moved_to_slow},
                      {"failures", std::move(failures)}};
}

// One family of the text format. Label values are words of ours.
class Text {
public:
    void family(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        fmt::format_to(std::back_inserter(out_), "# HELP sekisho_{} {}\n# TYPE sekisho_{} {}\n", name, help,
                       name, type);
    }
    template <class Number>
    void value(Number number, std::string_view labels = {}) {
        fmt::format_to(std::back_inserter(out_), "sekisho_{}{} {}\n", name_, labels, number);
    }
    template <class Number>
    void one(std::string_view name, std::string_view type, std::string_view help, Number number) {
        family(name, type, help);
        value(number);
    }
    template <class Map>
    void each(std::string_view name, std::string_view label, std::string_view help, const Map& map) {
        family(name, "counter", help);
        for (const auto& [key, count] : map)
            value(count, fmt::format("{{{}=\"{}\"}}", label, key));
    }
    void line(std::string_view text) { out_ += text; }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
    std::string name_;
};

void write_latency(Text& text, const milter::MetricsSnapshot& metrics) {
    text.family("latency_seconds", "histogram", "From the end of a message to the answer");
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < milter::latency_bounds_ms.size(); ++i) {
        seen += metrics.latency[i];
        text.line(fmt::format("sekisho_latency_seconds_bucket{{le=\"{}\"}} {}\n",
                              milter::latency_bounds_ms[i] / 1000.0, seen));
    }
    const auto total = std::accumulate(metrics.latency.begin(), metrics.latency.end(), std::uint64_t{0});
    text.line(fmt::format("sekisho_latency_seconds_bucket{{le=\"+Inf\"}} {}\n", total));
    text.line(fmt::format("sekisho_latency_seconds_sum {}\nsekisho_latency_seconds_count {}\n",
                          metrics.latency_seconds, total));
}

void write_workers(Text& text, const sandbox::PoolStats& stats) {
    text.one("worker_generation", "gauge", "Rule generation; grows by one per reload", stats.generation);
    text.family("worker_lane_busy", "gauge", "Children that scan, by lane");
    text.value(stats.fast_busy, "{lane=\"fast\"}");
    text.value(stats.slow_busy, "{lane=\"slow\"}");
    text.family("worker_lane_size", "gauge", "Children that may scan at once, by lane");
    text.value(stats.fast_total, "{lane=\"fast\"}");
    text.value(stats.slow_total, "{lane=\"slow\"}");
    text.one("worker_waiting", "gauge", "Scans that wait for a child", stats.waiting);
    text.one("worker_scans_total", "counter", "Scans", stats.scans);
    text.one("worker_deaths_total", "counter", "Children that died in a scan", stats.deaths);
    text.one("worker_kills_total", "counter", "Children that were killed for time, memory or protocol",
             stats.kills);
    text.one("worker_protocol_errors_total", "counter", "Answers that broke the protocol",
             stats.protocol_errors);
    text.one("worker_denied_calls_total", "counter", "System calls that the sandbox refused",
             stats.denied_calls);
    text.one("worker_moved_to_slow_total", "counter", "Scans that moved to the slow lane",
             stats.moved_to_slow);
    text.each("worker_outcomes_total", "status", "Scans that did not end well", stats.failures);
}

}  // namespace

Json status_json(const milter::Services& services, std::chrono::steady_clock::time_point started) {
    const auto metrics = services.metrics.snapshot();
    const auto settings = services.settings.get();
    const auto rules = services.pool.rules();
    JsonArray problems;
    for (const auto& problem : rules->problems)
        problems.emplace_back(problem);
    const auto outbound = metrics.directions.find("outbound");
    return JsonObject{
        {"state", services.draining ? "stopping" : "running"},
        {"monitor", settings->monitor},
        {"uptime_s", uptime(started)},
        {"config", JsonObject{{"version", settings->version}}},
        {"rules", JsonObject{{"version", rules->version},
                             {"count", static_cast<std::uint64_t>(rules->rules.size())},
                             {"problems", std::move(problems)}}},
        {"in_flight",
         JsonObject{{"messages", services.in_flight.messages()}, {"bytes", services.in_flight.bytes()}}},
        {"messages", JsonObject{{"total", metrics.messages},
                                {"refused", metrics.refused},
                                {"aborted", metrics.aborted},
                                {"unscanned", metrics.unscanned},
                                {"bytes", metrics.bytes},
                                {"connections", metrics.connections},
                                {"verdicts", counts(metrics.verdicts)},
                                {"actions", counts(metrics.actions)},
                                {"directions", counts(metrics.directions)}}},
        {"outbound", JsonObject{{"messages", outbound == metrics.directions.end() ? 0 : outbound->second},
                                {"foreign", metrics.foreign_outbound}}},
        {"latency_ms", JsonObject{{"mean", mean_ms(metrics.latency_seconds, metrics.messages)},
                                  {"p50", percentile(metrics, 0.50)},
                                  {"p95", percentile(metrics, 0.95)},
                                  {"p99", percentile(metrics, 0.99)}}},
        {"stage_ms", JsonObject{{"queue", mean_ms(metrics.queue_seconds, metrics.messages)},
                                {"scan", mean_ms(metrics.scan_seconds, metrics.messages)}}},
        {"workers", workers_json(services.pool.stats())},
        {"quarantine", JsonObject{{"bytes", services.quarantine.bytes()}}},
        {"store", JsonObject{{"healthy", services.store.healthy()},
                             {"dropped_events", services.store.dropped_events()}}},
    };
}

std::string metrics_text(const milter::Services& services, std::chrono::steady_clock::time_point started) {
    const auto metrics = services.metrics.snapshot();
    Text text;
    text.one("uptime_seconds", "gauge", "Since the gate's start", uptime(started));
    text.one("monitor_mode", "gauge", "1: mail passes whatever is found",
             services.settings.get()->monitor ? 1 : 0);
    text.one("connections_total", "counter", "SMTP connections", metrics.connections);
    text.one("messages_total", "counter", "Messages decided on", metrics.messages);
    text.one("message_bytes_total", "counter", "Bytes of these", metrics.bytes);
    text.one("aborted_total", "counter", "Messages given up by client or MTA", metrics.aborted);
    text.one("refused_total", "counter", "Refused before DATA: caps, stopping", metrics.refused);
    text.one("unscanned_total", "counter", "Messages not scanned, for our own reasons", metrics.unscanned);
    text.one("foreign_outbound_total", "counter", "Outbound from senders that are not local",
             metrics.foreign_outbound);
    text.each("verdicts_total", "verdict", "Messages by verdict", metrics.verdicts);
    text.each("actions_total", "action", "Messages by what was done", metrics.actions);
    text.each("directions_total", "direction", "Messages by direction", metrics.directions);
    write_latency(text, metrics);
    text.family("stage_seconds_total", "counter", "Time spent, by stage");
    text.value(metrics.queue_seconds, "{stage=\"queue\"}");
    text.value(metrics.scan_seconds, "{stage=\"scan\"}");
    text.one("in_flight_messages", "gauge", "Messages being received or scanned",
             services.in_flight.messages());
    text.one("in_flight_bytes", "gauge", "Bytes of these", services.in_flight.bytes());
    write_workers(text, services.pool.stats());
    text.one("rules", "gauge", "Rules in effect", services.pool.rules()->rules.size());
    text.one("quarantine_bytes", "gauge", "Bytes kept in the quarantine", services.quarantine.bytes());
    text.one("store_healthy", "gauge", "1: the record is being written", services.store.healthy() ? 1 : 0);
    text.one("store_dropped_events_total", "counter", "Events that could not be recorded",
             services.store.dropped_events());
    return text.take();
}

}  // namespace sekisho::daemon
