// For tests: a redis-server of the test's own, on a Unix socket or with TLS on a port of the loopback.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "config/state_settings.h"
#include "store/redis_connection.h"
#include "store/testing.h"

namespace sekisho::store::testing {

inline constexpr std::chrono::seconds patience{20};

// Looks again until it holds: what comes by another thread has no time of its own.
inline bool comes_true(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

inline int free_port() {
    const base::UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket.get(), raw, size) != 0 || ::getsockname(socket.get(), raw, &size) != 0) return 0;
    return ntohs(address.sin_port);
}

// Runs `arguments` and waits for the end; its exit status.
inline int run(const std::vector<std::string>& arguments) {
    std::vector<char*> raw;
    for (const std::string& argument : arguments)
        raw.push_back(const_cast<char*>(argument.c_str()));
    raw.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid = 0;
    int status = -1;
    if (::posix_spawnp(&pid, raw[0], &actions, nullptr, raw.data(), environ) == 0) ::waitpid(pid, &status, 0);
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

class RedisServer {
public:
    // `options`: further arguments, such as {"--requirepass", "secret"}.
    explicit RedisServer(std::vector<std::string> options = {}) : options_(std::move(options)) {
        // The log is opened before there are threads, as in a daemon.
        base::log(base::LogLevel::debug, "redis-server");
        start();
    }
    ~RedisServer() { kill(); }
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    const std::string& folder() const { return folder_.path(); }
    config::RedisSettings settings() const {
        config::RedisSettings out;
        out.address = "unix:" + folder() + "/socket";
        out.wait = patience;  // whatever else this machine does
        return out;
    }

    void start() {
        std::vector<std::string> arguments{"redis-server",
                                           "--port",
                                           "0",
                                           "--unixsocket",
                                           folder() + "/socket",
                                           "--dir",
                                           folder(),
                                           "--save",
                                           "",
                                           "--daemonize",
                                           "no"};
        arguments.insert(arguments.end(), options_.begin(), options_.end());
        std::vector<char*> raw;
        for (std::string& argument : arguments)
            raw.push_back(argument.data());
        raw.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        const std::string log = folder() + "/log";
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_CREAT | O_WRONLY | O_APPEND,
                                         0600);
        if (::posix_spawnp(&pid_, raw[0], &actions, nullptr, raw.data(), environ) != 0) pid_ = 0;
        posix_spawn_file_actions_destroy(&actions);
        comes_true([&] {
            return ::access((folder() + "/socket").c_str(), F_OK) == 0 &&
                   (!options_.empty() || RedisConnection::open(settings(), soon()).has_value());
        });
    }
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGCONT);
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
        ::unlink((folder() + "/socket").c_str());
    }
    void pause() const { ::kill(pid_, SIGSTOP); }
    void go_on() const { ::kill(pid_, SIGCONT); }

    // The answer to a command, as text; of a list the number of its items.
    std::string ask(const RedisCommand& command) const {
        auto connection = RedisConnection::open(settings(), soon());
        if (!connection) return connection.error().message;
        const auto reply = connection->ask(command, soon());
        if (!reply) return reply.error().message;
        if (reply->type == RedisReply::Type::integer) return std::to_string(reply->integer);
        return reply->type == RedisReply::Type::list ? std::to_string(reply->items.size()) : reply->text;
    }

    static RedisConnection::Clock::time_point soon() { return RedisConnection::Clock::now() + patience; }

private:
    std::vector<std::string> options_;
    testing_help::TempFolder folder_;
    pid_t pid_ = 0;
};

}  // namespace sekisho::store::testing
