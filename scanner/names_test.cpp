#include "scanner/names.h"

#include <gtest/gtest.h>

namespace sekisho::scanner {
namespace {

struct Case {
    const char* name;
    std::string_view file;
    std::string_view finding;  // empty: none
};
class JudgeName : public testing::TestWithParam<Case> {};
TEST_P(JudgeName, SaysWhatTheNameHides) {
    Part part;
    set_name(part, GetParam().file);
    Findings findings(10);
    judge_name(part, findings);
    if (GetParam().finding.empty()) {
        EXPECT_TRUE(findings.all().empty()) << findings.all().front().id;
    } else {
        EXPECT_TRUE(findings.has(GetParam().finding));
    }
}
INSTANTIATE_TEST_SUITE_P(Table, JudgeName,
                         testing::Values(Case{"plain", "invoice.doc", ""}, Case{"none", "", ""},
                                         Case{"dots", "v1.2.3.pdf", ""}, Case{"tar_gz", "src.tar.gz", ""},
                                         Case{"exe", "setup.exe", ""}, Case{"only_extension", ".exe", ""},
                                         Case{"double", "invoice.pdf.exe", "type.double-extension"},
                                         Case{"double_lnk", "Form 04.25.2022.doc.lnk",
                                              "type.double-extension"},
                                         Case{"version_exe", "setup-1.2.exe", ""},
                                         Case{"spaces", "invoice.pdf          .exe", "type.name-tricks"},
                                         Case{"trailing_dots", "x.exe. .", "type.name-tricks"},
                                         Case{"trailing_dot_of_a_sentence", "Agenda.", ""},
                                         Case{"nul", std::string_view("a.doc\0.exe", 10), "type.name-tricks"},
                                         Case{"right_to_left",
                                              "ann\xE2\x80\xAE"
                                              "cod.exe",
                                              "type.name-tricks"},
                                         Case{"in_folder", "a.pdf/b.exe", ""},
                                         Case{"japanese", "\xE8\xAB\x8B\xE6\xB1\x82.xls", ""}),
                         [](const auto& info) { return info.param.name; });

TEST(SetName, ReadsRawShiftJisAndKeepsTheBytes) {
    Part part;
    set_name(part, "\x90\xBF\x8B\x81\x8F\x91.xls");  // 請求書
    EXPECT_EQ(part.name, "\xE8\xAB\x8B\xE6\xB1\x82\xE6\x9B\xB8.xls");
    EXPECT_EQ(part.name_raw, "\x90\xBF\x8B\x81\x8F\x91.xls");
}

TEST(SetName, IsBounded) {
    Part part;
    set_name(part, std::string(64u << 10, 'a'));
    EXPECT_EQ(part.name.size(), max_name_bytes);
    std::string wide;
    for (int i = 0; i < 1'000; ++i)
        wide += "\xE3\x81\x82";
    set_name(part, wide);
    EXPECT_LE(part.name.size(), max_name_bytes);
    EXPECT_EQ(part.name.size() % 3, 0U);
    set_name(part, std::string(64u << 10, '\xFF'));
    EXPECT_LE(part.name.size(), max_name_bytes);
    EXPECT_LE(part.name_raw.size(), max_name_bytes);
}

TEST(PathSegment, IsShortAndHoldsNoSlash) {
    EXPECT_EQ(path_segment(2, "", "invoice.zip"), "2:invoice.zip");
    EXPECT_EQ(path_segment(2, "", "../../etc/passwd"), "2:passwd");
    EXPECT_EQ(path_segment(2, "", ""), "2");
    EXPECT_EQ(path_segment(2, "vba:This/Document", "x"), "vba:This_Document");
    EXPECT_LE(path_segment(2, "", std::string(5'000, 'x')).size(), 90U);
    EXPECT_EQ(path_segment(1, "", "a\nb").find('\n'), std::string::npos);
}

TEST(Findings, AreEscapedDeduplicatedAndCounted) {
    Findings findings(3);
    findings.add("type.mismatch", 1, "a\nb");
    findings.add("type.mismatch", 1, "a\nb");
    EXPECT_EQ(findings.all().size(), 1U);
    EXPECT_EQ(findings.all()[0].evidence, "a\\x0Ab");
    findings.add("yara.any_rule", 2);
    findings.add("type.mismatch", 2);
    EXPECT_FALSE(findings.full());
    findings.add("type.mismatch", 3);
    EXPECT_TRUE(findings.full());
    EXPECT_THROW(findings.add("no.such.row", 1), std::logic_error);
}

}  // namespace
}  // namespace sekisho::scanner
