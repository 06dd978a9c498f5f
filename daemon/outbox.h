// A folder of small JSON files that wait to be sent somewhere: they outlive the process.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace sekisho::daemon {

// Names are made of the time and chance, never of what is in a file, and sort by time. One thread puts while
// another takes.
class Outbox {
public:
    static constexpr std::size_t max_file = 256U << 10;

    // Makes the folder (0700), and removes what an earlier run left half written. `most`: files that wait.
    static base::Result<Outbox> open(const std::string& folder, std::size_t most);

    // Durable when it returns. Cause::limit where `most` files wait already, or it is too large.
    base::Result<void> put(const base::Json& value);
    std::vector<std::string> names() const;  // the oldest first; empty where the folder cannot be read
    // Cause::malformed for what put() did not write.
    base::Result<base::Json> read(const std::string& name) const;
    void remove(const std::string& name);
    static std::chrono::system_clock::time_point time_of(const std::string& name);  // when it was put

private:
    Outbox(std::string folder, std::size_t most) : folder_(std::move(folder)), most_(most) {}

    std::string folder_;
    std::size_t most_;
};

}  // namespace sekisho::daemon
