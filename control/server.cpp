#include "control/server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <list>
#include <mutex>
#include <thread>

#include "base/escape.h"
#include "base/fd.h"
#include "base/log.h"
#include "control/listen.h"
#include "control/wire.h"

namespace sekisho::control {

namespace {

using std::chrono::steady_clock;

// Anybody on the machine may be denied as often as they like; the record takes this many a minute, and counts
// the rest.
constexpr int denials_per_minute = 30;

class SocketServer final : public Server {
public:
    SocketServer(const ServerSettings& settings, Handlers handlers, Audit audit, base::UniqueFd listener,
                 base::UniqueFd stop)
        : settings_(settings),
          handlers_(std::move(handlers)),
          audit_(std::move(audit)),
          listener_(std::move(listener)),
          stop_(std::move(stop)) {
        set_groups(settings.groups);
        acceptor_ = std::thread([this] { accept_loop(); });
    }

    ~SocketServer() override {
        const std::uint64_t one = 1;
        (void)!::write(stop_.get(), &one, sizeof one);
        acceptor_.join();
        {
            const std::lock_guard lock(mutex_);
            for (Connection& connection : connections_)
                ::shutdown(connection.fd.get(), SHUT_RD);
        }
        for (Connection& connection : connections_)
            connection.thread.join();
        ::unlink(settings_.socket.c_str());
    }

    void set_groups(const AccessGroups& groups) override {
        auto access = std::make_shared<const Access>(groups);
        for (const std::string& name : access->unknown_groups()) {
            base::log(base::LogLevel::warning, base::LogLine("control")
                                                   .add("unknown_group", name)
                                                   .add("note", "gives nobody anything")
                                                   .text());
        }
        const std::lock_guard lock(mutex_);
        access_ = std::move(access);
    }

private:
    struct Connection {
        base::UniqueFd fd;
        std::thread thread;
        std::atomic<bool> done = false;
    };
    struct Caller {
        Peer peer;
        std::set<Permission> permissions;
    };

    void accept_loop();
    void take(base::UniqueFd fd);
    void reap();
    void serve(int fd);
    bool serve_one(int fd, const Caller& caller);
    base::Result<Caller> caller_of(int fd);
    base::Result<Reply> act(Request& request, const Caller& caller);
    void deny(const Request& request, std::string_view permission);
    bool answer(int fd, const base::Result<base::Json>& result) const;

    const ServerSettings settings_;
    const Handlers handlers_;
    const Audit audit_;
    const base::UniqueFd listener_;
    const base::UniqueFd stop_;
    std::mutex mutex_;  // of all below
    std::shared_ptr<const Access> access_;
    std::list<Connection> connections_;  // touched by the acceptor, and by the destructor after it
    steady_clock::time_point minute_;
    int denials_ = 0;
    std::uint64_t untold_ = 0;
    std::thread acceptor_;
};

void SocketServer::accept_loop() {
    for (;;) {
        pollfd entries[] = {{.fd = listener_.get(), .events = POLLIN, .revents = 0},
                            {.fd = stop_.get(), .events = POLLIN, .revents = 0}};
        if (::poll(entries, 2, 1'000) < 0 && errno != EINTR) return;
        if (entries[1].revents != 0) return;
        reap();
        if (entries[0].revents == 0) continue;
        base::UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (fd) take(std::move(fd));
    }
}

void SocketServer::reap() {
    const std::lock_guard lock(mutex_);
    std::erase_if(connections_, [](Connection& connection) {
        if (!connection.done) return false;
        connection.thread.join();
        return true;
    });
}

void SocketServer::take(base::UniqueFd fd) {
    const std::lock_guard lock(mutex_);
    if (connections_.size() >= settings_.max_connections) {
        // Never blocks: a fresh socket's buffer takes these few bytes.
        (void)write_frame(
            fd.get(), FrameType::answer,
            answer_text(base::fail(base::Cause::unavailable, "too many connections; try again")),
            steady_clock::now() + std::chrono::milliseconds(100));
        return;
    }
    Connection& connection = connections_.emplace_back();
    connection.fd = std::move(fd);
    connection.thread = std::thread([this, &connection] {
        serve(connection.fd.get());
        ::shutdown(connection.fd.get(), SHUT_RDWR);
        connection.done = true;
    });
}

base::Result<SocketServer::Caller> SocketServer::caller_of(int fd) {
    Caller out;
    out.peer = SEKISHO_TRY(peer_of(fd));
    const auto groups = SEKISHO_TRY(peer_groups(fd));
    std::shared_ptr<const Access> access;
    {
        const std::lock_guard lock(mutex_);
        access = access_;
    }
    out.permissions = access->permissions(out.peer, groups);
    return out;
}

void SocketServer::serve(int fd) {
    const auto caller = caller_of(fd);
    if (!caller) {
        answer(fd, std::unexpected(caller.error()));
        return;
    }
    while (serve_one(fd, *caller)) {
        // Who may do nothing holds no place among the connections.
        if (caller->permissions.empty()) return;
    }
}

// False: the connection is over.
bool SocketServer::serve_one(int fd, const Caller& caller) {
    pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
    const auto idle = caller.permissions.empty() ? settings_.request_within : settings_.idle;
    if (::poll(&entry, 1, static_cast<int>(idle.count())) <= 0) return false;
    auto frame = read_frame(fd, steady_clock::now() + settings_.request_within);
    if (!frame) {
        if (frame.error().cause != base::Cause::truncated) answer(fd, std::unexpected(frame.error()));
        return false;
    }
    if (frame->type != FrameType::request) {
        answer(fd, base::fail(base::Cause::malformed, "a request is wanted"));
        return false;
    }
    auto request = parse_request(frame->body);
    if (!request) return answer(fd, std::unexpected(request.error()));
    const auto reply = act(*request, caller);
    if (!reply) return answer(fd, std::unexpected(reply.error()));
    for (std::string_view left = reply->data; !left.empty();) {
        const std::string_view piece = left.substr(0, max_piece_bytes);
        if (!write_frame(fd, FrameType::data, piece, steady_clock::now() + settings_.answer_within))
            return false;
        left.remove_prefix(piece.size());
    }
    return answer(fd, reply->result);
}

bool SocketServer::answer(int fd, const base::Result<base::Json>& result) const {
    std::string text = answer_text(result);
    if (text.size() > max_answer_bytes) {
        text = answer_text(base::fail(base::Cause::limit, "the answer is too long; ask for less"));
    }
    return write_frame(fd, FrameType::answer, text, steady_clock::now() + settings_.answer_within)
        .has_value();
}

base::Result<Reply> SocketServer::act(Request& request, const Caller& caller) {
    request.peer = caller.peer;
    request.may_read_mail = caller.permissions.contains(Permission::read_mail);
    const Command& command = *find_command(request.command);
    const std::string_view permission = to_string(command.permission);
    if (!caller.permissions.contains(command.permission)) {
        deny(request, permission);
        return base::fail(base::Cause::invalid,
                          fmt::format("permission denied: {} is wanted for {}", permission, command.name));
    }
    const auto handler = handlers_.find(request.command);
    if (handler == handlers_.end()) return base::fail(base::Cause::unsupported, "not here");
    if (command.audited) {
        const auto written = audit_({.request = &request, .outcome = "allowed", .permission = permission});
        if (!written) {
            return base::fail(
                base::Cause::unavailable,
                "nothing was done: the audit record cannot be written: " + written.error().message);
        }
    }
    try {
        return handler->second(request);
    } catch (const std::exception& error) {
        // Out of memory for an export, or a bug of ours: this request's end, not the gate's.
        base::log(base::LogLevel::error,
                  base::LogLine("control").add("command", request.command).add("error", error.what()).text());
        return base::fail(base::Cause::internal, "the request failed inside; see the log");
    }
}

void SocketServer::deny(const Request& request, std::string_view permission) {
    std::uint64_t untold = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto now = steady_clock::now();
        if (now - minute_ >= std::chrono::minutes(1)) {
            minute_ = now;
            denials_ = 0;
        }
        if (++denials_ > denials_per_minute) {
            ++untold_;
            return;
        }
        untold = std::exchange(untold_, 0);
    }
    (void)audit_(
        {.request = &request, .outcome = "denied", .permission = permission, .denials_untold = untold});
}

}  // namespace

base::Result<std::unique_ptr<Server>> Server::start(const ServerSettings& settings, Handlers handlers,
                                                    Audit audit) {
    base::UniqueFd listener = SEKISHO_TRY(listen_unix(settings.socket, 0666));
    base::UniqueFd stop(::eventfd(0, EFD_CLOEXEC));
    if (!stop) return base::fail_errno("eventfd", errno);
    return std::make_unique<SocketServer>(settings, std::move(handlers), std::move(audit),
                                          std::move(listener), std::move(stop));
}

}  // namespace sekisho::control
