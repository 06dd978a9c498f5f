// The command `sekisho`.
#include <csignal>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"

namespace sekisho::cli {

namespace {

int run(const Options& options) {
    switch (options.command) {
        case Command::none:
            return options.exit;
        case Command::scan:
            return run_scan(options);
        case Command::mime:
            return run_mime(options);
        case Command::unpack:
            return run_unpack(options);
        case Command::status:
            return run_status(options);
        case Command::reload:
            return run_reload(options);
        case Command::config_check:
        case Command::config_show:
        case Command::config_reference:
            return run_config(options);
        case Command::rules_list:
        case Command::rules_check:
            return run_rules(options);
        case Command::rules_test:
            return run_rules_test(options);
        case Command::rules_profile:
            return run_rules_profile(options);
        case Command::quarantine_list:
        case Command::quarantine_show:
        case Command::quarantine_export:
        case Command::quarantine_release:
        case Command::quarantine_remove:
        case Command::quarantine_unlock:
            return run_quarantine(options);
        case Command::senders_list:
        case Command::senders_show:
        case Command::senders_incident:
        case Command::senders_block:
        case Command::senders_release:
            return run_senders(options);
        case Command::names_list:
        case Command::names_show:
            return run_names(options);
        case Command::action_run:
            return run_action(options);
        case Command::doctor:
            return run_doctor(options);
    }
    return exit_code::error;
}

}  // namespace

}  // namespace sekisho::cli

int main(int argc, char** argv) {
    using namespace sekisho::cli;
    std::signal(SIGPIPE, SIG_IGN);  // a worker or a reader that went away is an error, not our end
    keep_standard_streams();
    return with_output([&] { return run(parse_options(argc, argv)); });
}
