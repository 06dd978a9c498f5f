#include "daemon/orders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/fd.h"
#include "base/json.h"
#include "outbound/testing.h"
#include "store/testing.h"

namespace sekisho::daemon {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using model::AccountAction;
using model::ActionOrder;
using model::StandingLevel;
using outbound::Subject;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ActionOrder order_for(const std::string& account) {
    return {.account = account, .standing = StandingLevel::blocked, .reasons = {"a test"}, .at = 1};
}

std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(folder))
        out.push_back(entry.path());
    std::ranges::sort(out);
    return out;
}

class OrderSpoolTest : public ::testing::Test {
protected:
    std::vector<ActionOrder> orders() {
        std::vector<ActionOrder> out;
        for (const fs::path& path : files_in(spool_)) {
            if (!model::order_name_from(path.filename().string())) continue;
            out.push_back(model::decode_order(base::read_file(path, 1u << 20).value()).value());
        }
        return out;
    }
    testing_help::TempFolder folder_;
    const std::string spool_ = [this] {
        const std::string path = folder_.path() + "/actions";
        fs::create_directory(path);
        ::chmod(path.c_str(), 02770);
        return path;
    }();
};

TEST_F(OrderSpoolTest, OneFileForAnOrderThatItsGroupMayRead) {
    const mode_t before = ::umask(0077);  // the unit's
    OrderSpool spool;
    const auto written = spool.write(spool_, order_for("taro@example.jp"), 10);
    ::umask(before);
    ASSERT_TRUE(written) << written.error().message;
    const auto files = files_in(spool_);
    ASSERT_EQ(files.size(), 1u);
    EXPECT_TRUE(model::order_name_from(files[0].filename().string())) << files[0];
    EXPECT_THAT(orders(), ElementsAre(order_for("taro@example.jp")));
    struct stat info{};
    ASSERT_EQ(::stat(files[0].c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777u, 0640u);
}

TEST_F(OrderSpoolTest, NamesAreInTheOrderOfWritingWhateverTheClockSays) {
    const std::string ahead = to_string(model::OrderName{.number = 9'000'000'000'000'000'000});
    std::ofstream(spool_ + "/" + ahead) << model::encode(order_for("first")).value();
    std::vector<ActionOrder> expected{order_for("first")};
    for (const char* name : {"e", "d", "c", "b", "a"}) {
        OrderSpool spool;  // a new gate each time
        ASSERT_TRUE(spool.write(spool_, order_for(name), 10));
        expected.push_back(order_for(name));
    }
    EXPECT_EQ(orders(), expected);
}

TEST_F(OrderSpoolTest, ItsSizeIsBounded) {
    OrderSpool spool;
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(spool.write(spool_, order_for("a"), 3));
    const auto refused = spool.write(spool_, order_for("b"), 3);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().cause, base::Cause::limit);
    EXPECT_EQ(OrderSpool::waiting(spool_), 3u);
    EXPECT_EQ(files_in(spool_).size(), 3u);
}

TEST_F(OrderSpoolTest, FoldersThatWillNotDo) {
    OrderSpool spool;
    EXPECT_EQ(spool.write(folder_.path() + "/none", order_for("a"), 3).error().cause, base::Cause::io);
    ::chmod(spool_.c_str(), 0777);
    EXPECT_EQ(spool.write(spool_, order_for("a"), 3).error().cause, base::Cause::invalid);
    EXPECT_THAT(files_in(spool_), IsEmpty());
    EXPECT_EQ(OrderSpool::waiting(folder_.path() + "/none"), 0u);
}

TEST_F(OrderSpoolTest, WhatAKilledGateHadBegunIsTakenAway) {
    OrderSpool spool;
    ASSERT_TRUE(spool.write(spool_, order_for("a"), 3));
    std::ofstream(spool_ + "/.new-00000000000000000001-00000000.json") << "{";
    OrderSpool::remove_stale(spool_);
    EXPECT_EQ(files_in(spool_).size(), 1u);
}

class OrdersTest : public OrderSpoolTest {
protected:
    OrdersTest() {
        settings_.monitor = false;
        settings_.outbound.actions.spool = spool_;
    }
    std::unique_ptr<Orders> start() {
        return std::make_unique<Orders>(
            [this] {
                const std::scoped_lock lock(mutex_);
                return std::make_shared<const config::Settings>(settings_);
            },
            guard_, folder_.path(), 20ms);
    }
    void change(const std::function<void(config::Settings&)>& act) {
        const std::scoped_lock lock(mutex_);
        act(settings_);
    }
    void set(Orders& orders, const std::string& account, StandingLevel level,
             Subject subject = Subject::account) {
        orders.note(guard_.set({subject, account}, level, "root",
                               outbound::moment_of(std::chrono::system_clock::now())));
    }
    // "lock taro@example.jp", in order.
    std::vector<std::string> said() {
        std::vector<std::string> out;
        for (const ActionOrder& order : orders())
            out.push_back(std::string(to_string(order.action)) + " " + order.account);
        return out;
    }
    static bool wait_for(const std::function<bool()>& fact) {
        for (int i = 0; i < 2'000; ++i) {
            if (fact()) return true;
            std::this_thread::sleep_for(10ms);
        }
        return false;
    }

    std::mutex mutex_;
    config::Settings settings_;
    outbound::Guard guard_ = outbound::testing::guard();
};

TEST_F(OrdersTest, ABlockedAccountIsLockedAndAReleasedOneUnlocked) {
    const auto orders = start();
    // Then the look at all accounts is over with which it begins: that knows of no level before.
    set(*orders, "first@example.jp", StandingLevel::blocked);
    ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 1; }));
    set(*orders, "taro@example.jp", StandingLevel::blocked);
    ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 2; }));
    const auto lock = this->orders().at(1);
    EXPECT_EQ(lock.standing, StandingLevel::blocked);
    EXPECT_EQ(lock.was, StandingLevel::normal);
    EXPECT_THAT(lock.reasons, ElementsAre("set by root"));
    EXPECT_EQ(lock.by, "root");
    set(*orders, "taro@example.jp", StandingLevel::normal);
    ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 1; }));
    EXPECT_THAT(said(),
                ElementsAre("lock first@example.jp", "lock taro@example.jp", "unlock taro@example.jp"));
    EXPECT_EQ(orders->stats().written, 3u);
}

TEST_F(OrdersTest, WhatIsNoLockIsNoOrder) {
    const auto orders = start();
    set(*orders, "watched@example.jp", StandingLevel::watched);
    set(*orders, "throttled@example.jp", StandingLevel::throttled);
    set(*orders, "192.0.2.7", StandingLevel::blocked, Subject::host);
    set(*orders, "never-locked@example.jp", StandingLevel::normal);
    set(*orders, "line\nbreak", StandingLevel::blocked);
    set(*orders, "last@example.jp", StandingLevel::blocked);
    ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 1; }));
    EXPECT_THAT(said(), ElementsAre("lock last@example.jp"));
}

TEST_F(OrdersTest, ALockIsOrderedOnce) {
    {
        const auto orders = start();
        set(*orders, "a", StandingLevel::blocked);
        set(*orders, "a", StandingLevel::blocked);
        ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 1; }));
        set(*orders, "a", StandingLevel::blocked);
    }
    const auto again = start();  // it is still blocked, and was ordered
    ASSERT_TRUE(wait_for([&] { return again->stats().locked == 1; }));
    set(*again, "b", StandingLevel::blocked);
    ASSERT_TRUE(wait_for([&] { return again->stats().locked == 2; }));
    EXPECT_THAT(said(), ElementsAre("lock a", "lock b"));
}

// Killed between the standing and the order, or while another gate released.
TEST_F(OrdersTest, WhatChangedWhileNoGateRanIsOrderedAtTheStart) {
    {
        const auto orders = start();
        set(*orders, "released", StandingLevel::blocked);
        ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 1; }));
    }
    (void)guard_.set({Subject::account, "blocked"}, StandingLevel::blocked, "root", 1);
    (void)guard_.set({Subject::account, "released"}, StandingLevel::normal, "root", 1);
    const auto orders = start();
    ASSERT_TRUE(wait_for([&] { return orders->stats().written == 2; }));
    EXPECT_THAT(said(), ElementsAre("lock released", "lock blocked", "unlock released"));
}

// The guard's state is lost: that releases nobody.
TEST_F(OrdersTest, AnAccountThatIsNoLongerKnownStaysLocked) {
    std::ofstream(folder_.path() + "/locked.json") << R"({"locked":["forgotten"]})";
    const auto orders = start();
    set(*orders, "a", StandingLevel::blocked);
    ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 2; }));
    std::this_thread::sleep_for(100ms);  // some looks at what is locked
    EXPECT_THAT(said(), ElementsAre("lock a"));
    EXPECT_EQ(orders->stats().locked, 2u);
}

TEST_F(OrdersTest, AFolderThatIsNotThereIsTriedAgain) {
    fs::remove(spool_);
    const auto orders = start();
    set(*orders, "a", StandingLevel::blocked);
    set(*orders, "b", StandingLevel::blocked);
    set(*orders, "b", StandingLevel::normal);  // before it was ever locked
    ASSERT_TRUE(wait_for([&] { return orders->stats().failed >= 2 && orders->stats().waiting == 1; }));
    fs::create_directory(spool_);
    ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 1; }));
    EXPECT_THAT(said(), ElementsAre("lock a"));
    EXPECT_EQ(orders->stats().waiting, 0u);
}

TEST_F(OrdersTest, NoMoreWaitThanThereIsRoomFor) {
    change([](config::Settings& settings) { settings.outbound.actions.max_waiting = 2; });
    const auto orders = start();
    for (const char* name : {"a", "b", "c"})
        set(*orders, name, StandingLevel::blocked);
    ASSERT_TRUE(wait_for([&] { return orders->stats().written == 2 && orders->stats().failed > 0; }));
    EXPECT_EQ(said().size(), 2u);
    fs::remove(files_in(spool_).at(0));  // carried out
    EXPECT_TRUE(wait_for([&] { return orders->stats().locked == 3; }));
}

TEST_F(OrdersTest, MonitorModeLocksNobodyAndStillUnlocks) {
    const auto orders = start();
    set(*orders, "before", StandingLevel::blocked);
    ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 1; }));
    change([](config::Settings& settings) { settings.monitor = true; });
    set(*orders, "during", StandingLevel::blocked);
    set(*orders, "before", StandingLevel::normal);
    ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 0; }));
    EXPECT_THAT(said(), ElementsAre("lock before", "unlock before"));
    change(
        [](config::Settings& settings) { settings.monitor = false; });  // and the mail is refused from now on
    ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 1; }));
    EXPECT_EQ(said().back(), "lock during");
}

TEST_F(OrdersTest, AThrottledAccountIsUnlockedWhenItsTimeIsOver) {
    change([](config::Settings& settings) { settings.outbound.actions.lock_at = "throttled"; });
    // By the guard itself: what a person sets does not decay.
    const auto at = outbound::moment_of(std::chrono::system_clock::now()) - outbound::throttled_for + 2;
    config::SenderClass limits = outbound::testing::default_limits();
    limits.messages_per_minute = 1;
    const auto orders = start();
    for (std::uint64_t i = 0; i < 2; ++i) {
        const auto answer = guard_.note(outbound::testing::mail("bot", "192.0.2.1", i, at), limits);
        for (const auto& changed : answer.changes)
            orders->note(changed);
    }
    ASSERT_TRUE(wait_for([&] { return orders->stats().written == 2; }));
    EXPECT_THAT(said(), ElementsAre("lock bot", "unlock bot"));
}

TEST_F(OrdersTest, WithoutASpoolNothingIsKeptOrWritten) {
    change([](config::Settings& settings) { settings.outbound.actions.spool.clear(); });
    const auto orders = start();
    set(*orders, "a", StandingLevel::blocked);
    change([this](config::Settings& settings) { settings.outbound.actions.spool = spool_; });
    ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 1; }));  // a reload turned it on
    EXPECT_THAT(said(), ElementsAre("lock a"));
}

TEST_F(OrdersTest, ADamagedListLocksOnceMore) {
    std::ofstream(folder_.path() + "/locked.json") << "{\"locked\":[\"a\",";
    (void)guard_.set({Subject::account, "a"}, StandingLevel::blocked, "root", 1);
    {
        const auto orders = start();
        ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 1; }));
    }
    EXPECT_THAT(said(), ElementsAre("lock a"));
    EXPECT_EQ(base::read_file(folder_.path() + "/locked.json", 100).value(), R"({"locked":["a"]})");
}

TEST_F(OrdersTest, ManyAtOnceFromManyThreads) {
    const auto orders = start();
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 50; ++i)
                set(*orders, "user" + std::to_string(thread) + "-" + std::to_string(i),
                    StandingLevel::blocked);
        });
    }
    threads.clear();
    ASSERT_TRUE(wait_for([&] { return orders->stats().locked == 200; }));
    EXPECT_EQ(said().size(), 200u);
}

}  // namespace
}  // namespace sekisho::daemon
