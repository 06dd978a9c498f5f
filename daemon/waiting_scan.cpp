// A waiting message is scanned with passwords of other mails, and what follows is done.
#include <algorithm>
#include <array>
#include <utility>

#include "base/escape.h"
#include "base/hash.h"
#include "base/log.h"
#include "daemon/waiting_room.h"
#include "milter/judged.h"
#include "milter/scan_step.h"
#include "sandbox/message_fd.h"

namespace sekisho::daemon {

namespace {

constexpr std::chrono::seconds first_pause{10};  // between two tries; each doubles it

bool is_locked(const model::ScanReport& report) {
    return std::ranges::find(report.unscannable, model::Unscannable::locked) != report.unscannable.end();
}

bool is_harmful(const model::ScanReport& report) {
    return report.verdict == model::Verdict::malicious || report.verdict == model::Verdict::suspicious;
}

bool is_still_locked(const model::ScanReport& report) { return is_locked(report) && !is_harmful(report); }

bool has_failed(sandbox::ScanStatus status) {
    return status == sandbox::ScanStatus::crashed || status == sandbox::ScanStatus::timed_out;
}

// One copy for all of the entry's recipients, or none: where policy treats them differently it stays.
bool lets_pass(const policy::Disposition& said) {
    const model::Action action = said.decision.action;
    return said.taken_off.empty() &&
           (said.decision.monitored || action == model::Action::accept || action == model::Action::tag);
}

}  // namespace

void WaitingRoom::try_passwords(store::QuarantineRow row) {
    if (row.attempts >= max_attempts) return;
    const Known known = known_for(row);
    if (!known.is_new) return;
    Memo& memo = memos_[row.id];
    const auto now = rooms_.now();
    if (now < memo.next_try) return;
    memo.next_try = now + first_pause * (1U << std::min(row.attempts, max_attempts));
    // The last chance is not missed for a pause.
    if (row.state == awaiting_password && now < row.deadline)
        memo.next_try = std::min(memo.next_try, row.deadline);

    const auto who = rooms_.quarantine.correspondents(row.id);
    if (!who) return log_waiting(base::LogLevel::warning, "not-read", row.id, who.error().message);
    const auto report = scan(row, who->envelope, known.passwords);
    if (!report) return log_waiting(base::LogLevel::warning, "not-scanned", row.id, report.error().message);

    // Counted before anything is done: a message that cannot be settled is not scanned for ever.
    ++row.attempts;
    if (is_still_locked(*report)) row.tried_until = std::min(known.newest, now);
    auto done = rooms_.quarantine.note_waiting(row);
    if (done) {
        const auto outcome = settle(row, who->envelope, *report);
        if (!outcome) done = std::unexpected(outcome.error());
    }
    if (done) return note_tried(row.id, known);
    log_waiting(base::LogLevel::warning, "not-settled", row.id, done.error().message);
}

// The first crash, or time that ran out, is an error: the machine may have been busy. The second is what the
// report says.
base::Result<model::ScanReport> WaitingRoom::scan(const store::QuarantineRow& row,
                                                  const model::Envelope& envelope,
                                                  std::vector<model::MailedPassword> passwords) {
    const auto settings = rooms_.settings.get();
    const std::string message = SEKISHO_TRY(rooms_.quarantine.message(row.id));
    const auto bytes = base::as_bytes(message);
    const base::UniqueFd fd = SEKISHO_TRY(sandbox::make_message(bytes));
    model::ScanRequest request;
    request.direction = envelope.direction;
    request.limits = settings->limits;
    request.passwords = settings->passwords.known;
    request.earlier = std::move(passwords);
    request.want_passwords = true;  // they are blotted out of the subject; nothing else is done with them
    request.slow = true;
    auto outcome = rooms_.pool.scan(request, fd.get(), "waiting mail");
    if (has_failed(outcome.status)) {
        if (!std::exchange(memos_[row.id].failed_once, true))
            return base::fail(base::Cause::unavailable, outcome.detail);
        const bool crashed = outcome.status == sandbox::ScanStatus::crashed;
        outcome.report =
            milter::report_without_scan(bytes, crashed ? "scan.crashed" : "scan.time", outcome.part);
    } else if (outcome.status != sandbox::ScanStatus::ok) {
        return base::fail(base::Cause::unavailable, outcome.detail);
    }
    return milter::judge_scan({.settings = *settings,
                               .envelope = envelope,
                               .message_size = message.size(),
                               .message_sha256 = base::hex(base::sha256(bytes)),
                               .rules = outcome.rules,
                               .elapsed = outcome.queue_time + outcome.scan_time,
                               .now = rooms_.now()},
                              std::move(outcome.report));
}

base::Result<WaitingRoom::Outcome> WaitingRoom::settle(store::QuarantineRow row,
                                                       const model::Envelope& envelope,
                                                       const model::ScanReport& report) {
    if (is_still_locked(report)) {
        log_waiting(base::LogLevel::info, "still-locked", row.id);
        return Outcome::still_locked;
    }
    const auto said = policy::decide_all(*rooms_.settings.get(), envelope, report, model::Standing{}, row.id);
    if (!lets_pass(said)) {
        memos_[row.id].must_stay = true;
        SEKISHO_TRY(stay(std::move(row), report, said));
        return Outcome::kept;
    }
    if (row.state == delivered_unopened) {
        row.attempts = max_attempts;  // there is nothing left to learn
        SEKISHO_TRY(rooms_.quarantine.note_waiting(row));
        return Outcome::released;
    }
    const bool marked = said.decision.action == model::Action::tag && !said.decision.monitored;
    const auto again = rooms_.now() + pause_before_sending(row, rooms_.now());
    SEKISHO_TRY(rooms_.quarantine.judge_again(
        row.id, row.state,
        {.report = &report,
         .state = std::string(being_released),
         .subject_prefix = marked ? said.decision.subject_prefix : std::string(),
         .deadline = again}));
    row.state = being_released;
    SEKISHO_TRY(send_opened(row));
    return Outcome::released;
}

// The incident first: rather told twice than never.
base::Result<void> WaitingRoom::stay(store::QuarantineRow row, const model::ScanReport& report,
                                     const policy::Disposition& said) {
    const bool was_delivered = row.state == delivered_unopened;
    if (is_harmful(report)) SEKISHO_TRY(incident(row, report));
    const std::string was = row.state;
    SEKISHO_TRY(rooms_.quarantine.judge_again(
        row.id, was,
        {.report = &report, .state = was_delivered ? was : "held", .subject_prefix = "", .deadline = {}}));
    const std::string verdict(model::to_string(report.verdict));
    log_waiting(base::LogLevel::warning, "opened-and-kept", row.id, verdict);
    row.subject = report.message.subject;
    if (is_harmful(report) || !said.told.empty()) {
        tell_operators(row, verdict, was_delivered ? model::Action::tag : model::Action::quarantine);
    }
    if (!was_delivered && !said.told.empty()) tell_recipients(row, verdict);
    if (!was_delivered) return {};
    row = SEKISHO_TRY(rooms_.quarantine.show(row.id));
    row.attempts = max_attempts;
    return rooms_.quarantine.note_waiting(row);
}

// Part of the record that the response team works from. Durable before anybody is told.
base::Result<void> WaitingRoom::incident(const store::QuarantineRow& row, const model::ScanReport& report) {
    const bool was_delivered = row.state == delivered_unopened;
    base::JsonArray recipients;
    for (const std::string& recipient : row.recipients)
        recipients.emplace_back(base::escape(recipient));
    base::JsonArray findings;
    for (const model::JudgedFinding& judged : report.findings)
        findings.emplace_back(judged.finding.id);
    const std::string verdict(model::to_string(report.verdict));
    SEKISHO_TRY(rooms_.store.record_now(
        {.at = rooms_.now(),
         .kind = "incident",
         .queue_id = row.queue_id,
         .subject_id = row.id,
         .detail = base::JsonObject{
             {"what", was_delivered ? "delivered, was " + verdict : "opened, is " + verdict},
             {"mail_from", base::escape(row.mail_from)},
             {"recipients", std::move(recipients)},
             {"findings", std::move(findings)},
         }}));
    log_waiting(base::LogLevel::warning, was_delivered ? "incident-delivered" : "incident", row.id, verdict);
    return {};
}

base::Result<base::Json> WaitingRoom::unlock(const std::string& id, const std::string& password) {
    const std::scoped_lock lock(acting_);
    const store::QuarantineRow row = SEKISHO_TRY(rooms_.quarantine.show(id));
    if (row.state != awaiting_password && row.state != "held" && row.state != delivered_unopened)
        return base::fail(base::Cause::invalid, "this entry is " + base::escape(row.state));
    const auto who = SEKISHO_TRY(rooms_.quarantine.correspondents(id));
    const model::ScanReport report = SEKISHO_TRY(scan(row, who.envelope, {{password, "by hand"}}));
    const Outcome outcome = SEKISHO_TRY(settle(row, who.envelope, report));
    constexpr std::array names{"released", "kept", "still locked"};
    return base::JsonObject{{"verdict", model::to_string(report.verdict)},
                            {"outcome", names.at(static_cast<std::size_t>(outcome))}};
}

}  // namespace sekisho::daemon
