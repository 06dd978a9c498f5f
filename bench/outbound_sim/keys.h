// How a struct of settings is read from a TOML table: one row a key.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "bench/outbound_sim/random.h"
#include "config/toml.h"

namespace sekisho::outbound_sim {

template <class T>
struct KeyRow {
    std::string_view key;
    std::variant<double T::*, bool T::*, Range T::*, std::string T::*, std::vector<std::string> T::*> field;
    double min = 0, max = 1;  // of a number, and of both ends of a range
    std::string_view help;
    std::span<const std::string_view> choices = {};  // of a text
};

base::Error key_fault(int line, std::string_view key, std::string_view what);
base::Result<double> read_number(const config::TomlEntry& entry, std::string_view name, double min,
                                 double max);
base::Result<Range> read_range(const config::TomlEntry& entry, std::string_view name, double min, double max);
base::Result<bool> read_flag(const config::TomlEntry& entry, std::string_view name);
base::Result<std::string> read_text(const config::TomlEntry& entry, std::string_view name,
                                    std::span<const std::string_view> choices);
base::Result<std::vector<std::string>> read_texts(const config::TomlEntry& entry, std::string_view name);

std::string write(double value);
std::string write(bool value);
std::string write(const Range& value);
std::string write(const std::string& value);
std::string write(const std::vector<std::string>& value);

template <class T>
base::Result<void> read_key(const KeyRow<T>& row, const config::TomlEntry& entry, std::string_view name,
                            T& into) {
    if (const auto* number = std::get_if<double T::*>(&row.field))
        into.*(*number) = SEKISHO_TRY(read_number(entry, name, row.min, row.max));
    else if (const auto* flag = std::get_if<bool T::*>(&row.field))
        into.*(*flag) = SEKISHO_TRY(read_flag(entry, name));
    else if (const auto* range = std::get_if<Range T::*>(&row.field))
        into.*(*range) = SEKISHO_TRY(read_range(entry, name, row.min, row.max));
    else if (const auto* text = std::get_if<std::string T::*>(&row.field))
        into.*(*text) = SEKISHO_TRY(read_text(entry, name, row.choices));
    else
        into.*std::get<std::vector<std::string> T::*>(row.field) = SEKISHO_TRY(read_texts(entry, name));
    return {};
}

// Every key of the table must be one of the rows.
template <class T, std::size_t n>
base::Result<void> read_keys(const std::array<KeyRow<T>, n>& rows, const config::TomlTable& table,
                             std::string_view section, T& into) {
    for (const auto& entry : table) {
        const std::string name = std::string(section) + "." + entry.first;
        const auto row = std::ranges::find(rows, std::string_view(entry.first), &KeyRow<T>::key);
        if (row == rows.end())
            return std::unexpected(key_fault(entry.second.line, name, "there is no such key"));
        SEKISHO_TRY(read_key(*row, entry, name, into));
    }
    return {};
}

template <class T, std::size_t n>
std::string write_keys(const std::array<KeyRow<T>, n>& rows, const T& from) {
    std::string out;
    for (const auto& row : rows)
        out += std::string(row.key) + " = " +
               std::visit([&](auto field) { return write(from.*field); }, row.field) + "\n";
    return out;
}

}  // namespace sekisho::outbound_sim
