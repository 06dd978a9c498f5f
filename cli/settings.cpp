#include "cli/settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "config/installation.h"
#include "config/load.h"

namespace sekisho::cli {

std::string settings_file(const Options& options) {
    if (!options.config.empty()) return options.config;
    std::string file = config::default_config_file();
    return ::access(file.c_str(), F_OK) == 0 ? file : std::string();
}

std::optional<config::Settings> load_settings(const Options& options) {
    const std::string file = settings_file(options);
    if (file.empty()) return config::defaults();
    config::Loaded loaded = config::load(file);
    for (const config::Problem& problem : loaded.problems) {
        fmt::print(stderr, "{}\n", problem.to_string());
    }
    if (!loaded.problems.empty()) return std::nullopt;
    return std::move(loaded.settings);
}

}  // namespace sekisho::cli
