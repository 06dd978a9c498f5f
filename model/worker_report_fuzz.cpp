// A worker's answer as the gate reads it: JSON, then the strict reader, then judge and print.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/json.h"
#include "model/judge.h"
#include "model/scan_report.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho;
    const auto json = base::parse_json(base::as_text(std::as_bytes(std::span(data, size))));
    if (!json) return 0;
    const auto report = model::worker_report_from(*json);
    if (!report) return 0;
    const auto again = model::worker_report_from(model::to_json(*report));
    if (!again || *again != *report) __builtin_trap();
    const auto judged =
        model::judge(*report, model::RuleTable{}, model::Thresholds{}, model::ScoreOverrides{});
    if (!judged.complete && judged.verdict == model::Verdict::clean) __builtin_trap();
    return 0;
}
