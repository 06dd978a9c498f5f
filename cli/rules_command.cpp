#include <fmt/format.h>

#include <cstdio>
#include <vector>

#include "base/escape.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/scanning.h"
#include "cli/settings.h"
#include "cli/tree.h"

namespace sekisho::cli {

namespace {

void list(const model::RuleTable& table) {
    std::vector<std::vector<std::string>> rows{{"rule", "score", "severity", "family", "reference"}};
    for (const model::RuleInfo& rule : table.rules) {
        rows.push_back({rule.name, fmt::format("{:.1f}", rule.score), base::escape(rule.severity, 20),
                        base::escape(rule.family, 40), base::escape(rule.reference, 100)});
    }
    fmt::print("{}", print_table(rows, {false, true}));
}

}  // namespace

int run_rules(const Options& options) {
    const auto settings = load_settings(options);
    if (!settings) return exit_code::error;
    const auto pool = start_pool(options, *settings);
    if (!pool) {
        fmt::print(stderr, "sekisho: {}\n", pool.error().message);
        return exit_code::error;
    }
    const auto table = (*pool)->rules();
    if (options.command == Command::rules_list) {
        if (options.json) {
            fmt::print("{}\n", base::dump_json(model::to_json(*table)));
        } else {
            list(*table);
        }
        return exit_code::fine;
    }
    for (const std::string& problem : table->problems) {
        fmt::print(stderr, "{}\n", base::escape(problem, 1'000));
    }
    fmt::print("{} rules, version {}, {} skipped\n", table->rules.size(), base::escape(table->version),
               table->problems.size());
    return table->problems.empty() ? exit_code::fine : exit_code::error;
}

}  // namespace sekisho::cli
