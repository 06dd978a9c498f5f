#include "cli/scanning.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/escape.h"
#include "base/text.h"
#include "cli/input.h"
#include "model/judge.h"
#include "model/scan_request.h"
#include "sandbox/gate_pool.h"

namespace sekisho::cli {

namespace {

std::string file_name_of(const std::string& path) {
    if (path == "-") return {};
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

void add_root_finding(model::WorkerReport& report, std::string id, const std::string& evidence) {
    if (report.parts.empty()) {
        model::PartSummary root;
        root.path = "message";
        report.parts.push_back(std::move(root));
    }
    report.findings.push_back({.id = std::move(id), .part = 0, .evidence = base::escape(evidence)});
    report.complete = false;
}

// What the pool says of the scan itself becomes a finding like any other.
void add_failure(sandbox::ScanOutcome& outcome) {
    const std::string evidence =
        outcome.part.empty() ? outcome.detail : outcome.detail + " at " + outcome.part;
    switch (outcome.status) {
        case sandbox::ScanStatus::crashed:
            return add_root_finding(outcome.report, "scan.crashed", evidence);
        case sandbox::ScanStatus::timed_out:
            return add_root_finding(outcome.report, "scan.time", evidence);
        case sandbox::ScanStatus::protocol:
            return add_root_finding(outcome.report, "worker.protocol", evidence);
        case sandbox::ScanStatus::ok:
        case sandbox::ScanStatus::overloaded:
        case sandbox::ScanStatus::unavailable:
            return;
    }
}

// Rows for all. Rows of groups and [[allow]] want an envelope, which a file has none of.
model::ScoreOverrides overrides_of(const config::Settings& settings) {
    model::ScoreOverrides out;
    for (const config::ScoreRow& row : settings.scores) {
        if (!row.group.empty()) continue;
        for (const auto& [id, score] : row.scores) {
            out.scores[id] = score;
        }
    }
    return out;
}

}  // namespace

base::Result<std::unique_ptr<sandbox::Pool>> start_pool(const Options& options,
                                                        const config::Settings& settings,
                                                        bool measure_rules) {
    config::WorkerSettings worker = settings.worker;
    worker.fast_children = 1;
    worker.slow_children = 1;
    for (const std::string& named : options.rules) {
        std::error_code error;  // the worker stands in another directory
        const auto dir = std::filesystem::canonical(named, error);
        if (error || !std::filesystem::is_directory(dir, error)) {
            return base::fail(base::Cause::invalid,
                              "--rules " + base::escape(named, 1'000) + ": no such directory");
        }
        worker.rules_dirs.push_back(dir.string());
    }
    std::unique_ptr<sandbox::Pool> pool =
        SEKISHO_TRY(sandbox::GatePool::create(worker, {.measure_rules = measure_rules}));
    if (const auto rules = pool->rules(); rules != nullptr && options.command != Command::rules_check) {
        for (const std::string& problem : rules->problems) {
            fmt::print(stderr, "rule skipped: {}\n", base::escape(problem, 1'000));
        }
    }
    return pool;
}

sandbox::ScanOutcome scan_message(sandbox::Pool& pool, const Options& options,
                                  const config::Settings& settings, const std::string& name, int message,
                                  sandbox::PartReceiver* parts) {
    model::ScanRequest request;
    // A mail is recognised by content; who names it so means it.
    request.kind =
        base::ends_with_ignoring_case(name, ".eml") ? model::InputKind::message : model::InputKind::file;
    request.name = name;
    request.direction = options.direction;
    request.limits = settings.limits;
    request.passwords = settings.passwords.known;
    request.passwords.insert(request.passwords.end(), options.passwords.begin(), options.passwords.end());
    request.want_parts = parts != nullptr;
    return pool.scan(request, message, "cli", parts);
}

model::ScanReport make_report(const config::Settings& settings, sandbox::ScanOutcome outcome) {
    add_failure(outcome);
    const model::RuleTable no_rules;
    const model::RuleTable& rules = outcome.rules ? *outcome.rules : no_rules;
    model::Judgement judgement =
        model::judge(outcome.report, rules, settings.thresholds, overrides_of(settings));
    model::ScanReport report;
    report.message = std::move(outcome.report.message);
    report.verdict = judgement.verdict;
    report.unscannable = std::move(judgement.unscannable);
    report.score = judgement.score;
    report.complete = judgement.complete;
    report.limits = std::move(outcome.report.limits);
    report.parts = std::move(outcome.report.parts);
    report.findings = std::move(judgement.findings);
    report.rules_version = rules.version;
    report.rules_count = rules.rules.size();
    report.config_version = settings.version;
    report.elapsed =
        std::chrono::duration_cast<std::chrono::milliseconds>(outcome.queue_time + outcome.scan_time);
    return report;
}

base::Result<model::ScanReport> scan_file(sandbox::Pool& pool, const Options& options,
                                          const config::Settings& settings, const std::string& path,
                                          sandbox::PartReceiver* parts) {
    const Input input = SEKISHO_TRY(read_input(path, settings.milter.max_message_bytes));
    sandbox::ScanOutcome outcome;
    if (input.truncated) {
        // As the gate does: what is larger than may be buffered is not looked at.
        outcome.status = sandbox::ScanStatus::ok;
        outcome.rules = pool.rules();
        const std::string size = input.size_known ? fmt::format("{} bytes, ", input.size) : "";
        add_root_finding(outcome.report, "limit.message-bytes",
                         fmt::format("{}more than {}", size, settings.milter.max_message_bytes));
        outcome.report.limits.emplace_back("limit.message-bytes");
    } else {
        outcome = scan_message(pool, options, settings, file_name_of(path), input.message.get(), parts);
    }
    if (outcome.status == sandbox::ScanStatus::overloaded ||
        outcome.status == sandbox::ScanStatus::unavailable) {
        return base::fail(
            base::Cause::unavailable,
            fmt::format("no scan: {}", outcome.detail.empty() ? "no worker runs" : outcome.detail));
    }
    model::ScanReport report = make_report(settings, std::move(outcome));
    report.file = path;
    report.direction = options.direction;
    report.message_size = input.size;
    if (!input.truncated) report.message_sha256 = input.sha256;
    // The root is the input, also where no worker lived to say so.
    if (!report.parts.empty()) report.parts.front().size = input.size;
    return report;
}

int exit_code_of(const model::ScanReport& report) {
    switch (report.verdict) {
        case model::Verdict::clean:
            return exit_code::fine;
        case model::Verdict::unscannable:
            return exit_code::unscannable;
        case model::Verdict::suspicious:
        case model::Verdict::malicious:
            return exit_code::found;
    }
    return exit_code::error;
}

}  // namespace sekisho::cli
