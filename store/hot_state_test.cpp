#include "store/hot_state.h"

#include <gmock/gmock.h>

#include <fstream>

#include "store/testing.h"

namespace sekisho::store {
namespace {

using ::testing::ElementsAre;
using testing_help::files_in;
using testing_help::in_child;
using testing_help::TempFolder;
using namespace std::chrono_literals;

struct Loaded {
    std::vector<std::string> rows;     // "kind:name@place=bytes"
    std::vector<std::string> records;  // "place=bytes"
};
Loaded load(HotState& state) {
    Loaded out;
    const auto done = state.load(
        [&](const HotRow& row) {
            out.rows.push_back(row.kind + ":" + row.name + "@" + std::to_string(row.place) + "=" + row.bytes);
        },
        [&](std::uint64_t place, const std::string& record) {
            out.records.push_back(std::to_string(place) + "=" + record);
        });
    EXPECT_TRUE(done);
    return out;
}

TEST(HotState, RowsAndRecordsComeBack) {
    const TempFolder folder;
    const std::string path = folder.path() + "/a/b.db";
    {
        auto state = HotState::open(path);
        ASSERT_TRUE(state) << state.error().message;
        load(**state);
        EXPECT_EQ((*state)->append("one"), 1u);
        EXPECT_EQ((*state)->append(std::string("t\0o", 3)), 2u);
        EXPECT_TRUE((*state)->keep({{"k", "n", 1, "old"}, {"k", "gone", 1, "x"}}, 10s));
        EXPECT_TRUE((*state)->keep({{"k", "n", 2, "new"}, {"k", "gone", 2, ""}}, 10s));
        EXPECT_EQ((*state)->append("three"), 3u);
    }
    auto state = HotState::open(path);
    ASSERT_TRUE(state);
    const Loaded again = load(**state);
    EXPECT_THAT(again.rows, ElementsAre("k:n@2=new"));
    EXPECT_THAT(again.records, ElementsAre("1=one", std::string("2=t\0o", 5), "3=three"));
    EXPECT_EQ((*state)->append("four"), 4u);
    (*state)->forget_until(3);
    EXPECT_TRUE((*state)->keep({}, 10s));
    state->reset();
    state = HotState::open(path);
    EXPECT_THAT(load(**state).records, ElementsAre("4=four"));
}

// Whoever is killed loses what half a second brought, and no row that was kept.
TEST(HotState, AKill) {
    const TempFolder folder;
    const std::string path = folder.path() + "/hot.db";
    in_child([&] {
        auto state = HotState::open(path);
        load(**state);
        for (int i = 0; i < 100; ++i)
            (*state)->append("record");
        if (!(*state)->keep({{"k", "n", 100, "kept"}}, 10s)) return 1;
        ::raise(SIGKILL);
        return 2;
    });
    auto state = HotState::open(path);
    ASSERT_TRUE(state);
    const Loaded again = load(**state);
    EXPECT_THAT(again.rows, ElementsAre("k:n@100=kept"));
    EXPECT_EQ(again.records.size(), 100u);
}

// A disk that takes no record from `place` on, until it is mended.
class BrokenAt {
public:
    BrokenAt(const std::string& path, int place) : database_(*Database::open(path, 5s)) {
        EXPECT_TRUE(database_.execute("CREATE TRIGGER broken BEFORE INSERT ON log WHEN NEW.place >= " +
                                      std::to_string(place) + " BEGIN SELECT RAISE(FAIL, 'broken'); END"));
    }
    void mend() { EXPECT_TRUE(database_.execute("DROP TRIGGER broken")); }

private:
    Database database_;
};

TEST(HotState, WhatCannotBeWrittenWaits) {
    const TempFolder folder;
    const std::string path = folder.path() + "/hot.db";
    {
        auto state = HotState::open(path);
        load(**state);
        BrokenAt broken(path, 2);
        for (const char* record : {"one", "two", "three"})
            (*state)->append(record);
        EXPECT_FALSE((*state)->keep({{"k", "n", 1, "x"}}, 10s));
        EXPECT_FALSE((*state)->healthy());
        EXPECT_EQ((*state)->append("four"), 4u);
        EXPECT_EQ((*state)->last_place(), 4u);
        broken.mend();
        EXPECT_TRUE((*state)->keep({}, 10s));
        EXPECT_TRUE((*state)->healthy());
        EXPECT_EQ((*state)->dropped(), 0u);
    }
    auto state = HotState::open(path);
    const Loaded again = load(**state);
    EXPECT_THAT(again.records, ElementsAre("1=one", "2=two", "3=three", "4=four"));
    EXPECT_TRUE(again.rows.empty()) << "whoever kept it was told";
}

// Whether they come while the disk is tried, as most of those after each thousand do, or before.
TEST(HotState, TheOldestAreDropped) {
    const TempFolder folder;
    const std::string path = folder.path() + "/hot.db";
    constexpr std::uint64_t too_many = 30'003;
    {
        auto state = HotState::open(path);
        load(**state);
        BrokenAt broken(path, 1);
        for (std::uint64_t i = 0; i < HotState::most_waiting + too_many; ++i) {
            (*state)->append("r");
            if (i % 1'000 == 0) {
                EXPECT_FALSE((*state)->keep({}, 0s));
            }
        }
        EXPECT_FALSE((*state)->keep({}, 10s));
        EXPECT_EQ((*state)->dropped(), too_many);
        EXPECT_EQ((*state)->last_place(), HotState::most_waiting + too_many);
        broken.mend();
        EXPECT_TRUE((*state)->keep({}, 60s));
    }
    auto state = HotState::open(path);
    const Loaded again = load(**state);
    ASSERT_EQ(again.records.size(), HotState::most_waiting);
    EXPECT_EQ(again.records.front(), std::to_string(too_many + 1) + "=r");
}

TEST(HotState, ABrokenFileIsSetAside) {
    const TempFolder folder;
    const std::string path = folder.path() + "/hot.db";
    std::ofstream(path) << std::string(10'000, 'x');
    auto state = HotState::open(path);
    ASSERT_TRUE(state) << state.error().message;
    EXPECT_TRUE(load(**state).rows.empty());
    EXPECT_EQ(files_in(folder.path(), ".corrupt-").size(), 1u);
}

TEST(HotState, WhatCannotBe) {
    EXPECT_FALSE(HotState::open("/proc/none/hot.db"));
    EXPECT_FALSE(HotState::open("relative.db"));
}

}  // namespace
}  // namespace sekisho::store
