#include "cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

namespace sekisho::cli {
namespace {

using ::testing::ElementsAre;

Options parse(std::vector<std::string> words) {
    words.insert(words.begin(), "sekisho");
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

struct Line {
    const char* name;
    std::vector<std::string> words;
    Command command;
};

class Lines : public ::testing::TestWithParam<Line> {};

TEST_P(Lines, AreUnderstood) { EXPECT_EQ(parse(GetParam().words).command, GetParam().command); }

INSTANTIATE_TEST_SUITE_P(
    Table, Lines,
    ::testing::Values(
        Line{"scan", {"scan", "a.eml"}, Command::scan}, Line{"stdin", {"scan", "-"}, Command::scan},
        Line{"unpack", {"unpack", "a", "-o", "d"}, Command::unpack},
        Line{"unpack_without_folder", {"unpack", "a"}, Command::none},
        Line{"status", {"status", "--prometheus"}, Command::status},
        Line{"reload", {"reload"}, Command::reload},
        Line{"check", {"config", "check"}, Command::config_check},
        Line{"show", {"config", "show", "--json"}, Command::config_show},
        Line{"reference", {"config", "reference", "--man"}, Command::config_reference},
        Line{"rules_list", {"rules", "list"}, Command::rules_list},
        Line{"rules_check", {"rules", "check", "/d"}, Command::rules_check},
        Line{"rules_test", {"rules", "test", "/d"}, Command::rules_test},
        Line{"rules_profile", {"rules", "profile", "/d"}, Command::rules_profile},
        Line{"list", {"quarantine", "list", "--json"}, Command::quarantine_list},
        Line{"show_entry", {"quarantine", "show", "ID"}, Command::quarantine_show},
        Line{"export_entry", {"quarantine", "export", "ID"}, Command::quarantine_export},
        Line{"release", {"quarantine", "release", "ID", "--force"}, Command::quarantine_release},
        Line{"unlock", {"quarantine", "unlock", "ID", "--password-file", "-"}, Command::quarantine_unlock},
        Line{"delete_entry", {"quarantine", "delete", "ID", "--reason", "x"}, Command::quarantine_remove},
        Line{"accounts", {"accounts", "list", "--all"}, Command::senders_list},
        Line{"account", {"accounts", "show", "anna"}, Command::senders_show},
        Line{"account_incident",
             {"accounts", "incident", "anna", "--since", "2h", "--csv"},
             Command::senders_incident},
        Line{"host_incident", {"hosts", "incident", "192.0.2.7", "--json"}, Command::senders_incident},
        Line{"account_release", {"accounts", "release", "anna", "--reason", "x"}, Command::senders_release},
        Line{"hosts", {"hosts", "list", "--json"}, Command::senders_list},
        Line{"host_block", {"hosts", "block", "192.0.2.7"}, Command::senders_block},
        Line{"names", {"names", "list", "--limit", "5"}, Command::names_list},
        Line{"name", {"names", "show", "boss@example.com", "--json"}, Command::names_show},
        Line{"name_of_nobody", {"names", "show"}, Command::none},
        Line{"account_of_nobody", {"accounts", "release"}, Command::none},
        Line{"doctor", {"doctor", "--postfix-config", "/p"}, Command::doctor},
        Line{"nothing", {}, Command::none}, Line{"unknown", {"destroy"}, Command::none},
        Line{"unknown_option", {"scan", "a", "--fast"}, Command::none},
        Line{"two_formats", {"status", "--json", "--prometheus"}, Command::none},
        Line{"help", {"help", "scan"}, Command::none},
        Line{"bad_direction", {"scan", "a", "--direction", "up"}, Command::none}),
    [](const auto& row) { return row.param.name; });

TEST(Options, ConfigStandsBeforeOrAfterTheCommand) {
    EXPECT_EQ(parse({"--config", "/c", "quarantine", "list"}).config, "/c");
    EXPECT_EQ(parse({"quarantine", "list", "--config", "/c"}).config, "/c");
}

TEST(Options, ScanTakesSeveralFilesAndPasswords) {
    const Options options = parse({"scan", "--json", "a", "b", "--password", "x", "--password", "y",
                                   "--direction", "outbound", "--rules", "/r", "c"});
    EXPECT_THAT(options.files, ElementsAre("a", "b", "c"));
    EXPECT_THAT(options.passwords, ElementsAre("x", "y"));
    EXPECT_THAT(options.rules, ElementsAre("/r"));
    EXPECT_EQ(options.direction, model::Direction::outbound);
    EXPECT_TRUE(options.json);
}

struct Complaint {
    const char* name;
    std::vector<std::string> words;
    const char* said;
};

class Complaints : public ::testing::TestWithParam<Complaint> {};

TEST_P(Complaints, NameTheWord) {
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(parse(GetParam().words).exit, exit_code::error);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), GetParam().said);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Complaints,
    ::testing::Values(
        Complaint{
            "command", {"bogus", "--json"}, "sekisho: unknown command: bogus\n`sekisho --help` says more.\n"},
        Complaint{"option", {"--bogus"}, "sekisho: unknown option: --bogus\n`sekisho --help` says more.\n"},
        Complaint{"option_of_a_command",
                  {"scan", "--bogus"},
                  "sekisho: unknown option: --bogus\n`sekisho scan --help` says more.\n"},
        Complaint{"inner_command",
                  {"quarantine", "destroy", "x"},
                  "sekisho: unknown command: destroy\n`sekisho quarantine --help` says more.\n"},
        Complaint{"extras_in_order",
                  {"reload", "a", "--b", "c\x1b"},
                  "sekisho: not expected: a --b c\\x1B\n`sekisho reload --help` says more.\n"},
        Complaint{"nothing", {}, "sekisho: A subcommand is required\n`sekisho --help` says more.\n"},
        Complaint{"missing", {"scan"}, "sekisho: files is required\n`sekisho scan --help` says more.\n"},
        Complaint{"help_on_what",
                  {"help", "rules", "bogus"},
                  "sekisho: unknown command: bogus\n`sekisho --help` says more.\n"}),
    [](const auto& row) { return row.param.name; });

std::string printed(const std::vector<std::string>& words) {
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(parse(words).exit, exit_code::fine);
    std::fflush(stdout);
    return ::testing::internal::GetCapturedStdout();
}

TEST(Options, HelpIsACommandToo) {
    EXPECT_EQ(printed({"help"}), printed({"--help"}));
    EXPECT_EQ(printed({"help", "scan"}), printed({"scan", "--help"}));
    EXPECT_EQ(printed({"help", "quarantine", "list"}), printed({"quarantine", "list", "--help"}));
    EXPECT_EQ(printed({"-V"}), printed({"--version"}));
}

TEST(Options, HelpIsFineAndWrongUsageIsNot) {
    EXPECT_EQ(parse({"--help"}).exit, exit_code::fine);
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"scan"},
                                               {"unpack"},
                                               {"status"},
                                               {"reload"},
                                               {"config"},
                                               {"config", "check"},
                                               {"config", "show"},
                                               {"config", "reference"},
                                               {"rules"},
                                               {"rules", "list"},
                                               {"rules", "check"},
                                               {"rules", "test"},
                                               {"rules", "profile"},
                                               {"quarantine"},
                                               {"quarantine", "list"},
                                               {"quarantine", "show"},
                                               {"quarantine", "export"},
                                               {"quarantine", "release"},
                                               {"quarantine", "delete"},
                                               {"doctor"}}) {
        std::vector<std::string> with_help = words;
        with_help.emplace_back("--help");
        const Options options = parse(with_help);
        EXPECT_EQ(options.command, Command::none) << words.back();
        EXPECT_EQ(options.exit, exit_code::fine) << words.back();
    }
    EXPECT_EQ(parse({"scan"}).exit, exit_code::error);
    EXPECT_EQ(parse({"--version"}).exit, exit_code::fine);
}

}  // namespace
}  // namespace sekisho::cli
