// The waiting of a message ends: it goes out, or it stays and whom it concerns is told.
#include <algorithm>
#include <string>

#include "base/log.h"
#include "daemon/waiting_room.h"

namespace sekisho::daemon {

namespace {

constexpr std::string_view locked_verdict = "unscannable (locked)";
constexpr std::chrono::hours keep_delivered{24};
// Where a password is known that could not be tried, because all workers are busy or nothing can be written.
constexpr std::chrono::hours grace{1};
// As long as an MTA tries (RFC 5321 section 4.5.4.1: four to five days), and less for what waited already.
constexpr std::chrono::days give_up_releasing{5};
constexpr std::chrono::days give_up_delivering{1};

}  // namespace

std::chrono::seconds pause_before_sending(const store::QuarantineRow& row,
                                          std::chrono::system_clock::time_point now) {
    using std::chrono::seconds;
    const auto age = std::chrono::duration_cast<seconds>(now - row.at);
    return std::clamp(age / 4, seconds(60), seconds(3'600));
}

void WaitingRoom::end(store::QuarantineRow row) {
    if (row.state == being_released) return release_again(std::move(row));
    const auto now = rooms_.now();
    const bool untried = known_for(row).is_new;
    if (untried && row.attempts < max_attempts && now < row.deadline + grace) return;
    const bool may_go_out = !untried && !memos_[row.id].must_stay;
    if (rooms_.settings.get()->passwords.fallback == "deliver" && may_go_out) return deliver(std::move(row));
    keep_for_good(row);
}

// No password came. The time of the next try is written first: what cannot be written is not sent.
void WaitingRoom::deliver(store::QuarantineRow row) {
    const auto now = rooms_.now();
    row.deadline = now + pause_before_sending(row, now);
    if (const auto noted = rooms_.quarantine.note_waiting(row); !noted)
        return log_waiting(base::LogLevel::warning, "not-settled", row.id, noted.error().message);
    const auto sent = rooms_.quarantine.deliver_unscanned(row.id, keep_delivered);
    if (sent) return log_waiting(base::LogLevel::info, "delivered-unopened", row.id);
    log_waiting(base::LogLevel::warning, "not-delivered", row.id, sent.error().message);
    const auto waited = rooms_.settings.get()->passwords.ppap_wait;
    const bool refused = sent.error().cause == base::Cause::invalid;
    if (refused || now - row.at > waited + give_up_delivering) keep_for_good(row);
}

void WaitingRoom::release_again(store::QuarantineRow row) {
    const auto now = rooms_.now();
    row.deadline = now + pause_before_sending(row, now);
    if (const auto noted = rooms_.quarantine.note_waiting(row); !noted)
        return log_waiting(base::LogLevel::warning, "not-settled", row.id, noted.error().message);
    (void)send_opened(row);
}

// What failed is tried again at the row's deadline: it was opened, and that holds.
base::Result<void> WaitingRoom::send_opened(const store::QuarantineRow& row) {
    const auto sent = rooms_.quarantine.release_opened(row.id);
    if (sent) {
        log_waiting(base::LogLevel::info, "opened-and-released", row.id);
        return {};
    }
    log_waiting(base::LogLevel::warning, "not-released", row.id, sent.error().message);
    const bool refused = sent.error().cause == base::Cause::invalid;
    if (refused || rooms_.now() - row.at > give_up_releasing) keep_for_good(row);
    return sent;
}

void WaitingRoom::keep_for_good(const store::QuarantineRow& row) {
    if (const auto ended = rooms_.quarantine.end_waiting(row.id); !ended)
        return log_waiting(base::LogLevel::warning, "not-settled", row.id, ended.error().message);
    log_waiting(base::LogLevel::info, row.state == being_released ? "release-given-up" : "no-password-came",
                row.id);
    const std::string_view verdict = row.state == being_released ? "not released" : locked_verdict;
    tell_operators(row, verdict, model::Action::quarantine);
    tell_recipients(row, verdict);
}

void WaitingRoom::tell_operators(const store::QuarantineRow& row, std::string_view verdict,
                                 model::Action action) {
    for (const std::string& to : rooms_.settings.get()->notice.operators)
        rooms_.tell(to, notice(row, verdict, action));
}

void WaitingRoom::tell_recipients(const store::QuarantineRow& row, std::string_view verdict) {
    if (!rooms_.settings.get()->notice.recipients) return;
    for (const std::string& to : row.recipients) {
        auto told = notice(row, verdict, model::Action::quarantine);
        told.recipients = {to};
        rooms_.tell(to, std::move(told));
    }
}

quarantine::Notice WaitingRoom::notice(const store::QuarantineRow& row, std::string_view verdict,
                                       model::Action action) const {
    const auto settings = rooms_.settings.get();
    return {.id = row.id,
            .host = settings->milter.hostname.empty() ? "localhost" : settings->milter.hostname,
            .mail_from = row.mail_from,
            .subject = row.subject,
            .recipients = row.recipients,
            .verdict = std::string(verdict),
            .action = action,
            .at = row.at};
}

}  // namespace sekisho::daemon
