// Generations of the worker program: reload, bad reload, death and restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/fd.h"
#include "sandbox/pool.h"
#include "sandbox/testing_pool.h"

namespace sekisho::sandbox {
namespace {

using testing::HasSubstr;

TEST(PoolReload, ReloadLeavesScansInFlightAlone) {
    const auto pool = make_pool(test_settings());
    const int old_program = pool->program_pid();
    ScanOutcome in_flight;
    std::jthread scan([&] { in_flight = scan_text(*pool, "sleep 700"); });
    ASSERT_TRUE(eventually([&] { return pool->stats().fast_busy == 1; }));
    auto settings = test_settings();
    settings.rules_dirs = {"second"};
    ASSERT_TRUE(pool->reload(settings));
    const ScanOutcome fresh = scan_text(*pool, "plain");
    EXPECT_NE(fresh.rules->find("second"), nullptr);
    EXPECT_NE(pool->rules()->find("second"), nullptr);
    EXPECT_NE(pool->program_pid(), old_program);
    EXPECT_EQ(pool->stats().generation, 2u);
    scan.join();
    EXPECT_EQ(in_flight.status, ScanStatus::ok) << in_flight.detail;
    EXPECT_NE(in_flight.rules->find("first"), nullptr);
    EXPECT_TRUE(eventually([&] { return ::kill(old_program, 0) != 0; }));
}

TEST(PoolReload, TheProgramIsToldWhomWeKnow) {
    auto settings = test_settings();
    settings.mail = {.own_domains = {".example.com"},
                     .known_senders = {"検査 太郎 <taro@example.co.jp>", "--rules <example.org>"},
                     .authserv_ids = {"mx1.example.com"}};
    const auto pool = make_pool(settings);
    EXPECT_THAT(pool->rules()->problems,
                testing::ElementsAre(".example.com", "検査 太郎 <taro@example.co.jp>",
                                     "--rules <example.org>", "mx1.example.com"));
    // Whoever else is on the machine reads command lines.
    const auto line = base::read_file("/proc/" + std::to_string(pool->program_pid()) + "/cmdline", 1u << 20);
    ASSERT_TRUE(line);
    EXPECT_THAT(*line, HasSubstr("first"));
    EXPECT_THAT(*line, testing::Not(HasSubstr("example")));
}

TEST(PoolReload, ThereIsRoomForAllPartners) {
    auto settings = test_settings();
    for (int i = 0; i < 60'000; ++i)
        settings.mail.known_senders.push_back("Partner <partner-" + std::to_string(i) + "@example.org>");
    const auto pool = make_pool(settings);
    EXPECT_EQ(pool->rules()->problems.size(), 60'000U);
}

TEST(PoolReload, BadReloadKeepsTheOldOne) {
    const auto pool = make_pool(test_settings());
    const int program = pool->program_pid();
    auto settings = test_settings();
    settings.rules_dirs = {"bad"};
    const auto bad = pool->reload(settings);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().message, "bad/rules.yar:3: syntax error");
    settings.rules_dirs = {"abort"};
    const auto aborts = pool->reload(settings);
    ASSERT_FALSE(aborts);
    EXPECT_THAT(aborts.error().message, HasSubstr("before it was ready"));
    settings = test_settings();
    settings.program = "/nowhere/sekisho-worker";
    EXPECT_FALSE(pool->reload(settings));
    EXPECT_EQ(pool->program_pid(), program);
    EXPECT_EQ(scan_text(*pool, "plain").status, ScanStatus::ok);
    EXPECT_EQ(pool->stats().generation, 1u);
}

TEST(PoolReload, DeadProgramIsStartedAgain) {
    const auto pool = make_pool(test_settings());
    ScanOutcome in_flight;
    std::jthread scan([&] { in_flight = scan_text(*pool, "sleep 500"); });
    ASSERT_TRUE(eventually([&] { return pool->stats().fast_busy == 1; }));
    std::this_thread::yield();
    ::kill(pool->program_pid(), SIGKILL);
    ASSERT_TRUE(eventually([&] { return pool->stats().generation == 2; }));
    EXPECT_EQ(scan_text(*pool, "plain").status, ScanStatus::ok);
    scan.join();
    // The child goes on without its program, unless it had not been forked yet.
    EXPECT_THAT(in_flight.status, testing::AnyOf(ScanStatus::ok, ScanStatus::unavailable));
    EXPECT_EQ(pool->stats().restarts, 1u);
    EXPECT_EQ(pool->stats().generation, 2u);
}

TEST(PoolReload, HungProgramIsReplacedAndNoMessageIsBlamed) {
    const auto pool = make_pool(test_settings(), {.answer_time = std::chrono::seconds(2)});
    idle_children(*pool, 2);
    const int program = pool->program_pid();
    ::kill(program, SIGSTOP);
    int served = 0;
    while (pool->stats().generation == 1) {  // those that had been forked before serve first
        const ScanOutcome outcome = scan_text(*pool, "risky");
        EXPECT_THAT(outcome.status, testing::AnyOf(ScanStatus::ok, ScanStatus::unavailable))
            << outcome.detail;
        served += outcome.status == ScanStatus::ok ? 1 : 0;
    }
    EXPECT_GE(served, 2);
    EXPECT_EQ(scan_text(*pool, "risky").status, ScanStatus::ok);
    EXPECT_EQ(pool->stats().restarts, 1u);
    EXPECT_TRUE(eventually([&] { return ::kill(program, 0) != 0; }));
}

TEST(PoolReload, MissingProgramAndBadRulesAreErrors) {
    auto settings = test_settings();
    settings.program = "/nowhere/sekisho-worker";
    const auto missing = Pool::create(settings);
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("/nowhere/sekisho-worker"));
    settings = test_settings();
    settings.rules_dirs = {"bad"};
    const auto bad = Pool::create(settings);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().message, "bad/rules.yar:3: syntax error");
    settings.program = "/bin/true";
    EXPECT_FALSE(Pool::create(settings));
}

TEST(PoolReload, ReloadsUnderLoadLoseNothing) {
    const auto pool = make_pool(test_settings());
    std::atomic<bool> done = false;
    std::atomic<int> failed = 0;
    std::vector<std::jthread> load;
    for (int i = 0; i < 3; ++i) {
        load.emplace_back([&, i] {
            while (!done) {
                if (scan_text(*pool, i == 0 ? "risky" : "plain", std::to_string(i)).status != ScanStatus::ok)
                    ++failed;
            }
        });
    }
    for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(pool->reload(test_settings()));
    }
    done = true;
    load.clear();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(pool->stats().generation, 11u);
}

}  // namespace
}  // namespace sekisho::sandbox
