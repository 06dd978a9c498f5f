#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <thread>
#include <vector>

#include "outbound/guard.h"
#include "outbound/snapshot.h"
#include "outbound/testing.h"
#include "store/testing.h"

namespace sekisho::outbound {
namespace {

using model::StandingLevel;
using testing::default_limits;
using testing::guard;
using testing::mail;
using testing::monday;
using testing::note;
using testing::office_days;
using testing_help::in_child;
using testing_help::TempFolder;

constexpr auto anna = "anna@example.com";
constexpr auto office = "192.0.2.7";

class GuardState : public ::testing::Test {
protected:
    std::string path() const { return folder_.path() + "/state/outbound.db"; }
    Guard guard_with_file() const {
        return Guard(*SeenBefore::in_file(folder_.path() + "/seen", SeenBefore::least_bytes));
    }
    // What a start after the end of another process finds.
    template <class Look>
    void with_guard(const Look& look) const {
        auto state = store::HotState::open(path());
        ASSERT_TRUE(state) << state.error().message;
        Guard fresh = guard_with_file();
        ASSERT_TRUE(fresh.attach(**state, default_limits()));
        look(fresh, **state);
    }
    const TempFolder folder_;
};

// Once each, whether they were in the row already or stood in the log alone.
TEST_F(GuardState, NamesSurviveAKill) {
    const int status = in_child([&] {
        auto state = store::HotState::open(path());
        Guard guard = testing::guard();
        if (!state || !guard.attach(**state, default_limits())) return 1;
        for (std::uint64_t i = 0; i < 5; ++i) {
            note(guard, mail(anna, office, i, monday));
            // Her row is written; that of the domain is not, so that the log stays whole.
            if (i == 2 && !guard.save(4)) return 2;
        }
        if (!(*state)->keep({}, std::chrono::seconds(10))) return 3;
        ::raise(SIGKILL);
        return 4;
    });
    ASSERT_TRUE(status == -1 || status > 127) << status;
    with_guard([&](Guard& guard, store::HotState&) {
        const auto rows = guard.find_name(anna, monday);
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_EQ(rows.front().messages, 5);
        EXPECT_EQ(guard.find_name("example.com", monday).at(0).messages, 5);
        EXPECT_EQ(guard.names(monday, 10).known, 2u) << "she and her domain";
        EXPECT_EQ(guard.names(monday, 1).rows.front().messages, 5);
    });
}

// Whom somebody wrote to: of what the log has no more, and of what it has alone.
TEST_F(GuardState, WhoWasWrittenToSurvivesAKill) {
    const int status = in_child([&] {
        auto state = store::HotState::open(path());
        Guard guard = guard_with_file();
        if (!state || !guard.attach(**state, default_limits())) return 1;
        for (std::uint64_t i = 1; i <= 3; ++i)
            note(guard, mail(anna, office, i, monday));
        while (guard.save(100)) {
        }
        // The first commit may have begun before; the second knows what is to be forgotten.
        if (!(*state)->keep({}, std::chrono::seconds(10))) return 2;
        if (!(*state)->keep({}, std::chrono::seconds(10))) return 3;
        for (std::uint64_t i = 4; i <= 6; ++i)
            note(guard, mail(anna, office, i, monday));
        if (!(*state)->keep({}, std::chrono::seconds(10))) return 4;
        ::raise(SIGKILL);
        return 5;
    });
    ASSERT_TRUE(status == -1 || status > 127) << status;
    with_guard([&](Guard& guard, store::HotState&) {
        const auto strangers = [&](std::uint64_t recipient) {
            const auto before = guard.find({Subject::account, anna}, monday)->counts;
            note(guard, mail(anna, office, recipient, monday));
            const auto after = guard.find({Subject::account, anna}, monday)->counts;
            const auto fresh = static_cast<std::size_t>(Count::fresh);
            return after.at(fresh).second - before.at(fresh).second;
        };
        for (std::uint64_t i = 1; i <= 6; ++i)
            EXPECT_EQ(strangers(i), 0) << i;
        EXPECT_EQ(strangers(9), 1);
    });
}

// What the disk refused is written when it takes it again; without a log as well.
TEST_F(GuardState, WhoWasWrittenToWaitsForTheDisk) {
    const int status = in_child([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit limit{};
        if (::getrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
        Guard guard = guard_with_file();
        note(guard, mail(anna, office, 1, monday));
        const rlimit none{.rlim_cur = 0, .rlim_max = limit.rlim_max};
        if (::setrlimit(RLIMIT_FSIZE, &none) != 0 || guard.save(100)) return 2;
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0 || guard.save(100)) return 3;
        return 0;
    });
    ASSERT_EQ(status, 0);
    const auto seen = SeenBefore::in_file(folder_.path() + "/seen", SeenBefore::least_bytes);
    ASSERT_TRUE(seen);
    EXPECT_TRUE(seen->knows(hash_of(std::string_view(anna)), hash_of(std::uint64_t{1}, 99)));
    EXPECT_GT(seen->pairs(), 0u);
}

TEST_F(GuardState, StandingsSurviveAKill) {
    const int status = in_child([&] {
        auto state = store::HotState::open(path());
        Guard guard = testing::guard();
        if (!state || !guard.attach(**state, default_limits())) return 1;
        guard.set({Subject::account, anna}, StandingLevel::blocked, "root", monday);
        Transaction bad = mail("ben@example.com", "192.0.2.9", 1, monday);
        bad.harm = Harm::malicious;
        if (note(guard, bad).standing.level != StandingLevel::throttled) return 2;
        ::raise(SIGKILL);
        return 3;
    });
    ASSERT_TRUE(status == -1 || status > 127) << status;
    with_guard([&](Guard& guard, store::HotState&) {
        EXPECT_EQ(guard.standing_of(anna, office, monday).standing.level, StandingLevel::blocked);
        EXPECT_EQ(guard.standing_of("ben@example.com", office, monday).standing.level,
                  StandingLevel::throttled);
    });
}

// What was counted, saved in between or not, is counted once after the next start.
TEST_F(GuardState, CountsSurvive) {
    Measures before{};
    with_guard([&](Guard& guard, store::HotState& state) {
        const Moment end = office_days(guard, anna, office, 10);
        for (Moment i = 0; i < 5; ++i)
            note(guard, mail(anna, office, i, end + i));
        while (guard.save(3)) {
        }
        for (Moment i = 0; i < 7; ++i)
            note(guard, mail(anna, office, i, end + 60 + i));
        before = guard.list(Subject::account, true, end + 70)[0].measures;
        EXPECT_TRUE(state.keep({}, std::chrono::seconds(10)));
    });
    EXPECT_EQ(of(before, Measure::messages_hour), 12);
    with_guard([&](Guard& guard, store::HotState&) {
        const Moment now = monday + 10 * day + 70;
        const auto rows = guard.list(Subject::account, true, now);
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_EQ(rows[0].measures, before);
        EXPECT_GE(of(rows[0].usual, Measure::messages_day), 5);
    });
}

// What was saved in part is not forgotten in the log.
TEST_F(GuardState, CountsSurviveAHalfSavedRound) {
    const std::vector<std::string> names{"anna@example.com", "ben@example.com", "cleo@example.com"};
    with_guard([&](Guard& guard, store::HotState& state) {
        for (const std::string& name : names)
            note(guard, mail(name, office, 1, monday));
        EXPECT_TRUE(guard.save(1));
        EXPECT_TRUE(state.keep({}, std::chrono::seconds(10)));
        EXPECT_TRUE(state.keep({}, std::chrono::seconds(10)));
    });
    with_guard([&](Guard& guard, store::HotState&) {
        for (const std::string& name : names) {
            const auto found = guard.find({Subject::account, name}, monday);
            ASSERT_TRUE(found) << name;
            EXPECT_EQ(of(found->row.measures, Measure::messages_hour), 1) << name;
        }
    });
}

TEST_F(GuardState, TheLogIsForgottenOnceItIsSaved) {
    with_guard([&](Guard& guard, store::HotState& state) {
        office_days(guard, anna, office, 3);
        while (guard.save(1)) {
        }
        EXPECT_TRUE(state.keep({}, std::chrono::seconds(10)));
        EXPECT_TRUE(state.keep({}, std::chrono::seconds(10)));
    });
    auto state = store::HotState::open(path());
    ASSERT_TRUE(state);
    int rows = 0;
    int records = 0;
    ASSERT_TRUE((*state)->load([&](const auto&) { ++rows; }, [&](auto, const auto&) { ++records; }));
    EXPECT_GE(rows, 5);  // account, address, network, sender, From, domain
    EXPECT_EQ(records, 0);
    EXPECT_GT((*state)->append("x"), 24u) << "places are never used again";
}

TEST_F(GuardState, ARowOfNobodyIsLeftOut) {
    {
        auto state = store::HotState::open(path());
        ASSERT_TRUE(state && (*state)->load([](const auto&) {}, [](auto, const auto&) {}));
        ASSERT_TRUE((*state)->keep({{"a", "", 1, encode(Sender{})}, {"a", anna, 1, encode(Sender{})}},
                                   std::chrono::seconds(10)));
    }
    with_guard([&](Guard& guard, store::HotState&) {
        EXPECT_EQ(guard.size().accounts, 1u);
        EXPECT_TRUE(guard.find({Subject::account, anna}, monday));
    });
}

TEST_F(GuardState, ADiskThatIsFullDelaysNobody) {
    with_guard([&](Guard& guard, store::HotState&) {
        std::filesystem::remove_all(folder_.path() + "/state");
        for (Moment i = 0; i < 100; ++i)
            note(guard, mail(anna, office, i, monday + i));
        EXPECT_EQ(of(guard.list(Subject::account, true, monday + 100)[0].measures, Measure::messages_hour),
                  100);
    });
}

// Messages, questions, acts of people, saving and sweeping, all at once.
TEST_F(GuardState, ManyThreads) {
    with_guard([&](Guard& guard, store::HotState&) {
        std::vector<std::jthread> threads;
        for (Moment thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&guard, thread] {
                for (Moment i = 0; i < 200; ++i) {
                    const std::string who = "user" + std::to_string((thread + i) % 7) + "@example.com";
                    note(guard, mail(who, office, i, monday + i));
                    guard.standing_of(who, office, monday + i);
                    if (i % 50 == 0)
                        guard.set({Subject::account, who}, StandingLevel::normal, "root", monday + i);
                }
            });
        }
        threads.emplace_back([&guard] {
            for (int i = 0; i < 20; ++i) {
                guard.save(10);
                guard.sweep(monday, 10);
                (void)guard.list(Subject::host, true, monday);
                (void)guard.find({Subject::account, "user1@example.com"}, monday);
            }
        });
        threads.clear();
        EXPECT_EQ(guard.size().accounts, 7u);
        const auto network = guard.find({Subject::host, "192.0.2.0/24"}, monday + 200);
        ASSERT_TRUE(network);
        EXPECT_EQ(network->counts[static_cast<std::size_t>(Count::authenticated)].second, 800);
    });
}

TEST(Snapshot, SendersAreReadAsTheyWereWritten) {
    Sender sender;
    sender.learned_hour = 500'000;
    sender.baseline.usual.fill(3.5F);
    sender.baseline.learn_hour(5, 20);
    sender.baseline.days = 40;
    for (const bool with_activity : {false, true}) {
        for (const bool with_standing : {false, true}) {
            sender.activity.reset();
            sender.standing.reset();
            if (with_activity) {
                for (Moment i = 0; i < 300; ++i) {
                    const Transaction one = mail(anna, office, i, monday + i * 60);
                    count_for_account(sender, one, traits_of(one), {.fresh = 1});
                    note_measures(sender, Subject::account, one.at);
                }
            }
            if (with_standing)
                sender.standing = std::make_unique<StandingState>(
                    StandingState{StandingLevel::throttled, 1, 2, 3, 4, 5, {"one", "two"}, "root", 63});
            const std::string bytes = encode(sender);
            const auto again = decode_sender(base::as_bytes(bytes));
            ASSERT_TRUE(again) << again.error().message;
            EXPECT_EQ(encode(*again), bytes);
            EXPECT_EQ(again->baseline, sender.baseline);
            EXPECT_EQ(again->level(), sender.level());
            if (with_standing) {
                ASSERT_NE(again->standing, nullptr);
                EXPECT_EQ(*again->standing, *sender.standing);
            }
            for (std::size_t i = 0; i < bytes.size(); i += 1 + i / 50)
                EXPECT_FALSE(decode_sender(base::as_bytes(std::string_view(bytes).substr(0, i))));
        }
    }
}

TEST(Snapshot, Flipped) {
    Sender sender;
    for (Moment i = 0; i < 100; ++i) {
        const Transaction one = mail(anna, office, i, monday + i * 60);
        count_for_account(sender, one, traits_of(one), {.fresh = 1});
    }
    const std::string bytes = encode(sender);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        for (const char odd : {'\0', '\x7f', '\xff'}) {
            std::string bad = bytes;
            bad[i] = odd;
            if (auto read = decode_sender(base::as_bytes(bad))) {
                const Transaction one = mail(anna, office, 5, monday + 7'000);
                count_for_account(*read, one, traits_of(one), {.fresh = 1});
                note_measures(*read, Subject::account, one.at);
            }
        }
    }
}

}  // namespace
}  // namespace sekisho::outbound
