#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <latch>
#include <mutex>
#include <random>
#include <thread>

#include "control/client.h"
#include "control/listen.h"
#include "control/protocol.h"
#include "control/server.h"
#include "control/wire.h"

namespace sekisho::control {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(Protocol, RequestsAreChecked) {
    struct Case {
        const char* name;
        std::string text;
        std::string fault;  // empty: good
    };
    const Case cases[] = {
        {"plain", R"({"v":1,"command":"status"})", ""},
        {"with all", R"({"v":1,"command":"quarantine.release","args":{"id":"aa"},"reason":"asked"})", ""},
        {"empty", "", "not JSON"},
        {"no object", "[1]", "object"},
        {"another version", R"({"v":2,"command":"status"})", "another version"},
        {"no version", R"({"command":"status"})", "another version"},
        {"unknown command", R"({"v":1,"command":"rm\n-rf"})", "no such command: rm\\x0A-rf"},
        {"command of another type", R"({"v":1,"command":7})", "no such command"},
        {"args of another type", R"({"v":1,"command":"status","args":[]})", "args is an object"},
        {"no reason", R"({"v":1,"command":"quarantine.release","args":{"id":"aa"}})", "wants a reason"},
        {"blank reason", R"({"v":1,"command":"quarantine.export","args":{"id":"aa"},"reason":" \t"})",
         "wants a reason"},
        {"reason too long", R"({"v":1,"command":"status","reason":")" + std::string(501, 'x') + "\"}",
         "over 500 bytes"},
        {"no id", R"({"v":1,"command":"quarantine.show"})", "wants a quarantine id"},
        {"nested too deep", R"({"v":1,"command":"status","args":{"a":[[[[[1]]]]]}})", "deep"},
        {"too long", R"({"v":1,"command":"status","args":{"a":")" + std::string(70'000, 'x') + "\"}}", ""},
    };
    for (const Case& c : cases) {
        const auto request = parse_request(c.text);
        if (std::string_view(c.name) == "too long") {
            EXPECT_FALSE(request);
        } else if (c.fault.empty()) {
            EXPECT_TRUE(request) << c.name << ": " << request.error().message;
        } else {
            ASSERT_FALSE(request) << c.name;
            EXPECT_THAT(request.error().message, HasSubstr(c.fault)) << c.name;
        }
    }
}

TEST(Protocol, RequestAndAnswerComeBackAsTheyWent) {
    const Request request{
        .command = "quarantine.delete", .args = base::JsonObject{{"id", "aa"}}, .reason = "spam"};
    const auto back = parse_request(to_text(request)).value();
    EXPECT_EQ(back.command, request.command);
    EXPECT_EQ(back.args, request.args);
    EXPECT_EQ(back.reason, "spam");
    EXPECT_EQ(parse_answer(answer_text(base::Json("x"))).value(), base::Json("x"));
    const auto error = parse_answer(answer_text(base::fail(base::Cause::unavailable, "later"))).error();
    EXPECT_EQ(error.cause, base::Cause::unavailable);
    EXPECT_EQ(error.message, "later");
    EXPECT_EQ(parse_answer("{}").error().cause, base::Cause::malformed);
}

TEST(Protocol, FrameHeaders) {
    const auto header = parse_frame_header(frame_header(FrameType::data, 65'536)).value();
    EXPECT_EQ(header.type, FrameType::data);
    EXPECT_EQ(header.size, 65'536U);
    EXPECT_EQ(parse_frame_header(frame_header(FrameType::data, 65'537)).error().cause, base::Cause::limit);
    EXPECT_EQ(parse_frame_header(frame_header(FrameType::request, 65'537)).error().cause, base::Cause::limit);
    EXPECT_EQ(parse_frame_header(frame_header(FrameType::answer, 0xFFFFFFFF)).error().cause,
              base::Cause::limit);
    EXPECT_EQ(parse_frame_header("X\0\0\0\1").error().cause, base::Cause::truncated);
    EXPECT_EQ(parse_frame_header(std::string("X\0\0\0\1", 5)).error().cause, base::Cause::malformed);
    for (std::size_t n = 0; n < 5; ++n)
        EXPECT_FALSE(parse_frame_header(frame_header(FrameType::data, 1).substr(0, n)));
}

TEST(Protocol, RandomBytesNeverCrash) {
    std::mt19937 random(5);
    const std::string good =
        R"({"v":1,"command":"quarantine.release","args":{"id":"aa","recipients":["a@b"]},"reason":"x"})";
    for (int i = 0; i < 3'000; ++i) {
        std::string text = good.substr(0, random() % (good.size() + 1));
        for (int flips = 0; flips < 3 && !text.empty(); ++flips)
            text[random() % text.size()] = static_cast<char>(random());
        (void)parse_request(text);
        (void)parse_answer(text);
        (void)parse_frame_header(text.substr(0, 5));
    }
}

TEST(AccessTest, GroupsGivePermissions) {
    const Access access({.view = {"daemon"}, .operate = {"bin", "no-such-group"}, .read_mail = {"sys"}});
    EXPECT_EQ(access.unknown_groups(), std::vector<std::string>{"no-such-group"});
    const Peer stranger{.uid = 4'000'000'000, .gid = 4'000'000'000};
    using enum Permission;
    EXPECT_EQ(access.permissions(stranger, {}), std::set<Permission>());
    EXPECT_EQ(access.permissions(stranger, {1}), std::set<Permission>({view}));
    EXPECT_EQ(access.permissions(stranger, {2}), std::set<Permission>({view, operate}));
    EXPECT_EQ(access.permissions(stranger, {7, 3}), std::set<Permission>({view, read_mail}));
    EXPECT_EQ(access.permissions({.uid = 4'000'000'000, .gid = 2}, {}),
              std::set<Permission>({view, operate}));
    const std::set<Permission> all{view, operate, read_mail};
    EXPECT_EQ(access.permissions({.uid = 0, .gid = 9}, {}), all);
    EXPECT_EQ(access.permissions({.uid = ::geteuid(), .gid = 9}, {}), all);
}

class ServerTest : public testing::Test {
protected:
    ServerTest() {
        std::string name = (std::filesystem::temp_directory_path() / "sekisho-control-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        std::filesystem::permissions(folder_, std::filesystem::perms(0755));
        settings_.socket = folder_ + "/control.sock";
    }
    ~ServerTest() override {
        server_.reset();
        std::filesystem::remove_all(folder_);
    }
    void start() {
        const auto echo = [](const Request& request) -> base::Result<Reply> {
            return Reply{request.args, ""};
        };
        Handlers handlers;
        handlers["status"] = echo;
        handlers["quarantine.show"] = echo;
        handlers["quarantine.delete"] = [](const Request&) -> base::Result<Reply> {
            return base::fail(base::Cause::io, "the disk says no");
        };
        handlers["quarantine.export"] = [](const Request&) -> base::Result<Reply> {
            return Reply{base::JsonObject{{"bytes", 200'000}}, std::string(200'000, 'm')};
        };
        handlers["reload"] = [](const Request&) -> base::Result<Reply> { throw std::runtime_error("boom"); };
        auto started = Server::start(settings_, std::move(handlers), [this](const AuditEntry& entry) {
            const std::lock_guard lock(mutex_);
            audits_.push_back(entry.request->command + " " + std::string(entry.outcome) + " " +
                              entry.request->reason + " " + std::to_string(entry.request->peer.uid));
            untold_ += entry.denials_untold;
            return audit_result_;
        });
        ASSERT_TRUE(started) << started.error().message;
        server_ = std::move(*started);
    }
    // In a process of user and group 65534: what status it gives.
    template <class Body>
    int as_nobody(const Body& body) const {
        const pid_t child = ::fork();
        if (child == 0) {
            if (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(99);
            ::_exit(body());
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
    }

    std::string folder_;
    ServerSettings settings_;
    std::mutex mutex_;
    std::vector<std::string> audits_;
    std::uint64_t untold_ = 0;
    base::Result<void> audit_result_;
    std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersSeveralRequestsOnOneConnection) {
    start();
    Client client = Client::connect(settings_.socket).value();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(client.call("status", base::JsonObject{{"n", i}}).value().int_or("n"), i);
    }
    EXPECT_TRUE(audits_.empty()) << "looking at the status is no act";
    const auto error = client.call("quarantine.delete", base::JsonObject{{"id", "aa"}}, "spam").error();
    EXPECT_EQ(error.cause, base::Cause::io);
    EXPECT_EQ(error.message, "the disk says no");
    EXPECT_EQ(client.call("reload", {}).error().cause, base::Cause::internal)
        << "an exception ends the request alone";
    EXPECT_EQ(client.call("metrics", {}).error().cause, base::Cause::unsupported);
    EXPECT_EQ(client.call("nonsense", {}).error().cause, base::Cause::invalid);
    EXPECT_TRUE(client.call("status", {}));
}

TEST_F(ServerTest, StreamsData) {
    start();
    Client client = Client::connect(settings_.socket).value();
    std::string data;
    const auto answer = client.call("quarantine.export", base::JsonObject{{"id", "aa"}}, "asked",
                                    [&](std::string_view piece) {
                                        EXPECT_LE(piece.size(), max_piece_bytes);
                                        data += piece;
                                        return true;
                                    });
    EXPECT_EQ(answer.value().int_or("bytes"), 200'000);
    EXPECT_EQ(data, std::string(200'000, 'm'));
    EXPECT_FALSE(client.call("quarantine.export", base::JsonObject{{"id", "aa"}}, "asked",
                             [](auto) { return false; }));
}

TEST_F(ServerTest, ActIsRecordedFirstOrNotDone) {
    start();
    Client client = Client::connect(settings_.socket).value();
    EXPECT_TRUE(client.call("quarantine.show", base::JsonObject{{"id", "aa"}}, "why not"));
    EXPECT_EQ(audits_,
              std::vector<std::string>{"quarantine.show allowed why not " + std::to_string(::geteuid())});
    audit_result_ = base::fail(base::Cause::io, "disk full");
    const auto error = client.call("quarantine.show", base::JsonObject{{"id", "aa"}}).error();
    EXPECT_EQ(error.cause, base::Cause::unavailable);
    EXPECT_THAT(error.message, HasSubstr("nothing was done"));
}

TEST_F(ServerTest, StrangersMayDoNothingAndAreWrittenDown) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
    start();
    const int status = as_nobody([&] {
        for (int i = 0; i < 40; ++i) {
            auto client = Client::connect(settings_.socket);
            if (!client) return 1;
            const auto answer = client->call("status", {});
            if (answer || !answer.error().message.starts_with("permission denied")) return 2;
            if (client->call("status", {})) return 3;  // the connection is closed
        }
        return 0;
    });
    EXPECT_EQ(status, 0);
    const std::lock_guard lock(mutex_);
    ASSERT_EQ(audits_.size(), 30U) << "the record is not flooded";
    EXPECT_EQ(audits_[0], "status denied  65534");
}

TEST_F(ServerTest, MembersOfAGroupMayDoWhatItMay) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
    settings_.groups.view = {"nogroup"};
    start();
    const auto ask = [&] {
        Client client = Client::connect(settings_.socket).value();
        if (!client.call("status", {})) return 1;
        if (client.call("quarantine.export", base::JsonObject{{"id", "aa"}}, "x")) return 2;
        return client.call("status", {}) ? 0 : 3;  // the connection stays
    };
    EXPECT_EQ(as_nobody(ask), 0);
    server_->set_groups({});
    EXPECT_EQ(as_nobody(ask), 1);
}

TEST_F(ServerTest, MoreThanItsConnectionsAreToldToComeAgain) {
    settings_.max_connections = 2;
    start();
    Client first = Client::connect(settings_.socket).value();
    Client second = Client::connect(settings_.socket).value();
    EXPECT_TRUE(first.call("status", {}));
    EXPECT_TRUE(second.call("status", {}));
    Client third = Client::connect(settings_.socket).value();
    EXPECT_EQ(third.call("status", {}).error().cause, base::Cause::unavailable);
    EXPECT_TRUE(first.call("status", {}));
}

TEST_F(ServerTest, GarbageEndsTheConnectionAlone) {
    settings_.request_within = 200ms;
    start();
    const std::string junk[] = {std::string(5, '\xff'),
                                std::string("Q\xff\xff\xff\xff", 5),
                                std::string("D\0\0\0\1x", 6),
                                std::string("Q\0\0\0\5{", 6),
                                "Q",
                                std::string("Q\0\0\0\2[]", 7)};
    for (const std::string& bytes : junk) {
        const base::UniqueFd fd = connect_unix(settings_.socket).value();
        ASSERT_TRUE(write_whole(fd.get(), bytes, std::chrono::steady_clock::now() + 5s));
        const auto frame =
            read_frame(fd.get(), std::chrono::steady_clock::now() + 5s);  // an error, or the end
        EXPECT_FALSE(frame && parse_answer(frame->body)) << bytes;
    }
    EXPECT_TRUE(Client::connect(settings_.socket).value().call("status", {}));
}

TEST_F(ServerTest, StopsWithConnectionsOpen) {
    start();
    Client client = Client::connect(settings_.socket).value();
    EXPECT_TRUE(client.call("status", {}));
    server_.reset();
    EXPECT_FALSE(client.call("status", {}));
    EXPECT_FALSE(std::filesystem::exists(settings_.socket));
}

TEST_F(ServerTest, SocketFileOfTheDeadIsReplacedAndOfTheLivingIsNot) {
    {
        const auto abandoned = listen_unix(settings_.socket, 0600).value();
    }
    ASSERT_TRUE(std::filesystem::exists(settings_.socket));
    start();
    struct stat info{};
    ASSERT_EQ(::stat(settings_.socket.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0666U);
    EXPECT_EQ(Server::start(settings_, {}, {}).error().cause, base::Cause::unavailable);
    EXPECT_TRUE(Client::connect(settings_.socket));
    ServerSettings other = settings_;
    other.socket = folder_ + "/file";
    {
        std::ofstream(other.socket) << "precious";
    }
    EXPECT_EQ(Server::start(other, {}, {}).error().cause, base::Cause::invalid);
    EXPECT_TRUE(std::filesystem::exists(other.socket));
    other.socket = "/" + std::string(200, 'x');
    EXPECT_EQ(Server::start(other, {}, {}).error().cause, base::Cause::invalid);
}

TEST_F(ServerTest, ManyAtOnce) {
    start();
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&] {
            Client client = Client::connect(settings_.socket).value();
            for (int i = 0; i < 20; ++i)
                EXPECT_TRUE(client.call("quarantine.show", base::JsonObject{{"id", "aa"}}));
        });
    }
    threads.clear();
    EXPECT_EQ(audits_.size(), 160U);
}

}  // namespace
}  // namespace sekisho::control
