#include "scanner/office/word_fields.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "scanner/office/link_targets.h"

namespace sekisho::scanner::office {
namespace {

using Kind = WordField::Kind;

struct Instruction {
    const char* text;
    Kind kind;
    const char* target;
    bool executes = false;
};

TEST(WordFields, InstructionsAreRead) {
    const Instruction rows[] = {
        {"", Kind::other, ""},
        {"PAGE \\* MERGEFORMAT", Kind::other, ""},
        {" HYPERLINK \"https://www.example.com/\" \\o \"a tip\"", Kind::hyperlink,
         "https://www.example.com/"},
        {"HYPERLINK \\l \"_Toc1\"", Kind::hyperlink, ""},
        {"hyperlink \\n \\t \"_blank\" http://example.com/a", Kind::hyperlink, "http://example.com/a"},
        {"INCLUDEPICTURE \\d \"http://example.invalid/a.png\" \\* MERGEFORMATINET", Kind::include_picture,
         "http://example.invalid/a.png"},
        {"INCLUDEPICTURE \xE2\x80\x9C"
         "C:\\\\a b.png\xE2\x80\x9D",
         Kind::include_picture, "C:\\a b.png"},
        {"INCLUDETEXT \"\\\\\\\\192.0.2.1@80\\\\x.doc\"", Kind::include_text, "\\\\192.0.2.1@80\\x.doc"},
        {"LINK Excel.Sheet.12 \"C:\\\\a\\\\b.xlsx\" \"Sheet1!R1C1\" \\a \\f 0", Kind::link, "C:\\a\\b.xlsx"},
        // Asked for data.
        {"DDE Excel \"C:\\\\a\\\\b.xls\" \"Sheet1!R1C1\"", Kind::dde, "Excel"},
        {"DDEAUTO RSS '7203.T' \xE7\x8F\xBE\xE5\x9C\xA8\xE5\x80\xA4", Kind::dde_auto, "RSS"},
        {"DDEAUTO Bloomberg M \"IBM US Equity,[PX_LAST]\"", Kind::dde_auto, "Bloomberg"},
        {"DDE \"C:\\\\Program Files\\\\Office\\\\EXCEL.EXE\" a b", Kind::dde,
         "C:\\Program Files\\Office\\EXCEL.EXE"},
        {"DDE Winword \"C:\\\\explorer\\\\regulations.doc\" mark", Kind::dde, "Winword"},
        // Told what to run.
        {"DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe \"/k calc.exe\"", Kind::dde_auto,
         "c:\\windows\\system32\\cmd.exe", true},
        {"ddeauto \"CMD\" \"/c x\"", Kind::dde_auto, "CMD", true},
        {"DDE cmd.exe /c", Kind::dde, "cmd.exe", true},
        {"DDE "
         "\"C:\\\\Programs\\\\Microsoft\\\\Office\\\\MSWord.exe\\\\..\\\\..\\\\.."
         "\\\\windows\\\\system32\\\\mshta.exe\" x",
         Kind::dde, "C:\\Programs\\Microsoft\\Office\\MSWord.exe\\..\\..\\..\\windows\\system32\\mshta.exe",
         true},
        {"DDE MSEXCEL \"..\\\\..\\\\Windows\\\\System32\\\\cmd.exe /c\"", Kind::dde, "MSEXCEL", true},
        {"DDE excel \"powershell -enc AAAA\"", Kind::dde, "excel", true},
        {"DDEAUTO \"C:\\\\a\\\\tool.exe\" x", Kind::dde_auto, "C:\\a\\tool.exe", true},
    };
    for (const Instruction& row : rows) {
        const WordField field = read_field(row.text);
        EXPECT_EQ(field.kind, row.kind) << row.text;
        EXPECT_EQ(field.target, row.target) << row.text;
        EXPECT_EQ(field.executes, row.executes) << row.text;
    }
    for (const char* runner : {"powershell", "mshta.exe", "regsvr32", "rundll32", "wscript", "cscript",
                               "bitsadmin", "certutil", "schtasks", "msiexec", "explorer", "REG"})
        EXPECT_TRUE(read_field("DDE " + std::string(runner) + " x").executes) << runner;
}

// '{', '|' and '}' begin, part and end a field; the rest is text.
std::string told(std::string_view pieces) {
    FieldReader reader;
    for (const char c : pieces) {
        if (c == '{')
            reader.begin();
        else if (c == '|')
            reader.separate();
        else if (c == '}')
            (void)reader.end();
        else
            reader.text({&c, 1});
    }
    reader.finish();
    std::string out;
    for (const WordField& field : reader.fields())
        out += (field.executes ? "!" : "") + field.instruction + ";";
    return out;
}

TEST(WordFields, PiecesArePutTogether) {
    EXPECT_EQ(told("{DDE cmd x|result}"), "!DDE cmd x;");
    EXPECT_EQ(told("text {PAGE|1} }} | {DDE excel a"), "DDE excel a;");
    EXPECT_EQ(told("{DDE {QUOTE 99 109 100} x}"), "!DDE cmd x;");
    EXPECT_EQ(told("{DDE {QUOTE 0x63 0x6D \"d\" \\* Upper|zzz} x}"), "!DDE cmd x;");
    EXPECT_EQ(told("{SET a \"cm\"}{SET b {QUOTE 100}}{DDE {REF a}{b} x}"), "!DDE cmd x;");
    EXPECT_EQ(told("{DDE {MERGEFIELD x|cmd} x}"), "!DDE cmd x;");
    EXPECT_EQ(told("{{QUOTE 68 68 69} {IF 1 = 1 |cmd}}"), "!DDE cmd;");
    EXPECT_EQ(told("{IF {DDE cmd x} = 1 y}"), "!DDE cmd x;");
}

TEST(WordFields, BoundsAreTold) {
    FieldReader deep;
    for (int i = 0; i < 1'000; ++i)
        deep.begin();
    deep.text("DDE cmd");
    deep.finish();
    EXPECT_TRUE(deep.cut());
    EXPECT_EQ(deep.depth(), 0u);
    FieldReader wide;
    wide.begin();
    for (int i = 0; i < 1'000; ++i)
        wide.text(std::string(100, 'x'));
    wide.finish();
    EXPECT_TRUE(wide.cut());
    FieldReader many;
    for (int i = 0; i < 5'000; ++i) {
        many.begin();
        many.text("DDE excel");
        (void)many.end();
    }
    EXPECT_TRUE(many.cut());
    EXPECT_EQ(many.fields().size(), 4'096u);
}

TEST(WordFieldsProperty, NoisePutsNothingOutOfBounds) {
    std::mt19937 random(7);  // NOLINT: the same each time
    constexpr std::string_view letters = "{{|}}DEde \"\\cmd0xQUOTESETREF\n\0\x80";
    for (int round = 0; round < 3'000; ++round) {
        std::string pieces;
        for (std::size_t i = random() % 200; i > 0; --i)
            pieces += letters[random() % letters.size()];
        const std::string out = told(pieces);
        EXPECT_LE(out.size(), pieces.size() * 64 + 64);
    }
}

TEST(WordFields, FindingsAre) {
    const auto ids = [](const char* instruction) {
        Findings findings(100);
        const WordField field = read_field(instruction);
        report_fields({&field, 1}, 0, findings);
        return findings.all().empty() ? std::string() : findings.all()[0].id;
    };
    EXPECT_EQ(ids("DDE excel a"), "office.dde");
    EXPECT_EQ(ids("DDE cmd a"), "office.dde.exec");
    EXPECT_EQ(ids("DDEAUTO cmd a"), "office.dde.autoexec");
    EXPECT_EQ(ids("INCLUDEPICTURE http://example.invalid/a"), "office.remote-content");
    EXPECT_EQ(ids("INCLUDEPICTURE C:\\\\a.png"), "");
    EXPECT_EQ(ids("INCLUDETEXT \\\\\\\\192.0.2.1\\\\a.doc"), "office.remote-content.text");
    EXPECT_EQ(ids("LINK Excel.Sheet.8 \\\\\\\\server\\\\a.xls"), "");
    EXPECT_EQ(ids("HYPERLINK http://example.invalid/a"), "");
    EXPECT_EQ(ids("INCLUDEPICTURE \\\\\\\\192.0.2.1\\\\a.png"), "office.remote-content.text")
        << "tells who reads it";
    EXPECT_EQ(ids("HYPERLINK \"ms-msdt:/id INERT\""), "office.link.protocol");
    EXPECT_EQ(ids("HYPERLINK \"search-ms:query=a&crumb=location:\\\\\\\\192.0.2.1@80\\\\s\""),
              "office.link.protocol");
}

TEST(LinkTargets, Places) {
    struct Row {
        const char* target;
        TargetPlace place;
    };
    using enum TargetPlace;
    const Row rows[] = {
        {"", none},
        {"  \"\" ", none},
        {"Normal.dotm", local},
        {"C:\\Users\\a\\t.dotm", local},
        {"C:\\\\Users\\\\t.dotm", local},
        {"file:///C:/t.dotm", local},
        {"file:///C|/t.dotm", local},
        {"..\\t.dotm", local},
        {"\\\\?\\C:\\t", local},
        {"\\\\srv\\templates\\x.dotm", corporate},
        {"\\\\\\\\srv\\\\x.dotm", corporate},
        {"file://srv/x.dotm", corporate},
        {"file:////srv/x.dotm", corporate},
        {"\\\\10.1.2.3\\x", corporate},
        {"\\\\?\\UNC\\srv\\x", corporate},
        {"http://intranet/x.dotm", corporate},
        {"http://192.168.1.1:8080/x", corporate},
        {"https://company.sharepoint.com/x.dotm", corporate},
        {"\\\\company.sharepoint.com@SSL\\x", corporate},
        {"\\\\files@SSL\\DavWWWRoot\\x.dotm", corporate},
        {"\\\\files@SSL@8443\\x.dotm", remote},
        {"\\\\files@80\\x.dotm", remote},
        {"\\\\192.0.2.7@SSL\\x.dotm", remote},
        {"https://d.docs.live.net/0123456789abcdef/x.dotm", corporate},
        {"https://templates.office.com/x.dotx", corporate},
        {"https://docs.live.net.example.invalid/x.dotm", remote},
        {"https://srv.corp/x", corporate},
        {"http://example.invalid/x", remote},
        {"HTTPS://EXAMPLE.INVALID", remote},
        {"https://sharepoint.com.example.invalid/x", remote},
        {"https://a.sharepoint.com@example.invalid/x", remote},
        {"http:\\\\example.invalid\\x", remote},
        {"\\\\192.0.2.1\\x", remote},
        {"\\\\192.0.2.1@80\\x", remote},
        {"\\\\example.invalid@SSL@8443\\x", remote},
        {"http://%65xample%2einvalid/x", remote},
        {"https://%69ntranet/x", remote},
        {"http://3221225985/x", remote},
        {"http://0xC0000201/x", remote},
        {"http://[2001:db8::1]/x", remote},
        {"mhtml:http://example.invalid/a!x-usc:http://example.invalid/b", remote},
        {"ms-word:ofe|u|http://example.invalid/a", remote},
        {"ms-search:query", local},
        {"Macintosh:Users:a", local},
    };
    for (const Row& row : rows)
        EXPECT_EQ(static_cast<int>(place_of(row.target)), static_cast<int>(row.place)) << row.target;
}

}  // namespace
}  // namespace sekisho::scanner::office
