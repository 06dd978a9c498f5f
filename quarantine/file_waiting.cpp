#include <algorithm>

#include <fmt/format.h>

#include "base/domain.h"
#include "base/escape.h"
#include "base/text.h"
#include "quarantine/correspondence.h"
#include "quarantine/file_quarantine.h"

namespace sekisho::quarantine {

namespace {

using std::chrono::system_clock;

constexpr std::uint32_t max_waiting = 10'000;  // each is looked at every few seconds

std::string organisation_of_sender(std::string_view address) {
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos) return {};
    return std::string(base::organisation_of(base::to_lower(address.substr(at + 1))));
}

}  // namespace

// A flood of locked mail from one organisation leaves room for the others' mail.
base::Result<void> FileQuarantine::look_for_room(const Deposit& deposit, const std::string& id) {
    auto rows = SEKISHO_TRY(store_.list_quarantine({.state = "awaiting password", .limit = max_waiting}));
    std::erase_if(rows, [&](const store::QuarantineRow& row) { return row.id == id; });  // a retry
    const std::string sender = organisation_of_sender(deposit.envelope->mail_from);
    std::uint64_t all = deposit.message.size();
    std::uint64_t senders = all;
    for (const store::QuarantineRow& row : rows) {
        all += row.bytes;
        if (organisation_of_sender(row.mail_from) == sender) senders += row.bytes;
    }
    const std::uint64_t share = settings_.waiting_max_bytes / 100 * settings_.waiting_share;
    if (rows.size() >= max_waiting || all > settings_.waiting_max_bytes || senders > share) {
        return base::fail(
            base::Cause::limit,
            fmt::format("quarantine: {} messages wait for passwords; with this one {} bytes, {} of them of "
                        "{}; waiting_max_bytes is {}, waiting_share {}%",
                        rows.size(), all, senders, base::escape(sender), settings_.waiting_max_bytes,
                        settings_.waiting_share));
    }
    return {};
}

base::Result<Correspondents> FileQuarantine::correspondents(const std::string& id) {
    const Entry kept = SEKISHO_TRY(entry(id));
    return Correspondents{.envelope = envelope_of(kept), .from = kept.from};
}

base::Result<void> FileQuarantine::note_waiting(const store::QuarantineRow& row) {
    const Hold hold(*this, row.id);
    store::QuarantineRow noted = SEKISHO_TRY(row_to_send(row.id, row.state));
    noted.deadline = row.deadline;
    noted.attempts = row.attempts;
    noted.tried_until = row.tried_until;
    return store_.put_quarantine(noted);
}

base::Result<void> FileQuarantine::judge_again(const std::string& id, const std::string& was,
                                               const Rejudged& again) {
    const Hold hold(*this, id);
    store::QuarantineRow row = SEKISHO_TRY(row_to_send(id, was));
    Entry kept = SEKISHO_TRY(entry(id));
    const model::ScanReport& report = *again.report;
    row.verdict = model::to_string(report.verdict);
    row.finding = report.findings.empty() ? std::string() : report.findings.front().finding.id;
    row.subject = report.message.subject;
    row.state = again.state;
    row.deadline = {};
    // What was harmful stays for as long as such mail does, evidence of what went out too.
    row.expires = std::max(row.state == "held" ? system_clock::time_point() : row.expires,
                           row.at + keep_of(settings_, row.verdict));
    kept.row = row;
    kept.report = model::to_json(report);
    kept.subject_prefix = again.subject_prefix;
    SEKISHO_TRY(rewrite_sidecar(kept));
    row.deadline = again.deadline;
    return store_.put_quarantine(row);
}

base::Result<void> FileQuarantine::end_waiting(const std::string& id) {
    const Hold hold(*this, id);
    store::QuarantineRow row = SEKISHO_TRY(show(id));
    if (row.state != "awaiting password" && row.state != "releasing")
        return base::fail(base::Cause::invalid, "this entry is " + base::escape(row.state));
    Entry kept = SEKISHO_TRY(entry(id));
    SEKISHO_TRY(forget_deadline(kept));
    row.state = "held";
    row.deadline = {};
    return store_.put_quarantine(row);
}

}  // namespace sekisho::quarantine
