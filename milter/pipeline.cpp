#include "milter/pipeline.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "base/hash.h"
#include "milter/apply.h"
#include "milter/judged.h"
#include "milter/notify.h"
#include "milter/outbound_step.h"
#include "milter/record.h"
#include "milter/scan_step.h"
#include "policy/decide.h"
#include "policy/outbound.h"

namespace sekisho::milter {

namespace {

// "clean", "unscannable (locked, large)".
std::string verdict_text(const model::ScanReport& report) {
    std::string out(model::to_string(report.verdict));
    if (report.verdict != model::Verdict::unscannable || report.unscannable.empty()) return out;
    out += " (";
    for (std::size_t i = 0; i < report.unscannable.size(); ++i) {
        if (i > 0) out += ", ";
        out += model::to_string(report.unscannable[i]);
    }
    return out + ")";
}

model::ScanReport judged_report(const Services& services, const Message& message, ScanResult& scan) {
    return judge_scan({.settings = *message.settings,
                       .envelope = message.envelope,
                       .message_size = message.buffer.size(),
                       .message_sha256 = base::hex(message.buffer.sha256()),
                       .rules = scan.rules,
                       .elapsed = scan.queue_time + scan.scan_time,
                       .now = services.now()},
                      std::move(scan.report));
}

bool is_locked(const model::ScanReport& report) {
    return std::ranges::find(report.unscannable, model::Unscannable::locked) != report.unscannable.end();
}

// What other mails of the same correspondence named may open it. The store is asked where something is locked
// alone, and where it does not answer the first scan stands.
void try_earlier_passwords(const Services& services, Message& message, ScanResult& scan,
                           model::ScanReport& report) {
    if (message.envelope.direction == model::Direction::outbound || !is_locked(report)) return;
    const auto asked = services.now();
    auto earlier = services.recall(message.envelope, message.headers.from());
    if (earlier.empty()) return;
    ScanResult again = scan_message(services, message, std::move(earlier));
    if (again.failure != ScanFailure::none) return;
    message.tried_until = asked;
    again.queue_time += scan.queue_time;
    again.scan_time += scan.scan_time;
    scan = std::move(again);
    report = judged_report(services, message, scan);
}

// What this mail names may open others. Not what an attacker sends.
void keep_passwords(const Services& services, const Message& message, const ScanResult& scan,
                    const model::ScanReport& report) {
    const bool harmful =
        report.verdict == model::Verdict::malicious || report.verdict == model::Verdict::suspicious;
    if (!harmful && !scan.passwords.empty())
        services.remember(message.envelope, message.headers.from(), scan.passwords);
}

policy::Disposition deferral(const Message& message, std::string rule, std::string enhanced,
                             std::string text) {
    policy::Disposition out;
    out.decision.action = model::Action::defer;
    out.decision.smtp_code = 451;
    out.decision.enhanced_code = std::move(enhanced);
    out.decision.text = std::move(text) + ", id " + message.id;
    out.decision.rule = std::move(rule);
    out.decision.monitored = message.settings->monitor;
    return out;
}

// No report: not the message's fault, or its first crash.
policy::Disposition on_failure(const Message& message, ScanFailure failure) {
    if (failure == ScanFailure::first_crash) {
        return deferral(message, "scan-failed-once", "4.3.0",
                        "Mail filter failed on this message, please try again");
    }
    policy::Disposition out =
        failure == ScanFailure::overloaded
            ? deferral(message, "on_failure", "4.3.2", "Mail filter is busy, please try again")
            : deferral(message, "on_failure", "4.3.0", "Mail filter is not ready, please try again");
    if (message.settings->milter.on_failure == model::Action::accept) {
        out.decision = {};
        out.decision.action = model::Action::tag;  // never unmarked
        out.decision.rule = "on_failure";
        out.decision.monitored = message.settings->monitor;
    }
    return out;
}

// More X-Sekisho-* fields than are worth counting: nobody sends that by mistake, and they could not all be
// removed.
policy::Disposition too_many_headers(const Message& message) {
    policy::Disposition out;
    out.decision.action = model::Action::reject;
    out.decision.smtp_code = 550;
    out.decision.enhanced_code = "5.7.1";
    out.decision.text = "Message refused, id " + message.id;
    out.decision.rule = "forged-headers";  // in monitor mode, too: it cannot pass without some of them
    return out;
}

// The quarantine id that this message's token releases; a note for the log where there is a token but no
// release.
std::string released_entry(const Services& services, const Message& message, std::string& note) {
    const auto& tokens = message.headers.tokens();
    if (tokens.empty() || message.buffer.truncated()) return {};
    if (tokens.size() > 1) {
        note = "several release tokens";
        return {};
    }
    auto entry = services.quarantine.redeem_token(tokens.front(), message.connecting_addr,
                                                  message.envelope.recipients, message.buffer.bytes());
    if (!entry) {
        note = "release token refused: " + entry.error().message;
        return {};
    }
    return *std::move(entry);
}

Reply pass_released(const Services& services, Message& message, const std::string& entry, Mta& mta) {
    strip_our_headers(message, mta);
    model::ScanReport report;
    report.message_size = message.buffer.size();
    report.direction = message.envelope.direction;
    report.config_version = message.settings->version;
    policy::Disposition disposition;
    disposition.decision.rule = "release";
    Applied applied;
    applied.quarantine_ids.push_back(entry);
    record(services, {.message = message,
                      .report = report,
                      .disposition = disposition,
                      .applied = applied,
                      .verdict_text = "released",
                      .unscanned = true,
                      .note = "released from quarantine"});
    return Reply::proceed;
}

}  // namespace

Reply process(const Services& services, Message& message, Mta& mta) {
    std::string note;
    if (const auto entry = released_entry(services, message, note); !entry.empty()) {
        return pass_released(services, message, entry, mta);
    }

    ScanResult scan = scan_message(services, message);
    const bool unscanned = scan.failure != ScanFailure::none;
    if (!scan.detail.empty()) note += (note.empty() ? "" : "; ") + scan.detail;
    if (unscanned) scan.report = report_without_scan(message.buffer.bytes(), "scan.unscanned", scan.detail);

    model::ScanReport report = judged_report(services, message, scan);
    if (!unscanned) {
        try_earlier_passwords(services, message, scan, report);
        keep_passwords(services, message, scan, report);
    }
    const model::Decision by_standing = count_message(services, message, report);
    policy::Disposition disposition;
    if (message.headers.too_many_ours())
        disposition = too_many_headers(message);
    else if (unscanned)
        disposition = on_failure(message, scan.failure);
    else
        disposition =
            policy::decide_all(*message.settings, message.envelope, report, model::Standing{}, message.id);
    disposition = policy::with_standing(std::move(disposition), by_standing);

    const std::string verdict = unscanned ? std::string(unscanned_verdict) : verdict_text(report);
    const Applied applied = apply(services, message, report, disposition, verdict, mta);
    record(services, {.message = message,
                      .report = report,
                      .disposition = disposition,
                      .applied = applied,
                      .verdict_text = verdict,
                      .unscanned = unscanned,
                      .queue_time = scan.queue_time,
                      .scan_time = scan.scan_time,
                      .note = note});
    notify(services, message, report, disposition, applied, verdict);
    return applied.reply;
}

}  // namespace sekisho::milter
