#include "policy/outbound.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/network.h"
#include "base/text.h"
#include "policy/match.h"

namespace sekisho::policy {

namespace {

using model::Action;
using model::StandingLevel;

bool is_in_domains(std::string_view address, const std::vector<std::string>& domains) {
    const std::size_t at = address.rfind('@');
    if (at == address.npos) return false;
    const std::string_view domain = address.substr(at + 1);
    return std::ranges::any_of(domains, [&](std::string_view own) {
        if (!own.starts_with('.')) return base::equals_ignoring_case(domain, own);
        return base::ends_with_ignoring_case(domain, own) ||
               base::equals_ignoring_case(domain, own.substr(1));
    });
}

// "in 5 minutes": what a person can do something with.
std::string in_minutes(std::chrono::seconds time) {
    const auto minutes = std::max<std::int64_t>(1, (time.count() + 59) / 60);
    return fmt::format("in {} minute{}", minutes, minutes == 1 ? "" : "s");
}

bool lets_pass(Action action) {
    return action == Action::accept || action == Action::tag || action == Action::hold;
}

}  // namespace

const config::SenderClass& limits_for(const config::Settings& settings, const SenderNames& sender) {
    const auto found = std::ranges::find_if(settings.outbound.overrides, [&](const config::SenderClass& row) {
        return (!row.accounts.empty() && !sender.account.empty() &&
                matches_address(row.accounts, sender.account, settings.groups)) ||
               base::any_contains(row.networks, sender.client) ||
               is_in_domains(sender.mail_from, row.domains);
    });
    return found == settings.outbound.overrides.end() ? settings.outbound.limits : *found;
}

std::string group_of(const config::Settings& settings, std::string_view account) {
    if (account.empty()) return {};
    const auto found = std::ranges::find_if(
        settings.groups, [&](const auto& group) { return is_member(account, group.second); });
    return found == settings.groups.end() ? std::string() : "@" + found->first;
}

model::Decision decide_by_standing(const config::Settings& settings, const model::Standing& standing,
                                   std::chrono::seconds retry_after, std::string_view id) {
    model::Decision out;
    const std::string suffix = id.empty() ? "" : fmt::format(", id {}", id);
    if (standing.level == StandingLevel::throttled && settings.outbound.on_throttled == "defer") {
        out.action = Action::defer;
        out.smtp_code = 451;
        out.enhanced_code = "4.7.1";
        out.text =
            fmt::format("Sending is slowed down, please try again {}{}", in_minutes(retry_after), suffix);
        out.rule = "outbound-throttled";
    } else if (standing.level == StandingLevel::blocked) {
        out.action = model::action_from(settings.outbound.on_blocked).value_or(Action::reject);
        if (out.action == Action::reject) {
            out.smtp_code = 550;
            out.enhanced_code = "5.7.1";
            out.text = fmt::format("Sending is blocked, please ask your postmaster{}", suffix);
        }
        out.rule = "outbound-blocked";
    }
    if (out.action == Action::accept) return out;
    out.reasons = standing.reasons;
    out.monitored = settings.monitor;
    return out;
}

Disposition with_standing(Disposition disposition, model::Decision by_standing) {
    if (by_standing.action == Action::accept || !lets_pass(disposition.decision.action)) return disposition;
    const std::vector<std::string> reasons = std::move(disposition.decision.reasons);
    by_standing.reasons.insert(by_standing.reasons.end(), reasons.begin(), reasons.end());
    by_standing.result_headers = disposition.decision.result_headers;
    Disposition out;
    out.decision = std::move(by_standing);
    // Recipients whose copy is kept for what is in it are seen to in any case, but for a sender who tries
    // again.
    if (out.decision.action != Action::defer) {
        out.taken_off = std::move(disposition.taken_off);
        out.taken_off_decisions = std::move(disposition.taken_off_decisions);
    }
    return out;
}

}  // namespace sekisho::policy
