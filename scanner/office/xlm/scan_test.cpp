// Whole files through the scan core, with the rooms' rows that meet them: compound file, stream, sheet,
// commands.
#include "scanner/scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "scanner/office/formats.h"
#include "scanner/office/xlm/formats.h"
#include "scanner/testing_rules.h"
#include "tests/fixtures/biff_writer.h"
#include "tests/fixtures/documents.h"

namespace sekisho::scanner::office::xlm {
namespace {

using testing::Contains;
using testing::IsSupersetOf;

// "PACK": a package whose members are a macro sheet and a workbook.
Confidence is_pack(base::Bytes head, std::string_view) {
    return base::as_text(head).starts_with("PACK") ? sure_match : no_match;
}
// "PACK\\": names of parts with backslashes.
void open_pack(const Part& part, Extraction& extraction) {
    const bool backslashes = part.bytes.size() > 4;
    const auto add = [&](std::string name, std::string_view text) {
        if (backslashes) std::ranges::replace(name, '/', '\\');
        ChildSpec spec{.name = std::move(name)};
        spec.opened_by = "zip";
        (void)extraction.add_child(std::move(spec), base::as_bytes(text));
    };
    add("xl/workbook.xml",
        "<workbook><sheets><sheet name=\"M\" state=\"hidden\" id=\"r\"/></sheets></workbook>");
    add("xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"r\" Type=\"x/xlMacrosheet\" "
        "Target=\"macrosheets/sheet1.xml\"/></Relationships>");
    add("xl/macrosheets/sheet1.xml",
        "<xm:macrosheet><sheetData><row><c><f>HALT()</f></c></row><row><c><f>EXEC(\"rem inert "
        "\"&amp;\"mshta\")</f></c></row>"
        "</sheetData></xm:macrosheet>");
}
constexpr Format pack_format{
    .name = "pack", .type = "application/x-pack", .extensions = "", .recognise = is_pack, .open = open_pack};

model::WorkerReport scan_file(const std::string& file) {
    std::vector<const Format*> all{&pack_format};
    for (const Format& format : office::formats())
        all.push_back(&format);
    for (const Format& format : xlm::formats())
        all.push_back(&format);
    Rooms rooms{.formats = all};
    rooms.open_package = open_workbook_package;
    NoRules rules;
    model::ScanRequest request;
    request.kind = model::InputKind::file;
    return scan(request, base::as_bytes(file), rooms, rules);
}

std::vector<std::string> ids_of(const model::WorkerReport& report) {
    std::vector<std::string> out;
    for (const model::Finding& finding : report.findings)
        out.push_back(finding.id);
    return out;
}
std::vector<std::string> paths_of(const model::WorkerReport& report) {
    std::vector<std::string> out;
    for (const model::PartSummary& part : report.parts)
        out.push_back(part.path);
    return out;
}

TEST(ScanOfWorkbooks, CompoundFile) {
    const auto report = scan_file(fixtures::xls_file(fixtures::inert_xlm_dropper()));
    EXPECT_THAT(ids_of(report), IsSupersetOf({"office.xlm.dropper", "office.xlm.hidden"}));
    EXPECT_THAT(paths_of(report), Contains("file/ole:Workbook/xlm:Macro1"));
    EXPECT_THAT(paths_of(report), Contains("file/ole:Workbook/folded:xlm"));
    EXPECT_TRUE(report.complete);
}

TEST(ScanOfWorkbooks, BareStream) {
    EXPECT_THAT(ids_of(scan_file(fixtures::biff8_stream(fixtures::inert_xlm_dropper()))),
                Contains("office.xlm.dropper"));
}

TEST(ScanOfWorkbooks, PackageOnceItsMembersAreThere) {
    for (const char* pack : {"PACK", "PACK\\"}) {
        const auto report = scan_file(pack);
        EXPECT_THAT(ids_of(report),
                    IsSupersetOf({"office.xlm.exec", "office.xlm.hidden", "office.xlm.macro"}));
        EXPECT_THAT(paths_of(report), Contains("file/xlm:M"));
    }
}

TEST(ScanOfWorkbooks, OrdinaryOneIsClean) {
    EXPECT_THAT(ids_of(scan_file(fixtures::xls_file("an estimate"))), testing::IsEmpty());
}

}  // namespace
}  // namespace sekisho::scanner::office::xlm
