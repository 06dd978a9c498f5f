// The milter socket's place in the file system: what stands there before we listen, and who may connect.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sekisho::milter {

// The path in "unix:/path", "local:/path" or "/path"; nullopt for "inet:port@host" and "inet6:...".
std::optional<std::string> unix_path(std::string_view socket);

// How Postfix writes the same socket: "inet:25@host" is ours, "inet:host:25" theirs.
std::string postfix_name(std::string_view socket);

// Makes way for a new socket at `path`: a socket on which nobody listens is removed. Cause::invalid where
// somebody listens, or where something else than a socket stands there.
base::Result<void> remove_stale_socket(const std::string& path);

// Sets group and mode of a socket that exists. An empty group is left as it is. Cause::invalid for a group
// that does not exist, Cause::io where the system refuses.
base::Result<void> set_access(const std::string& path, const std::string& group, unsigned mode);

}  // namespace sekisho::milter
