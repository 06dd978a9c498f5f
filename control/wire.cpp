#include "control/wire.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace sekisho::control {

namespace {

// Waits until `events` hold or the deadline passes.
base::Result<void> wait_for(int fd, short events, Deadline deadline) {
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        if (left <= 0) return base::fail(base::Cause::unavailable, "no answer in time");
        pollfd entry{.fd = fd, .events = events, .revents = 0};
        const int n = ::poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left, 3'600'000)));
        if (n > 0) return {};
        if (n < 0 && errno != EINTR) return base::fail_errno("poll", errno);
    }
}

base::Result<std::string> read_exactly(int fd, std::size_t size, Deadline deadline) {
    std::string out;
    while (out.size() < size) {
        const std::string piece = SEKISHO_TRY(read_some(fd, size - out.size(), deadline));
        if (piece.empty())
            return base::fail(base::Cause::truncated, out.empty() ? "" : "the connection ended");
        out += piece;
    }
    return out;
}

}  // namespace

base::Result<std::string> read_some(int fd, std::size_t size, Deadline deadline) {
    // Memory is taken as bytes come: a header that promises much costs nothing.
    std::string out(std::min<std::size_t>(size, 64U << 10), '\0');
    for (;;) {
        SEKISHO_TRY(wait_for(fd, POLLIN, deadline));
        const ssize_t n = ::recv(fd, out.data(), out.size(), MSG_DONTWAIT);
        if (n >= 0) {
            out.resize(static_cast<std::size_t>(n));
            return out;
        }
        if (errno == ECONNRESET) return std::string();
        if (errno != EINTR && errno != EAGAIN) return base::fail_errno("recv", errno);
    }
}

base::Result<void> write_whole(int fd, std::string_view bytes, Deadline deadline) {
    while (!bytes.empty()) {
        SEKISHO_TRY(wait_for(fd, POLLOUT, deadline));
        const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(n));
        } else if (errno != EINTR && errno != EAGAIN) {
            return base::fail_errno("send", errno);
        }
    }
    return {};
}

base::Result<Frame> read_frame(int fd, Deadline deadline) {
    const std::string bytes = SEKISHO_TRY(read_exactly(fd, frame_header_bytes, deadline));
    const FrameHeader header = SEKISHO_TRY(parse_frame_header(bytes));
    auto body = read_exactly(fd, header.size, deadline);
    if (!body && body.error().cause == base::Cause::truncated) {
        return base::fail(base::Cause::truncated, "the connection ended");
    }
    return Frame{header.type, SEKISHO_TRY(std::move(body))};
}

base::Result<void> write_frame(int fd, FrameType type, std::string_view body, Deadline deadline) {
    std::string bytes = frame_header(type, static_cast<std::uint32_t>(body.size()));
    bytes += body;
    return write_whole(fd, bytes, deadline);
}

}  // namespace sekisho::control
