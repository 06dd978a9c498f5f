#include "cli/status_view.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/escape.h"
#include "cli/tree.h"

namespace sekisho::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

// "3 h 12 min"; two units are enough.
std::string span_of(std::int64_t seconds) {
    const std::int64_t minutes = seconds / 60;
    const std::int64_t hours = minutes / 60;
    const std::int64_t days = hours / 24;
    if (days > 0) return fmt::format("{} day{} {} h", days, days == 1 ? "" : "s", hours % 24);
    if (hours > 0) return fmt::format("{} h {} min", hours, minutes % 60);
    if (minutes > 0) return fmt::format("{} min {} s", minutes, seconds % 60);
    return fmt::format("{} s", seconds);
}

std::string started(const base::Json& value, const base::Json& answer) {
    constexpr std::int64_t year_2200 = 7'258'118'400;
    if (value.as_int() == nullptr) return base::dump_json(value);
    const auto at = static_cast<std::time_t>(std::clamp<std::int64_t>(*value.as_int(), 0, year_2200));
    const std::int64_t age = std::max<std::int64_t>(answer.int_or("uptime_s"), 0);
    return fmt::format("{:%Y-%m-%d %H:%M:%S %Z}, {} ago", fmt::localtime(at), span_of(age));
}

std::string one_decimal(const base::Json& value, const base::Json&) {
    if (const double* number = value.as_double_exact()) return fmt::format("{:.1f}", *number);
    return value.as_int() != nullptr ? fmt::format("{}.0", *value.as_int()) : base::dump_json(value);
}

std::string latency(const base::Json& value, const base::Json&) {
    if (value.as_int() == nullptr) return base::dump_json(value);
    return *value.as_int() < 0 ? "longer than is measured" : fmt::format("{} ms", *value.as_int());
}

struct Row {
    std::string_view key;
    std::string (*print)(const base::Json& value, const base::Json& answer);  // null: not printed
};
constexpr std::array special{
    Row{"started", started},
    Row{"uptime_s", nullptr},  // with "started"
    Row{"mail.messages_per_minute", one_decimal},
    Row{"mail.latency_ms.p50", latency},
    Row{"mail.latency_ms.p95", latency},
    Row{"mail.latency_ms.p99", latency},
    Row{"mail.in_flight", nullptr},  // in_flight.messages
    Row{"mail.in_flight_bytes", nullptr},
    Row{"outbound.messages", nullptr},  // mail.directions.outbound
};

std::string printed(std::string_view name, const base::Json& value) {
    if (const std::string* text = value.as_string()) return base::escape(*text, 1'000);
    if (const bool* yes = value.as_bool()) return *yes ? "yes" : "no";
    if (name.ends_with("bytes") && value.as_int() != nullptr) {
        return print_size(static_cast<std::uint64_t>(std::max<std::int64_t>(*value.as_int(), 0)));
    }
    return base::escape(base::dump_json(value), 1'000);
}

// Depth is bounded by the reader of answers (control/protocol.h).
void flatten(const std::string& name, const base::Json& value, const base::Json& answer, Rows& rows) {
    if (const auto* object = value.as_object()) {
        for (const auto& [key, inner] : *object)
            flatten(name.empty() ? key : name + "." + key, inner, answer, rows);
        return;
    }
    if (const auto* list = value.as_array()) {
        if (list->empty()) rows.push_back({base::escape(name), "none"});
        for (std::size_t i = 0; i < list->size(); ++i)
            rows.push_back({i == 0 ? base::escape(name) : "", printed({}, (*list)[i])});
        return;
    }
    const auto* row = std::ranges::find(special, name, &Row::key);
    if (row == special.end()) return rows.push_back({base::escape(name), printed(name, value)});
    if (row->print != nullptr) rows.push_back({base::escape(name), row->print(value, answer)});
}

}  // namespace

std::string print_status(const base::Json& answer) {
    Rows rows;
    flatten({}, answer, answer, rows);
    return print_table(rows, {});
}

}  // namespace sekisho::cli
