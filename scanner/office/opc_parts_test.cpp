#include "scanner/office/opc_parts.h"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "scanner/testing.h"

namespace sekisho::scanner::office {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n";

const Format* format_of(std::string_view bytes) {
    const Format* best = nullptr;
    Confidence confidence = no_match;
    for (const Format& row : opc_part_formats()) {
        const Confidence mine = row.recognise(base::as_bytes(bytes), "part.xml");
        if (mine > confidence) best = &row;
        confidence = std::max(confidence, mine);
    }
    return best;
}

struct Read {
    explicit Read(std::string text) : bytes(std::move(text)) {
        const Format* format = format_of(bytes);
        if (format == nullptr) return;
        name = format->name;
        const Part part = test_part(base::as_bytes(bytes), "part.xml");
        if (format->open != nullptr) format->open(part, extraction);
        if (format->inspect != nullptr) format->inspect(part, extraction.findings());
        for (const model::Finding& finding : extraction.findings().all())
            ids.push_back(finding.id);
    }
    std::string bytes;
    std::string name;
    TestExtraction extraction;
    std::vector<std::string> ids;
};

std::string relationship(std::string_view type, std::string_view target, std::string_view mode = "External") {
    return head +
           "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
           "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
           "relationships/" +
           std::string(type) + "\" Target=\"" + std::string(target) + "\" TargetMode=\"" + std::string(mode) +
           "\"/></Relationships>";
}

struct Row {
    const char* name;
    const char* type;
    const char* target;
    const char* mode;
    std::vector<std::string> ids;
};

class Relationships : public testing::TestWithParam<Row> {};
TEST_P(Relationships, AreJudgedByTypeAndPlace) {
    const Row& row = GetParam();
    const Read read(relationship(row.type, row.target, row.mode));
    EXPECT_EQ(read.name, "opc-relationships");
    EXPECT_EQ(read.ids, row.ids);
}

using Ids = std::vector<std::string>;
INSTANTIATE_TEST_SUITE_P(
    Table, Relationships,
    testing::Values(
        Row{"template", "attachedTemplate", "https://example.invalid/t.dotm", "External",
            Ids{"office.remote-template"}},
        Row{"template_encoded", "attachedTemplate", "&#x68;ttp:&#47;/192.0.2.7/t", "External",
            Ids{"office.remote-template"}},
        Row{"template_webdav", "attachedTemplate", "\\\\192.0.2.7@80\\t.dotm", "External",
            Ids{"office.remote-template"}},
        Row{"template_of_the_house", "attachedTemplate", "file:///\\\\srv\\templates\\x.dotm", "External",
            Ids{"office.template-path"}},
        Row{"template_on_sharepoint", "attachedTemplate", "https://firm.sharepoint.com/t.dotx", "External",
            Ids{"office.template-path"}},
        Row{"template_here", "attachedTemplate", "file:///C:\\Users\\x\\Normal.dotm", "External", Ids{}},
        Row{"object", "oleObject", "http://example.invalid/a.hta", "External", Ids{"office.ole-link"}},
        Row{"object_page", "oleObject", "mhtml:http://192.0.2.7/a!x-usc:http://192.0.2.7/a", "External",
            Ids{"office.ole-link"}},
        Row{"object_local", "oleObject", "file:///C:\\data\\book.xlsx", "External", Ids{}},
        Row{"frame", "frame", "http://example.invalid/f", "External", Ids{"office.remote-content.text"}},
        Row{"picture", "image", "http://example.invalid/p.png", "External", Ids{"office.remote-content"}},
        Row{"hyperlink", "hyperlink", "http://example.invalid/", "External", Ids{}},
        Row{"hyperlink_to_a_command", "hyperlink", "cmd.exe%20/c%20rem%20INERT", "External",
            Ids{"office.link.command"}},
        Row{"hyperlink_to_a_program", "hyperlink", "file:///\\\\192.0.2.7\\s\\a.js", "External",
            Ids{"office.link.program"}},
        Row{"hyperlink_by_protocol", "hyperlink", "ms-msdt:/id INERT", "External",
            Ids{"office.link.protocol"}},
        Row{"template_of_a_named_house", "attachedTemplate", "https://sharepoint.example.invalid/t",
            "External", Ids{"office.remote-template.house"}},
        Row{"mode_in_capitals", "attachedTemplate", "http://example.invalid/t", "EXTERNAL",
            Ids{"office.remote-template"}},
        Row{"within", "attachedTemplate", "http://example.invalid/t", "Internal", Ids{}},
        Row{"book", "externalLinkPath", "/Users/x/other.xlsx", "External", Ids{}}),
    [](const auto& row) { return row.param.name; });

TEST(OpcParts, RelationshipsInUtf16) {
    std::string wide = "\xFF\xFE";
    for (const char c : relationship("attachedTemplate", "http://example.invalid/t"))
        wide += {c, '\0'};
    EXPECT_THAT(Read(wide).ids, ElementsAre("office.remote-template"));
}

std::string word(std::string_view body) {
    return head +
           "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>" +
           std::string(body) + "</w:body></w:document>";
}
std::string run(std::string_view text) {
    return "<w:r><w:instrText>" + std::string(text) + "</w:instrText></w:r>";
}
std::string mark(std::string_view type) {
    return "<w:r><w:fldChar w:fldCharType=\"" + std::string(type) + "\"/></w:r>";
}

TEST(OpcParts, FieldsOverRuns) {
    const std::string field = mark("begin") + run("DDE") + run("AU") + run("TO c:\\\\windows\\\\sys") +
                              run("tem32\\\\cmd.exe \"/k rem\"") + mark("separate") +
                              "<w:r><w:t>x</w:t></w:r>" + mark("end");
    const Read read(word(field));
    EXPECT_EQ(read.name, "wordprocessingml");
    EXPECT_THAT(read.ids, ElementsAre("office.dde.autoexec"));
    EXPECT_THAT(Read(word("<w:fldSimple w:instr=\"DDE cmd.exe &quot;/c rem&quot;\"/>")).ids,
                ElementsAre("office.dde.exec"));
    EXPECT_THAT(Read(word(mark("begin") + run(" PAGE ") + mark("end"))).ids, IsEmpty());
    EXPECT_THAT(Read(word("<w:p><w:r><w:t>DDEAUTO cmd.exe in a text</w:t></w:r></w:p>")).ids, IsEmpty());
    // The same in another prefix, and in a header.
    std::string other = word(field);
    for (std::size_t at = 0; (at = other.find("w:", at)) != other.npos; at += 2)
        if (other.substr(at - 1, 1) != "f") other[at] = 'z';
    EXPECT_THAT(Read(other).ids, ElementsAre("office.dde.autoexec")) << other;
}

TEST(OpcParts, RibbonsThatCallBack) {
    const std::string begin = "<customUI xmlns=\"http://schemas.microsoft.com/office/2009/07/customui\"";
    EXPECT_THAT(Read(begin + " onLoad=\"Ribbon_Load\"><ribbon/></customUI>").ids,
                ElementsAre("office.customui"));
    EXPECT_THAT(Read(begin + "><ribbon/></customUI>").ids, IsEmpty());
}

TEST(OpcParts, OdfEventsAndModules) {
    const auto content = [](std::string_view event) {
        return head +
               "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\">"
               "<office:scripts><office:event-listeners><script:event-listener "
               "script:language=\"ooo:script\" script:event-name=\"" +
               std::string(event) +
               "\" xlink:href=\"vnd.sun.star.script:Standard.Module1.Main?language=Basic\"/>"
               "</office:event-listeners></office:scripts></office:document-content>";
    };
    EXPECT_THAT(Read(content("dom:load")).ids, ElementsAre("office.odf.autoexec"));
    EXPECT_THAT(Read(content("office:print")).ids, IsEmpty());
    const Read module(
        head +
        "<!DOCTYPE script:module PUBLIC \"-//OpenOffice.org//DTD OfficeDocument 1.0//EN\" \"module.dtd\">\n"
        "<script:module xmlns:script=\"http://openoffice.org/2000/script\" script:name=\"Module1\" "
        "script:language=\"StarBasic\">Sub Main\nShell(&quot;cmd.exe /c rem&quot;)\nEnd Sub"
        "</script:module>");
    EXPECT_EQ(module.name, "odf-basic");
    ASSERT_EQ(module.extraction.children.size(), 1u);
    EXPECT_EQ(module.extraction.children[0].spec.label, "basic:Module1");
    EXPECT_EQ(module.extraction.children[0].text(), "Sub Main\nShell(\"cmd.exe /c rem\")\nEnd Sub");
    EXPECT_THAT(module.ids, testing::Contains("office.odf.macro"));
    EXPECT_THAT(module.ids, testing::Contains("office.vba.exec"));
}

TEST(OpcParts, ActionsOfSlides) {
    const auto slide = [](std::string_view event, std::string_view action) {
        return head +
               "<p:sld xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" "
               "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><p:cNvPr id=\"2\"><a:" +
               std::string(event) + " r:id=\"rId1\" action=\"" + std::string(action) +
               "\"/></p:cNvPr></p:sld>";
    };
    EXPECT_EQ(Read(slide("hlinkClick", "")).name, "presentationml");
    EXPECT_THAT(Read(slide("hlinkMouseOver", "ppaction://program")).ids,
                ElementsAre("office.action.mouse-over"));
    EXPECT_THAT(Read(slide("hlinkMouseOver", "ppaction://hlinkfile")).ids,
                ElementsAre("office.action.mouse-over"));
    EXPECT_THAT(Read(slide("hlinkClick", "ppaction://program")).ids, ElementsAre("office.action.program"));
    EXPECT_THAT(Read(slide("hlinkClick", "ppaction://hlinkshowjump?jump=nextslide")).ids, IsEmpty());
    EXPECT_THAT(Read(slide("hlinkMouseOver", "ppaction://hlinksldjump")).ids, IsEmpty());
}

TEST(OpcParts, ConnectionsOfWorkbooks) {
    const auto connection = [](std::string_view attributes, std::string_view inner) {
        return head +
               "<connections xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><connection "
               "id=\"1\" " +
               std::string(attributes) + ">" + std::string(inner) + "</connection></connections>";
    };
    const auto web = [&](std::string_view url, bool at_opening) {
        return Read(connection(at_opening ? "refreshOnLoad=\"1\"" : "",
                               "<webPr url=\"" + std::string(url) + "\"/>"))
            .ids;
    };
    EXPECT_THAT(web("http://example.invalid/a.dat", true), ElementsAre("office.connection.foreign"));
    EXPECT_THAT(web("https://www.example.com/rates", true), ElementsAre("office.connection.refresh"));
    EXPECT_THAT(web("http://example.invalid/a.dat", false), IsEmpty());
    EXPECT_THAT(web("http://intranet/rates", true), IsEmpty());
    const auto base_of = [&](std::string_view attributes) {
        return Read(connection("", "<dbPr " + std::string(attributes) + "/>")).ids;
    };
    EXPECT_THAT(base_of("connection=\"Driver={x};DBQ=\\\\192.0.2.7\\s\\a.mdb\""),
                ElementsAre("office.connection.foreign"));
    EXPECT_THAT(base_of("connection=\"DSN=a\" command=\"SELECT Shell('rem INERT')\""),
                ElementsAre("office.connection.command"));
    EXPECT_THAT(base_of("connection=\"Provider=SQLOLEDB;Data Source=SRV01;DBQ=\\\\srv\\a\\b.mdb\" "
                        "command=\"SELECT a FROM b\""),
                IsEmpty());
}

TEST(OpcParts, ConversationsOfOdf) {
    const auto cell = [](std::string_view formula) {
        return head +
               "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
               "xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\"><table:table-cell "
               "table:formula=\"" +
               std::string(formula) + "\"/></office:document-content>";
    };
    EXPECT_THAT(Read(cell("of:=DDE(&quot;cmd&quot;;&quot;/c rem INERT&quot;;&quot;x&quot;)")).ids,
                ElementsAre("office.dde.exec"));
    EXPECT_THAT(Read(cell("of:=DDE(&quot;soffice&quot;;&quot;/home/a.ods&quot;;&quot;Sheet1.A1&quot;)")).ids,
                IsEmpty());
    EXPECT_THAT(Read(cell("of:=SUM([.A1])&quot;dde(&quot;")).ids, IsEmpty());
    EXPECT_THAT(
        Read(head + "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0"
                    "\"><office:dde-source office:dde-application=\"cmd\" office:dde-topic=\"/c rem\" "
                    "office:dde-item=\"a\"/></office:document-content>")
            .ids,
        ElementsAre("office.dde.exec"));
}

TEST(OpcParts, OtherXmlIsNone) {
    for (const char* text : {"", "<", "<a/>", "text", "<html><body>wordprocessingml</body></html>",
                             "<document>no namespace</document>", "<Relationships/>", "\xFF\xFE"})
        EXPECT_EQ(format_of(text), nullptr) << text;
}

TEST(OpcParts, CutsAndFlipsStayBounded) {
    std::mt19937 random(11);
    for (const std::string& whole :
         {relationship("attachedTemplate", "http://example.invalid/t"),
          word(mark("begin") + run("DDEAUTO cmd.exe") + mark("end")),
          head + "<script:module xmlns:script=\"http://openoffice.org/2000/script\">Sub a</script:module>"}) {
        for (std::size_t size = 0; size < whole.size(); ++size)
            EXPECT_LE(Read(whole.substr(0, size)).ids.size(), 3u);
        for (int round = 0; round < 300; ++round) {
            std::string bent = whole;
            bent[random() % bent.size()] ^= static_cast<char>(1u << random() % 8);
            EXPECT_LE(Read(bent).ids.size(), 3u);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
