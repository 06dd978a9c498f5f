#include "store/redis_connection.h"

#include <fmt/format.h>
#include <hiredis.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/escape.h"
#include "base/text.h"

namespace sekisho::store {

namespace {

using base::Cause;
using base::fail;
using Clock = RedisConnection::Clock;

constexpr std::size_t max_password = 4'096;
constexpr std::size_t shown = 200;
constexpr std::size_t max_read = 4u << 20;  // at a time

struct Target {
    std::string path;  // of a Unix socket
    std::string host, port;
};

Target target_of(std::string_view address) {
    if (address.starts_with("unix:")) return {.path = std::string(address.substr(5)), .host = {}, .port = {}};
    if (address.starts_with("inet:")) address.remove_prefix(5);
    const std::size_t colon = address.rfind(':');
    Target out{.path = {},
               .host = std::string(address.substr(0, colon)),
               .port = std::string(address.substr(colon == address.npos ? address.size() : colon + 1))};
    if (out.host.starts_with('[') && out.host.ends_with(']'))
        out.host = out.host.substr(1, out.host.size() - 2);
    return out;
}

int milliseconds_until(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void empty(int wake) {
    std::uint64_t value = 0;
    (void)!::read(wake, &value, sizeof value);
}

// Connects without blocking the thread beyond `deadline`.
base::Result<base::UniqueFd> connect_to(const sockaddr* address, socklen_t size, Clock::time_point deadline) {
    base::UniqueFd out(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!out) return base::fail_errno("redis: socket", errno);
    if (::connect(out.get(), address, size) == 0) return out;
    if (errno != EINPROGRESS && errno != EAGAIN) return base::fail_errno("redis: connect", errno);
    pollfd wait{out.get(), POLLOUT, 0};
    if (::poll(&wait, 1, milliseconds_until(deadline)) <= 0)
        return fail(Cause::unavailable, "redis: connect: no answer in time");
    int error = 0;
    socklen_t error_size = sizeof error;
    ::getsockopt(out.get(), SOL_SOCKET, SO_ERROR, &error, &error_size);
    if (error != 0) return base::fail_errno("redis: connect", error);
    return out;
}

base::Result<base::UniqueFd> connect_unix(const std::string& path, Clock::time_point deadline) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return fail(Cause::invalid, "redis: the socket's path is too long");
    std::memcpy(&address.sun_path[0], path.data(), path.size());
    const void* const raw = &address;
    return connect_to(static_cast<const sockaddr*>(raw), sizeof address, deadline);
}

base::Result<base::UniqueFd> connect_inet(const Target& target, Clock::time_point deadline) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    if (const int code = ::getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &raw); code != 0)
        return fail(Cause::unavailable, fmt::format("redis: {}: {}", target.host, ::gai_strerror(code)));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(raw, &::freeaddrinfo);
    base::Result<base::UniqueFd> out = fail(Cause::unavailable, "redis: the name has no address");
    int left = 0;
    for (const addrinfo* one = all.get(); one != nullptr; one = one->ai_next)
        ++left;
    for (const addrinfo* one = all.get(); one != nullptr && !out; one = one->ai_next, --left) {
        // An address that says nothing leaves time for the next one.
        const auto now = Clock::now();
        out = connect_to(one->ai_addr, one->ai_addrlen, now + (deadline - now) / left);
    }
    if (!out) return out;
    const int on = 1;
    ::setsockopt(out->get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(out->get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    return out;
}

std::string tls_error() {
    std::array<char, 256> text{};
    const unsigned long code = ERR_get_error();
    if (code == 0) return "the connection was closed";
    ERR_error_string_n(code, text.data(), text.size());
    ERR_clear_error();
    return text.data();
}

struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

base::Result<Context> context_of(const config::RedisSettings& settings) {
    Context out(SSL_CTX_new(TLS_client_method()));
    if (!out) return fail(Cause::internal, "redis: " + tls_error());
    SSL_CTX_set_min_proto_version(out.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(out.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_mode(out.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    const bool trusts = settings.tls_ca.empty()
                            ? SSL_CTX_set_default_verify_paths(out.get()) == 1
                            : SSL_CTX_load_verify_file(out.get(), settings.tls_ca.c_str()) == 1;
    if (!trusts) return fail(Cause::invalid, "state.redis.tls_ca: " + tls_error());
    if (settings.tls_cert.empty()) return out;
    if (SSL_CTX_use_certificate_chain_file(out.get(), settings.tls_cert.c_str()) != 1)
        return fail(Cause::invalid, "state.redis.tls_cert: " + tls_error());
    if (SSL_CTX_use_PrivateKey_file(out.get(), settings.tls_key.c_str(), SSL_FILETYPE_PEM) != 1)
        return fail(Cause::invalid, "state.redis.tls_key: " + tls_error());
    return out;
}

// What the certificate must be of: an address or a name.
bool expect_name(SSL* tls, const std::string& name) {
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), name.c_str()) == 1) return true;
    SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(tls, name.c_str()) == 1 && SSL_set_tlsext_host_name(tls, name.c_str()) == 1;
}

}  // namespace

base::Result<RedisConnection> RedisConnection::open(const config::RedisSettings& settings,
                                                    Clock::time_point deadline) {
    const Target target = target_of(settings.address);
    RedisConnection out;
    out.socket_ = SEKISHO_TRY(target.path.empty() ? connect_inet(target, deadline)
                                                  : connect_unix(target.path, deadline));
    if (settings.tls) SEKISHO_TRY(out.begin_tls(settings, target.host));
    SEKISHO_TRY(out.log_in(settings, deadline));
    return out;
}

// The handshake itself goes with the first bytes that are sent.
base::Result<void> RedisConnection::begin_tls(const config::RedisSettings& settings,
                                              const std::string& host) {
    const Context context = SEKISHO_TRY(context_of(settings));
    tls_.reset(SSL_new(context.get()));
    if (!tls_ || SSL_set_fd(tls_.get(), socket_.get()) != 1)
        return fail(Cause::internal, "redis: " + tls_error());
    const std::string& name = settings.tls_name.empty() ? host : settings.tls_name;
    if (!expect_name(tls_.get(), name)) return fail(Cause::invalid, "state.redis.tls_name: " + tls_error());
    SSL_set_connect_state(tls_.get());
    return {};
}

base::Result<void> RedisConnection::log_in(const config::RedisSettings& settings,
                                           Clock::time_point deadline) {
    if (settings.password_file.empty()) {
        SEKISHO_TRY(ask({"PING"}, deadline));
        return {};
    }
    const std::string file = SEKISHO_TRY(base::read_file(settings.password_file, max_password));
    const std::string_view password = base::trim(file);
    if (settings.user.empty())
        SEKISHO_TRY(ask({"AUTH", password}, deadline));
    else
        SEKISHO_TRY(ask({"AUTH", settings.user, password}, deadline));
    return {};
}

void RedisConnection::send(const RedisCommand& command) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const std::string_view part : command) {
        texts.push_back(part.data());
        sizes.push_back(part.size());
    }
    char* raw = nullptr;
    const int size = redisFormatCommandArgv(&raw, static_cast<int>(texts.size()), texts.data(), sizes.data());
    if (size > 0) out_.append(raw, static_cast<std::size_t>(size));
    redisFreeCommand(raw);
}

base::Result<void> RedisConnection::pump(std::chrono::milliseconds within, int wake) {
    SEKISHO_TRY(write_some());
    std::array<pollfd, 2> waits{
        {{socket_.get(), static_cast<short>(wants_write() ? POLLIN | POLLOUT : POLLIN), 0},
         {wake, POLLIN, 0}}};
    // What TLS has read and not given yet, no poll tells of.
    const bool ready = tls_ && SSL_pending(tls_.get()) > 0;
    if (::poll(waits.data(), waits.size(), ready ? 0 : static_cast<int>(within.count())) < 0 &&
        errno != EINTR)
        return base::fail_errno("redis: poll", errno);
    if (waits[1].revents != 0) empty(wake);
    SEKISHO_TRY(write_some());
    return read_some();
}

base::Result<RedisReply> RedisConnection::ask(const RedisCommand& command, Clock::time_point deadline) {
    send(command);
    while (true) {
        SEKISHO_TRY(pump(std::chrono::milliseconds(milliseconds_until(deadline)), -1));
        if (auto reply = SEKISHO_TRY(next())) {
            if (reply->is_error())
                return fail(Cause::unavailable, "redis: " + base::escape(reply->text, shown));
            return *std::move(reply);
        }
        if (Clock::now() >= deadline) return fail(Cause::unavailable, "redis: no answer in time");
    }
}

base::Result<void> RedisConnection::write_some() {
    while (!out_.empty()) {
        const std::size_t sent = SEKISHO_TRY(write_once(out_));
        if (sent == 0) return {};
        out_.erase(0, sent);
    }
    return {};
}

// No more than a part at a time: whole replies are to be taken away before more comes.
base::Result<void> RedisConnection::read_some() {
    std::array<char, 16'384> bytes{};
    for (std::size_t read = 0; read < max_read;) {
        const std::size_t got = SEKISHO_TRY(read_once(bytes));
        if (got == 0) return {};
        SEKISHO_TRY(reader_.feed(base::as_bytes(std::string_view(bytes.data(), got))));
        read += got;
    }
    return {};
}

base::Result<std::size_t> RedisConnection::write_once(std::string_view bytes) {
    if (tls_) {
        tls_wants_read_ = false;
        return after_tls(tls_wants_read_,
                         SSL_write(tls_.get(), bytes.data(),
                                   static_cast<int>(std::min<std::size_t>(bytes.size(), 1u << 20))));
    }
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno == EAGAIN || errno == EINTR) return 0;
    return base::fail_errno("redis: send", errno);
}

base::Result<std::size_t> RedisConnection::read_once(std::span<char> into) {
    if (tls_) {
        bool no_matter = false;  // to read is waited for in any case
        tls_wants_write_ = false;
        return after_tls(no_matter, SSL_read(tls_.get(), into.data(), static_cast<int>(into.size())));
    }
    const ssize_t got = ::recv(socket_.get(), into.data(), into.size(), 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0) return fail(Cause::unavailable, "redis: the server closed the connection");
    if (errno == EAGAIN || errno == EINTR) return 0;
    return base::fail_errno("redis: recv", errno);
}

base::Result<std::size_t> RedisConnection::after_tls(bool& wants_read, int result) {
    if (result > 0) return static_cast<std::size_t>(result);
    const int error = SSL_get_error(tls_.get(), result);
    if (error == SSL_ERROR_WANT_READ) {
        wants_read = true;
        return 0;
    }
    if (error == SSL_ERROR_WANT_WRITE) {
        tls_wants_write_ = true;
        return 0;
    }
    if (error == SSL_ERROR_SYSCALL && errno != 0) return base::fail_errno("redis: tls", errno);
    const long verdict = SSL_get_verify_result(tls_.get());
    if (verdict != X509_V_OK)
        return fail(Cause::unavailable,
                    fmt::format("redis: its certificate: {}", X509_verify_cert_error_string(verdict)));
    return fail(Cause::unavailable, "redis: tls: " + tls_error());
}

}  // namespace sekisho::store
