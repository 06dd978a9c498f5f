#include "cli/part_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/json.h"

namespace sekisho::cli {
namespace {

namespace fs = std::filesystem;

class PartFilesTest : public ::testing::Test {
protected:
    PartFilesTest() {
        std::string pattern = fs::temp_directory_path() / "sekisho-unpack-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~PartFilesTest() override { fs::remove_all(folder_); }

    static model::PartSummary part(std::string path) {
        model::PartSummary out;
        out.path = std::move(path);
        out.name = "../../evil";
        return out;
    }
    std::string read(const std::string& name) const {
        return base::read_file(folder_ / "out" / name, 1u << 26).value_or("(none)");
    }
    std::string out() const { return folder_ / "out"; }

    fs::path folder_;
};

TEST_F(PartFilesTest, WritesPartsAndManifestUnderNamesOfOurOwn) {
    auto files = PartFiles::create(out(), 1'000, 10);
    ASSERT_TRUE(files) << files.error().message;
    for (const char* path : {"message", "message/1:../../etc/passwd", "message/1:../../etc/passwd"}) {
        ASSERT_TRUE((*files)->begin(part(path)));
        ASSERT_TRUE((*files)->data(base::as_bytes("he")));
        ASSERT_TRUE((*files)->data(base::as_bytes("llo")));
        ASSERT_TRUE((*files)->end());
    }
    ASSERT_TRUE((*files)->finish());
    EXPECT_EQ(read("manifest.json"),
              R"J({"message":"part-00000.bin","message/1:../../etc/passwd":"part-00001.bin",)J"
              R"J("message/1:../../etc/passwd (2)":"part-00002.bin"})J"
              "\n");
    EXPECT_EQ(read("part-00001.bin"), "hello");
    EXPECT_EQ(std::distance(fs::directory_iterator(out()), fs::directory_iterator()), 4);
    struct stat info{};
    ASSERT_EQ(::stat((out() + "/part-00001.bin").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

TEST_F(PartFilesTest, ZerosAreHoles) {
    auto files = PartFiles::create(out(), 100u << 20, 10);
    ASSERT_TRUE(files);
    const std::string zeros(1u << 20, '\0');
    ASSERT_TRUE((*files)->begin(part("message")));
    ASSERT_TRUE((*files)->data(base::as_bytes("x")));
    for (int i = 0; i < 30; ++i) {
        ASSERT_TRUE((*files)->data(base::as_bytes(zeros)));
    }
    ASSERT_TRUE((*files)->end());
    ASSERT_TRUE((*files)->finish());
    struct stat info{};
    ASSERT_EQ(::stat((out() + "/part-00000.bin").c_str(), &info), 0);
    EXPECT_EQ(info.st_size, 1 + (30 << 20));
    EXPECT_EQ(read("part-00000.bin"), "x" + std::string(30u << 20, '\0'));
}

TEST_F(PartFilesTest, LimitsHoldAgainstAWorkerThatSendsTooMuch) {
    auto files = PartFiles::create(out(), 10, 2);
    ASSERT_TRUE(files);
    EXPECT_FALSE((*files)->data(base::as_bytes("before any part")));
    ASSERT_TRUE((*files)->begin(part("a")));
    ASSERT_TRUE((*files)->data(base::as_bytes("12345")));
    ASSERT_TRUE((*files)->end());
    ASSERT_TRUE((*files)->begin(part("b")));
    EXPECT_FALSE((*files)->data(base::as_bytes("123456")));
    EXPECT_FALSE((*files)->begin(part("c")));
    EXPECT_FALSE((*files)->finish());
}

TEST_F(PartFilesTest, WhatFailsTakesItsFilesAndFoldersAway) {
    const std::string deep = out() + "/a/b";
    for (const bool finishes : {false, true}) {
        auto files = PartFiles::create(deep, 10, 2);
        ASSERT_TRUE(files) << files.error().message;
        ASSERT_TRUE((*files)->begin(part("a")));
        EXPECT_TRUE(fs::exists(deep + "/part-00000.bin"));
        if (finishes) {
            EXPECT_FALSE((*files)->data(base::as_bytes("more than ten")));
            EXPECT_FALSE((*files)->finish());
        } else {
            (*files)->abandon();
        }
        EXPECT_FALSE(fs::exists(out()));
    }
    auto none = PartFiles::create(deep, 10, 2);
    ASSERT_TRUE(none);
    EXPECT_TRUE((*none)->finish()) << "no part at all";
    EXPECT_FALSE(fs::exists(out()));
    // What others have put there stays, and the folders that hold it.
    auto other = PartFiles::create(deep, 10, 2);
    std::ofstream(out() + "/a/other") << "x";
    (*other)->abandon();
    EXPECT_FALSE(fs::exists(deep));
    EXPECT_TRUE(fs::exists(out() + "/a/other"));
    EXPECT_FALSE(PartFiles::create(out() + "/a/other/c", 10, 2));
}

TEST_F(PartFilesTest, NothingThatIsThereIsTouched) {
    fs::create_directory(out());
    std::ofstream(out() + "/keep") << "mine";
    fs::create_symlink(folder_ / "target", out() + "/part-00000.bin");
    auto files = PartFiles::create(out(), 100, 10);
    ASSERT_TRUE(files);
    EXPECT_FALSE((*files)->begin(part("message"))) << "a link that was laid out is not followed";
    EXPECT_FALSE(fs::exists(folder_ / "target"));
    EXPECT_FALSE((*files)->finish());
    std::ofstream(out() + "/manifest.json") << "{}";
    EXPECT_FALSE(PartFiles::create(out(), 100, 10));
    EXPECT_FALSE(PartFiles::create(out() + "/keep", 100, 10)) << "a file is no folder";
    EXPECT_EQ(read("keep"), "mine");
}

}  // namespace
}  // namespace sekisho::cli
