// One file through the sandbox, without a daemon: the same worker, the same judgement.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/options.h"
#include "config/settings.h"
#include "model/scan_report.h"
#include "sandbox/pool.h"

namespace sekisho::cli {

// A pool with one process per lane. Reports problems of rules on standard error. `measure_rules`: its scans
// tell what each rule costs, and nothing else.
base::Result<std::unique_ptr<sandbox::Pool>> start_pool(const Options& options,
                                                        const config::Settings& settings,
                                                        bool measure_rules = false);

// An error where the file cannot be read or no worker runs. A crash or time-out is a report that says so.
base::Result<model::ScanReport> scan_file(sandbox::Pool& pool, const Options& options,
                                          const config::Settings& settings, const std::string& path,
                                          sandbox::PartReceiver* parts = nullptr);

// One sealed message (sandbox/message_fd.h) under a name, as scan_file hands it over; nothing is judged yet.
// A name that ends with .eml is a mail's, whatever the bytes look like.
sandbox::ScanOutcome scan_message(sandbox::Pool& pool, const Options& options,
                                  const config::Settings& settings, const std::string& name, int message,
                                  sandbox::PartReceiver* parts = nullptr);

// The report of a scan that came back, judged. Pure.
model::ScanReport make_report(const config::Settings& settings, sandbox::ScanOutcome outcome);

int exit_code_of(const model::ScanReport& report);

}  // namespace sekisho::cli
