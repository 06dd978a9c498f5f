#include "milter/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/escape.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/network.h"
#include "milter/direction.h"
#include "milter/outbound_step.h"

namespace sekisho::milter {

namespace {

using base::Json;
using base::JsonArray;
using base::JsonObject;

constexpr std::size_t max_logged_recipients = 10;
constexpr std::size_t max_recorded_recipients = 100;
// Of mail that one of ours sent all are wanted, should the account turn out to be stolen. Postfix takes 1,000
// (smtpd_recipient_limit).
constexpr std::size_t max_recorded_recipients_of_ours = 1'000;
constexpr std::size_t max_recorded_attachments = 30;
constexpr std::size_t max_logged_findings = 5;
constexpr std::size_t max_recorded_findings = 50;
constexpr std::size_t max_value = 500;  // bytes of one logged value; an SMTP path has at most 256

// One set of fields, written as text or as JSON.
void write_line(const Services& services, base::LogLevel level, const config::LogSettings& settings,
                const std::string& queue_id, const JsonObject& fields) {
    const std::string first = queue_id.empty() ? "NOQUEUE" : base::escape_ascii(queue_id, 64);
    if (settings.json) {
        JsonObject object{{"queue_id", first}};
        object.insert(object.end(), fields.begin(), fields.end());
        services.log(level, base::dump_json(Json(std::move(object))));
        return;
    }
    base::LogLine line(first + ":");
    for (const auto& [key, value] : fields) {
        if (const auto* number = value.as_int())
            line.add(key, *number);
        else if (const auto* text = value.as_string())
            line.add(key, *text);
        else if (const auto* real = value.as_double_exact())
            line.add(key, fmt::format("{:.1f}", *real));
    }
    services.log(level, line.text());
}

template <class Range, class Name>
std::string join(const Range& range, std::size_t most, Name name) {
    std::string out;
    std::size_t i = 0;
    for (const auto& item : range) {
        if (i++ == most) return out + fmt::format(",+{}", range.size() - most);
        if (!out.empty()) out += ',';
        out += name(item);
    }
    return out;
}

std::string cut(const std::string& untrusted) { return untrusted.substr(0, max_value); }

std::int64_t ms(std::chrono::microseconds time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

void add_if(JsonObject& fields, std::string_view key, std::string value) {
    if (!value.empty()) fields.emplace_back(key, std::move(value));
}

// Each id once, in the order of the report: what weighs most comes first.
std::vector<std::string> finding_ids(const model::ScanReport& report) {
    std::vector<std::string> out;
    std::set<std::string_view> listed;
    for (const auto& judged : report.findings) {
        if (listed.insert(judged.finding.id).second) out.push_back(judged.finding.id);
    }
    return out;
}

// Recipients that would have left the envelope but for monitor mode: "user@example.jp:quarantine".
std::vector<std::string> would_leave(const policy::Disposition& disposition) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < disposition.taken_off.size(); ++i) {
        const auto& decision = disposition.taken_off_decisions.at(i);
        if (!decision.monitored) continue;
        out.push_back(disposition.taken_off[i] + ":" + std::string(model::to_string(decision.action)));
    }
    return out;
}

JsonObject log_fields(const Handled& handled) {
    const auto& message = handled.message;
    const auto& envelope = message.envelope;
    const auto& decision = handled.disposition.decision;
    const auto identity = [](const auto& text) { return text; };
    JsonObject fields;
    fields.emplace_back("id", message.id);
    fields.emplace_back("direction", model::to_string(envelope.direction));
    fields.emplace_back("client", envelope.client_addr);
    add_if(fields, "account", cut(envelope.auth_authen));
    fields.emplace_back("from", cut(envelope.mail_from));
    fields.emplace_back(
        "rcpts", cut(join(envelope.recipients, max_logged_recipients, [](const auto& s) { return s; })));
    fields.emplace_back("size", message.buffer.size());
    fields.emplace_back("verdict", handled.verdict_text);
    fields.emplace_back("score", handled.report.score);
    fields.emplace_back("findings", join(finding_ids(handled.report), max_logged_findings, identity));
    fields.emplace_back("action", model::to_string(handled.applied.action));
    if (decision.monitored) fields.emplace_back("would", model::to_string(decision.action));
    add_if(fields, "would_take_off",
           cut(join(would_leave(handled.disposition), max_logged_recipients, identity)));
    add_if(fields, "rule", decision.rule);
    if (handled.applied.smtp_code != 250) fields.emplace_back("reply", handled.applied.smtp_code);
    add_if(fields, "quarantine", join(handled.applied.quarantine_ids, 4, [](const auto& s) { return s; }));
    if (!handled.applied.taken_off.empty()) {
        fields.emplace_back("taken_off", cut(join(handled.applied.taken_off, max_logged_recipients,
                                                  [](const auto& s) { return s; })));
    }
    fields.emplace_back("queue_ms", ms(handled.queue_time));
    fields.emplace_back("scan_ms", ms(handled.scan_time));
    add_if(fields, "note", cut(handled.note));
    add_if(fields, "problem", cut(handled.applied.problem));
    return fields;
}

template <class Range>
JsonArray strings(const Range& range, std::size_t most) {
    JsonArray out;
    for (const auto& item : range) {
        if (out.size() == most) break;
        out.emplace_back(base::repair_utf8(cut(std::string(item))));
    }
    return out;
}

JsonArray findings_of(const model::ScanReport& report) {
    JsonArray out;
    for (const auto& judged : report.findings) {
        if (out.size() == max_recorded_findings) break;
        const auto part = judged.finding.part;
        out.emplace_back(JsonObject{
            {"id", judged.finding.id},
            {"score", judged.score},
            {"part", part < report.parts.size() ? base::escape(report.parts[part].path) : std::string()},
            {"evidence", judged.finding.evidence},
        });
    }
    return out;
}

// What a person would call an attachment: a part of the mail with a name, or with something other than text.
JsonArray attachments_of(const model::ScanReport& report) {
    JsonArray out;
    for (const model::PartSummary& part : report.parts) {
        if (out.size() == max_recorded_attachments) break;
        const bool is_text = part.claimed_type.starts_with("text/") || part.claimed_type.empty() ||
                             part.claimed_type.starts_with("multipart/");
        if (part.opened_by != "mime" || (part.name.empty() && is_text)) continue;
        out.emplace_back(JsonObject{{"name", base::escape(part.name)},
                                    {"type", base::escape(part.type)},
                                    {"size", part.size},
                                    {"sha256", part.sha256}});
    }
    return out;
}

// The account of mail that one of ours sent, and from where: what incidents are looked up by. Nothing for
// mail from outside. A client that speaks for others (outbound.unwatched) is named as well.
Watched sender_of(const Message& message) {
    Watched out = watched_sender(*message.settings, message.envelope);
    const bool inbound = message.envelope.direction == model::Direction::inbound;
    if (!out || (inbound && out.account.empty())) return {};
    out.client = base::client_network(message.envelope.client_addr);
    return out;
}

Json event_detail(const Handled& handled, bool ours) {
    const auto& message = handled.message;
    const auto& envelope = message.envelope;
    const auto& report = handled.report;
    JsonArray unscannable;
    for (const auto reason : report.unscannable)
        unscannable.emplace_back(model::to_string(reason));

    JsonObject detail;
    detail.emplace_back("direction", model::to_string(envelope.direction));
    detail.emplace_back("client", envelope.client_addr);
    detail.emplace_back("client_name", base::repair_utf8(cut(envelope.client_name)));
    detail.emplace_back("connecting", message.connecting_addr);
    detail.emplace_back("helo", base::repair_utf8(cut(envelope.helo)));
    detail.emplace_back("account", base::repair_utf8(cut(envelope.auth_authen)));
    detail.emplace_back("tls", envelope.tls_version);
    detail.emplace_back("from", base::repair_utf8(cut(envelope.mail_from)));
    detail.emplace_back("recipients", strings(envelope.recipients, ours ? max_recorded_recipients_of_ours
                                                                        : max_recorded_recipients));
    detail.emplace_back("recipient_count", static_cast<std::uint64_t>(envelope.recipients.size()));
    detail.emplace_back("size", message.buffer.size());
    detail.emplace_back("sha256", base::hex(message.buffer.sha256()));
    detail.emplace_back("subject", base::escape(report.message.subject));
    detail.emplace_back("header_from", base::escape(report.message.from));
    if (ours) detail.emplace_back("attachments", attachments_of(report));
    detail.emplace_back("message_id", base::escape(report.message.message_id));
    detail.emplace_back("verdict", handled.verdict_text);
    detail.emplace_back("unscannable", std::move(unscannable));
    detail.emplace_back("score", report.score);
    detail.emplace_back("complete", report.complete);
    detail.emplace_back("parts", static_cast<std::uint64_t>(report.parts.size()));
    detail.emplace_back("findings", findings_of(report));
    detail.emplace_back("action", model::to_string(handled.applied.action));
    detail.emplace_back("decided", model::to_string(handled.disposition.decision.action));
    detail.emplace_back("monitored", handled.disposition.decision.monitored);
    detail.emplace_back("told", strings(handled.disposition.told, max_recorded_recipients));
    detail.emplace_back("rule", handled.disposition.decision.rule);
    detail.emplace_back("reasons", strings(handled.disposition.decision.reasons, max_recorded_findings));
    detail.emplace_back("reply", handled.applied.smtp_code);
    detail.emplace_back("quarantine", strings(handled.applied.quarantine_ids, 16));
    detail.emplace_back("taken_off", strings(handled.applied.taken_off, max_recorded_recipients));
    detail.emplace_back("would_take_off", strings(would_leave(handled.disposition), max_recorded_recipients));
    detail.emplace_back("rules_version", report.rules_version);
    detail.emplace_back("config_version", report.config_version);
    detail.emplace_back("queue_ms", ms(handled.queue_time));
    detail.emplace_back("scan_ms", ms(handled.scan_time));
    detail.emplace_back("note", base::escape(handled.note));
    detail.emplace_back("problem", base::escape(handled.applied.problem));
    return Json(std::move(detail));
}

}  // namespace

void record(const Services& services, const Handled& handled) {
    const auto& message = handled.message;
    const bool ours_to_blame = handled.unscanned || !handled.applied.problem.empty();
    write_line(services, ours_to_blame ? base::LogLevel::warning : base::LogLevel::info,
               message.settings->log, message.envelope.queue_id, log_fields(handled));
    const Watched sender = sender_of(message);
    services.store.record({.at = services.now(),
                           .kind = "message",
                           .queue_id = message.envelope.queue_id,
                           .subject_id = message.id,
                           .detail = event_detail(handled, static_cast<bool>(sender)),
                           .account = sender.account,
                           .host = sender.client});
    services.metrics.message({
        .direction = message.envelope.direction,
        .verdict = handled.unscanned ? std::string_view(handled.verdict_text)
                                     : model::to_string(handled.report.verdict),
        .action = handled.applied.action,
        .unscanned = handled.unscanned,
        .foreign_sender = !message.envelope.mail_from.empty() &&
                          !is_local(message.envelope.mail_from, message.settings->local_domains),
        .bytes = message.buffer.size(),
        .elapsed = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                         message.ended),
        .queued = handled.queue_time,
        .scanned = handled.scan_time,
    });
}

void record_refusal(const Services& services, const model::Envelope& envelope, std::string_view reason,
                    int code) {
    JsonObject fields;
    fields.emplace_back("event", "refused");
    fields.emplace_back("reason", reason);
    fields.emplace_back("reply", code);
    fields.emplace_back("client", envelope.client_addr);
    fields.emplace_back("from", cut(envelope.mail_from));
    if (!envelope.recipients.empty()) {
        fields.emplace_back(
            "rcpts", cut(join(envelope.recipients, max_logged_recipients, [](const auto& s) { return s; })));
    }
    write_line(services, base::LogLevel::warning, services.settings.get()->log, envelope.queue_id, fields);
    services.store.record({.at = services.now(),
                           .kind = "refused",
                           .queue_id = envelope.queue_id,
                           .subject_id = {},
                           .detail = Json(std::move(fields))});
    services.metrics.refused();
}

}  // namespace sekisho::milter
