#include "scanner/office/xlm/biff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/office/xlm/xlm_test_tools.h"
#include "tests/fixtures/biff_writer.h"

namespace sekisho::scanner::office::xlm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using namespace fixtures::rpn;
using fixtures::BiffBook;
using fixtures::BiffSheet;

Book book_of(const std::string& stream) {
    Budget budget({}, 1u << 30);
    return read_biff(base::as_bytes(stream), budget);
}

// A macro sheet with these formulas down its first column, run by Auto_Open.
BiffBook macro_of(const std::vector<std::string>& formulas) {
    BiffBook book;
    BiffSheet macro{.name = "M", .macro = true};
    for (std::size_t row = 0; row < formulas.size(); ++row)
        macro.cells.push_back({.row = static_cast<std::uint16_t>(row), .tokens = formulas[row]});
    book.sheets.push_back(macro);
    book.names.push_back({.name = "\x01", .tokens = reference(0, 0, 0), .built_in = true});
    return book;
}

TEST(Biff, SheetsNamesAndCells) {
    for (const bool wide : {false, true}) {
        for (const std::size_t piece : {8'224U, 37U, 12U}) {
            BiffBook book = fixtures::inert_xlm_dropper();
            book.wide = wide;
            book.piece = piece;
            book.sheets[0].cells.push_back({.row = 1, .column = 2, .text = "a second text"});
            book.sheets[0].cells.push_back({.row = 2, .column = 1, .has_number = true, .number = 0.5});
            const std::string stream = fixtures::biff8_stream(book);
            const Book read = book_of(stream);
            ASSERT_EQ(read.sheets.size(), 2U);
            EXPECT_EQ(read.sheets[0].name, "Sheet1");
            EXPECT_EQ(read.sheets[1].name, "Macro1");
            EXPECT_TRUE(read.sheets[1].macro);
            EXPECT_EQ(read.sheets[1].state, SheetState::very_hidden);
            EXPECT_EQ(read.sheets[1].formulas, 4U);
            ASSERT_EQ(read.names.size(), 1U);
            EXPECT_EQ(read.names[0].name, "Auto_Open");
            EXPECT_EQ(read.sheets[0].cells.at({0, 0}).value.text, "INERT SEKISHO TEST");
            EXPECT_EQ(read.sheets[0].cells.at({2, 1}).value.text, "a second text");
            EXPECT_EQ(read.sheets[0].cells.at({1, 2}).value.number, 0.5);
            EXPECT_EQ(read.damage, "");
        }
    }
}

TEST(Biff, StateIsReadWithoutTheBitsThatMislead) {
    BiffBook book = fixtures::inert_xlm_dropper();
    for (const auto& [state, expected] :
         {std::pair{0xFC, SheetState::visible}, std::pair{0xFD, SheetState::hidden},
          std::pair{0xF2, SheetState::very_hidden}, std::pair{0x03, SheetState::hidden}}) {
        book.sheets[1].state = static_cast<std::uint8_t>(state);
        EXPECT_EQ(book_of(fixtures::biff8_stream(book)).sheets[1].state, expected) << state;
    }
}

TEST(Biff, MacroSheetThatTheListCallsSomethingElse) {
    std::string stream = fixtures::biff8_stream(fixtures::inert_xlm_dropper());
    const std::size_t at = stream.find("Macro1") - 3;  // dt
    ASSERT_EQ(stream[at], 1);
    stream[at] = 0;
    EXPECT_TRUE(book_of(stream).sheets[1].macro);
}

TEST(Biff, GarbageBetweenSheetsHidesNone) {
    BiffBook book = fixtures::inert_xlm_dropper();
    const std::string stream = fixtures::biff8_stream(book);
    const std::size_t macro = stream.rfind(std::string("\x09\x08\x10\x00\x00\x06\x40\x00", 8));
    std::string broken = stream.substr(0, macro) + std::string(3, '\xFF') + stream.substr(macro);
    const std::size_t field = broken.find("Macro1") - 8;  // lbPlyPos
    broken[field] = static_cast<char>(broken[field] + 3);
    EXPECT_TRUE(Opened(broken).has("office.xlm.dropper"));
}

TEST(Biff, FormulasAsText) {
    struct Row {
        std::string_view name;
        std::string tokens;
        std::string_view text;
    };
    const Row rows[] = {
        {"text", text("a\"b"), "=\"a\"\"b\""},
        {"joined", text("a") + text("b") + concat() + reference(1, 2) + concat(), "=\"a\"&\"b\"&C2"},
        {"sum", integer(1) + number(2.5) + binary('+'), "=1+2.5"},
        {"other sheet", reference(0, 9, 27), "=M!AB10"},
        {"lost", lost_reference(), "=#REF!"},
        {"name", name(1), "=Auto_Open"},
        {"call", reference(0, 0) + function(0xFF, 1), "=A1()"},
        {"fixed function", integer(65) + function(0x6F), "=CHAR(65)"},
        {"left out", text("x") + missing() + function(0x6E, 2), "=EXEC(\"x\",)"},
        {"command", text("=1") + reference(3, 0) + command(0x60, 2), "=FORMULA(\"=1\",A4)"},
        {"run", reference(3, 0) + command(0x11, 1), "=RUN(A4)"},
        {"percent", integer(5) + std::string("\x14"), "=5%"},
        {"minus", integer(5) + std::string("\x13"), "=-5"},
        {"parentheses", integer(5) + std::string("\x15"), "=(5)"},
        {"if with jumps", truth(true) + std::string("\x19\x02\x03\x00", 4) + integer(1) + function(1, 2),
         "=IF(TRUE,1)"},
        {"sum attribute", reference(0, 0) + std::string("\x19\x10\x00\x00", 4), "=SUM(A1)"},
    };
    for (const Row& row : rows) {
        const std::string stream = fixtures::biff8_stream(macro_of({row.tokens}));
        const Opened opened(stream);
        EXPECT_THAT(opened.text("xlm:M"), HasSubstr(std::string("A1: ") + std::string(row.text) + "\n"))
            << row.name;
        EXPECT_FALSE(opened.has("office.xlm.damaged")) << row.name;
    }
}

TEST(Biff, InertDropperIsMalicious) {
    const std::string stream = fixtures::biff8_stream(fixtures::inert_xlm_dropper());
    const Opened opened(stream);
    EXPECT_THAT(opened.ids(),
                IsSupersetOf({"office.xlm.autoexec", "office.xlm.download", "office.xlm.dropper",
                              "office.xlm.exec", "office.xlm.hidden", "office.xlm.macro"}));
    EXPECT_GE(opened.score(), 10.0);
    EXPECT_THAT(opened.text("folded:xlm"), HasSubstr("http://example.invalid/wp-content/x/"));
    EXPECT_THAT(opened.text("folded:xlm"), HasSubstr("EXEC(\"rem inert regsvr32 -s ..\\x.ocx\")"));
}

TEST(Biff, HonestBooksStayClean) {
    EXPECT_LT(Opened(fixtures::biff8_stream(fixtures::print_macro_book())).score(), 5.0);
    EXPECT_LT(Opened(fixtures::biff8_stream(fixtures::addin_book())).score(), 5.0);
    BiffBook hidden = fixtures::print_macro_book();
    hidden.sheets[1].state = 1;
    EXPECT_LT(Opened(fixtures::biff8_stream(hidden)).score(), 5.0);
}

TEST(Biff, LeftoverAutoOpenIsNothing) {
    BiffBook book = fixtures::print_macro_book();
    book.sheets[1].cells.clear();
    book.names[0].tokens = lost_reference();
    const std::string stream = fixtures::biff8_stream(book);
    EXPECT_THAT(Opened(stream).ids(), IsEmpty());
}

TEST(Biff, LostAutoOpenBesideAMacro) {
    BiffBook book = fixtures::print_macro_book();
    book.names[0].tokens = lost_reference();
    EXPECT_FALSE(Opened(fixtures::biff8_stream(book)).has("office.xlm.autoexec"));
}

TEST(Biff, SpellingsOfAutoOpen) {
    for (const std::string_view name :
         {"Auto_Open", "auto_openXYZ", "AUTO_OPEN1", "_xlnm.Auto_Open", "Au\xE2\x80\x8Bto_Open", "Auto_Close",
          "auto_activate", "Auto_Deactivate2", "A\x01uto_Open", "\xEF\xBC\xA1uto_Open",
          "Auto\xC2\xAD_Open"}) {
        EXPECT_TRUE(is_auto_name(name)) << name;
    }
    for (const std::string_view name : {"AutoOpen", "Print_Area", "My_Auto_Open", "", "_xlnm."})
        EXPECT_FALSE(is_auto_name(name)) << name;
}

TEST(Biff, DdeLinkToAShell) {
    BiffBook book;
    book.sheets.push_back({.name = "Sheet1"});
    book.dde = "cmd|/c rem inert";
    EXPECT_THAT(Opened(fixtures::biff8_stream(book)).ids(), ElementsAre("office.dde.exec"));
    book.dde = "RSS|7203.T";
    EXPECT_THAT(Opened(fixtures::biff8_stream(book)).ids(), IsEmpty());
}

TEST(Biff, LockedStreamSaysNothing) {
    std::string stream = fixtures::biff8_stream(fixtures::inert_xlm_dropper());
    const std::string file_pass("\x2F\x00\x06\x00\x00\x00\x01\x02\x03\x04", 10);
    stream.insert(20, file_pass);  // behind BOF
    EXPECT_THAT(Opened(stream).ids(), IsEmpty());
}

TEST(Biff, EveryCutIsRead) {
    BiffBook book = fixtures::inert_xlm_dropper();
    book.piece = 40;
    const std::string stream = fixtures::biff8_stream(book);
    for (std::size_t size = 0; size < stream.size(); ++size) {
        const Opened opened(std::string_view(stream).substr(0, size));
        EXPECT_LE(opened.extraction.children.size(), 3U) << size;
    }
}

TEST(Biff, EveryByteFlipped) {
    const std::string stream = fixtures::biff8_stream(fixtures::inert_xlm_dropper());
    for (std::size_t at = 0; at < stream.size(); ++at) {
        for (const int mask : {0xFF, 0x01, 0x80}) {
            std::string broken = stream;
            broken[at] = static_cast<char>(broken[at] ^ mask);
            const Opened opened(broken);
            EXPECT_LE(opened.extraction.children.size(), 4U) << at;
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::office::xlm
