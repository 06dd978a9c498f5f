#include "milter/scan_step.h"

#include <algorithm>
#include <utility>

#include "base/escape.h"
#include "base/hash.h"
#include "base/network.h"

namespace sekisho::milter {

namespace {

constexpr std::size_t max_evidence = 200;

// What the store keeps of a failure is one word and the part's path: "time message/2:invoice.zip".
struct Failed {
    std::string_view finding;  // scan.crashed or scan.time
    std::string part;

    static Failed from(std::string_view stored) {
        const auto blank = stored.find(' ');
        const bool time = stored.substr(0, blank) == "time";
        return {time ? "scan.time" : "scan.crashed",
                blank == std::string_view::npos ? std::string() : std::string(stored.substr(blank + 1))};
    }
    static Failed from(const sandbox::ScanOutcome& outcome) {
        return {outcome.status == sandbox::ScanStatus::timed_out ? "scan.time" : "scan.crashed",
                outcome.part};
    }
    // The part that is left alone at the next try. A message whose time ran out before any part of it was
    // named may have met a busy machine: it is tried once more as a whole.
    bool has_part() const { return !part.empty() && !(finding == "scan.time" && part == "message"); }
    std::string stored() const { return (finding == "scan.time" ? "time " : "crashed ") + part; }
};

model::PartSummary root_part(base::Bytes message) {
    model::PartSummary root;
    root.path = "message";
    root.type = "message/rfc822";
    root.size = message.size();
    root.sha256 = base::hex(base::sha256(message));
    root.opened_by = "input";
    return root;
}

void add_finding(model::WorkerReport& report, std::string_view id, model::PartId part,
                 std::string_view evidence) {
    report.findings.push_back({std::string(id), part, base::escape(evidence, max_evidence)});
}

// On the part that is named, or on the root where the report does not list it.
void add_failure(model::WorkerReport& report, const Failed& failed) {
    const auto at = std::ranges::find_if(report.parts, [&](const model::PartSummary& part) {
        return part.path == failed.part || base::escape(part.path) == failed.part;
    });
    add_finding(report, failed.finding, at == report.parts.end() ? 0 : at->id, failed.part);
    report.complete = false;
}

model::ScanRequest request_for(const Message& message, const store::CrashRecord& before,
                               std::vector<model::MailedPassword> earlier) {
    model::ScanRequest request;
    request.earlier = std::move(earlier);
    request.want_passwords = message.envelope.direction != model::Direction::outbound &&
                             message.settings->passwords.keep.count() > 0;
    request.direction = message.envelope.direction;
    request.limits = message.settings->limits;
    request.passwords = message.settings->passwords.known;
    if (before.count > 0) {
        auto failed = Failed::from(before.part);
        if (failed.has_part()) request.skip_parts.push_back(std::move(failed.part));
    }
    return request;
}

// Whose mail it is, for fairness in the slow lane: the account where there is one, else the client's network.
std::string lane_of(const model::Envelope& envelope) {
    return envelope.auth_authen.empty() ? base::client_network(envelope.client_addr) : envelope.auth_authen;
}

// The message failed for the second time: whatever can be said without another try.
void give_up(ScanResult& result, const Message& message, const Failed& failed) {
    result.failure = ScanFailure::none;
    if (result.report.parts.empty())
        result.report = report_without_scan(message.buffer.bytes(), failed.finding, failed.part);
    else
        add_failure(result.report, failed);
}

void complete_report(ScanResult& result, const Message& message) {
    if (result.report.parts.empty()) result.report.parts.push_back(root_part(message.buffer.bytes()));
    if (!message.buffer.truncated()) return;
    result.report.complete = false;
    add_finding(result.report, "limit.message-bytes", 0, {});
    result.report.limits.emplace_back("limit.message-bytes");
}

}  // namespace

model::WorkerReport report_without_scan(base::Bytes message, std::string_view finding,
                                        std::string_view evidence) {
    model::WorkerReport report;
    report.parts.push_back(root_part(message));
    report.complete = false;
    add_finding(report, finding, 0, evidence);
    return report;
}

ScanResult scan_message(const Services& services, const Message& message,
                        std::vector<model::MailedPassword> earlier) {
    const std::string sha256 = base::hex(message.buffer.sha256());
    const store::CrashRecord before = services.store.crash_record(sha256).value_or(store::CrashRecord{});

    ScanResult result;
    result.rules = services.pool.rules();
    if (before.count >= 2) {
        give_up(result, message, Failed::from(before.part));
        complete_report(result, message);
        return result;
    }

    auto outcome = services.pool.scan(request_for(message, before, std::move(earlier)), message.buffer.fd(),
                                      lane_of(message.envelope));
    result.report = std::move(outcome.report);
    result.passwords = std::move(result.report.passwords);
    if (outcome.rules) result.rules = outcome.rules;
    result.queue_time = outcome.queue_time;
    result.scan_time = outcome.scan_time;
    result.detail = outcome.detail;

    switch (outcome.status) {
        case sandbox::ScanStatus::ok:
            result.failure = ScanFailure::none;
            // Skipped on purpose: what was not looked at must not pass for looked at.
            if (before.count > 0 && Failed::from(before.part).has_part()) {
                add_failure(result.report, Failed::from(before.part));
            }
            break;
        case sandbox::ScanStatus::protocol:
            result.failure = ScanFailure::none;
            result.report.complete = false;
            add_finding(result.report, "worker.protocol", 0, outcome.detail);
            break;
        case sandbox::ScanStatus::crashed:
        case sandbox::ScanStatus::timed_out: {
            const Failed failed = Failed::from(outcome);
            const auto noted = services.store.note_crash(sha256, failed.stored());
            if (!noted) result.detail += "; not remembered: " + noted.error().message;
            if (before.count == 0) {
                result.failure = ScanFailure::first_crash;
                return result;
            }
            give_up(result, message, failed);
            break;
        }
        case sandbox::ScanStatus::overloaded:
            result.failure = ScanFailure::overloaded;
            return result;
        case sandbox::ScanStatus::unavailable:
            result.failure = ScanFailure::unavailable;
            return result;
    }
    complete_report(result, message);
    return result;
}

}  // namespace sekisho::milter
