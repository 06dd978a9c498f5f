#include "cli/quarantine_view.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <vector>

#include "base/escape.h"
#include "cli/tree.h"
#include "config/binding.h"
#include "config/value.h"

namespace sekisho::cli {

namespace {

// Seconds since 1970, or text that is already a time.
std::string time_of(const base::Json& row, std::string_view key) {
    const base::Json* value = row.find(key);
    if (value == nullptr) return {};
    if (value->as_string() != nullptr) return base::escape(*value->as_string(), 40);
    if (value->as_int() == nullptr) return {};
    const auto seconds = static_cast<std::time_t>(*value->as_int());
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds));
}

std::string sender_of(const base::Json& row) { return row.string_or("from", row.string_or("mail_from")); }

std::string recipients_of(const base::Json& row, std::size_t most) {
    const base::Json* list = row.find("recipients");
    if (list == nullptr || list->as_array() == nullptr) return {};
    std::string out;
    std::size_t count = 0;
    for (const base::Json& item : *list->as_array()) {
        if (item.as_string() == nullptr) continue;
        if (++count > most) continue;
        out += (out.empty() ? "" : ", ") + base::escape(*item.as_string(), 100);
    }
    return count > most ? fmt::format("{} and {} more", out, count - most) : out;
}

// Parts and findings of a ScanReport's JSON; its strings are escaped already, once.
std::string print_report(const base::Json& report) {
    std::string out;
    std::vector<std::string> paths;
    const base::Json* parts = report.find("parts");
    if (parts != nullptr && parts->as_array() != nullptr) {
        out += "Parts:\n";
        for (const base::Json& part : *parts->as_array()) {
            paths.push_back(part.string_or("path"));
            out += fmt::format(
                "  {}  [{}, {}]\n", paths.back(), part.string_or("type"),
                print_size(static_cast<std::uint64_t>(std::max<std::int64_t>(part.int_or("size"), 0))));
        }
    }
    const base::Json* findings = report.find("findings");
    if (findings != nullptr && findings->as_array() != nullptr && !findings->as_array()->empty()) {
        out += "Findings:\n";
        for (const base::Json& finding : *findings->as_array()) {
            const auto part = static_cast<std::size_t>(std::max<std::int64_t>(finding.int_or("part"), 0));
            const std::string evidence = finding.string_or("evidence");
            out +=
                fmt::format("  {} {:.1f}  {}{}{}\n    in {}\n", finding.string_or("id"),
                            finding.number_or("score"), finding.string_or("title"),
                            evidence.empty() ? "" : ": ", evidence, part < paths.size() ? paths[part] : "?");
        }
    }
    return out;
}

std::string print_history(const base::Json& history) {
    if (history.as_array() == nullptr || history.as_array()->empty()) return {};
    std::string out = "History:\n";
    for (const base::Json& event : *history.as_array()) {
        const base::Json* detail = event.find("detail");
        if (detail == nullptr) continue;
        out += fmt::format("  {}  {} by uid {} ({}): {}\n", time_of(event, "at"),
                           base::escape(detail->string_or("command"), 40), detail->int_or("uid"),
                           base::escape(detail->string_or("outcome"), 40),
                           base::escape(detail->string_or("reason"), 500));
    }
    return out;
}

}  // namespace

std::string print_entries(const base::Json& answer) {
    std::vector<std::vector<std::string>> rows{
        {"id", "at", "verdict", "state", "size", "from", "to", "subject"}};
    const base::Json* entries = answer.find("entries");
    if (entries == nullptr || entries->as_array() == nullptr || entries->as_array()->empty()) {
        return "No entries.\n";
    }
    for (const base::Json& row : *entries->as_array()) {
        rows.push_back(
            {base::escape(row.string_or("id"), 80), time_of(row, "at"),
             base::escape(row.string_or("verdict"), 20), base::escape(row.string_or("state"), 20),
             print_size(static_cast<std::uint64_t>(std::max<std::int64_t>(row.int_or("bytes"), 0))),
             base::escape(sender_of(row), 60), recipients_of(row, 1),
             base::escape(row.string_or("subject"), 80)});
    }
    return print_table(rows, {false, false, false, false, true});
}

std::string print_entry(const base::Json& answer) {
    const base::Json* found = answer.find("entry");
    const base::Json& row = found != nullptr ? *found : answer;
    std::string out;
    const auto line = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) out += fmt::format("{:<11} {}\n", fmt::format("{}:", name), value);
    };
    line("Id", base::escape(row.string_or("id"), 80));
    line("At", time_of(row, "at"));
    line("State", base::escape(row.string_or("state"), 40));
    line("Verdict", base::escape(row.string_or("verdict"), 40));
    line("Reason", base::escape(row.string_or("reason"), 100));
    line("Finding", base::escape(row.string_or("finding"), 300));
    line("Direction", base::escape(row.string_or("direction"), 40));
    line("From", base::escape(sender_of(row), 320));
    line("To", recipients_of(row, 100));
    line("Subject", base::escape(row.string_or("subject"), 200));
    line("Queue id", base::escape(row.string_or("queue_id"), 40));
    line("Size", print_size(static_cast<std::uint64_t>(std::max<std::int64_t>(row.int_or("bytes"), 0))));
    line("Expires", time_of(row, "expires"));
    if (const base::Json* report = answer.find("report")) out += print_report(*report);
    if (const base::Json* history = answer.find("history")) out += print_history(*history);
    return out;
}

std::optional<std::int64_t> read_since(std::string_view text, std::chrono::system_clock::time_point now) {
    constexpr config::Key date{.section = "", .key = "since", .type = config::Type::date, .help = ""};
    const config::TomlValue value{.data = std::string(text), .line = 0};
    if (const auto day = config::read_value(date, value)) {
        const std::chrono::sys_days at = config::Convert<std::chrono::sys_days>::in(*day);
        return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
    }
    const auto before = config::read_duration(text, "s");
    if (!before) return std::nullopt;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    return std::max<std::int64_t>(seconds - *before, 0);
}

}  // namespace sekisho::cli
