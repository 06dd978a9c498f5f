// What supervisor and gate say to each other: short messages over a pair of SOCK_SEQPACKET sockets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/fd.h"
#include "base/result.h"

namespace sekisho::daemon {

enum class Word : std::uint8_t {
    // to the gate
    ping,
    reload,
    stop,  // finish what is in flight, then exit 0
    // to the supervisor
    pong,
    ready,      // mail is taken
    reloading,  // a reload has begun, whoever asked for it
    reloaded,   // it has ended; the text is empty, or says why the old rules and settings stay
};

struct Note {
    Word word = Word::ping;
    std::string text;  // at most Channel::max_text bytes; more is cut
};

// One end. A resource: moves, never copies. send() may be called from several threads, receive() from one.
class Channel {
public:
    static constexpr std::size_t max_text = 4'000;
    static constexpr int gate_fd = 3;  // where the gate finds its end after exec

    explicit Channel(base::UniqueFd fd) : fd_(std::move(fd)) {}
    // The supervisor's end and the gate's, both close-on-exec.
    static base::Result<std::pair<Channel, Channel>> make_pair();

    int fd() const { return fd_.get(); }

    // False where the other side is gone or does not read.
    bool send(Word word, std::string_view text = {}) const;
    // Waits for nothing: nullopt where no message is there. Cause::io where the other side is gone.
    base::Result<std::optional<Note>> receive() const;

private:
    base::UniqueFd fd_;
};

}  // namespace sekisho::daemon
