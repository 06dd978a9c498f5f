// Which settings a command works with.
#pragma once

#include <optional>
#include <string>

#include "cli/options.h"
#include "config/settings.h"

namespace sekisho::cli {

// The file of --config; else the default file where it is there; else the shipped defaults. Nothing where the
// file is not right: its faults have been printed.
std::optional<config::Settings> load_settings(const Options& options);

// Path of the file that load_settings reads; empty where the shipped defaults hold.
std::string settings_file(const Options& options);

}  // namespace sekisho::cli
