#include "scanner/active/script_text.h"

#include <gtest/gtest.h>

#include <random>

#include "base/base64.h"
#include "scanner/active/coding.h"
#include "scanner/active/payload_kind.h"

namespace sekisho::scanner::active {
namespace {

std::string plain(std::string_view raw) {
    std::string out;
    for (std::size_t at = 0; at < raw.size();)
        at = unescape(raw, at, SIZE_MAX, out);
    return out;
}
TEST(Unescape, EcmaScript) {
    EXPECT_EQ(plain("a\\x41\\u0042\\u{43}\\n\\t\\'\\\\\\101\\\nb"), "aABC\n\t'\\Ab");
    EXPECT_EQ(plain("\\u3042"), "あ");
    EXPECT_EQ(plain("\\xff"), "\xFF");
    EXPECT_EQ(plain("\\xZZ\\u12"), "xZZu12");
    EXPECT_EQ(plain("\\"), "");
    EXPECT_EQ(plain("\\u{}\\u{110000000}"), "u{}u{110000000}");
}

struct RunCase {
    const char* name;
    std::string script;
    std::vector<LiteralRun::Kind> kinds;
    std::size_t size;  // of the first
};
class Runs : public testing::TestWithParam<RunCase> {};
TEST_P(Runs, AreFound) {
    const LiteralRuns found = literal_runs(GetParam().script, 32, 100);
    std::vector<LiteralRun::Kind> kinds;
    for (const LiteralRun& run : found.runs)
        kinds.push_back(run.kind);
    EXPECT_EQ(kinds, GetParam().kinds);
    if (!found.runs.empty()) {
        EXPECT_EQ(found.runs[0].size, GetParam().size);
    }
}
const std::string forty(40, 'A');
const std::string twenty(20, 'B');
INSTANTIATE_TEST_SUITE_P(
    Cases, Runs,
    testing::Values(
        RunCase{"single", "var a='" + forty + "';", {LiteralRun::Kind::strings}, 40},
        RunCase{"joined", "a='" + twenty + "' +\n \"" + twenty + "\"", {LiteralRun::Kind::strings}, 40},
        RunCase{"list", "['" + twenty + "','" + twenty + "'].join('')", {LiteralRun::Kind::strings}, 40},
        RunCase{"appended", "a='" + twenty + "';a+='" + twenty + "';", {LiteralRun::Kind::pieces}, 40},
        RunCase{"short", "a='" + twenty + "'", {}, 0},
        RunCase{"template", "`" + twenty + "\n" + twenty + "`", {LiteralRun::Kind::strings}, 41},
        RunCase{"line_end_ends", "'" + twenty + "\n'" + forty + "'", {LiteralRun::Kind::strings}, 60},
        RunCase{"numbers", "[80,75,3,4,0x10, 1,2,3,4,5,6,7,8,9,10]", {LiteralRun::Kind::numbers}, 36},
        RunCase{"raw", std::string(600, 'C'), {LiteralRun::Kind::raw}, 600},
        RunCase{"behind_a_comment", "// don't\na='" + forty + "'", {LiteralRun::Kind::strings}, 40},
        RunCase{"no_comment", "r=/[/*]/;a='" + forty + "'", {LiteralRun::Kind::strings}, 40},
        RunCase{"code", "function f(a){return a[1]+a[2]}", {}, 0}),
    [](const auto& info) { return info.param.name; });

TEST(Runs, NoMoreThanAsked) {
    std::string script;
    for (int i = 0; i < 10; ++i)
        script += "f('" + forty + "');" + std::string(100, ';');
    const LiteralRuns found = literal_runs(script, 32, 5);
    EXPECT_EQ(found.runs.size(), 5u);
    EXPECT_TRUE(found.more);
}

std::string decode(Coding coding, std::string_view text, std::size_t step) {
    CodingReader reader(coding);
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += step)
        reader.feed(text.substr(at, step), out);
    reader.finish(out);
    return out;
}
struct CodingCase {
    const char* name;
    Coding coding;
    std::string text;
    std::string want;
};
class Codings : public testing::TestWithParam<CodingCase> {};
TEST_P(Codings, AreReadInPiecesOfAnySize) {
    const CodingCase& row = GetParam();
    for (const std::size_t step : {1u, 2u, 3u, 7u, 1000u})
        EXPECT_EQ(decode(row.coding, row.text, step), row.want) << step;
}
using namespace std::string_literals;
INSTANTIATE_TEST_SUITE_P(
    Cases, Codings,
    testing::Values(CodingCase{"percent", Coding::percent, "%3Ca%20%u3042%zz%", "<a あ%zz%"},
                    CodingCase{"hex", Coding::hex, "504B 03,04", "PK\x03\x04"},
                    CodingCase{"hex_marked", Coding::hex, "0x50,0x4b", "PK"},
                    CodingCase{"base64", Coding::base64, "UEsD\nBA==", "PK\x03\x04"},
                    CodingCase{"base64_junk", Coding::base64, "UE#sDB#A", "PK\x03\x04"},
                    CodingCase{"base64_in_pieces", Coding::base64, "UEs=AwQ=", "PK\x03\x04"},
                    CodingCase{"base64_url", Coding::base64_url, "_-8", "\xFF\xEF"},
                    CodingCase{"numbers", Coding::numbers, "80, 75,0x03,-252", "PK\x03\x04"}),
    [](const auto& info) { return info.param.name; });

TEST(LikelyCodings, ByTheFirstCharacters) {
    const auto first = [](std::string_view lead) {
        const auto all = likely_codings(lead);
        return all.empty() ? Coding::plain : all[0];
    };
    EXPECT_EQ(first("%3Chtml%3E%3Cscript%3E"), Coding::percent);
    EXPECT_EQ(first("504b0304140000000800"), Coding::hex);
    EXPECT_EQ(first("80,75,3,4,20,0,0,0"), Coding::numbers);
    EXPECT_EQ(first("UEsDBBQAAAAIAOl4"), Coding::base64);
    EXPECT_EQ(first("UEsDBBQAAAAIAOl4-_"), Coding::base64_url);
    EXPECT_EQ(first("This is a text for people, with blanks in it."), Coding::plain);
    EXPECT_EQ(first(""), Coding::plain);
}

TEST(PayloadType, ByMagic) {
    const auto kind = [](std::string_view bytes) { return payload_type(base::as_bytes(bytes)).kind; };
    EXPECT_EQ(kind("PK\x03\x04xx"), PayloadKind::dangerous);
    EXPECT_EQ(kind(std::string(32'769, '\0') + "CD001"), PayloadKind::dangerous);
    EXPECT_EQ(kind("\x89PNG\r\n\x1A\n"), PayloadKind::harmless);
    EXPECT_EQ(kind("wOF2\0\1"s), PayloadKind::harmless);
    EXPECT_EQ(kind("%PDF-1.7"), PayloadKind::document);
    EXPECT_EQ(kind("\x1F\x8B\x08\0"s), PayloadKind::compressed);
    EXPECT_EQ(kind("<html><body>"), PayloadKind::markup);
    EXPECT_EQ(kind("{\"a\":1}"), PayloadKind::text);
    EXPECT_EQ(kind("Set a = CreateObject(\"x\")"), PayloadKind::dangerous);
    EXPECT_EQ(kind("MZ\x90\0\3"s), PayloadKind::unknown);
    EXPECT_EQ(kind("\x01\x02\x03\x04"), PayloadKind::unknown);
    EXPECT_EQ(kind(""), PayloadKind::unknown);
}

TEST(ByteKey, IsFoundByAMagicNumber) {
    std::string hidden = "PK\x03\x04\x14\0\0\0"s;
    for (char& c : hidden)
        c = static_cast<char>(c ^ 0x2A);
    const auto found = find_byte_key(base::as_bytes(hidden));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->key, 0x2A);
    EXPECT_EQ(found->undo(std::byte(hidden[0])), std::byte('P'));
    EXPECT_FALSE(find_byte_key(base::as_bytes("PK\x03\x04")));
    EXPECT_FALSE(find_byte_key({}));
}

// Noise has a key by chance once in a few million: none of these may.
TEST(ByteKey, NoiseHasNone) {
    std::mt19937 random(11);
    std::string noise(40'000, '\0');
    for (int round = 0; round < 50; ++round) {
        for (char& c : noise)
            c = static_cast<char>(random());
        EXPECT_FALSE(find_byte_key(base::as_bytes(noise)));
    }
}

TEST(ScriptTextProperty, RandomScriptsStayWithinTheirBounds) {
    constexpr std::array<std::string_view, 14> pieces{"'",  "\"", "`", "\\", "\n",      "//", "/*",
                                                      "*/", "+",  ",", "12", "aGVsbG8", "0x", ";"};
    std::mt19937 random(5);
    for (int round = 0; round < 2'000; ++round) {
        std::string script;
        for (int i = 0; i < 80; ++i)
            script += pieces.at(random() % pieces.size());
        for (const LiteralRun& run : literal_runs(script, 1, 1'000).runs) {
            ASSERT_LE(run.begin, run.end);
            ASSERT_LE(run.end, script.size());
            EXPECT_LE(run.size, run.end - run.begin);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::active
