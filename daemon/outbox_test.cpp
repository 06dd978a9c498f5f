#include "daemon/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "store/testing.h"

namespace sekisho::daemon {
namespace {

using testing::IsEmpty;

class OutboxTest : public testing::Test {
protected:
    testing_help::TempFolder folder_;
    const std::string path_ = folder_.path() + "/deep/box";
    void file(const std::string& name, const std::string& text) { std::ofstream(path_ + "/" + name) << text; }
};

base::Json number(int n) { return base::JsonObject{{"n", n}}; }

TEST_F(OutboxTest, KeepsTheOrderAndOutlivesItsUser) {
    {
        auto box = Outbox::open(path_, 100).value();
        for (int i = 0; i < 20; ++i)
            ASSERT_TRUE(box.put(number(i)));
    }
    auto box = Outbox::open(path_, 100).value();
    const auto names = box.names();
    ASSERT_EQ(names.size(), 20U);
    std::set<std::int64_t> seen;
    for (const auto& name : names) {
        seen.insert(box.read(name)->int_or("n"));
        EXPECT_LE(Outbox::time_of(name), std::chrono::system_clock::now());
        EXPECT_GT(Outbox::time_of(name), std::chrono::system_clock::now() - std::chrono::hours(1));
    }
    EXPECT_EQ(seen.size(), 20U);
    EXPECT_TRUE(std::ranges::is_sorted(names, {}, Outbox::time_of));
    box.remove(names[0]);
    EXPECT_EQ(box.names().size(), 19U);
    EXPECT_FALSE(box.read(names[0]));
}

TEST_F(OutboxTest, IsForItsOwnerAlone) {
    auto box = Outbox::open(path_, 100).value();
    ASSERT_TRUE(box.put(number(1)));
    struct stat info{};
    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
    ASSERT_EQ(::stat((path_ + "/" + box.names()[0]).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(OutboxTest, IsBounded) {
    auto box = Outbox::open(path_, 3).value();
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(box.put(number(i)));
    EXPECT_EQ(box.put(number(3)).error().cause, base::Cause::limit);
    box.remove(box.names()[0]);
    EXPECT_EQ(box.put(base::JsonObject{{"long", std::string(Outbox::max_file, 'x')}}).error().cause,
              base::Cause::limit);
    EXPECT_TRUE(box.put(number(3)));
    EXPECT_EQ(testing_help::files_in(path_).size(), 3U) << "nothing half written is left";
}

TEST_F(OutboxTest, WhatIsHalfWrittenGoesAndWhatIsNotOursStays) {
    {
        auto box = Outbox::open(path_, 3).value();
        file("000001790000000-0123456789abcdef.tmp", "{");
        file("notes.json", "{}");
        file("000001790000000-0123456789abcdef.json", R"({"n":)");
        EXPECT_TRUE(std::filesystem::exists(path_ + "/notes.json"));
    }
    auto box = Outbox::open(path_, 3).value();
    EXPECT_FALSE(std::filesystem::exists(path_ + "/000001790000000-0123456789abcdef.tmp"));
    ASSERT_EQ(box.names().size(), 1U);
    EXPECT_EQ(box.read(box.names()[0]).error().cause, base::Cause::malformed);
    for (const char* name : {"notes.json", "../box/notes.json", "", "/etc/passwd"}) {
        EXPECT_EQ(box.read(name).error().cause, base::Cause::malformed) << name;
        box.remove(name);
    }
    EXPECT_TRUE(std::filesystem::exists(path_ + "/notes.json"));
}

TEST_F(OutboxTest, AFolderThatCannotBeIsSaid) {
    std::ofstream(folder_.path() + "/deep") << "a file";
    EXPECT_FALSE(Outbox::open(path_, 3));
    std::filesystem::remove(folder_.path() + "/deep");
    auto box = Outbox::open(path_, 3).value();
    std::filesystem::remove_all(path_);
    EXPECT_THAT(box.names(), IsEmpty());
    EXPECT_EQ(box.put(number(1)).error().cause, base::Cause::io);
}

}  // namespace
}  // namespace sekisho::daemon
