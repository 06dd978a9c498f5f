#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/escape.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/rule_costs.h"
#include "cli/scanning.h"
#include "cli/settings.h"

namespace sekisho::cli {

namespace {

namespace fs = std::filesystem;
using base::Result;

constexpr std::chrono::minutes max_time_of_a_file{4};  // every rule goes through each part several times

Result<std::vector<std::string>> files_below(const std::string& folder) {
    std::error_code error;
    std::vector<std::string> out;
    fs::recursive_directory_iterator entry(folder, error);
    for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
        if (entry->is_regular_file()) out.push_back(entry->path());
    }
    if (error) return base::fail(base::Cause::invalid, base::escape(folder, 1'000) + ": " + error.message());
    if (out.empty()) return base::fail(base::Cause::invalid, base::escape(folder, 1'000) + ": no files");
    std::ranges::sort(out);
    return out;
}

// Adds what one file cost. A line about it where it could not be measured whole.
Result<void> measure(sandbox::Pool& pool, const Options& options, const config::Settings& settings,
                     const std::string& path, std::map<std::string, model::RuleCost>& costs) {
    const Input input = SEKISHO_TRY(read_input(path, settings.milter.max_message_bytes));
    if (input.truncated) return base::fail(base::Cause::limit, "larger than a message may be");
    const auto outcome =
        scan_message(pool, options, settings, fs::path(path).filename(), input.message.get());
    if (outcome.status != sandbox::ScanStatus::ok)
        return base::fail(base::Cause::unavailable, std::string(to_string(outcome.status)));
    for (const model::Finding& finding : outcome.report.findings) {
        const auto cost = model::rule_cost_from(finding);
        const auto known = cost ? costs.find(cost->rule) : costs.end();
        if (known != costs.end()) known->second += *cost;
    }
    return {};
}

Result<int> profile(const Options& options, config::Settings settings) {
    const std::vector<std::string> files = SEKISHO_TRY(files_below(options.files.front()));
    settings.limits.max_time = settings.limits.max_rules_time = max_time_of_a_file;
    const auto pool = SEKISHO_TRY(start_pool(options, settings, true));
    std::map<std::string, model::RuleCost> costs;
    for (const model::RuleInfo& rule : pool->rules()->rules)
        costs.emplace(rule.name, model::RuleCost{.rule = rule.name});
    std::size_t measured = 0;
    for (const std::string& path : files) {
        const auto done = measure(*pool, options, settings, path, costs);
        if (done) {
            ++measured;
        } else {
            fmt::print(stderr, "sekisho: {}: {}\n", base::escape(path, 1'000), done.error().message);
        }
    }
    std::vector<model::RuleCost> all;
    for (const auto& [name, cost] : costs)
        all.push_back(cost);
    const auto outstanding = std::ranges::count_if(all, stands_out);
    fmt::print(
        "{}{} rules by themselves over {} files; {} cost more than four times what a plain word does\n",
        print_costs(std::move(all)), costs.size(), measured, outstanding);
    if (measured == 0) return exit_code::error;
    return outstanding > 0 ? exit_code::found : exit_code::fine;
}

}  // namespace

int run_rules_profile(const Options& options) {
    auto settings = load_settings(options);
    if (!settings) return exit_code::error;
    const auto code = profile(options, std::move(*settings));
    if (!code) fmt::print(stderr, "sekisho: {}\n", code.error().message);
    return code.value_or(exit_code::error);
}

}  // namespace sekisho::cli
