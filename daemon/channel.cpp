#include "daemon/channel.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace sekisho::daemon {

base::Result<std::pair<Channel, Channel>> Channel::make_pair() {
    std::array<int, 2> fds{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds.data()) != 0) {
        return base::fail_errno("socketpair", errno);
    }
    return std::pair(Channel(base::UniqueFd(fds[0])), Channel(base::UniqueFd(fds[1])));
}

bool Channel::send(Word word, std::string_view text) const {
    std::string message(1, static_cast<char>(word));
    message += text.substr(0, max_text);
    ssize_t sent = 0;
    do {
        sent = ::send(fd_.get(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(message.size());
}

base::Result<std::optional<Note>> Channel::receive() const {
    std::array<char, max_text + 1> room{};
    ssize_t got = 0;
    do {
        got = ::recv(fd_.get(), room.data(), room.size(), MSG_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::optional<Note>();
    if (got < 0) return base::fail_errno("channel", errno);
    if (got == 0) return base::fail(base::Cause::io, "the other side has closed the channel");
    if (static_cast<unsigned char>(room[0]) > static_cast<unsigned char>(Word::reloaded)) {
        return base::fail(base::Cause::internal, "unknown word on the channel");
    }
    return std::optional(
        Note{static_cast<Word>(room[0]), std::string(room.data() + 1, static_cast<std::size_t>(got) - 1)});
}

}  // namespace sekisho::daemon
