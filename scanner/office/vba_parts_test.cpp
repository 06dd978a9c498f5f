// What comes out of VBA projects: children, and what they are found to mean.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "model/finding.h"
#include "scanner/office/formats.h"
#include "scanner/office/vba.h"
#include "scanner/testing.h"
#include "tests/fixtures/corpus.h"
#include "tests/fixtures/documents.h"
#include "tests/fixtures/droppers.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/mutate.h"
#include "tests/fixtures/oforms_writer.h"
#include "tests/fixtures/pcode_writer.h"
#include "tests/fixtures/scratch.h"

namespace sekisho::scanner::office {
namespace {

struct Opened {
    explicit Opened(std::string file, const std::string& name = "file")
        : bytes(std::move(file)), extraction({}, bytes.size()) {
        const Format* best = nullptr;
        Confidence most = no_match;
        for (const Format& row : formats()) {
            const Confidence confidence = row.recognise(base::as_bytes(bytes), name);
            if (confidence <= most) continue;
            most = confidence;
            best = &row;
        }
        if (best == nullptr) return;
        type = best->type;
        const Part part = test_part(base::as_bytes(bytes), name);
        if (best->open != nullptr) best->open(part, extraction);
        if (best->inspect != nullptr) best->inspect(part, extraction.findings());
    }
    bool has(std::string_view id) { return extraction.findings().has(id); }
    std::string text(std::string_view label) {
        for (const TestChild& child : extraction.children) {
            if (child.spec.label == label) return std::string(child.text());
        }
        return "(not there)";
    }
    std::string told() {
        std::string out;
        for (const model::Finding& finding : extraction.findings().all())
            out += finding.id + " (" + finding.evidence + ") ";
        return out;
    }
    double score() {
        double sum = 0;
        for (const auto& finding : extraction.findings().all())
            sum += model::find_finding(finding.id)->score;
        return sum;
    }
    std::string bytes;
    std::string type;
    TestExtraction extraction;
};

// A project of one module, whose p-code starts a program.
fixtures::VbaProject shell_project(std::string source) {
    fixtures::VbaProject out;
    auto identifiers = fixtures::pcode_identifiers();
    fixtures::VbaModule module{"Module1", std::move(source), false};
    module.cache = fixtures::pcode_cache(fixtures::shell_pcode(), identifiers);
    out.performance = fixtures::performance_stream(identifiers);
    out.modules.push_back(std::move(module));
    return out;
}

TEST(VbaParts, SourceThatWasEmptiedIsReadFromThePcode) {
    const fixtures::VbaProject project = shell_project("");
    Opened opened(fixtures::doc_file("x", &project));
    EXPECT_TRUE(opened.has("office.vba.stomped")) << opened.told();
    EXPECT_TRUE(opened.has("office.macro"));
    EXPECT_TRUE(opened.has("office.vba.autoexec"));
    EXPECT_TRUE(opened.has("office.vba.exec"));
    EXPECT_THAT(opened.text("pcode:Module1"),
                testing::HasSubstr("Shell \"cmd.exe /c rem http://example.invalid/inert\""));
}

TEST(VbaParts, ModuleWithoutAnySourceIsReadFromThePcode) {
    const fixtures::VbaProject project = shell_project("");
    fixtures::CfbNode root;
    root.children = fixtures::vba_nodes(project);
    for (fixtures::CfbNode& node : root.children[0].children) {
        if (node.name == "Module1") node.data = project.modules[0].cache;
    }
    Opened opened(fixtures::write_cfb(root));
    EXPECT_TRUE(opened.has("office.vba.stomped")) << opened.told();
    EXPECT_TRUE(opened.has("office.vba.damaged"));
    EXPECT_THAT(opened.text("pcode:Module1"), testing::HasSubstr("Sub AutoOpen()"));
}

TEST(VbaParts, SourceThatWasSwappedIsReadFromThePcode) {
    const fixtures::VbaProject project = shell_project("Sub Hello()\r\nMsgBox \"hello\"\r\nEnd Sub\r\n");
    Opened opened(fixtures::xls_file("x", &project));
    EXPECT_TRUE(opened.has("office.vba.stomped")) << opened.told();
    EXPECT_TRUE(opened.has("office.vba.exec"));
    EXPECT_THAT(opened.text("vba:Module1"), testing::HasSubstr("MsgBox"));
}

TEST(VbaParts, SourceThatAgreesIsNotStomped) {
    const fixtures::VbaProject project = shell_project(fixtures::shell_source());
    Opened opened(fixtures::doc_file("x", &project));
    EXPECT_FALSE(opened.has("office.vba.stomped")) << opened.told();
    EXPECT_EQ(opened.text("pcode:Module1"), "(not there)");
}

TEST(VbaParts, PurgedProjectsAreNoted) {
    fixtures::VbaProject project = fixtures::benign_project();
    EXPECT_FALSE(Opened(fixtures::xls_file("x", &project)).has("office.vba.purged"));
    project.p_code_bytes = 0;
    Opened opened(fixtures::xls_file("x", &project));
    EXPECT_TRUE(opened.has("office.vba.purged"));
    EXPECT_LT(opened.score(), 5.0);
    fixtures::VbaProject stub = fixtures::stub_project();
    stub.p_code_bytes = 0;
    EXPECT_FALSE(Opened(fixtures::xls_file("x", &stub)).has("office.vba.purged"));
}

TEST(VbaParts, LockedProjectsAreReadAllTheSame) {
    fixtures::VbaProject project = fixtures::benign_project();
    project.project_lines =
        "DPB=\"7270DE2E0D4B0D4BF2B50E4B5F3510FCAFF5605A7A719582CF985E5393C608B1F2A05BCFD5\"\r\n";
    Opened opened(fixtures::xls_file("x", &project));
    EXPECT_TRUE(opened.has("office.vba.protected"));
    EXPECT_THAT(opened.text("vba:Forms"), testing::HasSubstr("Shell"));
    EXPECT_LT(opened.score(), 5.0);
}

TEST(VbaParts, ModulesThatTheEditorDoesNotShow) {
    fixtures::VbaProject project = fixtures::benign_project();
    EXPECT_FALSE(Opened(fixtures::xls_file("x", &project)).has("office.vba.hidden-module"));
    project.modules[1].listed = false;
    EXPECT_TRUE(Opened(fixtures::xls_file("x", &project)).has("office.vba.hidden-module"));
    project.modules[1].listed = true;
    project.modules[1].unicode_name = "Other";
    Opened renamed(fixtures::xls_file("x", &project));
    EXPECT_TRUE(renamed.has("office.vba.hidden-module"));
    EXPECT_THAT(renamed.text("vba:Other"), testing::HasSubstr("Shell"));
}

// A file that a module holds in base64 is a part like any other, and told; text in base64 is not.
TEST(VbaParts, FilesThatStandEncodedInTheSource) {
    const std::string program = "MZ" + std::string(70, '\x90');
    std::string encoded = "TVqQ";
    for (int i = 0; i < 23; ++i)
        encoded += "kJCQ";
    fixtures::VbaProject project;
    project.modules.push_back({"Module1", "Sub Store()\r\nx = \"" + encoded + "\"\r\nEnd Sub\r\n", false});
    Opened carried(fixtures::xls_file("x", &project));
    EXPECT_TRUE(carried.has("fold.payload")) << carried.told();
    EXPECT_TRUE(carried.text("decoded:Module1").starts_with(program));

    encoded.clear();
    for (int i = 0; i < 24; ++i)
        encoded += "dGV4";  // "tex"
    project.modules[0].source = "Sub Store()\r\nx = \"" + encoded + "\"\r\nEnd Sub\r\n";
    Opened honest(fixtures::xls_file("x", &project));
    EXPECT_FALSE(honest.has("fold.payload")) << honest.told();
    EXPECT_EQ(honest.text("decoded:Module1"), "(not there)");
}

TEST(VbaParts, ConstantsOfOtherModulesArePutIn) {
    fixtures::VbaProject project;
    project.modules.push_back(
        {"ThisDocument",
         "Sub AutoOpen()\r\nIf False Then\r\nShell kFirst & kSecond, 0\r\nEnd If\r\nEnd Sub\r\n", true});
    project.modules.push_back(
        {"Texts", "Public Const kFirst = \"power\"\r\nPublic Const kSecond = \"shell -e rem\"\r\n", false});
    Opened opened(fixtures::doc_file("INERT SEKISHO TEST", &project), "a.doc");
    EXPECT_TRUE(opened.has("office.vba.obfuscated")) << opened.told();
    EXPECT_TRUE(opened.has("office.vba.dropper")) << opened.told();
    EXPECT_THAT(opened.text("vba:ThisDocument"), testing::Not(testing::HasSubstr("power"))) << "as it stands";
}

TEST(VbaParts, ConstantsThatAreLeftOutAreTold) {
    std::string texts;
    for (std::size_t i = 0; i < 2'001; ++i)
        texts += "Public Const k" + std::to_string(i) + " = 1\r\n";
    fixtures::VbaProject project;
    project.modules.push_back({"Texts", texts, false});
    EXPECT_TRUE(Opened(fixtures::doc_file("x", &project), "a.doc").has("fold.limit"));
    project.modules[0].source = "Public Const k = 1\r\n";
    EXPECT_FALSE(Opened(fixtures::doc_file("x", &project), "a.doc").has("fold.limit"));
}

TEST(VbaParts, StringsOfFormsCount) {
    fixtures::VbaProject project;
    project.modules.push_back({"ThisDocument",
                               "Sub Document_Open()\r\nCreateObject(UserForm1.Label1.Caption).Create "
                               "UserForm1.TextBox1.Text\r\nEnd Sub\r\n",
                               true});
    fixtures::CfbNode root;
    fixtures::CfbNode macros = fixtures::cfb_storage("Macros", fixtures::vba_nodes(project));
    macros.children.push_back(fixtures::form_storage(
        {.name = "UserForm1",
         .caption = "x",
         .controls = {{.name = "Label1", .kind = 21, .caption = "winmgmts:Win32_Process"},
                      {.name = "TextBox1", .value = "powershell -e INERT"}}}));
    root.children = {macros, fixtures::cfb_stream("WordDocument", std::string(4'096, '\0'))};
    Opened opened(fixtures::write_cfb(root));
    EXPECT_THAT(opened.text("form:UserForm1"),
                testing::HasSubstr("UserForm1.Label1.Caption = \"winmgmts:Win32_Process\"\r\n"));
    EXPECT_TRUE(opened.has("office.vba.autoexec")) << opened.told();
}

TEST(VbaParts, PropertiesBecomeLines) {
    std::string stream;
    fixtures::put_u16(stream, 0xFFFE);
    stream.resize(24);
    fixtures::put_u32(stream, 1);
    stream += std::string("\xE0\x85\x9F\xF2\xF9\x4F\x68\x10\xAB\x91\x08\x00\x2B\x27\xB3\xD9", 16);
    for (const std::uint32_t field : {48U, 36U, 1U, 6U, 16U, 0x1EU, 8U})
        fixtures::put_u32(stream, field);
    stream += std::string("comment\0", 8);
    fixtures::CfbNode root;
    root.children = {fixtures::cfb_stream("\x05SummaryInformation", stream),
                     fixtures::cfb_stream("WordDocument", std::string(4'096, '\0'))};
    Opened opened(fixtures::write_cfb(root));
    EXPECT_EQ(opened.text("properties"), "BuiltInDocumentProperties(\"Comments\") = \"comment\"\r\n");
}

TEST(VbaParts, DeletedStreamsComeOutHidden) {
    fixtures::CfbNode root;
    root.children = {fixtures::cfb_stream("WordDocument", std::string(4'096, '\0')),
                     fixtures::cfb_stream("secret", std::string(5'000, 's'))};
    std::string file = fixtures::write_cfb(root);
    EXPECT_FALSE(Opened(file).has("document.hidden-stream"));
    file[file.find(fixtures::utf16le("secret")) + 66] = 0;
    Opened opened(file);
    EXPECT_TRUE(opened.has("document.hidden-stream")) << opened.told();
    EXPECT_EQ(opened.text("ole:secret"), std::string(5'000, 's'));
    for (const TestChild& child : opened.extraction.children)
        EXPECT_EQ(child.spec.flags.has(PartFlag::hidden), child.spec.label == "ole:secret");
}

TEST(VbaParts, PublisherDocumentsHaveMacrosToo) {
    const fixtures::VbaProject project = fixtures::dropper_project("2019-09");
    fixtures::CfbNode root;
    root.children = {
        fixtures::cfb_storage("Quill",
                              {fixtures::cfb_storage("QuillSub", {fixtures::cfb_stream("CONTENTS", "x")})}),
        fixtures::cfb_storage("VBA", {fixtures::cfb_storage("VBAProject", fixtures::vba_nodes(project))})};
    Opened opened(fixtures::write_cfb(root));
    EXPECT_EQ(opened.type, "application/x-mspublisher");
    EXPECT_TRUE(opened.has("office.vba.dropper")) << opened.told();
}

TEST(VbaSignature, IsKnownByNameAndContent) {
    const std::string blob =
        std::string(0x2C, '\x01') + "\x30\x82\x05\x10\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";
    EXPECT_TRUE(Opened(blob, "xl/vbaProjectSignature.bin").has("office.vba.signed"));
    EXPECT_TRUE(Opened(blob, "word/vbaProjectSignatureAgile.bin").has("office.vba.signed"));
    EXPECT_FALSE(Opened(blob, "xl/other.bin").has("office.vba.signed"));
    EXPECT_FALSE(Opened("nothing of the kind", "xl/vbaProjectSignature.bin").has("office.vba.signed"));
}

std::string access_file(std::string_view engine, std::string_view rest) {
    std::string out("\x00\x01\x00\x00", 4);
    out += engine;
    out.resize(4'096);
    out += rest;
    out.resize(12'288);
    return out;
}

TEST(AccessDatabase, SourcesAreFoundByTheirSignature) {
    const fixtures::VbaModule module{"Module1", fixtures::shell_source(), false};
    const std::string packed = fixtures::ovba_compress(fixtures::module_source(module));
    for (const std::string_view engine : {"Standard Jet DB", "Standard ACE DB"}) {
        Opened opened(access_file(engine, packed), "x.mdb");
        EXPECT_EQ(opened.type, "application/x-msaccess");
        EXPECT_TRUE(opened.has("office.access.partly"));
        EXPECT_TRUE(opened.has("office.vba.exec")) << opened.told();
        EXPECT_THAT(opened.text("vba:carved-1"), testing::HasSubstr("Shell \"cmd.exe"));
    }
    Opened empty(access_file("Standard Jet DB", ""), "x.mdb");
    EXPECT_TRUE(empty.has("office.access.partly"));
    EXPECT_FALSE(empty.has("office.macro"));
    EXPECT_EQ(Opened(access_file("Standard other", ""), "x.mdb").type, "");
}

TEST(VbaPartsProperty, MutatedDocumentsEnd) {
    fixtures::VbaProject project = shell_project("x = 1\r\n");
    fixtures::CfbNode root;
    root.children = fixtures::vba_nodes(project);
    root.children.push_back(
        fixtures::form_storage({.name = "F", .caption = "c", .controls = {{.name = "T", .value = "v"}}}));
    const std::string file = fixtures::write_cfb(root);
    for (std::uint32_t seed = 1; seed <= 1'000; ++seed) {
        Opened opened(fixtures::mutate(file, seed));
        EXPECT_LE(opened.extraction.children.size(), 64U);
    }
}

// The project of a package, taken out by unzip.
std::string member_of(const std::string& path) {
    const fixtures::Scratch scratch;
    (void)scratch.run("unzip -p '" + path + "' '*vbaProject.bin' > project 2>/dev/null");
    return scratch.read("project");
}

// All real files with macros: what is said of honest ones.
TEST(VbaParts, RealDocumentsAreNeitherStompedNorHiddenNorPurged) {
    const std::string directory = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
    if (directory.empty()) GTEST_SKIP() << "the corpus of real files is not here (SEKISHO_CORPUS)";
    std::size_t projects = 0;
    for (const auto& file :
         fixtures::corpus_files(directory, {"vba", "vba-stub", "office-clean", "office-embedded"})) {
        std::string bytes = fixtures::read_whole_file(file.path);
        const bool package = bytes.starts_with("PK");
        if (package) bytes = member_of(file.path);
        if (bytes.empty()) continue;
        Opened opened(bytes);
        for (const std::string_view id :
             {"office.vba.stomped", "office.vba.hidden-module", "office.vba.purged", "document.hidden-stream",
              "office.vba.damaged"}) {
            EXPECT_FALSE(opened.has(id)) << file.path << ": " << opened.told();
        }
        EXPECT_LT(opened.score(), 5.0) << file.path << ": " << opened.told();
        std::string source;
        std::size_t modules = 0;
        for (const TestChild& child : opened.extraction.children) {
            if (child.spec.opened_by != "vba") continue;
            ++modules;
            source += child.text();
        }
        if (modules == 0) continue;
        ++projects;
        if (!package || file.value("modules").empty()) continue;
        EXPECT_EQ(std::to_string(modules), file.value("modules")) << file.path;
        std::stringstream procedures(file.value("procs"));
        for (std::string name; std::getline(procedures, name, ',');)
            EXPECT_THAT(source, testing::HasSubstr(name)) << file.path;
    }
    EXPECT_GE(projects, 60U);
}

}  // namespace
}  // namespace sekisho::scanner::office
