#include "milter/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/escape.h"
#include "base/text.h"
#include "quarantine/marked_mail.h"

namespace sekisho::milter {

namespace {

constexpr std::size_t max_reply_text = 400;
constexpr std::size_t max_listed_findings = 5;
constexpr std::size_t max_listed_classes = 8;

struct Job {
    const Services& services;
    const Message& message;
    const model::ScanReport& report;
    Mta& mta;
    Applied& out;
};

bool is_ascii_print(char c) { return c >= ' ' && c <= '~'; }

void defer(Job& job, const std::string& enhanced, const std::string& text, std::string problem) {
    job.out.reply = Reply::defer;
    job.out.action = model::Action::defer;
    job.out.smtp_code = 451;
    job.out.problem = std::move(problem);
    job.mta.set_reply(451, enhanced, reply_text(text + ", id " + job.message.id));
}

std::string deciding_finding(const model::ScanReport& report) {
    return report.findings.empty() ? std::string() : report.findings.front().finding.id;
}

// True when the copy is on disk. Otherwise the answer is set: the sender keeps the message.
bool keep_copy(Job& job, const std::vector<std::string>& recipients, std::string reason, bool wait) {
    if (recipients.empty()) return true;
    const auto id = job.services.quarantine.put({
        .envelope = &job.message.envelope,
        .recipients = recipients,
        .message = job.message.buffer.bytes(),
        .report = &job.report,
        .reason = std::move(reason),
        .finding = deciding_finding(job.report),
        .from = job.message.headers.from(),
        .wait = wait ? std::optional(job.message.settings->passwords.ppap_wait) : std::nullopt,
        .tried_until = job.message.tried_until,
    });
    if (id) {
        job.out.quarantine_ids.push_back(*id);
        if (wait) job.services.waits(*id);
        return true;
    }
    // Never let through what was to be kept away, whatever on_failure says: the scan did take place.
    const bool full = id.error().cause == base::Cause::limit;
    defer(job, full ? "4.3.1" : "4.3.0",
          full ? "Mail filter has no room, please try again" : "Mail filter storage failed",
          "quarantine: " + id.error().message);
    return false;
}

// The classes of what clients differ about, "header.duplicate,boundary.undeclared"; those alone that weigh.
std::string ambiguity_classes(const model::ScanReport& report) {
    constexpr std::string_view prefix = "mime.ambiguous.";
    std::set<std::string_view> listed;
    std::string out;
    for (const auto& judged : report.findings) {
        const std::string& id = judged.finding.id;
        if (judged.muted || judged.score <= 0 || !id.starts_with(prefix) || !listed.insert(id).second)
            continue;
        out += (out.empty() ? "" : ",") + id.substr(prefix.size());
        if (listed.size() == max_listed_classes) break;
    }
    return base::escape_ascii(out, 500);
}

void write_ambiguity(Job& job, const std::string& host) {
    const std::string classes = ambiguity_classes(job.report);
    if (!classes.empty()) job.mta.insert_header("X-Sekisho-MIME", "ambiguous; class=" + classes);
    if (!job.message.settings->milter.mime_ambiguity_results) return;
    const std::string who = host.empty() ? "localhost" : base::escape_ascii(host);
    job.mta.insert_header(
        std::string(ambiguity_results_header),
        classes.empty() ? who + "; result=none" : who + "; result=ambiguous; class=\"" + classes + "\"");
}

void write_headers(Job& job, const model::Decision& decision, std::string_view verdict_text) {
    const auto& settings = job.message.settings->milter;
    const bool outbound = job.message.envelope.direction == model::Direction::outbound;
    // A row that says `tag` asks for them; else the direction's setting holds.
    const bool wanted =
        (decision.action == model::Action::tag && !decision.monitored) || verdict_text == unscanned_verdict;
    if (!wanted && !(outbound ? settings.headers_outbound : settings.headers_inbound)) return;
    if (!decision.result_headers) return;

    std::set<std::string_view> listed;
    std::string findings;
    for (const auto& judged : job.report.findings) {
        if (listed.size() == max_listed_findings) break;
        if (!listed.insert(judged.finding.id).second) continue;
        findings += (findings.empty() ? "" : ", ") + judged.finding.id;
    }
    const std::string host = settings.hostname.empty() ? job.message.hostname : settings.hostname;
    const std::string id = host.empty() ? job.message.id : job.message.id + "; " + base::escape_ascii(host);
    write_ambiguity(job, host);
    // Each goes to the top, so the last written is read first.
    job.mta.insert_header("X-Sekisho-Id", id);
    if (!findings.empty()) job.mta.insert_header("X-Sekisho-Findings", base::escape_ascii(findings, 500));
    job.mta.insert_header("X-Sekisho-Score", fmt::format("{:.1f}", job.report.score));
    job.mta.insert_header("X-Sekisho-Verdict", std::string(verdict_text));
}

void prefix_subject(Job& job, const std::string& prefix) {
    if (prefix.empty()) return;
    const auto& subjects = job.message.headers.subjects();
    if (subjects.empty()) job.mta.insert_header("Subject", quarantine::prefixed_subject(prefix, ""));
    // Clients differ in which of several they show.
    for (std::uint32_t i = 0; i < subjects.size(); ++i) {
        job.mta.change_header("Subject", i + 1, quarantine::prefixed_subject(prefix, subjects[i]));
    }
}

// The message goes on to its recipients: what is to be seen on it.
void pass(Job& job, const model::Decision& decision, std::string_view verdict_text) {
    strip_our_headers(job.message, job.mta);
    if (decision.action == model::Action::tag && !decision.monitored)
        prefix_subject(job, decision.subject_prefix);
    write_headers(job, decision, verdict_text);
    job.out.reply = Reply::proceed;
}

void refuse(Job& job, const model::Decision& decision) {
    const bool rejected = decision.action == model::Action::reject;
    const int code =
        decision.smtp_code / 100 == (rejected ? 5 : 4) ? decision.smtp_code : (rejected ? 550 : 451);
    const std::string enhanced = !decision.enhanced_code.empty() ? decision.enhanced_code
                                 : rejected                      ? "5.7.1"
                                                                 : "4.7.1";
    const std::string text =
        !decision.text.empty()
            ? decision.text
            : (rejected ? "Message refused, id " : "Message deferred, id ") + job.message.id;
    job.mta.set_reply(code, enhanced, reply_text(text));
    job.out.smtp_code = code;
    job.out.reply = rejected ? Reply::reject : Reply::defer;
}

void put_on_hold(Job& job, const model::Decision& decision, std::string_view verdict_text) {
    if (!job.mta.hold("Sekisho " + job.message.id)) {
        defer(job, "4.3.0", "Mail filter could not hold this message", "the MTA did not take `hold`");
        return;
    }
    pass(job, decision, verdict_text);
}

std::string copy_reason(const model::Decision& decision, const model::ScanReport& report) {
    if (decision.action == model::Action::discard) return "discard copy";
    return std::string(model::to_string(report.verdict));
}

// Keeps the copies of those who leave, then takes them off the envelope.
bool take_off(Job& job, const policy::Disposition& disposition) {
    std::vector<std::string> copies;
    std::vector<std::string> waiting;
    for (std::size_t i = 0; i < disposition.taken_off.size(); ++i) {
        const auto& decision = disposition.taken_off_decisions.at(i);
        if (decision.action == model::Action::discard && !decision.keep_copy) continue;
        (decision.wait ? waiting : copies).push_back(disposition.taken_off[i]);
    }
    if (!keep_copy(job, copies, "split", false) || !keep_copy(job, waiting, "split", true)) return false;

    const auto& recipients = job.message.envelope.recipients;
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        if (std::ranges::find(disposition.taken_off, recipients[i]) == disposition.taken_off.end()) continue;
        if (!job.mta.remove_recipient(job.message.raw_recipients.at(i))) {
            defer(job, "4.3.0", "Mail filter could not split this message",
                  "the MTA did not take a recipient off");
            return false;
        }
    }
    job.out.taken_off = disposition.taken_off;
    return true;
}

// What is really to be done: recipients whose rule is in monitor mode stay on the envelope.
policy::Disposition without_monitored(const policy::Disposition& said) {
    policy::Disposition out;
    out.decision = said.decision;
    for (std::size_t i = 0; i < said.taken_off.size(); ++i) {
        const auto& decision = said.taken_off_decisions.at(i);
        if (decision.monitored) continue;
        out.taken_off.push_back(said.taken_off[i]);
        out.taken_off_decisions.push_back(decision);
    }
    return out;
}

bool wants_copy(const policy::Disposition& disposition) {
    const auto& decision = disposition.decision;
    if (!disposition.taken_off.empty()) return true;
    if (decision.monitored) return false;
    return decision.action == model::Action::quarantine ||
           (decision.action == model::Action::discard && decision.keep_copy);
}

std::vector<std::string> remaining(const Message& message, const policy::Disposition& disposition) {
    std::vector<std::string> out;
    for (const auto& recipient : message.envelope.recipients) {
        if (std::ranges::find(disposition.taken_off, recipient) == disposition.taken_off.end())
            out.push_back(recipient);
    }
    return out;
}

void carry_out(Job& job, const policy::Disposition& disposition, std::string_view verdict_text) {
    const auto& decision = disposition.decision;
    if (decision.monitored) {
        pass(job, decision, verdict_text);
        return;
    }
    job.out.action = decision.action;
    switch (decision.action) {
        case model::Action::accept:
        case model::Action::tag:
            pass(job, decision, verdict_text);
            return;
        case model::Action::hold:
            put_on_hold(job, decision, verdict_text);
            return;
        case model::Action::reject:
        case model::Action::defer:
            refuse(job, decision);
            return;
        case model::Action::quarantine:
        case model::Action::discard:
            if (decision.action == model::Action::quarantine || decision.keep_copy) {
                if (!keep_copy(job, remaining(job.message, disposition), copy_reason(decision, job.report),
                               decision.wait))
                    return;
            }
            job.out.reply = Reply::discard;
            return;
    }
}

}  // namespace

std::string reply_text(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, max_reply_text))
        out += is_ascii_print(c) && c != '%' ? c : '?';
    return out;
}

void strip_our_headers(const Message& message, Mta& mta) {
    for (const auto& [lower, ours] : message.headers.ours()) {
        // Another system's word, unless it is we who write it here.
        if (base::equals_ignoring_case(lower, ambiguity_results_header) &&
            !message.settings->milter.mime_ambiguity_results) {
            continue;
        }
        // From the last to the first: whether an MTA counts deleted fields or not, the numbers stay right.
        for (std::uint32_t nth = ours.count; nth > 0; --nth)
            mta.delete_header(ours.name, nth);
    }
}

Applied apply(const Services& services, const Message& message, const model::ScanReport& report,
              const policy::Disposition& said, std::string_view verdict_text, Mta& mta) {
    Applied out;
    Job job{services, message, report, mta, out};
    const policy::Disposition disposition = without_monitored(said);
    if (message.buffer.truncated() && wants_copy(disposition)) {
        out.action = model::Action::hold;
        out.problem = "too large to be kept here: held by the MTA";
        auto decision = disposition.decision;
        decision.action = model::Action::hold;
        decision.monitored = false;
        put_on_hold(job, decision, verdict_text);
        return out;
    }
    if (take_off(job, disposition)) carry_out(job, disposition, verdict_text);
    return out;
}

}  // namespace sekisho::milter
