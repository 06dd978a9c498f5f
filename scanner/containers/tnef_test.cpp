#include "scanner/containers/tnef.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include "scanner/containers/rtf_compressed.h"
#include "scanner/containers/test_tools.h"
#include "scanner/containers/tnef_test_writer.h"

namespace sekisho::scanner::containers {
namespace {

constexpr std::uint32_t iid_message = 0x0002'0307;
constexpr std::uint32_t iid_storage = 0x0000'000B;

std::string text_of_child(const TestExtraction& extraction, std::string_view label) {
    for (const TestChild& child : extraction.children) {
        if (child.spec.label == label) return std::string(child.text());
    }
    return "(none)";
}

std::set<std::string> hashes_of(const TestExtraction& extraction) {
    std::set<std::string> out;
    for (const TestChild& child : extraction.children)
        out.insert(sha256_of(child.bytes));
    return out;
}

bool says_incomplete(TestExtraction& extraction) {
    return has(extraction, "archive.damaged") || has(extraction, "archive.member-skipped") ||
           !extraction.budget().reached().empty();
}

std::string three_files() {
    return TnefWriter()
        .message(PropertyListWriter().text(0x0037, "Invoice").text(0x1000, "The password is 4711."))
        .attachment("one.txt", "first file")
        .attachment("two.bin", std::string("\0\1\2\xFF", 4) + sample_text(5'000))
        .attachment("empty.txt", "")
        .bytes();
}

TEST(Tnef, GivesWhatOtherReadersExtract) {
    Scratch scratch;
    const std::string file = three_files();
    scratch.write("winmail.dat", file);
    scratch.run("mkdir t y && tnef -C t winmail.dat && ytnef -f y winmail.dat");
    TestExtraction extraction;
    open_with(tnef_format, file, extraction);
    for (const char* name : {"one.txt", "two.bin"}) {
        EXPECT_EQ(hash_of_child(extraction, name), sha256_of(scratch.read(std::string("t/") + name))) << name;
        EXPECT_EQ(hash_of_child(extraction, name), sha256_of(scratch.read(std::string("y/") + name))) << name;
    }
    EXPECT_EQ(hash_of_child(extraction, "empty.txt"), sha256_of(""));
    EXPECT_EQ(text_of_child(extraction, "body"), std::string("The password is 4711.\0", 22));
    EXPECT_NE(text_of_child(extraction, "header").find("Invoice"), std::string::npos);
    EXPECT_EQ(extraction.message().subject, "Invoice");
    EXPECT_TRUE(extraction.findings().all().empty());
}

TEST(Tnef, RealFilesGiveWhatTnefExtracts) {
    if (corpus().empty()) GTEST_SKIP() << "no corpus of real files here (SEKISHO_CORPUS)";
    std::size_t files = 0;
    for (const CorpusFile& row : corpus_files()) {
        if (row.kind != "tnef") continue;
        Scratch scratch;
        scratch.run("tnef --save-body=body -C . '" + (corpus() / row.path).string() + "'; rm -f out.txt");
        std::ifstream in(corpus() / row.path, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        TestExtraction extraction;
        open_with(tnef_format, bytes, extraction);
        EXPECT_TRUE(extraction.findings().all().empty()) << row.path;
        // tnef decompresses the RTF that comes out compressed here.
        std::set<std::string> hashes = hashes_of(extraction);
        const std::size_t direct = extraction.children.size();
        for (std::size_t i = 0; i < direct; ++i) {
            const std::string child(extraction.children[i].text());
            if (compressed_rtf_format.recognise(base::as_bytes(child), {}) == no_match) continue;
            TestExtraction inner;
            open_with(compressed_rtf_format, child, inner);
            EXPECT_TRUE(inner.findings().all().empty()) << row.path;
            hashes.merge(hashes_of(inner));
        }
        for (const auto& entry : std::filesystem::directory_iterator(scratch.path())) {
            const std::string name = entry.path().filename();
            if (name == "out.txt") continue;
            ++files;
            EXPECT_TRUE(hashes.contains(sha256_of(scratch.read(name)))) << row.path << ": " << name;
        }
    }
    EXPECT_GT(files, 8u);
}

TEST(Tnef, MalformedRealFilesAreTold) {
    if (corpus().empty()) GTEST_SKIP() << "no corpus of real files here (SEKISHO_CORPUS)";
    for (const CorpusFile& row : corpus_files()) {
        if (row.kind != "tnef-malformed") continue;
        std::ifstream in(corpus() / row.path, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        TestExtraction extraction;
        open_with(tnef_format, bytes, extraction);
        EXPECT_TRUE(has(extraction, "archive.damaged")) << row.path;
    }
}

TEST(Tnef, NamesAreTheLongOnesInTheirCharset) {
    const std::string file =
        TnefWriter()
            .code_page(932)
            .begin_attachment()
            .title("\x90\xBF\x8B\x81~1.XLS")
            .data("a")
            .properties(PropertyListWriter().text(0x3707, "\x90\xBF\x8B\x81\x8F\x91.xls").text(0x370E, "a/b"))
            .begin_attachment()
            .data("b")
            .properties(PropertyListWriter().sized(0x3707, 0x001F, std::string("\x42\x30.\0d\0\0\0", 8)))
            .begin_attachment()
            .title("only.title")
            .data("c")
            .bytes();
    TestExtraction extraction;
    open_with(tnef_format, file, extraction);
    ASSERT_EQ(extraction.children.size(), 3u);
    EXPECT_EQ(extraction.children[0].spec.name, "請求書.xls");
    EXPECT_EQ(extraction.children[0].spec.claimed_type, "a/b");
    EXPECT_EQ(extraction.children[1].spec.name, "あ.d");
    EXPECT_EQ(extraction.children[2].spec.name, "only.title");
}

TEST(Tnef, TwoNamesOfDifferentKindsAreBothShown) {
    struct Row {
        const char* title;
        const char* name;
        std::size_t children;
    };
    for (const Row& row : {Row{"QUICK~1.HTM", "quick.html", 1}, Row{"a.DOC", "a.docx", 1},
                           Row{"a.exe", "a.txt", 2}, Row{"a.js", "a.json", 2}, Row{"noext", "a.txt", 1}}) {
        const std::string file = TnefWriter()
                                     .begin_attachment()
                                     .title(row.title)
                                     .data("x")
                                     .properties(PropertyListWriter().text(0x3707, row.name))
                                     .bytes();
        TestExtraction extraction;
        open_with(tnef_format, file, extraction);
        EXPECT_EQ(extraction.children.size(), row.children) << row.title;
        EXPECT_EQ(extraction.children[0].spec.name, row.name);
    }
}

TEST(Tnef, EmbeddedMessagesAndObjectsComeOut) {
    const std::string inner = TnefWriter().attachment("inner.txt", "inside").bytes();
    const std::string file =
        TnefWriter()
            .begin_attachment()
            .title("Embedded")
            .properties(PropertyListWriter().number(0x3705, 5).object(0x3701, iid_message, inner))
            .begin_attachment()
            .title("Object")
            .properties(PropertyListWriter().object(0x3701, iid_storage, "\xD0\xCF storage"))
            .begin_attachment()
            .title("Both")
            .data("the same")
            .properties(PropertyListWriter().sized(0x3701, 0x0102, "the same"))
            .bytes();
    TestExtraction extraction;
    open_with(tnef_format, file, extraction);
    ASSERT_EQ(extraction.children.size(), 3u);
    EXPECT_EQ(extraction.children[0].text(), inner);
    EXPECT_EQ(tnef_format.recognise(extraction.children[0].bytes, {}), sure_match);
    EXPECT_EQ(extraction.children[1].text(), "\xD0\xCF storage");
    EXPECT_EQ(extraction.children[2].text(), "the same");
    EXPECT_TRUE(extraction.findings().all().empty());
}

TEST(Tnef, TextsComeOutWithTheirCharset) {
    std::string triple("\4\0\x20\0\6\0\x0B\0", 8);
    triple += std::string("Alice\0a@b.example\0", 18);
    const std::string file = TnefWriter()
                                 .code_page(1251)
                                 .attribute(1, 0x0000'8000, triple)
                                 .attribute(1, 0x0001'8004, std::string("\xCF\xF0\0", 3))
                                 .attribute(1, 0x0002'800C, "old body")
                                 .message(PropertyListWriter()
                                              .wide(0x1000, "wide body")
                                              .number(0x3FDE, 65001)
                                              .sized(0x1013, 0x0102, "<p>html</p>")
                                              .text(0x007D, "Received: from x\r\nSubject: y\r\n")
                                              .sized(0x1009, 0x0102, "rtf"))
                                 .bytes();
    TestExtraction extraction;
    open_with(tnef_format, file, extraction);
    ASSERT_EQ(extraction.children.size(), 5u);
    const std::string_view header = extraction.children[0].text();
    EXPECT_TRUE(header.starts_with("(properties of the message)\nПр\n")) << header;
    for (const char* piece : {"Alice", "a@b.example", "Received: from x"})
        EXPECT_NE(header.find(piece), header.npos) << piece;
    EXPECT_EQ(extraction.children[1].text(), "old body");
    EXPECT_EQ(extraction.children[1].spec.charset, "windows-1251");
    EXPECT_EQ(extraction.children[2].text(), std::string("wide body\0", 10));
    EXPECT_EQ(extraction.children[2].spec.charset, "utf-8");
    EXPECT_EQ(extraction.children[3].spec.claimed_type, "text/html");
    EXPECT_EQ(extraction.children[3].spec.charset, "utf-8");
    EXPECT_EQ(extraction.children[4].spec.label, "rtf-body");
}

TEST(Tnef, WrongChecksumIsToldAndTheDataUsed) {
    std::string file = three_files();
    const std::size_t at = file.find("first file");
    file[at] = 'F';
    TestExtraction extraction;
    open_with(tnef_format, file, extraction);
    EXPECT_TRUE(has(extraction, "archive.damaged"));
    EXPECT_EQ(hash_of_child(extraction, "one.txt"), sha256_of("First file"));
    EXPECT_NE(child_named(extraction, "two.bin"), nullptr);
}

TEST(Tnef, AttachmentsWithoutDataAreTold) {
    const std::string file =
        TnefWriter()
            .begin_attachment()
            .title("gone.doc")
            .begin_attachment()
            .properties(PropertyListWriter().text(0x3707, "far.doc").text(0x370D, "\\\\server\\far.doc"))
            .begin_attachment()
            .bytes();
    TestExtraction extraction;
    open_with(tnef_format, file, extraction);
    EXPECT_TRUE(has(extraction, "archive.member-skipped"));
    EXPECT_TRUE(has(extraction, "mime.external-body"));
    ASSERT_EQ(extraction.children.size(), 2u);
    EXPECT_TRUE(extraction.children[0].skipped);
}

TEST(Tnef, HostileCountsAndLengthsEnd) {
    const std::string huge("\xFF\xFF\xFF\xFF", 4);
    const std::string rows[] = {
        huge,                                                            // so many properties
        std::string("\1\0\0\0\x1E\0\x37\0", 8) + huge,                   // so many values
        std::string("\1\0\0\0\x1E\0\x37\0\1\0\0\0", 12) + huge + "abc",  // so long a value
        std::string("\1\0\0\0\x1E\0\x37\x90", 8) + std::string(16, 'g') + std::string("\1\0\0\0", 4) + huge,
        std::string("\1\0\0\0\x01\x10\x37\0", 8) + huge,  // a type without a size
        std::string("\1\0\0\0\x03\x10\x37\0", 8) + huge,  // numbers without end
        std::string("\1\0", 2),
    };
    for (const std::string& list : rows) {
        const std::string file = TnefWriter()
                                     .attribute(1, 0x0006'9003, list)
                                     .attribute(2, 0x0006'9005, list)
                                     .attachment("a", "b")
                                     .bytes();
        TestExtraction extraction;
        open_with(tnef_format, file, extraction);
        EXPECT_TRUE(has(extraction, "archive.damaged"));
        EXPECT_EQ(hash_of_child(extraction, "a"), sha256_of("b"));
    }
    std::string file = TnefWriter().attachment("a", "b").bytes();
    file += std::string("\2\x0F\x80\6\0", 5) + huge + "cut data";
    TestExtraction extraction;
    open_with(tnef_format, file, extraction);
    EXPECT_TRUE(has(extraction, "archive.damaged"));
    EXPECT_EQ(extraction.children.back().text(), "cut data");
    EXPECT_TRUE(extraction.children.back().spec.flags.has(PartFlag::truncated));
}

TEST(Tnef, WhatStandsBehindTheLastAttributeIsShown) {
    const std::string file = three_files();
    for (const auto& [tail, told] :
         {std::pair{"\r\n", false}, std::pair{"\x01", true}, std::pair{"PK-more", true}}) {
        TestExtraction extraction;
        const std::string bytes = file + tail;
        open_with(tnef_format, bytes, extraction);
        EXPECT_EQ(has(extraction, "archive.damaged"), told) << tail;
        EXPECT_EQ(text_of_child(extraction, "tail"), told ? tail : "(none)");
    }
}

TEST(Tnef, IsToldByItsSignatureAlone) {
    const std::string file = three_files();
    EXPECT_EQ(tnef_format.recognise(base::as_bytes(file), "a.jpg"), sure_match);
    for (std::size_t i = 0; i < 4; ++i) {
        std::string near = file;
        near[i] = static_cast<char>(near[i] ^ 1);
        EXPECT_EQ(tnef_format.recognise(base::as_bytes(near), "winmail.dat"), no_match);
        EXPECT_EQ(tnef_format.recognise(base::as_bytes(file.substr(0, i)), "winmail.dat"), no_match);
    }
}

// The format has no end mark: a cut right behind an attribute shows nothing. Everywhere else it is told.
TEST(TnefProperty, EveryCutIsTold) {
    const std::string file = three_files();
    std::set<std::size_t> boundaries;
    for (std::size_t at = 6; at < file.size();) {
        boundaries.insert(at);
        std::uint32_t length = 0;
        for (std::size_t i = 0; i < 4; ++i)
            length |= std::uint32_t{static_cast<unsigned char>(file[at + 5 + i])} << (8 * i);
        at += 11 + length;
    }
    for (std::size_t cut = 4; cut < file.size(); ++cut) {
        TestExtraction extraction;
        const std::string bytes = file.substr(0, cut);
        open_with(tnef_format, bytes, extraction);
        const bool visible = !boundaries.contains(cut) || cut == 6;
        EXPECT_TRUE(!visible || says_incomplete(extraction)) << cut;
    }
}

TEST(TnefProperty, FlippedDataIsToldAndFlipsNeverCrash) {
    const std::string file = TnefWriter()
                                 .message(PropertyListWriter().text(0x0037, "s").wide(0x1000, "b"))
                                 .attachment("one.txt", "first file")
                                 .bytes();
    const std::size_t data = file.find("first file");
    for (std::size_t bit = 32; bit < file.size() * 8; ++bit) {
        std::string bytes = file;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        TestExtraction extraction;
        open_with(tnef_format, bytes, extraction);
        const bool of_data = bit / 8 >= data && bit / 8 < data + 12;
        EXPECT_TRUE(!of_data || has(extraction, "archive.damaged")) << bit;
    }
    std::mt19937 random(20);  // NOLINT: the same each time
    for (int round = 0; round < 2'000; ++round) {
        std::string bytes = file;
        for (int i = 0; i < 8; ++i)
            bytes[4 + random() % (bytes.size() - 4)] = static_cast<char>(random());
        TestExtraction extraction;
        open_with(tnef_format, bytes, extraction);
    }
}

TEST(Tnef, CostGrowsWithTheSizeAlone) {
    TnefWriter writer;
    PropertyListWriter list;
    for (int i = 0; i < 20'000; ++i) {
        writer.attribute(1, 0x0001'8004, "s").attribute(2, 0x0001'8010, "t");
        list.text(0x3707, "n");
    }
    writer.properties(list).data("x");
    model::ScanLimits limits;
    limits.max_steps = 2 * writer.bytes().size();
    TestExtraction extraction(limits);
    open_with(tnef_format, writer.bytes(), extraction);
    EXPECT_TRUE(extraction.budget().reached().empty());
    EXPECT_EQ(extraction.children.size(), 2u);
}

TEST(Tnef, PartsAreChargedToTheBudget) {
    TnefWriter writer;
    for (int i = 0; i < 50; ++i)
        writer.attachment("a", "b");
    model::ScanLimits limits;
    limits.max_parts = 10;
    TestExtraction extraction(limits);
    open_with(tnef_format, writer.bytes(), extraction);
    EXPECT_EQ(extraction.budget().reached(), std::vector<std::string>{"limit.parts"});
    EXPECT_LE(extraction.children.size(), 10u);
}

}  // namespace
}  // namespace sekisho::scanner::containers
