#include "bench/outbound_sim/keys.h"

#include <fmt/format.h>

#include <optional>

namespace sekisho::outbound_sim {

namespace {

std::optional<double> number_of(const config::TomlValue& value) {
    if (const auto* whole = value.as_integer()) return static_cast<double>(*whole);
    if (const auto* real = std::get_if<double>(&value.data)) return *real;
    return std::nullopt;
}

std::string bounds(double min, double max) { return fmt::format("from {} to {}", min, max); }

}  // namespace

base::Error key_fault(int line, std::string_view key, std::string_view what) {
    // What several lines make wrong together has none.
    const std::string where = line > 0 ? fmt::format("line {}: ", line) : std::string();
    return {base::Cause::invalid, fmt::format("{}{}: {}", where, key, what)};
}

base::Result<double> read_number(const config::TomlEntry& entry, std::string_view name, double min,
                                 double max) {
    const auto value = number_of(entry.second);
    if (!value || !(*value >= min && *value <= max))
        return std::unexpected(key_fault(entry.second.line, name, "must be a number " + bounds(min, max)));
    return *value;
}

base::Result<Range> read_range(const config::TomlEntry& entry, std::string_view name, double min,
                               double max) {
    const auto wrong = [&] {
        return std::unexpected(key_fault(entry.second.line, name,
                                         "must be [from, to], both " + bounds(min, max) + ", from <= to"));
    };
    const auto* array = entry.second.as_array();
    if (array == nullptr || array->size() != 2) return wrong();
    const auto from = number_of((*array)[0]);
    const auto to = number_of((*array)[1]);
    if (!from || !to || !(*from >= min && *from <= *to && *to <= max)) return wrong();
    return Range{*from, *to};
}

base::Result<bool> read_flag(const config::TomlEntry& entry, std::string_view name) {
    if (const auto* flag = std::get_if<bool>(&entry.second.data)) return *flag;
    return std::unexpected(key_fault(entry.second.line, name, "must be true or false"));
}

base::Result<std::string> read_text(const config::TomlEntry& entry, std::string_view name,
                                    std::span<const std::string_view> choices) {
    const auto* text = entry.second.as_string();
    if (text != nullptr && (choices.empty() || std::ranges::find(choices, *text) != choices.end()))
        return *text;
    if (text == nullptr && choices.empty())
        return std::unexpected(key_fault(entry.second.line, name, "must be a text"));
    return std::unexpected(key_fault(entry.second.line, name,
                                     fmt::format("must be one of \"{}\"", fmt::join(choices, "\", \""))));
}

base::Result<std::vector<std::string>> read_texts(const config::TomlEntry& entry, std::string_view name) {
    const auto wrong = [&] {
        return std::unexpected(key_fault(entry.second.line, name, "must be a list of texts"));
    };
    const auto* array = entry.second.as_array();
    if (array == nullptr) return wrong();
    std::vector<std::string> out;
    for (const auto& value : *array) {
        if (value.as_string() == nullptr) return wrong();
        out.push_back(*value.as_string());
    }
    return out;
}

std::string write(double value) { return fmt::format("{}", value); }
std::string write(bool value) { return value ? "true" : "false"; }
std::string write(const Range& value) { return fmt::format("[{}, {}]", value.from, value.to); }
std::string write(const std::string& value) { return config::toml_quoted(value); }
std::string write(const std::vector<std::string>& value) {
    std::string out;
    for (const std::string& text : value)
        out += (out.empty() ? "" : ", ") + config::toml_quoted(text);
    return "[" + out + "]";
}

}  // namespace sekisho::outbound_sim
