#include "policy/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.h"

namespace sekisho::policy {
namespace {

using model::Action;
using model::Direction;
using model::Unscannable;
using model::Verdict;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const model::Standing normal;

config::Settings settings_of(const std::string& toml) {
    config::Loaded loaded = config::load_text(toml, "s.toml");
    for (const config::Problem& problem : loaded.problems) {
        ADD_FAILURE() << problem.to_string();
    }
    return loaded.settings;
}

model::Envelope envelope_to(std::vector<std::string> recipients, Direction direction = Direction::inbound) {
    model::Envelope out;
    out.client_addr = "192.0.2.7";
    out.mail_from = "sender@example.net";
    out.recipients = std::move(recipients);
    out.direction = direction;
    return out;
}

model::ScanReport report_of(Verdict verdict, std::vector<Unscannable> reasons = {},
                            std::vector<std::string> findings = {}) {
    model::ScanReport out;
    out.verdict = verdict;
    out.unscannable = std::move(reasons);
    out.score = verdict == Verdict::malicious ? 12 : verdict == Verdict::suspicious ? 6 : 0;
    out.message_size = 10'000;
    out.parts.push_back({});
    out.parts[0].path = "message";
    for (std::string& id : findings) {
        out.findings.push_back(
            {.finding = {.id = std::move(id), .part = 0, .evidence = ""}, .score = 1, .title = ""});
    }
    return out;
}

// --- the table of DESIGN.md section 6, cell by cell ---

struct Cell {
    const char* name;
    Direction direction;
    Verdict verdict;
    std::vector<Unscannable> reasons;
    std::vector<std::string> findings;
    Action action;
    int code;
};

class ShippedPolicy : public ::testing::TestWithParam<Cell> {};

TEST_P(ShippedPolicy, IsTheTable) {
    const Cell& cell = GetParam();
    const auto out =
        decide(config::defaults(), envelope_to({"a@example.com"}, cell.direction), "a@example.com",
               report_of(cell.verdict, cell.reasons, cell.findings), normal, "ID42");
    EXPECT_EQ(out.action, cell.action);
    EXPECT_EQ(out.smtp_code, cell.code);
    EXPECT_FALSE(out.monitored);
    EXPECT_EQ(out.result_headers, cell.direction != Direction::outbound);
}

constexpr auto in = Direction::inbound;
constexpr auto inside = Direction::internal;
constexpr auto outward = Direction::outbound;

INSTANTIATE_TEST_SUITE_P(
    Table, ShippedPolicy,
    ::testing::Values(
        Cell{"malicious_in", in, Verdict::malicious, {}, {}, Action::quarantine, 250},
        Cell{"malicious_internal", inside, Verdict::malicious, {}, {}, Action::quarantine, 250},
        Cell{"malicious_out", outward, Verdict::malicious, {}, {}, Action::reject, 550},
        Cell{"malicious_and_locked_out",
             outward,
             Verdict::malicious,
             {Unscannable::locked},
             {},
             Action::reject,
             550},
        Cell{"suspicious_in", in, Verdict::suspicious, {}, {}, Action::quarantine, 250},
        Cell{"suspicious_internal", inside, Verdict::suspicious, {}, {}, Action::quarantine, 250},
        Cell{"suspicious_out", outward, Verdict::suspicious, {}, {}, Action::hold, 250},
        Cell{"locked_in", in, Verdict::unscannable, {Unscannable::locked}, {}, Action::quarantine, 250},
        Cell{"locked_internal",
             inside,
             Verdict::unscannable,
             {Unscannable::locked},
             {},
             Action::quarantine,
             250},
        Cell{"locked_out", outward, Verdict::unscannable, {Unscannable::locked}, {}, Action::accept, 250},
        Cell{"large_in", in, Verdict::unscannable, {Unscannable::large}, {}, Action::tag, 250},
        Cell{"deep_internal", inside, Verdict::unscannable, {Unscannable::deep}, {}, Action::tag, 250},
        Cell{"broken_in", in, Verdict::unscannable, {Unscannable::broken}, {}, Action::tag, 250},
        Cell{"unsupported_in", in, Verdict::unscannable, {Unscannable::unsupported}, {}, Action::tag, 250},
        Cell{"broken_with_executable",
             in,
             Verdict::unscannable,
             {Unscannable::broken},
             {"file.executable"},
             Action::quarantine,
             250},
        Cell{"large_with_macro",
             inside,
             Verdict::unscannable,
             {Unscannable::large},
             {"office.macro"},
             Action::quarantine,
             250},
        Cell{"large_out",
             outward,
             Verdict::unscannable,
             {Unscannable::large},
             {"office.macro"},
             Action::accept,
             250},
        Cell{"broken_out", outward, Verdict::unscannable, {Unscannable::broken}, {}, Action::accept, 250},
        Cell{"crashed_in", in, Verdict::unscannable, {Unscannable::crashed}, {}, Action::quarantine, 250},
        Cell{"time_internal", inside, Verdict::unscannable, {Unscannable::time}, {}, Action::quarantine, 250},
        Cell{"crashed_out", outward, Verdict::unscannable, {Unscannable::crashed}, {}, Action::hold, 250},
        Cell{"time_and_large_out",
             outward,
             Verdict::unscannable,
             {Unscannable::large, Unscannable::time},
             {},
             Action::hold,
             250},
        Cell{"clean_in", in, Verdict::clean, {}, {}, Action::accept, 250},
        Cell{"clean_internal", inside, Verdict::clean, {}, {"office.macro"}, Action::accept, 250},
        Cell{"clean_out", outward, Verdict::clean, {}, {}, Action::accept, 250}),
    [](const auto& row) { return row.param.name; });

TEST(Decide, SuspiciousMailIsNotified) {
    const auto out =
        decide(config::defaults(), envelope_to({"a@b"}), "a@b", report_of(Verdict::suspicious), normal, "X");
    EXPECT_TRUE(out.notify);
    EXPECT_EQ(out.rule, "suspicious");
}

TEST(Decide, OnlyThoseWhoseRowSaysSoAreTold) {
    config::Settings settings = config::defaults();
    settings.monitor = false;
    const auto row = [](std::string name, std::string recipient, Action action, bool notify, bool monitor) {
        config::PolicyRule out;
        out.name = std::move(name);
        out.recipients = {std::move(recipient)};
        out.action = action;
        out.notify = notify;
        out.monitor = monitor;
        return out;
    };
    settings.rules = {row("told", "told@b", Action::quarantine, true, false),
                      row("silent", "silent@b", Action::quarantine, false, false),
                      row("tried", "tried@b", Action::quarantine, true, true),
                      row("rest", "*", Action::accept, false, false)};
    const auto told = [&](const std::vector<std::string>& to) {
        return decide_all(settings, envelope_to(to), report_of(Verdict::suspicious), normal, "X").told;
    };
    EXPECT_THAT(told({"silent@b", "told@b"}), ElementsAre("told@b"));
    EXPECT_THAT(told({"rest@b", "told@b", "tried@b"}), ElementsAre("told@b"));
    EXPECT_THAT(told({"rest@b", "silent@b"}), IsEmpty());
    settings.monitor = true;
    EXPECT_THAT(told({"told@b"}), IsEmpty()) << "the mail passes";
}

// Whose mail waits is told when no password came.
TEST(Decide, LockedMailWaitsUnlessItGoesOut) {
    config::Settings settings = config::defaults();
    settings.monitor = false;
    const auto report = report_of(Verdict::unscannable, {Unscannable::locked});
    const auto waits = [&](model::Direction direction) {
        const auto out = decide_all(settings, envelope_to({"a@b"}, direction), report, normal, "X");
        EXPECT_NE(out.decision.wait && !out.told.empty(), true);
        return out.decision.wait;
    };
    EXPECT_TRUE(waits(in));
    EXPECT_TRUE(waits(inside));
    EXPECT_FALSE(waits(outward));
    settings.passwords.keep = {};
    EXPECT_FALSE(waits(in));
    EXPECT_THAT(decide_all(settings, envelope_to({"a@b"}), report, normal, "X").told, ElementsAre("a@b"));
}

TEST(Decide, OnlyWhatIsLockedWaits) {
    const auto settings =
        settings_of("[[rule]]\nname = \"w\"\naction = \"quarantine\"\nwait_for_password = true\n");
    const auto waits = [&](Verdict verdict, std::vector<Unscannable> why) {
        return decide(settings, envelope_to({"a@b"}), "a@b", report_of(verdict, std::move(why)), normal, "X")
            .wait;
    };
    EXPECT_TRUE(waits(Verdict::unscannable, {Unscannable::large, Unscannable::locked}));
    EXPECT_FALSE(waits(Verdict::unscannable, {Unscannable::large}));
    EXPECT_FALSE(waits(Verdict::malicious, {}));
}

TEST(Decide, ReplyHasTheIdAndNoRuleName) {
    const auto out = decide(config::defaults(), envelope_to({"a@b"}, outward), "a@b",
                            report_of(Verdict::malicious, {}, {"yara.Secret_Rule"}), normal, "ID42");
    EXPECT_EQ(out.enhanced_code, "5.7.1");
    EXPECT_THAT(out.text, HasSubstr("ID42"));
    EXPECT_EQ(out.text.find("Secret_Rule"), std::string::npos);
    EXPECT_EQ(out.text.find(out.rule), std::string::npos);
    EXPECT_THAT(out.reasons, AllOf(Contains("yara.Secret_Rule in message"),
                                   Contains("verdict malicious with a score of 12.0"),
                                   Contains("rule malicious-outbound (shipped)")));
}

TEST(Decide, DeferIsFourSevenOne) {
    const auto settings =
        settings_of("[[rule]]\nname = \"d\"\naction = \"defer\"\ntext = \"{id} later {id}\"\n");
    const auto out = decide(settings, envelope_to({"a@b"}), "a@b", report_of(Verdict::clean), normal, "Q1");
    EXPECT_EQ(out.smtp_code, 451);
    EXPECT_EQ(out.enhanced_code, "4.7.1");
    EXPECT_EQ(out.text, "Q1 later Q1");
    EXPECT_THAT(out.reasons, Contains("rule d (line 1)"));
}

TEST(Decide, StandingIsAmongTheReasons) {
    const model::Standing watched{.level = model::StandingLevel::watched, .reasons = {"burst"}};
    const auto out =
        decide(config::defaults(), envelope_to({"a@b"}), "a@b", report_of(Verdict::clean), watched, "Q");
    EXPECT_THAT(out.reasons, Contains("standing: burst"));
}

TEST(Decide, WithoutARuleOnFailureHolds) {
    const std::string rule = "[[rule]]\nname = \"m\"\nverdicts = \"malicious\"\naction = \"reject\"\n";
    auto out = decide(settings_of(rule), envelope_to({"a@b"}), "a@b", report_of(Verdict::clean), normal, "Q");
    EXPECT_EQ(out.action, Action::defer);
    EXPECT_EQ(out.enhanced_code, "4.3.0");
    out = decide(settings_of("[milter]\non_failure = \"accept\"\n" + rule), envelope_to({"a@b"}), "a@b",
                 report_of(Verdict::clean), normal, "Q");
    EXPECT_EQ(out.action, Action::tag);
}

// --- conditions, one by one ---

struct Condition {
    const char* name;
    const char* condition;
    bool holds;
};

class Conditions : public ::testing::TestWithParam<Condition> {};

TEST_P(Conditions, HoldOrNot) {
    const auto settings =
        settings_of(std::string("[[group]]\nname = \"staff\"\nmembers = [\"anna@example.com\", "
                                "\"@sub.example.com\", \"cfo-*@*\"]\n"
                                "[[rule]]\nname = \"hit\"\naction = \"tag\"\n") +
                    GetParam().condition + "\n[[rule]]\nname = \"miss\"\naction = \"accept\"\n");
    model::Envelope envelope = envelope_to({"Anna@Example.com"});
    envelope.auth_authen = "anna";
    const auto report =
        report_of(Verdict::suspicious, {Unscannable::locked}, {"office.vba.exec", "yara.Some"});
    const auto out = decide(settings, envelope, envelope.recipients[0], report, normal, "Q");
    EXPECT_EQ(out.rule, GetParam().holds ? "hit" : "miss");
}

INSTANTIATE_TEST_SUITE_P(
    Table, Conditions,
    ::testing::Values(Condition{"none", "", true}, Condition{"direction", "directions = [\"inbound\"]", true},
                      Condition{"other_direction", "directions = [\"outbound\", \"internal\"]", false},
                      Condition{"verdict", "verdicts = [\"clean\", \"suspicious\"]", true},
                      Condition{"other_verdict", "verdicts = [\"malicious\"]", false},
                      Condition{"reason", "unscannable = [\"deep\", \"locked\"]", true},
                      Condition{"other_reason", "unscannable = [\"deep\"]", false},
                      Condition{"score", "score_at_least = 6", true},
                      Condition{"score_above", "score_at_least = 6.01", false},
                      Condition{"finding", "findings = [\"office.vba.*\"]", true},
                      Condition{"rule_finding", "findings = [\"yara.So??\"]", true},
                      Condition{"other_finding", "findings = [\"file.*\"]", false},
                      Condition{"sender", "senders = [\"*@example.net\"]", true},
                      Condition{"sender_case", "senders = [\"SENDER@EXAMPLE.NET\"]", true},
                      Condition{"other_sender", "senders = [\"<>\"]", false},
                      Condition{"recipient_group", "recipients = [\"@staff\"]", true},
                      Condition{"sender_group", "senders = [\"@staff\"]", false},
                      Condition{"recipient", "recipients = [\"bob@*\"]", false},
                      Condition{"account", "accounts = [\"an*\"]", true},
                      Condition{"other_account", "accounts = [\"bob\"]", false},
                      Condition{"network", "networks = [\"192.0.2.0/24\"]", true},
                      Condition{"other_network", "networks = [\"10.0.0.0/8\", \"2001:db8::/32\"]", false},
                      Condition{"larger", "larger_than = 9999", true},
                      Condition{"as_large", "larger_than = 10000", false},
                      Condition{"all_must_hold", "directions = [\"inbound\"]\nverdicts = [\"clean\"]",
                                false}),
    [](const auto& row) { return row.param.name; });

TEST(Decide, NullSenderAndNoLogin) {
    const auto settings = settings_of(
        "[[rule]]\nname = \"login\"\naccounts = [\"*\"]\naction = \"tag\"\n"
        "[[rule]]\nname = \"bounce\"\nsenders = [\"<>\"]\naction = \"accept\"\n");
    model::Envelope envelope = envelope_to({"a@b"});
    envelope.mail_from.clear();
    EXPECT_EQ(decide(settings, envelope, "a@b", report_of(Verdict::clean), normal, "Q").rule, "bounce");
}

TEST(Decide, MutedFindingsMatchNoRow) {
    const auto settings = settings_of(
        "[[rule]]\nname = \"macro\"\nfindings = [\"office.macro\"]\naction = \"quarantine\"\n"
        "[[rule]]\nname = \"rest\"\naction = \"accept\"\n");
    auto report = report_of(Verdict::clean, {}, {"office.macro"});
    EXPECT_EQ(decide(settings, envelope_to({"a@b"}), "a@b", report, normal, "Q").rule, "macro");
    report.findings[0].muted = true;
    EXPECT_EQ(decide(settings, envelope_to({"a@b"}), "a@b", report, normal, "Q").rule, "rest");
}

// --- several recipients ---

struct Split {
    const char* name;
    const char* top;                   // above the rules
    std::vector<std::string> actions;  // of a@, b@, c@; "!" in front: the row monitors
    Action action;
    std::vector<std::string> taken_off;
    bool monitored;
};

class Splits : public ::testing::TestWithParam<Split> {};

TEST_P(Splits, FollowTheDesign) {
    std::string toml = GetParam().top;
    std::vector<std::string> recipients;
    for (std::size_t i = 0; i < GetParam().actions.size(); ++i) {
        const std::string name(1, static_cast<char>('a' + i));
        const std::string& action = GetParam().actions[i];
        const bool monitored = action.starts_with('!');
        recipients.push_back(name + "@x");
        toml += "[[rule]]\nname = \"" + name + "\"\nrecipients = \"" + name + "@x\"\naction = \"" +
                action.substr(monitored ? 1 : 0) + "\"\n" + (monitored ? "monitor = true\n" : "");
    }
    const auto out =
        decide_all(settings_of(toml), envelope_to(recipients), report_of(Verdict::clean), normal, "Q");
    EXPECT_EQ(out.decision.action, GetParam().action);
    EXPECT_EQ(out.taken_off, GetParam().taken_off);
    EXPECT_EQ(out.taken_off_decisions.size(), out.taken_off.size());
    EXPECT_EQ(out.decision.monitored, GetParam().monitored);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Splits,
    ::testing::Values(
        Split{"alike", "", {"accept", "accept"}, Action::accept, {}, false},
        Split{"tag_for_one", "", {"accept", "tag"}, Action::tag, {}, false},
        Split{"any_defer", "", {"accept", "defer", "reject"}, Action::defer, {}, false},
        Split{"all_refused", "", {"reject", "reject"}, Action::reject, {}, false},
        Split{"all_quarantined", "", {"quarantine", "quarantine"}, Action::quarantine, {}, false},
        Split{"all_held", "", {"hold", "hold"}, Action::hold, {}, false},
        Split{"all_discarded", "", {"discard", "discard"}, Action::discard, {}, false},
        Split{"one_refused", "", {"accept", "reject", "accept"}, Action::accept, {"b@x"}, false},
        Split{"one_quarantined", "", {"quarantine", "tag", "accept"}, Action::tag, {"a@x"}, false},
        Split{"none_may_pass",
              "",
              {"reject", "quarantine", "discard"},
              Action::quarantine,
              {"a@x", "c@x"},
              false},
        Split{"hold_and_accept", "", {"hold", "accept"}, Action::accept, {"a@x"}, false},
        Split{"monitored_reject_stays", "", {"!reject", "accept"}, Action::reject, {}, true},
        Split{"monitored_beside_real_tag", "", {"!reject", "tag"}, Action::tag, {}, false},
        Split{"monitored_beside_real_refusal",
              "",
              {"!quarantine", "reject"},
              Action::quarantine,
              {"b@x"},
              true},
        Split{"monitored_defer_defers_nobody", "", {"!defer", "accept"}, Action::defer, {}, true},
        Split{"whole_monitor", "monitor = true\n", {"accept", "reject"}, Action::accept, {"b@x"}, true},
        Split{"whole_monitor_defer", "monitor = true\n", {"accept", "defer"}, Action::defer, {}, true}),
    [](const auto& row) { return row.param.name; });

TEST(DecideAll, NobodyAtAllIsStillDecided) {
    const auto out =
        decide_all(config::defaults(), envelope_to({}), report_of(Verdict::malicious), normal, "Q");
    EXPECT_EQ(out.decision.action, Action::quarantine);
    EXPECT_THAT(out.taken_off, IsEmpty());
}

}  // namespace
}  // namespace sekisho::policy
