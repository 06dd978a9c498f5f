// PDFs that say they are encrypted and are not what they should be.
#include <gtest/gtest.h>

#include <random>

#include "scanner/active/pdf.h"
#include "scanner/active/pdf_document.h"
#include "scanner/active/pdf_testing.h"

#include <fmt/format.h>

namespace sekisho::scanner::active {
namespace {

const std::string pages = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const std::string page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>";

std::string with_lock(const std::string& entries) {
    return fixtures::pdf_file({"<< /Type /Catalog /Pages 2 0 R >>", pages, page},
                              "/Encrypt << " + entries + " >>");
}
std::string hex_string(std::size_t bytes) { return "<" + std::string(2 * bytes, '7') + ">"; }
// Fits no password.
std::string lock_entries(const std::string& more = "/V 2 /R 3 /Length 128") {
    return "/Filter /Standard /P -4 /O " + hex_string(32) + " /U " + hex_string(32) + " " + more;
}

struct Case {
    std::string name;
    std::string bytes;
    std::string told;  // begins so
};
class PdfTold : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(
    Locks, PdfTold,
    testing::Values(
        Case{"public_key", with_lock("/Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4"),
             "document.pdf.unread (PDF with /Encrypt: handler Adobe.PubSec"},
        Case{"custom_handler", with_lock("/Filter /FOPN_foweb /V 1"),
             "document.pdf.unread (PDF with /Encrypt: handler FOPN_foweb"},
        Case{"no_handler", with_lock("/V 1 /R 2"), "document.pdf.unread (PDF with /Encrypt: handler "},
        Case{"no_dictionary",
             fixtures::pdf_file({"<< /Type /Catalog /Pages 2 0 R >>", pages, page}, "/Encrypt 7"),
             "document.pdf.unread"},
        Case{"unknown_version", with_lock(lock_entries("/V 3 /R 3")),
             "document.pdf.unread (PDF with /Encrypt: "},
        Case{"unknown_revision", with_lock(lock_entries("/V 5 /R 7")), "document.pdf.unread"},
        Case{"huge_version", with_lock(lock_entries("/V 99999999999999999999 /R 3")), "document.damaged"},
        Case{"negative", with_lock(lock_entries("/V 2 /R -3")), "document.pdf.unread"},
        Case{"nothing_but_numbers", with_lock("/Filter /Standard /V 2 /R 3"), "document.encrypted.unopened"},
        Case{"length_of_zero", with_lock(lock_entries("/V 2 /R 3 /Length 0")), "document.encrypted.unopened"},
        Case{"length_too_large", with_lock(lock_entries("/V 2 /R 3 /Length 4096")),
             "document.encrypted.unopened"},
        Case{"length_negative", with_lock(lock_entries("/V 2 /R 3 /Length -8")),
             "document.encrypted.unopened"},
        Case{"short_strings", with_lock("/Filter /Standard /V 5 /R 6 /O (x) /U (y)"),
             "document.encrypted.unopened"},
        Case{"only_attachments",
             fixtures::pdf_file(
                 {"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >> >>",
                  pages, page, "<< /Type /Filespec /F (invoice.exe) /EF << /F 5 0 R >> >>",
                  pdf_stream("/Type /EmbeddedFile", "x")},
                 "/Encrypt << " +
                     lock_entries("/V 4 /R 4 /EFF /StdCF /StmF /Identity /StrF /Identity "
                                  "/CF << /StdCF << /CFM /AESV2 >> >>") +
                     " >>"),
             "document.encrypted.unopened (PDF, V 4, R 4, streams in plain, permissions 0xfffffffc, 1 pages, "
             "attached: invoice.exe"},
        Case{"another_trailer",
             fixtures::pdf_file({"<< /Type /Catalog /Pages 2 0 R >>", pages, page}) +
                 "trailer << /Encrypt 5 0 R >>\n",
             "document.pdf.unread (PDF with /Encrypt: not in the trailer that counts"},
        Case{"no_objects", "%PDF-1.4\ntrailer << /Encrypt 5 0 R >>\n", "document."},
        Case{
            "loop_of_tables",
            "%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer << /Size 3 /Root 1 0 R /Encrypt 5 0 R /Prev 9 "
            ">>\nstartxref\n9\n%%EOF\n",
            "document."}),
    [](const auto& info) { return info.param.name; });

TEST_P(PdfTold, AsWhatItIs) {
    OpenedPdf opened(GetParam().bytes, "right");
    EXPECT_TRUE(opened.locked);
    EXPECT_EQ(opened.decrypted(), nullptr);
    EXPECT_EQ(opened.told().substr(0, GetParam().told.size()), GetParam().told);
}

// qpdf resolves the length of a stream by recursion, and so that of the stream that stands for it.
TEST(PdfHostile, ChainsOfLengthsEnd) {
    constexpr int links = 30'000;
    std::vector<std::string> bodies;
    for (int i = 1; i <= links; ++i)
        bodies.push_back(fmt::format("<< /Length {} 0 R >>\nstream\nx\nendstream", i + 1));
    OpenedPdf opened(fixtures::pdf_file(bodies, "/Encrypt << " + lock_entries() + " >>"), "right");
    EXPECT_FALSE(opened.extraction.findings().all().empty());
}

// Each has no end of its own, so that each is looked for through all that follows.
TEST(PdfHostile, StreamsWithoutEndAreCharged) {
    std::vector<std::string> bodies{"<< /Type /Catalog /Pages 2 0 R >>", pages, page};
    while (bodies.size() < 20'000)
        bodies.emplace_back("<< /Length 9 >>\nstream\nxxxxx");
    model::ScanLimits limits;
    limits.max_steps = 200'000'000;
    Budget budget(limits, 1u << 20);
    Output output(budget);
    const std::string file = fixtures::pdf_file(bodies, "/Encrypt << " + lock_entries() + " >>");
    const PdfCopy copy = write_plain_pdf(base::as_bytes(file), std::string(16, 'k'), budget, output);
    EXPECT_FALSE(copy.whole);
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.steps"});
}

TEST(PdfHostile, ComplaintsAreCharged) {
    std::vector<std::string> bodies{"<< /Type /Catalog /Pages 2 0 R >>", pages, page};
    while (bodies.size() < 1'000)
        bodies.emplace_back("<< /A ) /B >>");
    model::ScanLimits limits;
    limits.max_steps = 100'000'000;
    Budget budget(limits, 1u << 20);
    Output output(budget);
    const std::string file = fixtures::pdf_file(bodies, "/Encrypt << " + lock_entries() + " >>");
    EXPECT_FALSE(write_plain_pdf(base::as_bytes(file), std::string(16, 'k'), budget, output).whole);
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.steps"});
}

// Thousands of objects that all begin where one does that has no end: each is read to the end of its stream.
TEST(PdfHostile, ObjectsOfOnePlaceAreCharged) {
    constexpr int objects = 2'000;
    constexpr int first_of_them = 10;
    std::string directory;
    std::string entries;
    const auto entry = [&](std::size_t kind, std::size_t where, std::size_t index) {
        for (const auto& [value, bytes] : {std::pair(kind, 1), std::pair(where, 4), std::pair(index, 2)}) {
            for (int byte = bytes - 1; byte >= 0; --byte)
                entries += static_cast<char>(value >> (8 * byte));
        }
    };
    for (int i = 0; i < objects; ++i)
        directory += fmt::format("{} 0 ", first_of_them + i);
    std::string endless = "[";
    for (int i = 0; i < 30'000; ++i)
        endless += "1 ";
    const std::vector<std::string> bodies{
        "<< /Type /Catalog /Pages 2 0 R >>", pages, page,
        pdf_stream(fmt::format("/Type /ObjStm /N {} /First {}", objects, directory.size()),
                   directory + endless + "(")};
    std::string file = "%PDF-1.5\n";
    entry(0, 0, 0);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        entry(1, file.size(), 0);
        file += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, bodies[i]);
    }
    for (std::size_t i = bodies.size() + 1; i < first_of_them; ++i)
        entry(0, 0, 0);
    for (std::size_t i = 0; i < objects; ++i)
        entry(2, 4, i);
    const std::string table = pdf_stream(
        fmt::format("/Type /XRef /Size {} /W [1 4 2] /Root 1 0 R /ID [<01> <02>]", first_of_them + objects),
        entries);
    file += fmt::format("9 0 obj\n{}\nendobj\nstartxref\n{}\n%%EOF\n", table, file.size());

    model::ScanLimits limits;
    limits.max_steps = 200'000'000;
    Budget budget(limits, 1u << 20);
    Output output(budget);
    EXPECT_FALSE(write_plain_pdf(base::as_bytes(file), std::string(16, 'k'), budget, output).whole);
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.steps"});
}

// A script in what one row of the table calls an object stream, and one in a stream that calls itself a
// table.
TEST(PdfHostile, WhatTheDocumentUsesStaysWhateverItIsCalled) {
    const std::string second = "<< /S /JavaScript /JS 5 0 R >>";
    const std::vector<std::string> bodies{
        "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS 4 0 R /Next " + second + " >> >>",
        pages, page, pdf_stream("/Type /ObjStm /N 0 /First 0", "app.alert(4)"),
        pdf_stream("/Type /XRef /Size 1 /W [1 1 1] /Encrypt 6 0 R", "app.alert(5)")};
    std::string file = "%PDF-1.5\n";
    std::string entries(7, '\0');
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        entries += '\1';
        for (int byte = 3; byte >= 0; --byte)
            entries += static_cast<char>(file.size() >> (8 * byte));
        entries += std::string(2, '\0');
        file += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, bodies[i]);
    }
    entries += std::string("\2\0\0\0\4\0\0", 7);  // object 6
    const std::string table =
        pdf_stream("/Type /XRef /Size 7 /W [1 4 2] /Root 1 0 R /ID [<01> <02>]", entries);
    file += fmt::format("9 0 obj\n{}\nendobj\nstartxref\n{}\n%%EOF\n", table, file.size());
    Budget budget({}, file.size());
    Output output(budget);
    (void)write_plain_pdf(base::as_bytes(file), std::string(16, 'k'), budget, output);
    const StoragePtr copy = std::move(output).finish();
    const std::string_view text = base::as_text(copy->bytes());
    EXPECT_NE(text.find("app.alert(4)"), text.npos);
    EXPECT_NE(text.find("app.alert(5)"), text.npos);
    EXPECT_EQ(text.find("/Encrypt"), text.npos);
    EXPECT_EQ(encrypted_pdf_format.recognise(copy->bytes(), ""), no_match);
}

TEST(PdfHostile, DeepNestingIsDamage) {
    const std::string deep(100'000, '[');
    OpenedPdf opened(fixtures::pdf_file({"<< /Type /Catalog /Pages 2 0 R /A " + deep + " >>", pages, page},
                                        "/Encrypt << " + lock_entries() + " >>"),
                     "right");
    EXPECT_FALSE(opened.extraction.findings().all().empty());
}

TEST(PdfHostile, ThousandsOfObjectsCostLinearly) {
    std::vector<std::string> bodies{"<< /Type /Catalog /Pages 2 0 R >>", pages, page};
    while (bodies.size() < 20'000)
        bodies.emplace_back("(x)");
    const std::string file =
        fixtures::pdf_file(bodies, "/ID [<01> <02>] /Encrypt << " + lock_entries() + " >>");
    model::ScanLimits limits;
    limits.max_steps = 200 * file.size();
    Budget budget(limits, file.size());
    Output output(budget);
    const PdfCopy copy = write_plain_pdf(base::as_bytes(file), std::string(16, 'k'), budget, output);
    EXPECT_TRUE(copy.whole) << copy.problem;
    EXPECT_TRUE(budget.reached().empty());
}

// Whatever is cut off, what comes out is either all there or said not to be.
TEST(PdfProperty, CutFilesAreNeverWholeAndSilent) {
    for (const char* more : {"", "--object-streams=generate", "--linearize"}) {
        const std::string file = locked_with("right", "owner", "128 --use-aes=y", more);
        const std::string whole(OpenedPdf(file, "right").decrypted()->text());
        for (std::size_t size = 0; size < file.size(); size += 13) {
            OpenedPdf opened(file.substr(0, size), "right");
            if (!opened.locked) continue;  // cut ahead of all trailers: nothing says that it is encrypted
            EXPECT_FALSE(opened.extraction.findings().all().empty()) << size;
            const TestChild* child = opened.decrypted();
            EXPECT_TRUE(child == nullptr || child->text() == whole ||
                        (child->spec.flags.has(PartFlag::damaged) && opened.has("document.damaged")))
                << more << " " << size;
        }
    }
}

TEST(PdfProperty, FlippedBytesNeverCrash) {
    std::mt19937 random(7);
    model::ScanLimits limits;
    limits.max_password_cost = 1'000;
    for (const char* lock : {"40", "128 --use-aes=y", "256"}) {
        const std::string file = locked_with("right", "owner", lock, "--object-streams=generate");
        const std::size_t at = file.find("/Filter /Standard");
        ASSERT_NE(at, file.npos);
        // Each byte of the encryption dictionary, then some anywhere.
        for (std::size_t i = 0; i < 500; ++i) {
            std::string bad = file;
            const std::size_t place = i < 400 ? at - 200 + i : random() % bad.size();
            if (place >= bad.size()) continue;
            bad[place] ^= static_cast<char>(1u << (random() % 8));
            OpenedPdf opened(bad, "right", limits);
            EXPECT_FALSE(opened.locked && opened.extraction.findings().all().empty()) << place;
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::active
