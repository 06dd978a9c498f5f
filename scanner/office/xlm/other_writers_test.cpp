// What other people's programs write and read: python3-xlwt and python3-xlrd, which share nothing with us.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "scanner/office/cfb.h"
#include "scanner/office/xlm/biff.h"
#include "scanner/office/xlm/biff_cells.h"
#include "scanner/office/xlm/biff_records.h"
#include "scanner/office/xlm/pure.h"
#include "scanner/office/xlm/xlm_test_tools.h"
#include "tests/fixtures/biff_writer.h"
#include "tests/fixtures/scratch.h"

namespace sekisho::scanner::office::xlm {
namespace {

constexpr std::string_view python = "/usr/bin/python3";

bool has_modules(const fixtures::Scratch& scratch) {
    return scratch.run(std::string(python) + " -c 'import xlrd, xlwt'").empty();
}

// Strings that go over records, in both widths; every kind of number.
constexpr std::string_view write_book = R"~(
import xlwt
book = xlwt.Workbook(encoding="utf-8")
sheet = book.add_sheet("First")
other = book.add_sheet(u"\u4e8c\u679a\u76ee")
for i in range(60):
    sheet.write(i, 0, ("narrow %d " % i) * 40)
    sheet.write(i, 1, (u"\u898b\u7a4d\u66f8 %d " % i) * 30)
    sheet.write(i, 2, i * 3)
    sheet.write(i, 3, i / 7.0)
    other.write(i, 5, i % 2 == 0)
other.write(0, 0, xlwt.Formula("1+2*A1"))
book.save("book.xls")
)~";

constexpr std::string_view read_book = R"~(
import xlrd
book = xlrd.open_workbook("book.xls")
with open("cells.txt", "wb") as out:
    for number, sheet in enumerate(book.sheets()):
        for row in range(sheet.nrows):
            for column in range(sheet.ncols):
                cell = sheet.cell(row, column)
                if cell.ctype == 1:
                    value = "t" + cell.value
                elif cell.ctype in (2, 4):
                    value = "n%.17g" % cell.value
                else:
                    continue
                out.write(("%d %d %d %s\n" % (number, row, column, value)).encode("utf-8"))
)~";

std::string stream_of(const std::string& file) {
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    Budget budget({}, 1u << 30);
    return std::string(base::as_text(cfb.read(cfb.find_in_root("Workbook").value(), budget).bytes));
}

TEST(OtherWriters, CellsOfXlwtAsXlrdReadsThem) {
    const fixtures::Scratch scratch;
    if (!has_modules(scratch)) GTEST_SKIP() << "python3-xlrd and python3-xlwt are not here";
    scratch.write("write.py", write_book);
    scratch.write("read.py", read_book);
    ASSERT_EQ(scratch.run(std::string(python) + " write.py && " + std::string(python) + " read.py"), "");
    // A macro sheet beside them, so that all cells are read.
    std::string stream = stream_of(scratch.read("book.xls"));
    stream.erase(stream.find_last_not_of('\0') + 1);
    stream += std::string(3, '\0');  // of the last record, EOF
    constexpr std::string_view bof(
        "\x09\x08\x10\x00\x00\x06\x40\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);
    constexpr std::string_view halt(
        "\x06\x00\x1A\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04"
        "\x00\x42\x00\x36\x00",
        30);
    stream += std::string(bof) + std::string(halt) + std::string("\x0A\x00\x00\x00", 4);
    Budget budget({}, 1u << 30);
    const Book book = read_biff(base::as_bytes(stream), budget);
    ASSERT_EQ(book.sheets.size(), 3U);
    EXPECT_EQ(book.sheets[1].name, "\xE4\xBA\x8C\xE6\x9E\x9A\xE7\x9B\xAE");
    std::istringstream lines(scratch.read("cells.txt"));
    std::size_t sheet = 0;
    std::uint32_t row = 0;
    std::uint32_t column = 0;
    std::size_t count = 0;
    std::string value;
    while (lines >> sheet >> row >> column && std::getline(lines, value)) {
        ++count;
        const auto cell = book.sheets.at(sheet).cells.find({column, row});
        ASSERT_NE(cell, book.sheets[sheet].cells.end()) << sheet << ' ' << row << ' ' << column;
        const Value& ours = cell->second.value;
        if (value.at(1) == 't') {
            EXPECT_EQ(ours.text, value.substr(2));
        } else {
            EXPECT_DOUBLE_EQ(ours.number, std::stod(value.substr(2)));
        }
    }
    EXPECT_GT(count, 290U);
}

TEST(OtherWriters, XlrdReadsOurFixtures) {
    const fixtures::Scratch scratch;
    if (!has_modules(scratch)) GTEST_SKIP() << "python3-xlrd and python3-xlwt are not here";
    scratch.write("book.xls", fixtures::xls_file(fixtures::inert_xlm_dropper()));
    scratch.write("names.py",
                  "import xlrd\nbook = xlrd.open_workbook('book.xls')\n"
                  "open('names.txt', 'w').write(' '.join(n.name for n in book.name_obj_list))\n"
                  "open('cell.txt', 'w').write(book.sheet_by_name('Sheet1').cell(0, 0).value)\n");
    EXPECT_EQ(scratch.run(std::string(python) + " names.py"), "");
    EXPECT_EQ(scratch.read("names.txt"), "Auto_Open");
    EXPECT_EQ(scratch.read("cell.txt"), "INERT SEKISHO TEST");
}

}  // namespace
}  // namespace sekisho::scanner::office::xlm
