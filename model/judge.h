// Scores and verdict: the one place where findings become a judgement. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/finding.h"
#include "model/scan_report.h"

namespace sekisho::model {

struct Thresholds {
    double suspicious = 5.0;  // score from which a message is suspicious
    double malicious = 10.0;  // score from which it is malicious
};

// What the operator changed for this message: `[scores]`, mutes, groups and [[allow]] rows, already resolved.
struct ScoreOverrides {
    std::map<std::string, double, std::less<>> scores;  // finding id or glob -> score; 0 mutes
    bool allow_everything = false;                      // an [[allow]] row for this sender or hash matched
};

struct Judgement {
    Verdict verdict = Verdict::clean;
    double score = 0;
    bool complete = true;
    std::vector<Unscannable> unscannable;
    std::vector<JudgedFinding> findings;
};

// Each finding id counts once, and so does each combination (combinations.h) of those that are not muted.
// Weak findings count up to four fifths of thresholds.suspicious together, unless the operator scored them.
// An id that neither table knows becomes a `worker.protocol` finding. Unscannable reasons hold even where the
// score is muted: "could not look" is a fact, not a score.
Judgement judge(const WorkerReport& report, const RuleTable& rules, const Thresholds& thresholds,
                const ScoreOverrides& overrides);

}  // namespace sekisho::model
