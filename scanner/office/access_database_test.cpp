#include "scanner/office/access_database.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/office/access_testing.h"
#include "scanner/office/cfb.h"
#include "scanner/office/vba.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/scratch.h"

namespace sekisho::scanner::office {
namespace {

using fixtures::AccessFileIn;
using fixtures::AccessTableIn;
using fixtures::AccessType;

using Opened = OpenedAccess;

const std::string kanji = "\u8ACB\u6C42\u66F8";  // "invoice"

struct Layout {
    std::string name;
    AccessFileIn file;
};
std::vector<Layout> layouts() {
    std::vector<Layout> out;
    for (const int version : {0, 1, 2, 5}) {
        AccessFileIn file{.version = static_cast<std::uint8_t>(version), .tables = {letters(version == 0)}};
        out.push_back({fmt::format("version {}", version), file});
        file.piece = 700;
        out.push_back({fmt::format("version {}, in pieces", version), file});
        file.moved = true;
        file.compressed = false;
        file.most_rows = 1;
        out.push_back({fmt::format("version {}, moved", version), file});
    }
    return out;
}

TEST(AccessDatabase, TextsOfRowsComeOut) {
    for (const Layout& layout : layouts()) {
        const bool jet3 = layout.file.version == 0;
        const std::string other = jet3 ? "Rechnung" : kanji;
        Opened opened(fixtures::write_access(layout.file));
        EXPECT_EQ(opened.ids(), "") << layout.name << opened.evidence("office.access.partly");
        EXPECT_EQ(opened.labels(), "texts") << layout.name;
        EXPECT_EQ(opened.text_of("texts"), "MSysObjects\nLetters\nFirst\tA short one\t" + other +
                                               "\nSecond\t" + std::string(10'000, 'b') + other +
                                               "\tmore\nThird\tr\t" + std::string(3'000, 'c') + "\n")
            << layout.name;
    }
}

// Another program reads the same files: what it shows of a table is what comes out of it.
TEST(AccessDatabase, TextsAreThoseThatMdbExportShows) {
    const fixtures::Scratch scratch;
    for (const Layout& layout : layouts()) {
        Opened opened(fixtures::write_access(layout.file));
        scratch.write("a.mdb", opened.bytes);
        EXPECT_EQ(scratch.run("mdb-ver a.mdb > version; mdb-tables -1 a.mdb > tables && "
                              "mdb-export -H -Q -d '|' a.mdb Letters > rows"),
                  "")
            << layout.name;
        EXPECT_EQ(scratch.read("tables"), "Letters\n") << layout.name;
        EXPECT_EQ(scratch.read("version").starts_with(layout.file.version == 0   ? "JET3"
                                                      : layout.file.version == 1 ? "JET4"
                                                                                 : "ACE"),
                  true)
            << scratch.read("version");
        std::string expected = "MSysObjects\nLetters\n";
        const std::string rows = scratch.read("rows");
        for (const std::string_view line : base::split(base::trim(rows), '\n')) {
            std::string row;
            for (const std::string_view cell : base::split(line, '|')) {
                if (!cell.empty()) row += fmt::format("{}{}", row.empty() ? "" : "\t", cell);
            }
            expected += row + '\n';
        }
        EXPECT_EQ(opened.text_of("texts"), expected) << layout.name;
    }
}

// The definition takes several pages; a row of Jet 3 needs jumps for its offsets.
TEST(AccessDatabase, TablesOfManyColumnsAreRead) {
    const fixtures::Scratch scratch;
    for (const int version : {0, 1}) {
        AccessTableIn table{"Wide", {}, {{}, {}}};
        std::string expected;
        for (int i = 0; i < 150; ++i) {
            table.columns.push_back({fmt::format("A column with number {}", i)});
            table.rows[0].emplace_back(fmt::format("cell {:03}", i));
            table.rows[1].emplace_back(i % 7 == 0 ? fixtures::AccessCellIn{} : fmt::format("{}", i * 37));
        }
        for (const auto& row : table.rows) {
            std::string line;
            for (const auto& one : row) {
                if (one) line += fmt::format("{}{}", line.empty() ? "" : "\t", *one);
            }
            expected += line + '\n';
        }
        Opened opened(
            fixtures::write_access({.version = static_cast<std::uint8_t>(version), .tables = {table}}));
        EXPECT_EQ(opened.ids(), "") << opened.evidence("office.access.partly");
        EXPECT_EQ(opened.text_of("texts"), "MSysObjects\nWide\n" + expected) << version;
        scratch.write("a.mdb", opened.bytes);
        EXPECT_EQ(scratch.run("mdb-export -H -Q -d '\t' a.mdb Wide | sed 's/\t\t*/\t/g; s/^\t//' > rows"),
                  "");
        EXPECT_EQ(scratch.read("rows"), expected) << version;
    }
}

TEST(AccessDatabase, EncodedPagesComeOutInPlain) {
    for (const int version : {0, 1}) {
        const AccessFileIn plain{.version = static_cast<std::uint8_t>(version), .tables = {letters(true)}};
        AccessFileIn encoded = plain;
        encoded.key = 0xC0FF'EE01;
        const Opened opened(fixtures::write_access(encoded));
        ASSERT_EQ(opened.labels(), "decoded");
        EXPECT_EQ(opened.text_of("decoded"), fixtures::write_access(plain));
        const fixtures::Scratch scratch;
        // mdbtools decodes them as well.
        scratch.write("a.mdb", opened.bytes);
        EXPECT_EQ(scratch.run("mdb-export -H -Q -d '|' a.mdb Letters > rows"), "");
        EXPECT_TRUE(scratch.read("rows").starts_with("First|A short one|Rechnung|\n"))
            << scratch.read("rows");
    }
}

TEST(AccessDatabase, WhatCannotBeDecodedIsTold) {
    std::string unknown = fixtures::write_access({.tables = {letters()}});
    unknown[0x3E] ^= 1;
    EXPECT_EQ(Opened(unknown).ids(), "office.access.partly");
    std::string newer = fixtures::write_access({.tables = {letters()}});
    newer[0x14] = 9;
    EXPECT_EQ(Opened(newer).ids(), "office.access.partly");
}

TEST(AccessDatabase, ProjectsBecomeCompoundFiles) {
    std::string source;
    for (int i = 0; i < 400; ++i)
        source += fmt::format("Sub S{}()\r\n    Debug.Print \"{}\"\r\nEnd Sub\r\n", i, i * i * 7'919);
    for (const int version : {1, 2}) {
        AccessFileIn file{.version = static_cast<std::uint8_t>(version), .tables = {letters()}};
        file.storage = project(source);
        Opened opened(fixtures::write_access(file));
        EXPECT_EQ(opened.ids(), "");
        const TestChild* const child = opened.child("vba-project");
        ASSERT_NE(child, nullptr) << opened.labels();
        auto cfb = Cfb::open(child->bytes);
        ASSERT_TRUE(cfb);
        EXPECT_FALSE(cfb->damaged());
        EXPECT_TRUE(cfb->find_in_root("VBA"));
        const VbaProjects vba = read_vba(*cfb, child->bytes, opened.extraction.budget());
        ASSERT_EQ(vba.projects.size(), 1U);
        EXPECT_FALSE(vba.projects[0].damaged);
        ASSERT_EQ(vba.projects[0].modules.size(), 1U);
        EXPECT_FALSE(vba.projects[0].modules[0].carved);
        EXPECT_TRUE(vba.projects[0].modules[0].source.ends_with(source));
    }
}

// Access 2000 keeps a whole compound file in pieces, Access 97 a module in each row.
TEST(AccessDatabase, ModulesOfOlderVersionsAreFound) {
    const fixtures::VbaModule module{.name = "Module1", .source = "Sub A()\r\n    Beep\r\nEnd Sub\r\n"};
    const std::string file =
        fixtures::write_cfb(fixtures::cfb_storage("", fixtures::vba_nodes({.modules = {module}})));
    AccessTableIn objects{"MSysAccessObjects", {{"ID", AccessType::int32}, {"Data", AccessType::ole}}, {}};
    objects.rows.push_back({"0", "Access project, version 1"});
    for (std::size_t at = 0; at < file.size(); at += 3'992)
        objects.rows.insert(objects.rows.begin(), {std::to_string(1 + at / 3'992), file.substr(at, 3'992)});
    Opened newer(fixtures::write_access({.tables = {objects}}));
    EXPECT_EQ(newer.ids(), "");
    EXPECT_EQ(newer.text_of("vba-project"), file);

    const std::string packed = "p-code" + fixtures::ovba_compress(fixtures::module_source(module));
    const AccessTableIn modules{
        "MSysModules2", {{"Name"}, {"Module", AccessType::ole}}, {{"Module1", packed}}};
    Opened older(fixtures::write_access({.version = 0, .tables = {modules}}));
    EXPECT_EQ(older.ids(), "office.macro");
    EXPECT_EQ(older.text_of("vba:carved-1"), fixtures::module_source(module));
}

TEST(AccessDatabase, AttachmentsAndObjectsComeOutAsFiles) {
    const std::string program = "MZ INERT SEKISHO TEST" + std::string(9'000, 'x');
    for (const bool packed : {false, true}) {
        const AccessFileIn file{.version = 2,
                                .tables = {fixtures::access_attachments("a.exe", program, packed)}};
        Opened opened(fixtures::write_access(file));
        EXPECT_EQ(opened.ids(), "");
        const TestChild* const child = opened.child("value:f_0123456789ABCDEF_Files.FileData");
        ASSERT_NE(child, nullptr) << opened.labels();
        EXPECT_EQ(child->spec.name, "a.exe");
        EXPECT_EQ(child->text(), program);
    }
    const std::string object("\1\5\0\0\2\0\0\0\5\0\0\0PBrush", 18);
    Opened opened(fixtures::write_access(
        {.tables = {
             {"Pictures", {{"Picture", AccessType::ole}}, {{fixtures::access_object(object)}, {program}}}}}));
    ASSERT_EQ(opened.labels(), "value:Pictures.Picture value:Pictures.Picture texts");
    EXPECT_EQ(opened.extraction.children[0].text(), object);
    EXPECT_EQ(opened.extraction.children[1].text(), program);
}

// A packed attachment that was tampered with is handed on as far as it goes.
TEST(AccessDatabase, BrokenAttachmentsAreKept) {
    AccessTableIn table = fixtures::access_attachments("a.exe", "MZ INERT", true);
    table.rows[0][0] = table.rows[0][0]->substr(0, 30);
    Opened cut(fixtures::write_access({.version = 2, .tables = {table}}));
    const TestChild* child = cut.child("value:f_0123456789ABCDEF_Files.FileData");
    ASSERT_NE(child, nullptr);
    EXPECT_TRUE(child->spec.flags.has(PartFlag::damaged));
    table.rows[0][0] = "no wrapper at all, but bytes";
    Opened plain(fixtures::write_access({.version = 2, .tables = {table}}));
    child = plain.child("value:f_0123456789ABCDEF_Files.FileData");
    ASSERT_NE(child, nullptr);
    EXPECT_EQ(child->text(), "no wrapper at all, but bytes");
}

TEST(AccessDatabase, FixturesAreWhatTheyShouldBe) {
    EXPECT_EQ(Opened(fixtures::benign_access()).ids(), "");
    Opened dropper(fixtures::inert_access_dropper());
    EXPECT_EQ(dropper.ids(), "office.access.macro office.access.startup");
    EXPECT_NE(dropper.child("vba-project"), nullptr);
}

}  // namespace
}  // namespace sekisho::scanner::office
