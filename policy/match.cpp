#include "policy/match.h"

#include <algorithm>

#include "base/network.h"
#include "base/text.h"

namespace sekisho::policy {

namespace {

// Addresses are compared without regard to case: the local part of RFC 5321 may differ, no real mailbox does.
bool matches(std::string_view pattern, std::string_view address) {
    return base::matches_glob(base::to_lower(pattern), base::to_lower(address));
}

template <class T>
bool among(const std::vector<T>& wanted, T is) {
    return wanted.empty() || std::ranges::find(wanted, is) != wanted.end();
}

bool any_finding(const std::vector<std::string>& globs, const model::ScanReport& report) {
    if (globs.empty()) return true;
    return std::ranges::any_of(report.findings, [&](const model::JudgedFinding& judged) {
        return !judged.muted && std::ranges::any_of(globs, [&](const std::string& glob) {
            return base::matches_glob(glob, judged.finding.id);
        });
    });
}

bool any_reason(const std::vector<model::Unscannable>& wanted, const model::ScanReport& report) {
    if (wanted.empty()) return true;
    return std::ranges::any_of(report.unscannable, [&](model::Unscannable reason) {
        return std::ranges::find(wanted, reason) != wanted.end();
    });
}

}  // namespace

bool is_member(std::string_view address, const std::vector<std::string>& members) {
    return std::ranges::any_of(members, [&](const std::string& member) {
        return matches(member.starts_with('@') ? "*" + member : member, address);
    });
}

bool matches_address(const std::vector<std::string>& patterns, std::string_view address,
                     const config::Groups& groups) {
    if (patterns.empty()) return true;
    return std::ranges::any_of(patterns, [&](const std::string& pattern) {
        if (!pattern.starts_with('@')) return matches(pattern, address);
        const auto group = groups.find(std::string_view(pattern).substr(1));
        return group != groups.end() && is_member(address, group->second);
    });
}

bool holds(const config::PolicyRule& rule, const config::Groups& groups, const model::Envelope& envelope,
           const model::ScanReport& report) {
    const std::string_view sender = envelope.mail_from.empty() ? "<>" : std::string_view(envelope.mail_from);
    return among(rule.directions, envelope.direction) && among(rule.verdicts, report.verdict) &&
           any_reason(rule.unscannable, report) &&
           (!rule.score_at_least || report.score >= *rule.score_at_least) &&
           any_finding(rule.findings, report) && matches_address(rule.senders, sender, groups) &&
           (rule.accounts.empty() || (!envelope.auth_authen.empty() &&
                                      matches_address(rule.accounts, envelope.auth_authen, groups))) &&
           (rule.networks.empty() || base::any_contains(rule.networks, envelope.client_addr)) &&
           (!rule.larger_than || report.message_size > *rule.larger_than);
}

}  // namespace sekisho::policy
