#include "quarantine/marked_mail.h"

#include <gtest/gtest.h>

namespace sekisho::quarantine {
namespace {

TEST(MarkedMail, MarksEachSubject) {
    struct Row {
        const char* name;
        const char* in;
        const char* out;
    };
    const Row rows[] = {
        {"ordinary", "From: a\r\nSubject: x\r\n\r\nSubject: y\r\n",
         "From: a\r\nSubject: [u] x\r\n\r\nSubject: y\r\n"},
        {"folded", "subject: x\r\n y\r\nTo: b\r\n\r\n", "subject: [u] x\r\n y\r\nTo: b\r\n\r\n"},
        {"two", "Subject: x\nSUBJECT:y\n\nbody", "Subject: [u] x\nSUBJECT: [u] y\n\nbody"},
        {"none", "From: a\r\n\r\nSubject: y", "Subject: [u] \r\nFrom: a\r\n\r\nSubject: y"},
        {"blank before the colon", "Subject : x\r\n\r\n", "Subject : [u] x\r\n\r\n"},
        {"another field", "Subjects: x\r\n\r\n", "Subject: [u] \r\nSubjects: x\r\n\r\n"},
        {"empty field", "Subject:\r\n\r\n", "Subject: [u] \r\n\r\n"},
        {"no body", "Subject: x", "Subject: [u] x"},
        {"nothing", "", "Subject: [u] \r\n"},
    };
    for (const Row& row : rows)
        EXPECT_EQ(marked_mail(row.in, "[u] "), row.out) << row.name;
    EXPECT_EQ(marked_mail("Subject: x\r\n\r\n", ""), "Subject: x\r\n\r\n");
    EXPECT_EQ(marked_mail("Subject: x\r\n\r\n", "未"), "Subject: =?UTF-8?B?5pyqIA==?= x\r\n\r\n");
}

struct SubjectCase {
    const char* name;
    const char* prefix;
    const char* subject;
    const char* expected;
};
class PrefixedSubject : public testing::TestWithParam<SubjectCase> {};

TEST_P(PrefixedSubject, DecodesToBoth) {
    EXPECT_EQ(prefixed_subject(GetParam().prefix, GetParam().subject), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, PrefixedSubject,
    testing::Values(SubjectCase{"Ascii", "[x]", "hello", "[x] hello"},
                    SubjectCase{"Blank", "[x] ", "hello", "[x] hello"},
                    SubjectCase{"EncodedSubject", "[x]", "=?utf-8?b?44GC?=", "[x] =?utf-8?b?44GC?="},
                    SubjectCase{"EncodedPrefix", "\xe5\x8d\xb1", "hello", "=?UTF-8?B?5Y2xIA==?= hello"},
                    SubjectCase{"NoSubject", "[x]", "", "[x]"},
                    SubjectCase{"NoSubjectEncoded", "\xe5\x8d\xb1", "", "=?UTF-8?B?5Y2x?="},
                    SubjectCase{"Folded", "[x]", "a\n b", "[x] a\n b"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace sekisho::quarantine
