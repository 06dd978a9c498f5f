#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "base/escape.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/rule_tests.h"
#include "cli/scanning.h"
#include "cli/settings.h"
#include "sandbox/message_fd.h"

namespace sekisho::cli {

namespace {

using base::Result;

// What a scan says of one test file.
struct Seen {
    std::map<std::string, std::string> matches;  // finding -> path of the first part that it is on
    std::string trouble;                         // why it might have said less than there is
};

class RuleTester {
public:
    RuleTester(sandbox::Pool& pool, const Options& options, const config::Settings& settings)
        : pool_(pool), options_(options), settings_(settings) {
        for (const model::RuleInfo& rule : pool.rules()->rules)
            rules_.push_back(rule.name);
    }

    // An error where no worker runs.
    Result<void> run() {
        std::map<std::string, std::vector<RuleTest>> tests;
        for (const std::string& directory : settings_.worker.rules_dirs) {
            for (auto& [rule, more] : find_rule_tests(directory, rules_))
                std::ranges::move(more, std::back_inserter(tests[rule]));
        }
        for (const std::string& rule : rules_)
            SEKISHO_TRY(run_tests_of(rule, tests[rule]));
        fmt::print("{} rules, {} tests, {} failed; {} rules lack tests\n", rules_.size(), run_, failed_,
                   lacking_);
        return {};
    }

    bool failed() const { return failed_ > 0; }

private:
    Result<void> run_tests_of(const std::string& rule, const std::vector<RuleTest>& tests) {
        const auto positives = std::ranges::count(tests, true, &RuleTest::positive);
        const auto negatives = std::ranges::count(tests, false, &RuleTest::positive);
        if (positives == 0 || negatives == 0) {
            ++lacking_;
            fmt::print("none {}: no {}\n", rule,
                       tests.empty()    ? "test"
                       : positives == 0 ? "positive"
                                        : "negative");
        }
        for (const RuleTest& test : tests) {
            ++run_;
            const Seen& seen = SEKISHO_TRY(see(test)).get();
            const std::string fault = fault_of(rule, test, seen);
            if (fault.empty()) continue;
            ++failed_;
            fmt::print("FAIL {}: {}: {}\n", rule, base::escape(test.path, 1'000), fault);
            flush_output();
        }
        return {};
    }

    static std::string fault_of(const std::string& rule, const RuleTest& test, const Seen& seen) {
        const auto match = seen.matches.find("yara." + rule);
        const bool found = match != seen.matches.end();
        if (!test.positive) return found ? "matches at " + base::escape(match->second, 1'000) : "";
        if (found) return {};
        return seen.trouble.empty() ? "does not match" : "does not match; " + seen.trouble;
    }

    // Each file is scanned once, however many rules it is for.
    Result<std::reference_wrapper<const Seen>> see(const RuleTest& test) {
        const auto known = seen_.find(test.path);
        if (known != seen_.end()) return known->second;
        Seen& seen = seen_[test.path];
        const auto bytes = read_rule_test(test);
        if (!bytes) {
            seen.trouble = bytes.error().message;
            return seen;
        }
        const base::UniqueFd message = SEKISHO_TRY(sandbox::make_message(base::as_bytes(*bytes)));
        const sandbox::ScanOutcome outcome =
            scan_message(pool_, options_, settings_, test.name, message.get());
        if (outcome.status == sandbox::ScanStatus::unavailable)
            return base::fail(base::Cause::unavailable, "no worker runs");
        if (outcome.status != sandbox::ScanStatus::ok)
            seen.trouble = fmt::format("scan: {}", to_string(outcome.status));
        for (const model::Finding& finding : outcome.report.findings) {
            if (finding.part < outcome.report.parts.size())
                seen.matches.emplace(finding.id, outcome.report.parts[finding.part].path);
        }
        for (const std::string& limit : outcome.report.limits)
            seen.trouble += (seen.trouble.empty() ? "" : ", ") + base::escape(limit);
        return seen;
    }

    sandbox::Pool& pool_;
    const Options& options_;
    const config::Settings& settings_;
    std::vector<std::string> rules_;
    std::map<std::string, Seen> seen_;
    std::size_t run_ = 0;
    std::size_t failed_ = 0;
    std::size_t lacking_ = 0;
};

}  // namespace

int run_rules_test(const Options& options) {
    auto settings = load_settings(options);
    if (!settings) return exit_code::error;
    if (!options.rules.empty()) settings->worker.rules_dirs.clear();  // those and no others
    const auto pool = start_pool(options, *settings);
    if (!pool) {
        fmt::print(stderr, "sekisho: {}\n", pool.error().message);
        return exit_code::error;
    }
    settings->worker.rules_dirs.insert(settings->worker.rules_dirs.end(), options.rules.begin(),
                                       options.rules.end());
    RuleTester tester(**pool, options, *settings);
    if (const auto ran = tester.run(); !ran) {
        fmt::print(stderr, "sekisho: {}\n", ran.error().message);
        return exit_code::error;
    }
    return tester.failed() ? exit_code::found : exit_code::fine;
}

}  // namespace sekisho::cli
