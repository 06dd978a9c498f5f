#include "quarantine/entry.h"

#include <algorithm>

#include "base/base64.h"
#include "base/escape.h"
#include "base/hash.h"
#include "model/scan_report.h"
#include "quarantine/files.h"

namespace sekisho::quarantine {

namespace {

using std::chrono::system_clock;

constexpr int schema = 1;

std::int64_t seconds_of(system_clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}
system_clock::time_point from_seconds(std::int64_t value) {
    constexpr std::int64_t year_2200 = 7'258'118'400;  // clocks overflow in 2262
    return system_clock::time_point(std::chrono::seconds(std::clamp<std::int64_t>(value, 0, year_2200)));
}

void feed(base::Sha256Stream& stream, std::string_view field) {
    const std::string size = std::to_string(field.size()) + ":";
    stream.update(base::as_bytes(size));
    stream.update(base::as_bytes(field));
}

base::Json strings(const std::vector<std::string>& list) {
    base::JsonArray out;
    for (const std::string& entry : list)
        out.emplace_back(entry);
    return out;
}

// JSON holds text; an address that is not UTF-8 keeps its bytes here.
base::Json raw_addresses(const store::QuarantineRow& row) {
    const bool all_text = base::is_utf8(row.mail_from) && std::ranges::all_of(row.recipients, base::is_utf8);
    if (all_text) return nullptr;
    base::JsonArray recipients;
    for (const std::string& entry : row.recipients)
        recipients.emplace_back(base::base64_encode(base::as_bytes(entry)));
    return base::JsonObject{{"mail_from", base::base64_encode(base::as_bytes(row.mail_from))},
                            {"recipients", std::move(recipients)}};
}

base::Json envelope_json(const model::Envelope& envelope) {
    return base::JsonObject{{"queue_id", envelope.queue_id},
                            {"client_addr", envelope.client_addr},
                            {"client_name", envelope.client_name},
                            {"helo", envelope.helo},
                            {"auth_authen", envelope.auth_authen},
                            {"auth_type", envelope.auth_type},
                            {"daemon_name", envelope.daemon_name},
                            {"daemon_port", envelope.daemon_port},
                            {"tls_version", envelope.tls_version},
                            {"via_smtp", envelope.via_smtp},
                            {"recipients", strings(envelope.recipients)}};
}

std::vector<std::string> list_of(const base::Json* json, bool base64) {
    std::vector<std::string> out;
    if (json == nullptr || json->as_array() == nullptr) return out;
    for (const base::Json& entry : *json->as_array()) {
        if (const std::string* text = entry.as_string()) {
            out.push_back(base64 ? base::base64_decode(*text).value_or(std::string()) : *text);
        }
    }
    return out;
}

}  // namespace

std::string entry_id(const base::Sha256& message, std::string_view mail_from,
                     const std::vector<std::string>& recipients, std::string_view reason) {
    std::vector<std::string> sorted = recipients;
    std::ranges::sort(sorted);
    base::Sha256Stream stream;
    feed(stream, "sekisho quarantine 1");
    feed(stream, base::as_text(std::as_bytes(std::span(message))));
    feed(stream, mail_from);
    for (const std::string& recipient : sorted)
        feed(stream, recipient);
    feed(stream, reason);
    return base::hex(stream.finish()).substr(0, 32);
}

Entry entry_of(const Deposit& deposit, std::string id, const base::Sha256& message,
               system_clock::time_point now, std::chrono::days keep) {
    Entry out;
    out.row = {.id = std::move(id),
               .at = now,
               .verdict = "unscannable",
               .reason = deposit.reason,
               .direction = std::string(model::to_string(deposit.envelope->direction)),
               .mail_from = deposit.envelope->mail_from,
               .recipients = deposit.recipients,
               .queue_id = deposit.envelope->queue_id,
               .finding = deposit.finding,
               .bytes = deposit.message.size(),
               .state = deposit.wait ? "awaiting password" : "held",
               .expires = now + keep};
    if (deposit.wait) {
        out.row.deadline = now + *deposit.wait;
        out.row.tried_until = deposit.tried_until;
        out.row.expires = out.row.deadline + keep;
    }
    out.from = deposit.from;
    out.message_sha256 = base::hex(message);
    out.envelope = envelope_json(*deposit.envelope);
    if (deposit.report != nullptr) {
        out.row.verdict = model::to_string(deposit.report->verdict);
        out.row.subject = deposit.report->message.subject;
        out.report = model::to_json(*deposit.report);
    }
    return out;
}

Entry recovered_entry(std::string id, base::Bytes message, system_clock::time_point now,
                      std::chrono::days keep) {
    Entry out;
    out.row = {.id = std::move(id),
               .at = now,
               .verdict = "unscannable",
               .reason = "recovered",
               .direction = "inbound",
               .bytes = message.size(),
               .state = "held",
               .expires = now + keep};
    out.message_sha256 = base::hex(base::sha256(message));
    return out;
}

model::Envelope envelope_of(const Entry& entry) {
    model::Envelope out;
    const base::Json& json = entry.envelope;
    out.queue_id = json.string_or("queue_id");
    out.client_addr = json.string_or("client_addr");
    out.client_name = json.string_or("client_name");
    out.helo = json.string_or("helo");
    out.auth_authen = json.string_or("auth_authen");
    out.auth_type = json.string_or("auth_type");
    out.daemon_name = json.string_or("daemon_name");
    out.daemon_port = json.string_or("daemon_port");
    out.tls_version = json.string_or("tls_version");
    out.via_smtp = json.bool_or("via_smtp", true);
    out.direction = model::direction_from(entry.row.direction).value_or(model::Direction::inbound);
    out.mail_from = entry.row.mail_from;
    out.recipients = entry.row.recipients;
    return out;
}

std::string to_text(const Entry& entry) {
    const store::QuarantineRow& row = entry.row;
    base::JsonObject json{{"schema", schema},
                          {"id", row.id},
                          {"at", seconds_of(row.at)},
                          {"expires", seconds_of(row.expires)},
                          {"verdict", row.verdict},
                          {"reason", row.reason},
                          {"direction", row.direction},
                          {"mail_from", row.mail_from},
                          {"recipients", strings(row.recipients)},
                          {"subject", row.subject},
                          {"queue_id", row.queue_id},
                          {"finding", row.finding},
                          {"bytes", row.bytes},
                          {"sha256", entry.message_sha256},
                          {"envelope", entry.envelope},
                          {"report", entry.report}};
    if (row.deadline != system_clock::time_point()) json.emplace_back("deadline", seconds_of(row.deadline));
    if (!entry.from.empty()) json.emplace_back("from", base::escape(entry.from));
    if (!entry.subject_prefix.empty()) json.emplace_back("subject_prefix", entry.subject_prefix);
    if (base::Json raw = raw_addresses(row); !raw.is_null()) json.emplace_back("raw", std::move(raw));
    return base::dump_json(json) + "\n";
}

base::Result<Entry> entry_from(std::string_view text) {
    const base::Json json = SEKISHO_TRY(base::parse_json(text, {.max_bytes = 64U << 20, .max_depth = 16}));
    Entry out;
    out.row = {.id = json.string_or("id"),
               .at = from_seconds(json.int_or("at")),
               .verdict = json.string_or("verdict"),
               .reason = json.string_or("reason"),
               .direction = json.string_or("direction"),
               .mail_from = json.string_or("mail_from"),
               .recipients = list_of(json.find("recipients"), false),
               .subject = json.string_or("subject"),
               .queue_id = json.string_or("queue_id"),
               .finding = json.string_or("finding"),
               .bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(json.int_or("bytes"), 0)),
               .state = "held",
               .expires = from_seconds(json.int_or("expires")),
               .deadline = from_seconds(json.int_or("deadline"))};
    // One whose time is over ends its waiting at once.
    if (out.row.deadline != system_clock::time_point()) out.row.state = "awaiting password";
    out.message_sha256 = json.string_or("sha256");
    out.from = json.string_or("from");
    out.subject_prefix = json.string_or("subject_prefix");
    if (json.int_or("schema") != schema || !is_id(out.row.id)) {
        return base::fail(base::Cause::malformed, "no quarantine entry");
    }
    if (const base::Json* raw = json.find("raw")) {
        out.row.mail_from = base::base64_decode(raw->string_or("mail_from")).value_or(std::string());
        out.row.recipients = list_of(raw->find("recipients"), true);
    }
    if (const base::Json* envelope = json.find("envelope")) out.envelope = *envelope;
    if (const base::Json* report = json.find("report")) out.report = *report;
    return out;
}

}  // namespace sekisho::quarantine
