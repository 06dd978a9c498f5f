#include "scanner/office/xlm/package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/office/xlm/sheet_xml.h"
#include "scanner/office/xlm/xlm_test_tools.h"
#include "tests/fixtures/le.h"

namespace sekisho::scanner::office::xlm {
namespace {

using fixtures::put_le;
using fixtures::put_u16;
using fixtures::put_u32;
using fixtures::put_u8;
using fixtures::utf16le;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

struct Member {
    std::string name;
    std::string data;
};

// A package opened as a scan opens it.
struct OpenedPackage {
    explicit OpenedPackage(std::vector<Member> given) : members(std::move(given)) {
        part = test_part({}, "book.xlsm");
        std::vector<PackageMember> views;
        for (const Member& member : members)
            views.push_back({member.name, base::as_bytes(member.data)});
        open_package(part, views, extraction);
    }
    std::vector<std::string> ids() {
        std::vector<std::string> out;
        for (const model::Finding& finding : extraction.findings().all())
            out.push_back(finding.id);
        return out;
    }
    std::string text(std::string_view label) const {
        for (const TestChild& child : extraction.children) {
            if (child.spec.label == label) return std::string(child.text());
        }
        return {};
    }
    std::vector<Member> members;
    Part part;
    TestExtraction extraction;
};

constexpr std::string_view relation = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet";

// INERT: =HALT() stands first, and no such library exists.
std::vector<Member> xlsm(std::string_view state, std::string_view macro_path = "xl/macrosheets/sheet1.xml") {
    const std::string target(macro_path.substr(3));
    return {
        {"xl/workbook.xml",
         "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/><sheet "
         "name=\"Mac &amp; ro\" sheetId=\"2\" "
         "state=\"" +
             std::string(state) +
             "\" r:id=\"rId2\"/></sheets><definedNames><definedName name=\"_xlnm.Auto_Open\" "
             "hidden=\"1\">'Mac &amp; "
             "ro'!$A$1</definedName></definedNames></workbook>"},
        {"xl/_rels/workbook.xml.rels",
         "<Relationships><Relationship Id=\"rId1\" Type=\"http://x/worksheet\" "
         "Target=\"worksheets/sheet1.xml\"/>"
         "<Relationship Id=\"rId2\" Type=\"" +
             std::string(relation) + "\" Target=\"" + target + "\"/></Relationships>"},
        {"xl/sharedStrings.xml",
         "<sst><si><t>..\\x.oc</t></si><si><r><t>rem inert "
         "</t></r><r><t>regsvr32</t></r><rPh><t>no</t></rPh></si></sst>"},
        {"xl/worksheets/sheet1.xml",
         "<worksheet><sheetData><row r=\"3\"><c r=\"B3\" t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c "
         "r=\"E3\" "
         "t=\"inlineStr\"><is><t>in line</t></is></c></row></sheetData></worksheet>"},
        {std::string(macro_path),
         "<?xml version=\"1.0\"?><xm:macrosheet xmlns:xm=\"m\"><sheetData><row r=\"1\"><c "
         "r=\"A1\"><f>HALT()</f><v>0</v></c></row>"
         "<row r=\"2\"><c r=\"A2\"><f>EXEC(Sheet1!C3&amp;\" -s "
         "\"&amp;Sheet1!B3&amp;\"x\")</f><v>0</v></c></row></sheetData></xm:macrosheet>"},
    };
}

TEST(Package, MacroSheetAsXml) {
    for (const std::string_view state : {"hidden", "veryHidden", "VERYHIDDEN"}) {
        OpenedPackage opened(xlsm(state));
        EXPECT_THAT(opened.ids(),
                    IsSupersetOf({"office.xlm.macro", "office.xlm.hidden", "office.xlm.autoexec",
                                  "office.xlm.exec", "office.xlm.dropper"}));
        EXPECT_THAT(opened.text("xlm:Mac & ro"),
                    HasSubstr("A2: =EXEC(Sheet1!C3&\" -s \"&Sheet1!B3&\"x\")\n"));
        EXPECT_THAT(opened.text("folded:xlm"), HasSubstr("EXEC(\"rem inert regsvr32 -s ..\\x.ocx\")"));
    }
}

TEST(Package, MacroSheetUnderAnOddName) {
    OpenedPackage opened(xlsm("visible", "xl/worksheets/other.xml"));
    EXPECT_THAT(opened.ids(), IsSupersetOf({"office.xlm.macro", "office.xlm.exec"}));
    std::vector<Member> unbound = xlsm("visible");
    unbound.erase(unbound.begin() + 1);  // no relationships
    EXPECT_THAT(OpenedPackage(unbound).ids(), IsSupersetOf({"office.xlm.macro", "office.xlm.exec"}));
}

TEST(Package, PrefixesAndUtf16HideNothing) {
    std::vector<Member> members = xlsm("hidden");
    std::string& sheet = members.back().data;
    sheet =
        "\xFF\xFE" +
        utf16le(
            "<q:macrosheet xmlns:q='m'><q:sheetData><q:row><q:c><q:f>HALT()</q:f></q:c></q:row><q:row><q:c>"
            "<q:f><![CDATA[EXEC(\"rem inert mshta\")]]></q:f></q:c></q:row></q:sheetData></q:macrosheet>");
    OpenedPackage opened(members);
    EXPECT_THAT(opened.text("folded:xlm"), HasSubstr("EXEC(\"rem inert mshta\")"));
}

TEST(Package, OrdinaryBooksSayNothing) {
    std::vector<Member> members = xlsm("visible");
    members.pop_back();
    members[1].data = "<Relationships/>";
    EXPECT_THAT(OpenedPackage(members).ids(), IsEmpty());
    members.push_back({"xl/externalLinks/externalLink1.xml",
                       "<externalLink><ddeLink ddeService=\"RSS\" ddeTopic=\"7203.T\"/></externalLink>"});
    EXPECT_THAT(OpenedPackage(members).ids(), IsEmpty());
    members.back().data = "<externalLink><x:ddeLink ddeService='CMD.exe' ddeTopic='/c rem'/></externalLink>";
    EXPECT_THAT(OpenedPackage(members).ids(), testing::ElementsAre("office.dde.exec"));
}

std::string brt(std::uint32_t type, std::string_view data) {
    std::string out;
    if (type < 0x80) {
        put_u8(out, static_cast<std::uint8_t>(type));
    } else {
        put_u8(out, static_cast<std::uint8_t>(type | 0x80U));
        put_u8(out, static_cast<std::uint8_t>(type >> 7U));
    }
    std::size_t size = data.size();
    for (; size >= 0x80; size >>= 7U)
        put_u8(out, static_cast<std::uint8_t>(size | 0x80U));
    put_u8(out, static_cast<std::uint8_t>(size));
    return out.append(data);
}

std::string wide(std::string_view text) {
    const std::string all = utf16le(text);
    std::string out;
    put_u32(out, static_cast<std::uint32_t>(all.size() / 2));
    return out + all;
}

std::string bundle(std::uint32_t state, std::string_view id, std::string_view name) {
    std::string out;
    put_u32(out, state);
    put_u32(out, 1);
    return brt(156, out + wide(id) + wide(name));
}

std::string with_size(std::string_view tokens) {
    std::string out;
    put_u32(out, static_cast<std::uint32_t>(tokens.size()));
    out.append(tokens);
    put_u32(out, 0);
    return out;
}

std::string formula_row(std::uint32_t row, std::string_view tokens) {
    std::string header;
    put_u32(header, row);
    header.append(13, '\0');
    std::string cell;
    put_le(cell, 0, 8);  // column, style
    put_le(cell, 0, 8);  // result
    put_u16(cell, 0);
    return brt(0, header) + brt(9, cell + with_size(tokens));
}

std::string text12(std::string_view text) {
    const std::string all = utf16le(text);
    std::string out = "\x17";
    put_u16(out, static_cast<std::uint16_t>(all.size() / 2));
    return out + all;
}

std::string far_reference12(std::uint16_t sheet, std::uint32_t row, std::uint16_t column) {
    std::string out = "\x3A";
    put_u16(out, sheet);
    put_u32(out, row);
    put_u16(out, column);
    return out;
}

TEST(Package, BinaryMacroSheet) {
    std::string name;
    put_u32(name, 0x21);
    put_u8(name, 0);
    put_u32(name, 0xFFFF'FFFF);
    std::string sheets;
    put_u32(sheets, 2);
    for (std::uint32_t i = 0; i < 2; ++i) {
        put_u32(sheets, 0);
        put_u32(sheets, i);
        put_u32(sheets, i);
    }
    std::string shared;
    put_u8(shared, 0);
    std::string cell;
    put_le(cell, 0, 8);
    put_u32(cell, 0);
    std::string row;
    put_u32(row, 70'000);
    row.append(13, '\0');
    const std::string exec("\x42\x01\x6E\x00", 4);
    const std::string halt("\x42\x00\x36\x00", 4);
    OpenedPackage opened({
        {"xl/workbook.bin",
         bundle(0, "rId1", "Sheet1") + bundle(2, "rId2", "Mac") + brt(357, "") + brt(362, sheets) +
             brt(39, name + wide("_xlnm.Auto_Open") + with_size(far_reference12(1, 0, 0)))},
        {"xl/_rels/workbook.bin.rels",
         "<Relationships><Relationship Id=\"rId1\" Type=\"http://x/worksheet\" "
         "Target=\"worksheets/sheet1.bin\"/>"
         "<Relationship Id=\"rId2\" Type=\"" +
             std::string(relation) + "\" Target=\"/xl/macrosheets/sheet1.bin\"/></Relationships>"},
        {"xl/sharedStrings.bin", brt(19, shared + wide("rem inert regsvr32"))},
        {"xl/worksheets/sheet1.bin", brt(0, row) + brt(7, cell)},
        {"xl/macrosheets/sheet1.bin",
         formula_row(0, halt) +
             formula_row(1, far_reference12(0, 70'000, 0) + text12(" x.ocx") + "\x08" + exec)},
    });
    EXPECT_THAT(opened.ids(), IsSupersetOf({"office.xlm.macro", "office.xlm.hidden", "office.xlm.autoexec",
                                            "office.xlm.dropper"}));
    EXPECT_THAT(opened.text("xlm:Mac"), HasSubstr("A2: =EXEC(Sheet1!A70001&\" x.ocx\")\n"));
    EXPECT_THAT(opened.text("folded:xlm"), HasSubstr("EXEC(\"rem inert regsvr32 x.ocx\")"));
}

TEST(Package, EveryCutOfEveryMember) {
    const std::vector<Member> whole = xlsm("hidden");
    for (std::size_t i = 0; i < whole.size(); ++i) {
        for (std::size_t size = 0; size < whole[i].data.size(); ++size) {
            std::vector<Member> cut = whole;
            cut[i].data.resize(size);
            OpenedPackage opened(cut);
            EXPECT_LE(opened.extraction.children.size(), 3U);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::office::xlm
