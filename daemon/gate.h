// The second process: libmilter's threads, the control socket, store, quarantine and worker pool. Holds the
// secrets.
#pragma once

#include <chrono>
#include <string>

#include "daemon/channel.h"

namespace sekisho::daemon {

// In-flight mail is waited for no longer than this after `stop`: a scan's deadline and a slow sender's last
// bytes.
inline constexpr std::chrono::seconds drain_limit{90};

// Runs until the supervisor says `stop`, or is gone. Gives the exit code: 0 after an orderly end, 2 for a bad
// configuration, 1 for whatever else kept it from starting (logged). Called on the process's first thread,
// before any other exists. Does not return where it has been ready: libmilter's threads cannot be joined, so
// it leaves by _exit once everything is on disk.
int run_gate(const std::string& config_file, Channel channel);

}  // namespace sekisho::daemon
