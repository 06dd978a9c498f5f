#include <fmt/format.h>

#include <cstdio>

#include "base/escape.h"
#include "cli/commands.h"
#include "cli/daemon_client.h"
#include "cli/doctor_checks.h"
#include "cli/doctor_facts.h"
#include "cli/settings.h"
#include "config/installation.h"

namespace sekisho::cli {

namespace {

void ask_status(const Options& options, Facts& facts) {
    auto client = connect_daemon(options);
    if (!client) return;
    const auto status = client->call("status", base::JsonObject{}, {}, {}, std::chrono::seconds(10));
    if (!status) return;
    facts.daemon_answers = true;
    const base::Json* outbound = status->find("outbound");
    if (outbound == nullptr) return;
    facts.outbound = static_cast<std::uint64_t>(std::max<std::int64_t>(outbound->int_or("messages"), 0));
    facts.foreign_outbound =
        static_cast<std::uint64_t>(std::max<std::int64_t>(outbound->int_or("foreign"), 0));
}

}  // namespace

int run_doctor(const Options& options) {
    const auto settings = load_settings(options);
    if (!settings) return exit_code::error;
    std::string file = settings_file(options);
    if (file.empty()) file = config::default_config_file();
    Facts facts = look_at_installation(*settings, file, options.postfix_config);
    ask_status(options, facts);
    if (!facts.postfix) {
        fmt::print(
            "Postfix was not looked at: postconf did not answer{}.\n",
            options.postfix_config.empty() ? "" : " for " + base::escape(options.postfix_config, 1'000));
        if (!options.postfix_config.empty()) return exit_code::error;
    }
    if (!facts.connect_as_postfix) {
        fmt::print("The milter socket was not tried as user postfix: that wants root, and such a user.\n");
    }
    const std::vector<Fault> faults = check_installation(*settings, facts);
    std::size_t number = 0;
    for (const Fault& fault : faults) {
        fmt::print("{}. {}\n   fix: {}\n", ++number, fault.what, fault.fix);
    }
    fmt::print("{}\n",
               faults.empty() ? "No faults." : fmt::format("{} fault{}.", number, number == 1 ? "" : "s"));
    return faults.empty() ? exit_code::fine : exit_code::found;
}

}  // namespace sekisho::cli
