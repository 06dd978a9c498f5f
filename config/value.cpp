#include "config/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/escape.h"
#include "base/text.h"

namespace sekisho::config {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor;
};

constexpr std::array size_units{
    Unit{"B", 1},           Unit{"KiB", 1ll << 10},    Unit{"MiB", 1ll << 20},
    Unit{"GiB", 1ll << 30}, Unit{"TiB", 1ll << 40},    Unit{"KB", 1'000},
    Unit{"MB", 1'000'000},  Unit{"GB", 1'000'000'000}, Unit{"TB", 1'000'000'000'000},
};

// In microseconds; the names after the first of a factor are other spellings.
constexpr std::array time_units{
    Unit{"us", 1},
    Unit{"ms", 1'000},
    Unit{"s", 1'000'000},
    Unit{"sec", 1'000'000},
    Unit{"seconds", 1'000'000},
    Unit{"min", 60'000'000},
    Unit{"minutes", 60'000'000},
    Unit{"h", 3'600'000'000},
    Unit{"hours", 3'600'000'000},
    Unit{"days", 86'400'000'000},
    Unit{"day", 86'400'000'000},
    Unit{"d", 86'400'000'000},
};

std::optional<std::int64_t> factor_of(std::span<const Unit> units, std::string_view name) {
    const auto row = std::ranges::find_if(
        units, [&](const Unit& unit) { return base::equals_ignoring_case(unit.name, name); });
    if (row == units.end()) return std::nullopt;
    return row->factor;
}

// "<digits>[ ]<unit>" in the smallest unit; nothing where it is not that or does not fit.
std::optional<std::int64_t> read_quantity(std::string_view text, std::span<const Unit> units) {
    text = base::trim(text);
    std::int64_t number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0) return std::nullopt;
    const std::string_view name = base::trim(text.substr(static_cast<std::size_t>(rest - text.data())));
    const auto factor = factor_of(units, name);
    if (!factor || number > std::numeric_limits<std::int64_t>::max() / *factor) return std::nullopt;
    return number * *factor;
}

std::string range_of(const Key& key) {
    const bool open = key.max == std::numeric_limits<std::int64_t>::max();
    return open ? fmt::format("at least {}", key.min) : fmt::format("from {} to {}", key.min, key.max);
}

std::expected<Value, std::string> in_range(const Key& key, std::int64_t number) {
    if (number >= key.min && number <= key.max) return number;
    const std::string_view unit = key.type == Type::size ? "bytes" : key.unit;
    return std::unexpected(fmt::format("{} is out of range; it has to be {}{}{}", number, range_of(key),
                                       unit.empty() ? "" : " ", unit));
}

std::string list_of(std::span<const std::string_view> words) {
    return fmt::format("{}", fmt::join(words, ", "));
}

std::string complaint_of(const Key& key, std::string_view text) {
    if (!key.choices.empty() && std::ranges::find(key.choices, text) == key.choices.end()) {
        const std::string_view meant = nearest(text, key.choices);
        return fmt::format("\"{}\" is not known; {}", base::escape(text, 60),
                           meant.empty() ? "choose one of " + list_of(key.choices)
                                         : fmt::format("did you mean \"{}\"?", meant));
    }
    if (key.check == nullptr) return {};
    const std::string right = key.check(text);
    if (right.empty()) return {};
    return fmt::format("\"{}\" is not right; {}", base::escape(text, 60), right);
}

std::expected<Value, std::string> read_text(const Key& key, const TomlValue& toml) {
    const std::string* text = toml.as_string();
    if (text == nullptr) return std::unexpected("this has to be text in quotes");
    if (std::string complaint = complaint_of(key, *text); !complaint.empty()) {
        return std::unexpected(std::move(complaint));
    }
    return *text;
}

std::expected<Value, std::string> read_texts(const Key& key, const TomlValue& toml) {
    const TomlArray alone{toml};
    const TomlArray* items = toml.as_array() != nullptr ? toml.as_array() : &alone;
    std::vector<std::string> out;
    for (const TomlValue& item : *items) {
        const std::string* text = item.as_string();
        if (text == nullptr) return std::unexpected("this has to be a list of texts, such as [\"a\", \"b\"]");
        if (std::string complaint = complaint_of(key, *text); !complaint.empty()) {
            return std::unexpected(std::move(complaint));
        }
        out.push_back(*text);
    }
    return out;
}

std::expected<Value, std::string> read_number(const Key& key, const TomlValue& toml) {
    double number = 0;
    if (const auto* real = std::get_if<double>(&toml.data)) {
        number = *real;
    } else if (const auto* integer = toml.as_integer()) {
        number = static_cast<double>(*integer);
    } else {
        return std::unexpected("this has to be a number");
    }
    if (std::isfinite(number) && number >= static_cast<double>(key.min) &&
        number <= static_cast<double>(key.max)) {
        return number;
    }
    return std::unexpected(fmt::format("{} is out of range; it has to be {}", number, range_of(key)));
}

std::expected<Value, std::string> read_quantity_of(const Key& key, const TomlValue& toml) {
    if (const auto* number = toml.as_integer()) return in_range(key, *number);
    const std::string* text = toml.as_string();
    const bool is_size = key.type == Type::size;
    if (text == nullptr) {
        return std::unexpected(is_size ? std::string("this has to be a size, such as \"150MiB\"")
                                       : std::string("this has to be a duration, such as \"60s\""));
    }
    const auto number = is_size ? read_size(*text) : read_duration(*text, key.unit);
    if (!number) return std::unexpected(number.error());
    return in_range(key, *number);
}

std::expected<Value, std::string> read_mode(const Key& key, const TomlValue& toml) {
    if (const auto* number = toml.as_integer()) return in_range(key, *number);
    std::int64_t mode = -1;
    if (const std::string* text = toml.as_string()) {
        // NOLINTNEXTLINE(*-pointer-arithmetic): from_chars wants both ends
        const auto [rest, error] = std::from_chars(text->data(), text->data() + text->size(), mode, 8);
        // NOLINTNEXTLINE(*-pointer-arithmetic): from_chars wants both ends
        if (error != std::errc() || rest != text->data() + text->size()) mode = -1;
    }
    if (mode >= key.min && mode <= key.max) return mode;
    return std::unexpected("this has to be a file mode, such as 0o660");
}

std::expected<Value, std::string> read_date(const TomlValue& toml) {
    constexpr std::string_view right = "this has to be a date, such as 2027-03-31";
    std::chrono::year_month_day day{};
    if (const auto* date = std::get_if<std::chrono::sys_days>(&toml.data)) {
        day = *date;
    } else if (const std::string* text = toml.as_string()) {
        const auto fields = base::split(*text, '-');
        std::array<int, 3> numbers{};
        for (std::size_t i = 0; i < numbers.size() && fields.size() == 3; ++i) {
            std::from_chars(fields[i].data(), fields[i].data() + fields[i].size(), numbers[i]);
        }
        day = std::chrono::year(numbers[0]) / numbers[1] / numbers[2];
        if (!day.ok() || fields.size() != 3 || text->size() != 10) return std::unexpected(std::string(right));
    } else {
        return std::unexpected(std::string(right));
    }
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()));
}

// The largest unit of the table that divides the number without a rest.
std::string in_best_unit(std::int64_t number, std::span<const Unit> units) {
    const Unit* best = &units.front();
    for (const Unit& unit : units) {
        if (number % unit.factor == 0 && unit.factor > best->factor) best = &unit;
    }
    const bool word = best->name.size() > 3;
    return fmt::format("\"{}{}{}\"", number / best->factor, word ? " " : "", best->name);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
            diagonal = above;
        }
    }
    return row.back();
}

}  // namespace

std::string Key::full_name() const {
    return section.empty() ? std::string(key) : fmt::format("{}.{}", section, key);
}

std::expected<std::int64_t, std::string> read_size(std::string_view text) {
    if (const auto bytes = read_quantity(text, size_units)) return *bytes;
    return std::unexpected(
        fmt::format("\"{}\" is no size; write an integer in bytes, or text such as \"150MB\" or \"150MiB\"",
                    base::escape(text, 40)));
}

std::expected<std::int64_t, std::string> read_duration(std::string_view text, std::string_view unit) {
    const auto micros = read_quantity(text, time_units);
    const std::int64_t factor = factor_of(time_units, unit).value_or(1);
    if (micros && *micros % factor == 0) return *micros / factor;
    return std::unexpected(
        fmt::format("\"{}\" is no duration in whole {}; write an integer, or text such as \"60s\", \"15 "
                    "min\" or \"90 days\"",
                    base::escape(text, 40), unit));
}

std::expected<Value, std::string> read_value(const Key& key, const TomlValue& toml) {
    switch (key.type) {
        case Type::boolean:
            if (const bool* flag = std::get_if<bool>(&toml.data)) return *flag;
            return std::unexpected("this has to be true or false, without quotes");
        case Type::integer:
            if (const auto* number = toml.as_integer()) return in_range(key, *number);
            return std::unexpected(fmt::format("this has to be an integer, {}", range_of(key)));
        case Type::number:
            return read_number(key, toml);
        case Type::size:
        case Type::duration:
            return read_quantity_of(key, toml);
        case Type::mode:
            return read_mode(key, toml);
        case Type::text:
            return read_text(key, toml);
        case Type::date:
            return read_date(toml);
        case Type::texts:
            return read_texts(key, toml);
    }
    return std::unexpected("this has an unknown type");
}

std::string write_value(const Key& key, const Value& value) {
    if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const double* number = std::get_if<double>(&value)) {
        std::string text = fmt::format("{}", *number);
        return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
    }
    if (const std::string* text = std::get_if<std::string>(&value)) {
        return key.type == Type::date ? *text : toml_quoted(*text);
    }
    if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
        std::vector<std::string> quoted;
        std::ranges::transform(*texts, std::back_inserter(quoted), toml_quoted);
        return fmt::format("[{}]", fmt::join(quoted, ", "));
    }
    const std::int64_t number = std::get<std::int64_t>(value);
    if (key.type == Type::mode) return fmt::format("0o{:o}", number);
    if (number == 0) return "0";
    if (key.type == Type::size) return in_best_unit(number, size_units);
    if (key.type == Type::duration) {
        return in_best_unit(number * factor_of(time_units, key.unit).value_or(1), time_units);
    }
    return fmt::format("{}", number);
}

std::string describe_type(const Key& key) {
    if (!key.choices.empty()) {
        return fmt::format("{}: {}", key.type == Type::texts ? "list of" : "one of", list_of(key.choices));
    }
    switch (key.type) {
        case Type::boolean:
            return "true or false";
        case Type::integer:
            return key.unit.empty() ? "integer" : fmt::format("integer, {}", key.unit);
        case Type::number:
            return key.unit.empty() ? "number" : fmt::format("number, {}", key.unit);
        case Type::size:
            return "size (an integer is bytes)";
        case Type::duration:
            return fmt::format("duration (an integer is {})", key.unit);
        case Type::mode:
            return "file mode";
        case Type::text:
            return "text";
        case Type::date:
            return "date";
        case Type::texts:
            return "list of texts";
    }
    return "?";
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
    std::string_view best;
    std::size_t least = std::min<std::size_t>(word.size(), 60) / 3 + 1;
    if (word.size() > 60) return best;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < least) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

}  // namespace sekisho::config
