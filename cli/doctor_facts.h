// Looks at the running installation for `sekisho doctor`. Starts postconf(1) and a child that tries the
// socket as user postfix; changes nothing.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/doctor_checks.h"

namespace sekisho::cli {

// Everything but what the daemon itself says (daemon_answers, outbound), which the caller asks by the control
// socket. `config_file`: the path that settings came from. `postfix`: config_directory of the Postfix to look
// at; empty: the system's.
Facts look_at_installation(const config::Settings& settings, const std::string& config_file,
                           const std::string& postfix);

// Standard output of a program with fixed arguments and an empty environment but PATH; at most 1 MB of it.
// Cause::io where it cannot be started or ends with another status than 0.
base::Result<std::string> output_of(const std::vector<std::string>& command);

// Connects to the socket `path` as `user`, after chroot(2) to `root` where that is not empty ("path" is then
// as seen from inside). Empty: it worked; else the reason. nullopt where we may not try (not root, no such
// user).
std::optional<std::string> try_connect(const std::string& path, const std::string& user,
                                       const std::string& root);

}  // namespace sekisho::cli
