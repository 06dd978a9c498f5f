// What the PDF tests of this folder share.
#include "scanner/active/pdf_testing.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "scanner/active/pdf.h"
#include "tests/fixtures/pdf_writer.h"
#include "tests/fixtures/scratch.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::string_view page_text = "BT /F1 24 Tf 100 700 Td (Please open the attachment) Tj ET\n";
constexpr std::string_view script = "app.launchURL\\(\"http://example.test/x\", true\\);";
constexpr std::string_view metadata =
    "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>"
    "<?xpacket end=\"w\"?>";
constexpr std::string_view attached = "@echo off\r\nrem an inert batch file\r\n";
constexpr std::string_view title = "Invoice 2019-09";

}  // namespace

std::string pdf_stream(const std::string& entries, const std::string& data) {
    return fmt::format("<< /Length {} {} >>\nstream\n{}\nendstream", data.size(), entries, data);
}

std::string sample_pdf() {
    return fixtures::pdf_file(
        {"<< /Type /Catalog /Pages 2 0 R /Metadata 7 0 R /OpenAction << /S /JavaScript /JS (" +
             std::string(script) + ") >> /Names << /EmbeddedFiles << /Names [(run.bat) 9 0 R] >> >> >>",
         "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 595 842] >>",
         "<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F1 6 0 R >> >> >>",
         "<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F1 6 0 R >> >> >>",
         pdf_stream("", std::string(page_text)), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
         pdf_stream("/Type /Metadata /Subtype /XML", std::string(metadata)),
         "<< /Title (" + std::string(title) + ") >>",
         "<< /Type /Filespec /F (run.bat) /UF (run.bat) /EF << /F 10 0 R >> >>",
         pdf_stream("/Type /EmbeddedFile", std::string(attached))},
        "/Info 8 0 R");
}

std::vector<std::string_view> sample_pieces() {
    return {page_text, script, metadata, attached, title, "(run.bat)"};
}

std::string_view sample_attachment() { return attached; }

std::string locked_with(const std::string& user, const std::string& owner, const std::string& lock,
                        const std::string& more) {
    fixtures::Scratch scratch;
    scratch.write("plain.pdf", sample_pdf());
    EXPECT_EQ(
        scratch.run(fmt::format("qpdf --allow-weak-crypto --stream-data=preserve {} --encrypt '{}' '{}' {} "
                                "-- plain.pdf locked.pdf",
                                more, user, owner, lock)),
        "");
    return scratch.read("locked.pdf");
}

std::string rewritten(std::string_view file, const std::string& password) {
    fixtures::Scratch scratch;
    scratch.write("in.pdf", file);
    EXPECT_EQ(
        scratch.run(fmt::format("qpdf --decrypt --static-id --object-streams=disable --stream-data=preserve "
                                "--password='{}' in.pdf out.pdf",
                                password)),
        "");
    return scratch.read("out.pdf");
}

model::ScanLimits few_tries() {
    model::ScanLimits limits;
    limits.max_password_cost = 20'000;
    return limits;
}

OpenedPdf::OpenedPdf(std::string file, const std::string& password, model::ScanLimits limits)
    : bytes(std::move(file)), extraction(limits, std::max<std::size_t>(bytes.size(), 1u << 20)) {
    if (!password.empty()) extraction.harvest().add({password, PasswordSource::keyword, "en"});
    const Part part = test_part(base::as_bytes(bytes), "a.pdf");
    locked = encrypted_pdf_format.recognise(part.bytes, part.name) != no_match;
    if (locked) encrypted_pdf_format.open(part, extraction);
}

const TestChild* OpenedPdf::decrypted() const {
    const auto at = std::ranges::find_if(extraction.children,
                                         [](const TestChild& one) { return one.spec.label == "decrypted"; });
    return at == extraction.children.end() ? nullptr : &*at;
}

std::string OpenedPdf::told() {
    std::string out;
    for (const model::Finding& finding : extraction.findings().all())
        out += finding.id + " (" + finding.evidence + ") ";
    return out;
}

}  // namespace sekisho::scanner::active
