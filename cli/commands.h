// One function per command; each prints, and gives the exit code (options.h).
#pragma once

#include "cli/options.h"

namespace sekisho::cli {

int run_scan(const Options& options);
int run_mime(const Options& options);
int run_unpack(const Options& options);
int run_config(const Options& options);
int run_rules(const Options& options);
int run_rules_test(const Options& options);
int run_rules_profile(const Options& options);
int run_status(const Options& options);
int run_reload(const Options& options);
int run_quarantine(const Options& options);
int run_senders(const Options& options);  // accounts and hosts
int run_names(const Options& options);
int run_action(const Options& options);  // for the unit sekisho-action@.service
int run_doctor(const Options& options);

}  // namespace sekisho::cli
