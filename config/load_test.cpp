#include "config/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "config/schema.h"

namespace sekisho::config {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> texts_of(const std::vector<Problem>& problems) {
    std::vector<std::string> out;
    for (const Problem& problem : problems) {
        out.push_back(problem.to_string());
    }
    return out;
}

struct Fault {
    const char* name;
    const char* toml;
    const char* text;  // the one problem begins with this
};

class Faults : public ::testing::TestWithParam<Fault> {};

TEST_P(Faults, NameFileLineAndWhatWouldBeRight) {
    const Loaded loaded = load_text(GetParam().toml, "s.toml");
    EXPECT_THAT(texts_of(loaded.problems), ElementsAre(HasSubstr(GetParam().text)));
}

INSTANTIATE_TEST_SUITE_P(
    Table, Faults,
    ::testing::Values(
        Fault{"not_toml", "monitor = true\nx = = 1\n", "s.toml:2: "},
        Fault{"unknown_top", "monitr = true\n",
              "s.toml:1: unknown key \"monitr\" at the top level; did you mean \"monitor\"?"},
        Fault{"unknown_section", "[miltr]\nsocket = \"unix:/x\"\n",
              "s.toml:1: unknown key \"miltr\" at the top level; did you mean \"milter\"?"},
        Fault{"unknown_key", "[worker]\n\nmemory_byte = 5\n",
              "s.toml:3: unknown key \"memory_byte\" in [worker]; did you mean \"memory_bytes\"?"},
        Fault{"unknown_far_off", "[log]\nzzzzzzzzzz = 1\n",
              "s.toml:2: unknown key \"zzzzzzzzzz\" in [log]; known are target, level, json"},
        Fault{"unknown_in_keep_days", "[quarantine.keep_days]\nmalicous = 5\n",
              "did you mean \"malicious\"?"},
        Fault{"hostile_key", "\"a\\u001b[31m\" = 1\n", "unknown key \"a\\x1B[31m\""},
        Fault{"boolean", "monitor = \"yes\"\n",
              "s.toml:1: monitor: this has to be true or false, without quotes"},
        Fault{"text", "[store]\npath = 7\n", "s.toml:2: store.path: this has to be text in quotes"},
        Fault{"path", "[store]\npath = \"x.db\"\n", "begins with /"},
        Fault{"integer", "[limits]\nmax_depth = \"deep\"\n",
              "limits.max_depth: this has to be an integer, from 1 to 100"},
        Fault{"range", "[limits]\nmax_depth = 0\n",
              "limits.max_depth: 0 is out of range; it has to be from 1 to 100 levels"},
        Fault{"real_for_integer", "[limits]\nmax_depth = 1.5\n", "this has to be an integer"},
        Fault{"nan", "[thresholds]\nmalicious = nan\n", "out of range"},
        Fault{"size", "[milter]\nmax_message_bytes = \"150M\"\n",
              "\"150M\" is no size; write an integer in bytes, or text such as \"150MB\""},
        Fault{"size_too_large", "[milter]\nmax_message_bytes = \"9999999999TiB\"\n", "is no size"},
        Fault{"size_negative", "[milter]\nmax_message_bytes = \"-1MB\"\n", "is no size"},
        Fault{"duration", "[worker]\nslow_after = \"soon\"\n", "\"soon\" is no duration in whole ms"},
        Fault{"duration_not_whole", "[store]\nkeep_days = \"36h\"\n", "\"36h\" is no duration in whole days"},
        Fault{"time_of_day", "[worker]\nslow_after = 10:00:00\n", "this has to be a duration"},
        Fault{"max_time_above_mta", "[limits]\nmax_time = \"5 min\"\n",
              "out of range; it has to be from 100 to 240000 ms"},
        Fault{"mode", "[milter]\nsocket_mode = \"rw\"\n", "such as 0o660"},
        Fault{"choice", "[milter]\non_failure = \"reject\"\n",
              "\"reject\" is not known; choose one of defer, accept"},
        Fault{"choice_near", "[log]\nlevel = \"warn\"\n", "\"warn\" is not known; "},
        Fault{"socket", "[milter]\nsocket = \"local:/x\"\n", "write \"unix:/path\" or \"inet:port@host\""},
        Fault{"socket_postfix_form", "[milter]\nsocket = \"inet:localhost:8891\"\n",
              "in Postfix's main.cf the same is inet:host:port"},
        Fault{"server", "[quarantine]\nrelease_to = \"localhost:25\"\n", "write \"inet:host:port\" or"},
        Fault{"network", "[milter]\ntrusted_relays = [\"10.0.0.1/8\"]\n",
              "\"10.0.0.1/8\" is not right; write an address or network"},
        Fault{"known_sender_alone", "[mail]\nknown_senders = [\"ann@example.com\"]\n",
              "write a name with an address or a domain"},
        Fault{"known_sender_without_name", "[mail]\nknown_senders = [\" <ann@example.com>\"]\n",
              "write a name with an address or a domain"},
        Fault{"known_sender_address", "[mail]\nknown_senders = [\"Ann <ann at example.com>\"]\n",
              "write a name with an address or a domain"},
        Fault{"authserv_id", "[mail]\nauthserv_ids = [\"mx1.example.com; spf=pass\"]\n", "write one word"},
        Fault{"listen", "[control]\nmetrics_listen = \"0.0.0.0:9119\"\n", "only loopback is listened on"},
        Fault{"table_for_value", "[monitor]\nx = 1\n", "monitor: this has to be true or false"},
        Fault{"value_for_table", "milter = 5\n", "milter is a table; write [milter]"},
        Fault{"passwords_outside_of_their_table", "passwords = [\"a\"]\n",
              "s.toml:1: passwords is a table; write [passwords]"},
        Fault{"value_for_list", "rule = 5\n", "rule is a list of tables; write [[rule]]"},
        Fault{"list_for_table", "[rule]\nname = \"x\"\n", "rule is a list of tables; write [[rule]]"},
        Fault{"rule_unnamed", "[[rule]]\naction = \"tag\"\n", "s.toml:1: rule.name is missing"},
        Fault{"rule_without_action", "\n[[rule]]\nname = \"x\"\n",
              "s.toml:2: rule.action is missing; one of: accept, tag"},
        Fault{"rule_unknown_key", "[[rule]]\nname = \"x\"\naction = \"tag\"\nverdict = [\"clean\"]\n",
              "s.toml:4: unknown key \"verdict\" in [rule]; did you mean \"verdicts\"?"},
        Fault{"rule_verdict", "[[rule]]\nname = \"x\"\naction = \"tag\"\nverdicts = [\"infected\"]\n",
              "\"infected\" is not known"},
        Fault{"rule_twice",
              "[[rule]]\nname = \"x\"\naction = \"tag\"\n[[rule]]\nname = \"x\"\naction = \"tag\"\n",
              "s.toml:4: rule.name: \"x\" occurs twice"},
        Fault{"rule_finding",
              "[[rule]]\nname = \"x\"\naction = \"tag\"\nfindings = \"office.vba.autoexecs\"\n",
              "did you mean \"office.vba.autoexec\"?"},
        Fault{"rule_finding_glob", "[[rule]]\nname = \"x\"\naction = \"tag\"\nfindings = \"ofice.*\"\n",
              "no finding id matches"},
        Fault{"rule_group",
              "[[group]]\nname = \"finance\"\nmembers = \"a@b\"\n[[rule]]\nname = \"x\"\naction = "
              "\"tag\"\nsenders = [\"@finanse\"]\n",
              "did you mean \"@finance\"?"},
        Fault{"rule_text_lines", "[[rule]]\nname = \"x\"\naction = \"reject\"\ntext = \"a\\nb\"\n",
              "one line of printable ASCII"},
        Fault{"allow_incomplete", "[[allow]]\nsenders = \"a@b\"\nowner = \"me\"\nexpires = 2027-01-01\n",
              "s.toml:1: allow.reason is missing"},
        Fault{"allow_nothing", "[[allow]]\nreason = \"r\"\nowner = \"me\"\nexpires = 2027-01-01\n",
              "nothing is allowed by this row"},
        Fault{"allow_date",
              "[[allow]]\nsenders = \"a@b\"\nreason = \"r\"\nowner = \"me\"\nexpires = \"2027-02-30\"\n",
              "has to be a date"},
        Fault{"allow_hash",
              "[[allow]]\nsenders = \"a@b\"\nsha256 = \"abc\"\nreason = \"r\"\nowner = \"me\"\nexpires = "
              "2027-01-01\n",
              "64 lower-case"},
        Fault{"scores_unknown", "[[scores]]\n\"office.vba.exe\" = 1\n",
              "s.toml:2: scores.\"office.vba.exe\": there is no such finding; did you mean "
              "\"office.vba.exec\"?"},
        Fault{"scores_text", "[[scores]]\n\"office.vba.exec\" = \"1\"\n", "this has to be a number"},
        Fault{"scores_group", "[[scores]]\ngroup = \"nobody\"\n", "there is no group \"nobody\""},
        Fault{"group_twice",
              "[[group]]\nname = \"g\"\nmembers = \"a@b\"\n[[group]]\nname = \"g\"\nmembers = \"c@d\"\n",
              "\"g\" occurs twice"},
        Fault{"override_of_nobody", "[[outbound.limits.override]]\nname = \"n\"\n", "the row names nobody"},
        Fault{"override_group", "[[outbound.limits.override]]\nname = \"n\"\naccounts = \"@nobody\"\n",
              "there is no group \"nobody\""},
        Fault{"override_key",
              "[[outbound.limits.override]]\nname = \"n\"\nnetworks = \"192.0.2.1\"\nacounts = \"a\"\n",
              "did you mean \"accounts\"?"},
        Fault{"limit_key", "[outbound.limits.default]\nmessages_per_minutes = 1\n",
              "did you mean \"messages_per_minute\"?"},
        Fault{"action_command", "[outbound.actions]\ncommand = [\"lock\", \"x\"]\n",
              "absolute path of a program"},
        Fault{"action_level", "[outbound.actions]\nlock_at = \"watched\"\n", "lock_at"},
        Fault{"limit_zero", "[outbound.limits.default]\nmessages_per_hour = 0\n", "messages_per_hour"},
        Fault{"thresholds", "[thresholds]\nmalicious = 1\n", "malicious (1) is below suspicious (5)"},
        Fault{"limits", "[limits]\nmax_bytes_out = \"1MiB\"\n", "max_part_bytes is above max_bytes_out"}),
    [](const auto& row) { return row.param.name; });

TEST(Load, TellsAllFaultsInOrder) {
    const Loaded loaded =
        load_text("monitor = 1\n[log]\nlevel = 2\n[milter]\nsocket = 3\nfoo = 4\n", "s.toml");
    EXPECT_THAT(texts_of(loaded.problems), ElementsAre(HasSubstr("s.toml:1:"), HasSubstr("s.toml:3:"),
                                                       HasSubstr("s.toml:5:"), HasSubstr("s.toml:6:")));
}

TEST(Load, ReadsEveryType) {
    const Loaded loaded = load_text(R"(
monitor = true
local_domains = "example.com"
[passwords]
known = ["a", "秘密"]
[milter]
socket = "inet:8891@localhost"
socket_mode = 0o600
max_message_bytes = "150MB"
max_in_flight_bytes = "2 GiB"
on_failure = "accept"
[worker]
slow_after = "2s"
fast_children = 3
rules_dirs = ["/r"]
[limits]
max_time = 5000
max_kdf_ms = "1s"
max_password_cost = "500ms"
[thresholds]
suspicious = 4
malicious = 8.5
[quarantine]
token_ttl = "15 min"
[quarantine.keep_days]
malicious = "10 days"
[[group]]
name = "finance"
members = ["a@example.com", "@finance.example.com"]
[[direction]]
direction = "internal"
smtp = false
[[rule]]
name = "r"
directions = ["inbound", "internal"]
verdicts = "malicious"
unscannable = ["locked"]
score_at_least = 3
senders = ["@finance"]
larger_than = "1MB"
action = "discard"
keep_copy = false
[[allow]]
senders = ["x@y"]
owner = "me"
reason = "good"
expires = 2027-03-31
[[scores]]
office.vba.autoexec = 1
"yara.*" = 0
group = "finance"
)",
                                    "s.toml");
    ASSERT_THAT(texts_of(loaded.problems), IsEmpty());
    const Settings& s = loaded.settings;
    EXPECT_TRUE(s.monitor);
    EXPECT_THAT(s.local_domains, ElementsAre("example.com"));
    EXPECT_THAT(s.passwords.known, ElementsAre("a", "秘密"));
    EXPECT_EQ(s.milter.socket_mode, 0600u);
    EXPECT_EQ(s.milter.max_message_bytes, 150'000'000u);
    EXPECT_EQ(s.milter.max_in_flight_bytes, 2ull << 30);
    EXPECT_EQ(s.milter.on_failure, model::Action::accept);
    EXPECT_EQ(s.worker.slow_after, 2'000ms);
    EXPECT_THAT(s.worker.rules_dirs, ElementsAre("/r"));
    EXPECT_EQ(s.limits.max_time, 5s);
    EXPECT_EQ(s.limits.max_kdf_ms, 1'000u);
    EXPECT_EQ(s.limits.max_password_cost, 500'000u);
    EXPECT_DOUBLE_EQ(s.thresholds.malicious, 8.5);
    EXPECT_EQ(s.quarantine.token_ttl, 900s);
    EXPECT_EQ(s.quarantine.keep_days.at(model::Verdict::malicious), std::chrono::days(10));
    EXPECT_EQ(s.quarantine.keep_days.at(model::Verdict::clean), std::chrono::days(7));
    ASSERT_THAT(s.directions, SizeIs(1));
    EXPECT_EQ(s.directions[0].smtp, std::optional(false));
    ASSERT_THAT(s.rules, SizeIs(1));
    EXPECT_EQ(s.rules[0].line, 33);
    EXPECT_THAT(s.rules[0].directions, ElementsAre(model::Direction::inbound, model::Direction::internal));
    EXPECT_EQ(s.rules[0].larger_than, std::optional<std::uint64_t>(1'000'000));
    EXPECT_FALSE(s.rules[0].keep_copy);
    ASSERT_THAT(s.allow, SizeIs(1));
    EXPECT_EQ(s.allow[0].expires, std::chrono::sys_days(std::chrono::year(2027) / 3 / 31));
    ASSERT_THAT(s.scores, SizeIs(1));
    EXPECT_EQ(s.scores[0].group, "finance");
    EXPECT_THAT(s.scores[0].scores,
                ElementsAre(testing::Pair("office.vba.autoexec", 1.0), testing::Pair("yara.*", 0.0)));
    EXPECT_THAT(s.version, SizeIs(16));
}

TEST(Load, TakesTheServerForReleasesInBothForms) {
    for (const char* form : {"inet:2525@127.0.0.1", "inet:127.0.0.1:2525"}) {
        const Loaded loaded =
            load_text(std::string("[quarantine]\nrelease_to = \"") + form + "\"\n", "s.toml");
        ASSERT_THAT(texts_of(loaded.problems), IsEmpty());
        EXPECT_EQ(loaded.settings.quarantine.release_to, "inet:127.0.0.1:2525");
    }
}

TEST(Load, WorkersAreToldWhomWeKnow) {
    const Loaded loaded = load_text(
        "local_domains = [\".example.com\"]\n"
        "[mail]\nknown_senders = [\"検査 太郎 <taro@example.co.jp>\", \"Partner <example.org>\"]\n"
        "authserv_ids = \"mx1.example.com\"\n",
        "s.toml");
    EXPECT_THAT(loaded.problems, testing::IsEmpty());
    const model::MailSettings wanted{
        .own_domains = {".example.com"},
        .known_senders = {"検査 太郎 <taro@example.co.jp>", "Partner <example.org>"},
        .authserv_ids = {"mx1.example.com"}};
    EXPECT_EQ(loaded.settings.worker.mail, wanted);
}

TEST(Load, OverridesTakeWhatTheyDoNotSayFromTheDefault) {
    const Loaded loaded = load_text(
        "[[outbound.limits.override]]\nname = \"n\"\nnetworks = \"192.0.2.0/24\"\nbulk = true\n"
        "messages_per_day = 9\n[outbound.limits.default]\nmessages_per_hour = 7\n",
        "s.toml");
    EXPECT_TRUE(loaded.problems.empty());
    ASSERT_EQ(loaded.settings.outbound.overrides.size(), 1u);
    const SenderClass& row = loaded.settings.outbound.overrides[0];
    EXPECT_TRUE(row.bulk);
    EXPECT_EQ(row.messages_per_day, 9u);
    EXPECT_EQ(row.messages_per_hour, 7u);
    EXPECT_EQ(row.messages_per_minute, defaults().outbound.limits.messages_per_minute);
}

TEST(Load, WithoutRowsTheShippedPolicyHolds) {
    const Loaded loaded = load_text("", "s.toml");
    ASSERT_THAT(texts_of(loaded.problems), IsEmpty());
    EXPECT_FALSE(loaded.settings.monitor);
    EXPECT_EQ(loaded.settings.rules.size(), defaults().rules.size());
    EXPECT_EQ(loaded.settings.rules.front().name, "malicious-outbound");
    EXPECT_FALSE(loaded.settings.directions.empty());
}

TEST(Load, AFileThatIsNotThereIsOneProblem) {
    const Loaded loaded = load("/no/such/sekisho.toml");
    EXPECT_THAT(texts_of(loaded.problems), ElementsAre(HasSubstr("/no/such/sekisho.toml: cannot be read")));
}

TEST(Load, SurvivesCutsAndFlips) {
    const std::string shipped = shipped_toml();
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string bent = shipped.substr(0, random() % shipped.size());
        for (int flips = 0; flips < 5 && !bent.empty(); ++flips) {
            bent[random() % bent.size()] ^= static_cast<char>(1u << (random() % 8));
        }
        for (const Problem& problem : load_text(bent, "s.toml").problems) {
            EXPECT_FALSE(problem.what.empty());
            EXPECT_EQ(problem.what.find('\n'), std::string::npos);
        }
    }
}

TEST(Warnings, NameWhatIsMostLikelyNotMeant) {
    const Loaded loaded = load_text(R"(monitor = true
[[allow]]
senders = "a@b"
owner = "it@example.com"
reason = "r"
expires = 2026-01-31
[[rule]]
name = "all"
action = "accept"
[[rule]]
name = "never"
action = "reject"
)",
                                    "s.toml");
    ASSERT_THAT(texts_of(loaded.problems), IsEmpty());
    const auto today = std::chrono::sys_days(std::chrono::year(2026) / 2 / 1);
    EXPECT_THAT(
        texts_of(warnings(loaded.settings, "s.toml", today)),
        ElementsAre(
            HasSubstr("monitor mode"), HasSubstr("local_domains is empty"),
            HasSubstr("s.toml:2: allow: past its day (2026-01-31), the row does nothing; ask it@example.com"),
            HasSubstr("s.toml:10: rule: rows from here on are never reached; \"all\"")));
    EXPECT_THAT(texts_of(warnings(loaded.settings, "s.toml", today - std::chrono::days(1))), SizeIs(3));
}

TEST(Show, SaysWhereEachValueCameFrom) {
    const std::string toml =
        "monitor = true\n[passwords]\nknown = [\"open sesame\"]\n[milter]\nsocket = "
        "\"unix:/x\"\n[[rule]]\nname = "
        "\"a\"\naction = \"tag\"\n";
    const Loaded loaded = load_text(toml, "/etc/s.toml");
    const std::string text = base::dump_json(show(loaded.settings, toml, "/etc/s.toml"));
    EXPECT_THAT(text, HasSubstr(R"({"key":"monitor","value":true,"unit":"","from":"/etc/s.toml:1"})"));
    EXPECT_THAT(text,
                HasSubstr(R"({"key":"milter.socket","value":"unix:/x","unit":"","from":"/etc/s.toml:5"})"));
    EXPECT_THAT(text, HasSubstr(R"({"key":"milter.socket_mode","value":"0660","unit":"","from":"default"})"));
    EXPECT_THAT(
        text, HasSubstr(R"({"key":"quarantine.keep_days.clean","value":7,"unit":"days","from":"default"})"));
    EXPECT_THAT(text, HasSubstr(R"("rule":[{"name":"a","action":"tag","from":"/etc/s.toml:6"}])"));
    EXPECT_EQ(text.find("sesame"), std::string::npos);
}

}  // namespace
}  // namespace sekisho::config
