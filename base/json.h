// A JSON value tree of our own, so that the library behind it is included by one file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace sekisho::base {

class Json;
using JsonArray = std::vector<Json>;
// In order of insertion; a key occurs once in what parse() gives (a second one is malformed).
using JsonObject = std::vector<std::pair<std::string, Json>>;

// A value: copies and compares, owns all it holds.
class Json {
public:
    Json() = default;  // null
    Json(std::nullptr_t) {}
    Json(bool value) : value_(value) {}
    Json(int value) : value_(static_cast<std::int64_t>(value)) {}
    Json(std::int64_t value) : value_(value) {}
    Json(std::uint32_t value) : value_(static_cast<std::int64_t>(value)) {}
    Json(std::uint64_t value) : value_(static_cast<std::int64_t>(value)) {}  // ours never pass 2^63
    Json(double value) : value_(value) {}
    Json(const char* value) : value_(std::string(value)) {}
    Json(std::string_view value) : value_(std::string(value)) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(JsonArray value) : value_(std::move(value)) {}
    Json(JsonObject value) : value_(std::move(value)) {}

    bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
    // Null where the value is of another type. as_int accepts an integer only, as_double any number.
    const bool* as_bool() const { return std::get_if<bool>(&value_); }
    const std::int64_t* as_int() const { return std::get_if<std::int64_t>(&value_); }
    const double* as_double_exact() const { return std::get_if<double>(&value_); }
    const std::string* as_string() const { return std::get_if<std::string>(&value_); }
    const JsonArray* as_array() const { return std::get_if<JsonArray>(&value_); }
    const JsonObject* as_object() const { return std::get_if<JsonObject>(&value_); }
    JsonArray* as_array() { return std::get_if<JsonArray>(&value_); }
    JsonObject* as_object() { return std::get_if<JsonObject>(&value_); }
    const Json* find(std::string_view key) const;  // null where this is no object or has no such key

    // Typed look-ups with a default, for readers of our own records.
    std::string string_or(std::string_view key, std::string_view fallback = {}) const;
    std::int64_t int_or(std::string_view key, std::int64_t fallback = 0) const;
    double number_or(std::string_view key, double fallback = 0) const;
    bool bool_or(std::string_view key, bool fallback = false) const;

    bool operator==(const Json&) const = default;

private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, JsonArray, JsonObject> value_;
};

struct JsonLimits {
    std::size_t max_bytes = 4u << 20;  // longer text: Cause::limit
    int max_depth = 8;                 // arrays and objects within each other; deeper: Cause::limit
};

// RFC 8259 text to a value. Malformed where it is not JSON, a key is doubled or a number does not fit.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});

// One line, ASCII-safe escapes only where JSON needs them; ill-formed UTF-8 becomes U+FFFD.
std::string dump_json(const Json& value);

}  // namespace sekisho::base
