#include "policy/decide.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/escape.h"
#include "policy/match.h"

namespace sekisho::policy {

namespace {

using model::Action;
using model::Decision;

constexpr std::size_t max_reasons = 20;
constexpr std::size_t max_reply = 400;  // an SMTP reply line has 512 bytes, codes and CRLF included

using Candidates = std::vector<const config::PolicyRule*>;

// The rows that can decide, in order: the message's conditions are looked at once, however many recipients.
Candidates candidates_for(const config::Settings& settings, const model::Envelope& envelope,
                          const model::ScanReport& report) {
    Candidates out;
    for (const config::PolicyRule& rule : settings.rules) {
        if (!holds(rule, settings.groups, envelope, report)) continue;
        out.push_back(&rule);
        if (rule.recipients.empty()) break;  // it holds for whoever is left
    }
    return out;
}

std::string with_id(std::string text, const std::string& id) {
    constexpr std::string_view mark = "{id}";
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += id.size()) {
        text.replace(at, mark.size(), id);
    }
    return base::escape_ascii(text, max_reply);
}

std::vector<std::string> reasons_of(const model::ScanReport& report, const model::Standing& standing,
                                    const config::PolicyRule* rule) {
    std::vector<std::string> out;
    out.push_back(
        fmt::format("verdict {} with a score of {:.1f}", model::to_string(report.verdict), report.score));
    for (const model::Unscannable reason : report.unscannable) {
        out.push_back(fmt::format("unscannable: {}", model::to_string(reason)));
    }
    if (rule != nullptr) {
        out.push_back(rule->line > 0 ? fmt::format("rule {} (line {})", rule->name, rule->line)
                                     : fmt::format("rule {} (shipped)", rule->name));
    }
    if (standing.level != model::StandingLevel::normal) {
        for (const std::string& reason : standing.reasons) {
            out.push_back("standing: " + base::escape(reason));
        }
    }
    std::set<std::string> named;
    for (const model::JudgedFinding& judged : report.findings) {
        if (out.size() >= max_reasons) break;
        if (judged.muted || !named.insert(judged.finding.id).second) continue;
        const bool known = judged.finding.part < report.parts.size();
        out.push_back(known ? fmt::format("{} in {}", judged.finding.id,
                                          base::escape(report.parts[judged.finding.part].path))
                            : judged.finding.id);
    }
    return out;
}

// Codes of RFC 3463: 5.7.1 policy, 4.7.1 throttled by policy.
void set_reply(Decision& out, const std::string& text, const std::string& id) {
    if (out.action == Action::reject) {
        out.smtp_code = 550;
        out.enhanced_code = "5.7.1";
        out.text = with_id(text.empty() ? "Message refused by policy, id {id}" : text, id);
    } else if (out.action == Action::defer) {
        out.smtp_code = 451;
        out.enhanced_code = "4.7.1";
        out.text = with_id(text.empty() ? "Message deferred by policy, try again later, id {id}" : text, id);
    }
}

// No row holds: as where we ourselves have failed. What passes is tagged.
Decision without_rule(const config::Settings& settings, const std::string& id) {
    Decision out;
    out.rule = "on_failure";
    if (settings.milter.on_failure == Action::accept) {
        out.action = Action::tag;
        return out;
    }
    out.action = Action::defer;
    out.smtp_code = 451;
    out.enhanced_code = "4.3.0";
    out.text = with_id("No policy for this message, try again later, id {id}", id);
    return out;
}

// Outbound locks follow the policy at once: nobody sends us their password. Nor does the null sender.
bool may_wait(const config::Settings& settings, const model::Envelope& envelope,
              const model::ScanReport& report) {
    return settings.passwords.keep.count() > 0 && envelope.direction != model::Direction::outbound &&
           !envelope.mail_from.empty() &&
           std::ranges::find(report.unscannable, model::Unscannable::locked) != report.unscannable.end();
}

Decision decide_from(const Candidates& candidates, const config::Settings& settings,
                     const model::Envelope& envelope, const std::string& recipient,
                     const model::ScanReport& report, const model::Standing& standing,
                     const std::string& id) {
    const auto found = std::ranges::find_if(candidates, [&](const config::PolicyRule* rule) {
        return matches_address(rule->recipients, recipient, settings.groups);
    });
    const config::PolicyRule* rule = found == candidates.end() ? nullptr : *found;
    Decision out;
    if (rule == nullptr) {
        out = without_rule(settings, id);
    } else {
        out.action = rule->action;
        set_reply(out, rule->text, id);
        out.rule = rule->name;
        out.subject_prefix = rule->subject_prefix;
        out.keep_copy = rule->keep_copy;
        out.notify = rule->notify;
        out.wait = rule->wait_for_password && out.action == Action::quarantine &&
                   may_wait(settings, envelope, report);
    }
    out.monitored = settings.monitor || (rule != nullptr && rule->monitor);
    out.reasons = reasons_of(report, standing, rule);
    const bool outbound = envelope.direction == model::Direction::outbound;
    out.result_headers = outbound ? settings.milter.headers_outbound : settings.milter.headers_inbound;
    return out;
}

// From what passes to what is refused. Those with the mildest of a message's actions stay.
int severity(Action action) {
    switch (action) {
        case Action::accept:
        case Action::tag:
            return 0;
        case Action::hold:
            return 1;
        case Action::quarantine:
            return 2;
        case Action::discard:
            return 3;
        case Action::reject:
            return 4;
        case Action::defer:
            return 5;
    }
    return 0;
}

// Of those who stay the one that must be applied: a real tag, else what a monitored row would have done.
int weight_of_staying(const Decision& decision) {
    if (decision.monitored) return 1 + severity(decision.action);
    return decision.action == Action::accept ? 0 : 10;
}

}  // namespace

Decision decide(const config::Settings& settings, const model::Envelope& envelope,
                const std::string& recipient, const model::ScanReport& report,
                const model::Standing& standing, const std::string& id) {
    return decide_from(candidates_for(settings, envelope, report), settings, envelope, recipient, report,
                       standing, id);
}

Disposition decide_all(const config::Settings& settings, const model::Envelope& envelope,
                       const model::ScanReport& report, const model::Standing& standing,
                       const std::string& id) {
    const Candidates candidates = candidates_for(settings, envelope, report);
    std::vector<Decision> all;
    for (const std::string& recipient : envelope.recipients) {
        all.push_back(decide_from(candidates, settings, envelope, recipient, report, standing, id));
    }
    if (all.empty()) all.push_back(decide_from(candidates, settings, envelope, "", report, standing, id));

    // A row in monitor mode passes its recipients. In monitor mode as a whole everything is worked out as if
    // it were real, and marked.
    const auto effective = [&](const Decision& one) {
        return one.monitored && !settings.monitor ? 0 : severity(one.action);
    };
    const auto deferred =
        std::ranges::find(all, severity(Action::defer), [&](const Decision& one) { return effective(one); });
    if (deferred != all.end())
        return {.decision = *deferred, .taken_off = {}, .taken_off_decisions = {}, .told = {}};

    const int mildest = effective(std::ranges::min(all, {}, effective));
    Disposition out;
    const Decision* staying = nullptr;
    for (std::size_t i = 0; i < envelope.recipients.size(); ++i) {
        // Of mail that waits they are told when the password did not come.
        if (all[i].notify && !all[i].monitored && !all[i].wait) out.told.push_back(envelope.recipients[i]);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (effective(all[i]) != mildest) {
            out.taken_off.push_back(envelope.recipients[i]);
            out.taken_off_decisions.push_back(all[i]);
        } else if (staying == nullptr || weight_of_staying(all[i]) > weight_of_staying(*staying)) {
            staying = &all[i];
        }
    }
    out.decision = *staying;
    return out;
}

}  // namespace sekisho::policy
