// Which score changes and allow rows hold for a message.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "policy/decide.h"
#include "policy/match.h"

namespace sekisho::policy {

namespace {

bool is_raised(const std::string& id, double score) {
    const model::FindingRow* row = model::find_finding(id);
    return row != nullptr && score > row->score;
}

void apply_scores(const config::Settings& settings, const model::Envelope& envelope,
                  std::map<std::string, double, std::less<>>& scores) {
    for (const config::ScoreRow& row : settings.scores) {
        if (!row.group.empty()) continue;
        for (const auto& [id, score] : row.scores) {
            scores[id] = score;
        }
    }
    for (const config::ScoreRow& row : settings.scores) {
        const auto group = settings.groups.find(row.group);
        if (row.group.empty() || group == settings.groups.end()) continue;
        const auto inside = [&](const std::string& address) { return is_member(address, group->second); };
        const auto& recipients = envelope.recipients;
        // A message has one verdict: what protects one recipient more may hold for all, what protects one
        // less may not.
        // Anyone outside may write a member's address into MAIL FROM.
        const bool sent_by_member =
            envelope.direction != model::Direction::inbound && inside(envelope.mail_from);
        const bool all = sent_by_member || (!recipients.empty() && std::ranges::all_of(recipients, inside));
        const bool some = all || std::ranges::any_of(recipients, inside);
        for (const auto& [id, score] : row.scores) {
            if (all || (some && is_raised(id, score))) scores[id] = score;
        }
    }
}

// The parts with one of these digests, and all that came out of them. Parents come before children.
std::vector<bool> parts_with(const std::vector<std::string>& digests, const model::WorkerReport& report) {
    std::vector<bool> allowed(report.parts.size(), false);
    for (std::size_t i = 0; i < report.parts.size(); ++i) {
        const model::PartSummary& part = report.parts[i];
        const bool inherited = part.parent && *part.parent < i && allowed[*part.parent];
        allowed[i] =
            inherited || (!part.sha256.empty() && std::ranges::find(digests, part.sha256) != digests.end());
    }
    return allowed;
}

// Applies one row that is in force and whose sender matches.
void apply_allow(const config::AllowRow& row, const model::WorkerReport& report,
                 const std::string& message_sha256, model::ScoreOverrides& out) {
    const bool whole =
        row.sha256.empty() || std::ranges::find(row.sha256, message_sha256) != row.sha256.end();
    if (whole && row.findings.empty()) {
        out.allow_everything = true;
        return;
    }
    const auto muted_by_row = [&](const std::string& id) {
        return row.findings.empty() || std::ranges::any_of(row.findings, [&](const std::string& glob) {
                   return base::matches_glob(glob, id);
               });
    };
    // A known part says nothing of its siblings: an id that occurs elsewhere as well keeps its score.
    const std::vector<bool> allowed = whole ? std::vector<bool>() : parts_with(row.sha256, report);
    std::set<std::string> elsewhere;
    for (const model::Finding& finding : report.findings) {
        const bool inside = whole || (finding.part < allowed.size() && allowed[finding.part]);
        if (!inside) elsewhere.insert(finding.id);
    }
    for (const model::Finding& finding : report.findings) {
        // By its own name, so that no score of an exact id stands against it.
        if (!elsewhere.contains(finding.id) && muted_by_row(finding.id)) out.scores[finding.id] = 0;
    }
    if (whole) {
        for (const std::string& glob : row.findings) {
            out.scores[glob] = 0;
        }
    }
}

}  // namespace

model::ScoreOverrides overrides_for(const config::Settings& settings, const model::Envelope& envelope,
                                    const model::WorkerReport& report, const std::string& message_sha256,
                                    std::chrono::sys_days today) {
    model::ScoreOverrides out;
    apply_scores(settings, envelope, out.scores);
    const std::string_view sender = envelope.mail_from.empty() ? "<>" : std::string_view(envelope.mail_from);
    for (const config::AllowRow& row : settings.allow) {
        if (row.expires < today || !matches_address(row.senders, sender, settings.groups)) continue;
        apply_allow(row, report, message_sha256, out);
    }
    return out;
}

}  // namespace sekisho::policy
