// From fields of the settings to values of the schema and back, by type.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <vector>

#include "config/schema.h"
#include "config/settings.h"
#include "config/value.h"

namespace sekisho::config {

// The enumerations that settings hold, by the names that model/ gives them.
template <class T>
concept NamedEnum = requires(T value) {
    { model::to_string(value) } -> std::same_as<std::string_view>;
};

inline std::optional<model::Action> named(std::string_view text, model::Action) {
    return model::action_from(text);
}
inline std::optional<model::Verdict> named(std::string_view text, model::Verdict) {
    return model::verdict_from(text);
}
inline std::optional<model::Direction> named(std::string_view text, model::Direction) {
    return model::direction_from(text);
}
inline std::optional<model::Unscannable> named(std::string_view text, model::Unscannable) {
    return model::unscannable_from(text);
}

template <class T>
struct Convert;

template <>
struct Convert<bool> {
    static Value out(bool field) { return field; }
    static bool in(const Value& value) { return std::get<bool>(value); }
};
template <std::unsigned_integral T>
struct Convert<T> {
    static Value out(T field) { return static_cast<std::int64_t>(field); }
    static T in(const Value& value) { return static_cast<T>(std::get<std::int64_t>(value)); }
};
template <>
struct Convert<double> {
    static Value out(double field) { return field; }
    static double in(const Value& value) { return std::get<double>(value); }
};
template <>
struct Convert<std::string> {
    static Value out(const std::string& field) { return field; }
    static std::string in(const Value& value) { return std::get<std::string>(value); }
};
template <>
struct Convert<std::vector<std::string>> {
    static Value out(const std::vector<std::string>& field) { return field; }
    static std::vector<std::string> in(const Value& value) {
        return std::get<std::vector<std::string>>(value);
    }
};
template <class Rep, class Period>
struct Convert<std::chrono::duration<Rep, Period>> {
    using Duration = std::chrono::duration<Rep, Period>;
    static Value out(Duration field) { return static_cast<std::int64_t>(field.count()); }
    static Duration in(const Value& value) {
        return Duration(static_cast<Rep>(std::get<std::int64_t>(value)));
    }
};
template <NamedEnum T>
struct Convert<T> {
    static Value out(T field) { return std::string(model::to_string(field)); }
    static T in(const Value& value) { return named(std::get<std::string>(value), T{}).value_or(T{}); }
};
template <NamedEnum T>
struct Convert<std::vector<T>> {
    static Value out(const std::vector<T>& field) {
        std::vector<std::string> names;
        for (const T one : field) {
            names.emplace_back(model::to_string(one));
        }
        return names;
    }
    static std::vector<T> in(const Value& value) {
        std::vector<T> out;
        for (const std::string& name : std::get<std::vector<std::string>>(value)) {
            out.push_back(named(name, T{}).value_or(T{}));
        }
        return out;
    }
};
template <>
struct Convert<std::chrono::sys_days> {
    static Value out(std::chrono::sys_days field) {
        const std::chrono::year_month_day day(field);
        return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                           static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    }
    // The text was checked and has the form YYYY-MM-DD (config/value.cpp).
    static std::chrono::sys_days in(const Value& value) {
        const std::string& text = std::get<std::string>(value);
        int year = 0;
        unsigned month = 0;
        unsigned day = 0;
        const char* digits = text.c_str();
        // NOLINTBEGIN(*-pointer-arithmetic): from_chars wants both ends
        std::from_chars(digits, digits + 4, year);
        std::from_chars(digits + 5, digits + 7, month);
        std::from_chars(digits + 8, digits + 10, day);
        // NOLINTEND(*-pointer-arithmetic)
        return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) /
                                     std::chrono::day(day));
    }
};

template <class T>
std::optional<Value> to_value(const T& field) {
    return Convert<T>::out(field);
}
template <class T>
std::optional<Value> to_value(const std::optional<T>& field) {
    if (!field) return std::nullopt;
    return Convert<T>::out(*field);
}
template <class T>
void from_value(T& field, const Value& value) {
    field = Convert<T>::in(value);
}
template <class T>
void from_value(std::optional<T>& field, const Value& value) {
    field = Convert<T>::in(value);
}

// A row whose field is reached by the chain of members.
template <class Target, auto... members>
constexpr Row<Target> row(Key key) {
    return {key,
            [](const Target& target) -> std::optional<Value> { return to_value((target.*....*members)); },
            [](Target& target, const Value& value) { from_value((target.*....*members), value); }};
}

}  // namespace sekisho::config
