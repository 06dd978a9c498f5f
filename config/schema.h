// The one table of settings. Loading, checking, `config show`, docs/configuration.md, the manual page and the
// shipped sekisho.toml all come from these rows.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "config/value.h"

namespace sekisho::config {

// A row, and how its field is read and written. `get` gives nothing where an optional field is not set.
template <class Target>
struct Row {
    Key key;
    std::optional<Value> (*get)(const Target& target);
    void (*set)(Target& target, const Value& value);
};

// [[group]], as it stands in the file.
struct GroupRow {
    std::string name;
    std::vector<std::string> members;
};

// What stands above a table in the shipped file and in the reference.
struct SectionRow {
    std::string_view name;    // "milter", "rule"
    bool repeated;            // [[rule]] rather than [milter]
    std::string_view help;    // English; may have several lines
    std::string_view sample;  // TOML of worked examples, for repeated ones
};

std::span<const SectionRow> sections();  // in the order of the shipped file; "" comes first

std::span<const Row<Settings>> settings_rows();
std::span<const Row<Settings>> outbound_rows();  // of these, [outbound] and [state]
std::span<const Row<DirectionRow>> direction_rows();
std::span<const Row<PolicyRule>> rule_rows();
std::span<const Row<AllowRow>> allow_rows();
std::span<const Row<GroupRow>> group_rows();
std::span<const Row<SenderClass>> override_rows();  // [[outbound.limits.override]]
// [[scores]] takes `group` and any finding id; this is the row of `group`, and `score_key` that of the
// others.
std::span<const Row<ScoreRow>> score_rows();
const Key& score_key();

// [[direction]] and [[rule]] as they are shipped and hold where a file has none: DESIGN.md section 6.
std::string_view default_directions();
std::string_view default_rules();

}  // namespace sekisho::config
