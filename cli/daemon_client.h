// The daemon, asked through its control socket.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "cli/options.h"
#include "control/client.h"

namespace sekisho::cli {

// Connects to control.socket of the settings. A file that is not right is no hindrance as long as it names a
// socket on which somebody listens: `sekisho reload` wants to hear from the daemon what is wrong. Where
// nobody does, its faults have been printed.
base::Result<control::Client> connect_daemon(const Options& options);

// One request on a connection of its own; what goes wrong is printed, and gives null.
std::optional<base::Json> ask_daemon(const Options& options, const std::string& command,
                                     const base::Json& args, const std::string& reason = {},
                                     const control::Sink& sink = {});

// Each line of a text from the daemon, escaped, on standard error.
void print_lines(std::string_view prefix, std::string_view text);

}  // namespace sekisho::cli
