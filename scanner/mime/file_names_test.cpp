#include "scanner/mime/file_names.h"

#include <gtest/gtest.h>

#include <array>

#include "scanner/mime/header.h"
#include "scanner/mime/testing_ambiguities.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

struct Case {
    const char* name;
    std::string type;         // parameters behind "a/b; "
    std::string disposition;  // behind "attachment; "
    std::string want;
    std::string classes = {};
};

std::string name_of(const std::string& type, const std::string& disposition, std::string& classes) {
    Ambiguities met;
    std::string name = file_name(std::array{parse_structured(unfold("a/b; " + type))},
                                 std::array{parse_structured(unfold("attachment; " + disposition))}, met);
    classes = classes_of(met);
    return name;
}

class FileName : public testing::TestWithParam<Case> {};
TEST_P(FileName, IsRead) {
    std::string classes;
    EXPECT_EQ(name_of(GetParam().type, GetParam().disposition, classes), GetParam().want);
    EXPECT_EQ(classes, GetParam().classes);
}

INSTANTIATE_TEST_SUITE_P(
    Ordinary, FileName,
    testing::Values(
        Case{"none", "", "", ""}, Case{"empty", "name=\"\"", "filename=", ""},
        Case{"type_alone", "name=\"a.pdf\"", "", "a.pdf"},
        Case{"disposition_alone", "", "filename=\"a.pdf\"", "a.pdf"},
        Case{"both_the_same", "name=\"a.pdf\"", "filename=\"a.pdf\"", "a.pdf"},
        Case{"both_one_bare", "name=a.pdf", "filename=\"a.pdf\"", "a.pdf"},
        Case{"type_empty", "name=\"\"", "filename=a.pdf", "a.pdf"},
        Case{"other_parameters", "charset=utf-8", "size=1; filename=a.pdf; creation-date=\"x\"", "a.pdf"},
        Case{"blanks", "", "filename=\"my report (2).pdf\"", "my report (2).pdf"},
        Case{"three_blanks", "", "filename=\"a   .pdf\"", "a   .pdf"},
        Case{"percent_alone", "", "filename=\"100% sure.pdf\"", "100% sure.pdf"},
        Case{"percent_digit", "", "filename=\"5%1.pdf\"", "5%1.pdf"},
        Case{"extended", "", "filename*=utf-8''%E8%AB%8B.pdf", "請.pdf"},
        Case{"extended_of_iso_2022_jp", "", "filename*=iso-2022-jp''%1B%24B%40A%1B%28B.doc", "請.doc"},
        Case{"continued", "", "filename*0=inv; filename*1=oice.pdf", "invoice.pdf"},
        Case{"continued_extended", "", "filename*0*=utf-8''%E8%AB; filename*1*=%8B.pdf", "請.pdf"},
        Case{"extended_and_plain_the_same", "", "filename=\"a.pdf\"; filename*=utf-8''a.pdf", "a.pdf"},
        Case{"no_extension", "", "filename=README", "README"},
        Case{"leading_dot", "", "filename=.profile", ".profile"},
        Case{"longest", "", "filename=" + std::string(255, 'n'), std::string(255, 'n')}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Conflicts, FileName,
    testing::Values(
        Case{"same_extension", "name=a.pdf", "filename=b.pdf", "b.pdf", "name.conflict"},
        Case{"case_of_extension", "name=a.PDF", "filename=b.pdf", "b.pdf", "name.conflict"},
        Case{"case_of_name", "name=A.pdf", "filename=a.pdf", "a.pdf", "name.conflict"},
        Case{"one_without_extension", "name=a", "filename=a.pdf", "a.pdf", "name.conflict"},
        Case{"other_extension", "name=a.txt", "filename=a.pdf", "a.pdf",
             "name.conflict name.extension-conflict"},
        Case{"disposition_runs", "name=a.pdf", "filename=b.exe", "b.exe",
             "name.conflict name.extension-conflict"},
        Case{"type_runs", "name=a.exe", "filename=b.pdf", "a.exe", "name.conflict name.extension-conflict"},
        Case{"type_runs_other_has_none", "name=a.exe", "filename=b", "a.exe",
             "name.conflict name.extension-conflict"},
        Case{"both_run", "name=a.exe", "filename=b.vbs", "b.vbs", "name.conflict name.extension-conflict"},
        Case{"twice_in_disposition", "", "filename=a.txt; filename=b.vbs", "b.vbs",
             "name.conflict name.extension-conflict"},
        Case{"twice_in_type", "name=a.txt; name=a.txt; name=b.pdf", "", "a.txt",
             "name.conflict name.extension-conflict"},
        Case{"name_in_disposition", "", "name=a.txt; filename=b.txt", "b.txt", "name.conflict"},
        Case{"filename_in_type", "filename=a.vbs; name=b.txt", "", "a.vbs",
             "name.conflict name.extension-conflict"},
        Case{"runs_behind_blanks_and_dots", "name=\"a.exe. .\"", "filename=b.pdf", "a.exe. .",
             "name.conflict name.extension-conflict name.trailing"},
        Case{"extended_and_plain", "", "filename=a.txt; filename*=utf-8''b.txt", "b.txt",
             "name.conflict name.rfc2231"},
        Case{"extended_and_plain_other_order", "", "filename*=utf-8''b.txt; filename=a.txt", "b.txt",
             "name.conflict name.rfc2231"},
        Case{"extended_and_plain_of_two_fields", "name=a.txt", "filename*=utf-8''b.txt", "b.txt",
             "name.conflict"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Rfc2231, FileName,
    testing::Values(
        Case{"out_of_order", "", "filename*1=oice.pdf; filename*0=inv", "invoice.pdf", "name.rfc2231"},
        Case{"gap", "", "filename*0=inv; filename*2=oice.pdf", "invoice.pdf", "name.rfc2231"},
        Case{"no_zero", "", "filename*1=inv; filename*2=oice.pdf", "invoice.pdf", "name.rfc2231"},
        Case{"doubled", "", "filename*0=a; filename*1=b; filename*1=c", "abc", "name.rfc2231"},
        Case{"leading_zeros", "", "filename*00=inv; filename*01=oice.pdf", "invoice.pdf", "name.rfc2231"},
        Case{"in_type", "name*1=b; name*0=a", "", "ab", "name.rfc2231"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Bytes, FileName,
    testing::Values(
        Case{"word", "", "filename=\"=?utf-8?B?6KuL?=.pdf\"", "請.pdf", "name.encoded-word"},
        Case{"word_q", "", "filename=\"=?utf-8?Q?=E8=AB=8B?=.pdf\"", "請.pdf", "name.encoded-word"},
        Case{"word_bare", "name==?utf-8?B?6KuL?=", "", "請", "name.encoded-word"},
        Case{"word_hides_extension", "", "filename=\"a.txt=?utf-8?Q?.vbs?=\"", "a.txt.vbs",
             "name.encoded-word"},
        Case{"word_open", "", "filename=\"=?utf-8?B?6KuL.pdf\"", "=?utf-8?B?6KuL.pdf"},
        Case{"utf8", "", "filename=\"請.pdf\"", "請.pdf", "name.8bit"},
        Case{"shift_jis", "", "filename=\"\x90\xBF\x8B\x81\x8F\x91.pdf\"", "請求書.pdf", "name.8bit"},
        Case{"shift_jis_with_backslash", "", "filename=\"\x83\x5C\x95\x5C\x94\x5C.doc\"", "ソ表能.doc",
             "name.8bit"},
        Case{"euc_jp", "", "filename=\"\xC0\xC1\xB5\xE1\xBD\xF1.pdf\"", "請求書.pdf", "name.8bit"},
        Case{"iso_2022_jp", "", "filename=\"\x1B$B@A\x1B(B.pdf\"", "請.pdf", "name.8bit"},
        Case{"eight_bit_in_type", "name=\"請.pdf\"", "", "請.pdf", "name.8bit"},
        Case{"nul", "", "filename=\"a.exe\0.txt\""s, "a.exe\0.txt"s, "name.nul"},
        Case{"nul_extended", "", "filename*=utf-8''a.exe%00.txt", "a.exe\0.txt"s, "name.nul"},
        Case{"nul_in_word", "", "filename=\"=?utf-8?Q?a.exe=00.txt?=\"", "a.exe\0.txt"s,
             "name.encoded-word name.nul"},
        Case{"nul_last", "", "filename=\"a.exe\0\""s, "a.exe\0"s, "name.nul name.trailing"},
        Case{"percent", "", "filename=\"a%2Epdf\"", "a%2Epdf", "name.percent"},
        Case{"percent_that_runs", "", "filename=\"a%2Evbs\"", "a.vbs", "name.percent"},
        Case{"percent_lower_case", "", "filename=\"a%2evbs\"", "a.vbs", "name.percent"},
        Case{"percent_all", "", "filename=\"%61%2E%76%62%73\"", "a.vbs", "name.percent"},
        Case{"percent_utf8", "", "filename=\"%E8%AB%8B.pdf\"", "%E8%AB%8B.pdf", "name.percent"},
        Case{"percent_in_type", "name=\"a%2Evbs\"", "", "a.vbs", "name.percent"},
        Case{"percent_and_running", "", "filename=\"a%2Etxt.vbs\"", "a%2Etxt.vbs", "name.percent"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Shown, FileName,
    testing::Values(
        Case{"override", "", "filename*=utf-8''re%E2%80%AEcod.vbs", "re\u202Ecod.vbs", "name.bidi"},
        Case{"override_in_word", "", "filename=\"=?utf-8?B?cmXigK5jb2QudmJz?=\"", "re\u202Ecod.vbs",
             "name.bidi name.encoded-word"},
        Case{"override_raw", "", "filename=\"re\u202Ecod.vbs\"", "re\u202Ecod.vbs", "name.8bit name.bidi"},
        Case{"isolate", "", "filename*=utf-8''a%E2%81%A6b%E2%81%A9.vbs", "a\u2066b\u2069.vbs", "name.bidi"},
        Case{"mark", "", "filename*=utf-8''a%E2%80%8F.vbs", "a\u200F.vbs", "name.bidi"},
        Case{"joiner_is_none", "", "filename*=utf-8''a%E2%80%8D.vbs", "a\u200D.vbs"},
        Case{"dot", "", "filename=\"a.pdf.\"", "a.pdf.", "name.trailing"},
        Case{"blank", "", "filename=\"a.pdf \"", "a.pdf ", "name.trailing"},
        Case{"dots_and_blanks", "", "filename=\"a.exe. . \"", "a.exe. . ", "name.trailing"},
        Case{"dot_extended", "", "filename*=utf-8''a.exe%20%2E", "a.exe .", "name.trailing"},
        Case{"blanks_before_extension", "", "filename=\"a.pdf     .exe\"", "a.pdf     .exe", "name.blanks"},
        Case{"tabs", "", "filename=\"a.pdf\t\t\t\t\t.exe\"", "a.pdf\t\t\t\t\t.exe", "name.blanks"},
        Case{"ideographic", "", "filename*=utf-8''a%E3%80%80%E3%80%80%E3%80%80%E3%80%80%E3%80%80.exe",
             "a\u3000\u3000\u3000\u3000\u3000.exe", "name.blanks"},
        Case{"no_break", "", "filename*=utf-8''a%C2%A0%C2%A0%20%C2%A0%C2%A0.exe",
             "a\u00A0\u00A0 \u00A0\u00A0.exe", "name.blanks"},
        Case{"blanks_and_dot_behind", "", "filename=\"a.pdf      .exe.\"", "a.pdf      .exe.",
             "name.blanks name.trailing"},
        Case{"long", "", "filename=" + std::string(256, 'n'), std::string(256, 'n'), "name.long"},
        Case{"long_continued", "",
             "filename*0=" + std::string(200, 'n') + "; filename*1=" + std::string(56, 'n'),
             std::string(256, 'n'), "name.long"}),
    [](const auto& info) { return info.param.name; });

TEST(FileNameLimit, AtMost64KB) {
    std::string classes;
    EXPECT_EQ(name_of("", "filename=\"" + std::string(1u << 20, 'n') + "\"", classes).size(), 64U << 10);
    EXPECT_EQ(classes, "name.long");
    EXPECT_LE(name_of("", "filename=\"" + std::string(1u << 20, '%') + "41.exe\"", classes).size(),
              64U << 10);
}

TEST(FileNameLimit, ThousandNames) {
    std::string disposition;
    for (int i = 0; i < 5'000; ++i)
        disposition += "filename=a" + std::to_string(i) + ".txt; ";
    std::string classes;
    EXPECT_EQ(name_of("", disposition, classes), "a0.txt");
    EXPECT_EQ(classes, "name.conflict");
    for (const std::string last : {"x.exe", "x%2Eexe"}) {
        EXPECT_EQ(name_of("name=" + last, disposition, classes), "x.exe");
        EXPECT_EQ(name_of("", disposition + "filename=" + last, classes), "x.exe");
    }
    EXPECT_EQ(name_of("", "filename=x.exe; " + disposition, classes), "x.exe");
}

TEST(FileNameProperty, ARunningNameIsNeverLost) {
    const std::vector<std::string> others{"a.txt", "b.pdf", "c", "", "請.doc"};
    std::mt19937 random(25);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 2'000; ++i) {
        std::vector<std::string> params;
        for (auto n = random() % 20; n > 0; --n)
            params.push_back("\"" + others[random() % others.size()] + "\"");
        params.insert(params.begin() + static_cast<std::ptrdiff_t>(random() % (params.size() + 1)), "x.vbs");
        std::string type, disposition, classes;
        for (const std::string& param : params)
            (random() % 2 == 0 ? type : disposition) +=
                (random() % 2 == 0 ? "name=" : "filename=") + param + "; ";
        ASSERT_EQ(name_of(type, disposition, classes), "x.vbs") << type << " | " << disposition;
    }
}

TEST(FileNameProperty, IsTheSameForTheSame) {
    const std::vector<std::string> pieces{
        "filename=", "name=",    "filename*=", "name*0=", "filename*1*=", "utf-8''", "\"",         "; ",
        "%2E",       "%",        "a",          ".exe",    ".txt",         " ",       "=?utf-8?Q?", "?=",
        "\0"s,       "\xE8\xAB", "\x1B$B",     "\x1B(B",  "\u202E",       "\\",      "\u3000"};
    std::mt19937 random(26);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 10'000; ++i) {
        const std::string type = random_pieces(random, pieces, 10);
        const std::string disposition = random_pieces(random, pieces, 10);
        std::string classes, again;
        const std::string name = name_of(type, disposition, classes);
        ASSERT_EQ(name_of(type, disposition, again), name);
        ASSERT_EQ(classes, again);
        // Nothing bent, nothing said.
        if (name.empty()) {
            ASSERT_EQ(classes.find("name.long"), std::string::npos);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
