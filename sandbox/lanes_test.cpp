#include "sandbox/lanes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace sekisho::sandbox {
namespace {

using Place = Lanes::Place;

constexpr LaneLimits small{.fast = 2, .guests = 2, .slow = 2, .parked = 2, .queue = 8};

TEST(Lanes, LetInAsManyAsThereAreSlots) {
    Lanes lanes(small);
    const auto a = lanes.enter("a").value();
    const auto b = lanes.enter("a").value();
    const auto c = lanes.enter("a").value();
    EXPECT_EQ(lanes.place(a), Place::fast);
    EXPECT_EQ(lanes.place(b), Place::fast);
    EXPECT_EQ(lanes.place(c), Place::queued);
    lanes.leave(a);
    EXPECT_EQ(lanes.place(c), Place::fast);
    EXPECT_EQ(lanes.waiting(), 0u);
}

TEST(Lanes, AnotherClientIsLetInBesideAFullLane) {
    Lanes lanes(small);
    for (int i = 0; i < 6; ++i)
        ASSERT_TRUE(lanes.enter("flood"));
    const auto plain = lanes.enter("other").value();
    EXPECT_EQ(lanes.place(plain), Place::fast);
    EXPECT_EQ(lanes.fast_busy(), 3u);
    // Its share is one slot of two: a second one waits for its turn.
    const auto second = lanes.enter("other").value();
    EXPECT_EQ(lanes.place(second), Place::queued);
    lanes.leave(plain);
    EXPECT_EQ(lanes.place(second), Place::fast);
}

TEST(Lanes, ClientsTakeTurns) {
    Lanes lanes({.fast = 1, .guests = 0, .slow = 1, .parked = 0, .queue = 100});
    auto running = lanes.enter("first").value();
    std::map<Lanes::Ticket, std::string> owner;
    for (int i = 0; i < 10; ++i)
        owner[lanes.enter("flood").value()] = "flood";
    for (int i = 0; i < 2; ++i)
        owner[lanes.enter("other").value()] = "other";
    (void)lanes.take_admitted();
    std::vector<std::string> order;
    for (int i = 0; i < 6; ++i) {
        lanes.leave(running);
        const auto admitted = lanes.take_admitted();
        ASSERT_EQ(admitted.size(), 1u);
        running = admitted[0];
        order.push_back(owner.at(running));
    }
    EXPECT_EQ(order, (std::vector<std::string>{"flood", "other", "flood", "other", "flood", "flood"}));
}

TEST(Lanes, CostlyOnesMoveOverAndFreeTheirSlot) {
    Lanes lanes(small);
    const auto costly = lanes.enter("a").value();
    (void)lanes.enter("a");
    const auto waits = lanes.enter("a").value();
    EXPECT_EQ(lanes.make_slow(costly), Place::slow);
    EXPECT_EQ(lanes.place(waits), Place::fast);
    EXPECT_EQ(lanes.slow_busy(), 1u);
}

TEST(Lanes, OneClientHoldsAtMostHalfOfTheSlowLane) {
    Lanes lanes(small);
    const auto first = lanes.enter("a").value();
    const auto second = lanes.enter("a").value();
    EXPECT_EQ(lanes.make_slow(first), Place::slow);
    EXPECT_EQ(lanes.make_slow(second), Place::parked);  // half of two is one
    const auto other = lanes.enter("b").value();
    EXPECT_EQ(lanes.make_slow(other), Place::slow);
    lanes.leave(other);
    EXPECT_EQ(lanes.place(second), Place::parked);  // the free half is not for this client
    lanes.leave(first);
    EXPECT_EQ(lanes.place(second), Place::slow);
}

TEST(Lanes, WithoutRoomToParkACostlyOneGoesOnWhereItIs) {
    Lanes lanes({.fast = 2, .guests = 1, .slow = 1, .parked = 0, .queue = 8});
    const auto first = lanes.enter("a").value();
    const auto second = lanes.enter("a").value();
    EXPECT_EQ(lanes.make_slow(first), Place::slow);
    EXPECT_EQ(lanes.make_slow(second), Place::fast);
    lanes.leave(first);
    EXPECT_EQ(lanes.make_slow(second), Place::slow);
}

TEST(Lanes, FullQueueRefusesWhoFillsItAndNotTheOther) {
    Lanes lanes(small);
    int accepted = 0;
    while (lanes.enter("flood"))
        ++accepted;
    EXPECT_EQ(accepted, 2 + 8);
    const auto other = lanes.enter("other");
    ASSERT_TRUE(other);
    EXPECT_EQ(lanes.place(*other), Place::fast);
    const auto queued = lanes.enter("other");
    ASSERT_TRUE(queued);
    EXPECT_EQ(lanes.place(*queued), Place::queued);
}

TEST(Lanes, ResizeLetsInWhatNowFits) {
    Lanes lanes({.fast = 1, .guests = 0, .slow = 1, .parked = 0, .queue = 8});
    (void)lanes.enter("a");
    const auto waits = lanes.enter("a").value();
    lanes.resize(small);
    EXPECT_EQ(lanes.place(waits), Place::fast);
}

// A simulated gate of two cores' worth of slots: time passes in milliseconds, every running scan gets its
// share. 1,000 costly mails of one client are there at once; another client sends a plain mail every 50 ms.
TEST(Lanes, ThousandCostlyMailsLeaveAnotherClientsMailFast) {
    constexpr int costly_ms = 3'000;
    constexpr int plain_ms = 5;
    constexpr int slow_after_ms = 1'000;
    constexpr double cores = 2;
    struct Job {
        double left;
        double used = 0;
        int born;
        bool plain;
    };
    Lanes lanes({.fast = 2, .guests = 2, .slow = 1, .parked = 3, .queue = 400});
    std::map<Lanes::Ticket, Job> jobs;
    std::vector<int> waits;
    int sent = 0;
    for (int now = 0; now < 20'000; ++now) {
        while (sent < 1'000) {
            const auto ticket = lanes.enter("flood");
            if (!ticket) break;
            jobs.emplace(*ticket, Job{.left = costly_ms, .born = now, .plain = false});
            ++sent;
        }
        if (now % 50 == 0) {
            const auto ticket = lanes.enter("other");
            ASSERT_TRUE(ticket) << "refused at " << now;
            jobs.emplace(*ticket, Job{.left = plain_ms, .born = now, .plain = true});
        }
        std::vector<Lanes::Ticket> running;
        for (auto& [ticket, job] : jobs) {
            const Place place = lanes.place(ticket);
            if (place == Place::fast || place == Place::slow) running.push_back(ticket);
        }
        const double share = std::min(1.0, cores / static_cast<double>(running.size()));
        for (const auto ticket : running) {
            Job& job = jobs.at(ticket);
            job.left -= share;
            job.used += share;
            if (job.left <= 0) {
                if (job.plain) waits.push_back(now - job.born);
                jobs.erase(ticket);
                lanes.leave(ticket);
            } else if (job.used >= slow_after_ms && lanes.place(ticket) == Place::fast) {
                (void)lanes.make_slow(ticket);
            }
        }
    }
    ASSERT_GT(waits.size(), 350u);
    std::ranges::sort(waits);
    EXPECT_LT(waits[waits.size() * 99 / 100], 200);
    EXPECT_LT(waits.back(), 200);
}

TEST(Lanes, BooksBalanceWhateverHappens) {
    std::mt19937 random(11);  // NOLINT(*-msc51-cpp): the same every time
    Lanes lanes(small);
    std::vector<Lanes::Ticket> here;
    for (int round = 0; round < 20'000; ++round) {
        const auto dice = random() % 3;
        if (dice == 0 || here.empty()) {
            if (const auto ticket = lanes.enter(std::string(1, static_cast<char>('a' + random() % 4)))) {
                here.push_back(*ticket);
            }
        } else if (dice == 1) {
            (void)lanes.make_slow(here[random() % here.size()]);
        } else {
            const auto at = here.begin() + static_cast<std::ptrdiff_t>(random() % here.size());
            lanes.leave(*at);
            here.erase(at);
        }
        std::map<Place, std::uint32_t> count;
        for (const auto ticket : here)
            ++count[lanes.place(ticket)];
        ASSERT_EQ(count[Place::fast], lanes.fast_busy());
        ASSERT_EQ(count[Place::slow], lanes.slow_busy());
        ASSERT_EQ(count[Place::parked], lanes.parked());
        ASSERT_EQ(count[Place::queued], lanes.waiting());
        ASSERT_LE(lanes.fast_busy(), small.fast + small.guests);
        ASSERT_LE(lanes.slow_busy(), small.slow);
        ASSERT_FALSE(lanes.waiting() > 0 && lanes.fast_busy() < small.fast);
    }
}

}  // namespace
}  // namespace sekisho::sandbox
