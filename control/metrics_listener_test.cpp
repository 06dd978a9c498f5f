#include "control/metrics_listener.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "control/wire.h"

namespace sekisho::control {
namespace {

using namespace std::chrono_literals;

std::string ask(std::uint16_t port, const std::string& request) {
    const base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd.get(), static_cast<sockaddr*>(static_cast<void*>(&address)), sizeof address) != 0)
        return "no connection";
    const Deadline deadline = std::chrono::steady_clock::now() + 10s;
    if (!write_whole(fd.get(), request, deadline)) return "not sent";
    ::shutdown(fd.get(), SHUT_WR);
    std::string out;
    for (;;) {
        const auto piece = read_some(fd.get(), 4'096, deadline);
        if (!piece || piece->empty()) return out;
        out += *piece;
    }
}

TEST(MetricsListener, ServesItsPageAndNothingElse) {
    const auto listener =
        MetricsListener::start("127.0.0.1:0", [] { return std::string("sekisho_up 1\n"); }).value();
    const std::string page = ask(listener->port(), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(page.starts_with("HTTP/1.0 200 OK\r\n")) << page;
    EXPECT_TRUE(page.ends_with("\r\n\r\nsekisho_up 1\n")) << page;
    EXPECT_TRUE(ask(listener->port(), "GET / HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 404"));
    EXPECT_TRUE(ask(listener->port(), "GET /metrics/../x HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 404"));
    EXPECT_TRUE(ask(listener->port(), "POST /metrics HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 405"));
    EXPECT_EQ(ask(listener->port(), "GET /metrics HTTP/1.0\r\n"), "") << "the request does not end";
    const std::string endless = ask(listener->port(), "GET /" + std::string(10'000, 'x'));
    EXPECT_FALSE(endless.starts_with("HTTP/1.0 200"));
}

TEST(MetricsListener, OnLoopbackOnly) {
    const auto text = [] { return std::string(); };
    for (const char* bad : {"0.0.0.0:9119", "192.0.2.1:1", ":9119", "9119", "[::]:9119",
                            "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999", "localhost:1", ""}) {
        const auto started = MetricsListener::start(bad, text);
        ASSERT_FALSE(started) << bad;
        EXPECT_EQ(started.error().cause, base::Cause::invalid) << bad;
    }
}

}  // namespace
}  // namespace sekisho::control
