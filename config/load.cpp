#include "config/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/escape.h"
#include "base/fd.h"
#include "base/hash.h"
#include "config/checks.h"
#include "config/installation.h"
#include "config/schema.h"
#include "config/toml.h"

namespace sekisho::config {

namespace {

constexpr std::size_t max_file_bytes = 1u << 20;

class Loader {
public:
    explicit Loader(std::string file) : file_(std::move(file)) {}

    void root(const TomlTable& root);
    void check_groups();
    Loaded take() && { return std::move(loaded_); }
    void fault(int line, std::string what) { loaded_.problems.push_back({file_, line, std::move(what)}); }

private:
    void section(std::string_view name, const TomlTable& table, int line);
    void scores(const TomlValue& list);
    void score_item(ScoreRow& row, const std::string& id, const TomlValue& value);
    void references(const std::vector<std::string>& texts, std::string_view key, int line);
    void unknown(std::string_view name, std::string_view key, int line,
                 std::span<const std::string_view> known);

    // Fills one row of a repeated table; `seen` are its keys.
    template <class Target>
    void fill(std::span<const Row<Target>> rows, const TomlTable& table, int line, Target& target);
    template <class Target>
    std::vector<Target> list(std::string_view name, const TomlValue& value,
                             std::span<const Row<Target>> rows);

    std::string file_;
    Loaded loaded_{.settings = defaults(), .problems = {}};
};

void Loader::unknown(std::string_view name, std::string_view key, int line,
                     std::span<const std::string_view> known) {
    const std::string_view meant = nearest(key, known);
    std::string place = name.empty() ? std::string("at the top level") : fmt::format("in [{}]", name);
    fault(line, fmt::format("unknown key \"{}\" {}; {}", base::escape(key, 60), place,
                            meant.empty() ? "known are " + fmt::format("{}", fmt::join(known, ", "))
                                          : fmt::format("did you mean \"{}\"?", meant)));
}

template <class Target>
void Loader::fill(std::span<const Row<Target>> rows, const TomlTable& table, int line, Target& target) {
    std::vector<std::string_view> known;
    for (const Row<Target>& row : rows) {
        known.push_back(row.key.key);
        const TomlValue* value = find(table, row.key.key);
        if (value == nullptr) {
            if (row.key.required) {
                fault(line, fmt::format("{} is missing; {}", row.key.full_name(), describe_type(row.key)));
            }
            continue;
        }
        if (auto read = read_value(row.key, *value)) {
            row.set(target, *read);
        } else {
            fault(value->line, fmt::format("{}: {}", row.key.full_name(), read.error()));
        }
    }
    for (const auto& [key, value] : table) {
        if (std::ranges::find(known, key) == known.end()) {
            unknown(rows.front().key.section, key, value.line, known);
        }
    }
}

template <class Target>
std::vector<Target> Loader::list(std::string_view name, const TomlValue& value,
                                 std::span<const Row<Target>> rows) {
    std::vector<Target> out;
    const TomlArray* items = value.as_array();
    if (items == nullptr) {
        fault(value.line, fmt::format("{} is a list of tables; write [[{}]]", name, name));
        return out;
    }
    for (const TomlValue& item : *items) {
        const TomlTable* table = item.as_table();
        if (table == nullptr) {
            fault(item.line, fmt::format("{} is a list of tables; write [[{}]]", name, name));
            continue;
        }
        Target& target = out.emplace_back();
        if constexpr (requires { target.line; }) target.line = item.line;
        fill(rows, *table, item.line, target);
    }
    return out;
}

// A section that occurs once. Its keys are the rows of that name; a table within is a section of its own.
void Loader::section(std::string_view name, const TomlTable& table, int) {
    std::vector<std::string_view> known;
    for (const Row<Settings>& row : settings_rows()) {
        if (row.key.section == name) known.push_back(row.key.key);
    }
    for (const SectionRow& inner : sections()) {
        const bool child = name.empty()
                               ? inner.name.find('.') == std::string_view::npos && !inner.name.empty()
                               : inner.name.starts_with(name) && inner.name.size() > name.size() &&
                                     inner.name[name.size()] == '.';
        if (child) known.push_back(inner.name.substr(name.empty() ? 0 : name.size() + 1));
    }
    for (const auto& [key, value] : table) {
        const std::string full = name.empty() ? key : fmt::format("{}.{}", name, key);
        const auto inner = std::ranges::find(sections(), std::string_view(full), &SectionRow::name);
        if (full == override_rows().front().key.section) {
            loaded_.settings.outbound.overrides = list(std::string_view(full), value, override_rows());
            continue;
        }
        if (inner != sections().end()) {
            if (inner->repeated) continue;  // read by root()
            if (const TomlTable* child = value.as_table()) {
                section(full, *child, value.line);
            } else {
                fault(value.line, fmt::format("{} is a table; write [{}]", full, full));
            }
            continue;
        }
        const bool holds_sections = std::ranges::any_of(
            sections(), [&](const SectionRow& row) { return row.name.starts_with(full + '.'); });
        if (holds_sections && value.as_table() != nullptr) {
            section(full, *value.as_table(), value.line);
            continue;
        }
        const auto row = std::ranges::find_if(settings_rows(), [&](const Row<Settings>& candidate) {
            return candidate.key.section == name && candidate.key.key == key;
        });
        if (row == settings_rows().end()) {
            unknown(name, key, value.line, known);
        } else if (auto read = read_value(row->key, value)) {
            row->set(loaded_.settings, *read);
        } else {
            fault(value.line, fmt::format("{}: {}", row->key.full_name(), read.error()));
        }
    }
}

// `office.vba.exec = 1` without quotes is a table within a table in TOML; it means the same here.
void Loader::score_item(ScoreRow& row, const std::string& id, const TomlValue& value) {
    if (const TomlTable* table = value.as_table()) {
        for (const auto& [key, inner] : *table) {
            score_item(row, fmt::format("{}.{}", id, key), inner);
        }
        return;
    }
    if (const std::string right = check_finding(id); !right.empty()) {
        return fault(value.line, fmt::format("scores.\"{}\": {}", base::escape(id, 60), right));
    }
    if (const auto read = read_value(score_key(), value)) {
        row.scores[id] = std::get<double>(*read);
    } else {
        fault(value.line, fmt::format("scores.\"{}\": {}", base::escape(id, 60), read.error()));
    }
}

void Loader::scores(const TomlValue& value) {
    const TomlArray* items = value.as_array();
    if (items == nullptr) return fault(value.line, "scores is a list of tables; write [[scores]]");
    const Row<ScoreRow>& group = score_rows().front();
    for (const TomlValue& item : *items) {
        const TomlTable* table = item.as_table();
        if (table == nullptr) {
            fault(item.line, "scores is a list of tables; write [[scores]]");
            continue;
        }
        ScoreRow row;
        for (const auto& [key, inner] : *table) {
            if (key != group.key.key) {
                score_item(row, key, inner);
            } else if (auto read = read_value(group.key, inner)) {
                group.set(row, *read);
                references({"@" + row.group}, "scores.group", inner.line);
            } else {
                fault(inner.line, fmt::format("scores.group: {}", read.error()));
            }
        }
        loaded_.settings.scores.push_back(std::move(row));
    }
}

void Loader::references(const std::vector<std::string>& texts, std::string_view key, int line) {
    for (const std::string& text : texts) {
        if (!text.starts_with('@') || loaded_.settings.groups.contains(std::string_view(text).substr(1)))
            continue;
        std::vector<std::string_view> names;
        for (const auto& [name, members] : loaded_.settings.groups) {
            names.push_back(name);
        }
        const std::string_view meant = nearest(std::string_view(text).substr(1), names);
        const std::string hint = meant.empty()
                                     ? "add a [[group]] of that name; a domain is written \"*@domain\""
                                     : fmt::format("did you mean \"@{}\"?", meant);
        fault(line,
              fmt::format("{}: there is no group \"{}\"; {}", key, base::escape(text.substr(1), 60), hint));
    }
}

void Loader::root(const TomlTable& root) {
    Settings& settings = loaded_.settings;
    section("", root, 0);
    if (const TomlValue* value = find(root, "group")) {
        for (GroupRow& row : list(std::string_view("group"), *value, group_rows())) {
            if (settings.groups.contains(row.name)) {
                fault(value->line,
                      fmt::format("group.name: \"{}\" occurs twice; put the members together", row.name));
            }
            settings.groups[row.name] = std::move(row.members);
        }
    }
    if (const TomlValue* value = find(root, "direction")) {
        settings.directions = list(std::string_view("direction"), *value, direction_rows());
    }
    if (const TomlValue* value = find(root, "rule")) {
        settings.rules = list(std::string_view("rule"), *value, rule_rows());
    }
    if (const TomlValue* value = find(root, "allow")) {
        settings.allow = list(std::string_view("allow"), *value, allow_rows());
    }
    if (const TomlValue* value = find(root, "scores")) scores(*value);
}

// What no single row can see.
void Loader::check_groups() {
    const Settings& settings = loaded_.settings;
    std::set<std::string> names;
    for (const PolicyRule& rule : settings.rules) {
        references(rule.senders, "rule.senders", rule.line);
        references(rule.recipients, "rule.recipients", rule.line);
        references(rule.accounts, "rule.accounts", rule.line);
        if (!rule.name.empty() && !names.insert(rule.name).second) {
            fault(rule.line,
                  fmt::format("rule.name: \"{}\" occurs twice; each row has a name of its own", rule.name));
        }
    }
    for (const SenderClass& row : settings.outbound.overrides) {
        references(row.accounts, "outbound.limits.override.accounts", row.line);
        if (row.accounts.empty() && row.networks.empty() && row.domains.empty())
            fault(row.line,
                  "outbound.limits.override: the row names nobody; give accounts, networks or domains");
    }
    if (settings.state.redis.tls_cert.empty() != settings.state.redis.tls_key.empty())
        fault(0, "state.redis: tls_cert and tls_key belong together; set both or none");
    for (const AllowRow& row : settings.allow) {
        references(row.senders, "allow.senders", row.line);
        if (row.senders.empty() && row.sha256.empty() && row.findings.empty()) {
            fault(row.line, "allow: nothing is allowed by this row; give senders, sha256 or findings");
        }
    }
    if (!settings.outbound.webhook.url.empty() && settings.outbound.webhook.secret_file.empty())
        fault(0, "outbound.webhook.secret_file is missing: every request is signed with its secret");
    if (const auto& command = settings.outbound.actions.command;
        !command.empty() && !command.front().starts_with('/')) {
        fault(0, "outbound.actions.command: begins with the absolute path of a program");
    }
    if (settings.thresholds.malicious < settings.thresholds.suspicious) {
        fault(0,
              fmt::format("thresholds: malicious ({}) is below suspicious ({}); it has to be the higher one",
                          settings.thresholds.malicious, settings.thresholds.suspicious));
    }
    if (settings.limits.max_part_bytes > settings.limits.max_bytes_out) {
        fault(0,
              "limits: max_part_bytes is above max_bytes_out, and can never be reached; lower it or raise "
              "the other");
    }
}

void inherit_limits(SenderClass& row, const SenderClass& from) {
    for (const auto limit : sender_limits)
        if (!(row.*limit)) row.*limit = from.*limit;
}

// "inet:port@host" is how sockets are written on our side; who connects wants "inet:host:port".
void turn_round(std::string& server) {
    const std::size_t at = server.find('@');
    if (server.starts_with("inet:") && at != std::string::npos)
        server = fmt::format("inet:{}:{}", server.substr(at + 1), server.substr(5, at - 5));
}

void normalise(Settings& settings) {
    turn_round(settings.quarantine.release_to);
    turn_round(settings.state.redis.address);
    settings.worker.mail.own_domains = settings.local_domains;
    for (SenderClass& row : settings.outbound.overrides)
        inherit_limits(row, settings.outbound.limits);
}

// The shipped rows are text, so that they are read by the same code as the operator's.
template <class Target>
std::vector<Target> shipped_rows(std::string_view name, std::string_view text,
                                 std::span<const Row<Target>> rows) {
    const auto table = parse_toml(text);
    std::vector<Target> out;
    for (const TomlValue& item : *find(*table, name)->as_array()) {
        Target& target = out.emplace_back();
        for (const Row<Target>& row : rows) {
            if (const TomlValue* value = find(*item.as_table(), row.key.key)) {
                row.set(target, read_value(row.key, *value).value());
            }
        }
    }
    return out;
}

}  // namespace

std::string Problem::to_string() const {
    return line > 0 ? fmt::format("{}:{}: {}", file, line, what) : fmt::format("{}: {}", file, what);
}

Settings defaults() {
    Settings settings;
    settings.monitor = false;
    settings.directions = shipped_rows("direction", default_directions(), direction_rows());
    settings.rules = shipped_rows("rule", default_rules(), rule_rows());
    settings.worker.rules_dirs = default_rules_dirs();
    settings.version = "default";
    return settings;
}

Loaded load_text(std::string_view toml, const std::string& file_name) {
    Loader loader(base::escape(file_name, 1'000));
    const auto table = parse_toml(toml);
    if (!table) {
        loader.fault(table.error().line, table.error().what);
        return std::move(loader).take();
    }
    loader.root(*table);
    loader.check_groups();
    Loaded loaded = std::move(loader).take();
    normalise(loaded.settings);
    if (loaded.settings.worker.rules_dirs.empty()) loaded.settings.worker.rules_dirs = default_rules_dirs();
    loaded.settings.version = base::hex(base::sha256(base::as_bytes(toml))).substr(0, 16);
    std::ranges::stable_sort(loaded.problems, {}, &Problem::line);
    return loaded;
}

Loaded load(const std::string& path) {
    const auto text = base::read_file(path, max_file_bytes);
    if (text) return load_text(*text, path);
    Loaded loaded{.settings = defaults(), .problems = {}};
    const std::string reason =
        text.error().cause == base::Cause::limit ? "larger than 1 MB" : text.error().message;
    loaded.problems.push_back({base::escape(path, 1'000), 0,
                               fmt::format("cannot be read: {}; the path is set with --config", reason)});
    return loaded;
}

}  // namespace sekisho::config
