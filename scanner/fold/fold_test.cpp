#include "scanner/fold/fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "scanner/fold/js_words.h"
#include "scanner/fold/ps_words.h"
#include "scanner/fold/vba_words.h"
#include "tests/fixtures/droppers.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::fold {
namespace {

constexpr std::array languages{Language::vba, Language::jscript, Language::powershell, Language::batch};

void expect_bounded(std::string_view source, Language language) {
    const FoldResult result = fold(source, language);
    EXPECT_LE(result.text.size(), 4 * source.size() + (64U << 10));
    std::size_t recovered = 0;
    for (const Folded& folded : result.recovered) {
        recovered += folded.text.size();
        EXPECT_LE(folded.offset, source.size());
    }
    EXPECT_LE(recovered, FoldLimits().max_recovered_bytes);
    EXPECT_LE(result.steps, 8 * source.size() + FoldLimits().max_steps);
    const FoldResult again = fold(source, language);
    EXPECT_EQ(again.text, result.text);
    EXPECT_EQ(again.steps, result.steps);
    EXPECT_EQ(recovered_text(again), recovered_text(result));
}

// Words of all the languages, so that soups of them come near to programs.
std::string soup(std::uint32_t seed) {
    constexpr std::array<std::string_view, 84> words{
        "\"a\"",      "'b'",      "\"",     "'",       "`",     "(",        ")",      "[",     "]",
        "{",          "}",        ",",      ";",       ":",     "\n",       " _\n",   "&",     "+",
        "-",          "*",        "=",      "==",      "+=",    "++",       "^",      "%",     "%a%",
        "!a!",        "%a:~1,2%", ".",      "::",      "..",    "|",        "#",      "@",     "$",
        "$a",         "$_",       "a",      "b",       "1",     "65",       "0x41",   "&H41",  "Chr",
        "StrReverse", "Replace",  "Split",  "Join",    "Mid",   "Array",    "For",    "To",    "Step",
        "Next",       "Do",       "While",  "Loop",    "If",    "Then",     "Else",   "End",   "Sub",
        "Function",   "Const",    "Xor",    "for",     "while", "function", "return", "var",   "fromCharCode",
        "String",     "substr",   "length", "foreach", "in",    "-join",    "-f",     "-bxor", "[char]",
        "% {",        "set a=",   "1,2,3"};
    std::mt19937 random(seed);
    std::string out;
    for (std::uint32_t i = 0; i < 20 + seed % 300; ++i) {
        out += words[random() % words.size()];
        if (random() % 2 == 0) out += ' ';
    }
    return out;
}

std::string times(std::string_view text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out += text;
    return out;
}

TEST(FoldProperty, SoupsAreBounded) {
    for (std::uint32_t seed = 1; seed <= 1'500; ++seed)
        for (const Language language : languages)
            expect_bounded(soup(seed), language);
}

TEST(FoldProperty, TruncatedAndMutatedDroppers) {
    for (const fixtures::Dropper& dropper : fixtures::vba_droppers()) {
        const std::string source(dropper.source);
        for (std::size_t size = 0; size < source.size(); size += 3)
            for (const Language language : languages)
                expect_bounded(source.substr(0, size), language);
        for (std::uint32_t seed = 1; seed <= 100; ++seed)
            for (const Language language : languages)
                expect_bounded(fixtures::mutate(source, seed), language);
    }
}

// Each would be quadratic or worse, or overflow the stack, with a naive reader. The steps are what is
// bounded.
TEST(FoldProperty, HostileShapesAreBounded) {
    std::string chain = "s = \"a\"\n";
    for (int i = 0; i < 5'000; ++i)
        chain += "s = \"x\" & s & \"y\"\nt" + std::to_string(i) + " = s\n";
    std::string lists = "a = Array(1)\n";
    for (int i = 0; i < 5'000; ++i)
        lists += "a = Array(a, a)\n";
    std::string nested;
    for (int i = 0; i < 5'000; ++i)
        nested += "For i = 1 To 1000\ns = s & Chr(65)\n";
    const std::vector<std::string> hostile{
        times("\"", 200'000),
        times("Replace(", 40'000),
        times("\"a\"&", 40'000),
        times("'a'+", 40'000),
        "Replace(\"" + times("a", 60'000) + "\",\"a\",\"" + times("b", 60'000) + "\")",
        times("(", 200'000),
        times("[", 200'000),
        times("{", 100'000),
        times("_", 200'000),
        times("If a Then ", 20'000),
        times("if(a)", 40'000),
        times("x=>{", 40'000),
        times("function f(){", 20'000),
        times("-join ", 40'000),
        times("$a=", 40'000),
        times("a=", 40'000),
        times("Not ", 40'000),
        times("-", 100'000),
        times("f(a,", 40'000),
        times("%a", 100'000),
        times("^", 100'000),
        times("set a=%a%x&", 20'000),
        times("For i = 1 To 9\n", 10'000),
        times("for(i=0;i<9;i++){s+=String.fromCharCode(65);", 3'000),
        times("foreach($c in 1,2,3){$s+=[char]($c -bxor 1);", 3'000),
        times("1,2,3|%{[char]$_}", 10'000),
        chain,
        lists,
        nested,
        nested + times("Next\n", 5'000),
        "Function F(a)\nF = F(Chr(a)) & F(Chr(a))\nEnd Function\nx = F(1) & F(2)",
        "function f(a){var s='';for(;1;){s+=String.fromCharCode(65);}return s;} x(f('a'))",
        "a = String(60000, \"a\")\n" + times("b = a & a\na = b & b\n", 200),
        times("a[0](", 40'000),
        times("x.y(", 40'000),
        times("`", 100'000),
        times("$(", 60'000),
        times("@(", 60'000),
        times("? a : ", 30'000)};
    for (std::size_t i = 0; i < hostile.size(); ++i) {
        SCOPED_TRACE(i);
        for (const Language language : languages)
            expect_bounded(hostile[i], language);
    }
}

// The numbers of the words and the table of their names are two lists of the same order.
TEST(Words, NumbersAndNamesAgree) {
    EXPECT_EQ(vba::known_names().size(), vba::w_default + 1U);
    EXPECT_EQ(vba::known_names()[vba::w_filter], "filter");
    EXPECT_EQ(vba::known_names()[vba::w_empty], "empty");
    EXPECT_EQ(vba::known_names()[vba::w_global], "global");
    EXPECT_EQ(js::known_names().size(), js::w_undefined + 1U);
    EXPECT_EQ(js::known_names()[js::w_from_char_code], "fromCharCode");
    EXPECT_EQ(js::known_names()[js::w_fill], "fill");
    EXPECT_EQ(ps::known_names().size(), ps::w_null + 1U);
    EXPECT_EQ(ps::known_names()[ps::w_invariant_upper], "toupperinvariant");
    EXPECT_EQ(ps::known_names()[ps::w_throw], "throw");
}

TEST(FoldLimits, AreTold) {
    EXPECT_FALSE(fold("x = \"a\" & \"b\"", Language::vba).incomplete);
    EXPECT_TRUE(fold("x = " + times("(", 100) + "\"a\"" + times(")", 100), Language::vba).incomplete);
    FoldLimits small;
    small.max_source_bytes = 5;
    const FoldResult cut = fold("x = 1: y = \"a\" & \"b\"", Language::vba, small);
    EXPECT_TRUE(cut.incomplete);
    EXPECT_EQ(cut.text, "x = 1: y = \"a\" & \"b\"");
    small = {};
    small.max_growth_bytes = 10;
    EXPECT_TRUE(fold("x = String(100, \"a\") & y", Language::vba, small).incomplete);
    small = {};
    small.max_recovered_bytes = 50;
    EXPECT_TRUE(fold("x = String(100, \"a\") & y", Language::vba, small).incomplete);
}

TEST(RecoveredText, IsEmptyWhereNothingIsNew) {
    EXPECT_EQ(recovered_text(fold("Sub A()\nMsgBox \"hello\"\nEnd Sub", Language::vba)), "");
    EXPECT_EQ(recovered_text(fold("alert('hello');", Language::jscript)), "");
    EXPECT_EQ(recovered_text(fold("Write-Host 'hello'", Language::powershell)), "");
    EXPECT_EQ(recovered_text(fold("@echo off\r\necho hello\r\n", Language::batch)), "");
    EXPECT_EQ(recovered_text(fold(fixtures::benign_js(), Language::jscript)), "");
}

TEST(RecoveredText, HoldsTheSourceAndWhatHasNoPlaceInIt) {
    const std::string text = recovered_text(
        fold("Sub A()\ns = \"po\"\ns = s & \"wer\"\nEnd Sub\nx = \"w\" & \"ord\"", Language::vba));
    EXPECT_THAT(text, testing::HasSubstr("x = \"word\""));
    EXPECT_THAT(text, testing::HasSubstr("\npower"));
}

TEST(Droppers, AreSeenThrough) {
    const auto text_of = [](std::string_view wave) {
        for (const fixtures::Dropper& dropper : fixtures::vba_droppers())
            if (dropper.wave == wave) return recovered_text(fold(dropper.source, Language::vba));
        return std::string();
    };
    EXPECT_THAT(text_of("2018-05"), testing::HasSubstr("powershell -e SQBOAEUAUgBU"));
    EXPECT_THAT(text_of("2018-05"), testing::HasSubstr("INERT SEKISHO TEST"));
    EXPECT_THAT(text_of("2019-09"), testing::HasSubstr("GetObject(\"winmgmts:Win32_Process\").Create"));
    EXPECT_THAT(text_of("2021-11"), testing::HasSubstr("sh.Run \"cmd /c start /B powershell -enc $dfkj="));
    EXPECT_THAT(text_of("2021-11"), testing::HasSubstr("http://example.invalid/inert/"));
    EXPECT_THAT(text_of("2022-02"), testing::HasSubstr("s.Run \"wscript c:\\programdata\\inerttest.vbs\""));
}

}  // namespace
}  // namespace sekisho::scanner::fold
