#include <fmt/format.h>

#include <cstdio>

#include "base/escape.h"
#include "cli/commands.h"
#include "cli/daemon_client.h"
#include "cli/status_view.h"

namespace sekisho::cli {

namespace {

void print_list(const base::Json& answer, const char* key, std::string_view prefix) {
    const base::Json* list = answer.find(key);
    if (list == nullptr || list->as_array() == nullptr) return;
    for (const base::Json& line : *list->as_array()) {
        if (line.as_string() != nullptr) fmt::print("{}{}\n", prefix, base::escape(*line.as_string(), 2'000));
    }
}

}  // namespace

int run_status(const Options& options) {
    if (options.prometheus) {
        const auto write = [](std::string_view piece) {
            fmt::print("{}", piece);
            return true;
        };
        return ask_daemon(options, "metrics", base::JsonObject{}, {}, write) ? exit_code::fine
                                                                             : exit_code::error;
    }
    const auto answer = ask_daemon(options, "status", base::JsonObject{});
    if (!answer) return exit_code::error;
    fmt::print("{}", options.json ? base::dump_json(*answer) + "\n" : print_status(*answer));
    if (!options.json && answer->bool_or("monitor")) {
        fmt::print("\nMonitor mode is on: everything is scanned and recorded, and all mail passes.\n");
    }
    return exit_code::fine;
}

int run_reload(const Options& options) {
    const auto answer = ask_daemon(options, "reload", base::JsonObject{});
    if (!answer) {
        fmt::print(stderr, "sekisho: the old settings and rules stay in force\n");
        return exit_code::error;
    }
    print_list(*answer, "remarks", "");
    print_list(*answer, "needs_restart", "waits for a restart: ");
    fmt::print("reloaded\n");
    return exit_code::fine;
}

}  // namespace sekisho::cli
