#include "cli/senders_view.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "base/escape.h"
#include "cli/tree.h"

namespace sekisho::cli {

namespace {

std::string time_of(std::int64_t seconds) {
    if (seconds <= 0) return {};
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::string number_in(const base::Json& row, std::string_view section, std::string_view name) {
    const base::Json* object = row.find(section);
    return object == nullptr ? "0" : fmt::format("{:.0f}", object->number_or(name));
}

std::vector<std::string> texts_of(const base::Json& row, std::string_view key) {
    std::vector<std::string> out;
    const base::Json* list = row.find(key);
    if (list == nullptr || list->as_array() == nullptr) return out;
    for (const base::Json& item : *list->as_array())
        if (item.as_string() != nullptr) out.push_back(base::escape(*item.as_string(), 200));
    return out;
}

// "2026-11-24T10:00:00Z: 12 mails to 40 recipients went out (sekisho accounts incident NAME)"
std::string incident_line(const base::Json& incident, const std::string& name) {
    const base::Json* out = incident.find("out");
    const bool host = incident.string_or("subject") == "host";
    return fmt::format("{}: {} mails to {} recipients went out; sekisho {} incident {}",
                       time_of(incident.int_or("first_sign")), out == nullptr ? 0 : out->int_or("messages"),
                       out == nullptr ? 0 : out->int_or("recipients"), host ? "hosts" : "accounts",
                       base::escape(name, 320));
}

// "messages in a minute   34   4": what was seen, and what is usual.
std::string measures_of(const base::Json& answer) {
    const base::Json* seen = answer.find("seen");
    if (seen == nullptr || seen->as_object() == nullptr) return {};
    std::vector<std::vector<std::string>> rows{{"", "now", "usual"}};
    for (const auto& [name, value] : *seen->as_object()) {
        (void)value;
        rows.push_back(
            {base::escape(name, 60), number_in(answer, "seen", name), number_in(answer, "usual", name)});
    }
    return print_table(rows, {false, true, true});
}

std::string counts_of(const base::Json& answer) {
    const base::Json* counts = answer.find("last_hour");
    if (counts == nullptr || counts->as_object() == nullptr || counts->as_object()->empty()) return {};
    std::vector<std::vector<std::string>> rows{{"in the last hour", ""}};
    for (const auto& [name, value] : *counts->as_object()) {
        (void)value;
        rows.push_back({base::escape(name, 60), number_in(answer, "last_hour", name)});
    }
    return print_table(rows, {false, true});
}

}  // namespace

std::string sparkline(const base::Json& numbers) {
    constexpr std::array<std::string_view, 8> bars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    if (numbers.as_array() == nullptr) return {};
    std::int64_t most = 1;
    for (const base::Json& number : *numbers.as_array())
        if (number.as_int() != nullptr) most = std::max(most, *number.as_int());
    std::string out;
    for (const base::Json& number : *numbers.as_array()) {
        const std::int64_t value =
            number.as_int() == nullptr ? 0 : std::max<std::int64_t>(*number.as_int(), 0);
        if (value == 0) {
            out += ' ';
            continue;
        }
        const double height = static_cast<double>(value) / static_cast<double>(most) * (bars.size() - 1);
        out += bars.at(static_cast<std::size_t>(std::lround(height)));
    }
    return out;
}

std::string print_senders(const base::Json& answer) {
    std::vector<std::vector<std::string>> rows{
        {"name", "standing", "since", "1 min", "1 h", "24 h", "rcpts 24 h", "why"}};
    const base::Json* list = answer.find("rows");
    if (list == nullptr || list->as_array() == nullptr || list->as_array()->empty()) return "Nobody.\n";
    for (const base::Json& row : *list->as_array()) {
        const auto reasons = texts_of(row, "reasons");
        rows.push_back(
            {base::escape(row.string_or("name"), 80), base::escape(row.string_or("standing"), 20),
             time_of(row.int_or("since")), number_in(row, "seen", "messages in a minute"),
             number_in(row, "seen", "messages in an hour"), number_in(row, "seen", "messages in a day"),
             number_in(row, "seen", "recipients in a day"), reasons.empty() ? "" : reasons.front()});
    }
    return print_table(rows, {false, false, false, true, true, true, true});
}

std::string print_sender(const base::Json& answer) {
    std::string out;
    const auto line = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) out += fmt::format("{:<10} {}\n", fmt::format("{}:", name), value);
    };
    line("Name", base::escape(answer.string_or("name"), 320));
    line("Standing", base::escape(answer.string_or("standing"), 20));
    line("Since", time_of(answer.int_or("since")));
    line("Until", time_of(answer.int_or("until")));
    line("Set by", base::escape(answer.string_or("by"), 60));
    for (const std::string& reason : texts_of(answer, "reasons"))
        line("Reason", reason);
    if (const base::Json* incident = answer.find("incident"))
        line("Incident", incident_line(*incident, answer.string_or("name")));
    line("Known for", fmt::format("{} days on which it sent", answer.int_or("days")));
    if (const base::Json* hours = answer.find("hours")) line("24 hours", "|" + sparkline(*hours) + "|");
    out += "\n" + measures_of(answer);
    if (const std::string counts = counts_of(answer); !counts.empty()) out += "\n" + counts;
    return out;
}

}  // namespace sekisho::cli
