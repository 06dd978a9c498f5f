#include "milter/notify.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/network.h"

namespace sekisho::milter {

namespace {

bool may_be_a_notice(const Message& message) {
    return message.envelope.mail_from.empty() &&
           base::any_contains(message.settings->quarantine.release_networks, message.connecting_addr);
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
    return std::ranges::find(list, item) != list.end();
}

// What became of one recipient's mail. The copies of those who were taken off were kept under the first id,
// the rest under the last (milter/apply.cpp).
struct Outcome {
    std::string id;
    model::Action action;
};

Outcome outcome_of(const std::string& recipient, const Message& message, const Applied& applied) {
    const auto& ids = applied.quarantine_ids;
    const bool taken_off = contains(applied.taken_off, recipient);
    if (ids.empty()) return {message.id, applied.action};
    if (taken_off) return {ids.front(), model::Action::quarantine};
    return {ids.back(), applied.action};
}

}  // namespace

void notify(const Services& services, const Message& message, const model::ScanReport& report,
            const policy::Disposition& disposition, const Applied& applied, const std::string& verdict_text) {
    const auto& told = disposition.told;
    if (told.empty() || applied.action == model::Action::defer || may_be_a_notice(message)) return;
    const auto& settings = *message.settings;
    const std::string& host = settings.milter.hostname.empty() ? message.hostname : settings.milter.hostname;
    const auto notice = [&](const Outcome& outcome, const std::vector<std::string>& recipients) {
        return quarantine::Notice{
            .id = outcome.id,
            .host = host.empty() ? "localhost" : host,
            .mail_from = message.envelope.mail_from,
            .subject = report.message.subject,
            .recipients = recipients,
            .verdict = verdict_text,
            .action = outcome.action,
            .at = services.now(),
        };
    };
    for (const std::string& to : settings.notice.operators)
        services.tell(to, notice(outcome_of(told.front(), message, applied), told));

    if (!settings.notice.recipients || message.envelope.direction == model::Direction::outbound) return;
    for (const std::string& to : told) {
        const Outcome outcome = outcome_of(to, message, applied);
        if (outcome.action == model::Action::quarantine || outcome.action == model::Action::hold)
            services.tell(to, notice(outcome, {to}));
    }
}

}  // namespace sekisho::milter
