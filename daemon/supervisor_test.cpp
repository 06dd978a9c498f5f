// The program itself: sekishod with its gate and its worker, under a service manager that is ours.
#include "daemon/supervisor.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/fd.h"
#include "milter/testing_client.h"

namespace sekisho::daemon {
namespace {

using milter::testing::MilterClient;
using ::testing::HasSubstr;

constexpr int patience_ms =
    120'000;  // sanitizers and a busy machine; nothing waits that long when all is well

// Takes sd_notify's datagrams.
class ServiceManager {
public:
    explicit ServiceManager(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(fd_.get(), std::bit_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    // Everything up to and with the datagram that holds `word`; what came before where it never comes.
    std::string wait_for(const std::string& word) {
        std::string seen;
        std::array<char, 8'192> room{};
        while (true) {
            pollfd fd{fd_.get(), POLLIN, 0};
            if (::poll(&fd, 1, patience_ms) <= 0) return seen + "(nothing more)";
            const ssize_t got = ::recv(fd_.get(), room.data(), room.size(), 0);
            const std::string text(room.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
            seen += text + "\n";
            if (text.find(word) != std::string::npos) return seen;
        }
    }

private:
    base::UniqueFd fd_;
};

class Program : public ::testing::Test {
protected:
    Program() : folder(std::filesystem::temp_directory_path() / ("sekishod-" + std::to_string(::getpid()))) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        manager = std::make_unique<ServiceManager>((folder / "notify").string());
        write_config("");
    }
    ~Program() override {
        if (pid > 0) {
            ::kill(pid, SIGTERM);
            wait_for_end();
        }
        if (HasFailure()) std::fprintf(stderr, "%s\n", log().c_str());
        std::filesystem::remove_all(folder);
    }

    std::string path(const char* name) const { return (folder / name).string(); }
    void write_config(const std::string& more) const {
        std::ofstream out(folder / "sekisho.toml");
        out << "monitor = false\nlocal_domains = [\"example.com\"]\n"
            << more << "[milter]\nsocket = \"unix:" << path("milter.sock")
            << "\"\nsocket_group = \"\"\n[worker]\nrules_dirs = []\nfast_children = 1\n"
            << "slow_children = 1\n[quarantine]\ndirectory = \"" << path("quarantine") << "\"\nkey_file = \""
            << path("key") << "\"\nmin_free = 1\n[store]\npath = \"" << path("db")
            << "\"\n[control]\nsocket = \"" << path("control.sock") << "\"\n[log]\ntarget = \"stderr\"\n";
    }
    void start() {
        const std::string program = std::string(SEKISHO_BIN_DIR) + "/sekishod";
        const std::string config = path("sekisho.toml");
        const std::string notify = "NOTIFY_SOCKET=" + path("notify");
        const base::UniqueFd out(
            ::open(path("log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
        std::array<const char*, 4> arguments{"sekishod", "--config", config.c_str(), nullptr};
        std::array<const char*, 4> environment{notify.c_str(), "WATCHDOG_USEC=1500000", "PATH=/usr/bin:/bin",
                                               nullptr};
        pid = ::fork();
        ASSERT_GE(pid, 0);
        if (pid == 0) {
            ::dup2(out.get(), 2);
            ::execve(program.c_str(), const_cast<char* const*>(arguments.data()),
                     const_cast<char* const*>(environment.data()));
            ::_exit(127);
        }
    }
    int wait_for_end() {
        int status = 0;
        ::waitpid(pid, &status, 0);
        pid = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    std::string log() const {
        std::ifstream in(folder / "log");
        std::ostringstream out;
        out << in.rdbuf();
        return out.str();
    }
    pid_t gate() const {
        std::ifstream in("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children");
        pid_t out = 0;
        in >> out;
        return out;
    }
    // One clean mail; the command of the answer, 0 where the gate does not answer.
    char send() const {
        MilterClient client(path("milter.sock"));
        if (!client.connected() || !client.negotiate() || !client.connect()) return 0;
        client.helo();
        client.mail();
        client.rcpt();
        client.data();
        client.header("Subject", " hello");
        client.end_of_header();
        client.body("hello\r\n");
        const auto answers = client.end_of_message();
        client.quit();
        return answers.empty() ? '\0' : answers.back().command;
    }

    std::filesystem::path folder;
    std::unique_ptr<ServiceManager> manager;
    pid_t pid = 0;
};

TEST_F(Program, TakesMailReloadsAndStops) {
    start();
    EXPECT_THAT(manager->wait_for("READY=1"), HasSubstr("READY=1"));
    EXPECT_EQ(send(), 'c');

    EXPECT_THAT(manager->wait_for("WATCHDOG=1"), HasSubstr("WATCHDOG=1")) << "the gate answers pings";

    ::kill(pid, SIGHUP);
    EXPECT_THAT(manager->wait_for("READY=1"), HasSubstr("RELOADING=1"));
    EXPECT_EQ(send(), 'c');

    write_config("nonsense = 1\n");
    ::kill(pid, SIGHUP);
    EXPECT_THAT(manager->wait_for("READY=1"), HasSubstr("sekisho.toml:3"));
    EXPECT_EQ(send(), 'c') << "the old settings stay";

    ::kill(pid, SIGTERM);
    EXPECT_THAT(manager->wait_for("STOPPING=1"), HasSubstr("STOPPING=1"));
    EXPECT_EQ(wait_for_end(), 0);
    EXPECT_FALSE(std::filesystem::exists(folder / "milter.sock"));
}

// Libmilter must never see these signals: each would strand the mail in flight.
TEST_F(Program, SignalsToTheGateItselfAreIgnored) {
    start();
    manager->wait_for("READY=1");
    const pid_t before = gate();
    for (const int number : {SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGPIPE})
        ::kill(before, number);
    EXPECT_EQ(send(), 'c');
    EXPECT_EQ(gate(), before);
}

TEST_F(Program, AGateThatDiesIsStartedAgain) {
    start();
    manager->wait_for("READY=1");
    const pid_t before = gate();
    ::kill(before, SIGKILL);
    EXPECT_THAT(manager->wait_for("READY=1"), HasSubstr("READY=1"));
    EXPECT_NE(gate(), before);
    EXPECT_EQ(send(), 'c') << "over the stale socket";
}

TEST_F(Program, MailInFlightIsFinishedBeforeTheEnd) {
    start();
    manager->wait_for("READY=1");
    MilterClient client(path("milter.sock"));
    client.negotiate();
    client.connect();
    client.mail();
    client.rcpt();
    ::kill(pid, SIGTERM);
    manager->wait_for("STOPPING=1");
    // Draining begins a moment after STOPPING: ask until it shows.
    char fresh = 0;
    for (int tries = 0; tries < 1'000 && fresh != 'y'; ++tries) {
        MilterClient late(path("milter.sock"));
        late.negotiate();
        const auto answer = late.connect();
        fresh = answer ? answer->command : '\0';
        if (fresh == 'y') {
            EXPECT_THAT(answer->data, HasSubstr("421 4.3.2"));
        }
    }
    EXPECT_EQ(fresh, 'y');
    client.data();
    client.end_of_header();
    client.body("finished\r\n");
    const auto answers = client.end_of_message();
    ASSERT_FALSE(answers.empty());
    EXPECT_EQ(answers.back().command, 'c');
    EXPECT_EQ(wait_for_end(), 0);
}

TEST_F(Program, ABadConfigurationEndsWithTwo) {
    write_config("nonsense = 1\n");
    start();
    EXPECT_EQ(wait_for_end(), 2);
    EXPECT_THAT(log(), HasSubstr("sekisho.toml:3"));
}

TEST_F(Program, ASocketThatAnotherServesIsLeftAlone) {
    const base::UniqueFd other(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path("milter.sock").copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(other.get(), std::bit_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(other.get(), 1), 0);
    start();
    EXPECT_EQ(wait_for_end(), 2);
    EXPECT_THAT(log(), HasSubstr("another program listens"));
    EXPECT_TRUE(std::filesystem::exists(folder / "milter.sock"));
}

}  // namespace
}  // namespace sekisho::daemon
