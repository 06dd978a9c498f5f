// `sekisho config show`: effective values, and where each came from.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "config/load.h"
#include "config/schema.h"
#include "config/toml.h"

namespace sekisho::config {

namespace {

base::Json as_json(const Key& key, const Value& value) {
    if (key.secret) {
        const auto* texts = std::get_if<std::vector<std::string>>(&value);
        return fmt::format("({} not shown)", texts != nullptr ? texts->size() : 1);
    }
    if (const bool* flag = std::get_if<bool>(&value)) return *flag;
    if (const double* number = std::get_if<double>(&value)) return *number;
    if (const std::string* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
        return base::JsonArray(texts->begin(), texts->end());
    }
    const std::int64_t number = std::get<std::int64_t>(value);
    if (key.type == Type::mode) return fmt::format("{:04o}", number);
    return number;
}

// The table "outbound.limits", or none.
const TomlTable* table_of(const TomlTable& root, std::string_view name) {
    const TomlTable* table = &root;
    for (const std::string_view segment : base::split(name, '.')) {
        const TomlValue* value = find(*table, segment);
        table = value == nullptr ? nullptr : value->as_table();
        if (table == nullptr) return nullptr;
    }
    return table;
}

// The line of "quarantine.keep_days.clean"; 0 where the file does not say it.
int line_of(const TomlTable& root, const std::string& full_name) {
    const std::size_t dot = full_name.rfind('.');
    const TomlTable* table =
        dot == full_name.npos ? &root : table_of(root, std::string_view(full_name).substr(0, dot));
    const TomlValue* value =
        table == nullptr ? nullptr : find(*table, full_name.substr(dot == full_name.npos ? 0 : dot + 1));
    return value == nullptr ? 0 : value->line;
}

// Lines of the rows of a repeated table, in order; empty where the shipped rows hold.
std::vector<int> lines_of(const TomlTable& root, std::string_view name) {
    std::vector<int> lines;
    const std::size_t dot = name.rfind('.');
    const TomlTable* table = dot == name.npos ? &root : table_of(root, name.substr(0, dot));
    const TomlValue* value =
        table == nullptr ? nullptr : find(*table, name.substr(dot == name.npos ? 0 : dot + 1));
    if (value == nullptr || value->as_array() == nullptr) return lines;
    for (const TomlValue& item : *value->as_array()) {
        lines.push_back(item.line);
    }
    return lines;
}

class Shower {
public:
    Shower(const TomlTable& root, const std::string& file) : root_(root), file_(file) {}

    std::string from(int line) const { return line > 0 ? fmt::format("{}:{}", file_, line) : "default"; }

    template <class Target>
    base::JsonArray list(std::string_view name, const std::vector<Target>& targets,
                         std::span<const Row<Target>> rows) const {
        const std::vector<int> lines = lines_of(root_, name);
        const Target fresh{};
        base::JsonArray out;
        for (std::size_t i = 0; i < targets.size(); ++i) {
            base::JsonObject object;
            for (const Row<Target>& row : rows) {
                const auto value = row.get(targets[i]);
                if (value && (row.key.required || value != row.get(fresh))) {
                    object.emplace_back(std::string(row.key.key), as_json(row.key, *value));
                }
            }
            object.emplace_back("from", from(i < lines.size() ? lines[i] : 0));
            out.emplace_back(std::move(object));
        }
        return out;
    }

private:
    const TomlTable& root_;
    const std::string& file_;
};

}  // namespace

base::Json show(const Settings& settings, std::string_view toml, const std::string& file_name) {
    const auto parsed = parse_toml(toml);
    const TomlTable root = parsed.value_or(TomlTable{});
    const Shower shower(root, file_name);
    base::JsonArray values;
    for (const Row<Settings>& row : settings_rows()) {
        const auto value = row.get(settings);
        const std::string name = row.key.full_name();
        values.emplace_back(base::JsonObject{{"key", name},
                                             {"value", value ? as_json(row.key, *value) : base::Json()},
                                             {"unit", row.key.type == Type::size ? "bytes" : row.key.unit},
                                             {"from", shower.from(line_of(root, name))}});
    }
    std::vector<GroupRow> groups;
    for (const auto& [name, members] : settings.groups) {
        groups.push_back({.name = name, .members = members});
    }
    base::JsonArray scores;
    const std::vector<int> score_lines = lines_of(root, "scores");
    for (std::size_t i = 0; i < settings.scores.size(); ++i) {
        base::JsonObject object;
        if (!settings.scores[i].group.empty()) object.emplace_back("group", settings.scores[i].group);
        for (const auto& [id, score] : settings.scores[i].scores) {
            object.emplace_back(id, score);
        }
        object.emplace_back("from", shower.from(i < score_lines.size() ? score_lines[i] : 0));
        scores.emplace_back(std::move(object));
    }
    return base::JsonObject{
        {"file", file_name},
        {"version", settings.version},
        {"settings", std::move(values)},
        {"direction", shower.list("direction", settings.directions, direction_rows())},
        {"rule", shower.list("rule", settings.rules, rule_rows())},
        {"allow", shower.list("allow", settings.allow, allow_rows())},
        {"outbound.limits.override",
         shower.list("outbound.limits.override", settings.outbound.overrides, override_rows())},
        {"group", shower.list("group", groups, group_rows())},
        {"scores", std::move(scores)},
    };
}

}  // namespace sekisho::config
