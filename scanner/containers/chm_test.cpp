// HTML Help files by Free Pascal's chmcmd, and what chmlib's extract_chmLib makes of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

#include "scanner/containers/chm_open.h"
#include "scanner/containers/chm_reader.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

using Files = std::map<std::string, std::string>;

// The compiler is given pages and takes what they show along.
Files some_files() {
    return {{"index.html",
             "<html><body><a href=\"sub/page.html\">page</a>" + sample_text(90'000) + "</body></html>"},
            {"sub/page.html", "<html><body><img src=\"pic.gif\">" + sample_text(500) + "</body></html>"},
            {"sub/pic.gif", "GIF89a, as its name says"},
            {"toc.hhc",
             "<HTML><BODY><UL><LI><OBJECT type=\"text/sitemap\"><param name=\"Name\" value=\"Index\">"
             "<param name=\"Local\" value=\"index.html\"></OBJECT></UL></BODY></HTML>"}};
}

std::string compiled(const Scratch& scratch, const Files& files) {
    std::string pages;
    for (const auto& [name, bytes] : files) {
        scratch.write(name, bytes);
        if (name.ends_with(".html")) pages += name + "\n";
    }
    scratch.write("a.hhp",
                  "[OPTIONS]\nCompatibility=1.1 or later\nCompiled file=a.chm\nContents file=toc.hhc\n"
                  "Default topic=index.html\nTitle=Sample\n\n[FILES]\n" +
                      pages);
    scratch.run("chmcmd a.hhp");
    return scratch.read("a.chm");
}

void open(std::string_view file, TestExtraction& extraction) {
    open_with(chm_format, file, extraction, "a.chm");
}

bool is_quiet(TestExtraction& extraction) {
    return extraction.findings().all().empty() && extraction.budget().reached().empty();
}

TEST(Chm, ComesOutByteExact) {
    const Scratch scratch;
    const std::string file = compiled(scratch, some_files());
    EXPECT_EQ(chm_format.recognise(base::as_bytes(file), {}), sure_match);
    TestExtraction extraction({}, file.size());
    open(file, extraction);
    EXPECT_TRUE(is_quiet(extraction));
    for (const auto& [name, bytes] : some_files())
        EXPECT_EQ(hash_of_child(extraction, name), sha256_of(bytes)) << name;
    // Besides, all that another reader finds.
    scratch.run("extract_chmLib a.chm out");
    std::size_t others = 0;
    for (const auto& each : std::filesystem::recursive_directory_iterator(scratch.path() / "out")) {
        if (!each.is_regular_file()) continue;
        const std::string name = std::filesystem::relative(each.path(), scratch.path() / "out").string();
        EXPECT_EQ(hash_of_child(extraction, name), sha256_of(scratch.read("out/" + name))) << name;
        ++others;
    }
    EXPECT_EQ(extraction.children.size(), others);
}

TEST(Chm, IsWhatRunsOnADoubleClick) {
    const std::string file = "ITSF\3";
    const Part part = test_part(base::as_bytes(file), "help.chm");
    TestExtraction extraction;
    chm_format.inspect(part, extraction.findings());
    EXPECT_TRUE(has(extraction, "file.script"));
}

TEST(Chm, NotAHelpFile) {
    EXPECT_EQ(chm_format.recognise({}, {}), no_match);
    EXPECT_EQ(chm_format.recognise(base::as_bytes("ITSF is how they begin"), {}), no_match);
    for (const std::size_t zeros : {0u, 10u, 100u, 5'000u}) {
        TestExtraction extraction;
        open(std::string("ITSF\3\0\0\0", 8) + std::string(zeros, '\0'), extraction);
        EXPECT_TRUE(has(extraction, "archive.damaged")) << zeros;
    }
}

// A directory of two pages and more.
class BrokenChm : public testing::Test {
protected:
    void SetUp() override {
        for (int i = 0; i < 150; ++i)
            originals["page-of-a-long-name-" + std::to_string(i) + ".html"] = "<html>" + sample_text(20);
        originals["toc.hhc"] = "<HTML><BODY></BODY></HTML>";
        file = compiled(scratch, originals);
        directory = file.find("ITSP");
        first_page = file.find("PMGL");
    }
    void expect_damaged(std::string_view wrong) {
        TestExtraction extraction({}, file.size());
        open(wrong, extraction);
        EXPECT_TRUE(has(extraction, "archive.damaged"));
    }
    static constexpr std::size_t page_bytes = 4'096;
    const Scratch scratch;
    Files originals;
    std::string file;
    std::size_t directory = 0;
    std::size_t first_page = 0;
};

// Which pages have entries is what the header says as well, and Free Pascal's compiler says it wrong.
TEST_F(BrokenChm, PagesThatTheHeaderLeavesOut) {
    for (const std::size_t field : {0x20u, 0x24u}) {
        for (const char value : {'\0', '\1'}) {
            std::string wrong = file;
            wrong[directory + field] = value;
            TestExtraction extraction({}, file.size());
            open(wrong, extraction);
            EXPECT_TRUE(is_quiet(extraction));
            for (const auto& [name, bytes] : originals)
                EXPECT_EQ(hash_of_child(extraction, name), sha256_of(bytes)) << name;
        }
    }
}

TEST_F(BrokenChm, EntriesThatAPageLeavesOut) {
    for (const int change : {-1, 1}) {
        std::string wrong = file;
        wrong[first_page + page_bytes - 2] = static_cast<char>(wrong[first_page + page_bytes - 2] + change);
        expect_damaged(wrong);
    }
    // The length of a name: what follows is read as something else.
    std::string wrong = file;
    const std::size_t name = wrong.find("/page-of-a-long-name-1.html");
    ++wrong[name - 1];
    expect_damaged(wrong);
}

TEST_F(BrokenChm, FilesThatAreNamedLikeDirectories) {
    std::string wrong = file;
    wrong[wrong.find("/page-of-a-long-name-1.html") + 26] = '/';
    TestExtraction extraction({}, file.size());
    open(wrong, extraction);
    EXPECT_EQ(hash_of_child(extraction, "page-of-a-long-name-1.htm/"), sha256_of("<html>" + sample_text(20)));
}

TEST_F(BrokenChm, WhatIsBehindIsNotCovered) {
    EXPECT_EQ(chm_format.holds, Holds::suspiciously);
    const std::string longer = file + "PK\3\4 and whatever else is behind it";
    TestExtraction extraction({}, longer.size());
    open(longer, extraction);
    EXPECT_TRUE(is_quiet(extraction));
    ASSERT_FALSE(extraction.covered.empty());
    std::size_t covered = 0;
    for (const base::Bytes bytes : extraction.covered) {
        EXPECT_LE(&bytes.back() - base::as_bytes(longer).data(), static_cast<std::ptrdiff_t>(file.size()));
        covered += bytes.size();
    }
    EXPECT_GT(covered, 0u);
}

// Compression begins anew every 64 KB or so: one broken block is not the end of the files behind it.
TEST(Chm, GoesOnBehindABreak) {
    const Scratch scratch;
    Files files{{"toc.hhc", "<HTML><BODY></BODY></HTML>"}};
    for (const char name : {'a', 'b', 'c', 'd', 'e', 'f'}) {
        std::string page = "<html>";
        for (int line = 0; line < 8'000; ++line)
            page += std::string(1, name) + std::to_string(line * 37 % 8'000) + "<br>";
        files[std::string(1, name) + ".html"] = page;
    }
    std::string file = compiled(scratch, files);
    Budget budget({}, file.size());
    const auto reader = ChmReader::open(base::as_bytes(file), budget);
    ASSERT_TRUE(reader);
    const base::Bytes section = reader->section(false);
    ASSERT_GT(section.size(), 10'000u);
    const auto begin = static_cast<std::size_t>(section.data() - base::as_bytes(file).data());
    std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(begin + 100), 64, '\xFF');

    TestExtraction extraction({}, file.size());
    open(file, extraction);
    EXPECT_TRUE(has(extraction, "archive.damaged"));
    std::size_t whole = 0;
    for (const auto& [name, bytes] : files) {
        const bool is_there = std::ranges::any_of(extraction.children, [&](const TestChild& child) {
            return child.spec.name == name && child.text() == bytes;
        });
        whole += is_there ? 1 : 0;
    }
    EXPECT_GE(whole, 4u);
    EXPECT_LT(whole, files.size());
}

class HostileChm : public testing::Test {
protected:
    void SetUp() override {
        originals["index.html"] = "<html><body>" + sample_text(3'000) + "</body></html>";
        originals["toc.hhc"] = "<HTML><BODY></BODY></HTML>";
        file = compiled(scratch, originals);
    }
    const Scratch scratch;
    Files originals;
    std::string file;
};

TEST_F(HostileChm, CutAnywhere) {
    for (std::size_t size = 8; size < file.size(); size += 7) {
        TestExtraction extraction({}, file.size());
        open(std::string_view(file).substr(0, size), extraction);
        EXPECT_FALSE(is_quiet(extraction)) << size << " of " << file.size();
    }
}

// The format has no checksum: what is asked is that it ends, within the Budget.
TEST_F(HostileChm, EveryByteWrong) {
    for (std::size_t at = 8; at < file.size(); ++at) {
        std::string wrong = file;
        wrong[at] = static_cast<char>(~wrong[at]);
        TestExtraction extraction({.max_bytes_out = 8u << 20}, file.size());
        open(wrong, extraction);
        std::uint64_t bytes = 0;
        for (const TestChild& child : extraction.children)
            bytes += child.bytes.size();
        EXPECT_LE(bytes, 8u << 20) << at;
    }
}

TEST_F(HostileChm, BytesOfAnyKind) {
    std::mt19937 random(3);  // NOLINT: the same bytes each time
    for (int round = 0; round < 2'000; ++round) {
        std::string wrong = file;
        for (int i = 0; i < 6; ++i)
            wrong[8 + random() % (wrong.size() - 8)] = static_cast<char>(random() % 2 == 0 ? random() : 0xFF);
        TestExtraction extraction({.max_bytes_out = 8u << 20}, file.size());
        open(wrong, extraction);
    }
}

TEST_F(HostileChm, MemoryAndStepsAreCharged) {
    for (const model::ScanLimits& limits :
         {model::ScanLimits{.max_resident_bytes = 4'096}, model::ScanLimits{.max_steps = 100},
          model::ScanLimits{.max_bytes_out = 100}}) {
        TestExtraction extraction(limits, file.size());
        open(file, extraction);
        EXPECT_FALSE(extraction.budget().reached().empty());
    }
    // What the library took is given back.
    Budget budget({}, file.size());
    for (int i = 0; i < 200; ++i)
        EXPECT_TRUE(ChmReader::open(base::as_bytes(file), budget));
    EXPECT_TRUE(budget.spend_resident(budget.limits().max_resident_bytes));
}

}  // namespace
}  // namespace sekisho::scanner::containers
