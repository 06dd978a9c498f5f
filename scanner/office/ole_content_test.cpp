#include "scanner/office/ole_content.h"

#include <gtest/gtest.h>

#include <string>

#include "scanner/office/formats.h"
#include "scanner/office/mtef.h"
#include "scanner/testing.h"
#include "tests/fixtures/cfb_writer.h"
#include "tests/fixtures/corpus.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/mutate.h"
#include "tests/fixtures/rtf_writer.h"

namespace sekisho::scanner::office {
namespace {

using namespace fixtures;

MtefVerdict verdict(const std::string& bytes) { return judge_mtef(base::as_bytes(bytes)); }

TEST(Mtef, Verdicts) {
    EXPECT_EQ(verdict(""), MtefVerdict::plain);
    EXPECT_EQ(verdict(equation_native()), MtefVerdict::plain);
    EXPECT_EQ(verdict(equation_native("\x82\x6C\x82\x72 \x96\xBE\x92\xA9")), MtefVerdict::plain);
    EXPECT_EQ(verdict(equation_native().substr(28)), MtefVerdict::plain) << "without a header in front";
    EXPECT_EQ(verdict(equation_native(std::string(31, 'A'))), MtefVerdict::plain);
    EXPECT_EQ(verdict(equation_native(std::string(32, 'A'))), MtefVerdict::overlong);
    EXPECT_EQ(verdict(equation_native("\x12\x0C\x43")), MtefVerdict::overlong) << "a name that is an address";
    EXPECT_EQ(verdict(std::string(16, '\xAA')), MtefVerdict::no_header);
    EXPECT_EQ(verdict(std::string("\x03\xB7\x06\x5D\x53\x0A\x01\x08", 8)), MtefVerdict::no_header);
    EXPECT_EQ(verdict(std::string("\x05\x01\x00\x06\x09"
                                  "DSMT6\0",
                                  11)),
              MtefVerdict::newer);
    // As Equation Editor 2 wrote it: characters have 8 bits.
    EXPECT_EQ(
        verdict(std::string(
            "\x02\x00\x01\x01\x00\x0A\x01\x12\x83\x46\x02\x86\x3D\x12\x83\x08\x12\x83\x76\x00\x00", 21)),
        MtefVerdict::plain);
    const std::string begin("\x03\x01\x01\x03\x0A\x0A\x01", 7);
    EXPECT_EQ(verdict(begin + std::string("\x05\x01\x02\x00\x03\x03\x00\x00", 8)), MtefVerdict::plain);
    EXPECT_EQ(verdict(begin + std::string("\x05\x01\x02\x00\x60\x03\x00\x00", 8)), MtefVerdict::overlong);
}

TEST(Mtef, EveryCutAndFlipOfAPlainOneIsBounded) {
    const std::string whole = equation_native();
    for (std::size_t cut = 0; cut <= whole.size(); ++cut)
        EXPECT_FALSE(cut >= 31 && is_exploit(verdict(whole.substr(0, cut)))) << cut;
    for (std::uint32_t seed = 0; seed < 3'000; ++seed)
        (void)verdict(mutate(whole, seed));
}

OleContent look(const std::string& file, std::string_view class_name = {}) {
    auto cfb = Cfb::open(base::as_bytes(file));
    if (!cfb) return {};
    Budget budget({}, file.size());
    return look_at_ole(*cfb, class_name, budget);
}

TEST(OleContent, IsFoundWhereverItLies) {
    const OleContent equation = look(equation_file(equation_native()));
    EXPECT_TRUE(equation.equation);
    EXPECT_TRUE(equation.exploit.empty());
    EXPECT_FALSE(look(equation_file(equation_native(std::string(50, 'x')))).exploit.empty());
    // Beneath other storages, in the stream of another kind, under a name of another case.
    std::string native;
    put_u32(native, 16);
    CfbNode storage = cfb_storage("_1", {cfb_stream("\x01oLE10nATivE", native + std::string(16, '\xAA'))});
    storage.clsid = {0x02, 0xCE, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46};
    CfbNode root;
    root.children = {cfb_storage("ObjectPool", {storage})};
    EXPECT_FALSE(look(write_cfb(root)).exploit.empty());
    CfbNode package;
    std::string stream;
    put_u32(stream, 100);
    package.children = {cfb_stream("\x01Ole10Native", stream + package_data("a.lnk", "x"))};
    EXPECT_EQ(look(write_cfb(package)).package, "C:\\inert\\a.lnk");
    EXPECT_EQ(look(link_file("http://example.invalid/a")).links,
              std::vector<std::string>{"http://example.invalid/a"});
    EXPECT_EQ(look(file_link_file("C:\\a.xls")).links, std::vector<std::string>{"C:\\a.xls"});
}

TEST(OleContent, ScriptMonikersAreTargets) {
    const std::string id("\xC6\xAF\xAB\xEC\x19\x7F\xD2\x11\x97\x8E\x00\x00\xF8\x75\x7E\x2A", 16);
    const std::string wide = utf16le("script:http://example.invalid/a.sct");
    EXPECT_EQ(find_moniker_targets(base::as_bytes("xx" + id + "1234" + wide + std::string(2, '\0'))),
              std::vector<std::string>{"script:http://example.invalid/a.sct"});
    EXPECT_EQ(find_moniker_targets(base::as_bytes(id)), std::vector<std::string>{"script:"});
    EXPECT_TRUE(find_moniker_targets({}).empty());
    OleContent content;
    content.links = {"script:"};
    Findings findings(10);
    report_ole_content(content, 0, findings);
    EXPECT_TRUE(findings.has("office.ole-link"));
}

// Any compound file says so, not only one that came out of RTF.
TEST(OleContent, CompoundFilesTellIt) {
    const std::string file = equation_file(equation_native(std::string(50, 'x')));
    const Part part = test_part(base::as_bytes(file));
    TestExtraction extraction;
    for (const Format& format : formats()) {
        if (format.name == "ole-storage") format.open(part, extraction);
    }
    EXPECT_TRUE(extraction.findings().has("office.equation.exploit"));
}

// Equations and links as Office itself wrote them.
TEST(OleContent, HonestDocumentsSayNothing) {
    const std::string directory = corpus_directory(SEKISHO_SOURCE_DIR);
    if (directory.empty()) GTEST_SKIP() << "no corpus of real files here (SEKISHO_CORPUS)";
    std::size_t equations = 0;
    std::size_t files = 0;
    for (const CorpusFile& file :
         corpus_files(directory, {"office-clean", "office-embedded", "vba", "vba-stub", "xlm"})) {
        const std::string bytes = read_whole_file(file.path);
        if (!Cfb::has_magic(base::as_bytes(bytes))) continue;
        const OleContent content = look(bytes);
        EXPECT_EQ(content.exploit, "") << file.path;
        Findings findings(100);
        report_ole_content(content, 0, findings);
        EXPECT_FALSE(findings.has("office.ole-link")) << file.path;
        equations += content.equation ? 1u : 0u;
        ++files;
    }
    EXPECT_GT(files, 50u);
    EXPECT_GE(equations, 3u);
}

}  // namespace
}  // namespace sekisho::scanner::office
