// A TOML document as a value tree of our own with source lines, so that toml++ is included by one file.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sekisho::config {

struct TomlValue;
struct TomlEntry;  // a key and its value; a std::pair would look into the value before it is complete
using TomlArray = std::vector<TomlValue>;
using TomlTable = std::vector<TomlEntry>;

// A time of day, alone or with a date: no setting of ours is one.
struct TomlTime {
    bool operator==(const TomlTime&) const = default;
};

struct TomlValue {
    std::variant<bool, std::int64_t, double, std::string, std::chrono::sys_days, TomlTime, TomlArray,
                 TomlTable>
        data;
    int line = 0;  // 1 is the first

    const TomlTable* as_table() const { return std::get_if<TomlTable>(&data); }
    const TomlArray* as_array() const { return std::get_if<TomlArray>(&data); }
    const std::string* as_string() const { return std::get_if<std::string>(&data); }
    const std::int64_t* as_integer() const { return std::get_if<std::int64_t>(&data); }
};

struct TomlEntry {
    std::string first;
    TomlValue second;
};

// Null where the table has no such key.
const TomlValue* find(const TomlTable& table, std::string_view key);

struct TomlFault {
    int line = 0;
    std::string what;  // one line
};

// TOML 1.0. Tables come in order of their keys, not of the file.
std::expected<TomlTable, TomlFault> parse_toml(std::string_view text);

// A basic string with its quotes, escaped so that parse_toml gives `text` back (well-formed UTF-8 only).
std::string toml_quoted(std::string_view text);

}  // namespace sekisho::config
