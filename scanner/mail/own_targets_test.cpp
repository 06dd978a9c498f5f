#include "scanner/mail/own_targets.h"

#include <gtest/gtest.h>

#include "model/finding.h"

namespace sekisho::scanner::mail {
namespace {

const std::vector<std::string> own{"example.jp", ".example.com"};

TEST(OwnTargets, Servers) {
    const struct {
        const char* target;
        bool own;
    } cases[] = {
        {"https://intranet.example.jp/a.dotx", true},
        {"HTTPS://Example.JP/a.dotx", true},
        {"https://a.b.example.com/a", true},
        {"http://intranet.example.jp/a.dotx", false},
        {"https://intranet.example.jp", false},
        {"https://notexample.jp/a", false},
        {"https://example.jp.example.invalid/a", false},
        {"https://example.jp@192.0.2.7/a", false},
        {"https://192.0.2.7\\.example.jp/a", false},
        {"https://192.0.2.7%2f.example.jp/a", false},
        {"https://.example.jp:443/a", false},
        {"mhtml:https://example.jp/a", false},
        {"", false},
    };
    for (const auto& c : cases)
        EXPECT_EQ(is_own_server(own, c.target), c.own) << c.target;
    EXPECT_FALSE(is_own_server({}, "https://example.jp/a"));
}

TEST(OwnTargets, TemplatesOfOurs) {
    std::vector<model::Finding> findings{{"office.remote-template", 1, "https://intranet.example.jp/a.dotx"},
                                         {"office.remote-template", 2, "https://example.invalid/a.dotx"},
                                         {"rtf.template", 3, "https://example.jp/a.rtf"},
                                         {"office.ole-link", 4, "https://example.jp/a.xlsx!a"},
                                         {"link.executable", 4, "https://example.jp/a.exe"}};
    settle_own_targets(own, findings);
    EXPECT_EQ(findings[0].id, "office.template-path");
    EXPECT_EQ(findings[1].id, "office.remote-template");
    EXPECT_EQ(findings[2].id, "office.template-path");
    EXPECT_EQ(findings[3].id, "office.ole-link.file");
    EXPECT_EQ(findings[4].id, "link.executable");
    for (const model::Finding& finding : findings)
        EXPECT_NE(model::find_finding(finding.id), nullptr);
}

TEST(OwnTargets, DesktopsOfOurs) {
    const struct {
        const char* evidence;
        bool own;
    } cases[] = {
        {"ts01.example.jp, with drives, program of the server's choice", true},
        {"TS01.example.jp:3389, with drives", true},
        {"ts01.example.jp", true},
        {"ts01.example.jp by way of another, with drives", false},
        {"zone.example.invalid, ts01.example.jp", false},
        {"192.0.2.7", false},
    };
    for (const auto& c : cases) {
        std::vector<model::Finding> findings{{"shortcut.rdp.takes-all", 1, c.evidence}};
        settle_own_targets(own, findings);
        EXPECT_EQ(findings[0].id, c.own ? "shortcut.rdp" : "shortcut.rdp.takes-all") << c.evidence;
    }
}

// Of nine templates the ninth is not kept: it may be a stranger's.
TEST(OwnTargets, ManyAreNotBelieved) {
    std::vector<model::Finding> findings;
    for (int i = 0; i < 8; ++i)
        findings.push_back({"office.remote-template", 1, "https://example.jp/" + std::to_string(i)});
    settle_own_targets(own, findings);
    EXPECT_EQ(findings[0].id, "office.remote-template");
}

}  // namespace
}  // namespace sekisho::scanner::mail
