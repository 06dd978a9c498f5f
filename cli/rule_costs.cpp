#include "cli/rule_costs.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/escape.h"
#include "cli/tree.h"

namespace sekisho::cli {

namespace {

constexpr double most_times_plain = 4;
constexpr std::chrono::milliseconds least_that_matters{1};

using Milliseconds = std::chrono::duration<double, std::milli>;

double times_plain(const model::RuleCost& cost) {
    return cost.plain.count() == 0
               ? 0.0
               : static_cast<double>(cost.time.count()) / static_cast<double>(cost.plain.count());
}

}  // namespace

bool stands_out(const model::RuleCost& cost) {
    return cost.time > least_that_matters && times_plain(cost) > most_times_plain;
}

std::string print_costs(std::vector<model::RuleCost> costs) {
    std::ranges::sort(costs, [](const model::RuleCost& a, const model::RuleCost& b) {
        return a.time != b.time ? a.time > b.time : a.rule < b.rule;
    });
    std::vector<std::vector<std::string>> rows{{"rule", "ms", "times plain", "parts", "seen", "MB/s", ""}};
    for (const model::RuleCost& cost : costs) {
        const double seconds = std::chrono::duration<double>(cost.time).count();
        const double megabytes = static_cast<double>(cost.bytes) / 1e6;
        rows.push_back({base::escape(cost.rule, 128), fmt::format("{:.3f}", Milliseconds(cost.time).count()),
                        cost.parts == 0 ? "" : fmt::format("{:.1f}", times_plain(cost)),
                        fmt::format("{}", cost.parts), print_size(cost.bytes),
                        seconds > 0 ? fmt::format("{:.0f}", megabytes / seconds) : "",
                        stands_out(cost) ? "stands out" : ""});
    }
    return print_table(rows, {false, true, true, true, true, true});
}

}  // namespace sekisho::cli
