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

// Whether a socket may be put at `path`: nothing is there, or a socket on which nobody listens.
// Cause::invalid where somebody listens, where something else than a socket stands there, or where the folder
// is missing.
base::Result<void> check_place(const std::string& path);

// As check_place(), and removes a socket on which nobody listens.
base::Result<void> remove_stale_socket(const std::string& path);

// Where the socket for `path` is bound: beside it, one byte longer. An MTA that connected before group and
// mode were set would be refused, and would refuse or pass a mail for it.
std::string unready_path(const std::string& path);

// Gives the socket at unready_path(path) its group and mode, and moves it to `path`, in place of what is
// there. An empty group is left as it is. Cause::invalid for a group that does not exist, Cause::io where the
// system refuses.
base::Result<void> publish_socket(const std::string& path, const std::string& group, unsigned mode);

}  // namespace sekisho::milter
