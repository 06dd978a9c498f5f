#include "model/judge.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "model/combinations.h"

namespace sekisho::model {

namespace {

constexpr std::string_view protocol_finding = "worker.protocol";
constexpr std::string_view rule_prefix = "yara.";

// What the tables say of an id.
struct Known {
    double score = 0;
    Unscannable unscannable = Unscannable::none;
    bool incomplete = false;
    bool weak = false;
    std::string title;
};

std::optional<Known> look_up(const std::string& id, const RuleTable& rules) {
    if (const FindingRow* row = find_finding(id)) {
        return Known{row->score, row->unscannable, row->incomplete, row->weak, std::string(row->english)};
    }
    if (!id.starts_with(rule_prefix)) return std::nullopt;
    const RuleInfo* rule = rules.find(std::string_view(id).substr(rule_prefix.size()));
    if (rule == nullptr) return std::nullopt;
    std::string title = "Rule " + rule->name;
    if (!rule->family.empty()) title += " (" + rule->family + ")";
    return Known{rule->score, Unscannable::none, false, false, std::move(title)};
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

constexpr std::string_view combination_prefix = "combo.";
constexpr double weak_share = 0.8;  // of the score from which a message is suspicious

// Adds finding after finding to a judgement.
class Tally {
public:
    Tally(const RuleTable& rules, const Thresholds& thresholds, const ScoreOverrides& overrides,
          Judgement& out)
        : rules_(rules), overrides_(overrides), weak_left_(weak_share * thresholds.suspicious), out_(out) {}

    void add(const Finding& finding) {
        JudgedFinding judged{.finding = finding, .score = 0, .title = {}};
        std::optional<Known> known = look_up(finding.id, rules_);
        if (!known) known = protocol_error(judged.finding);
        if (known->unscannable != Unscannable::none) reasons_.insert(known->unscannable);
        if (known->incomplete) out_.complete = false;
        judged.title = std::move(known->title);
        const std::optional<double> changed = override_of(judged.finding.id, overrides_);
        judged.muted = changed == 0.0;
        // A repetition gets 0, so that the printed scores add up to the message's.
        if (counted_.insert(judged.finding.id).second)
            judged.score = changed ? *changed : known->weak ? weak_score(known->score) : known->score;
        out_.score += judged.score;
        out_.findings.push_back(std::move(judged));
    }

    // What the worker reported under the name of a combination is made up as well.
    Known protocol_error(Finding& finding) const {
        finding.evidence = "unknown finding " + finding.id.substr(0, 150);
        finding.id = protocol_finding;
        return look_up(finding.id, rules_).value_or(Known{});
    }

    const std::set<Unscannable>& reasons() const { return reasons_; }

private:
    double weak_score(double score) {
        const double given = std::min(score, weak_left_);
        weak_left_ -= given;
        return given;
    }

    const RuleTable& rules_;
    const ScoreOverrides& overrides_;
    double weak_left_;
    Judgement& out_;
    std::set<std::string> counted_;
    std::set<Unscannable> reasons_;
};

}  // namespace

Judgement judge(const WorkerReport& report, const RuleTable& rules, const Thresholds& thresholds,
                const ScoreOverrides& overrides) {
    Judgement out;
    out.complete = report.complete;
    Tally tally(rules, thresholds, overrides, out);
    for (Finding finding : report.findings) {
        if (finding.id.starts_with(combination_prefix)) (void)tally.protocol_error(finding);
        tally.add(finding);
    }
    const auto counts = [&](const Finding& finding) { return override_of(finding.id, overrides) != 0.0; };
    for (const Finding& finding : combine(report, counts))
        tally.add(finding);

    std::set<Unscannable> reasons = tally.reasons();
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
