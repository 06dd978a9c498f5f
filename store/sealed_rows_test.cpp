#include "store/sealed_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "store/schema.h"
#include "store/store.h"
#include "store/testing.h"

namespace sekisho::store {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const auto now = std::chrono::floor<std::chrono::milliseconds>(system_clock::now());

class SealedRowsTest : public testing::Test {
protected:
    testing_help::TempFolder folder_;
    config::StoreSettings settings_{.path = folder_.path() + "/sekisho.db"};
    std::unique_ptr<Store> store_ = Store::open(settings_).value();
    SealedLimits limits_;

    void put(std::vector<SealedRow> rows) { ASSERT_TRUE(store_->put_sealed(std::move(rows), limits_)); }
    std::vector<std::string> contents(const std::vector<std::string>& names, std::uint32_t per_name = 1'000) {
        std::vector<std::string> out;
        const auto found = store_->sealed(names, now, per_name).value();
        for (const SealedRow& row : found)
            out.push_back(row.content);
        return out;
    }
};

SealedRow row(std::string name, const std::string& content, std::chrono::milliseconds age = 0ms) {
    return {.name = std::move(name),
            .mark = "mark of " + content,
            .owner = "owner",
            .source = "source",
            .content = content,
            .at = now - age,
            .expires = now - age + 24h};
}

TEST_F(SealedRowsTest, GivesBackEveryByteOfItsNamesAlone) {
    std::string bytes;
    for (int i = 0; i < 256; ++i)
        bytes += static_cast<char>(i);
    SealedRow odd = row(bytes, bytes);
    odd.owner = bytes;
    odd.source = std::string("\0", 1);
    put({odd, row("other", "x")});
    for (int turn = 0; turn < 2; ++turn) {  // and after a restart
        const std::vector<std::string> names{bytes};
        const auto found = store_->sealed(names, now, 10).value();
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].name, bytes);
        EXPECT_EQ(found[0].mark, odd.mark);
        EXPECT_EQ(found[0].owner, bytes);
        EXPECT_EQ(found[0].source, odd.source);
        EXPECT_EQ(found[0].content, bytes);
        EXPECT_EQ(found[0].at, odd.at);
        EXPECT_EQ(found[0].expires, odd.expires);
        store_ = nullptr;
        store_ = Store::open(settings_).value();
    }
    EXPECT_THAT(contents({"unknown", ""}), IsEmpty());
    EXPECT_THAT(contents({}), IsEmpty());
}

TEST_F(SealedRowsTest, GivesTheNewestOfEachNameFirst) {
    put({row("a", "2", 2ms), row("a", "1", 1ms), row("a", "3", 3ms), row("b", "4")});
    EXPECT_THAT(contents({"b", "a"}), ElementsAre("4", "1", "2", "3"));
    EXPECT_THAT(contents({"a", "b"}, 2), ElementsAre("1", "2", "4"));
}

TEST_F(SealedRowsTest, OfOneTimeTheFirstOfThePutIsTheNewest) {
    limits_.per_name = 2;
    put({row("a", "best"), row("a", "good"), row("a", "bad")});
    EXPECT_THAT(contents({"a"}), ElementsAre("best", "good"));
}

TEST_F(SealedRowsTest, TheSameMarkIsTheSameRow) {
    limits_.per_name = 2;
    put({row("a", "1", 5ms), row("a", "2", 4ms)});
    put({row("a", "1", 1ms), row("b", "1", 9ms)});
    EXPECT_THAT(contents({"a"}), ElementsAre("1", "2"));
    put({row("a", "3")});
    EXPECT_THAT(contents({"a"}), ElementsAre("3", "1"));
    EXPECT_THAT(contents({"b"}), ElementsAre("1")) << "of another name";
}

TEST_F(SealedRowsTest, ASourceHasItsLimitOverAllNames) {
    limits_.per_source = 3;
    for (int i = 0; i < 10; ++i)
        put({row("n" + std::to_string(i), std::to_string(i), (10 - i) * 1ms)});
    std::vector<std::string> names;
    for (int i = 0; i < 10; ++i)
        names.push_back("n" + std::to_string(i));
    EXPECT_THAT(contents(names), ElementsAre("7", "8", "9"));
}

// One source floods an owner that is full: it loses its own, and who has less loses nothing.
TEST_F(SealedRowsTest, WhoHasTheMostLosesFirst) {
    limits_ = {.per_name = 1'000, .per_source = 1'000, .per_owner = 30};
    const auto of = [](const std::string& source, int number, std::chrono::milliseconds age) {
        SealedRow out = row(source, source + std::to_string(number), age);
        out.source = source;
        return out;
    };
    std::vector<SealedRow> rows;
    for (int i = 0; i < 12; ++i) {
        rows.push_back(of("quiet", i, 1h));
        rows.push_back(of("small", i % 3, 2h));
    }
    put(std::move(rows));
    const auto flood_of = [&](const std::string& source) {
        for (int turn = 0; turn < 10; ++turn) {
            std::vector<SealedRow> flood;
            for (int i = 0; i < 20; ++i)
                flood.push_back(of(source, turn * 20 + i, 0ms));
            put(std::move(flood));
        }
    };
    SealedRow elsewhere = of("elsewhere", 1, 9h);
    elsewhere.owner = "another owner";
    put({elsewhere});
    flood_of("flood");
    EXPECT_THAT(contents({"quiet"}), SizeIs(12));
    EXPECT_THAT(contents({"small"}), SizeIs(3));
    EXPECT_THAT(contents({"elsewhere"}), SizeIs(1));
    const auto flood = contents({"flood"});
    ASSERT_THAT(flood, SizeIs(15));
    EXPECT_EQ(flood.front(), "flood180") << "the newest of the flood are what is left of it";
    // A second flood shares with the first; the small ones still have all.
    flood_of("more");
    EXPECT_THAT(contents({"small"}), SizeIs(3));
    EXPECT_THAT(contents({"quiet", "flood", "more"}), SizeIs(27));
    EXPECT_THAT(contents({"quiet"}), SizeIs(9));
}

TEST_F(SealedRowsTest, WhatIsPastItsTimeIsNotFoundAndGoes) {
    put({row("a", "old", 24h), row("a", "last", 24h - 1ms), row("a", "young", 1h)});
    EXPECT_THAT(contents({"a"}), ElementsAre("young", "last"));
    EXPECT_EQ(store_->delete_expired_sealed(now).value(), 1U);
    EXPECT_EQ(store_->delete_expired_sealed(now).value(), 0U);
    EXPECT_THAT(contents({"a"}), ElementsAre("young", "last"));
    EXPECT_EQ(store_->delete_expired_sealed(now + 24h).value(), 2U);
    put({row("a", "again"), row("b", "again")});
    EXPECT_EQ(store_->delete_all_sealed().value(), 2U);
    EXPECT_THAT(contents({"a", "b"}), IsEmpty());
}

TEST_F(SealedRowsTest, DeletesMoreThanOneBite) {
    limits_ = {.per_name = 1'000'000, .per_source = 1'000'000, .per_owner = 1'000'000};
    Database other = Database::open(settings_.path, 5s).value();
    ASSERT_TRUE(other.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) INSERT "
        "INTO sealed (name, mark, owner, source, content, at, expires) SELECT 'a', i, 'o', 's', "
        "'c', 0, 1 FROM n"));
    put({row("b", "young")});
    static_assert(12'000 > 2 * sealed_bite);
    EXPECT_EQ(store_->delete_expired_sealed(now).value(), 12'000U);
    EXPECT_EQ(store_->delete_all_sealed().value(), 1U);
}

TEST_F(SealedRowsTest, DeletedRowsAreWipedFromTheFile) {
    const std::string needle = "what nobody may find later";
    put({row("a", needle)});
    const auto holds = [&] {
        Database other = Database::open(settings_.path, 1s).value();
        EXPECT_TRUE(other.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
        std::ifstream file(settings_.path, std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(file)), {});
        return bytes.find(needle) != std::string::npos;
    };
    EXPECT_TRUE(holds());
    EXPECT_EQ(store_->delete_all_sealed().value(), 1U);
    EXPECT_FALSE(holds());
}

TEST_F(SealedRowsTest, RefusesWhatIsTooMuch) {
    const std::vector<SealedRow> many(Store::max_sealed_rows + 1, row("a", "x"));
    EXPECT_EQ(store_->put_sealed(many, limits_).error().cause, base::Cause::limit);
    const std::vector<SealedRow> longest{row("a", std::string(Store::max_sealed_content, 'x'))};
    EXPECT_TRUE(store_->put_sealed(longest, limits_));
    const std::vector<SealedRow> longer{row("a", std::string(Store::max_sealed_content + 1, 'x'))};
    EXPECT_EQ(store_->put_sealed(longer, limits_).error().cause, base::Cause::limit);
    EXPECT_TRUE(store_->put_sealed({}, limits_));
}

// A file of the first schema gets the table, and keeps what it holds.
TEST_F(SealedRowsTest, AnOlderFileBecomesANewer) {
    ASSERT_TRUE(store_->record_now(
        {.at = now, .kind = "audit", .queue_id = {}, .subject_id = "kept", .detail = base::JsonObject{}}));
    store_ = nullptr;
    {
        Database database = Database::open(settings_.path, 1s).value();
        ASSERT_TRUE(
            database.execute("DROP TABLE sealed; ALTER TABLE quarantine DROP COLUMN deadline; "
                             "ALTER TABLE quarantine DROP COLUMN attempts; "
                             "ALTER TABLE quarantine DROP COLUMN tried_until; DROP INDEX events_by_account; "
                             "DROP INDEX events_by_host; ALTER TABLE events DROP COLUMN account; "
                             "ALTER TABLE events DROP COLUMN host; PRAGMA user_version=1"));
    }
    store_ = Store::open(settings_).value();
    EXPECT_EQ(store_->events("audit", 1).value().at(0).subject_id, "kept");
    put({row("a", "1")});
    EXPECT_THAT(contents({"a"}), ElementsAre("1"));
    EXPECT_TRUE(testing_help::files_in(folder_.path(), ".corrupt-").empty());
}

// Numbers that only another program can have written.
TEST_F(SealedRowsTest, TimesOutOfRangeAreBounded) {
    put({row("a", "1")});
    {
        Database database = Database::open(settings_.path, 1s).value();
        ASSERT_TRUE(
            database.execute("UPDATE sealed SET at = -9223372036854775808, expires = 9223372036854775807"));
    }
    const std::vector<std::string> names{"a"};
    const auto found = store_->sealed(names, now, 10).value();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].at, system_clock::time_point{});
    EXPECT_GT(found[0].expires, now + 24h);
}

TEST_F(SealedRowsTest, ABusyDiskIsToldAndDoesNotStopReaders) {
    put({row("a", "1")});
    Database other = Database::open(settings_.path, 1s).value();
    ASSERT_TRUE(other.execute("BEGIN IMMEDIATE"));
    EXPECT_THAT(contents({"a"}), ElementsAre("1"));
    ASSERT_TRUE(other.execute("ROLLBACK"));
}

TEST_F(SealedRowsTest, ManyThreadsAtOnce) {
    limits_.per_source = 30;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            const std::vector<std::string> names{"n0", "n1", "n2", "n3"};
            for (int i = 0; i < 20; ++i) {
                const std::string name = "n" + std::to_string((t + i) % 4);
                EXPECT_TRUE(store_->put_sealed({row(name, std::to_string(i))}, limits_));
                EXPECT_TRUE(store_->sealed(names, now, 20));
                if (i % 10 == 9) {
                    EXPECT_TRUE(store_->delete_expired_sealed(now));
                }
            }
        });
    }
    threads.clear();
    EXPECT_THAT(contents({"n0", "n1", "n2", "n3"}), SizeIs(30));
}

// Against a model in memory: any order of puts leaves, of each name, the newest marks and nothing else.
TEST_F(SealedRowsTest, AnyOrderOfPutsKeepsTheNewestMarks) {
    std::mt19937 random(5);
    limits_ = {.per_name = 4, .per_source = 1'000, .per_owner = 1'000};
    std::map<std::string, std::map<std::string, int>> model;  // name -> mark -> age, each age once
    for (int step = 0; step < 100; ++step) {
        const std::string name(1, static_cast<char>('a' + random() % 3));
        const std::string mark(1, static_cast<char>('A' + random() % 8));
        const int age = 1'000 - step;
        put({row(name, mark, age * 1ms)});
        auto& marks = model[name];
        marks[mark] = age;
        if (marks.size() > 4)
            marks.erase(std::ranges::max_element(marks, {}, [](const auto& entry) { return entry.second; }));
        std::set<std::string> wanted;
        for (const auto& entry : marks)
            wanted.insert(entry.first);
        const auto found = contents({name});
        ASSERT_EQ(std::set(found.begin(), found.end()), wanted) << step;
        ASSERT_EQ(found.size(), wanted.size());
        ASSERT_EQ(found.front(), mark);
    }
}

}  // namespace
}  // namespace sekisho::store
