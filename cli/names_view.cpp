#include "cli/names_view.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <vector>

#include "base/escape.h"
#include "cli/tree.h"

namespace sekisho::cli {

namespace {

std::string count_in(const base::Json& row, std::string_view what, std::string_view window) {
    const base::Json* seen = row.find("seen");
    const base::Json* counts = seen == nullptr ? nullptr : seen->find(what);
    return counts == nullptr ? "" : fmt::format("{:.0f}", counts->number_or(window));
}

const base::JsonArray& rows_of(const base::Json& answer) {
    static const base::JsonArray none;
    const base::Json* rows = answer.find("rows");
    return rows == nullptr || rows->as_array() == nullptr ? none : *rows->as_array();
}

}  // namespace

std::string print_names(const base::Json& answer) {
    std::vector<std::vector<std::string>> rows{{"name", "sender 1 h", "24 h", "From 1 h", "24 h",
                                                "rcpts 24 h", "findings 24 h", "accounts 24 h",
                                                "clients 24 h"}};
    if (rows_of(answer).empty()) return "None.\n";
    for (const base::Json& row : rows_of(answer)) {
        const auto count = [&](std::string_view what, std::string_view window) {
            return count_in(row, what, window);
        };
        rows.push_back({base::escape(row.string_or("name"), 80), count("messages as envelope sender", "hour"),
                        count("messages as envelope sender", "day"),
                        count("messages with it in From", "hour"), count("messages with it in From", "day"),
                        count("recipients", "day"), count("messages with findings", "day"),
                        count("accounts", "day"), count("client addresses", "day")});
    }
    return print_table(rows, {false, true, true, true, true, true, true, true, true});
}

std::string print_name(const base::Json& answer) {
    std::string out;
    for (const base::Json& row : rows_of(answer)) {
        out += fmt::format("{}{} ({})\n\n", out.empty() ? "" : "\n", base::escape(row.string_or("name"), 320),
                           base::escape(row.string_or("kind"), 20));
        std::vector<std::vector<std::string>> table{{"", "1 min", "10 min", "1 h", "24 h"}};
        const base::Json* seen = row.find("seen");
        if (seen == nullptr || seen->as_object() == nullptr) continue;
        for (const auto& [what, counts] : *seen->as_object()) {
            (void)counts;
            std::vector<std::string> line{base::escape(what, 60)};
            for (const std::string_view window : {"minute", "ten_minutes", "hour", "day"})
                line.push_back(count_in(row, what, window));
            table.push_back(std::move(line));
        }
        out += print_table(table, {false, true, true, true, true});
    }
    return out;
}

}  // namespace sekisho::cli
