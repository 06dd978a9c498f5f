// Frames over a connected socket, against a deadline.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "control/protocol.h"

namespace sekisho::control {

using Deadline = std::chrono::steady_clock::time_point;

struct Frame {
    FrameType type;
    std::string body;
};

// Cause::truncated where the other side has closed (message empty: between two frames), Cause::unavailable
// where the deadline passes. The socket may block or not.
base::Result<Frame> read_frame(int fd, Deadline deadline);
base::Result<void> write_frame(int fd, FrameType type, std::string_view body, Deadline deadline);

// What is there, at most `size` bytes; "" at the end.
base::Result<std::string> read_some(int fd, std::size_t size, Deadline deadline);
base::Result<void> write_whole(int fd, std::string_view bytes, Deadline deadline);

}  // namespace sekisho::control
