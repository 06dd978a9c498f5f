#include "scanner/office/doc_text.h"

#include <gtest/gtest.h>

#include <string>

#include "scanner/testing.h"
#include "tests/fixtures/cfb_writer.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/mutate.h"
#include "tests/fixtures/word_writer.h"

namespace sekisho::scanner::office {
namespace {

using fixtures::WordDocument;

struct Read {
    explicit Read(const WordDocument& document) : Read(fixtures::write_word(document)) {}
    explicit Read(const fixtures::WordStreams& streams) {
        TestExtraction extraction;
        Output output = extraction.new_output();
        found = read_word_text(base::as_bytes(streams.document), base::as_bytes(streams.table), output,
                               extraction.budget());
        text = base::as_text(output.view());
    }
    WordText found;
    std::string text;
};

TEST(DocText, PiecesOfBothKindsAreRead) {
    const Read read(WordDocument{.pieces = {{"Caf\xE9\r", false},
                                            {"パスワード\r", true},
                                            {"a\x07"
                                             "b\x1E"
                                             "c\x1F"
                                             "d\x01",
                                             false}},
                                 .formatting = true});
    EXPECT_EQ(read.text, "Café\nパスワード\na\tb-cd");
    EXPECT_FALSE(read.found.damaged);
    EXPECT_TRUE(read.found.template_path.empty());
}

TEST(DocText, FieldsArePutTogetherOverPieces) {
    const Read read(WordDocument{.pieces = {{"see \x13 HYPERLINK \"http://example.inv", false},
                                            {"alid/a\" \x14link\x15 and \x13 DDEAU", true},
                                            {"TO cmd \"/k\"\x14x\x15.", false}}});
    EXPECT_EQ(read.text, "see link <http://example.invalid/a> and x.");
    ASSERT_EQ(read.found.fields.size(), 1u);
    EXPECT_EQ(read.found.fields[0].kind, WordField::Kind::dde_auto);
    EXPECT_TRUE(read.found.fields[0].executes);
}

TEST(DocText, TemplateIsThatOfSttbfAssoc) {
    EXPECT_EQ(Read(WordDocument{.pieces = {{"x"}}, .template_path = "http://example.invalid/テ.dotm"})
                  .found.template_path,
              "http://example.invalid/テ.dotm");
}

std::string ids_of(const std::string& file) {
    auto cfb = Cfb::open(base::as_bytes(file));
    if (!cfb) return "no compound file";
    TestExtraction extraction;
    const Part part = test_part(base::as_bytes(file));
    EXPECT_TRUE(open_word_texts(part, *cfb, extraction));
    std::string out;
    for (const model::Finding& finding : extraction.findings().all())
        out += finding.id + " ";
    for (const TestChild& child : extraction.children)
        out += child.spec.opened_by + ":" + std::string(child.text());
    return out;
}

TEST(DocText, FindingsAre) {
    const auto told = [](const std::string& text, const std::string& template_path = {}) {
        return ids_of(fixtures::word_file({.pieces = {{text, true}}, .template_path = template_path}));
    };
    EXPECT_EQ(told("plain"), "doc-text:plain");
    EXPECT_EQ(told("a", "C:\\t\\Normal.dot"), "doc-text:a");
    EXPECT_EQ(told("a", "\\\\srv\\t\\x.dot"), "office.template-path doc-text:a");
    EXPECT_EQ(told("a", "http://example.invalid/x.dot"), "office.remote-template doc-text:a");
    EXPECT_EQ(told("\x13 DDE cmd x\x15"), "office.dde.exec ");
    EXPECT_EQ(told(""), "");
}

TEST(DocText, Word6IsOneRun) {
    fixtures::WordStreams streams;
    std::string& fib = streams.document;
    for (const int value : {0xA5DC, 0x0065, 0, 0x0411, 0, 0})
        fixtures::put_u16(fib, static_cast<std::uint16_t>(value));
    fib.resize(0x18);
    fixtures::put_u32(fib, 0x300);
    fixtures::put_u32(fib, 0x30A);
    fib.resize(0x300);
    fib += "\x83\x70\x83\x58 \x13x\x14y\x15 behind";
    const Read read(streams);
    EXPECT_EQ(read.text, "パス y");
    EXPECT_FALSE(read.found.damaged);
}

TEST(DocText, WithoutAPieceTableItIsDamagedAndReadAllTheSame) {
    fixtures::WordStreams streams = fixtures::write_word({.pieces = {{"plain text"}}});
    streams.table.clear();
    const Read read(streams);
    EXPECT_EQ(read.text, "plain text");
    EXPECT_TRUE(read.found.damaged);
    EXPECT_TRUE(Read(fixtures::WordStreams{}).found.damaged);
}

TEST(DocTextProperty, EveryCutIsBoundedAndTold) {
    const fixtures::WordStreams whole =
        fixtures::write_word({.pieces = {{"first ", false}, {"second", true}}, .formatting = true});
    const std::size_t clx_end = 16 + 7 + 5 + 12 + 16;
    for (std::size_t cut = 0; cut < clx_end; ++cut)
        EXPECT_TRUE(Read(fixtures::WordStreams{whole.document, whole.table.substr(0, cut)}).found.damaged)
            << cut;
    for (std::size_t cut = 0; cut < 0x400 + 18; ++cut)
        EXPECT_TRUE(Read(fixtures::WordStreams{whole.document.substr(0, cut), whole.table}).found.damaged)
            << cut;
}

TEST(DocTextProperty, DamageNeverCrashesNorGrows) {
    const fixtures::WordStreams whole =
        fixtures::write_word({.pieces = {{"first \x13 DDE cmd\x14", false}, {"second\x15", true}},
                              .template_path = "http://a.invalid/"});
    for (std::uint32_t seed = 1; seed <= 2'000; ++seed) {
        fixtures::WordStreams damaged = whole;
        (seed % 2 == 0 ? damaged.document : damaged.table) =
            fixtures::mutate(seed % 2 == 0 ? whole.document : whole.table, seed);
        const Read read(damaged);
        EXPECT_LE(read.text.size(), damaged.document.size() * 12 + 64) << seed;
    }
}

// Many pieces that all stand for the whole stream.
TEST(DocTextProperty, OverlappingPiecesEnd) {
    fixtures::WordStreams streams = fixtures::write_word({.pieces = {{std::string(4'096, 'x')}}});
    std::string places(4, '\0');
    std::string descriptors;
    for (std::uint32_t i = 1; i <= 1'000; ++i) {
        fixtures::put_u32(places, i * 4'096);
        descriptors += std::string(2, '\0');
        fixtures::put_u32(descriptors, 0x4000'0800);
        descriptors += std::string(2, '\0');
    }
    std::string clx = "\x02";
    fixtures::put_u32(clx, static_cast<std::uint32_t>(places.size() + descriptors.size()));
    clx += places + descriptors;
    streams.table = clx;
    std::string pair;
    fixtures::put_u32(pair, 0);
    fixtures::put_u32(pair, static_cast<std::uint32_t>(clx.size()));
    streams.document.replace(32 + 30 + 90 + 2 + 8 * 33, 8, pair);
    const Read read(streams);
    EXPECT_TRUE(read.found.damaged);
    EXPECT_LE(read.text.size(), streams.document.size() * 2);
    EXPECT_GE(read.text.size(), 4'096u);
}

}  // namespace
}  // namespace sekisho::scanner::office
