// What other people's programs write and read: python3-xlwt and python3-xlrd, which share nothing with us.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>

#include "base/cursor.h"
#include "scanner/office/cfb.h"
#include "scanner/office/xlm/biff.h"
#include "scanner/office/xlm/biff_cells.h"
#include "scanner/office/xlm/biff_records.h"
#include "scanner/office/xlm/pure.h"
#include "scanner/office/xlm/xlm_test_tools.h"
#include "tests/fixtures/biff_writer.h"
#include "tests/fixtures/corpus.h"
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

// Prints row, column and text of each formula that xlrd can take apart.
constexpr std::string_view read_formulas = R"~(
import io, struct, sys, xlrd
from xlrd.formula import decompile_formula, FMLA_TYPE_CELL
book = xlrd.open_workbook(sys.argv[1], on_demand=True, logfile=io.StringIO())
if book.biff_version < 80:
    sys.exit(0)
memory, at, end = book.mem, book.base, book.base + book.stream_len
with open("formulas.txt", "wb") as out:
    while at + 4 <= end:
        kind, size = struct.unpack("<HH", memory[at:at + 4])
        data = memory[at + 4:at + 4 + size]
        at += 4 + size
        if kind != 6 or size < 22 or data[22:23] == b"\x01":
            continue
        row, column = struct.unpack("<HH", data[:4])
        length = struct.unpack("<H", data[20:22])[0]
        try:
            text = decompile_formula(book, data[22:], length, FMLA_TYPE_CELL, browx=row, bcolx=column, blah=0)
        except Exception:
            continue
        if text is not None:
            out.write(("%d %d %s\n" % (row, column, text.replace("\n", " "))).encode("utf-8"))
)~";

// xlrd writes $A$1, Sheet!A1:A1, 5.0 and CALL_ADDIN("DELTA",1) where this writes A1, Sheet!A1, 5 and
// DELTA(1).
std::string normal(std::string text) {
    static const std::regex same("([A-Z]+[0-9]+):\\1(?![0-9])");
    static const std::regex addin("CALL_ADDIN\\(\"([A-Z0-9.]+)\",");
    static const std::regex whole("([0-9])\\.0(?![0-9])");
    std::erase_if(text, [](char c) { return c == '$' || c == '\'' || c == ' '; });
    text = std::regex_replace(text, addin, "$1(");
    return std::regex_replace(std::regex_replace(text, same, "$1"), whole, "$1");
}

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

TEST(OtherWriters, FormulasOfTheCorpusAsXlrdReadsThem) {
    const fixtures::Scratch scratch;
    const std::string directory = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
    if (directory.empty() || !has_modules(scratch)) GTEST_SKIP() << "no corpus, or no python3-xlrd";
    scratch.write("formulas.py", read_formulas);
    std::size_t compared = 0;
    for (const auto& file : fixtures::corpus_files(directory, {"office-clean"})) {
        if (!file.path.ends_with(".xls")) continue;
        scratch.write("formulas.txt", "");
        if (!scratch.run(std::string(python) + " formulas.py '" + file.path + "'").empty()) continue;
        const std::string theirs = scratch.read("formulas.txt");
        const std::string stream = theirs.empty() ? "" : stream_of(fixtures::read_whole_file(file.path));
        if (stream.empty()) continue;
        std::set<std::string> ours;
        Budget budget({}, 1u << 30);
        const Book book = read_biff(base::as_bytes(stream), budget);
        for_each_formula(stream, [&](Place place, const Source& source) {
            const std::string text = formula_text(read_formula(book, source, place, budget)).substr(1);
            ours.insert(std::to_string(place.row) + " " + std::to_string(place.column) + " " + normal(text));
        });
        std::istringstream lines(theirs);
        std::uint32_t row = 0;
        std::uint32_t column = 0;
        std::string text;
        while (lines >> row >> column && std::getline(lines, text)) {
            const std::string line = std::to_string(row) + " " + std::to_string(column) + " " + normal(text);
            EXPECT_TRUE(ours.contains(line)) << file.path << ": " << line;
            ++compared;
        }
    }
    EXPECT_GT(compared, 200U);
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
