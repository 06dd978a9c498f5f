#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <vector>

#include "base/escape.h"
#include "base/fd.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/settings.h"
#include "config/installation.h"
#include "config/load.h"

namespace sekisho::cli {

namespace {

int check(const Options& options) {
    std::string file = options.files.empty() ? options.config : options.files.front();
    if (file.empty()) file = config::default_config_file();
    const config::Loaded loaded = config::load(file);
    for (const config::Problem& problem : loaded.problems) {
        fmt::print(stderr, "{}\n", problem.to_string());
    }
    if (!loaded.problems.empty()) return exit_code::error;
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    for (const config::Problem& warning :
         config::warnings(loaded.settings, base::escape(file, 1'000), today)) {
        fmt::print("{} (warning)\n", warning.to_string());
    }
    fmt::print("{}: fine, version {}\n", base::escape(file, 1'000), loaded.settings.version);
    return exit_code::fine;
}

// A value of config::show as TOML would have it; the file is UTF-8 and what is printed is escaped.
std::string printed(const base::Json& value) {
    if (value.is_null()) return "(not set)";
    return base::dump_json(value);
}

void show_rows(const base::Json& all, const char* name) {
    const base::Json* rows = all.find(name);
    if (rows == nullptr || rows->as_array() == nullptr) return;
    for (const base::Json& row : *rows->as_array()) {
        fmt::print("\n[[{}]]  # {}\n", name, row.string_or("from"));
        for (const auto& [key, value] : *row.as_object()) {
            if (key != "from") fmt::print("{} = {}\n", base::escape(key), printed(value));
        }
    }
}

int show(const Options& options) {
    const auto settings = load_settings(options);
    if (!settings) return exit_code::error;
    const std::string file = settings_file(options);
    const std::string text = file.empty() ? std::string() : base::read_file(file, 1u << 20).value_or("");
    const base::Json all = config::show(*settings, text, base::escape(file, 1'000));
    if (options.json) {
        fmt::print("{}\n", base::dump_json(all));
        return exit_code::fine;
    }
    fmt::print("# {}, version {}\n", file.empty() ? "shipped defaults" : base::escape(file, 1'000),
               settings->version);
    for (const base::Json& row : *all.find("settings")->as_array()) {
        const std::string unit = row.string_or("unit");
        fmt::print("{} = {}{}{}  # {}\n", row.string_or("key"), printed(*row.find("value")),
                   unit.empty() ? "" : " ", unit, row.string_or("from"));
    }
    for (const char* name : {"direction", "rule", "allow", "group", "scores"}) {
        show_rows(all, name);
    }
    return exit_code::fine;
}

int reference(const Options& options) {
    std::string text;
    if (options.page == "toml") {
        text = config::shipped_toml();
    } else if (options.page == "man") {
        text = config::reference_man();
    } else if (options.page == "findings") {
        text = config::findings_markdown();
    } else {
        text = config::reference_markdown();
    }
    fmt::print("{}", text);
    return exit_code::fine;
}

}  // namespace

int run_config(const Options& options) {
    if (options.command == Command::config_check) return check(options);
    if (options.command == Command::config_show) return show(options);
    return reference(options);
}

}  // namespace sekisho::cli
