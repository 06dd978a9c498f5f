// PDFs whose actions, files and filters are made to cost much or to break the reader.
#include <gtest/gtest.h>

#include <random>

#include "scanner/active/pdf_actions.h"
#include "scanner/active/pdf_actions_testing.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::active {
namespace {

TEST(PdfActions, ChainsOfFiltersAreCharged) {
    std::string filters;
    for (int i = 0; i < 9; ++i)
        filters += "/FlateDecode ";
    ReadPdf read(pdf(attached("a.txt"), "",
                     {"<< /F (a.txt) /EF << /F 5 0 R >> >>", pdf_stream("/Filter [" + filters + "]", "x")}));
    EXPECT_EQ(read.ids(), "document.damaged pdf.attachment");
}

TEST(PdfActions, UnfoldingIsCharged) {
    model::ScanLimits limits;
    limits.max_bytes_out = 1'000;
    ReadPdf read(pdf(attached("a.txt"), "", file_objects("a.txt", std::string(5'000, 'x'))), limits);
    EXPECT_EQ(read.extraction.budget().reached(), std::vector<std::string>{"limit.bytes"});
}

// Each update is a table of its own, and the one before it is named in its trailer.
TEST(PdfActions, UpdatesOfUpdatesEnd) {
    std::string bytes = pdf("/OpenAction << /S /Launch /F (cmd.exe) >>");
    for (int i = 0; i < 2'000; ++i) {
        const std::string last = bytes.substr(bytes.rfind("startxref\n") + 10);
        const std::size_t at = bytes.size();
        bytes += fmt::format(
            "xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 4 /Root 1 0 R /Prev {} "
            ">>\nstartxref\n{}\n%%EOF\n",
            last.substr(0, last.find('\n')), at);
    }
    EXPECT_EQ(ReadPdf(bytes).ids(), "pdf.launch.command");
    model::ScanLimits limits;
    limits.max_steps = 1'000'000;
    EXPECT_EQ(ReadPdf(bytes, limits).extraction.budget().reached(), std::vector<std::string>{"limit.steps"});
}

TEST(PdfActions, FilesWithoutEndAreALimit) {
    std::vector<std::string> more;
    std::string names;
    for (std::size_t i = 0; i < 600; ++i) {
        names += fmt::format("(f{}) << /F (f{}) /EF << /F {} 0 R >> >> ", i, i, 4 + i);
        more.push_back(pdf_stream("", "x"));
    }
    ReadPdf read(pdf("/Names << /EmbeddedFiles << /Names [" + names + "] >> >>", "", more));
    EXPECT_EQ(read.extraction.children.size(), 500U);
    EXPECT_EQ(read.extraction.budget().reached(), std::vector<std::string>{"limit.embedded"});
}

TEST(PdfActions, LoopsEndAndASpentBudgetIsToldOf) {
    EXPECT_EQ(ReadPdf(pdf("/OpenAction 4 0 R", "",
                          {"<< /S /GoTo /Next [4 0 R 5 0 R] >>", "<< /S /GoTo /Next 4 0 R >>"}))
                  .ids(),
              "");
    model::ScanLimits limits;
    limits.max_steps = 2'000;
    ReadPdf read(pdf("/OpenAction " + script("a")), limits);
    EXPECT_EQ(read.extraction.budget().reached(), std::vector<std::string>{"limit.steps"});
}

std::string rich_sample() {
    return pdf("/OpenAction " + script(button_export) + attached("a.js"),
               annotation("/A << /S /Launch /Win << /F (cmd.exe) /P (/c echo INERT) >> /Next << /S /URI /URI "
                          "(https://example.com/) >> >>"),
               file_objects("a.js", "x"));
}

TEST(PdfActionsProperty, EveryCutIsReadOrTold) {
    const std::string bytes = rich_sample();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        ReadPdf read(bytes.substr(0, size));
        // A cut file has no trailer: what was read was repaired, or it is damaged.
        const std::string ids = read.ids();
        EXPECT_TRUE(ids.find("pdf.repaired") != ids.npos || ids.find("document.damaged") != ids.npos ||
                    size + 8 > bytes.size())
            << size << " " << ids;
    }
}

TEST(PdfActionsProperty, FlippedBytesNeverCrash) {
    const std::string bytes = rich_sample();
    model::ScanLimits limits;
    limits.max_steps = 200'000'000;
    for (std::uint32_t seed = 1; seed <= 600; ++seed) {
        ReadPdf read(fixtures::mutate(bytes, seed), limits);
        EXPECT_LE(read.extraction.children.size(), 8U) << seed;
    }
    std::mt19937 random(7);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::string bad = bytes;
        bad[at] = static_cast<char>(random());
        ReadPdf read(std::move(bad), limits);
        EXPECT_LE(read.extraction.children.size(), 8U) << at;
    }
}

}  // namespace
}  // namespace sekisho::scanner::active
