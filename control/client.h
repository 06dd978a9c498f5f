// The other end of the control socket, for the command line and the console.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/json.h"
#include "base/result.h"
#include "control/protocol.h"

namespace sekisho::control {

// Takes the data of an answer piece by piece; false stops it.
using Sink = std::function<bool(std::string_view)>;

// One connection; one thread at a time.
class Client {
public:
    // Cause::io with the path in the message where nobody listens or we may not connect.
    static base::Result<Client> connect(const std::string& socket);

    // Waits for the whole answer. Errors are the server's (its cause and text), or the connection's. Data
    // without a sink is dropped.
    base::Result<base::Json> call(const std::string& command, const base::Json& args,
                                  const std::string& reason = {}, const Sink& sink = {},
                                  std::chrono::milliseconds within = std::chrono::minutes(5));

private:
    explicit Client(base::UniqueFd fd) : fd_(std::move(fd)) {}
    base::UniqueFd fd_;
};

}  // namespace sekisho::control
