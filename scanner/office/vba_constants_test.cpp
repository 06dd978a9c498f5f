#include "scanner/office/vba_constants.h"

#include <string>

#include <gtest/gtest.h>

namespace sekisho::scanner::office {
namespace {

TEST(PublicConstants, GivesThoseOfOtherModulesThatAreUsed) {
    PublicConstants constants;
    constants.gather(
        "Option Explicit\r\nPublic Const kA = \"power\"\r\n  global CONST kB As String = \"shell\"\r\n"
        "Const kC = \"own\"\r\nPrivate Const kD = \"own\"\r\nPublic kE As String\r\n",
        0);
    EXPECT_EQ(constants.used_by("Sub x()\r\nShell KA & kB & kC & kD & kE\r\nEnd Sub\r\n", 1),
              "Public Const kA = \"power\"\r\nglobal CONST kB As String = \"shell\"\r\n");
    EXPECT_EQ(constants.used_by("Shell kB & kB\n", 1), "global CONST kB As String = \"shell\"\r\n");
    EXPECT_EQ(constants.used_by("Shell kAB & xkA\n", 1), "");
    EXPECT_EQ(constants.used_by("Shell kA\n", 0), "") << "its own are there already";
}

TEST(PublicConstants, TakesTheFirstOfTwo) {
    PublicConstants constants;
    constants.gather("Public Const k = \"a\"", 0);
    constants.gather("Public Const k = \"b\"", 1);
    EXPECT_EQ(constants.used_by("k", 2), "Public Const k = \"a\"\r\n");
}

TEST(PublicConstants, PassesOverWhatIsNoDeclaration) {
    PublicConstants constants;
    constants.gather(
        "Public Const\r\nPublic\r\nPublic Const k = \"a\" & _\r\n\"b\"\r\n' Public Const m = 1\r\n", 0);
    EXPECT_EQ(constants.used_by("k m Const Public", 1), "");
    EXPECT_EQ(PublicConstants().used_by("k", 1), "");
}

TEST(PublicConstants, AreBounded) {
    PublicConstants constants;
    std::string source;
    std::string all;
    for (int i = 0; i < 5'000; ++i) {
        source += "Public Const k" + std::to_string(i) + " = \"" + std::string(100, 'x') + "\"\n";
        all += "k" + std::to_string(i) + " ";
    }
    constants.gather(source, 0);
    const std::string out = constants.used_by(all, 1);
    EXPECT_GT(out.size(), PublicConstants::most_bytes_out / 2);
    EXPECT_LE(out.size(), PublicConstants::most_bytes_out);
    EXPECT_TRUE(constants.full());
}

TEST(PublicConstants, TellWhereSomeAreLeftOut) {
    PublicConstants few;
    few.gather("Public Const a = 1\nPublic Const b = 2\nDim c\n", 0);
    (void)few.used_by("a b", 1);
    EXPECT_FALSE(few.full());
    PublicConstants many;
    for (std::size_t i = 0; i <= PublicConstants::most; ++i)
        many.gather("Public Const k" + std::to_string(i) + " = 1\n", 0);
    EXPECT_TRUE(many.full());
}

}  // namespace
}  // namespace sekisho::scanner::office
