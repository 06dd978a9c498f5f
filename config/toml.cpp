// The one file that includes toml++.
#include "config/toml.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include <toml++/toml.h>

#include "base/escape.h"

namespace sekisho::config {

namespace {

// Recursion is bounded by toml++'s own limit on nesting (256).
TomlValue convert(const toml::node& node) {
    TomlValue out;
    out.line = static_cast<int>(node.source().begin.line);
    if (const auto* table = node.as_table()) {
        TomlTable rows;
        for (const auto& [key, value] : *table) {
            rows.emplace_back(std::string(key.str()), convert(value));
        }
        out.data = std::move(rows);
    } else if (const auto* array = node.as_array()) {
        TomlArray items;
        for (const auto& value : *array) {
            items.push_back(convert(value));
        }
        out.data = std::move(items);
    } else if (const auto* text = node.as_string()) {
        out.data = text->get();
    } else if (const auto* integer = node.as_integer()) {
        out.data = integer->get();
    } else if (const auto* real = node.as_floating_point()) {
        out.data = real->get();
    } else if (const auto* flag = node.as_boolean()) {
        out.data = flag->get();
    } else if (const auto* date = node.as_date()) {
        const std::chrono::year_month_day day{std::chrono::year(date->get().year),
                                              std::chrono::month(date->get().month),
                                              std::chrono::day(date->get().day)};
        out.data = std::chrono::sys_days(day);
    } else {
        out.data = TomlTime{};
    }
    return out;
}

}  // namespace

const TomlValue* find(const TomlTable& table, std::string_view key) {
    const auto row = std::ranges::find_if(table, [&](const auto& item) { return item.first == key; });
    return row == table.end() ? nullptr : &row->second;
}

std::expected<TomlTable, TomlFault> parse_toml(std::string_view text) {
    try {  // Debian's shared toml++ is built with exceptions
        TomlValue root = convert(toml::parse(text));
        return std::get<TomlTable>(std::move(root.data));
    } catch (const toml::parse_error& error) {
        return std::unexpected(TomlFault{.line = static_cast<int>(error.source().begin.line),
                                         .what = base::escape(error.description(), 300)});
    }
}

std::string toml_quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7F) {
            fmt::format_to(std::back_inserter(out), "\\u{:04X}", byte);
        } else {
            out += c;
        }
    }
    return out + '"';
}

}  // namespace sekisho::config
