// Settings that a running gate cannot change: sockets, places on disk, the log's target.
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"

namespace sekisho::daemon {

// Names of those that differ, "milter.socket", in order of the configuration file.
std::vector<std::string> needs_restart(const config::Settings& running, const config::Settings& wanted);

// `wanted` with the values of `running` in those fields: what the gate really goes on with.
config::Settings without_restart_fields(const config::Settings& running, config::Settings wanted);

}  // namespace sekisho::daemon
