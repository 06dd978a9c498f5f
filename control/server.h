// The control socket's server: who asks is who the kernel says, what they may do is their groups', and what
// they do is written down before it is done.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "control/access.h"
#include "control/protocol.h"

namespace sekisho::control {

// What a handler gives: data goes first, in pieces, then the result.
struct Reply {
    base::Json result;
    std::string data;
};
// Called on a connection's thread, several at once. The request's form and the peer's permission have been
// checked.
using Handler = std::function<base::Result<Reply>(const Request&)>;
using Handlers = std::map<std::string, Handler, std::less<>>;

// For the append-only record. `outcome`: "allowed" before the act, or "denied".
struct AuditEntry {
    const Request* request = nullptr;
    std::string_view outcome;
    std::string_view permission;       // that was wanted
    std::uint64_t denials_untold = 0;  // denied only: how many more there were since the last entry
};
// Must be durable when it returns ok. An error stops the act.
using Audit = std::function<base::Result<void>(const AuditEntry&)>;

struct ServerSettings {
    std::string socket;  // absolute path, at most 107 bytes
    AccessGroups groups;
    std::uint32_t max_connections = 16;                // more: told to come again, and closed
    std::chrono::milliseconds idle{60'000};            // between requests
    std::chrono::milliseconds request_within{10'000};  // from its first byte to its last
    std::chrono::milliseconds answer_within{60'000};   // for each frame of the answer to be taken
};

// Owns its threads and the socket file. Thread-safe. The destructor ends connections between two frames and
// waits for handlers that run.
class Server {
public:
    virtual ~Server() = default;
    // Makes the socket, mode 0666: everybody may ask, and permissions are checked here. A stale file is
    // replaced; where another server answers it is Cause::unavailable. Commands without a handler answer
    // Cause::unsupported.
    static base::Result<std::unique_ptr<Server>> start(const ServerSettings& settings, Handlers handlers,
                                                       Audit audit);
    // After a reload: other groups. Holds for new connections.
    virtual void set_groups(const AccessGroups& groups) = 0;
};

}  // namespace sekisho::control
