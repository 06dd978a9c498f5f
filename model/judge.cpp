#include "model/judge.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace sekisho::model {

namespace {

constexpr std::string_view protocol_finding = "worker.protocol";
constexpr std::string_view rule_prefix = "yara.";

// What the tables say of an id.
struct Known {
    double score = 0;
    Unscannable unscannable = Unscannable::none;
    bool incomplete = false;
    std::string title;
};

std::optional<Known> look_up(const std::string& id, const RuleTable& rules) {
    if (const FindingRow* row = find_finding(id)) {
        return Known{row->score, row->unscannable, row->incomplete, std::string(row->english)};
    }
    if (!id.starts_with(rule_prefix)) return std::nullopt;
    const RuleInfo* rule = rules.find(std::string_view(id).substr(rule_prefix.size()));
    if (rule == nullptr) return std::nullopt;
    std::string title = "Rule " + rule->name;
    if (!rule->family.empty()) title += " (" + rule->family + ")";
    return Known{rule->score, Unscannable::none, false, std::move(title)};
}

// What the operator says of an id: the exact id beats a glob; of several globs the longest, for it says most.
std::optional<double> override_of(const std::string& id, const ScoreOverrides& overrides) {
    if (overrides.allow_everything) return 0;
    if (const auto exact = overrides.scores.find(id); exact != overrides.scores.end()) return exact->second;
    std::size_t longest = 0;
    std::optional<double> score;
    for (const auto& [pattern, value] : overrides.scores) {
        if (pattern.size() > longest && base::matches_glob(pattern, id)) {
            longest = pattern.size();
            score = value;
        }
    }
    return score;
}

}  // namespace

Judgement judge(const WorkerReport& report, const RuleTable& rules, const Thresholds& thresholds,
                const ScoreOverrides& overrides) {
    Judgement out;
    out.complete = report.complete;
    std::set<std::string> counted;
    std::set<Unscannable> reasons;
    for (const Finding& finding : report.findings) {
        JudgedFinding judged{.finding = finding, .score = 0, .title = {}};
        std::optional<Known> known = look_up(finding.id, rules);
        if (!known) {
            // The worker made up an id. Said as what it is; what it claimed stands in the evidence.
            judged.finding.evidence = "unknown finding " + finding.id.substr(0, 150);
            judged.finding.id = protocol_finding;
            known = look_up(judged.finding.id, rules).value_or(Known{});
        }
        if (known->unscannable != Unscannable::none) reasons.insert(known->unscannable);
        if (known->incomplete) out.complete = false;
        judged.title = std::move(known->title);
        const std::optional<double> changed = override_of(judged.finding.id, overrides);
        judged.muted = changed == 0.0;
        // A repetition gets 0, so that the printed scores add up to the message's.
        if (counted.insert(judged.finding.id).second) judged.score = changed.value_or(known->score);
        out.score += judged.score;
        out.findings.push_back(std::move(judged));
    }
    // There was more than was looked at, whatever it was: never silently clean.
    if (!out.complete && reasons.empty()) reasons.insert(Unscannable::large);
    std::ranges::stable_sort(out.findings, std::ranges::greater{}, &JudgedFinding::score);
    out.unscannable.assign(reasons.begin(), reasons.end());
    if (out.score >= thresholds.malicious) {
        out.verdict = Verdict::malicious;
    } else if (out.score >= thresholds.suspicious) {
        out.verdict = Verdict::suspicious;
    } else if (!out.unscannable.empty()) {
        out.verdict = Verdict::unscannable;
    }
    return out;
}

}  // namespace sekisho::model
