#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "bench/outbound_sim/report.h"

namespace sekisho::outbound_sim {

namespace {

template <class Get>
Figure figure_of(const std::vector<const RaidResult*>& raids, const Get& get) {
    std::vector<double> values;
    for (const RaidResult* raid : raids)
        values.push_back(static_cast<double>(std::invoke(get, *raid)));
    return {quantile(values, 0.5), quantile(values, 0.9), quantile(values, 1), bootstrap(values, 0.5),
            bootstrap(values, 0.9)};
}

std::vector<const RaidResult*> raids_of(const std::string& name, const RunResult& result) {
    std::vector<const RaidResult*> out;
    for (const RaidResult& raid : result.raids)
        if (raid.name == name) out.push_back(&raid);
    return out;
}

TempoSummary summary_of(const std::string& name, const std::vector<const RaidResult*>& raids) {
    TempoSummary out{.name = name, .attacks = raids.size()};
    std::map<std::string, std::uint32_t> reasons;
    for (const RaidResult* raid : raids) {
        if (raid->throttled_messages != never) ++out.throttled;
        if (raid->blocked_messages != never) ++out.blocked;
        for (const auto& [reason, count] : raid->reasons)
            reasons[reason] += count;
    }
    out.throttled_share = clopper_pearson(out.throttled, out.attacks);
    out.blocked_share = clopper_pearson(out.blocked, out.attacks);
    out.throttled_messages = figure_of(raids, &RaidResult::throttled_messages);
    out.throttled_seconds = figure_of(raids, &RaidResult::throttled_seconds);
    out.blocked_messages = figure_of(raids, &RaidResult::blocked_messages);
    out.blocked_seconds = figure_of(raids, &RaidResult::blocked_seconds);
    out.offered = figure_of(raids, &RaidResult::offered);
    out.passed = figure_of(raids, &RaidResult::passed);
    out.passed_recipients = figure_of(raids, &RaidResult::passed_recipients);
    out.passed_before_block = figure_of(raids, &RaidResult::passed_before_block);
    out.reasons.assign(reasons.begin(), reasons.end());
    by_count(out.reasons);
    return out;
}

AimResult attack_aim(const std::string& name, std::string_view what, double within, std::string_view unit,
                     double share, const std::vector<double>& values) {
    const auto hits = static_cast<std::uint64_t>(
        std::ranges::count_if(values, [&](double value) { return value <= within; }));
    const Interval interval = clopper_pearson(hits, values.size());
    AimResult out;
    out.what = fmt::format("{}: {} within {:g} {}, {:g} % of them", name, what, within, unit, 100 * share);
    out.reached = values.empty()
                      ? std::string("no attack of this name")
                      : fmt::format("{} of {}, {:.1f} % ({:.1f} to {:.1f})", hits, values.size(),
                                    100.0 * static_cast<double>(hits) / static_cast<double>(values.size()),
                                    100 * interval.low, 100 * interval.high);
    // What was not tried is not met, unless the scenario has none on purpose (judge_aims).
    out.met =
        !values.empty() && static_cast<double>(hits) >= share * static_cast<double>(values.size()) - 1e-9;
    return out;
}

}  // namespace

Rate rate_of(std::uint64_t events, std::uint64_t account_days) {
    const Interval interval = garwood(events);
    const double thousands = std::max(1e-9, static_cast<double>(account_days) / 1'000);
    return {events,
            static_cast<double>(events) / thousands,
            {interval.low / thousands, interval.high / thousands}};
}

void by_count(std::vector<std::pair<std::string, std::uint32_t>>& reasons) {
    std::ranges::sort(reasons, [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
}

std::vector<TempoSummary> summarize(const Scenario& scenario, const RunResult& result) {
    std::vector<TempoSummary> out;
    for (const Attack& attack : scenario.attacks)
        if (const auto raids = raids_of(attack.name, result); !raids.empty())
            out.push_back(summary_of(attack.name, raids));
    return out;
}

std::vector<AimResult> judge_aims(const Scenario& scenario, const RunResult& result) {
    std::vector<AimResult> out;
    for (const AttackAims& aims : scenario.aims.attacks) {
        const auto attack = std::ranges::find(scenario.attacks, aims.name, &Attack::name);
        if (attack == scenario.attacks.end() || attack->count < 1) continue;
        const auto raids = raids_of(aims.name, result);
        const auto judge = [&](std::string_view what, double within, std::string_view unit, double each,
                               double RaidResult::* field) {
            if (within <= 0) return;
            std::vector<double> values;
            for (const RaidResult* raid : raids)
                values.push_back(raid->*field / each);
            out.push_back(attack_aim(aims.name, what, within, unit, scenario.aims.share, values));
        };
        judge("throttled", aims.throttled_messages, "messages", 1, &RaidResult::throttled_messages);
        judge("throttled", aims.throttled_minutes, "minutes", 60, &RaidResult::throttled_seconds);
        judge("blocked", aims.blocked_messages, "messages", 1, &RaidResult::blocked_messages);
        judge("blocked", aims.blocked_minutes, "minutes", 60, &RaidResult::blocked_seconds);
    }
    Alarms all;
    for (const KindResult& kind : result.kinds)
        all.add(kind.alarms);
    const auto judge = [&](std::string_view what, Level level, double most) {
        const Rate rate = rate_of(all.of(level), result.account_days);
        out.push_back({fmt::format("false {}: at most {:g} per 1,000 account-days", what, most),
                       fmt::format("{}, {:.4f} ({:.4f} to {:.4f})", rate.events, rate.rate, rate.interval.low,
                                   rate.interval.high),
                       rate.rate <= most + 1e-12});
    };
    judge("throttles", Level::throttled, scenario.aims.false_throttles);
    judge("blocks", Level::blocked, scenario.aims.false_blocks);
    return out;
}

}  // namespace sekisho::outbound_sim
