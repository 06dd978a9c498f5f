#include "store/redis_connection.h"

#include <gmock/gmock.h>

#include <fstream>

#include "store/redis_testing.h"

namespace sekisho::store {
namespace {

using ::testing::HasSubstr;
using testing::RedisServer;

RedisConnection::Clock::time_point soon() { return RedisServer::soon(); }

std::string file(const RedisServer& server, const std::string& name, const std::string& text) {
    const std::string path = server.folder() + "/" + name;
    std::ofstream(path) << text;
    return path;
}

TEST(RedisConnection, AsksAndIsAnswered) {
    const RedisServer server;
    auto connection = RedisConnection::open(server.settings(), soon());
    ASSERT_TRUE(connection) << connection.error().message;
    const std::string binary("a\0\r\n\xff", 5);
    EXPECT_EQ(connection->ask({"SET", "key", binary}, soon())->text, "OK");
    EXPECT_EQ(connection->ask({"GET", "key"}, soon())->text, binary);
    EXPECT_EQ(connection->ask({"STRLEN", "key"}, soon())->integer, 5);
    EXPECT_EQ(connection->ask({"GET", "none"}, soon())->type, RedisReply::Type::nil);
    const auto list = connection->ask({"EVAL", "return {1, {'a', {'b'}}, false}", "0"}, soon());
    ASSERT_EQ(list->items.size(), 3u);
    EXPECT_EQ(list->items[1].items[1].items[0].text, "b");
    EXPECT_THAT(connection->ask({"NONSENSE"}, soon()).error().message, HasSubstr("unknown command"));
    EXPECT_EQ(connection->ask({"PING"}, soon())->text, "PONG") << "an error is an answer like another";
}

TEST(RedisConnection, ManyCommandsAtOnceAndLargeOnes) {
    const RedisServer server;
    auto connection = RedisConnection::open(server.settings(), soon());
    ASSERT_TRUE(connection);
    const std::string large(3 << 20, 'x');
    connection->send({"SET", "large", large});
    for (int i = 0; i < 1'000; ++i)
        connection->send({"INCR", "counter"});
    connection->send({"GET", "large"});
    int seen = 0;
    std::string last;
    while (seen < 1'002 && RedisConnection::Clock::now() < soon()) {
        ASSERT_TRUE(connection->pump(std::chrono::milliseconds(100), -1));
        while (auto reply = *connection->next()) {
            ++seen;
            if (seen == 1'001) {
                EXPECT_EQ(reply->integer, 1'000);
            }
            last = reply->text;
        }
    }
    EXPECT_EQ(last, large);
}

TEST(RedisConnection, AServerThatIsNotThere) {
    config::RedisSettings settings;
    settings.address = "unix:/nonexistent/socket";
    EXPECT_EQ(RedisConnection::open(settings, soon()).error().cause, base::Cause::io);
    settings.address = "inet:127.0.0.1:" + std::to_string(testing::free_port());
    EXPECT_THAT(RedisConnection::open(settings, soon()).error().message, HasSubstr("refused"));
    settings.address = "inet:host.invalid:6379";
    EXPECT_EQ(RedisConnection::open(settings, soon()).error().cause, base::Cause::unavailable);
}

TEST(RedisConnection, AServerThatSleepsIsGivenUpInTime) {
    const RedisServer server;
    server.pause();
    const auto deadline = RedisConnection::Clock::now() + std::chrono::milliseconds(50);
    const auto connection = RedisConnection::open(server.settings(), deadline);
    server.go_on();
    ASSERT_FALSE(connection);
    EXPECT_EQ(connection.error().cause, base::Cause::unavailable);
}

TEST(RedisConnection, PasswordsAndUsersOfTheAcl) {
    const RedisServer server(
        {"--requirepass", "first secret", "--user", "gate", "on", ">second", "~sekisho:*", "+@all"});
    config::RedisSettings settings = server.settings();
    EXPECT_THAT(RedisConnection::open(settings, soon()).error().message, HasSubstr("NOAUTH"));
    settings.password_file = file(server, "password", "first secret\n");
    EXPECT_TRUE(RedisConnection::open(settings, soon()));
    settings.password_file = file(server, "password", "wrong\n");
    EXPECT_THAT(RedisConnection::open(settings, soon()).error().message, HasSubstr("WRONGPASS"));
    settings.user = "gate";
    settings.password_file = file(server, "password", "second");
    auto connection = RedisConnection::open(settings, soon());
    ASSERT_TRUE(connection) << connection.error().message;
    EXPECT_EQ(connection->ask({"SET", "sekisho:a", "b"}, soon())->text, "OK");
    EXPECT_THAT(connection->ask({"SET", "other", "b"}, soon()).error().message, HasSubstr("NOPERM"));
    settings.password_file = "/nonexistent";
    EXPECT_EQ(RedisConnection::open(settings, soon()).error().cause, base::Cause::io);
}

// An authority, and what it signed, made by openssl(1).
class Certificates {
public:
    explicit Certificates(std::string folder) : folder_(std::move(folder)) {
        make({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
              "-subj", "/CN=test authority", "-keyout", path("ca.key"), "-out", path("ca.pem")});
        sign("server", "subjectAltName=IP:127.0.0.1,DNS:redis.example.com");
        sign("client", "subjectAltName=DNS:gate.example.com");
    }
    std::string path(const std::string& name) const { return folder_ + "/" + name; }

private:
    void make(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "openssl");
        EXPECT_EQ(testing::run(arguments), 0) << arguments[1];
    }
    void sign(const std::string& name, const std::string& extension) const {
        std::ofstream(path(name + ".ext")) << extension << "\n";
        make({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name,
              "-keyout", path(name + ".key"), "-out", path(name + ".csr")});
        make({"x509", "-req", "-in", path(name + ".csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
              "-CAcreateserial", "-days", "2", "-extfile", path(name + ".ext"), "-out", path(name + ".pem")});
    }
    std::string folder_;
};

class RedisTls : public ::testing::Test {
protected:
    config::RedisSettings settings() const {
        config::RedisSettings out;
        out.address = "inet:127.0.0.1:" + std::to_string(port_);
        out.tls = true;
        out.tls_ca = certificates_.path("ca.pem");
        out.tls_cert = certificates_.path("client.pem");
        out.tls_key = certificates_.path("client.key");
        return out;
    }
    std::string why_not(const config::RedisSettings& settings) const {
        const auto connection = RedisConnection::open(settings, soon());
        return connection ? "" : connection.error().message;
    }

    const testing_help::TempFolder folder_;
    const Certificates certificates_{folder_.path()};
    const int port_ = testing::free_port();
    const RedisServer server_{{"--tls-port", std::to_string(port_), "--tls-cert-file",
                               certificates_.path("server.pem"), "--tls-key-file",
                               certificates_.path("server.key"), "--tls-ca-cert-file",
                               certificates_.path("ca.pem")}};
};

TEST_F(RedisTls, BothSidesShowWhoTheyAre) {
    auto connection = RedisConnection::open(settings(), soon());
    ASSERT_TRUE(connection) << connection.error().message;
    const std::string large(2 << 20, 'x');
    EXPECT_EQ(connection->ask({"SET", "large", large}, soon())->text, "OK");
    EXPECT_EQ(connection->ask({"GET", "large"}, soon())->text, large);
    config::RedisSettings named = settings();
    named.tls_name = "redis.example.com";
    EXPECT_EQ(why_not(named), "");
}

TEST_F(RedisTls, AServerThatIsAnotherIsNotSpokenTo) {
    config::RedisSettings other = settings();
    other.tls_name = "elsewhere.example.com";
    EXPECT_THAT(why_not(other), HasSubstr("ostname mismatch"));
    other = settings();
    other.tls_ca = "";
    EXPECT_THAT(why_not(other), HasSubstr("certificate"));
    other = settings();
    other.tls = false;
    EXPECT_NE(why_not(other), "") << "it wants TLS";
    other = settings();
    other.tls_cert = other.tls_key = "";
    EXPECT_NE(why_not(other), "") << "it wants to know who we are";
    other = settings();
    other.tls_ca = "/nonexistent";
    EXPECT_THAT(why_not(other), HasSubstr("tls_ca"));
}

// What is no RESP2, or too much of it, ends the reader and nothing else.
TEST(RedisReader, HostileBytes) {
    const auto read = [](std::string_view bytes) {
        RedisReader reader;
        if (const auto fed = reader.feed(base::as_bytes(bytes)); !fed) return fed.error().message;
        const auto reply = reader.next();
        if (!reply) return reply.error().message;
        return std::string(*reply ? "whole" : "waits");
    };
    EXPECT_EQ(read("+OK\r\n"), "whole");
    EXPECT_EQ(read("*2\r\n$1\r\na\r\n:7\r\n"), "whole");
    EXPECT_EQ(read("*-1\r\n"), "whole");
    EXPECT_EQ(read("*0\r\n"), "whole");
    EXPECT_EQ(read("$5\r\nab"), "waits");
    EXPECT_THAT(read("HTTP/1.1 400\r\n"), HasSubstr("Protocol error"));
    EXPECT_THAT(read("*2000000000\r\n"), HasSubstr("redis:"));
    EXPECT_THAT(read("*99999999999999999999\r\n"), HasSubstr("redis:"));
    EXPECT_THAT(read("$99999999999999999999\r\n"), HasSubstr("redis:"));
    std::string deep;
    for (int i = 0; i < 40; ++i)
        deep += "*1\r\n";
    EXPECT_THAT(read(deep), HasSubstr("redis:"));
    RedisReader reader;
    const std::string piece(1 << 20, 'x');
    ASSERT_TRUE(reader.feed(base::as_bytes(std::string_view("$500000000\r\n"))));
    base::Result<void> fed;
    for (int i = 0; i < 100 && fed; ++i)
        fed = reader.feed(base::as_bytes(std::string_view(piece)));
    ASSERT_FALSE(fed);
    EXPECT_EQ(fed.error().cause, base::Cause::limit);
}

}  // namespace
}  // namespace sekisho::store
