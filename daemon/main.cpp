// The program sekishod. Without --gate it is the supervisor (supervisor.h), with it the gate (gate.h).
#include <cstdio>
#include <exception>
#include <utility>

#include "config/load.h"
#include "daemon/gate.h"
#include "daemon/logging.h"
#include "daemon/options.h"
#include "daemon/supervisor.h"

namespace {

using namespace sekisho;

constexpr int exit_usage = 2;

// The supervisor needs the configuration for one thing, where its own lines go; and a bad one is best told at
// once.
int supervise(const std::string& config_file) {
    {
        const auto loaded = config::load(config_file);
        if (!loaded.problems.empty()) {
            for (const auto& problem : loaded.problems)
                std::fprintf(stderr, "sekishod: %s\n", problem.to_string().c_str());
            return exit_usage;
        }
        daemon::open_log_as(loaded.settings.log);
    }
    return daemon::run_supervisor({.config_file = config_file});
}

int run(int argc, char** argv) {
    const auto options = daemon::parse_options(argc, argv);
    if (!options) {
        std::fprintf(stderr, "sekishod: %s\n%s", options.error().message.c_str(), daemon::usage().c_str());
        return exit_usage;
    }
    if (options->help) {
        std::fputs(daemon::usage().c_str(), stdout);
        return 0;
    }
    if (options->version) {
        std::puts("sekishod " SEKISHO_VERSION);
        return 0;
    }
    if (!options->gate) return supervise(options->config_file);
    return daemon::run_gate(options->config_file, daemon::Channel(base::UniqueFd(daemon::Channel::gate_fd)));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "sekishod: %s\n", fault.what());
        return 1;
    }
}
