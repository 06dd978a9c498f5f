#include <fmt/format.h>
#include <unistd.h>

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

std::uint64_t unsigned_of(const base::Json& object, std::string_view name) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(object.int_or(name), 0));
}

void ask_status(const Options& options, Facts& facts) {
    auto client = connect_daemon(options);
    if (!client) return;
    const auto status = client->call("status", base::JsonObject{}, {}, {}, std::chrono::seconds(10));
    if (!status) return;
    facts.daemon_answers = true;
    if (const base::Json* rules = status->find("rules")) {
        facts.rules = unsigned_of(*rules, "count");
        const base::Json* problems = rules->find("problems");
        const base::JsonArray* list = problems != nullptr ? problems->as_array() : nullptr;
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            if (const std::string* text = (*list)[i].as_string()) facts.rule_problems.push_back(*text);
        }
    }
    if (const base::Json* store = status->find("store")) facts.store_healthy = store->bool_or("healthy");
    if (const base::Json* quarantine = status->find("quarantine")) {
        facts.quarantine_bytes = unsigned_of(*quarantine, "bytes");
    }
    if (const base::Json* orders = status->find("orders"))
        facts.unwritten_orders = unsigned_of(*orders, "waiting");
    const base::Json* outbound = status->find("outbound");
    if (outbound == nullptr) return;
    facts.outbound = unsigned_of(*outbound, "messages");
    facts.foreign_outbound = unsigned_of(*outbound, "foreign");
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
        if (::access("/etc/mail/sendmail.cf", F_OK) == 0) {
            fmt::print(
                "Nor is Sendmail: see that our filter has F=T in INPUT_MAIL_FILTER, without which mail "
                "passes "
                "unscanned while sekishod is down (docs/install.md).\n");
        }
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
