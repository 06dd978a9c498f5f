#include "bench/outbound_sim/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

#include "base/escape.h"

namespace sekisho::outbound_sim {

namespace {

constexpr std::size_t most_reasons = 4;

std::string show(double value) { return value == never ? "never" : fmt::format("{:.0f}", value); }
std::string show(const Interval& interval) {
    return interval.low == interval.high ? std::string()
                                         : fmt::format(" ({}..{})", show(interval.low), show(interval.high));
}
std::string show(const Figure& figure) {
    return fmt::format("median {}{}, p90 {}{}, worst {}", show(figure.median), show(figure.median_interval),
                       show(figure.p90), show(figure.p90_interval), show(figure.worst));
}
std::string show(std::uint64_t hits, std::uint64_t of, const Interval& share) {
    return fmt::format("{} of {} ({:.0f}..{:.0f} %)", hits, of, 100 * share.low, 100 * share.high);
}

template <class Reasons>
std::string show_reasons(const Reasons& reasons) {
    std::vector<std::pair<std::string, std::uint32_t>> sorted(reasons.begin(), reasons.end());
    by_count(sorted);
    std::string out;
    for (std::size_t i = 0; i < std::min(sorted.size(), most_reasons); ++i)
        out += fmt::format("{}{} {}", i > 0 ? ", " : "", sorted[i].first, sorted[i].second);
    return out;
}

void write_tempo(const TempoSummary& tempo, std::string& out) {
    const auto to = std::back_inserter(out);
    fmt::format_to(to, "\n{}: {} attacks; throttled {}, blocked {}\n", base::escape(tempo.name, 60),
                   tempo.attacks, show(tempo.throttled, tempo.attacks, tempo.throttled_share),
                   show(tempo.blocked, tempo.attacks, tempo.blocked_share));
    fmt::format_to(to, "  throttled: messages {}\n             seconds  {}\n", show(tempo.throttled_messages),
                   show(tempo.throttled_seconds));
    fmt::format_to(to, "  blocked:   messages {}\n             seconds  {}\n", show(tempo.blocked_messages),
                   show(tempo.blocked_seconds));
    fmt::format_to(to,
                   "  let through: mails {}\n               recipients {}\n               before block {}\n",
                   show(tempo.passed), show(tempo.passed_recipients), show(tempo.passed_before_block));
    fmt::format_to(to, "  offered:   messages {}\n  reasons:   {}\n", show(tempo.offered),
                   show_reasons(tempo.reasons));
}

void write_rate(std::string_view what, const Alarms& alarms, std::uint64_t account_days, std::string& out) {
    for (const Level level : {Level::watched, Level::throttled, Level::blocked}) {
        const auto at = static_cast<std::size_t>(level);
        for (const bool accounts : {true, false}) {
            const Rate rate = rate_of((accounts ? alarms.accounts : alarms.hosts).at(at), account_days);
            fmt::format_to(std::back_inserter(out),
                           "  {:<10} {:<9} {:<8} {:>6}   {:>8.4f} ({:.4f} to {:.4f})\n", what,
                           to_string(level), accounts ? "accounts" : "hosts", rate.events, rate.rate,
                           rate.interval.low, rate.interval.high);
        }
    }
}

// "12 + 3": accounts and hosts.
std::string apart(const Alarms& alarms, Level level) {
    const auto at = static_cast<std::size_t>(level);
    return fmt::format("{} + {}", alarms.accounts.at(at), alarms.hosts.at(at));
}

void write_kinds(const RunResult& result, std::string& out) {
    const auto to = std::back_inserter(out);
    fmt::format_to(to,
                   "\nby what the sender did (accounts + hosts)\n  {:<14}{:>10}{:>13}{:>13}{:>10}{:>9}{:>7}  "
                   " reasons of "
                   "throttles; of watching\n",
                   "", "mails", "watched", "throttled", "blocked", "delayed", "lost");
    for (std::size_t i = 0; i < kind_count; ++i) {
        const KindResult& kind = result.kinds.at(i);
        if (kind.mails == 0) continue;
        fmt::format_to(to, "  {:<14}{:>10}{:>13}{:>13}{:>10}{:>9}{:>7}   {}{}{}\n",
                       to_string(static_cast<Kind>(i)), kind.mails, apart(kind.alarms, Level::watched),
                       apart(kind.alarms, Level::throttled), apart(kind.alarms, Level::blocked), kind.delayed,
                       kind.lost, show_reasons(kind.reasons[1]), kind.reasons[0].empty() ? "" : "; ",
                       show_reasons(kind.reasons[0]));
    }
}

void write_raids(const RunResult& result, std::string& out) {
    out += "\nEACH ATTACK (messages until throttled, until blocked, let through, offered)\n";
    for (const RaidResult& raid : result.raids)
        out += fmt::format("  run {} day {:>2} {:<26}{:>6}{:>6}{:>6}{:>6}  {}: {}\n", raid.run, raid.day,
                           base::escape(raid.name, 60), show(raid.throttled_messages),
                           show(raid.blocked_messages), raid.passed, raid.offered,
                           base::escape(raid.victim, 200), show_reasons(raid.reasons));
}

base::Json number(double value) {
    return value == never ? base::Json("never") : base::Json(std::round(value * 1e6) / 1e6);
}
base::Json json_of(const Interval& interval) {
    return base::JsonArray{number(interval.low), number(interval.high)};
}
base::Json json_of(const Figure& figure) {
    return base::JsonObject{{"median", number(figure.median)},
                            {"median_interval", json_of(figure.median_interval)},
                            {"p90", number(figure.p90)},
                            {"p90_interval", json_of(figure.p90_interval)},
                            {"worst", number(figure.worst)}};
}
base::Json json_of(const TempoSummary& tempo) {
    base::JsonObject reasons;
    for (const auto& [reason, count] : tempo.reasons)
        reasons.emplace_back(reason, count);
    return base::JsonObject{{"name", tempo.name},
                            {"attacks", tempo.attacks},
                            {"throttled", tempo.throttled},
                            {"throttled_share", json_of(tempo.throttled_share)},
                            {"blocked", tempo.blocked},
                            {"blocked_share", json_of(tempo.blocked_share)},
                            {"throttled_messages", json_of(tempo.throttled_messages)},
                            {"throttled_seconds", json_of(tempo.throttled_seconds)},
                            {"blocked_messages", json_of(tempo.blocked_messages)},
                            {"blocked_seconds", json_of(tempo.blocked_seconds)},
                            {"offered", json_of(tempo.offered)},
                            {"passed", json_of(tempo.passed)},
                            {"passed_recipients", json_of(tempo.passed_recipients)},
                            {"passed_before_block", json_of(tempo.passed_before_block)},
                            {"reasons", reasons}};
}
base::Json json_of(const Rate& rate) {
    return base::JsonObject{{"events", rate.events},
                            {"per_1000_account_days", number(rate.rate)},
                            {"interval", json_of(rate.interval)}};
}

base::Json json_of(const Alarms& alarms, std::uint64_t account_days) {
    base::JsonObject out;
    for (const Level level : {Level::watched, Level::throttled, Level::blocked}) {
        const auto at = static_cast<std::size_t>(level);
        out.emplace_back(
            std::string(to_string(level)),
            base::JsonObject{{"accounts", json_of(rate_of(alarms.accounts.at(at), account_days))},
                             {"hosts", json_of(rate_of(alarms.hosts.at(at), account_days))}});
    }
    return out;
}

base::Json kinds_of(const RunResult& result) {
    base::JsonObject out;
    for (std::size_t i = 0; i < kind_count; ++i) {
        const KindResult& kind = result.kinds.at(i);
        if (kind.mails == 0) continue;
        base::JsonObject row{{"mails", kind.mails},
                             {"recipients", kind.recipients},
                             {"delayed", kind.delayed},
                             {"lost", kind.lost}};
        for (const Level level : {Level::watched, Level::throttled, Level::blocked}) {
            base::JsonObject reasons;
            for (const auto& [reason, count] : kind.reasons.at(static_cast<std::size_t>(level)))
                reasons.emplace_back(reason, count);
            row.emplace_back(std::string(to_string(level)) + "_reasons", reasons);
        }
        row.emplace_back("alarms", json_of(kind.alarms, result.account_days));
        out.emplace_back(std::string(to_string(static_cast<Kind>(i))), row);
    }
    return out;
}

Alarms all_alarms(const RunResult& result) {
    Alarms all;
    for (const KindResult& kind : result.kinds)
        all.add(kind.alarms);
    return all;
}

}  // namespace

std::string write_text(const RunOf& run, const Scenario& scenario, const RunResult& result, bool verbose) {
    std::string out = fmt::format("scenario {}, seed {}, runs {}: {} account-days\n",
                                  base::escape(run.scenario, 200), run.seed, run.runs, result.account_days);
    out += "\nATTACKS (intervals: 95 %, bootstrap; shares exact)\n";
    for (const TempoSummary& tempo : summarize(scenario, result))
        write_tempo(tempo, out);
    out += "\nFALSE ALARMS (events, per 1,000 account-days, 95 % exact)\n";
    write_rate("false", all_alarms(result), result.account_days, out);
    write_rate("aftermath", result.aftermath, result.account_days, out);
    fmt::format_to(std::back_inserter(out),
                   "  aftermath: by an owner's own mails while his account or PC is misused and a day after\n"
                   "  honest mails delayed {} and lost {} for a standing that an attack earned\n",
                   result.shared_delayed, result.shared_lost);
    fmt::format_to(std::back_inserter(out), "  throttled again before it was normal (no new alarm): {}\n",
                   result.throttled_again);
    write_kinds(result, out);
    if (verbose) write_raids(result, out);
    if (verbose) out += "\nFALSE THROTTLES AND BLOCKS\n";
    for (const Episode& episode : result.episodes) {
        if (!verbose) break;
        out += fmt::format("  run {} at {} {} {} ({})\n", episode.run, episode.at, to_string(episode.level),
                           episode.name, to_string(episode.kind));
        for (const auto& reason : episode.reasons)
            out += fmt::format("      {}\n", base::escape(reason, 200));
    }
    out += "\nAIMS\n";
    for (const AimResult& aim : judge_aims(scenario, result))
        out += fmt::format("  {:<7} {}: {}\n", aim.met ? "met" : "MISSED", base::escape(aim.what, 200),
                           aim.reached);
    return out;
}

base::Json write_json(const RunOf& run, const Scenario& scenario, const RunResult& result) {
    base::JsonArray tempos;
    for (const TempoSummary& tempo : summarize(scenario, result))
        tempos.emplace_back(json_of(tempo));
    base::JsonArray aims;
    bool met = true;
    for (const AimResult& aim : judge_aims(scenario, result)) {
        aims.emplace_back(base::JsonObject{{"aim", aim.what}, {"reached", aim.reached}, {"met", aim.met}});
        met = met && aim.met;
    }
    base::JsonArray episodes;
    for (const Episode& episode : result.episodes) {
        base::JsonArray reasons;
        for (const auto& reason : episode.reasons)
            reasons.emplace_back(reason);
        episodes.emplace_back(base::JsonObject{{"run", episode.run},
                                               {"at", episode.at},
                                               {"level", std::string(to_string(episode.level))},
                                               {"kind", std::string(to_string(episode.kind))},
                                               {"name", episode.name},
                                               {"reasons", reasons}});
    }
    return base::JsonObject{{"scenario", run.scenario},
                            {"seed", run.seed},
                            {"runs", run.runs},
                            {"account_days", result.account_days},
                            {"tempos", tempos},
                            {"false", json_of(all_alarms(result), result.account_days)},
                            {"aftermath", json_of(result.aftermath, result.account_days)},
                            {"throttled_again", result.throttled_again},
                            {"shared_delayed", result.shared_delayed},
                            {"shared_lost", result.shared_lost},
                            {"kinds", kinds_of(result)},
                            {"episodes", episodes},
                            {"aims", aims},
                            {"met", met}};
}

}  // namespace sekisho::outbound_sim
