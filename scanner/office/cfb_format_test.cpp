#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/finding.h"
#include "scanner/office/formats.h"
#include "scanner/office/ole_objects.h"
#include "scanner/testing.h"
#include "tests/fixtures/corpus.h"
#include "tests/fixtures/documents.h"
#include "tests/fixtures/droppers.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::office {
namespace {

const Format* best_row(base::Bytes bytes) {
    const Format* best = nullptr;
    Confidence most = no_match;
    for (const Format& row : formats()) {
        const Confidence confidence = row.recognise(bytes, "");
        if (confidence > most) {
            most = confidence;
            best = &row;
        }
    }
    return best;
}
std::string type_of(const std::string& bytes) {
    const Format* row = best_row(base::as_bytes(bytes));
    return row == nullptr ? "" : std::string(row->type);
}

struct Opened {
    explicit Opened(std::string file) : bytes(std::move(file)), extraction({}, bytes.size()) {}
    std::string bytes;  // children are views into it
    TestExtraction extraction;
    std::string type;
    bool has(std::string_view id) { return extraction.findings().has(id); }
    const TestChild* child(std::string_view label) {
        for (const TestChild& child : extraction.children) {
            if (child.spec.label == label) return &child;
        }
        return nullptr;
    }
    double score() {
        double sum = 0;
        for (const auto& finding : extraction.findings().all())
            sum += model::find_finding(finding.id)->score;
        return sum;
    }
};
std::unique_ptr<Opened> open(std::string file) {
    auto out = std::make_unique<Opened>(std::move(file));
    const std::string& bytes = out->bytes;
    const Format* row = best_row(base::as_bytes(bytes));
    if (row == nullptr) return out;
    out->type = row->type;
    const Part part = test_part(base::as_bytes(bytes), "file");
    if (row->open != nullptr) row->open(part, out->extraction);
    return out;
}

// Opens compound files within compound files as well, as the scan core does.
void open_all(Opened& opened, std::size_t depth = 0) {
    for (std::size_t i = 0; depth < 3 && i < opened.extraction.children.size() && i < 2'000; ++i) {
        const base::Bytes bytes = opened.extraction.children[i].bytes;
        const Format* row = best_row(bytes);
        if (row == nullptr || row->open == nullptr || opened.extraction.children[i].spec.opened_by == "vba")
            continue;
        const Part part = test_part(bytes, "child");
        row->open(part, opened.extraction);
    }
}

TEST(CfbFormat, TypesByContent) {
    const fixtures::VbaProject macros = fixtures::stub_project();
    EXPECT_EQ(type_of(fixtures::doc_file("x")), "application/msword");
    EXPECT_EQ(type_of(fixtures::xls_file("x")), "application/vnd.ms-excel");
    EXPECT_EQ(type_of(fixtures::vba_project_bin(macros)), "application/vnd.ms-office.vbaproject");
    EXPECT_EQ(type_of(fixtures::encrypted_ooxml_file()), "application/x-office-encrypted");
    fixtures::CfbNode root;
    root.children = {fixtures::cfb_stream("PowerPoint Document", "x")};
    EXPECT_EQ(type_of(fixtures::write_cfb(root)), "application/vnd.ms-powerpoint");
    root.children = {fixtures::cfb_stream("__properties_version1.0", "x")};
    EXPECT_EQ(type_of(fixtures::write_cfb(root)), "application/vnd.ms-outlook");
    root.clsid = {0x84, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46};
    EXPECT_EQ(type_of(fixtures::write_cfb(root)), "application/x-msi");
    root = {};
    root.children = {fixtures::cfb_storage("ObjectPool", {fixtures::cfb_stream("WordDocument", "x")})};
    EXPECT_EQ(type_of(fixtures::write_cfb(root)), "application/x-ole-storage");
    EXPECT_EQ(type_of(fixtures::doc_file("x").substr(0, 1'000)), "application/x-ole-storage");
    EXPECT_EQ(type_of("Attribute VB_Name = \"X\"\r\n"), "text/x-vba");
    EXPECT_EQ(type_of("hello"), "");
}

TEST(CfbFormat, InstallersSayWhetherTheyAreSigned) {
    fixtures::CfbNode root;
    root.children = {fixtures::cfb_stream("Tables", "x")};
    root.clsid = {0x84, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46};
    EXPECT_TRUE(open(fixtures::write_cfb(root))->extraction.findings().has("exe.unsigned"));
    root.children.push_back(fixtures::cfb_stream("\5DigitalSignature", "x"));
    EXPECT_FALSE(open(fixtures::write_cfb(root))->extraction.findings().has("exe.unsigned"));
    root.children.back() = fixtures::cfb_storage("a", {fixtures::cfb_stream("\5DigitalSignature", "x")});
    EXPECT_TRUE(open(fixtures::write_cfb(root))->extraction.findings().has("exe.unsigned"))
        << "not in the root";
    root.clsid = {};
    root.children.pop_back();
    EXPECT_FALSE(open(fixtures::write_cfb(root))->extraction.findings().has("exe.unsigned"))
        << "no installer";
}

TEST(CfbFormat, MacroSourceBecomesAChild) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2019-09");
    const auto opened = open(fixtures::doc_file("x", &macros));
    const TestChild* child = opened->child("vba:Module1");
    ASSERT_NE(child, nullptr);
    EXPECT_EQ(child->spec.name, "Module1.vba");
    EXPECT_EQ(child->spec.opened_by, "vba");
    EXPECT_EQ(child->spec.claimed_type, "text/x-vba");
    EXPECT_THAT(child->text(), testing::HasSubstr("Document_open"));
    EXPECT_TRUE(opened->has("office.macro"));
    EXPECT_TRUE(opened->has("office.vba.dropper"));
    EXPECT_FALSE(opened->has("document.damaged"));
    EXPECT_GE(opened->score(), 10.0);
    // Streams are there, the project's own plumbing is not.
    EXPECT_NE(opened->child("ole:WordDocument"), nullptr);
    EXPECT_NE(opened->child("ole:Macros/PROJECT"), nullptr);
    EXPECT_EQ(opened->child("ole:Macros/VBA/dir"), nullptr);
    EXPECT_EQ(opened->child("ole:Macros/VBA/Module1"), nullptr);
}

TEST(CfbFormat, StubsAndBenignMacrosStayClean) {
    const fixtures::VbaProject stub = fixtures::stub_project();
    EXPECT_EQ(open(fixtures::xls_file("x", &stub))->score(), 0.0);
    const fixtures::VbaProject benign = fixtures::benign_project();
    EXPECT_LT(open(fixtures::xls_file("x", &benign))->score(), 5.0);
    EXPECT_EQ(open(fixtures::doc_file("x"))->score(), 0.0);
}

TEST(CfbFormat, LocksAreFindings) {
    for (const std::string& file :
         {fixtures::encrypted_doc_file(), fixtures::encrypted_xls_file(), fixtures::encrypted_ooxml_file()}) {
        const auto opened = open(file);
        EXPECT_TRUE(opened->has("document.encrypted.unopened"));
        ASSERT_FALSE(opened->extraction.children.empty());
        EXPECT_TRUE(opened->extraction.children[0].skipped);
        EXPECT_TRUE(opened->extraction.children[0].spec.flags.has(PartFlag::encrypted));
    }
}

TEST(CfbFormat, PackagesAreOpenedUnderTheirName) {
    const auto opened = open(fixtures::doc_with_package("run.js", "payload"));
    const TestChild* child = opened->child("ole:ObjectPool/_1234567890/\x01Ole10Native");
    ASSERT_NE(child, nullptr);
    EXPECT_EQ(child->spec.name, "C:\\inert\\run.js");
    EXPECT_EQ(child->spec.opened_by, "ole-package");
    EXPECT_EQ(child->text(), "payload");
}

TEST(CfbFormat, CutFilesAreDamaged) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2019-09");
    const std::string file = fixtures::doc_file("x", &macros);
    for (const std::size_t size : {600UL, 3'000UL, 9'000UL}) {
        EXPECT_TRUE(open(file.substr(0, size))->has("document.damaged")) << size;
    }
    EXPECT_TRUE(open(file.substr(0, 100))->has("document.damaged"));
}

TEST(CfbFormat, PaddedDocumentIsReadAsAlways) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2023-03");
    const auto opened = open(fixtures::padded(fixtures::doc_file("x", &macros), 32u << 20));
    EXPECT_TRUE(opened->has("office.vba.dropper"));
    EXPECT_EQ(opened->type, "application/msword");
}

TEST(CfbFormat, SpentBudgetStops) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2019-09");
    const std::string file = fixtures::doc_file("x", &macros);
    model::ScanLimits limits;
    limits.max_parts = 2;
    TestExtraction extraction(limits, file.size());
    const Part part = test_part(base::as_bytes(file), "file");
    best_row(base::as_bytes(file))->open(part, extraction);
    EXPECT_LE(extraction.children.size(), 2U);
    EXPECT_TRUE(extraction.findings().has("office.vba.dropper"));  // what was read counts
}

TEST(OneNote, IsSearchedForWhatItsObjectsLeaveOut) {
    for (const Format& row : formats())
        EXPECT_TRUE(row.name != "onenote" || row.holds == Holds::ordinarily);
}

TEST(OneNote, EmbeddedFilesBecomeParts) {
    std::string section("\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3", 16);
    const std::string guid("\xE7\x16\xE3\xBD\x65\x26\x11\x45\xA4\xC4\x8D\x4D\x0B\x7A\x9E\xAC", 16);
    const auto add = [&](std::string_view content, std::uint64_t declared) {
        section += guid;
        fixtures::put_le(section, declared, 8);
        section.append(12, '\0');
        section += content;
    };
    add("<job><script>' INERT</script></job>", 35);
    add("cut", 1'000'000'000'000ULL);
    const auto opened = open(section);
    EXPECT_EQ(opened->type, "application/onenote");
    ASSERT_EQ(opened->extraction.children.size(), 2U);
    EXPECT_EQ(opened->extraction.children[0].text(), "<job><script>' INERT</script></job>");
    EXPECT_EQ(opened->extraction.children[0].spec.opened_by, "onenote");
    EXPECT_EQ(opened->extraction.children[1].text(), "cut");
    EXPECT_TRUE(opened->extraction.children[1].spec.flags.has(PartFlag::truncated));
    for (std::uint32_t seed = 1; seed <= 300; ++seed)
        (void)open(fixtures::mutate(section, seed));
}

TEST(OleObjects, WalksPowerPointRecords) {
    std::string stream;
    const auto record = [&stream](std::uint16_t version, std::uint16_t type, std::string_view data) {
        fixtures::put_u16(stream, version);
        fixtures::put_u16(stream, type);
        fixtures::put_u32(stream, static_cast<std::uint32_t>(data.size()));
        stream += data;
    };
    record(0x000F, 0x03E8, "document");
    record(0x0000, 0x1011, "plain");
    record(0x0010, 0x1011, std::string("\x05\0\0\0zlib", 8));
    const auto objects = find_ppt_objects(base::as_bytes(stream));
    ASSERT_EQ(objects.size(), 2U);
    EXPECT_EQ(base::as_text(objects[0].data), "plain");
    EXPECT_FALSE(objects[0].compressed);
    EXPECT_EQ(base::as_text(objects[1].data), "zlib");
    EXPECT_TRUE(objects[1].compressed);
}

TEST(CfbFormatProperty, MutatedDocumentsNeverCrash) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2022-02");
    for (const std::string& file :
         {fixtures::doc_file("x", &macros), fixtures::doc_with_package("a.js", "x")}) {
        for (std::uint32_t seed = 1; seed <= 400; ++seed)
            (void)open(fixtures::mutate(file, seed));
    }
}

class Corpus : public testing::Test {
protected:
    void SetUp() override {
        directory_ = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
        if (directory_.empty()) GTEST_SKIP() << "the corpus of real files is not here (SEKISHO_CORPUS)";
    }
    std::vector<fixtures::CorpusFile> files(const std::vector<std::string_view>& kinds) const {
        return fixtures::corpus_files(directory_, kinds);
    }
    static bool is_compound(const std::string& bytes) { return best_row(base::as_bytes(bytes)) != nullptr; }

private:
    std::string directory_;
};

TEST_F(Corpus, MacrosAreFoundWithTheirProcedures) {
    std::size_t seen = 0;
    for (const auto& file : files({"vba"})) {
        const std::string bytes = fixtures::read_whole_file(file.path);
        if (!is_compound(bytes)) continue;  // OOXML: opened by the container room
        ++seen;
        const auto opened = open(bytes);
        open_all(*opened);
        EXPECT_TRUE(opened->has("office.macro")) << file.path;
        EXPECT_FALSE(opened->has("office.vba.damaged")) << file.path;
        std::string source;
        std::size_t modules = 0;
        for (const TestChild& child : opened->extraction.children) {
            if (child.spec.opened_by != "vba") continue;
            ++modules;
            source += child.text();
        }
        EXPECT_EQ(std::to_string(modules), file.value("modules")) << file.path;
        std::stringstream procedures(file.value("procs"));
        for (std::string name; std::getline(procedures, name, ',');) {
            EXPECT_THAT(source, testing::HasSubstr(name)) << file.path;
        }
    }
    EXPECT_GE(seen, 30U);
}

TEST_F(Corpus, StubsSayNothing) {
    for (const auto& file : files({"vba-stub"})) {
        const std::string bytes = fixtures::read_whole_file(file.path);
        if (!is_compound(bytes)) continue;
        const auto opened = open(bytes);
        // One of them is locked for viewing, which many are.
        EXPECT_LE(opened->score(), 0.5) << file.path;
        EXPECT_FALSE(opened->has("office.macro")) << file.path;
        std::size_t modules = 0;
        for (const TestChild& child : opened->extraction.children)
            modules += child.spec.opened_by == "vba" ? 1U : 0U;
        EXPECT_EQ(std::to_string(modules), file.value("modules")) << file.path;
    }
}

TEST_F(Corpus, OrdinaryDocumentsStayBelowSuspicious) {
    for (const auto& file : files({"office-clean", "office-embedded", "vba"})) {
        const std::string bytes = fixtures::read_whole_file(file.path);
        if (!is_compound(bytes)) continue;
        const auto opened = open(bytes);
        open_all(*opened);
        EXPECT_LT(opened->score(), 5.0) << file.path;
        for (const auto& finding : opened->extraction.findings().all()) {
            EXPECT_FALSE(model::find_finding(finding.id)->incomplete) << file.path << " " << finding.id;
        }
    }
}

TEST_F(Corpus, NotebooksGiveTheirFiles) {
    for (const auto& file : files({"onenote"})) {
        const auto opened = open(fixtures::read_whole_file(file.path));
        EXPECT_EQ(opened->type.empty() ? "" : opened->type.substr(0, 11), "application") << file.path;
    }
}

TEST_F(Corpus, LockedDocumentsSaySo) {
    for (const auto& file : files({"office-enc", "office-enc-nopw"})) {
        const std::string bytes = fixtures::read_whole_file(file.path);
        if (!is_compound(bytes)) continue;
        const auto opened = open(bytes);
        EXPECT_TRUE(opened->has("document.encrypted.unopened") ||
                    opened->has("document.encrypted.unlocked") ||
                    opened->has("document.encrypted.default-password"))
            << file.path;
    }
}

TEST_F(Corpus, MalformedFilesNeverCrash) {
    for (const auto& file :
         files({"office-malformed", "office-enc-fuzzed", "msg", "msg-nested", "msg-malformed"})) {
        const std::string bytes = fixtures::read_whole_file(file.path);
        const auto opened = open(bytes);
        open_all(*opened);
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
