// PDFs whose actions, files and filters are made to cost much or to break the reader.
#include <gtest/gtest.h>

#include <random>

#include "scanner/active/pdf_actions.h"
#include "scanner/active/pdf_actions_testing.h"
#include "scanner/active/pdf_contents.h"
#include "scanner/active/pdf_names.h"
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

using Limits = std::vector<std::string>;

// Each is the length of the one before it, so that qpdf resolves all of them within each other; they stand
// where they are met ahead of what the document does.
TEST(PdfActions, ChainsOfLengthsAreALimit) {
    constexpr int links = 30'000;
    std::vector<std::string> more;
    for (int i = 0; i < links; ++i)
        more.push_back(fmt::format("<< /Length {} 0 R >>\nstream\nx\nendstream", i + 5));
    ReadPdf read(pdf("/A 4 0 R /OpenAction << /S /Launch /F (cmd.exe) >>", "", more));
    EXPECT_EQ(read.ids(), "pdf.launch.command");  // it is looked at first
    EXPECT_EQ(read.extraction.budget().reached(), Limits{"limit.depth"});
}

TEST(PdfActions, SearchesAreCharged) {
    model::ScanLimits limits;
    limits.max_steps = 1'000;
    ReadPdf read(pdf("/Op#65nAction << /S /J#61vaScript /JS (a=1) >>"), limits);
    EXPECT_EQ(read.ids(), "");
    EXPECT_EQ(read.extraction.budget().reached(), Limits{"limit.steps"});
}

TEST(PdfActions, HeadersOfMailsAreFoundWhateverStandsAhead) {
    const auto found = [](const std::string& text) { return find_mail(base::as_bytes(text)); };
    const std::string mark = "\nMIME-Version: 1.0\n";
    const std::string type = "Content-Type: MULTIPART/related\n";
    EXPECT_EQ(found(mark + type), 1U);
    EXPECT_EQ(found(type + mark), std::string::npos);
    EXPECT_EQ(found(type + mark + type), type.size() + 1);
    const std::string far(16u << 10, 'x');  // more than a header
    EXPECT_EQ(found(mark + far + type), std::string::npos);
    EXPECT_EQ(found(mark + far + mark + type), mark.size() + far.size() + 1);
    EXPECT_EQ(found(mark + type.substr(0, 13) + far + mark + type), mark.size() + 13 + far.size() + 1);
    const std::string_view whole = "\nMIME-Version\ncontent-type:";
    const std::string last = std::string(whole) + std::string((16u << 10) - whole.size() + 1 - 10, 'x');
    EXPECT_EQ(found(last + "multipart/"), 1U);
    EXPECT_EQ(found(last + "xmultipart/"), std::string::npos);
}

// Were the header looked through behind each mark, this would take minutes.
TEST(PdfActions, MarksOfMailsWithoutEndAreReadOnce) {
    std::string marks;
    while (marks.size() < 8u << 20)
        marks += "MIME-Version\n";
    EXPECT_EQ(find_mail(base::as_bytes(marks)), std::string::npos);
    EXPECT_EQ(find_mail(base::as_bytes(marks + "content-type: multipart/")),
              marks.size() - 13 * (((16u << 10) - 24) / 13));
}

TEST(PdfActions, FiltersOfAScriptWithoutEndAreALimit) {
    std::string filters;
    for (int i = 0; i < 9; ++i)
        filters += "/ASCIIHexDecode ";
    ReadPdf read(pdf("/OpenAction << /S /JavaScript /JS 4 0 R >>", "",
                     {pdf_stream("/Filter [" + filters + "]", "61>")}));
    EXPECT_EQ(read.extraction.budget().reached(), Limits{"limit.embedded"});
}

TEST(PdfActions, FormsWithoutEndAreALimit) {
    ReadPdf read(pdf("/AcroForm << /XFA [(a) 4 0 R (b) 5 0 R] >>", "",
                     {pdf_stream("", std::string(max_pdf_script_bytes, 'x')),
                      pdf_stream("", "<script>app.alert(1);</script>")}));
    EXPECT_EQ(read.extraction.budget().reached(), Limits{"limit.embedded"});
}

TEST(PdfActions, LongScriptsAreReadToTheirEnd) {
    ReadPdf read(pdf(
        "/OpenAction << /S /JavaScript /JS 4 0 R >>", "",
        {pdf_stream("", std::string(3u << 20, ' ') + "this.exportDataObject({cName: \"a\", nLaunch: 2});")}));
    EXPECT_EQ(read.ids(), "fold.limit pdf.drop pdf.javascript pdf.javascript.auto pdf.javascript.open-file");
}

// A script that has no room is not kept, nor is it taken for one that is.
TEST(PdfActions, ScriptsWithoutEndAreALimit) {
    const std::string large(max_pdf_script_bytes - 4, 'x');
    ReadPdf read(
        pdf("/OpenAction << /S /JavaScript /JS 4 0 R /Next [<< /S /JavaScript /JS 5 0 R >> << /S "
            "/JavaScript /JS (b) >>] >>",
            "", {pdf_stream("", large), pdf_stream("", "too long")}));
    EXPECT_EQ(read.child("javascript"), large + "\nb\n");
    EXPECT_EQ(read.extraction.budget().reached(), Limits{"limit.embedded"});
}

// An Output keeps one page of them; qpdf is handed all.
TEST(PdfActions, MemoryBetweenFiltersIsCharged) {
    model::ScanLimits limits;
    limits.max_resident_bytes = 2u << 20;
    ReadPdf read(pdf(attached("a.txt"), "",
                     {"<< /F (a.txt) /EF << /F 5 0 R >> >>",
                      pdf_stream("/Filter [/ASCIIHexDecode /ASCIIHexDecode]", std::string(8u << 20, '3'))}),
                 limits);
    EXPECT_EQ(read.extraction.budget().reached(), Limits{"limit.memory"});
}

std::string list_of_links(std::size_t count) {
    std::string links;
    for (std::size_t i = 0; i < count; ++i)
        links += fmt::format("<< /Subtype /Link /A << /S /URI /URI (https://example.com/{}) >> >> ", i);
    return "/Annots [" + links + "]";
}

TEST(PdfActions, CataloguesOfGoodsAreNoLimit) {
    ReadPdf read(pdf("", list_of_links(max_pdf_actions + 100) + " /AA << /O << /S /Launch /F (a.exe) >> >>"));
    EXPECT_EQ(read.ids(), "pdf.launch.command");
    EXPECT_TRUE(read.extraction.budget().reached().empty());
    const std::string links = read.child("links");
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(links, '\n')), max_pdf_actions);
}

TEST(PdfActions, ActionsThatShareALongTextAreALimit) {
    std::string actions;
    for (int i = 0; i < 20; ++i)
        actions += "<< /S /Launch /F 4 0 R >> ";
    ReadPdf read(pdf("/X [" + actions + "]", "", {"(" + std::string(1u << 20, 'x') + ")"}));
    EXPECT_EQ(read.extraction.budget().reached(), Limits{"limit.embedded"});
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
