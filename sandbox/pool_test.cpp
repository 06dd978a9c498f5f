// The pool against a worker that misbehaves on demand (tests/sandbox/sandbox_test_worker.cpp).
#include "sandbox/pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "sandbox/testing_pool.h"

namespace sekisho::sandbox {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

model::ScanLimits short_time(milliseconds time) {
    model::ScanLimits limits;
    limits.max_time = time;
    return limits;
}

TEST(Pool, ScansAPlainMessage) {
    const auto pool = make_pool(test_settings());
    const ScanOutcome outcome = scan_text(*pool, "plain");
    EXPECT_EQ(outcome.status, ScanStatus::ok) << outcome.detail;
    ASSERT_EQ(outcome.report.parts.size(), 1u);
    EXPECT_EQ(outcome.report.parts[0].size, 5u);
    ASSERT_NE(outcome.rules, nullptr);
    EXPECT_NE(outcome.rules->find("first"), nullptr);
    EXPECT_EQ(pool->stats().scans, 1u);
    EXPECT_EQ(pool->stats().generation, 1u);
}

TEST(Pool, PlainMessagesShareAChildAndOthersEndIt) {
    auto settings = test_settings();
    settings.fast_children = 1;
    settings.worker_messages = 4;
    const auto pool = make_pool(settings);
    EXPECT_EQ(scan_text(*pool, "plain").status, ScanStatus::ok);
    const int first = only_child(*pool);
    for (const char* text : {"plain", "plain"}) {
        EXPECT_EQ(scan_text(*pool, text).status, ScanStatus::ok);
        EXPECT_EQ(only_child(*pool), first);
    }
    EXPECT_EQ(scan_text(*pool, "plain").status, ScanStatus::ok);  // the fourth of four
    int before = first;
    for (const char* text : {"risky", "finding", "open"}) {
        ASSERT_TRUE(eventually([&] { return only_child(*pool) != before; })) << text;
        before = only_child(*pool);
        EXPECT_EQ(scan_text(*pool, text).status, ScanStatus::ok) << text;
    }
    EXPECT_TRUE(eventually([&] { return only_child(*pool) != before; }));
    EXPECT_EQ(pool->stats().deaths, 0u);
}

TEST(Pool, RefusedCallsAreCountedAndForbiddenOnesKill) {
    const auto pool = make_pool(test_settings());
    EXPECT_EQ(scan_text(*pool, "open\nopen").status, ScanStatus::ok);
    EXPECT_EQ(pool->stats().denied_calls, 2u);
    for (const char* text : {"socket", "exec"}) {
        const ScanOutcome outcome = scan_text(*pool, text);
        EXPECT_EQ(outcome.status, ScanStatus::crashed);
        EXPECT_THAT(outcome.detail, HasSubstr("SIGSYS"));
    }
    // The worker program's word of a death may come after the scan's own end.
    EXPECT_TRUE(eventually([&] { return pool->stats().forbidden_calls == 2; }));
    EXPECT_EQ(pool->stats().deaths, 2u);
    EXPECT_EQ(pool->stats().kills, 0u);
}

TEST(Pool, CrashNamesThePartAtWhichItHappened) {
    const auto pool = make_pool(test_settings());
    const ScanOutcome outcome =
        scan_text(*pool, "part message/1:a.zip\npart message/1:a.zip/1:evil\x1b[0m\ndie 9");
    EXPECT_EQ(outcome.status, ScanStatus::crashed);
    EXPECT_EQ(outcome.part, "message/1:a.zip/1:evil\\x1B[0m");
    EXPECT_THAT(outcome.detail, HasSubstr("SIGKILL"));
    EXPECT_EQ(scan_text(*pool, "plain").status, ScanStatus::ok);
}

TEST(Pool, DeathAtThousandRandomPointsCostsThatMessageAlone) {
    const auto pool = make_pool(test_settings());
    std::atomic<bool> done = false;
    std::atomic<int> bystanders = 0;
    std::jthread others([&] {
        while (!done) {
            const ScanOutcome outcome = scan_text(*pool, "part message/1:x\nplain", "other");
            EXPECT_EQ(outcome.status, ScanStatus::ok) << outcome.detail;
            ++bystanders;
        }
    });
    std::mt19937 random(5);  // NOLINT(*-msc51-cpp): the same every time
    constexpr int rounds = 1'000;
    constexpr std::array signals{SIGKILL, SIGTERM, SIGHUP, SIGUSR1};
    for (int round = 0; round < rounds; ++round) {
        const auto point = random() % 40;
        std::string text;
        for (std::size_t i = 0; i < 40; ++i) {
            if (i == point) text += "die " + std::to_string(signals[random() % signals.size()]) + "\n";
            text += "part message/" + std::to_string(i) + ":p\n";
        }
        const ScanOutcome outcome = scan_text(*pool, text);
        ASSERT_EQ(outcome.status, ScanStatus::crashed) << outcome.detail;
        ASSERT_EQ(outcome.part, point == 0 ? "message" : "message/" + std::to_string(point - 1) + ":p");
    }
    done = true;
    others.join();
    EXPECT_GT(bystanders, 0);
    EXPECT_EQ(pool->stats().deaths, static_cast<std::uint64_t>(rounds));
    EXPECT_EQ(pool->stats().failures.at("crashed"), static_cast<std::uint64_t>(rounds));
    EXPECT_EQ(idle_children(*pool, 2).size(), 2u);
}

TEST(Pool, KilledIdleChildrenCostNothing) {
    const auto pool = make_pool(test_settings());
    for (int round = 0; round < 20; ++round) {
        const std::vector<int> idle = idle_children(*pool, 2);
        for (const int pid : idle)
            ::kill(pid, SIGKILL);
        EXPECT_TRUE(eventually([&] {
            const std::vector<int> now = pool->idle_children();
            return now.size() == 2 && std::ranges::find_first_of(now, idle) == now.end();
        }));
        EXPECT_EQ(scan_text(*pool, "plain").status, ScanStatus::ok);
    }
    EXPECT_EQ(pool->stats().deaths, 0u);
}

TEST(Pool, EndlessLoopEndsAtItsDeadline) {
    const auto pool = make_pool(test_settings());
    const ScanOutcome outcome =
        scan_text(*pool, "part message/1:x\nloop", "client", short_time(milliseconds(200)));
    EXPECT_EQ(outcome.status, ScanStatus::timed_out);
    EXPECT_EQ(outcome.part, "message/1:x");
    EXPECT_GE(outcome.scan_time, milliseconds(150));
    EXPECT_EQ(pool->stats().kills, 1u);
    EXPECT_EQ(scan_text(*pool, "plain").status, ScanStatus::ok);
}

TEST(Pool, AllocationStormEndsAtItsMemoryLimit) {
    const auto pool = make_pool(test_settings());
    const ScanOutcome outcome = scan_text(*pool, "part message/1:x\nstorm");
    EXPECT_EQ(outcome.status, ScanStatus::timed_out);
    EXPECT_THAT(outcome.detail, HasSubstr("memory"));
    EXPECT_EQ(outcome.part, "message/1:x");
    EXPECT_EQ(scan_text(*pool, "plain").status, ScanStatus::ok);
}

TEST(Pool, AnswersThatBreakTheProtocol) {
    const auto pool = make_pool(test_settings(), {.stall_time = milliseconds(100)});
    std::uint64_t breaches = 0;
    for (const char* text : {"garbage 10", "garbage 100", "garbage 300000", "id 43", "id 0", "trickle 100000",
                             "flood", "stall", "late"}) {
        const ScanOutcome outcome = scan_text(*pool, std::string("part message/1:x\n") + text);
        EXPECT_EQ(outcome.status, ScanStatus::protocol) << text << ": " << outcome.detail;
        EXPECT_EQ(outcome.part, text == std::string("flood") ? "message/flood" : "message/1:x") << text;
        EXPECT_EQ(pool->stats().protocol_errors, ++breaches);
        EXPECT_EQ(scan_text(*pool, "plain").status, ScanStatus::ok);
    }
    EXPECT_EQ(scan_text(*pool, "late").report.parts.size(), 1u);
    EXPECT_EQ(scan_text(*pool, "mute").status, ScanStatus::crashed);
    // What the table does not know is the judge's to name; the report itself is whole.
    EXPECT_EQ(scan_text(*pool, "unknown").status, ScanStatus::ok);
}

TEST(Pool, ReportOverItsCapIsCut) {
    const auto pool = make_pool(test_settings());
    const ScanOutcome outcome = scan_text(*pool, "pad 5000000");
    EXPECT_EQ(outcome.status, ScanStatus::ok) << outcome.detail;
    EXPECT_FALSE(outcome.report.complete);
}

class Collector final : public PartReceiver {
public:
    bool begin(const model::PartSummary& part) override {
        path = part.path;
        return true;
    }
    bool data(base::Bytes piece) override {
        bytes += base::as_text(piece);
        return bytes.size() < stop_at;
    }
    bool end() override { return ended = true; }
    std::string path;
    std::string bytes;
    bool ended = false;
    std::size_t stop_at = std::string::npos;
};

TEST(Pool, StreamsPartsLargerThanAnyBuffer) {
    const auto pool = make_pool(test_settings());
    const std::string text = "plain\n" + std::string(5'000'000, '#');
    Collector parts;
    EXPECT_EQ(scan_text(*pool, text, "client", {}, &parts).status, ScanStatus::ok);
    EXPECT_EQ(parts.path, "message");
    EXPECT_TRUE(parts.ended);
    EXPECT_EQ(parts.bytes, text);

    Collector stops;
    stops.stop_at = 100'000;
    EXPECT_EQ(scan_text(*pool, text, "client", {}, &stops).status, ScanStatus::unavailable);
    EXPECT_FALSE(stops.ended);
}

TEST(Pool, UnsealedMessagesAreRefused) {
    const auto pool = make_pool(test_settings());
    const base::UniqueFd open = base::make_memfd("open").value();
    EXPECT_EQ(pool->scan({.id = 1}, open.get(), "client", nullptr).status, ScanStatus::unavailable);
    EXPECT_EQ(pool->scan({.id = 1}, -1, "client", nullptr).status, ScanStatus::unavailable);
}

TEST(Pool, EmptyMessageIsScanned) {
    const auto pool = make_pool(test_settings());
    EXPECT_EQ(scan_text(*pool, "").status, ScanStatus::ok);
}

TEST(Pool, CostlyScansMoveToTheSlowLane) {
    auto settings = test_settings();
    settings.slow_after = milliseconds(30);
    const auto pool = make_pool(settings);
    std::vector<std::jthread> costly;
    for (int i = 0; i < 5; ++i) {
        costly.emplace_back([&] {
            const ScanOutcome outcome = scan_text(*pool, "spin 150", "flood");
            EXPECT_EQ(outcome.status, ScanStatus::ok) << outcome.detail;
        });
    }
    EXPECT_TRUE(eventually([&] { return pool->stats().slow_busy == 1; }));
    EXPECT_EQ(scan_text(*pool, "plain", "other").status, ScanStatus::ok);
    costly.clear();
    const PoolStats stats = pool->stats();
    EXPECT_EQ(stats.moved_to_slow, 5u);  // one of them runs, four are parked
    EXPECT_EQ(stats.slow_busy + stats.fast_busy + stats.parked + stats.waiting, 0u);
}

// Told in scans, not in milliseconds: while a plain mail of another client waits and is scanned, only those
// costly ones may end that were running already, not those that stood before it in the queue.
TEST(Pool, FloodOfCostlyMailsDoesNotStandBeforeAnotherClient) {
    auto settings = test_settings();
    settings.slow_after = milliseconds(20);
    // Waiting counts: on a machine with other work the last of them waits for minutes.
    model::ScanLimits patient;
    patient.max_time = std::chrono::minutes(10);
    const auto pool = make_pool(settings);
    std::atomic<int> ended = 0;
    std::vector<std::jthread> flood;
    for (int i = 0; i < 60; ++i) {
        flood.emplace_back([&] {
            const ScanOutcome outcome = scan_text(*pool, "spin 120", "flood", patient);
            EXPECT_EQ(outcome.status, ScanStatus::ok) << outcome.detail;
            ++ended;
        });
    }
    ASSERT_TRUE(eventually([&] { return pool->stats().waiting > 40; }));
    for (int i = 0; i < 15 && ended < 30; ++i) {
        const int before = ended;
        EXPECT_EQ(scan_text(*pool, "plain", "other").status, ScanStatus::ok);
        EXPECT_LE(ended - before,
                  8);  // two fast, two guests, one slow, some that are parked: no more can run
    }
    EXPECT_LT(ended, 60);
    flood.clear();
}

TEST(Pool, FullQueueIsOverloadAndNobodysFault) {
    auto settings = test_settings();
    settings.fast_children = 1;
    settings.queue_length = 2;
    const auto pool = make_pool(settings);
    std::vector<std::jthread> scans;
    for (int i = 0; i < 3; ++i) {
        scans.emplace_back([&] { scan_text(*pool, "sleep 400", "flood"); });
    }
    EXPECT_TRUE(eventually([&] { return pool->stats().waiting == 2; }));
    EXPECT_EQ(scan_text(*pool, "plain", "flood").status, ScanStatus::overloaded);
    EXPECT_EQ(scan_text(*pool, "plain", "other").status, ScanStatus::ok);
}

TEST(Pool, WaitingInTheQueueIsPartOfTheDeadline) {
    auto settings = test_settings();
    settings.fast_children = 1;
    const auto pool = make_pool(settings);
    std::jthread busy([&] { scan_text(*pool, "sleep 600", "flood"); });
    EXPECT_TRUE(eventually([&] { return pool->stats().fast_busy == 1; }));
    EXPECT_EQ(scan_text(*pool, "plain", "flood", short_time(milliseconds(50))).status,
              ScanStatus::overloaded);
}

TEST(Pool, TwoHundredScansAtOnce) {
    const auto pool = make_pool(test_settings());
    std::vector<std::jthread> scans;
    std::atomic<int> right = 0;
    for (int i = 0; i < 200; ++i) {
        scans.emplace_back([&, i] {
            const bool dies = i % 10 == 3;
            const std::string text = dies         ? "die 9"
                                     : i % 3 == 0 ? "risky"
                                                  : "plain\n" + std::string(static_cast<std::size_t>(i), 'x');
            const ScanOutcome outcome = scan_text(*pool, text, std::to_string(i % 7));
            const bool as_told =
                dies ? outcome.status == ScanStatus::crashed
                     : outcome.status == ScanStatus::ok && outcome.report.parts[0].size == text.size();
            right += as_told ? 1 : 0;
        });
    }
    scans.clear();
    EXPECT_EQ(right, 200);
    EXPECT_EQ(pool->stats().deaths, 20u);
}

}  // namespace
}  // namespace sekisho::sandbox
