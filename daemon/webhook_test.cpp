// Against a server of our own on the loopback. TLS and a whole gate:
// tests/integration/outbound_notices_test.py.
#include "daemon/webhook.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "base/fd.h"
#include "base/text.h"
#include "daemon/http_post.h"
#include "store/testing.h"

namespace sekisho::daemon {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// Answers one request after the other with what it is told, and then with 200.
class Server {
public:
    explicit Server(std::vector<std::string> answers) : answers_(std::move(answers)) {
        listen_ = base::UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        auto* address = static_cast<sockaddr*>(static_cast<void*>(&at));
        EXPECT_EQ(::bind(listen_.get(), address, size), 0);
        EXPECT_EQ(::listen(listen_.get(), 8), 0);
        EXPECT_EQ(::getsockname(listen_.get(), address, &size), 0);
        port_ = ntohs(at.sin_port);
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
    std::vector<std::string> requests() {
        const std::scoped_lock lock(mutex_);
        return requests_;
    }
    bool wait_for(std::size_t count) {
        for (int i = 0; i < 3'000 && requests().size() < count; ++i)
            std::this_thread::sleep_for(10ms);
        return requests().size() >= count;
    }

private:
    void run(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            pollfd fd{listen_.get(), POLLIN, 0};
            if (::poll(&fd, 1, 20) != 1) continue;
            const base::UniqueFd client(::accept4(listen_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            std::string request;
            std::array<char, 4'096> piece{};
            while (!is_whole(request)) {
                const ssize_t got = ::recv(client.get(), piece.data(), piece.size(), 0);
                if (got <= 0) break;
                request.append(piece.data(), static_cast<std::size_t>(got));
            }
            std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            {
                const std::scoped_lock lock(mutex_);
                requests_.push_back(request);
                if (requests_.size() <= answers_.size()) answer = answers_[requests_.size() - 1];
            }
            if (answer == "silence") {
                while (!stop.stop_requested() && ::recv(client.get(), piece.data(), 1, MSG_DONTWAIT) != 0)
                    std::this_thread::sleep_for(5ms);
                continue;
            }
            (void)::send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
        }
    }
    static bool is_whole(const std::string& request) {
        const std::size_t end = request.find("\r\n\r\n");
        if (end == request.npos) return false;
        const std::size_t at = request.find("Content-Length: ");
        return at == request.npos || request.size() - end - 4 >= std::stoul(request.substr(at + 16));
    }

    std::vector<std::string> answers_;
    base::UniqueFd listen_;
    int port_ = 0;
    std::mutex mutex_;
    std::vector<std::string> requests_;
    std::jthread thread_;
};

std::string status(const std::string& line, const std::string& body = "") {
    return "HTTP/1.1 " + line + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}
std::string header(const std::string& request, const std::string& name) {
    const std::size_t at = request.find("\r\n" + name + ": ");
    if (at == request.npos) return {};
    const std::size_t begin = at + name.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
}
std::string body(const std::string& request) { return request.substr(request.find("\r\n\r\n") + 4); }

// Python: hmac.new(b"0123456789abcdef0123", b"1790000000." + body, hashlib.sha256).hexdigest()
TEST(WebhookSignature, IsHmacOverTimeAndBody) {
    EXPECT_EQ(webhook_signature("0123456789abcdef0123", "1790000000", "{\"name\":\"太郎\"}"),
              "sha256=d16d39fa826b3c5d6f8d9617066c88599aff008bdff4e32abca2e18ef6d694ee");
}

TEST(HttpPost, GivesTheStatusAndNothingElse) {
    const std::string long_body(1U << 20, 'x');
    Server server({status("204 No Content"), status("302 Found\r\nLocation: /elsewhere"), status("500 No"),
                   status("200 OK", long_body), "no http at all\r\n\r\n"});
    const HttpPost post{.url = server.url(), .headers = {"X-One: 1"}, .body = "hello", .within = 5s};
    EXPECT_EQ(http_post(post), 204);
    EXPECT_EQ(http_post(post), 302);
    EXPECT_EQ(http_post(post), 500);
    EXPECT_EQ(http_post(post), 200) << "more than it reads, but taken";
    EXPECT_EQ(http_post(post).error().cause, base::Cause::unavailable);
    ASSERT_EQ(server.requests().size(), 5U) << "a redirect is not followed";
    EXPECT_THAT(server.requests()[0], HasSubstr("POST /hook HTTP/1.1\r\n"));
    EXPECT_EQ(header(server.requests()[0], "X-One"), "1");
    EXPECT_EQ(body(server.requests()[0]), "hello");
}

TEST(HttpPost, TheTimeIsBoundedAndCanBeCutShort) {
    Server server({"silence", "silence"});
    EXPECT_EQ(http_post({.url = server.url(), .headers = {}, .body = "", .ca_file = {}, .within = 1s})
                  .error()
                  .cause,
              base::Cause::unavailable);
    std::stop_source stop;
    std::jthread stopper([&] {
        server.wait_for(2);
        stop.request_stop();
    });
    EXPECT_FALSE(http_post({.url = server.url(),
                            .headers = {},
                            .body = "",
                            .ca_file = {},
                            .within = 120s,
                            .stop = stop.get_token()}));
}

TEST(HttpPost, OtherSchemesAreNotSpoken) {
    testing_help::TempFolder folder;
    std::ofstream(folder.path() + "/f") << "secret";
    EXPECT_FALSE(http_post({.url = "file://" + folder.path() + "/f", .headers = {}, .body = ""}));
}

class WebhookTest : public testing::Test {
protected:
    testing_help::TempFolder folder_;
    std::mutex mutex_;
    config::WebhookSettings settings_;

    void SetUp() override {
        settings_.secret_file = folder_.path() + "/secret";
        std::ofstream(settings_.secret_file) << "0123456789abcdef0123\n";
    }
    std::unique_ptr<Webhook> open() {
        return Webhook::open(folder_.path() + "/box",
                             [this] {
                                 const std::scoped_lock lock(mutex_);
                                 return settings_;
                             })
            .value();
    }
    void set_url(const std::string& url) {
        const std::scoped_lock lock(mutex_);
        settings_.url = url;
    }
    bool emptied() {
        for (int i = 0; i < 3'000 && !testing_help::files_in(folder_.path() + "/box", ".json").empty(); ++i)
            std::this_thread::sleep_for(10ms);
        return testing_help::files_in(folder_.path() + "/box", ".json").empty();
    }
};

TEST_F(WebhookTest, TriesAgainUntilItIsTaken) {
    Server server({status("500 No"), status("403 Forbidden")});
    set_url(server.url());
    const auto hook = open();
    hook->add(base::JsonObject{{"id", "d1"}, {"name", "太郎"}});
    ASSERT_TRUE(emptied());
    EXPECT_EQ(hook->stats().told, 1U);
    EXPECT_EQ(hook->stats().lost, 0U);
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(body(requests[i]), "{\"id\":\"d1\",\"name\":\"太郎\"}");
        EXPECT_EQ(header(requests[i], "X-Sekisho-Delivery"), "d1");
        EXPECT_EQ(header(requests[i], "X-Sekisho-Attempt"), std::to_string(i + 1));
        EXPECT_EQ(header(requests[i], "Content-Type"), "application/json");
        EXPECT_EQ(header(requests[i], "X-Sekisho-Signature"),
                  webhook_signature("0123456789abcdef0123", header(requests[i], "X-Sekisho-Timestamp"),
                                    body(requests[i])));
    }
}

TEST_F(WebhookTest, OneThatIsRefusedDoesNotHoldUpTheOthers) {
    Server server({status("400 Bad"), status("200 OK")});
    set_url(server.url());
    const auto hook = open();
    hook->add(base::JsonObject{{"id", "first"}});
    hook->add(base::JsonObject{{"id", "second"}});
    ASSERT_TRUE(server.wait_for(3));
    std::vector<std::string> ids;
    for (const auto& request : server.requests())
        ids.push_back(header(request, "X-Sekisho-Delivery"));
    EXPECT_THAT(ids, ElementsAre("first", "second", "first"));
}

TEST_F(WebhookTest, WhatWaitsOutlivesTheProcess) {
    set_url("http://127.0.0.1:1/nobody");
    open()->add(base::JsonObject{{"id", "kept"}});
    Server server({});
    set_url(server.url());
    const auto again = open();
    ASSERT_TRUE(emptied());
    EXPECT_EQ(header(server.requests().at(0), "X-Sekisho-Delivery"), "kept");
}

TEST_F(WebhookTest, NothingGoesOutUnsigned) {
    Server server({});
    set_url(server.url());
    std::ofstream(settings_.secret_file) << "short\n";
    const auto hook = open();
    hook->add(base::JsonObject{{"id", "d1"}});
    std::this_thread::sleep_for(300ms);
    EXPECT_TRUE(server.requests().empty());
    std::ofstream(settings_.secret_file) << "long enough to be a secret\n";
    ASSERT_TRUE(emptied()) << "read anew at the next try";
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(WebhookTest, GivesUpInTheEnd) {
    settings_.give_up_after = 1s;
    set_url("http://127.0.0.1:1/nobody");
    const auto hook = open();
    hook->add(base::JsonObject{{"id", "d1"}});
    EXPECT_EQ(hook->stats().waiting, 1U);
    EXPECT_TRUE(emptied());
    EXPECT_EQ(hook->stats().lost, 1U);
    EXPECT_EQ(hook->stats().told, 0U);
    std::filesystem::remove_all(folder_.path() + "/box");
    hook->add(base::JsonObject{{"id", "d2"}});
    EXPECT_EQ(hook->stats().lost, 2U) << "it could not be written down";
}

}  // namespace
}  // namespace sekisho::daemon
