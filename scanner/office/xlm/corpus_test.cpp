// Real workbooks of other projects' test suites: every formula is understood, and none of the honest ones is
// taken for anything else.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/cursor.h"
#include "base/text.h"
#include "scanner/office/cfb.h"
#include "scanner/office/xlm/biff.h"
#include "scanner/office/xlm/biff12.h"
#include "scanner/office/xlm/biff_records.h"
#include "scanner/office/xlm/package.h"
#include "scanner/office/xlm/tokens.h"
#include "scanner/office/xlm/xlm_test_tools.h"
#include "tests/fixtures/corpus.h"
#include "tests/fixtures/scratch.h"

namespace sekisho::scanner::office::xlm {
namespace {

class XlmCorpus : public testing::Test {
protected:
    void SetUp() override {
        directory = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
        if (directory.empty()) GTEST_SKIP() << "no corpus of real files here (SEKISHO_CORPUS)";
    }
    std::vector<fixtures::CorpusFile> files(std::string_view extension) const {
        auto out = fixtures::corpus_files(
            directory, {"office-clean", "vba", "vba-stub", "xlm", "office-embedded", "office-malformed"});
        std::erase_if(out,
                      [&](const auto& file) { return !base::ends_with_ignoring_case(file.path, extension); });
        return out;
    }
    std::string directory;
};

// The Workbook or Book streams of a compound file.
std::vector<std::string> streams_of(const std::string& file) {
    std::vector<std::string> out;
    auto cfb = Cfb::open(base::as_bytes(file));
    if (!cfb) {
        if (biff_version(base::as_bytes(file)) != 0) out.push_back(file);
        return out;
    }
    Budget budget({}, 1u << 30);
    for (std::uint32_t i = 0; i < cfb->entries().size(); ++i) {
        const std::string& name = cfb->entries()[i].name;
        if (name != "Workbook" && name != "Book") continue;
        out.emplace_back(base::as_text(cfb->read(i, budget).bytes));
    }
    return out;
}

struct Count {
    std::size_t formulas = 0;
    std::size_t names = 0;
};

// All formulas of all sheets, not those of macro sheets alone.
void expect_known(const std::string& stream, const std::string& path, Count& count) {
    Budget budget({}, 1u << 30);
    Book book = read_biff(base::as_bytes(stream), budget);
    if (book.locked || !book.damage.empty()) return;
    for (const Name& name : book.names) {
        ++count.names;
        if (name.formula.empty()) continue;
        const Formula formula = read_formula(book, name.formula, {0, 0, 0}, budget);
        EXPECT_FALSE(formula.damaged) << path << ' ' << name.name;
    }
    for_each_formula(stream, [&](Place place, const Source& source) {
        if (shared_formula(book.dialect, source, place)) return;
        ++count.formulas;
        const Formula formula = read_tokens(book, source, place);
        EXPECT_FALSE(formula.damaged) << path << ' ' << cell_name(place.row, place.column) << ' '
                                      << formula_text(formula).substr(0, 200);
    });
}

TEST_F(XlmCorpus, EveryFormulaOfEveryStreamIsUnderstood) {
    Count count;
    for (const auto& file : files(".xls")) {
        if (file.kind == "office-malformed") continue;
        for (const std::string& stream : streams_of(fixtures::read_whole_file(file.path)))
            expect_known(stream, file.path, count);
    }
    EXPECT_GT(count.formulas, 5'000U);
    EXPECT_GT(count.names, 50U);
}

TEST_F(XlmCorpus, StreamsWithoutMacrosSayNothingAndThoseWithThemDo) {
    std::size_t streams = 0;
    for (const auto& file : files(".xls")) {
        for (const std::string& stream : streams_of(fixtures::read_whole_file(file.path))) {
            ++streams;
            const Opened opened(stream);
            EXPECT_LT(opened.score(), 5.0) << file.path;
            if (file.kind == "xlm") {
                EXPECT_TRUE(opened.has("office.xlm.macro")) << file.path;
            } else if (file.value("xlm") == "no") {
                EXPECT_TRUE(opened.ids().empty()) << file.path << ' ' << opened.ids().front();
            }
        }
    }
    EXPECT_GT(streams, 80U);
}

TEST_F(XlmCorpus, Packages) {
    std::size_t packages = 0;
    for (const std::string_view extension : {".xlsm", ".xlsb", ".xlsx"}) {
        for (const auto& file : files(extension)) {
            const fixtures::Scratch scratch;
            if (!scratch.run("unzip -qq -o '" + file.path + "' -d all").empty() &&
                file.kind == "office-malformed")
                continue;
            std::vector<std::string> bytes;
            std::vector<std::string> names;
            if (!std::filesystem::exists(scratch.path() / "all")) continue;
            for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch.path() / "all")) {
                if (!entry.is_regular_file()) continue;
                names.push_back(std::filesystem::relative(entry.path(), scratch.path() / "all").string());
                bytes.push_back(fixtures::read_whole_file(entry.path().string()));
            }
            std::vector<PackageMember> members;
            for (std::size_t i = 0; i < names.size(); ++i)
                members.push_back({names[i], base::as_bytes(bytes[i])});
            ++packages;
            TestExtraction extraction;
            const Part part = test_part({}, "book");
            open_package(part, members, extraction);
            const bool macro = extraction.findings().has("office.xlm.macro");
            // Those of the corpus are empty but for a note.
            const bool formulas = std::ranges::any_of(members, [](const PackageMember& one) {
                return one.name.starts_with("xl/macrosheets/") &&
                       base::as_text(one.bytes).find("<f>") != std::string_view::npos;
            });
            EXPECT_EQ(macro, formulas) << file.path;
            EXPECT_FALSE(extraction.findings().has("office.xlm.dropper")) << file.path;
            EXPECT_FALSE(extraction.findings().has("office.xlm.damaged")) << file.path;
        }
    }
    EXPECT_GT(packages, 40U);
}

// The formulas of binary sheets, of which the corpus has no macro sheet.
TEST_F(XlmCorpus, EveryFormulaOfBinarySheetsIsUnderstood) {
    std::size_t formulas = 0;
    for (const auto& file : files(".xlsb")) {
        const fixtures::Scratch scratch;
        if (!scratch.run("unzip -qq -o '" + file.path + "' -d all").empty()) continue;
        Book book;
        book.dialect = Dialect::biff12;
        std::vector<std::string> ids;
        const std::string workbook =
            fixtures::read_whole_file((scratch.path() / "all/xl/workbook.bin").string());
        read_workbook_bin(base::as_bytes(workbook), book, ids);
        EXPECT_FALSE(book.sheets.empty()) << file.path;
        EXPECT_EQ(ids.size(), book.sheets.size());
        Budget budget({}, 1u << 30);
        for (std::size_t i = 0; i < book.sheets.size(); ++i) {
            const std::string sheet = fixtures::read_whole_file(
                (scratch.path() / ("all/xl/worksheets/sheet" + std::to_string(i + 1) + ".bin")).string());
            read_cells_bin(base::as_bytes(sheet), book, book.sheets[i], budget);
            for (const auto& [key, cell] : book.sheets[i].cells) {
                if (cell.formula.empty()) continue;
                ++formulas;
                const Formula formula =
                    formula_of(book, {static_cast<std::int32_t>(i), key.row, key.column}, cell, budget);
                EXPECT_FALSE(formula.damaged) << file.path << ' ' << cell_name(key.row, key.column);
            }
        }
    }
    EXPECT_GT(formulas, 0U);
}

}  // namespace
}  // namespace sekisho::scanner::office::xlm
