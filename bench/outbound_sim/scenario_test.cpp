#include "bench/outbound_sim/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "base/fd.h"

namespace sekisho::outbound_sim {
namespace {

const Attack* attack_of(const Scenario& scenario, std::string_view name) {
    const auto found = std::ranges::find(scenario.attacks, name, &Attack::name);
    return found == scenario.attacks.end() ? nullptr : &*found;
}

std::string shipped(const std::string& name) {
    const std::string path =
        std::string(SEKISHO_SOURCE_DIR) + "/bench/outbound_sim/scenarios/" + name + ".toml";
    return base::read_file(path, 1u << 20).value_or("");
}

TEST(Scenario, DefaultIsTheShippedFile) {
    const auto read = read_scenario(shipped("default"));
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(write_scenario(*read), write_scenario(default_scenario()));
    // All keys are in it, so that it can be read as the reference.
    EXPECT_NE(shipped("default").find(write_scenario(default_scenario())), std::string::npos);
}

TEST(Scenario, DefaultIsAsTheIssueWantsIt) {
    const Scenario scenario = default_scenario();
    EXPECT_GE(scenario.world.accounts, 2000);
    EXPECT_GE(scenario.world.days, 30);
    ASSERT_NE(attack_of(scenario, "fast-bot"), nullptr);
    EXPECT_EQ(attack_of(scenario, "fast-bot")->messages_a_minute, 100);
    EXPECT_EQ(attack_of(scenario, "slow-bot")->messages_a_minute, 5);
    EXPECT_EQ(attack_of(scenario, "distributed")->addresses, (Range{50, 50}));
    EXPECT_EQ(attack_of(scenario, "infected-pc")->accounts, (Range{0, 0}));
    EXPECT_EQ(attack_of(scenario, "reply-chain")->known_share, 1);
    EXPECT_EQ(scenario.aims.false_throttles, 0.05);
    EXPECT_EQ(scenario.aims.false_blocks, 0);
}

TEST(Scenario, ShippedFilesAreRead) {
    for (const char* name : {"university", "small-office", "shifts", "tempos", "home-office"}) {
        const auto read = read_scenario(shipped(name));
        ASSERT_TRUE(read.has_value()) << name << ": " << read.error().message;
        EXPECT_NE(write_scenario(*read), write_scenario(default_scenario())) << name;
        const auto again = read_scenario(write_scenario(*read));
        ASSERT_TRUE(again.has_value()) << name << ": " << again.error().message;
        EXPECT_EQ(write_scenario(*again), write_scenario(*read)) << name;
    }
}

TEST(Scenario, ChangesWhatAFileNames) {
    const auto read = read_scenario(R"(
[world]
accounts = 300
[attack.fast-bot]
count = 2
[attack.mine]
messages_a_minute = 0.5
[limits.newsletters]
accounts = ["news*"]
bulk = true
messages_per_day = 100
[aims.mine]
throttled_messages = 4
)");
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->world.accounts, 300);
    EXPECT_EQ(read->world.days, Organisation{}.days);
    ASSERT_EQ(read->attacks.size(), 2u);  // it names attacks, so that it has those alone
    EXPECT_EQ(attack_of(*read, "fast-bot")->count, 2);
    EXPECT_EQ(attack_of(*read, "fast-bot")->messages_a_minute, 100);
    EXPECT_EQ(attack_of(*read, "mine")->count, 1);
    ASSERT_EQ(read->aims.attacks.size(), 2u);
    // A file's own classes come before the default ones.
    EXPECT_EQ(read->limits.front().name, "newsletters");
    EXPECT_EQ(read->limits.front().messages_per_day, 100u);
}

TEST(Scenario, HasFewerAttacksForFewPeople) {
    const auto read = read_scenario("[world]\naccounts = 60\n");
    ASSERT_TRUE(read.has_value()) << read.error().message;
    double victims = 0;
    for (const Attack& attack : read->attacks)
        victims += attack.count * attack.accounts.to;
    EXPECT_GT(victims, 0);
    EXPECT_LE(victims, 30);
}

struct Bad {
    const char* name;
    const char* text;
    const char* told;
};

class BadScenario : public testing::TestWithParam<Bad> {};

TEST_P(BadScenario, IsRefusedByName) {
    const auto read = read_scenario(GetParam().text);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().cause, base::Cause::invalid);
    EXPECT_NE(read.error().message.find(GetParam().told), std::string::npos) << read.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadScenario,
    testing::Values(
        Bad{"not_toml", "[world\n", "line 1: TOML"},
        Bad{"unknown_section", "\n[wrold]\ndays = 3\n", "line 2: wrold: there is no such section"},
        Bad{"key_without_section", "days = 3\n", "line 1: days: there is no such key"},
        Bad{"unknown_key", "[world]\ndays = 3\nweeks = 4\n", "line 3: world.weeks: there is no such key"},
        Bad{"too_many", "[world]\naccounts = 1000000\n",
            "line 2: world.accounts: must be a number from 5 to"},
        Bad{"too_few", "[world]\ndays = 0\n", "line 2: world.days"},
        Bad{"not_a_number", "[world]\ndays = \"thirty\"\n", "line 2: world.days: must be a number"},
        Bad{"no_number_at_all", "[world]\ndays = nan\n", "line 2: world.days"},
        Bad{"share_beyond_one", "[habits]\nnew_share = 1.5\n", "line 2: habits.new_share"},
        Bad{"range_reversed", "[batches]\nmerge_recipients = [9, 3]\n", "line 2: batches.merge_recipients"},
        Bad{"range_of_one", "[batches]\nmerge_recipients = [9]\n", "must be [from, to]"},
        Bad{"range_of_text", "[batches]\nmerge_recipients = [\"a\", 3]\n", "must be [from, to]"},
        Bad{"no_flag", "[places]\noffice_nat = 1\n", "line 2: places.office_nat: must be true or false"},
        Bad{"no_text", "[world]\ndomain = 3\n", "line 2: world.domain: must be a text"},
        Bad{"no_list", "[world]\nholidays = \"2026-09-15\"\n", "world.holidays: must be a list of texts"},
        Bad{"no_date", "[world]\nstart = \"2026-02-30\"\n", "world.start: must be a date"},
        Bad{"no_dates", "[world]\nholidays = [\"Monday\"]\n", "world.holidays: must be dates"},
        Bad{"no_hours", "[hours]\nbegin = 18\nend = 9\n", "hours.begin: must be before hours.end"},
        Bad{"nothing_but_lunch", "[hours]\nbegin = 9\nend = 17\nlunch_begin = 8\nlunch_end = 18\n",
            "hours.lunch_begin"},
        Bad{"unknown_choice", "[attack.x]\nfrom_where = \"mars\"\n",
            "line 2: attack.x.from_where: must be one of"},
        Bad{"attack_is_no_table", "[attack]\nx = 1\n", "line 2: attack.x: must be a table"},
        Bad{"unknown_attack_key", "[attack.x]\nspeed = 1\n", "line 2: attack.x.speed: there is no such key"},
        Bad{"days_reversed", "[attack.x]\nfirst_day = 20\nlast_day = 10\n", "line 1: attack.x.first_day"},
        Bad{"too_many_victims", "[world]\naccounts = 10\n[attack.x]\ncount = 9\n",
            "more than half of world.accounts"},
        Bad{"aim_without_attack", "[aims.nobody]\nblocked_messages = 3\n",
            "line 1: aims.nobody: there is no such attack"},
        Bad{"unknown_limit", "[limits.x]\nmessages_per_year = 1\n", "line 2: limits.x.messages_per_year"},
        Bad{"no_network", "[limits.x]\nnetworks = [\"10.0.0.0/33\"]\n", "line 2: limits.x.networks"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(DescribeKeys, HasARowForEachKey) {
    const std::string table = describe_keys();
    for (const char* key : {"`world.accounts` | `2000`", "`habits.new_share`", "`attack.NAME.known_share`",
                            "`aims.false_throttles` | `0.05`", "`aims.NAME.blocked_messages`"})
        EXPECT_NE(table.find(key), std::string::npos) << key;
}

}  // namespace
}  // namespace sekisho::outbound_sim
