#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "base/escape.h"
#include "base/fd.h"
#include "base/log.h"
#include "cli/action_runner.h"
#include "cli/commands.h"
#include "cli/settings.h"

namespace sekisho::cli {

namespace {

int cannot(std::string_view why) {
    fmt::print(stderr, "sekisho: {}\n", base::escape(why, 1'000));
    return exit_code::error;
}

// Readable once we are told to end: the order that runs is stopped, and stays.
base::UniqueFd ends_of_us() {
    sigset_t ends;
    ::sigemptyset(&ends);
    for (const int number : {SIGTERM, SIGINT})
        ::sigaddset(&ends, number);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    return base::UniqueFd(::signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK));
}

}  // namespace

int run_action(const Options& options) {
    const auto settings = load_settings(options);
    if (!settings) return exit_code::error;
    const config::ActionSettings& actions = settings->outbound.actions;
    if (actions.spool.empty()) return cannot("outbound.actions.spool is not set: there are no orders");
    if (actions.command.empty()) return cannot("outbound.actions.command is not set: nothing can be run");
    base::open_log(base::LogTarget::standard_error, base::LogLevel::info, "sekisho-action",
                   settings->log.json);
    const base::UniqueFd stop = ends_of_us();
    if (!stop) return cannot("signalfd failed");
    const auto folder = ActionFolder::open(actions.spool);
    if (!folder) return cannot(folder.error().message);
    ActionRunner runner(*folder, actions, stop.get());
    const auto done = runner.run();
    return done ? exit_code::fine : cannot(done.error().message);
}

}  // namespace sekisho::cli
