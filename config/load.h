// From sekisho.toml to Settings, by the schema table.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "config/settings.h"

namespace sekisho::config {

// One fault: "file:line: what; what would be right".
struct Problem {
    std::string file;
    int line = 0;  // 0: the whole file
    std::string what;
    std::string to_string() const;
};

struct Loaded {
    Settings settings;
    std::vector<Problem> problems;  // not empty: settings must not be used
};

// Reads a file of at most 1 MB. A missing file is one Problem. All faults are reported, not the first alone.
Loaded load(const std::string& path);
Loaded load_text(std::string_view toml, const std::string& file_name);
// What holds where there is no file: the shipped defaults (sekisho scan without a configuration). Not in
// monitor mode: that is a line of the shipped file, which the operator removes.
Settings defaults();

// What is allowed but most likely not meant: allow rows past their day, rows that no mail can reach, no local
// domains. For `sekisho config check` and the log.
std::vector<Problem> warnings(const Settings& settings, const std::string& file_name,
                              std::chrono::sys_days today);

// Effective values and where each came from ("default" or file:line), for `sekisho config show`.
base::Json show(const Settings& settings, std::string_view toml, const std::string& file_name);
// docs/configuration.md, and the shipped config/sekisho.toml, both from the schema.
std::string reference_markdown();
std::string shipped_toml();
// The manual page sekisho.toml(5), from the schema; docs/findings.md, from the findings table.
std::string reference_man();
std::string findings_markdown();

}  // namespace sekisho::config
