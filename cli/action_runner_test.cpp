#include "cli/action_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/text.h"

namespace sekisho::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using model::AccountAction;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class ActionRunnerTest : public ::testing::Test {
protected:
    ActionRunnerTest() {
        std::string pattern = fs::temp_directory_path() / "sekisho-action-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        spool_ = folder_ / "actions";
        fs::create_directory(spool_);
        settings_.spool = spool_;
        settings_.retry_after = 0s;
        settings_.attempts = 3;
        shell("printf '%s %s\\n' \"$SEKISHO_ACTION\" \"$SEKISHO_ACCOUNT\" >> \"$1\"");
    }
    ~ActionRunnerTest() override { fs::remove_all(folder_); }

    // A shell is one of the programs that may be configured; none is put between.
    void shell(const std::string& text) {
        settings_.command = {"/bin/sh", "-c", text, "sh", folder_ / "done"};
    }
    static model::ActionOrder order_of(AccountAction action, const std::string& account) {
        return {.action = action,
                .account = account,
                .standing = model::StandingLevel::blocked,
                .was = model::StandingLevel::throttled,
                .reasons = {"one", "two; three"},
                .by = "root",
                .at = 1'764'473'906};
    }
    std::string put(std::uint64_t number, AccountAction action, const std::string& account) {
        const std::string name = to_string(model::OrderName{.number = number});
        put(name, model::encode(order_of(action, account)).value());
        return name;
    }
    void put(const std::string& name, const std::string& text) const { std::ofstream(spool_ / name) << text; }

    base::Result<bool> run() {
        const auto folder = ActionFolder::open(spool_);
        if (!folder) return std::unexpected(folder.error());
        return ActionRunner(*folder, settings_, stop_.get(),
                            [this](base::LogLevel, std::string_view line) {
                                const std::scoped_lock lock(mutex_);
                                log_.emplace_back(line);
                            })
            .run();
    }
    std::vector<std::string> done() const {
        std::ifstream file(folder_ / "done");
        std::vector<std::string> out;
        for (std::string line; std::getline(file, line);)
            out.push_back(line);
        return out;
    }
    static std::vector<std::string> names_in(const fs::path& folder) {
        std::vector<std::string> out;
        for (const auto& entry : fs::directory_iterator(folder))
            out.push_back(entry.path().filename());
        std::ranges::sort(out);
        return out;
    }
    std::vector<std::string> failed() const { return names_in(spool_ / "failed"); }
    bool logged(std::string_view what) const {
        return std::ranges::any_of(log_,
                                   [&](const std::string& line) { return line.find(what) != line.npos; });
    }

    fs::path folder_, spool_;
    config::ActionSettings settings_;
    base::UniqueFd stop_{::eventfd(0, EFD_CLOEXEC)};
    std::mutex mutex_;
    std::vector<std::string> log_;
};

TEST_F(ActionRunnerTest, CarriesOutWhatIsThereOldestFirst) {
    put(3, AccountAction::lock, "c");
    put(1, AccountAction::unlock, "a");
    put(2, AccountAction::lock, "b");
    EXPECT_EQ(run(), true);
    EXPECT_THAT(done(), ElementsAre("unlock a", "lock b", "lock c"));
    EXPECT_THAT(names_in(spool_), ElementsAre("failed"));
    EXPECT_THAT(failed(), IsEmpty());
    EXPECT_THAT(log_,
                Contains(HasSubstr("event=done action=unlock account=a order=00000000000000000001-00000000"
                                   ".json attempt=1 ms=")));
}

TEST_F(ActionRunnerTest, AnEmptyFolderIsNoWork) {
    EXPECT_EQ(run(), true);
    EXPECT_THAT(log_, IsEmpty());
}

TEST_F(ActionRunnerTest, TheCommandIsToldEverythingInItsEnvironmentAndNothingElse) {
    ::setenv("SEKISHO_TEST_LEAK", "x", 1);
    ::setenv("STATE_DIRECTORY", "/var/lib/sekisho-action", 1);
    const std::string program =
        "import os, sys; open(sys.argv[1], 'w').write(''.join(sorted(f'{k}={v}\\n' for k, v in "
        "os.environ.items())) + f'{os.getcwd()} {sys.argv[2:]} {sorted(os.listdir(\"/proc/self/fd\"))}')";
    settings_.command = {"/usr/bin/python3", "-c", program, folder_ / "done", "$SEKISHO_ACCOUNT", "a b", "*"};
    put(7, AccountAction::lock, "EX\\taro$(id)'\"`;|&");
    EXPECT_EQ(run(), true);
    EXPECT_THAT(done(), ElementsAre("LC_ALL=C.UTF-8",
                                    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                    "SEKISHO_ACCOUNT=EX\\taro$(id)'\"`;|&", "SEKISHO_ACTION=lock",
                                    "SEKISHO_AT=2025-11-30T03:38:26Z", "SEKISHO_BY=root",
                                    "SEKISHO_ORDER=00000000000000000007-00000000.json",
                                    "SEKISHO_REASONS=one; two; three", "SEKISHO_STANDING=blocked",
                                    "SEKISHO_WAS=throttled", "STATE_DIRECTORY=/var/lib/sekisho-action",
                                    "/ ['$SEKISHO_ACCOUNT', 'a b', '*'] ['0', '1', '2', '3', '4']"));
    ::unsetenv("STATE_DIRECTORY");
}

TEST_F(ActionRunnerTest, OfTwoOrdersForOneAccountTheLaterHolds) {
    put(1, AccountAction::lock, "a");
    put(2, AccountAction::lock, "b");
    put(3, AccountAction::unlock, "a");
    EXPECT_EQ(run(), true);
    EXPECT_THAT(done(), ElementsAre("lock b", "unlock a"));
    EXPECT_TRUE(logged("event=outdated action=lock account=a"));
}

TEST_F(ActionRunnerTest, WhatFailsIsRepeatedAndThenSetAside) {
    shell("printf x >> \"$1\"; [ \"$SEKISHO_ACCOUNT\" != bad ] || exit 1; echo >> \"$1\"");
    const std::string bad = put(1, AccountAction::lock, "bad");
    put(2, AccountAction::lock, "good");
    EXPECT_EQ(run(), true);
    EXPECT_THAT(done(), ElementsAre("xxxx"));
    EXPECT_THAT(failed(), ElementsAre(bad));
    EXPECT_TRUE(logged("event=failed action=lock account=bad order=" + bad + " attempt=2"));
    EXPECT_TRUE(logged("event=\"set aside\" action=lock account=bad order=" + bad + " attempt=3"));
    EXPECT_TRUE(logged("exit status 1"));
    // Moved back it begins anew.
    shell("echo again >> \"$1\"");
    fs::rename(spool_ / "failed" / bad, spool_ / bad);
    EXPECT_EQ(run(), true);
    EXPECT_EQ(done().back(), "again");
    EXPECT_THAT(failed(), IsEmpty());
}

TEST_F(ActionRunnerTest, OthersDoNotWaitForOneThatFailed) {
    settings_.retry_after = 1s;
    shell("printf '%s\\n' \"$SEKISHO_ACCOUNT\" >> \"$1\"; [ $(grep -c a \"$1\") -ge 2 ]");
    put(1, AccountAction::lock, "a");
    put(2, AccountAction::lock, "b");
    EXPECT_EQ(run(), true);
    ASSERT_THAT(done(), SizeIs(testing::Ge(3)));
    EXPECT_EQ(done()[0], "a");
    EXPECT_EQ(done()[1], "b");
}

TEST_F(ActionRunnerTest, SixtyFiveIsNever) {
    shell("echo x >> \"$1\"; exit 65");
    put(1, AccountAction::lock, "a");
    EXPECT_EQ(run(), true);
    EXPECT_THAT(done(), SizeIs(1));
    EXPECT_THAT(failed(), SizeIs(1));
}

TEST_F(ActionRunnerTest, AttemptsSurviveARestart) {
    shell("echo x >> \"$1\"; exit 1");
    put("00000000000000000001-00000000.t2.json", model::encode(order_of(AccountAction::lock, "a")).value());
    put("00000000000000000002-00000000.t9.json", model::encode(order_of(AccountAction::lock, "b")).value());
    EXPECT_EQ(run(), true);
    EXPECT_THAT(done(), SizeIs(1));
    EXPECT_THAT(failed(),
                ElementsAre("00000000000000000001-00000000.json", "00000000000000000002-00000000.json"));
}

TEST_F(ActionRunnerTest, AHangingCommandIsEndedWithAllThatItStarted) {
    settings_.time_limit = 1s;
    settings_.attempts = 1;
    shell("trap '' TERM; sleep 600 & echo $! >> \"$1\"; wait; sleep 600");
    put(1, AccountAction::lock, "a");
    EXPECT_EQ(run(), true);
    EXPECT_TRUE(logged("over its time limit"));
    ASSERT_THAT(done(), SizeIs(1));
    const fs::path child = "/proc/" + done()[0];
    for (int i = 0; i < 1'000 && fs::exists(child / "cmdline"); ++i) {
        std::string state;
        std::getline(std::ifstream(child / "stat"), state);
        if (state.find(") Z") != state.npos) break;  // nobody waits for it here
        std::this_thread::sleep_for(10ms);
    }
    std::string line;
    std::getline(std::ifstream(child / "cmdline"), line);
    EXPECT_EQ(line, "");
    EXPECT_THAT(failed(), SizeIs(1));
}

TEST_F(ActionRunnerTest, ToldToStopItLeavesTheOrder) {
    shell("echo x >> \"$1\"; sleep 600");
    put(1, AccountAction::lock, "a");
    std::jthread teller([this] {
        while (done().empty())
            std::this_thread::sleep_for(10ms);
        ::eventfd_write(stop_.get(), 1);
    });
    EXPECT_EQ(run(), false);
    EXPECT_THAT(names_in(spool_), ElementsAre("00000000000000000001-00000000.t1.json", "failed"));
}

TEST_F(ActionRunnerTest, AProgramThatIsNotThereFails) {
    settings_.command = {"/nonexistent/program"};
    put(1, AccountAction::lock, "a");
    EXPECT_EQ(run(), true);
    EXPECT_TRUE(logged("/nonexistent/program: No such file"));
    EXPECT_THAT(failed(), SizeIs(1));
}

TEST_F(ActionRunnerTest, ACommandThatIsKilledFails) {
    settings_.attempts = 1;
    shell("kill -9 $$");
    put(1, AccountAction::lock, "a");
    EXPECT_EQ(run(), true);
    EXPECT_TRUE(logged("ended by signal 9"));
}

// Whoever may write there.
TEST_F(ActionRunnerTest, HostileFilesAreSetAsideAndTheRestIsDone) {
    put("00000000000000000001-00000000.json", "no json");
    put("00000000000000000002-00000000.json", std::string(1u << 20, '['));
    put("00000000000000000003-00000000.json", "");
    std::ofstream(folder_ / "elsewhere") << model::encode(order_of(AccountAction::lock, "linked")).value();
    fs::create_symlink(folder_ / "elsewhere", spool_ / "00000000000000000004-00000000.json");
    ASSERT_EQ(::mkfifo((spool_ / "00000000000000000005-00000000.json").c_str(), 0600), 0);
    fs::create_directory(spool_ / "00000000000000000006-00000000.json");
    put("00000000000000000007-00000000.json",
        R"({"version":1,"action":"lock","account":"a\nb","standing":"blocked","was":"normal","reasons":[],"by":"","at":1})");
    put("x.json", "a stranger");
    put("..evil\n.json", "a stranger");
    put(".new-00000000000000000008-00000000.json", "being written");
    put("README", "no order");
    put(9, AccountAction::lock, "good");
    EXPECT_EQ(run(), true);
    EXPECT_THAT(done(), ElementsAre("lock good"));
    EXPECT_THAT(failed(), SizeIs(8));
    EXPECT_THAT(names_in(spool_),
                Not(Contains(testing::AllOf(testing::EndsWith(".json"), Not(StartsWith("."))))));
    for (const std::string& line : log_)
        EXPECT_EQ(line.find('\n'), line.npos);
}

TEST_F(ActionRunnerTest, NoMoreThanSoManyAreSetAside) {
    fs::create_directory(spool_ / "failed");
    for (std::uint64_t i = 0; i < ActionFolder::max_failed + 20; ++i)
        std::ofstream(spool_ / "failed" / to_string(model::OrderName{.number = i})) << "x";
    put("00000000000000009999-00000000.json", "no json");
    EXPECT_EQ(run(), true);
    EXPECT_THAT(failed(), SizeIs(ActionFolder::max_failed));
    EXPECT_THAT(failed(), Contains("00000000000000009999-00000000.json"));
}

TEST_F(ActionRunnerTest, TwoProgramsAreNotAtItAtOnce) {
    const auto first = ActionFolder::open(spool_);
    ASSERT_TRUE(first);
    const auto second = run();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().cause, base::Cause::unavailable);
}

TEST_F(ActionRunnerTest, AFolderThatIsNotThere) {
    fs::remove_all(spool_);
    EXPECT_EQ(run().error().cause, base::Cause::io);
}

TEST_F(ActionRunnerTest, NewOrdersAreSeenWhileOthersWait) {
    settings_.retry_after = 2s;
    shell(
        "printf '%s %s\\n' \"$SEKISHO_ACTION\" \"$SEKISHO_ACCOUNT\" >> \"$1\"; [ $SEKISHO_ACTION = unlock ]");
    put(1, AccountAction::lock, "a");
    std::jthread releaser([this] {
        while (done().empty())
            std::this_thread::sleep_for(10ms);
        put(".new", model::encode(order_of(AccountAction::unlock, "a")).value());
        fs::rename(spool_ / ".new", spool_ / to_string(model::OrderName{.number = 2}));
    });
    EXPECT_EQ(run(), true);
    EXPECT_THAT(done(), ElementsAre("lock a", "unlock a"));
}

}  // namespace
}  // namespace sekisho::cli
