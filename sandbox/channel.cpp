#include "sandbox/channel.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

namespace sekisho::sandbox {

using base::Cause;
using base::Result;

namespace {

union FdControl {  // aligned as CMSG_* want it
    std::array<char, CMSG_SPACE(sizeof(int) * 4)> bytes;
    cmsghdr align;
};

ssize_t send_some(int socket, base::Bytes bytes, std::optional<int> fd) {
    iovec piece{.iov_base = const_cast<std::byte*>(bytes.data()),  // NOLINT(*-const-cast): sendmsg only reads
                .iov_len = bytes.size()};
    if (!fd) return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    FdControl control{};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes.data();
    message.msg_controllen = CMSG_SPACE(sizeof(int));
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &*fd, sizeof(int));
    return ::sendmsg(socket, &message, MSG_NOSIGNAL);
}

Received outcome_of(ssize_t n) {
    if (n > 0) return {.bytes = static_cast<std::size_t>(n)};
    return {.open = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)};
}

}  // namespace

Result<SocketPair> make_socket_pair() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return base::fail_errno("socketpair", errno);
    }
    SocketPair pair{.ours = base::UniqueFd(ends[0]), .theirs = base::UniqueFd(ends[1])};
    if (::fcntl(pair.ours.get(), F_SETFL, O_NONBLOCK) != 0) return base::fail_errno("fcntl", errno);
    return pair;
}

int poll_time(Clock::time_point deadline) {
    if (deadline == Clock::time_point::max()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

Result<void> send_all(int socket, base::Bytes bytes, std::optional<int> fd, Clock::time_point deadline) {
    while (!bytes.empty()) {
        const ssize_t n = send_some(socket, bytes, fd);
        if (n > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(n));
            fd.reset();
            continue;
        }
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return base::fail_errno("send", errno);
        pollfd ready{.fd = socket, .events = POLLOUT, .revents = 0};
        if (::poll(&ready, 1, poll_time(deadline)) == 0 && Clock::now() >= deadline) {
            return base::fail(Cause::limit, "the other side does not read");
        }
    }
    return {};
}

Received receive(int socket, std::span<std::byte> room) {
    ssize_t n = 0;
    do {
        n = ::recv(socket, room.data(), room.size(), 0);
    } while (n < 0 && errno == EINTR);
    return outcome_of(n);
}

ReceivedFd receive_with_fd(int socket, std::span<std::byte> room) {
    FdControl control{};
    iovec piece{.iov_base = room.data(), .iov_len = room.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
    ssize_t n = 0;
    do {
        n = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    ReceivedFd out{.received = outcome_of(n), .fd = {}};
    if (n <= 0) return out;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int fd = -1;
            // NOLINTNEXTLINE(*-pointer-arithmetic): bounded by the frame
            std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
            base::UniqueFd owned(fd);
            if (out.fd) {
                out.received = {.open = false};
            } else {
                out.fd = std::move(owned);
            }
        }
    }
    return out;
}

bool wait_readable(int socket, Clock::time_point deadline) {
    pollfd ready{.fd = socket, .events = POLLIN, .revents = 0};
    for (;;) {
        const int n = ::poll(&ready, 1, poll_time(deadline));
        if (n > 0) return true;
        if (Clock::now() >= deadline) return false;
    }
}

}  // namespace sekisho::sandbox
