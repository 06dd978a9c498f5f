// The types that a setting may have, how each is read from TOML, and how it is written back.
#pragma once

#include <cstdint>
#include <expected>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/toml.h"

namespace sekisho::config {

enum class Type : std::uint8_t {
    boolean,
    integer,
    number,    // integer or real
    size,      // bytes: an integer, or text such as "150MB" (10^6) and "150MiB" (2^20)
    duration,  // an integer in the row's unit, or text such as "60s", "15 min", "90 days"
    mode,      // file mode: 0o660, or text "0660"
    text,
    date,   // 2027-03-31, as TOML's date or as text
    texts,  // a list of text; one text alone is a list of one
};

// size, mode and integer hold an integer; a duration holds the count of its row's unit; a date its text.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;

// Says what would be right, or nothing where `text` is right.
using TextCheck = std::string (*)(std::string_view text);

// One row of the schema: what operators see of a setting.
struct Key {
    std::string_view section;  // "milter", "quarantine.keep_days", "rule"; empty: top level
    std::string_view key;
    Type type = Type::text;
    std::string_view unit = {};  // of a duration: "us", "ms", "s" or "days"; else a word for the reader
    std::int64_t min = 0;
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
    std::span<const std::string_view> choices = {};
    TextCheck check = nullptr;  // of a text, or of each text of a list
    std::string_view help;
    std::string_view example = {};       // a TOML value; shown where the default is empty
    std::string_view default_text = {};  // what stands in for an empty default, in words
    bool required = false;               // rows of tables only
    bool secret = false;                 // never shown

    std::string full_name() const;  // "milter.socket"
};

// What is wrong and what would be right, in one line; the caller adds file, line and key.
std::expected<Value, std::string> read_value(const Key& key, const TomlValue& toml);

std::string write_value(const Key& key, const Value& value);  // as TOML, in the unit that reads best
std::string describe_type(const Key& key);                    // "duration (integer: s)", "one of a, b"

std::expected<std::int64_t, std::string> read_size(std::string_view text);
std::expected<std::int64_t, std::string> read_duration(std::string_view text, std::string_view unit);

// The candidate that `word` most likely means (edit distance of at most a third of it), or "".
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace sekisho::config
