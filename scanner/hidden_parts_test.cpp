#include "scanner/hidden_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sekisho::scanner {
namespace {

const Format some_format{.name = "some", .type = "a/b", .extensions = "", .recognise = nullptr};

struct Seen {
    std::string type;
    std::string sha256;
    bool hidden = true;
    bool known = true;  // a format of ours has recognised it
};

// The parts that are reported, of a root and these below it.
std::vector<PartId> reported(const std::vector<Seen>& seen) {
    HiddenParts hidden;
    std::vector<model::PartSummary> summaries{{.id = 0, .type = "message/rfc822"}};
    for (const Seen& row : seen) {
        Part part{.id = static_cast<PartId>(summaries.size()), .type = row.type};
        if (row.hidden) part.flags.set(PartFlag::hidden);
        hidden.note(part, row.known ? &some_format : nullptr);
        model::PartSummary summary{.id = part.id, .type = row.type, .sha256 = row.sha256};
        if (row.hidden) summary.flags = {"ambiguous", "hidden"};
        summaries.push_back(std::move(summary));
    }
    Findings findings(100);
    hidden.report(summaries, findings);
    std::vector<PartId> out;
    for (const model::Finding& finding : findings.all()) {
        EXPECT_EQ(finding.id, "mime.ambiguous.hidden");
        EXPECT_EQ(finding.evidence, summaries.at(finding.part).type);
        out.push_back(finding.part);
    }
    return out;
}

struct Case {
    const char* name;
    std::string type;
    bool reported;
};

class HiddenPart : public testing::TestWithParam<Case> {};
TEST_P(HiddenPart, IsReportedByItsType) {
    EXPECT_EQ(!reported({{GetParam().type, "aa"}}).empty(), GetParam().reported);
    EXPECT_TRUE(reported({{GetParam().type, "aa", false}}).empty()) << "where all see it";
    EXPECT_TRUE(reported({{GetParam().type, "aa", true, false}}).empty()) << "where libmagic alone names it";
}
INSTANTIATE_TEST_SUITE_P(
    Cases, HiddenPart,
    testing::Values(Case{"zip", "application/zip", true}, Case{"word", "application/msword", true},
                    Case{"program", "application/vnd.microsoft.portable-executable", true},
                    Case{"pdf", "application/pdf", true}, Case{"rtf", "application/rtf", true},
                    Case{"javascript", "text/javascript", true}, Case{"vbscript", "text/vbscript", true},
                    Case{"batch", "text/x-msdos-batch", true}, Case{"powershell", "text/x-powershell", true},
                    Case{"registry", "text/x-ms-regedit", true}, Case{"script_host", "text/x-wsf", true},
                    Case{"vba", "text/x-vba", true}, Case{"nothing", "", false},
                    Case{"text", "text/plain", false}, Case{"html", "text/html", false},
                    Case{"image", "image/png", false}, Case{"message", "message/rfc822", false},
                    Case{"multipart", "multipart/mixed", false},
                    Case{"octets", "application/octet-stream", false},
                    Case{"empty", "application/x-empty", false},
                    Case{"pgp_signature", "application/pgp-signature", false},
                    Case{"smime_signature", "application/pkcs7-signature", false}),
    [](const auto& info) { return info.param.name; });

TEST(HiddenParts, WithNothingNoted) { EXPECT_THAT(reported({}), testing::IsEmpty()); }

TEST(HiddenParts, AreNoneWhereTheSameBytesAreSeenElsewhere) {
    EXPECT_THAT(reported({{"application/zip", "aa"}, {"application/zip", "aa", false}}), testing::IsEmpty());
    EXPECT_THAT(reported({{"application/zip", "aa", false}, {"application/zip", "aa"}}), testing::IsEmpty());
    EXPECT_THAT(reported({{"application/zip", "aa"}, {"text/plain", "aa", false}}), testing::IsEmpty());
    EXPECT_THAT(reported({{"application/zip", "aa"}, {"application/zip", "bb", false}}),
                testing::ElementsAre(1U));
}

TEST(HiddenParts, AreEachReported) {
    EXPECT_THAT(reported({{"application/zip", "aa"},
                          {"text/plain", "bb"},
                          {"text/vbscript", "cc"},
                          {"application/pdf", "dd", false},
                          {"application/zip", "aa"}}),
                testing::ElementsAre(1U, 3U, 5U));
}

}  // namespace
}  // namespace sekisho::scanner
