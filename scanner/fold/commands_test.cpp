#include "scanner/fold/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace sekisho::scanner::fold {
namespace {

using testing::HasSubstr;

TEST(CommandLanguage, IsToldByProgramAndMarks) {
    using enum Language;
    const struct {
        std::string_view text;
        std::optional<Language> language;
    } cases[] = {
        {"powershell -w hidden -c x", powershell},
        {"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -nop", powershell},
        {"p`ower`shell -nop", powershell},
        {"iex ([char]65 + 'b')", powershell},
        {"cmd /c start x", batch},
        {" %ComSpec% /c x", batch},
        {"p^ow^er^sh^ell -x", batch},
        {"%path:~3,1%", batch},
        {"Please send the report to the office by Friday", std::nullopt},
        {"x^2 + y^2 = z^2", std::nullopt},
        {"replace -join", std::nullopt},
        {"", std::nullopt},
    };
    for (const auto& c : cases)
        EXPECT_EQ(language_of_command(c.text), c.language) << c.text;
}

// What a program would hand to another interpreter is folded in that one's language.
TEST(Commands, AreFoldedInTheirOwnLanguage) {
    const struct {
        const char* name;
        Language language;
        std::string_view source;
        std::string_view shown;
    } cases[] = {
        {"literal in VBA", Language::vba, R"vb(x.Run "powershell -c ('INERT '+'SEKI'+'SHO')", 0)vb",
         "INERT SEKISHO"},
        {"joined in VBA", Language::vba, R"vb(x.Run "power" & "shell -c ('INERT '+" & "'SEKI'+'SHO')", 0)vb",
         "INERT SEKISHO"},
        {"carets in JScript", Language::jscript, R"vb(x.Run("cmd /c e^c^h^o I^N^E^R^T SEKISHO"))vb",
         "INERT SEKISHO"},
        {"PowerShell within cmd within VBA", Language::vba,
         R"vb(Shell "cmd /c p^ow^er^sh^ell -c ('INERT '+'SEKI'+'SHO')")vb", "INERT SEKISHO"},
    };
    for (const auto& c : cases) {
        const FoldResult result = fold(c.source, c.language);
        EXPECT_THAT(recovered_text(result), HasSubstr(c.shown)) << c.name;
        EXPECT_FALSE(result.incomplete) << c.name;
    }
}

// Harmless ones in front do not hide the one that matters; more than are kept is told.
TEST(Commands, DecoysDoNotHideOthers) {
    const auto source = [](int decoys) {
        std::string out;
        for (int i = 0; i < decoys; ++i)
            out += "x \"powershell is a nice tool, says page " + std::to_string(i) + "\"\r\n";
        return out + "x \"powershell -c ('INERT '+'SEKI'+'SHO')\"\r\n";
    };
    const FoldResult few = fold(source(40), Language::vba);
    EXPECT_THAT(recovered_text(few), HasSubstr("INERT SEKISHO"));
    EXPECT_FALSE(few.incomplete);
    EXPECT_TRUE(fold(source(80), Language::vba).incomplete);
}

// However many commands there are, and however dear each is: together they take as much as one source may.
TEST(Commands, ShareOneAllowance) {
    std::string source;
    for (int i = 0; i < 60; ++i) {
        source += "x \"powershell -c " + std::to_string(i);
        for (int k = 0; k < 12; ++k)
            source += "; $a = 'y' * 9000";
        source += "\"\r\n";
    }
    const FoldResult result = fold(source, Language::vba);
    EXPECT_GT(result.steps, 1u << 20) << "dear enough";
    EXPECT_LT(result.steps, 3u << 20);
}

TEST(Commands, MoreFilesThanAreKeptIsTold) {
    const auto source = [](int files) {
        std::string out;
        for (int i = 0; i < files; ++i) {
            out += "x \"TVqQ";
            for (int k = 0; k < 23; ++k)
                out += k == 0 ? "kJ" + std::string(1, static_cast<char>('A' + i)) + "Q" : "kJCQ";
            out += "\"\r\n";
        }
        return out;
    };
    EXPECT_EQ(fold(source(16), Language::vba).files.size(), 16U);
    EXPECT_FALSE(fold(source(16), Language::vba).incomplete);
    const FoldResult more = fold(source(17), Language::vba);
    EXPECT_EQ(more.files.size(), 16U);
    EXPECT_TRUE(more.incomplete);
}

TEST(Commands, OfALanguageWithinItselfComeToAnEnd) {
    std::string source = "'INERT'";
    for (int level = 0; level < 12; ++level)
        source = "powershell -c ('a'+'b') \"" + source + "\"";
    const FoldResult result = fold(source, Language::powershell);
    EXPECT_LT(result.steps, 40 * source.size() + (4u << 20));
    // Many of them, each as dear as the last.
    std::string many;
    for (int i = 0; i < 2'000; ++i)
        many += "x \"powershell -c ('INERT " + std::to_string(i) + "'+'SEKISHO')\"\r\n";
    const FoldResult all = fold(many, Language::vba);
    EXPECT_LT(all.steps, 40 * many.size() + (4u << 20));
    EXPECT_TRUE(all.incomplete);
    EXPECT_FALSE(all.recovered.empty());
}

}  // namespace
}  // namespace sekisho::scanner::fold
