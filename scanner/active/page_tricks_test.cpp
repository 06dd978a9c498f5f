#include "scanner/active/page_tricks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::active {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

PageTricks tricks_of(std::string_view script) {
    PageTricks out;
    out.add(script);
    return out;
}

TEST(PageTricks, AreReadFromLiterals) {
    EXPECT_THAT(tricks_of("s.replace(/@#/g, '')").junk, ElementsAre("@#"));
    EXPECT_THAT(tricks_of("s.replace(/\\$\\./gi,\"\")").junk, ElementsAre("$."));
    EXPECT_THAT(tricks_of("s.replaceAll(\"~\",'')").junk, ElementsAre("~"));
    EXPECT_THAT(tricks_of("s.split('XY').join('')").junk, ElementsAre("XY"));
    EXPECT_THAT(tricks_of("s.slice(5) + s.substring( 12 )").skipped, ElementsAre(5u, 12u));
    EXPECT_THAT(tricks_of("c.charCodeAt(0) - 3; c.charCodeAt(i)+7").shifts, ElementsAre(-3, 7));
    EXPECT_TRUE(tricks_of("s.replace(/(.)./g,'$1')").in_turn);
    EXPECT_TRUE(tricks_of("for(i=0;i<n;i+=2)o+=s.charAt(i)").in_turn);
    EXPECT_THAT(tricks_of("k='sekisho';x=a^b").keys, ElementsAre("sekisho"));
    EXPECT_THAT(tricks_of("k=[1, 2, 255];x=a^b").keys, ElementsAre("\x01\x02\xFF"));
}

TEST(PageTricks, OtherUsesSayNothing) {
    EXPECT_THAT(
        tricks_of("s.replace(/[a-z]+/g,'') + s.replace(/a/g,'b') + s.replace(x,'') + s.replace(/\\s/g,'')")
            .junk,
        IsEmpty());
    EXPECT_THAT(tricks_of("s.split(',').join(';') + s.split(',')").junk, IsEmpty());
    EXPECT_THAT(tricks_of("s.slice(0, 5) + s.slice(-5) + s.substr(x)").skipped, IsEmpty());
    EXPECT_THAT(tricks_of("s.charCodeAt(0) == 3").shifts, IsEmpty());
    EXPECT_THAT(tricks_of("k='sekisho'").keys, IsEmpty());
    EXPECT_FALSE(tricks_of("for(i=0;i<n;i+=2)x(i)").in_turn);
}

TEST(PageTricks, AreUndone) {
    EXPECT_THAT(tricks_of("s.replace(/@#/g,'')").undo("a@#b@#c@"), ElementsAre("abc@"));
    EXPECT_THAT(tricks_of("s.slice(3)").undo("abcdef"), ElementsAre("def"));
    EXPECT_THAT(tricks_of("s.slice(30)").undo("abcdef"), IsEmpty());
    EXPECT_THAT(tricks_of("c.charCodeAt(0)-1").undo("bcd"), ElementsAre("abc"));
    EXPECT_THAT(tricks_of("s.replace(/(.)./g,'$1')").undo("a1b2c"), ElementsAre("abc", "12"));
    EXPECT_THAT(tricks_of("s.replace(/-/g,'').slice(2)").undo("x-xa-b"), ElementsAre("xxab", "ab"));
    EXPECT_THAT(PageTricks().undo("abc"), IsEmpty());
}

TEST(PageTricks, ListsAreBounded) {
    std::string script = "x=a^b;";
    for (int i = 10; i < 90; ++i)
        script += "s.replace(/j" + std::to_string(i) + "/g,'').slice(" + std::to_string(i) + ");k='key" +
                  std::to_string(i) + "';c.charCodeAt(0)-" + std::to_string(i % 60 + 1) + ";";
    const PageTricks tricks = tricks_of(script);
    EXPECT_THAT(tricks.junk, SizeIs(PageTricks::most));
    EXPECT_THAT(tricks.skipped, SizeIs(PageTricks::most));
    EXPECT_THAT(tricks.shifts, SizeIs(PageTricks::most));
    EXPECT_THAT(tricks.keys, SizeIs(16));
}

TEST(PageTricks, DamagedScriptsAreNoTrouble) {
    const std::string script =
        "s.replace(/\\@#/g,'').split('XY').join('').slice(5);c.charCodeAt(0)-3;k=[1,2,3];x=a^b";
    for (std::size_t size = 0; size <= script.size(); ++size)
        EXPECT_LE(tricks_of(script.substr(0, size)).undo("abcdef").size(), 12u);
    for (std::uint32_t seed = 0; seed < 500; ++seed)
        EXPECT_LE(tricks_of(fixtures::mutate(script, seed)).undo("abcdef").size(), 16u);
}

}  // namespace
}  // namespace sekisho::scanner::active
