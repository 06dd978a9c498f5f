#include "scanner/office/onenote.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include <fmt/format.h>

#include "scanner/office/onenote_properties.h"
#include "scanner/testing.h"
#include "tests/fixtures/corpus.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/mutate.h"
#include "tests/fixtures/onenote_writer.h"

namespace sekisho::scanner::office {
namespace {

using fixtures::OneNoteFileIn;

struct Opened {
    explicit Opened(std::string file, model::ScanLimits limits = {})
        : bytes(std::move(file)), extraction(limits, std::max<std::size_t>(bytes.size(), 1u << 20)) {
        const Part part = test_part(base::as_bytes(bytes), "a.one");
        open_onenote(part, extraction);
    }
    std::string ids() {
        std::set<std::string> all;
        for (const model::Finding& finding : extraction.findings().all())
            all.insert(finding.id);
        return fmt::format("{}", fmt::join(all, " "));
    }
    // "a.pdf (12), (5)": names and sizes, in order.
    std::string files() {
        std::string out;
        for (const TestChild& child : extraction.children)
            out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", child.spec.name, child.bytes.size());
        return out;
    }
    std::string bytes;
    TestExtraction extraction;
};

using Write = std::string (*)(const std::vector<OneNoteFileIn>&, const std::string&);
struct Wrapping {
    std::string name;
    Write write;
};
class OneNoteWrappings : public testing::TestWithParam<Wrapping> {};
INSTANTIATE_TEST_SUITE_P(Both, OneNoteWrappings,
                         testing::Values(Wrapping{"store", fixtures::onenote_store},
                                         Wrapping{"package", fixtures::onenote_package}),
                         [](const auto& info) { return info.param.name; });

TEST_P(OneNoteWrappings, FilesComeOutInOrderUnderTheirNames) {
    const std::string large(70'000, 'x');  // more than a short header can tell
    Opened opened(GetParam().write({{"minutes.pdf", "%PDF-1.4", ".pdf"},
                                    {"", "\x89PNG\r\n\x1A\n", {}},
                                    {"\u8B70\u4E8B\u9332.docx", large, ".docx"}},
                                   "Minutes"));
    EXPECT_EQ(opened.files(), "minutes.pdf (8),  (8), \u8B70\u4E8B\u9332.docx (70000)");
    EXPECT_EQ(opened.ids(), "");
    for (const TestChild& child : opened.extraction.children)
        EXPECT_EQ(child.spec.opened_by, "onenote");
}

struct Judged {
    std::string name;
    OneNoteFileIn file;
    std::string text;
    std::string ids;
};
TEST_P(OneNoteWrappings, WhatRunsIsTold) {
    const std::string link("\x4C\0\0\0\1\x14\2\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 20);
    const std::vector<Judged> cases{
        {"wsf", {"click.wsf", "x", ".wsf"}, "", "onenote.active"},
        {"hta_by_content", {"document", "<html><HTA:APPLICATION id=a></html>", {}}, "", "onenote.active"},
        {"job_by_content", {"picture.png", "<job><script>' INERT</script></job>", {}}, "", "onenote.active"},
        {"batch_by_content", {"a", "\r\n@Echo off\r\nrem INERT", {}}, "", "onenote.active"},
        {"wide_script",
         {"a", "\xFF\xFE" + fixtures::utf16le("Set a = CreateObject(\"WScript.Shell\")"), {}},
         "",
         "onenote.active"},
        {"link", {"invoice.pdf", link, {}}, "", "onenote.active"},
        {"program", {"a.dat", "MZ INERT", {}}, "", "onenote.active"},
        {"encoded", {"a.dat", "#@~^AAAA==", {}}, "", "onenote.active"},
        {"blank_behind_the_extension", {"a.vbs ", "x", {}}, "", "onenote.active"},
        {"with_its_lure", {"a.cmd", "x", {}}, "Double-Click to view file", "onenote.active onenote.lure"},
        {"lure_in_japanese", {"a.bat", "x", {}}, "ダブルクリックして表示", "onenote.active onenote.lure"},
        {"pdf", {"a.pdf", "%PDF-1.4", {}}, "", ""},
        {"book", {"a.xlsx", "PK\3\4", {}}, "", ""},
        {"page", {"a.html", "<html><script>alert(1)</script></html>", {}}, "", ""},
        {"listing", {"a.txt", "CreateObject(\"Excel.Application\") opens a book", {}}, "", ""},
        {"note_that_quotes_code", {"a.txt", "Set a = CreateObject(\"WScript.Shell\")", {}}, "", ""},
        {"old_page", {"a.html", "<script>new ActiveXObject(\"Microsoft.XMLHTTP\")</script>", {}}, "", ""},
        {"page_with_a_shell",
         {"a.html", "<script>new ActiveXObject(\"WScript.Shell\")</script>", {}},
         "",
         "onenote.active"},
        {"picture", {"", "\xFF\xD8\xFF\xE0", ".jpg"}, "", ""},
    };
    for (const Judged& one : cases) {
        Opened opened(GetParam().write({one.file}, one.text));
        EXPECT_EQ(opened.ids(), one.ids) << one.name;
        EXPECT_EQ(opened.extraction.children.size(), 1U) << one.name;
    }
}

TEST(OneNoteFiles, ExtensionsOfDeclarationsCount) {
    Opened opened(fixtures::onenote_store({{"", "x", ".hta"}, {"", "x", ".png"}}));
    EXPECT_EQ(opened.files(), "file1.hta (1), file2.png (1)");
    EXPECT_EQ(opened.ids(), "onenote.active");
}

TEST(OneNoteFiles, FixturesAreWhatTheyShouldBe) {
    EXPECT_EQ(Opened(fixtures::inert_onenote_dropper()).ids(), "onenote.active onenote.lure");
    EXPECT_EQ(Opened(fixtures::benign_onenote()).ids(), "");
}

// Names need the lists of nodes; files do not.
TEST(OneNoteFiles, WithoutListsTheFilesComeOutAllTheSame) {
    std::string bytes = fixtures::onenote_store({{"a.wsf", "<job></job>", ".wsf"}});
    bytes.replace(172, 8, std::string(8, '\xFF'));
    Opened opened(bytes);
    EXPECT_EQ(opened.files(), " (11)");
    EXPECT_EQ(opened.ids(), "onenote.active");
}

TEST(OneNoteFiles, ListsThatLoopEnd) {
    std::string bytes = fixtures::onenote_store({{"a.pdf", "%PDF", ".pdf"}});
    // Each fragment goes on with the root.
    const std::string root = bytes.substr(172, 12);
    const std::string nothing = std::string(4, '\0') + std::string(8, '\xFF') + std::string(4, '\0');
    for (std::size_t at = bytes.find(nothing); at != bytes.npos; at = bytes.find(nothing, at + 1))
        bytes.replace(at + 4, 12, root);
    Opened opened(bytes);
    EXPECT_EQ(opened.files(), "a.pdf (4)");
    EXPECT_TRUE(opened.extraction.budget().reached().empty());
}

TEST(OneNoteFiles, CutOnesAreTold) {
    const std::string bytes = fixtures::onenote_package({{"a.js", std::string(500, 'x'), {}}});
    Opened opened(bytes.substr(0, 400));
    EXPECT_EQ(opened.ids(), "document.damaged");
    ASSERT_EQ(opened.extraction.children.size(), 1U);
    EXPECT_TRUE(opened.extraction.children[0].spec.flags.has(PartFlag::truncated));
}

TEST(OneNoteFiles, ManyAreALimit) {
    std::vector<OneNoteFileIn> files(max_onenote_files + 1, OneNoteFileIn{"", "x", {}});
    std::string bytes = fixtures::onenote_store({});
    for (std::size_t i = 0; i <= max_onenote_files; ++i)
        bytes += fixtures::onenote_store({{"", "x", {}}}).substr(1'024);
    Opened opened(bytes);
    EXPECT_EQ(opened.extraction.children.size(), max_onenote_files);
    EXPECT_EQ(opened.extraction.budget().reached(), std::vector<std::string>{"limit.embedded"});
}

// A set within a set within a set, without end; and counts that the bytes cannot hold.
TEST(OneNoteFiles, PropertiesNestNoDeeperThanAllowed) {
    std::string deep;
    fixtures::put_u32(deep, 0x8000'0000);
    for (int i = 0; i < 10'000; ++i) {
        fixtures::put_u16(deep, 1);
        fixtures::put_u32(deep, 0x44000000);
    }
    Budget budget({}, 1u << 20);
    EXPECT_EQ(read_named_file(base::as_bytes(deep), budget).name, "");
    std::string wide;
    fixtures::put_u32(wide, 0x80FF'FFFF);
    EXPECT_EQ(read_named_file(base::as_bytes(wide), budget).name, "");
}

TEST(OneNoteFilesProperty, EveryCutIsRead) {
    for (const Write write : {fixtures::onenote_store, fixtures::onenote_package}) {
        const std::string bytes = write({{"a.pdf", "%PDF-1.4", ".pdf"}, {"b.js", "x", ".js"}}, "text");
        for (std::size_t size = 0; size <= bytes.size(); ++size) {
            Opened opened(bytes.substr(0, size));
            EXPECT_LE(opened.extraction.children.size(), 2U) << size;
            EXPECT_TRUE(opened.extraction.budget().reached().empty()) << size;
        }
    }
}

TEST(OneNoteFilesProperty, FlippedBytesNeverCrash) {
    std::mt19937 random(7);
    for (const Write write : {fixtures::onenote_store, fixtures::onenote_package}) {
        const std::string bytes = write({{"a.pdf", "%PDF-1.4", ".pdf"}, {"b.js", "x", ".js"}}, "text");
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            std::string bad = bytes;
            bad[at] = static_cast<char>(random());
            Opened opened(std::move(bad));
            EXPECT_LE(opened.extraction.children.size(), 4U) << at;
        }
        for (std::uint32_t seed = 1; seed <= 300; ++seed) {
            Opened opened(fixtures::mutate(bytes, seed));
            EXPECT_LE(opened.extraction.children.size(), max_onenote_files) << seed;
        }
    }
}

// Real sections, as OneDrive gives them out. Of each file the size and the first bytes are told by the format
// that it has itself.
class OneNoteCorpus : public testing::Test {
protected:
    void SetUp() override {
        const std::string directory = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
        if (directory.empty()) GTEST_SKIP() << "the corpus of real files is not here (SEKISHO_CORPUS)";
        files_ = fixtures::corpus_files(directory, {"onenote"});
    }
    std::vector<fixtures::CorpusFile> files_;
};

TEST_F(OneNoteCorpus, AreReadToTheirEndAndStayClean) {
    EXPECT_GE(files_.size(), 8U);
    for (const auto& file : files_) {
        Opened opened(fixtures::read_whole_file(file.path));
        EXPECT_EQ(opened.ids(), "") << file.path;
    }
}

TEST_F(OneNoteCorpus, AttachmentsComeOutUnderTheirNames) {
    const auto file = std::ranges::find_if(
        files_, [](const auto& one) { return one.path.find("716877") != one.path.npos; });
    ASSERT_NE(file, files_.end());
    Opened opened(fixtures::read_whole_file(file->path));
    std::size_t pictures = 0;
    for (const TestChild& child : opened.extraction.children) {
        const std::string_view text = child.text();
        // A PNG ends with its IEND chunk, a PDF with %%EOF: nothing is missing and nothing too much.
        if (text.starts_with("\x89PNG")) {
            ++pictures;
            EXPECT_EQ(text.substr(text.size() - 8, 4), "IEND");
        } else if (text.starts_with("%PDF")) {
            EXPECT_NE(text.substr(text.size() - 8).find("%%EOF"), text.npos);
            EXPECT_TRUE(child.spec.name.ends_with(".pdf")) << child.spec.name;
        } else {
            EXPECT_TRUE(text.starts_with("ID3"));
            EXPECT_TRUE(child.spec.name.ends_with(".mp3")) << child.spec.name;
        }
    }
    EXPECT_EQ(pictures, 3U);
    EXPECT_EQ(opened.extraction.children.size(), 5U);
}

}  // namespace
}  // namespace sekisho::scanner::office
