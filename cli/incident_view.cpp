#include "cli/incident_view.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "base/escape.h"
#include "base/text.h"
#include "cli/tree.h"

namespace sekisho::cli {

namespace {

constexpr std::size_t max_cell = 2'000;
constexpr std::array<std::string_view, 17> columns{
    "time",        "queue_id",      "id",      "account", "client",    "new",
    "helo",        "envelope_from", "from",    "subject", "recipient", "recipients",
    "attachments", "sha256",        "verdict", "action",  "went_out"};

std::string time_of(std::int64_t seconds) {
    if (seconds <= 0) return {};
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

void each_line(std::string_view lines, const std::function<void(const base::Json&)>& each) {
    for (const std::string_view line : base::split(lines, '\n')) {
        if (line.empty()) continue;
        const auto message = base::parse_json(line, {.max_bytes = 4U << 20, .max_depth = 8});
        if (message && message->as_object() != nullptr) each(*message);
    }
}

std::vector<std::string> texts_of(const base::Json& row, std::string_view key) {
    std::vector<std::string> out;
    const base::Json* list = row.find(key);
    if (list == nullptr || list->as_array() == nullptr) return out;
    for (const base::Json& item : *list->as_array())
        if (item.as_string() != nullptr) out.push_back(*item.as_string());
    return out;
}

// One field of all attachments: their names, or their hashes.
std::string of_attachments(const base::Json& row, std::string_view field) {
    std::string out;
    const base::Json* list = row.find("attachments");
    if (list == nullptr || list->as_array() == nullptr) return out;
    for (const base::Json& item : *list->as_array())
        out += (out.empty() ? "" : "; ") + item.string_or(field);
    return out;
}

std::string cell(std::string_view text) {
    const std::string safe = base::escape(text, max_cell);
    std::string out = "\"";
    const bool formula =
        !safe.empty() && (std::string_view("=+-@ ").find(safe.front()) != std::string_view::npos ||
                          safe.starts_with("\xEF\xBC\x9D") || safe.starts_with("\xEF\xBC\x8B") ||
                          safe.starts_with("\xEF\xBC\x8D") || safe.starts_with("\xEF\xBC\xA0"));
    if (formula) out += '\'';
    for (const char c : safe) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

std::string row_of(const base::Json& message, std::string_view recipient, bool taken_off) {
    const bool out = message.bool_or("went_out") && !taken_off;
    const std::array<std::string, columns.size()> cells{
        time_of(message.int_or("at")),
        message.string_or("queue_id"),
        message.string_or("id"),
        message.string_or("account"),
        message.string_or("client"),
        message.bool_or("new") ? "yes" : "no",
        message.string_or("helo"),
        message.string_or("from"),
        message.string_or("header_from"),
        message.string_or("subject"),
        std::string(recipient),
        fmt::format("{}", message.int_or("recipient_count")),
        of_attachments(message, "name"),
        of_attachments(message, "sha256"),
        message.string_or("verdict"),
        taken_off ? "taken off" : message.string_or("action"),
        out ? "yes" : "no",
    };
    std::string line;
    for (const std::string& one : cells)
        line += (line.empty() ? "" : ",") + cell(one);
    return line + "\r\n";
}

std::string head_of(const base::Json& head) {
    std::string out;
    const auto line = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) out += fmt::format("{:<11} {}\n", fmt::format("{}:", name), value);
    };
    line("Incident", base::escape(head.string_or("id"), 40));
    line(head.string_or("subject") == "host" ? "Host" : "Account", base::escape(head.string_or("name"), 320));
    line("Worst", base::escape(head.string_or("standing"), 20));
    if (!head.string_or("standing").empty()) line("First sign", time_of(head.int_or("first_sign")));
    line("Ended", time_of(head.int_or("ended")));
    line("Mail since", time_of(head.int_or("since")));
    for (const std::string& reason : texts_of(head, "reasons"))
        line("Reason", base::escape(reason));
    if (const base::Json* went = head.find("out")) {
        line("Went out", fmt::format("{} mails to {} recipients ({} different)", went->int_or("messages"),
                                     went->int_or("recipients"), went->int_or("distinct_recipients")));
    }
    line("Held", fmt::format("{}", head.int_or("held")));
    line("Refused", fmt::format("{}", head.int_or("refused")));
    return out;
}

std::string sources_of(const base::Json& head) {
    const base::Json* list = head.find("sources");
    if (list == nullptr || list->as_array() == nullptr || list->as_array()->empty()) return {};
    const bool host = head.string_or("subject") == "host";
    std::vector<std::vector<std::string>> rows{{host ? "as" : "from", "mails", "first", "last", ""}};
    for (const base::Json& source : *list->as_array()) {
        const std::string name = base::escape(source.string_or("name"), 320);
        rows.push_back({name.empty() ? "(no login)" : name, fmt::format("{}", source.int_or("messages")),
                        time_of(source.int_or("first")), time_of(source.int_or("last")),
                        source.bool_or("new") ? "new" : ""});
    }
    return "\n" + print_table(rows, {false, true});
}

}  // namespace

std::string print_incident(const base::Json& head, std::string_view lines) {
    std::vector<std::vector<std::string>> rows{{"time", "queue id", "client", "action", "to", "subject"}};
    each_line(lines, [&](const base::Json& message) {
        const auto recipients = texts_of(message, "recipients");
        const std::int64_t more = message.int_or("recipient_count") - 1;
        rows.push_back({time_of(message.int_or("at")), base::escape(message.string_or("queue_id"), 40),
                        base::escape(message.string_or("client"), 50),
                        base::escape(message.string_or("action"), 20),
                        (recipients.empty() ? std::string() : base::escape(recipients.front(), 80)) +
                            (more > 0 ? fmt::format(" +{}", more) : std::string()),
                        base::escape(message.string_or("subject"), 60)});
    });
    const std::string mails =
        rows.size() == 1 ? std::string("\nNo mail on record.\n") : "\n" + print_table(rows, {});
    return head_of(head) + sources_of(head) + mails;
}

std::string incident_csv(std::string_view lines) {
    std::string out = "\xEF\xBB\xBF";
    for (const std::string_view column : columns)
        out += fmt::format("{}{}", column == columns.front() ? "" : ",", column);
    out += "\r\n";
    each_line(lines, [&](const base::Json& message) {
        const auto recipients = texts_of(message, "recipients");
        const auto taken_off = texts_of(message, "taken_off");
        for (const std::string& recipient : recipients)
            out += row_of(message, recipient, std::ranges::find(taken_off, recipient) != taken_off.end());
        if (recipients.empty()) out += row_of(message, "", false);
    });
    return out;
}

}  // namespace sekisho::cli
