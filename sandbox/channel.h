// Socket calls that both sides of the sandbox share. No SIGPIPE, EINTR is retried, descriptors are
// close-on-exec.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/result.h"

namespace sekisho::sandbox {

using Clock = std::chrono::steady_clock;

// A connected pair of stream sockets: ours does not block, theirs does.
struct SocketPair {
    base::UniqueFd ours;
    base::UniqueFd theirs;
};
base::Result<SocketPair> make_socket_pair();

// Sends all of it, with `fd` (if there is one) attached to the first byte. Waits for room no longer than
// until `deadline`: Cause::limit then; Cause::io where the other side is gone. A blocking socket waits by
// itself.
base::Result<void> send_all(int socket, base::Bytes bytes, std::optional<int> fd = {},
                            Clock::time_point deadline = Clock::time_point::max());

// What came of one read. `bytes` == 0 with `open`: nothing is there now.
struct Received {
    std::size_t bytes = 0;
    bool open = true;  // false: the other side has closed, or the socket failed
};
// Takes no descriptors: the kernel closes those that the other side attached.
Received receive(int socket, std::span<std::byte> room);

// Takes at most one descriptor; more than one is a failure.
struct ReceivedFd {
    Received received;
    base::UniqueFd fd;
};
ReceivedFd receive_with_fd(int socket, std::span<std::byte> room);

// Waits until the socket can be read or has failed, or until `deadline`. False: the deadline came first.
bool wait_readable(int socket, Clock::time_point deadline);

// Milliseconds from now to `deadline` for poll(2), rounded up, at least 0.
int poll_time(Clock::time_point deadline);

}  // namespace sekisho::sandbox
