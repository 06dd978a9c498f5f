#include "model/scan_report.h"

#include <algorithm>
#include <limits>

#include "base/escape.h"
#include "model/json_reader.h"

namespace sekisho::model {

namespace {

// Bounds of one value in a worker's answer. The whole text is bounded by the frame reader (4 MB) besides.
constexpr std::size_t max_items = 200'000;   // parts, findings, rules: above any limit that can be set
constexpr std::size_t max_name = 64u << 10;  // names and paths; longer ones are cut by the scanner
constexpr std::size_t max_id = 300;          // finding ids; a YARA identifier has at most 128 bytes
constexpr std::size_t max_type = 1'000;      // media types, declared or found
constexpr std::size_t max_fact = 1'000;      // subject, sender, message id
constexpr std::size_t max_evidence = 200;    // Finding::evidence
constexpr std::size_t max_small_list = 32;   // readings and flags of one part
constexpr std::size_t max_word = 100;        // one of them, or opened_by
constexpr std::size_t max_name_printed = 1'000;
constexpr auto int64_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

base::JsonArray strings(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

bool is_id(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-' || c == '_';
    });
}

bool is_sha256(std::string_view text) {
    return text.size() == 64 &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// True where nothing but the escapes' own backslashes would be escaped.
bool is_escaped(std::string_view text) {
    std::string rest(text);
    std::erase(rest, '\\');
    return base::escape(rest, rest.size()) == rest;
}

// Evidence and paths are escaped by those who make them; a captured worker need not have done so.
std::string made_safe(std::string text, std::size_t max_bytes) {
    if (text.size() <= max_bytes && is_escaped(text)) return text;
    return base::escape(text, max_bytes);
}

void put_unless_empty(base::JsonObject& out, const char* key, const std::string& value) {
    if (!value.empty()) out.emplace_back(key, value);
}

// What is empty is left out: a report of 10,000 parts has to fit the cap.
base::Json part_to_wire(const PartSummary& part) {
    base::JsonObject out{{"id", part.id}};
    if (part.parent) out.emplace_back("parent", *part.parent);
    out.emplace_back("path", part.path);
    put_unless_empty(out, "name", part.name);
    put_unless_empty(out, "name_raw", part.name_raw);
    put_unless_empty(out, "claimed_type", part.claimed_type);
    put_unless_empty(out, "type", part.type);
    out.emplace_back("size", part.size);
    put_unless_empty(out, "sha256", part.sha256);
    put_unless_empty(out, "opened_by", part.opened_by);
    if (!part.readings.empty()) out.emplace_back("readings", strings(part.readings));
    if (!part.flags.empty()) out.emplace_back("flags", strings(part.flags));
    return out;
}

base::Result<PartSummary> part_from_wire(const base::Json& json, std::size_t index) {
    JsonReader reader(json, "part");
    PartSummary part;
    part.id = static_cast<PartId>(reader.number("id", max_items));
    if (part.id != index) reader.reject("id", "not in order");
    if (index > 0) {
        part.parent = static_cast<PartId>(reader.number("parent", index - 1));
    } else if (reader.has("parent")) {
        reader.reject("parent", "the root has none");
    }
    part.path = made_safe(reader.text("path", max_name), max_name);
    if (part.path.empty()) reader.reject("path", "empty");
    part.name = reader.optional_text("name", max_name);
    part.name_raw = reader.optional_text("name_raw", 2 * max_name);
    part.claimed_type = reader.optional_text("claimed_type", max_type);
    part.type = reader.optional_text("type", max_type);
    part.size = reader.number("size", int64_max);
    part.sha256 = reader.optional_text("sha256", 64);
    if (!part.sha256.empty() && !is_sha256(part.sha256)) reader.reject("sha256", "not a digest");
    part.opened_by = reader.optional_text("opened_by", max_word);
    part.readings = reader.optional_texts("readings", max_small_list, max_word);
    part.flags = reader.optional_texts("flags", max_small_list, max_word);
    SEKISHO_TRY(reader.finish());
    return part;
}

base::Json finding_to_wire(const Finding& finding) {
    base::JsonObject out{{"id", finding.id}, {"part", finding.part}};
    put_unless_empty(out, "evidence", finding.evidence);
    return out;
}

base::Result<Finding> finding_from_wire(const base::Json& json, std::size_t parts) {
    JsonReader reader(json, "finding");
    Finding finding;
    finding.id = reader.text("id", max_id);
    if (!is_id(finding.id)) reader.reject("id", "not an id");
    finding.part = static_cast<PartId>(reader.number("part", parts - 1));
    finding.evidence = made_safe(reader.optional_text("evidence", max_evidence), max_evidence);
    SEKISHO_TRY(reader.finish());
    return finding;
}

base::Result<MessageFacts> facts_from(const base::Json& json) {
    JsonReader reader(json, "message");
    MessageFacts facts;
    facts.subject = reader.optional_text("subject", max_fact);
    facts.from = reader.optional_text("from", max_fact);
    facts.message_id = reader.optional_text("message_id", max_fact);
    facts.date = reader.optional_text("date", max_fact);
    if (reader.has("text_key")) facts.text_key = reader.number("text_key", text_key_max);
    SEKISHO_TRY(reader.finish());
    return facts;
}

base::Json part_to_report(const PartSummary& part, std::string_view sha256) {
    base::JsonObject out{
        {"id", part.id},
        {"parent", part.parent ? base::Json(*part.parent) : base::Json()},
        {"path", printed_path(part.path)},
        {"name", base::escape(part.name, max_name_printed)},
        {"claimed_type", base::escape(part.claimed_type)},
        {"type", base::escape(part.type)},
        {"size", part.size},
        {"sha256", sha256},
        {"opened_by", base::escape(part.opened_by)},
        {"readings", strings(part.readings)},
        {"flags", strings(part.flags)},
    };
    put_unless_empty(out, "name_raw", part.name_raw);
    return out;
}

base::Json finding_to_report(const JudgedFinding& judged) {
    return base::JsonObject{
        {"id", base::escape(judged.finding.id)},
        {"part", judged.finding.part},
        {"score", judged.score},
        {"title", base::escape(judged.title)},
        {"evidence", made_safe(judged.finding.evidence, max_evidence)},
    };
}

base::JsonArray names_of(const std::vector<Unscannable>& reasons) {
    base::JsonArray out;
    for (const Unscannable reason : reasons) {
        out.emplace_back(to_string(reason));
    }
    return out;
}

}  // namespace

std::string printed_path(std::string_view path) { return made_safe(std::string(path), max_name); }

base::Json to_json(const WorkerReport& report) {
    base::JsonArray parts;
    for (const PartSummary& part : report.parts) {
        parts.push_back(part_to_wire(part));
    }
    base::JsonArray findings;
    for (const Finding& finding : report.findings) {
        findings.push_back(finding_to_wire(finding));
    }
    base::JsonObject message;
    put_unless_empty(message, "subject", report.message.subject);
    put_unless_empty(message, "from", report.message.from);
    put_unless_empty(message, "message_id", report.message.message_id);
    put_unless_empty(message, "date", report.message.date);
    if (report.message.text_key != 0) message.emplace_back("text_key", report.message.text_key);
    base::JsonObject out{
        {"message", std::move(message)},    {"parts", std::move(parts)},
        {"findings", std::move(findings)},  {"complete", report.complete},
        {"limits", strings(report.limits)}, {"risky", report.risky},
    };
    if (!report.passwords.empty()) out.emplace_back("passwords", to_json(report.passwords));
    return out;
}

base::Result<WorkerReport> worker_report_from(const base::Json& json) {
    JsonReader reader(json, "report");
    WorkerReport report;
    if (const base::Json* message = reader.child("message")) {
        report.message = SEKISHO_TRY(facts_from(*message));
    }
    if (const base::JsonArray* parts = reader.array("parts", max_items)) {
        if (parts->empty()) reader.reject("parts", "not even the root");
        for (const base::Json& part : *parts) {
            report.parts.push_back(SEKISHO_TRY(part_from_wire(part, report.parts.size())));
        }
    }
    const base::JsonArray* findings = reader.array("findings", max_items);
    if (findings != nullptr && !report.parts.empty()) {
        for (const base::Json& finding : *findings) {
            report.findings.push_back(SEKISHO_TRY(finding_from_wire(finding, report.parts.size())));
        }
    }
    report.complete = reader.flag("complete");
    report.limits = reader.optional_texts("limits", max_small_list, max_id);
    if (!std::ranges::all_of(report.limits, is_id)) reader.reject("limits", "not an id");
    report.risky = reader.flag("risky");
    if (const base::JsonArray* passwords = reader.optional_array("passwords", max_mailed_passwords))
        report.passwords = SEKISHO_TRY(mailed_passwords_from(*passwords));
    SEKISHO_TRY(reader.finish());
    return report;
}

base::Json to_json(const ScanReport& report) {
    base::JsonArray parts;
    for (const PartSummary& part : report.parts) {
        // The whole input is hashed once, by us; the worker hashes what it decoded.
        const bool whole = !part.parent && part.sha256.empty();
        parts.push_back(part_to_report(part, whole ? report.message_sha256 : part.sha256));
    }
    base::JsonArray findings;
    for (const JudgedFinding& finding : report.findings) {
        findings.push_back(finding_to_report(finding));
    }
    return base::JsonObject{
        {"schema", report_schema},
        {"file", base::escape(report.file, max_name_printed)},
        {"message",
         base::JsonObject{
             {"size", report.message_size},
             {"sha256", report.message_sha256},
             {"subject", base::escape(report.message.subject, max_fact)},
             {"from", base::escape(report.message.from, max_fact)},
             {"message_id", base::escape(report.message.message_id, max_fact)},
             {"date", base::escape(report.message.date, max_fact)},
         }},
        {"direction", to_string(report.direction)},
        {"verdict", to_string(report.verdict)},
        {"unscannable", names_of(report.unscannable)},
        {"score", report.score},
        {"complete", report.complete},
        {"limits", strings(report.limits)},
        {"parts", std::move(parts)},
        {"findings", std::move(findings)},
        {"rules", base::JsonObject{{"version", report.rules_version}, {"count", report.rules_count}}},
        {"config", report.config_version},
        {"elapsed_ms", static_cast<std::int64_t>(report.elapsed.count())},
    };
}

base::Json to_json(const RuleTable& table) {
    base::JsonArray rules;
    for (const RuleInfo& rule : table.rules) {
        base::JsonObject row{{"name", rule.name}, {"score", rule.score}};
        put_unless_empty(row, "severity", rule.severity);
        put_unless_empty(row, "family", rule.family);
        put_unless_empty(row, "reference", rule.reference);
        if (rule.raw) row.emplace_back("raw", true);
        rules.emplace_back(std::move(row));
    }
    return base::JsonObject{
        {"version", table.version}, {"rules", std::move(rules)}, {"problems", strings(table.problems)}};
}

base::Result<RuleTable> rule_table_from(const base::Json& json) {
    JsonReader reader(json, "rules");
    RuleTable table;
    table.version = reader.text("version", max_word);
    if (const base::JsonArray* rows = reader.array("rules", max_items)) {
        for (const base::Json& row : *rows) {
            JsonReader rule(row, "rule");
            RuleInfo info{.name = rule.text("name", max_id),
                          .score = rule.real("score"),
                          .severity = rule.optional_text("severity", max_type),
                          .family = rule.optional_text("family", max_type),
                          .reference = rule.optional_text("reference", max_type),
                          .raw = rule.optional_flag("raw")};
            if (!is_id(info.name)) rule.reject("name", "not an identifier");
            SEKISHO_TRY(rule.finish());
            table.rules.push_back(std::move(info));
        }
        if (!std::ranges::is_sorted(table.rules, {}, &RuleInfo::name)) reader.reject("rules", "not sorted");
    }
    table.problems = reader.optional_texts("problems", max_items, max_name);
    SEKISHO_TRY(reader.finish());
    return table;
}

}  // namespace sekisho::model
