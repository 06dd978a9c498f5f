#include "scanner/mail/programs.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "scanner/testing.h"

namespace sekisho::scanner::mail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(DocumentName, OfPapers) {
    for (const char* name :
         {"invoice.exe", "PurchaseOrder_4711.scr", "PO-20394.exe", "Payment Advice.com", "INV_0012.exe",
          "SKM_C3081900000.exe", "20261124.exe", "scan_0123.exe", "Scanned Document.exe", "DHL-AWB 8374.exe",
          "請求書.exe", "御見積書_2026.exe", "報价单 报价.exe", "RFQ.exe", "quotation list 24-11.exe",
          "folder/fattura.exe", "Swift Copy.exe", "Bank Statement.pdf.exe"})
        EXPECT_TRUE(is_document_name(name)) << name;
}

TEST(DocumentName, OfPrograms) {
    for (const char* name : {"setup.exe",
                             "tool-1.2-setup.exe",
                             "invoice-tool-1.2-setup.exe",
                             "InvoiceManager.exe",
                             "QuotationMaker.exe",
                             "PriceListGenerator.exe",
                             "FastCopy.exe",
                             "FastCopy5.7.exe",
                             "CubePDF.exe",
                             "7z2301-x64.exe",
                             "winrar-x64-624.exe",
                             "npp.8.5.Installer.exe",
                             "aviutl110.exe",
                             "lhaz.exe",
                             "putty.exe",
                             "OrderEntryClient.exe",
                             "ScanSnapViewer.exe",
                             "PrinterDriver_2026.exe",
                             "請求書作成ツール.exe",
                             "見積ソフト.exe",
                             "payment v2.exe",
                             "",
                             ".exe",
                             "form.exe",
                             "KB890830.exe.x"})
        EXPECT_FALSE(is_document_name(name)) << name;
}

TEST(DocumentName, HostileNamesEnd) {
    EXPECT_FALSE(is_document_name(std::string(100'000, '\xE3')));
    std::string name = "PurchaseOrder_4711 請求書.exe";
    for (std::size_t size = 0; size <= name.size(); ++size)
        EXPECT_LE(is_document_name(name.substr(0, size)), true);
}

constexpr const char* program = "application/vnd.microsoft.portable-executable";

struct Row {
    const char* type;
    const char* name;
    const char* opened_by;
    int parent;
};
// Each fact as "id on part".
std::vector<std::string> facts(const std::vector<Row>& rows) {
    std::vector<model::PartSummary> parts;
    for (const Row& row : rows) {
        model::PartSummary part;
        part.id = static_cast<model::PartId>(parts.size());
        part.type = row.type;
        part.name = row.name;
        part.opened_by = row.opened_by;
        if (row.parent >= 0) part.parent = static_cast<model::PartId>(row.parent);
        parts.push_back(std::move(part));
    }
    TestExtraction extraction;
    judge_programs(parts, extraction.findings());
    std::vector<std::string> out;
    for (const model::Finding& finding : extraction.findings().all())
        out.push_back((finding.id.starts_with("mail.program.") ? finding.id.substr(13) : finding.id) +
                      " on " + std::to_string(finding.part));
    return out;
}
const Row mail{"message/rfc822", "", "", -1};

TEST(Programs, AloneInAnArchive) {
    EXPECT_THAT(facts({mail, {"application/zip", "files.zip", "mime", 0}, {program, "a.exe", "zip", 1}}),
                ElementsAre("alone on 2"));
    EXPECT_THAT(facts({mail,
                       {"application/zip", "files.zip", "mime", 0},
                       {program, "a.exe", "zip", 1},
                       {"image/png", "photo.png", "zip", 1}}),
                ElementsAre("alone on 2"));
    EXPECT_THAT(facts({mail, {program, "a.exe", "mime", 0}}), ElementsAre("alone on 1"));
}

TEST(Programs, WithWhatBelongsToThem) {
    EXPECT_THAT(facts({mail,
                       {"application/zip", "files.zip", "mime", 0},
                       {program, "tool.exe", "zip", 1},
                       {"text/plain", "README.txt", "zip", 1}}),
                IsEmpty());
    EXPECT_THAT(facts({mail,
                       {"application/zip", "files.zip", "mime", 0},
                       {program, "tool.exe", "zip", 1},
                       {program, "tool.dll", "zip", 1}}),
                IsEmpty());
    // What an installer holds is no attachment.
    EXPECT_THAT(facts({mail, {program, "setup.exe", "mime", 0}, {program, "a.exe", "cab", 1}}),
                ElementsAre("alone on 1"));
}

TEST(Programs, NamedAsAPaper) {
    EXPECT_THAT(facts({mail, {"application/zip", "f.zip", "mime", 0}, {program, "invoice.exe", "zip", 1}}),
                ElementsAre("alone on 2", "document-name on 2"));
    // The archive bears the name.
    EXPECT_THAT(
        facts({mail, {"application/x-rar", "PO 4711.rar", "mime", 0}, {program, "xyz.exe", "rar", 1}}),
        ElementsAre("alone on 2", "document-name on 2"));
    EXPECT_THAT(facts({mail,
                       {"application/x-rar", "PO 4711.rar", "mime", 0},
                       {program, "xyz.exe", "rar", 1},
                       {"text/plain", "readme.txt", "rar", 1}}),
                IsEmpty());
}

TEST(Programs, InArchivesThatOfficesDoNotUse) {
    EXPECT_THAT(facts({mail, {"application/x-arj", "f.arj", "mime", 0}, {program, "a.exe", "arj", 1}}),
                ElementsAre("alone on 2", "rare-archive on 2"));
    EXPECT_THAT(facts({mail, {"application/zip", "f.z", "mime", 0}, {program, "a.exe", "zip", 1}}),
                ElementsAre("alone on 2", "rare-archive on 2"));
    EXPECT_THAT(
        facts({mail, {"application/x-lzh-compressed", "f.lzh", "mime", 0}, {program, "a.exe", "lha", 1}}),
        ElementsAre("alone on 2"));
}

TEST(Programs, OfJavaAndTheInstaller) {
    const Row jar{"application/java-archive", "invoice.jar", "mime", 0};
    const Row code{"application/x-java-applet", "Main.class", "zip", 1};
    EXPECT_THAT(facts({mail, jar, code}),
                ElementsAre("exe.unsigned on 1", "alone on 1", "document-name on 1"));
    EXPECT_THAT(facts({mail, jar, {"application/octet-stream", "META-INF/A.RSA", "zip", 1}}),
                ElementsAre("alone on 1", "document-name on 1"));
    EXPECT_THAT(facts({mail,
                       {"application/x-msi", "tool-1.2.msi", "mime", 0},
                       {"application/vnd.ms-cab-compressed", "media1.cab", "ole-stream", 1},
                       {program, "File", "cab", 2}}),
                ElementsAre("alone on 1"));
}

// A forwarded mail is no archive.
TEST(Programs, InMailsWithinMails) {
    EXPECT_THAT(facts({mail,
                       {"text/plain", "", "mime", 0},
                       {"message/rfc822", "invoice.eml", "mime", 0},
                       {"text/plain", "", "mime", 2},
                       {program, "a.exe", "mime", 2}}),
                ElementsAre("alone on 4"));
}

TEST(Programs, ALongMailEnds) {
    std::vector<Row> rows{mail};
    for (int i = 0; i < 2'000; ++i)
        rows.push_back({program, "invoice.exe", "zip", i});
    EXPECT_LE(facts(rows).size(), 150u);
}

}  // namespace
}  // namespace sekisho::scanner::mail
