#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/fd.h"
#include "cli/doctor_checks.h"
#include "cli/doctor_facts.h"

namespace sekisho::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view good_parameters =
    "mail_version = 3.7.11\n"
    "message_size_limit = 10240000\n"
    "milter_content_timeout = 300s\n"
    "milter_default_action = tempfail\n"
    "non_smtpd_milters = unix:sekisho/milter.sock\n"
    "queue_directory = /var/spool/postfix\n"
    "smtpd_milters = unix:sekisho/milter.sock, unix:opendkim/opendkim.sock\n";
constexpr std::string_view chrooted = "smtp       inet  n       -       y       -       -       smtpd\n";

config::Settings good_settings() {
    config::Settings settings;
    settings.monitor = false;
    settings.local_domains = {"example.jp"};
    return settings;
}

Facts good_facts() {
    return {.config_file = "/etc/sekisho/sekisho.toml",
            .postfix = parse_postconf(good_parameters, chrooted),
            .config = FileFacts{.mode = 0644},
            .milter_socket = FileFacts{.mode = 0660, .is_socket = true},
            .quarantine = FileFacts{.mode = 0700, .is_directory = true},
            .key_file = FileFacts{.mode = 0400},
            .quarantine_looked_at = true,
            .connect_as_postfix = "",
            .daemon_answers = true,
            .outbound = 10};
}

// The faults' first lines.
std::vector<std::string> faults(const config::Settings& settings, const Facts& facts) {
    std::vector<std::string> out;
    for (const Fault& fault : check_installation(settings, facts)) {
        EXPECT_FALSE(fault.fix.empty());
        out.push_back(fault.what);
    }
    return out;
}

TEST(Doctor, AGoodInstallationHasNoFault) { EXPECT_THAT(faults(good_settings(), good_facts()), IsEmpty()); }

struct ParameterCase {
    const char* name;
    const char* parameter;
    const char* value;
    const char* said;
};
class PostfixFault : public testing::TestWithParam<ParameterCase> {};
TEST_P(PostfixFault, IsNamed) {
    Facts facts = good_facts();
    facts.postfix->parameters[GetParam().parameter] = GetParam().value;
    EXPECT_THAT(faults(good_settings(), facts), ElementsAre(testing::HasSubstr(GetParam().said)));
}
INSTANTIATE_TEST_SUITE_P(
    Table, PostfixFault,
    testing::Values(
        ParameterCase{"no_milter", "smtpd_milters", "", "no mail is scanned"},
        ParameterCase{"other_milter", "smtpd_milters", "inet:localhost:8891", "no mail is scanned"},
        ParameterCase{"behind_signer", "smtpd_milters",
                      "{ inet:localhost:8891, connect_timeout=10s }, unix:sekisho/milter.sock",
                      "stands before sekisho"},
        ParameterCase{"own_action", "smtpd_milters", "{ unix:sekisho/milter.sock, default_action = accept }",
                      "default_action=accept of our milter"},
        ParameterCase{"own_timeout", "smtpd_milters", "{unix:sekisho/milter.sock,content_timeout=10s}",
                      "content_timeout of our milter in smtpd_milters is 10 s"},
        ParameterCase{"no_local_mail", "non_smtpd_milters", "", "locally submitted mail"},
        ParameterCase{"fail_open", "milter_default_action", "accept", "passes mail unscanned"},
        ParameterCase{"fail_hard", "milter_default_action", "reject", "refused for good"},
        ParameterCase{"impatient", "milter_content_timeout", "30s", "milter_content_timeout is 30 s"},
        ParameterCase{"no_size_limit", "message_size_limit", "0", "message_size_limit = 0"},
        ParameterCase{"large_mail", "message_size_limit", "999999999", "not scanned whole"}),
    [](const auto& info) { return info.param.name; });

TEST(Doctor, WhatMasterCfSaysOfOneServiceIsJudgedToo) {
    Facts facts = good_facts();
    facts.postfix = parse_postconf(good_parameters, chrooted,
                                   "submission/inet/smtpd_milters = inet:localhost:8891\n"
                                   "submission/inet/syslog_name = postfix/submission\n"
                                   "smtps/inet/smtpd_milters = unix:sekisho/milter.sock\n"
                                   "smtps/inet/milter_default_action = accept\n");
    EXPECT_THAT(
        faults(good_settings(), facts),
        ElementsAre(
            testing::AllOf(testing::HasSubstr("master.cf, smtps/inet: milter_default_action = accept"),
                           testing::HasSubstr("unscanned")),
            "master.cf, submission/inet: smtpd_milters does not name our socket: no mail is scanned"));
    facts.postfix->parameters["smtpd_milters"] = "";
    EXPECT_THAT(faults(good_settings(), facts), testing::SizeIs(2)) << "what main.cf says is said once";
}

TEST(Doctor, TheFixOfAListKeepsTheOthers) {
    Facts facts = good_facts();
    facts.postfix->parameters["smtpd_milters"] =
        "{ inet:localhost:8891, connect_timeout=10s }, unix:sekisho/milter.sock";
    const auto found = check_installation(good_settings(), facts);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].fix,
              "postconf -e 'smtpd_milters = unix:sekisho/milter.sock, { inet:localhost:8891, "
              "connect_timeout=10s }' "
              "&& postfix reload");
}

TEST(Doctor, WhatTheDaemonSaysOfItselfIsJudged) {
    Facts facts = good_facts();
    facts.rules = 0;
    facts.rule_problems = {"/etc/sekisho/rules.d/x.yar:3: syntax error"};
    facts.store_healthy = false;
    facts.quarantine_free = 4'096;
    facts.quarantine_bytes = 20ull << 30;
    EXPECT_THAT(
        faults(good_settings(), facts),
        ElementsAre("no rule is loaded", testing::HasSubstr("x.yar:3: syntax error"),
                    testing::HasSubstr("cannot be written"), testing::HasSubstr("4096 bytes are free"),
                    testing::HasSubstr("the quarantine holds")));
    facts.daemon_answers = false;
    EXPECT_THAT(faults(good_settings(), facts), ElementsAre(testing::HasSubstr("does not answer")));
}

TEST(Doctor, SocketFaultsAreNamed) {
    Facts facts = good_facts();
    facts.connect_as_postfix = "Permission denied";
    EXPECT_THAT(faults(good_settings(), facts),
                ElementsAre(testing::HasSubstr("from inside its chroot: Permission")));
    facts = good_facts();
    facts.milter_socket.reset();
    facts.connect_as_postfix = "No such file or directory";
    EXPECT_THAT(faults(good_settings(), facts), ElementsAre(testing::HasSubstr("is not there")));
    facts = good_facts();
    facts.milter_socket->mode = 0666;
    EXPECT_THAT(faults(good_settings(), facts), ElementsAre(testing::HasSubstr("by everyone")));
}

TEST(Doctor, OpenFilesMonitorModeAndForeignSendersAreNamed) {
    Facts facts = good_facts();
    facts.config->mode = 0666;
    facts.quarantine->mode = 0755;
    facts.key_file->mode = 0644;
    facts.foreign_outbound = 3;
    facts.daemon_answers = false;
    config::Settings settings = good_settings();
    settings.monitor = true;
    settings.local_domains.clear();
    EXPECT_EQ(faults(settings, facts).size(), 7U);
}

TEST(Doctor, SettingsThatFailOpenOrAreOutOfDateAreNamed) {
    config::Settings settings = good_settings();
    settings.milter.on_failure = model::Action::accept;
    Facts facts = good_facts();
    facts.today = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24);
    config::AllowRow row;
    row.owner = "it@example.com";
    row.line = 7;
    row.expires = facts.today;
    settings.allow.push_back(row);
    EXPECT_THAT(faults(settings, facts), ElementsAre(testing::HasSubstr("on_failure")));
    settings.allow.front().expires = facts.today - std::chrono::days(1);
    EXPECT_THAT(faults(settings, facts), ElementsAre(testing::HasSubstr("on_failure"),
                                                     testing::HasSubstr("sekisho.toml:7: an [[allow]] row")));
}

TEST(Doctor, OrdersThatNobodyCarriesOut) {
    config::Settings settings = good_settings();
    settings.outbound.actions.spool = "/var/spool/sekisho/actions";
    Facts facts = good_facts();
    facts.spool_looked_at = true;
    EXPECT_THAT(faults(settings, facts), ElementsAre(testing::HasSubstr("actions is not there")));
    facts.spool = FileFacts{.mode = 02770, .is_directory = true};
    facts.oldest_order = std::chrono::minutes(10);
    EXPECT_THAT(faults(settings, facts), IsEmpty());
    facts.oldest_order = std::chrono::seconds(754);
    facts.unwritten_orders = 3;
    facts.spool->mode = 02777;
    EXPECT_THAT(faults(settings, facts), ElementsAre(testing::HasSubstr("written by everyone"),
                                                     testing::StartsWith("3 orders to lock accounts"),
                                                     testing::EndsWith("waiting for 12 minutes")));
}

TEST(Doctor, FindsTheOldestOrder) {
    std::string pattern = std::filesystem::temp_directory_path() / "sekisho-doctor-XXXXXX";
    const std::filesystem::path folder = ::mkdtemp(pattern.data());
    config::Settings settings = good_settings();
    settings.outbound.actions.spool = folder;
    const auto oldest = [&] { return look_at_installation(settings, "/none", "/none").oldest_order; };
    EXPECT_EQ(oldest().count(), 0);
    for (const char* name :
         {"18446744073709551615-00000000.json", "x.json", ".new-x", "00000000000000000001.json"})
        std::ofstream(folder / name) << "x";
    EXPECT_EQ(oldest().count(), 0);
    std::ofstream(folder / "00000000000000000001-00000000.t2.json") << "x";
    EXPECT_GT(oldest(), std::chrono::hours(24 * 365 * 50));
    std::filesystem::remove_all(folder);
}

TEST(Doctor, ReadsPostfixLists) {
    EXPECT_THAT(milter_addresses("unix:a, { inet:b:1, x=y } inet:c:2"),
                ElementsAre("unix:a", "inet:b:1", "inet:c:2"));
    EXPECT_THAT(milter_addresses("{ unix:a"), testing::SizeIs(1));
    EXPECT_THAT(milter_addresses("{"), testing::SizeIs(1));
    EXPECT_THAT(milter_addresses(" ,\t"), IsEmpty());
    EXPECT_EQ(postfix_form("inet:9900@127.0.0.1"), "inet:127.0.0.1:9900");
    EXPECT_TRUE(is_our_socket("unix:/sekisho/m", "unix:/var/spool/postfix/sekisho/m", "/var/spool/postfix"));
    EXPECT_FALSE(is_our_socket("unix:/other/m", "unix:/var/spool/postfix/sekisho/m", "/var/spool/postfix"));
    EXPECT_EQ(postfix_seconds("5m"), 300);
    EXPECT_EQ(postfix_seconds("300"), 300);
    EXPECT_FALSE(postfix_seconds("soon"));
    EXPECT_FALSE(postfix_seconds("-1s"));
    EXPECT_TRUE(parse_postconf("", chrooted).smtpd_in_chroot);
    EXPECT_FALSE(parse_postconf("", "smtp inet n - n - - smtpd").smtpd_in_chroot);
}

TEST(Doctor, RunsProgramsWithoutAShell) {
    EXPECT_EQ(output_of({"/bin/echo", "$HOME; x"}).value(), "$HOME; x\n");
    EXPECT_FALSE(output_of({"/bin/false"}));
    EXPECT_FALSE(output_of({"/no/such/program"}));
}

TEST(Doctor, TriesTheSocketAsAnotherUser) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
    std::string pattern = std::filesystem::temp_directory_path() / "sekisho-doctor-XXXXXX";
    const std::filesystem::path folder = ::mkdtemp(pattern.data());
    std::filesystem::permissions(folder, std::filesystem::perms(0755));
    const std::string path = folder / "s";
    const base::UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{.sun_family = AF_UNIX};
    path.copy(address.sun_path, path.size());
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);  // NOLINT
    ASSERT_EQ(::listen(listener.get(), 5), 0);
    ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
    EXPECT_EQ(try_connect(path, "nobody", {}), "Permission denied");
    ASSERT_EQ(::chmod(path.c_str(), 0666), 0);
    EXPECT_EQ(try_connect(path, "nobody", {}), "");
    EXPECT_EQ(try_connect("/s", "nobody", folder), "");
    EXPECT_EQ(try_connect("/none", "nobody", folder), "No such file or directory");
    EXPECT_FALSE(try_connect(path, "no-such-user", {}));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace sekisho::cli
