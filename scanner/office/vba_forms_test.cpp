#include "scanner/office/vba_forms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/office/oforms.h"
#include "tests/fixtures/corpus.h"
#include "tests/fixtures/mutate.h"
#include "tests/fixtures/oforms_writer.h"

namespace sekisho::scanner::office {
namespace {

std::vector<VbaForm> forms_of(const std::string& file, std::string_view charset = "windows-1252") {
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    Budget budget({}, 1u << 24);
    return read_forms(cfb, charset, budget);
}

std::string file_with(std::vector<fixtures::CfbNode> storages) {
    fixtures::CfbNode root;
    root.children = std::move(storages);
    return fixtures::write_cfb(root);
}

fixtures::Form sample_form() {
    return {.name = "UserForm1",
            .caption = "Invoice",
            .controls = {{.name = "Label1", .kind = 21, .caption = "INERT SEKISHO TEST"},
                         {.name = "TextBox1",
                          .kind = 23,
                          .value = "cmd /c rem \"inert\"",
                          .tag = "http://example.invalid/",
                          .tip = "ヒント"},
                         {.name = "Frame1",
                          .kind = 14,
                          .caption = "Options",
                          .inside = {{.name = "CheckBox1", .kind = 26, .caption = "選択", .value = "1"}}},
                         {.name = "Go", .kind = 17, .caption = "Go"}},
            .frame_lines = "   Tag             =   \"one \"\"two\"\"\"\r\n"};
}

TEST(VbaForms, EveryStringOfEveryControl) {
    const auto forms = forms_of(file_with({fixtures::form_storage(sample_form())}));
    ASSERT_EQ(forms.size(), 1U);
    EXPECT_EQ(forms[0].name, "UserForm1");
    EXPECT_FALSE(forms[0].damaged);
    EXPECT_EQ(forms[0].lines,
              "UserForm1.Caption = \"Invoice\"\r\n"  // of VBFrame
              "UserForm1.Tag = \"one \"\"two\"\"\"\r\n"
              "UserForm1.Caption = \"Invoice\"\r\n"
              "UserForm1.Label1.Caption = \"INERT SEKISHO TEST\"\r\n"
              "UserForm1.TextBox1.Tag = \"http://example.invalid/\"\r\n"
              "UserForm1.TextBox1.ControlTipText = \"ヒント\"\r\n"
              "UserForm1.TextBox1.Text = \"cmd /c rem \"\"inert\"\"\"\r\n"
              "UserForm1.Go.Caption = \"Go\"\r\n"
              "UserForm1.Frame1.Caption = \"Options\"\r\n"
              "UserForm1.CheckBox1.Caption = \"選択\"\r\n"
              "UserForm1.CheckBox1.Value = \"1\"\r\n");
}

TEST(VbaForms, WhatIsNotUnderstoodGivesItsRuns) {
    fixtures::CfbNode form = fixtures::form_storage(sample_form());
    for (fixtures::CfbNode& node : form.children) {
        if (node.name == "f") node.data.resize(30);
        if (node.name == "o")
            node.data += std::string("\0\1short\0", 8) + std::string("p\0o\0w\0e\0r\0s\0\xFF", 13) +
                         "\x83\x65\x83\x58\x83\x67.";
    }
    const auto forms = forms_of(file_with({form}), "cp932");
    ASSERT_EQ(forms.size(), 1U);
    EXPECT_TRUE(forms[0].damaged);
    EXPECT_THAT(forms[0].lines, testing::HasSubstr("UserForm1.o = \"cmd /c rem \"\"inert\"\""));
    EXPECT_THAT(forms[0].lines, testing::HasSubstr("UserForm1.o = \"short\""));
    EXPECT_THAT(forms[0].lines, testing::HasSubstr("UserForm1.o = \"powers\""));
}

TEST(VbaForms, OtherStoragesAreNoForms) {
    EXPECT_TRUE(forms_of(file_with({fixtures::cfb_storage("x", {fixtures::cfb_stream("o", "not a form")}),
                                    fixtures::cfb_storage("y", {fixtures::cfb_stream("f", "not a form")})}))
                    .at(0)
                    .lines.empty());
}

TEST(OForms, OneByteRunsAndWideRuns) {
    const std::string bytes = "\x01\x02plain text\x03" + std::string("w\0i\0d\0e\0r\0\0\0", 12) + "abc\x01";
    EXPECT_EQ(text_runs(base::as_bytes(bytes), "windows-1252", 1'000),
              (std::vector<std::string>{"plain text", "wider"}));
    EXPECT_TRUE(text_runs(base::as_bytes("abcd"), "windows-1252", 1'000).empty());
    const auto cut = text_runs(base::as_bytes(std::string(5'000, 'x')), "windows-1252", 100);
    ASSERT_EQ(cut.size(), 1U);
    EXPECT_EQ(cut[0].size(), 100U);
}

TEST(OFormsProperty, CutAndMutatedFormsEnd) {
    const std::string f = fixtures::form_layout("Invoice", sample_form().controls);
    const std::string o = fixtures::form_objects(sample_form().controls);
    EXPECT_FALSE(parse_form_layout(base::as_bytes(f)).damaged);
    for (std::size_t size = 0; size < f.size(); ++size)
        EXPECT_TRUE(parse_form_layout(base::head(base::as_bytes(f), size)).damaged) << size;
    for (std::uint32_t seed = 1; seed <= 2'000; ++seed) {
        const std::string bytes = fixtures::mutate(f, seed);
        EXPECT_LE(parse_form_layout(base::as_bytes(bytes)).sites.size(), bytes.size());
        for (const int kind : {15, 17, 21, 23, 26})
            (void)parse_form_control(base::as_bytes(fixtures::mutate(o, seed)),
                                     static_cast<std::uint16_t>(kind));
    }
    const std::string file = file_with({fixtures::form_storage(sample_form())});
    for (std::uint32_t seed = 1; seed <= 1'000; ++seed) {
        const std::string bytes = fixtures::mutate(file, seed);
        if (!Cfb::has_magic(base::as_bytes(bytes)) || bytes.size() < Cfb::min_size) continue;
        for (const VbaForm& form : forms_of(bytes))
            EXPECT_LE(form.lines.size(), 16 * file.size());
    }
}

// What LibreOffice makes of the same forms (its dialogs, saved as .ods).
TEST(VbaForms, AgreeWithLibreOfficeOnARealWorkbook) {
    const std::string directory = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
    if (directory.empty()) GTEST_SKIP() << "the corpus of real files is not here (SEKISHO_CORPUS)";
    std::string all;
    std::size_t forms = 0;
    for (const VbaForm& form : forms_of(fixtures::read_whole_file(directory + "/poi/vba/31749.xls"))) {
        EXPECT_FALSE(form.damaged) << form.name;
        all += form.lines;
        ++forms;
    }
    EXPECT_EQ(forms, 3U);
    for (const std::string_view line :
         {"frmRROptions.Caption = \"Rent Roll Options\"", "frmRROptions.Frame1.Caption = \"Show Columns\"",
          "frmRROptions.cmdCancel.Caption = \"Cancel\"", "frmRROptions.cmdOK.Caption = \"OK\"",
          "frmRROptions.cmdAll.Caption = \"All\"", "frmRROptions.cmdNone.Caption = \"None\"",
          "frmMFULogin.Caption = \"MFU Login\"", "frmMFULogin.lblUsername.Caption = \"Username\"",
          "frmMFULogin.lblPassword.Caption = \"Password\"",
          "frmSummaryOptions.Caption = \"I&E Summary Options\"",
          "frmSummaryOptions.Frame1.Caption = \"Show Statements\"",
          "frmSummaryOptions.Frame2.Caption = \"Show Units\"",
          "frmSummaryOptions.lblBasis.Caption = \"Basis for % Comparison\"",
          "frmSummaryOptions.cmdHistory.Caption = \"Historical Comparison\""}) {
        EXPECT_THAT(all, testing::HasSubstr(line));
    }
    EXPECT_THAT(all, testing::Not(testing::HasSubstr(".o = ")));  // all of the objects is understood
}

}  // namespace
}  // namespace sekisho::scanner::office
