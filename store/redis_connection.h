// One connection to a Redis server: a non-blocking socket of ours, TLS by OpenSSL where it is asked for, and
// hiredis' formatter and reader (Debian's hiredis has no TLS of its own).
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "config/state_settings.h"
#include "store/redis_reply.h"

namespace sekisho::store {

// One command and its arguments.
using RedisCommand = std::vector<std::string_view>;

// A resource, for one thread, in which SIGPIPE is blocked. After an error it is of no use.
class RedisConnection {
public:
    using Clock = std::chrono::steady_clock;

    // Connects, shakes hands and logs in. Looks names up: never in the way of mail. Cause::unavailable where
    // the server is not there by `deadline` or refuses us, invalid for what only an operator can mend.
    static base::Result<RedisConnection> open(const config::RedisSettings& settings,
                                              Clock::time_point deadline);

    // Queues a command; the answers come in the order of the commands.
    void send(const RedisCommand& command);
    // Sends and receives what can be without waiting, after waiting for at most `within` for the socket or
    // for `wake` (an eventfd, which is emptied; -1: none).
    base::Result<void> pump(std::chrono::milliseconds within, int wake);
    // The next answer, if it is there.
    base::Result<std::optional<RedisReply>> next() { return reader_.next(); }
    // Sends one command and waits for its answer. An error that the server answers is Cause::unavailable.
    base::Result<RedisReply> ask(const RedisCommand& command, Clock::time_point deadline);

private:
    struct FreeTls {
        void operator()(SSL* tls) const { SSL_free(tls); }
    };
    RedisConnection() = default;
    base::Result<void> begin_tls(const config::RedisSettings& settings, const std::string& host);
    base::Result<void> log_in(const config::RedisSettings& settings, Clock::time_point deadline);
    base::Result<void> write_some();
    base::Result<void> read_some();
    // Bytes moved; 0 where the socket is not ready for more.
    base::Result<std::size_t> write_once(std::string_view bytes);
    base::Result<std::size_t> read_once(std::span<char> into);
    base::Result<std::size_t> after_tls(bool& wants_read, int result);
    bool wants_write() const { return tls_wants_write_ || (!out_.empty() && !tls_wants_read_); }

    base::UniqueFd socket_;
    std::unique_ptr<SSL, FreeTls> tls_;
    bool tls_wants_write_ = false;  // to read on
    bool tls_wants_read_ = false;   // to write on: the handshake
    std::string out_;
    RedisReader reader_;
};

}  // namespace sekisho::store
