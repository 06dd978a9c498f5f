#include "scanner/mail/authentication.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sekisho::scanner::mail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Field {
    const char* name;
    const char* value;
    const char* id;
    std::vector<MethodResult> methods;
};
class Fields : public testing::TestWithParam<Field> {};

TEST_P(Fields, AreRead) {
    const AuthenticationResults read = parse_authentication_results(GetParam().value);
    EXPECT_EQ(read.authserv_id, GetParam().id);
    EXPECT_EQ(read.methods, GetParam().methods);
}

// The examples of RFC 8601, appendix B.
INSTANTIATE_TEST_SUITE_P(
    Rfc8601, Fields,
    testing::Values(
        Field{"B1None", "example.org 1; none", "example.org", {}},
        Field{"B3Spf", "example.com; spf=pass smtp.mailfrom=example.net", "example.com", {{"spf", "pass"}}},
        Field{"B4Several",
              "example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=pass "
              "smtp.mailfrom=example.net",
              "example.com",
              {{"auth", "pass"}, {"spf", "pass"}}},
        Field{"B6Reason",
              "example.com; dkim=fail reason=\"bad; signature\" header.i=@mail-router.example.net; dkim=pass",
              "example.com",
              {{"dkim", "fail"}, {"dkim", "pass"}}},
        Field{"B7Comments",
              "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail "
              "policy (A "
              "dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) "
              "1362471462",
              "foo.example.net",
              {{"dkim", "fail"}}},
        Field{"Capitals", "MX.Example.COM; DMARC=Fail", "mx.example.com", {{"dmarc", "fail"}}},
        Field{"Broken", "mx.example.com; spf; =fail; dkim=; (open", "mx.example.com", {}},
        Field{"Empty", "", "", {}}),
    [](const auto& info) { return info.param.name; });

std::vector<std::string> ids_of(const std::vector<std::string>& fields,
                                const std::vector<std::string>& trusted = {"mx.example.com"}) {
    Findings findings(100);
    judge_authentication(fields, trusted, 0, findings);
    std::vector<std::string> out;
    for (const model::Finding& finding : findings.all())
        out.push_back(finding.id);
    return out;
}

TEST(Authentication, FailuresAreTold) {
    EXPECT_THAT(ids_of({"mx.example.com; spf=fail; dkim=fail; dmarc=fail"}),
                ElementsAre("mail.auth.spf-fail", "mail.auth.dkim-fail", "mail.auth.dmarc-fail"));
    EXPECT_THAT(ids_of({"mx.example.com; spf=softfail"}), ElementsAre("mail.auth.spf-fail"));
    EXPECT_THAT(ids_of({"mx.example.com; spf=pass; dkim=pass; dmarc=pass"}), IsEmpty());
    EXPECT_THAT(ids_of({"mx.example.com; spf=none; dkim=neutral; dmarc=none"}), IsEmpty());
}

TEST(Authentication, OneGoodSignatureIsEnough) {
    EXPECT_THAT(ids_of({"mx.example.com; dkim=fail; dkim=pass"}), IsEmpty());
    EXPECT_THAT(ids_of({"mx.example.com; dkim=pass; dkim=fail"}), IsEmpty());
}

TEST(Authentication, StrangersAreNotBelieved) {
    EXPECT_THAT(ids_of({"evil.example; dmarc=fail"}), IsEmpty());
    EXPECT_THAT(ids_of({"evil.example; spf=pass", "mx.example.com; spf=fail"}),
                ElementsAre("mail.auth.spf-fail"));
    EXPECT_THAT(ids_of({"mx.example.com; dmarc=fail"}, {}), IsEmpty());
    EXPECT_THAT(ids_of({"mx.example.com.evil.example; dmarc=fail"}), IsEmpty());
}

TEST(Authentication, TheTopmostFieldCounts) {
    EXPECT_THAT(ids_of({"mx.example.com; dmarc=fail", "mx.example.com; dmarc=pass"}),
                ElementsAre("mail.auth.dmarc-fail"));
    EXPECT_THAT(ids_of({"mx.example.com; dmarc=pass", "mx.example.com; dmarc=fail"}), IsEmpty());
}

}  // namespace
}  // namespace sekisho::scanner::mail
