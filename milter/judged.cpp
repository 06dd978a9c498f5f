#include "milter/judged.h"

#include <utility>

#include "model/judge.h"
#include "policy/decide.h"

namespace sekisho::milter {

model::ScanReport judge_scan(const Scanned& scanned, model::WorkerReport worker) {
    static const model::RuleTable no_rules;
    const model::RuleTable& rules = scanned.rules ? *scanned.rules : no_rules;
    const auto today = std::chrono::floor<std::chrono::days>(scanned.now);
    const auto overrides =
        policy::overrides_for(scanned.settings, scanned.envelope, worker, scanned.message_sha256, today);
    auto judgement = model::judge(worker, rules, scanned.settings.thresholds, overrides);

    model::ScanReport report;
    report.message_size = scanned.message_size;
    report.message_sha256 = scanned.message_sha256;
    report.message = std::move(worker.message);
    report.direction = scanned.envelope.direction;
    report.verdict = judgement.verdict;
    report.unscannable = std::move(judgement.unscannable);
    report.score = judgement.score;
    report.complete = judgement.complete;
    report.limits = std::move(worker.limits);
    report.parts = std::move(worker.parts);
    report.findings = std::move(judgement.findings);
    report.rules_version = rules.version;
    report.rules_count = rules.rules.size();
    report.config_version = scanned.settings.version;
    report.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(scanned.elapsed);
    return report;
}

}  // namespace sekisho::milter
