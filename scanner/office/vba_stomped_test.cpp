#include "scanner/office/vba_stomped.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "scanner/office/vba_pcode.h"
#include "tests/fixtures/corpus.h"
#include "tests/fixtures/mutate.h"
#include "tests/fixtures/pcode_writer.h"

namespace sekisho::scanner::office {
namespace {

using enum fixtures::PcodeItem::Kind;

// A module with that p-code and that source.
struct Sample {
    Sample(const fixtures::PcodeLines& lines, std::string source) {
        identifiers = fixtures::pcode_identifiers();
        cache = fixtures::pcode_cache(lines, identifiers);
        performance = fixtures::performance_stream(identifiers);
        module.name = "Module1";
        module.source = "Attribute VB_Name = \"Module1\"\r\n" + std::move(source);
        module.has_code = has_vba_code(module.source);
        module.cache = base::as_bytes(cache);
    }
    Stomped judge(std::string_view charset = "windows-1252") const {
        Budget budget({}, 1u << 20);
        return judge_pcode(module, read_identifiers(base::as_bytes(performance)), charset, budget);
    }
    std::vector<std::string> identifiers;
    std::string cache;
    std::string performance;
    VbaModule module;
};

TEST(Pcode, TokensComeInOrder) {
    const Sample sample(fixtures::shell_pcode(), fixtures::shell_source());
    Budget budget({}, 1u << 20);
    const Pcode pcode = read_pcode(base::as_bytes(sample.cache), budget);
    EXPECT_TRUE(pcode.found);
    EXPECT_EQ(pcode.lines, 2U);  // neither the comment nor the empty one
    ASSERT_EQ(pcode.tokens.size(), 4U);
    EXPECT_EQ(pcode.tokens[0].kind, PcodeToken::Kind::procedure);
    EXPECT_EQ(pcode.tokens[1].text, "cmd.exe /c rem ");
    EXPECT_FALSE(pcode.tokens[1].joined);
    EXPECT_TRUE(pcode.tokens[2].joined);
    EXPECT_EQ(pcode.tokens[3].kind, PcodeToken::Kind::name);
    EXPECT_TRUE(pcode.tokens[3].line_end);
    const auto names = read_identifiers(base::as_bytes(sample.performance)).names;
    EXPECT_EQ(names.at(identifier_index(pcode.tokens[3].id, 0)), "Shell");
    EXPECT_EQ(names.at(identifier_index(pcode.tokens[0].id, 0)), "AutoOpen");
}

TEST(Pcode, NumbersOfIdentifiersShiftWithTheVersion) {
    EXPECT_EQ(identifier_index(0x100, 0), 0U);
    EXPECT_EQ(identifier_index(0x117, 0), 23U);
    EXPECT_EQ(identifier_index(0x11B, 4), 23U);
    EXPECT_EQ(identifier_index(0x11E, 7), 23U);
    EXPECT_EQ(identifier_index(0x107 + 0xBE, 7), 0xBEU);
    EXPECT_EQ(identifier_index(0x107 + 0xC0, 7), 0xBFU);
    EXPECT_EQ(identifier_index(0xFF, 0), SIZE_MAX);
    EXPECT_EQ(identifier_index(0x102, 4), SIZE_MAX);
}

TEST(Stomped, SourceThatAgreesIsQuiet) {
    EXPECT_FALSE(Sample(fixtures::shell_pcode(), fixtures::shell_source()).judge().yes);
}

TEST(Stomped, QuotesContinuedLinesAndComments) {
    const fixtures::PcodeLines lines{{{literal, "say \"it\""}, {name, "MsgBox"}},
                                     {{literal, "http://example.invalid/x"}, {name, "Follow"}}};
    EXPECT_FALSE(
        Sample(lines, "msgbox \"say \"\"it\"\"\"  ' don't\r\nFollow _\r\n \"http://example.invalid/x\"\r\n")
            .judge()
            .yes);
}

struct Case {
    std::string_view name;
    std::string_view source;
    bool stomped;
};
class SwappedSource : public testing::TestWithParam<Case> {};
TEST_P(SwappedSource, IsTold) {
    const Stomped out = Sample(fixtures::shell_pcode(), std::string(GetParam().source)).judge();
    EXPECT_EQ(out.yes, GetParam().stomped) << out.evidence;
    if (!out.yes) return;
    EXPECT_THAT(out.text, testing::HasSubstr("Sub AutoOpen()"));
    EXPECT_THAT(out.text, testing::HasSubstr("Shell \"cmd.exe /c rem http://example.invalid/inert\""));
    EXPECT_THAT(out.evidence, testing::HasSubstr("Module1"));
}
INSTANTIATE_TEST_SUITE_P(
    All, SwappedSource,
    testing::Values(
        Case{"emptied", "", true}, Case{"option_only", "Option Explicit\r\n", true},
        Case{"comment_only", "' Shell \"cmd.exe /c rem \" & \"http://example.invalid/inert\"\r\n", true},
        Case{"harmless", "Sub AutoOpen()\r\nMsgBox \"hello\"\r\nEnd Sub\r\n", true},
        Case{"literal_in_a_comment",
             "Sub AutoOpen()\r\nShell x ' \"cmd.exe /c rem \" \"http://example.invalid/inert\"\r\n"
             "End Sub\r\n",
             true},
        Case{"other_case",
             "sub AUTOOPEN()\r\nSHELL \"cmd.exe /c rem \" & "
             "\"http://example.invalid/inert\"\r\nEnd Sub\r\n",
             false}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Stomped, FewHarmlessDifferencesAreNoProof) {
    const fixtures::PcodeLines lines{{{literal, "one"}, {name, "Alpha"}}};
    EXPECT_FALSE(Sample(lines, "Beta \"two\"\r\n").judge().yes);
    const fixtures::PcodeLines more{{{literal, "one"}, {name, "Alpha"}, {member, "Gamma"}}};
    EXPECT_TRUE(Sample(more, "Beta \"two\"\r\n").judge().yes);
}

TEST(Stomped, JapaneseLiteralsAreComparedInTheirCodePage) {
    const fixtures::PcodeLines lines{{{literal, "\x8A\x4A\x82\xAD"},
                                      {literal, "\x95\xC2\x82\xB6\x82\xE9"},
                                      {literal, "\x83\x5C"},
                                      {name, "MsgBox"}}};
    EXPECT_FALSE(Sample(lines, "MsgBox \"開く\", \"閉じる\", \"ソ\"\r\n").judge("cp932").yes);
    EXPECT_TRUE(Sample(lines, "MsgBox \"別\"\r\n").judge("cp932").yes);
}

TEST(Stomped, NoPcodeIsNoDifference) {
    Sample sample(fixtures::shell_pcode(), "");
    sample.module.cache = {};
    EXPECT_FALSE(sample.judge().yes);
    const std::string junk(5'000, '\x16');
    sample.module.cache = base::as_bytes(junk);
    EXPECT_FALSE(sample.judge().yes);
}

TEST(Stomped, LinesThatShareTheirCodeCostNothing) {
    // 65,535 lines that are all the same 60 KB.
    std::string cache(0x40, '\0');
    cache += std::string("\xFE\xCA\x01\x00\xFF\xFF", 6);
    for (int i = 0; i < 0xFFFF; ++i)
        cache += std::string("\0\0\0\0\x60\xEA\0\0\0\0\0\0", 12);
    cache.resize(cache.size() + 70'000, '\x20');
    Budget budget({}, cache.size());
    EXPECT_FALSE(read_pcode(base::as_bytes(cache), budget).found);
}

// Real modules whose source is taken away or swapped here: the procedures that olevba found in the source
// must come back from the p-code.
TEST(Stomped, RealModulesComeBackWithoutTheirSource) {
    const std::string directory = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
    if (directory.empty()) GTEST_SKIP() << "the corpus of real files is not here (SEKISHO_CORPUS)";
    std::size_t documents = 0;
    for (const auto& file : fixtures::corpus_files(directory, {"vba"})) {
        const std::string bytes = fixtures::read_whole_file(file.path);
        auto cfb = Cfb::open(base::as_bytes(bytes));
        if (!cfb) continue;
        Budget budget({}, 1u << 26);
        std::string text;
        std::size_t modules = 0;
        for (const VbaProject& project : read_vba(*cfb, base::as_bytes(bytes), budget).projects) {
            const auto identifiers = read_identifiers(project.performance.bytes);
            if (identifiers.names.empty()) continue;
            for (VbaModule module : project.modules) {
                const std::size_t tokens = read_pcode(module.cache, budget).tokens.size();
                if (!module.has_code || tokens == 0) continue;
                ++modules;
                module.source = "Attribute VB_Name = \"Module1\"\r\n";
                module.has_code = false;
                const Stomped emptied = judge_pcode(module, identifiers, "windows-1252", budget);
                EXPECT_TRUE(emptied.yes) << file.path << " " << module.name;
                text += emptied.text;
                module.source += "Sub Greet()\r\nMsgBox \"hello\"\r\nEnd Sub\r\n";
                module.has_code = true;
                EXPECT_TRUE(tokens < 8 || judge_pcode(module, identifiers, "windows-1252", budget).yes)
                    << file.path << " " << module.name;
            }
        }
        if (modules == 0) continue;
        ++documents;
        std::stringstream procedures(file.value("procs"));
        for (std::string name; std::getline(procedures, name, ',');)
            EXPECT_THAT(text, testing::HasSubstr("Sub " + name + "()")) << file.path;
    }
    EXPECT_GE(documents, 25U);
}

TEST(StompedProperty, CutAndMutatedCachesEnd) {
    const Sample sample(fixtures::shell_pcode(), "x = 1\r\n");
    for (std::size_t size = 0; size < sample.cache.size(); ++size) {
        Sample cut = sample;
        cut.module.cache = base::head(base::as_bytes(sample.cache), size);
        EXPECT_LE(cut.judge().text.size(), 1'000U);
        cut.performance.resize(std::min(size, cut.performance.size()));
        cut.module.cache = base::as_bytes(sample.cache);
        EXPECT_LE(cut.judge().text.size(), 1'000U);
    }
    for (std::uint32_t seed = 1; seed <= 2'000; ++seed) {
        const std::string cache = fixtures::mutate(sample.cache, seed);
        Sample mutated = sample;
        mutated.performance = fixtures::mutate(sample.performance, seed);
        mutated.module.cache = base::as_bytes(cache);
        EXPECT_LE(mutated.judge().text.size(), 10'000U);
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
