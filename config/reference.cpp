// The reference pages and the shipped file: all text about settings comes from the rows.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "config/load.h"
#include "config/schema.h"
#include "model/finding.h"

namespace sekisho::config {

namespace {

// Shown for paths of this installation, so that the pages do not depend on where they were made.
const Settings& documented() {
    static const Settings settings = [] {
        Settings fresh = defaults();
        fresh.worker.rules_dirs.clear();
        return fresh;
    }();
    return settings;
}

bool is_empty(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    const auto* texts = std::get_if<std::vector<std::string>>(&value);
    return (text != nullptr && text->empty()) || (texts != nullptr && texts->empty());
}

// The default as TOML, or in words where it is empty.
template <class Target>
std::string default_of(const Row<Target>& row, const Target& fresh) {
    if (row.key.required) return "none: required";
    const auto value = row.get(fresh);
    if (!value || is_empty(*value)) {
        if (!row.key.default_text.empty()) return std::string(row.key.default_text);
        if (!value) return "not set";
    }
    return write_value(row.key, *value);
}

template <class Target>
std::string example_of(const Row<Target>& row, const Target& fresh) {
    if (!row.key.example.empty()) return std::string(row.key.example);
    const auto value = row.get(fresh);
    if (value && !is_empty(*value)) return write_value(row.key, *value);
    if (row.key.type == Type::texts) {
        return row.key.choices.empty() ? "[]" : fmt::format("[\"{}\"]", row.key.choices.front());
    }
    if (row.key.type == Type::boolean) return "true";
    if (row.key.type == Type::number) return "5.0";
    if (row.key.type == Type::size) return "\"10MiB\"";
    if (row.key.type == Type::date) return "2027-03-31";
    return row.key.choices.empty() ? "\"\"" : fmt::format("\"{}\"", row.key.choices.front());
}

std::string range_of(const Key& key) {
    if (key.type != Type::integer && key.type != Type::size && key.type != Type::duration) return {};
    const bool open = key.max == std::numeric_limits<std::int64_t>::max();
    if (open && key.min == 0) return {};
    const auto written = [&](std::int64_t number) {
        std::string text = write_value(key, number);
        std::erase(text, '"');
        return text;
    };
    return open ? fmt::format("at least {}", written(key.min))
                : fmt::format("{} to {}", written(key.min), written(key.max));
}

std::string joined(std::string_view help) {
    std::string out(help);
    std::ranges::replace(out, '\n', ' ');
    return out;
}

void comment(std::string& out, std::string_view text) {
    for (const std::string_view line : base::split(text, '\n')) {
        out += line.empty() ? "#\n" : fmt::format("# {}\n", line);
    }
}

template <class Target>
std::string type_line(const Row<Target>& row, const Target& fresh) {
    const std::string range = range_of(row.key);
    return fmt::format("{}{}{}. Default: {}", describe_type(row.key), range.empty() ? "" : ", ", range,
                       default_of(row, fresh));
}

// Calls visit(row, fresh target) for each row of a section, of whatever kind.
template <class Visit>
void each_row(const SectionRow& section, Visit visit) {
    const auto all = [&](const auto& rows, const auto& fresh) {
        for (const auto& row : rows) {
            if (row.key.section == section.name) visit(row, fresh);
        }
    };
    all(settings_rows(), documented());
    all(direction_rows(), DirectionRow{});
    all(rule_rows(), PolicyRule{});
    all(allow_rows(), AllowRow{});
    all(group_rows(), GroupRow{});
    all(override_rows(), SenderClass{});
    all(score_rows(), ScoreRow{});
}

std::string_view shipped_rows_of(const SectionRow& section) {
    if (section.name == "direction") return default_directions();
    if (section.name == "rule") return default_rules();
    return {};
}

void once_to_toml(std::string& out, const SectionRow& section) {
    if (!section.name.empty()) {
        out += '\n';
        if (!section.help.empty()) comment(out, section.help);
        out += fmt::format("[{}]\n", section.name);
    }
    each_row(section, [&](const auto& row, const auto& fresh) {
        out += '\n';
        comment(out, row.key.help);
        comment(out, type_line(row, fresh));
        // The one line that is live: a fresh install only watches.
        const bool live = row.key.full_name() == "monitor";
        out += live ? "monitor = true\n" : fmt::format("#{} = {}\n", row.key.key, example_of(row, fresh));
    });
}

void repeated_to_toml(std::string& out, const SectionRow& section) {
    out += fmt::format("\n# --- [[{}]] ---\n", section.name);
    comment(out, section.help);
    out += "#\n# Keys:\n";
    each_row(section, [&](const auto& row, const auto& fresh) {
        out += fmt::format("#   {}: {}\n", row.key.key, type_line(row, fresh));
        for (const std::string_view line : base::split(row.key.help, '\n')) {
            out += fmt::format("#       {}\n", line);
        }
    });
    if (section.name == score_key().section) {
        out += fmt::format("#   {}: {}\n", score_key().key, describe_type(score_key()));
        for (const std::string_view line : base::split(score_key().help, '\n')) {
            out += fmt::format("#       {}\n", line);
        }
    }
    if (!section.sample.empty()) {
        out += "#\n# Examples:\n#\n";
        std::string_view sample = section.sample;
        if (sample.ends_with('\n')) sample.remove_suffix(1);
        for (const std::string_view line : base::split(sample, '\n')) {
            out += line.empty() ? "#\n" : fmt::format("#{}\n", line);
        }
    }
    if (const std::string_view rows = shipped_rows_of(section); !rows.empty())
        out += fmt::format("\n{}", rows);
}

void section_to_markdown(std::string& out, const SectionRow& section) {
    const char* open = section.repeated ? "[[" : "[";
    const char* close = section.repeated ? "]]" : "]";
    out +=
        section.name.empty() ? "\n## Top level\n" : fmt::format("\n## `{}{}{}`\n", open, section.name, close);
    if (!section.help.empty()) out += fmt::format("\n{}\n", joined(section.help));
    out += "\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n";
    const auto cell = [](std::string text) {
        for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
            text.insert(at, 1, '\\');
        }
        for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos; at += 4) {
            text.replace(at, 1, "&lt;");
        }
        return text;
    };
    each_row(section, [&](const auto& row, const auto& fresh) {
        const std::string range = range_of(row.key);
        const std::string standard = default_of(row, fresh);
        const auto value = row.get(fresh);
        const bool literal =
            !row.key.required && value && (!is_empty(*value) || row.key.default_text.empty());
        out +=
            fmt::format("| `{}` | {}{}{} | {} | {} |\n", row.key.key, cell(describe_type(row.key)),
                        range.empty() ? "" : "; ", range,
                        literal ? fmt::format("`{}`", standard) : cell(standard), cell(joined(row.key.help)));
    });
    if (section.name == score_key().section) {
        out += fmt::format("| `\"{}\"` | {} | not set | {} |\n", score_key().key, describe_type(score_key()),
                           joined(score_key().help));
    }
    if (!section.sample.empty()) out += fmt::format("\n```toml\n{}```\n", section.sample);
    if (const std::string_view rows = shipped_rows_of(section); !rows.empty()) {
        out += fmt::format("\nShipped:\n\n```toml\n{}```\n", rows);
    }
}

// mdoc takes a line that begins with a dot or an apostrophe, and every backslash, as its own.
std::string mdoc_literal(std::string_view text) {
    std::string out;
    for (const std::string_view line : base::split(text, '\n')) {
        if (!out.empty()) out += '\n';
        if (line.starts_with('.') || line.starts_with('\'')) out += "\\&";
        for (const char c : line) {
            out += c == '\\' ? std::string("\\e") : std::string(1, c);
        }
    }
    return out;
}

// Prose: each sentence on a line of its own.
std::string mdoc(std::string_view text) {
    std::string prose(text);
    for (std::size_t at = 0; (at = prose.find(". ", at)) != std::string::npos; ++at) {
        prose[at + 1] = '\n';
    }
    return mdoc_literal(prose);
}

void section_to_man(std::string& out, const SectionRow& section) {
    out += section.name.empty() ? std::string(".Ss Top level\n")
                                : fmt::format(".Ss {}{}{}\n", section.repeated ? "[[" : "[", section.name,
                                              section.repeated ? "]]" : "]");
    if (!section.help.empty()) out += mdoc(section.help) + '\n';
    out += ".Bl -tag -width Ds\n";
    const auto item = [&](const Key& key, const std::string& type) {
        out += fmt::format(".It Cm \"{}\"\n{}\n.br\n{}.\n", key.key, mdoc(key.help), mdoc(type));
    };
    each_row(section, [&](const auto& row, const auto& fresh) { item(row.key, type_line(row, fresh)); });
    if (section.name == score_key().section) item(score_key(), describe_type(score_key()));
    out += ".El\n";
    if (!section.sample.empty())
        out += fmt::format(".Bd -literal -offset indent\n{}.Ed\n", mdoc_literal(section.sample));
}

}  // namespace

std::string shipped_toml() {
    std::string out =
        "# Settings of Sekisho: sekisho.toml(5). Made from the schema in code; `sekisho config check` checks "
        "this file,\n"
        "# `sekisho config show` prints what holds and where it came from, `sekisho reload` puts it into "
        "force.\n"
        "# A line behind # shows the default, or an example where the default is empty.\n";
    for (const SectionRow& section : sections()) {
        section.repeated ? repeated_to_toml(out, section) : once_to_toml(out, section);
    }
    return out;
}

std::string reference_markdown() {
    std::string out =
        "<!-- Made by `sekisho config reference --markdown`; a test holds the two together. -->\n"
        "# Configuration\n\n"
        "`/etc/sekisho/sekisho.toml` is TOML 1.0. `sekisho config check` names every fault with file and "
        "line, and what\n"
        "would be right; `sekisho config show` prints what holds and where it came from; `sekisho reload` "
        "puts it into\n"
        "force, or says why it cannot and leaves the old settings in place.\n\n"
        "A size is an integer in bytes or text such as `\"150MB\"` (10^6) and `\"150MiB\"` (2^20). A "
        "duration is an integer\n"
        "in the unit that is named, or text such as `\"500ms\"`, `\"60s\"`, `\"15 min\"`, `\"2h\"`, `\"90 "
        "days\"`. A list of one\n"
        "may be written without brackets. Globs: `*` is any run of characters, `?` is one.\n";
    for (const SectionRow& section : sections()) {
        section_to_markdown(out, section);
    }
    return out;
}

std::string reference_man() {
    std::string out =
        ".\\\" Made by `sekisho config reference --man`; a test holds the two together.\n"
        ".Dd November 24, 2026\n.Dt SEKISHO.TOML 5\n.Os\n.Sh NAME\n.Nm sekisho.toml\n"
        ".Nd settings of the Sekisho mail scanner\n.Sh SYNOPSIS\n.Pa /etc/sekisho/sekisho.toml\n.Sh "
        "DESCRIPTION\n"
        "The file is TOML 1.0.\nA size is an integer in bytes or text such as \"150MB\" (10^6) and "
        "\"150MiB\" (2^20).\n"
        "A duration is an integer in the unit that is named, or text such as \"60s\", \"15 min\" or \"90 "
        "days\".\n"
        "A list of one may be written without brackets.\nIn globs, * is any run of characters and ? is "
        "one.\n";
    for (const SectionRow& section : sections()) {
        section_to_man(out, section);
    }
    out +=
        ".Sh FILES\n.Bl -tag -width Ds\n.It Pa /etc/sekisho/sekisho.toml\nThe settings.\n"
        ".It Pa /etc/sekisho/rules.d/*.yar\nYARA rules of the site.\n.El\n"
        ".Sh SEE ALSO\n.Xr sekisho 1 ,\n.Xr sekishod 8\n";
    return out;
}

std::string findings_markdown() {
    std::string out =
        "<!-- Made by `sekisho config reference --findings`; a test holds the two together. -->\n"
        "# Findings\n\nEach id counts once per message. `[[scores]]` in `sekisho.toml` changes a score or "
        "mutes it. A YARA\n"
        "rule's finding is `yara.<rule>`, with the score of its meta.\n\n"
        "| id | score | could not look | English | 日本語 |\n| --- | --- | --- | --- | --- |\n";
    for (const model::FindingRow& row : model::findings_table()) {
        const bool scanned = row.unscannable == model::Unscannable::none;
        fmt::format_to(std::back_inserter(out), "| `{}` | {:.1f}{} | {} | {} | {} |\n", row.id, row.score,
                       row.weak ? " weak" : "",
                       scanned ? (row.incomplete ? "in part" : "") : model::to_string(row.unscannable),
                       row.english, row.japanese);
    }
    return out;
}

}  // namespace sekisho::config
