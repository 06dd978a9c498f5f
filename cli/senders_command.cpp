#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "base/escape.h"
#include "cli/commands.h"
#include "cli/daemon_client.h"
#include "cli/incident_view.h"
#include "cli/listing.h"
#include "cli/output.h"
#include "cli/quarantine_view.h"
#include "cli/senders_view.h"

namespace sekisho::cli {

namespace {

std::string command_of(const Options& options, std::string_view act) {
    return fmt::format("{}.{}", options.hosts ? "hosts" : "accounts", act);
}

int list(const Options& options) {
    const auto answer = ask_daemon(options, command_of(options, "list"),
                                   base::JsonObject{{"all", options.all}, {"limit", options.limit}});
    return answer ? print_listing(options, *answer, print_senders) : exit_code::error;
}

int show(const Options& options) {
    const auto answer =
        ask_daemon(options, command_of(options, "show"), base::JsonObject{{"name", options.name}});
    if (!answer) return exit_code::error;
    fmt::print("{}", options.json ? base::dump_json(*answer) + "\n" : print_sender(*answer));
    return exit_code::fine;
}

int incident(const Options& options) {
    base::JsonObject args{{"name", options.name}};
    if (!options.since.empty()) {
        const auto since = read_since(options.since, std::chrono::system_clock::now());
        if (!since) {
            fmt::print(stderr, "sekisho: --since: write a day such as 2026-11-24, or \"2h\", \"3 days\"\n");
            return exit_code::error;
        }
        args.emplace_back("since", *since);
    }
    std::string lines;
    const auto answer =
        ask_daemon(options, command_of(options, "incident"), args, {}, [&lines](std::string_view piece) {
            lines += piece;
            return true;
        });
    if (!answer) return exit_code::error;
    if (options.json)
        fmt::print("{}\n{}", base::dump_json(*answer), lines);
    else
        fmt::print("{}", options.csv ? incident_csv(lines) : print_incident(*answer, lines));
    flush_output();
    const auto messages = answer->int_or("messages"), listed = answer->int_or("listed");
    if (messages > listed || !answer->bool_or("complete", true))
        fmt::print(stderr, "sekisho: the oldest {} of the mails; --since narrows it down\n", listed);
    return exit_code::fine;
}

int act(const Options& options, std::string_view word) {
    const std::string reason = options.reason.empty() ? "none given" : options.reason;
    const auto answer =
        ask_daemon(options, command_of(options, word), base::JsonObject{{"name", options.name}}, reason);
    if (!answer) return exit_code::error;
    fmt::print("{} is {} (was {})\n", base::escape(answer->string_or("name")),
               base::escape(answer->string_or("standing")), base::escape(answer->string_or("was")));
    return exit_code::fine;
}

}  // namespace

int run_senders(const Options& options) {
    if (options.command == Command::senders_list) return list(options);
    if (options.command == Command::senders_show) return show(options);
    if (options.command == Command::senders_incident) return incident(options);
    return act(options, options.command == Command::senders_block ? "block" : "release");
}

}  // namespace sekisho::cli
