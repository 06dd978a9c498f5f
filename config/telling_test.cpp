// [outbound.notice] and [outbound.webhook].
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "config/checks.h"
#include "config/load.h"

namespace sekisho::config {
namespace {

using testing::HasSubstr;

struct Url {
    std::string name;
    std::string text;
    bool right;
};
class WebhookUrl : public testing::TestWithParam<Url> {};

TEST_P(WebhookUrl, IsHttpsOrStaysHere) {
    EXPECT_EQ(check_webhook_or_empty(GetParam().text).empty(), GetParam().right) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    All, WebhookUrl,
    testing::Values(
        Url{"off", "", true}, Url{"https", "https://hooks.example.com/a?b=c", true},
        Url{"bare_host", "https://hooks.example.com", true},
        Url{"port", "https://hooks.example.com:8443/x", true}, Url{"address", "https://192.0.2.7/x", true},
        Url{"ipv6", "https://[2001:db8::1]:443/x", true}, Url{"loopback", "http://127.0.0.1:8080/x", true},
        Url{"loopback6", "http://[::1]:80/", true}, Url{"localhost", "http://localhost/x", true},
        Url{"plain_elsewhere", "http://hooks.example.com/x", false},
        Url{"looks_like_loopback", "http://127.0.0.1.example.com/", false},
        Url{"user_before_loopback", "http://127.0.0.1@example.com/", false},
        Url{"password", "https://user:secret@example.com/", false},
        Url{"backslash", "http://127.0.0.1\\@example.com/", false}, Url{"file", "file:///etc/passwd", false},
        Url{"no_scheme", "hooks.example.com/x", false}, Url{"no_host", "https:///x", false},
        Url{"no_host_but_port", "https://:443/x", false},
        Url{"bad_port", "https://example.com:99999/", false}, Url{"blank", "https://example.com/a b", false},
        Url{"line_end", "https://example.com/\r\nX: y", false},
        Url{"query_is_no_host", "http://?127.0.0.1", false}, Url{"not_ascii", "https://例.example/", false}),
    [](const auto& info) { return info.param.name; });

TEST(Telling, IsReadFromTheFile) {
    const auto loaded = load_text(
        "[outbound.notice]\noperators = [\"soc@example.com\"]\non = [\"blocked\"]\ninterval = \"10 min\"\n"
        "[outbound.webhook]\nurl = \"https://hooks.example.com/x\"\nsecret_file = \"/etc/sekisho/secret\"\n"
        "give_up_after = \"2h\"\n",
        "t");
    ASSERT_TRUE(loaded.problems.empty()) << loaded.problems.front().to_string();
    const auto& outbound = loaded.settings.outbound;
    EXPECT_THAT(outbound.notice.operators, testing::ElementsAre("soc@example.com"));
    EXPECT_THAT(outbound.notice.on, testing::ElementsAre("blocked"));
    EXPECT_EQ(outbound.notice.interval, std::chrono::minutes(10));
    EXPECT_EQ(outbound.webhook.secret_file, "/etc/sekisho/secret");
    EXPECT_EQ(outbound.webhook.give_up_after, std::chrono::hours(2));
    EXPECT_EQ(outbound.webhook.on.size(), 5U);
}

TEST(Telling, WithoutASecretNothingIsSent) {
    const auto loaded = load_text("[outbound.webhook]\nurl = \"https://hooks.example.com/x\"\n", "t");
    ASSERT_EQ(loaded.problems.size(), 1U);
    EXPECT_THAT(loaded.problems[0].what, HasSubstr("outbound.webhook.secret_file is missing"));
    EXPECT_FALSE(load_text("[outbound.notice]\non = [\"exploded\"]\n", "t").problems.empty());
}

TEST(Telling, PlainHttpIsWarnedOf) {
    const auto said = [](const std::string& url) {
        const auto loaded = load_text(
            "local_domains = [\"example.com\"]\n[outbound.webhook]\nsecret_file = \"/s\"\nurl = \"" + url +
                "\"\n",
            "t");
        EXPECT_TRUE(loaded.problems.empty());
        std::string all;
        for (const auto& one : warnings(loaded.settings, "t", {}))
            all += one.what;
        return all;
    };
    EXPECT_THAT(said("http://127.0.0.1:1/x"), HasSubstr("not encrypted"));
    EXPECT_THAT(said("https://127.0.0.1:1/x"), testing::Not(HasSubstr("not encrypted")));
}

}  // namespace
}  // namespace sekisho::config
