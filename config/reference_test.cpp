// The checked-in pages are what the schema makes. To write them anew: SEKISHO_WRITE_REFERENCE=1 config_test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

#include "base/text.h"
#include "config/load.h"
#include "config/schema.h"

namespace sekisho::config {
namespace {

struct Page {
    const char* name;
    const char* path;
    std::function<std::string()> make;
};

class Reference : public ::testing::TestWithParam<Page> {};

TEST_P(Reference, IsCheckedInAsMade) {
    const std::string path = std::string(SEKISHO_SOURCE_DIR) + "/" + GetParam().path;
    const std::string made = GetParam().make();
    if (std::getenv("SEKISHO_WRITE_REFERENCE") != nullptr) std::ofstream(path) << made;
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_TRUE(text.str() == made) << GetParam().path << " is out of date";
}

INSTANTIATE_TEST_SUITE_P(Pages, Reference,
                         ::testing::Values(Page{"toml", "config/sekisho.toml", shipped_toml},
                                           Page{"markdown", "docs/configuration.md", reference_markdown},
                                           Page{"man", "docs/man/sekisho.toml.5", reference_man},
                                           Page{"findings", "docs/findings.md", findings_markdown}),
                         [](const auto& row) { return row.param.name; });

TEST(ShippedToml, LoadsAsTheDefaultsInMonitorMode) {
    const Loaded loaded = load_text(shipped_toml(), "sekisho.toml");
    for (const Problem& problem : loaded.problems) {
        ADD_FAILURE() << problem.to_string();
    }
    EXPECT_TRUE(loaded.settings.monitor);
    EXPECT_EQ(loaded.settings.rules.size(), defaults().rules.size());
    EXPECT_EQ(loaded.settings.directions.size(), defaults().directions.size());
}

// Each line that is commented out is a setting that loads when the mark is taken off.
TEST(ShippedToml, EveryCommentedSettingLoads) {
    std::string live;
    const std::string shipped = shipped_toml();
    for (const std::string_view line : base::split(shipped, '\n')) {
        const bool setting = line.size() > 1 && line[0] == '#' && line[1] != ' ';
        live += setting ? line.substr(1) : line;
        live += '\n';
    }
    const Loaded loaded = load_text(live, "sekisho.toml");
    for (const Problem& problem : loaded.problems) {
        ADD_FAILURE() << problem.to_string();
    }
    EXPECT_GT(loaded.settings.rules.size(), defaults().rules.size());
}

// What the hand-written pages show as TOML is right as well. Groups stand in other examples.
TEST(Docs, ExamplesLoad) {
    for (const char* page :
         {"docs/policy.md", "docs/install.md", "docs/outbound.md", "docs/outbound-actions.md", "README.md"}) {
        std::ifstream file(std::string(SEKISHO_SOURCE_DIR) + "/" + page);
        std::string line;
        std::string block;
        bool inside = false;
        while (std::getline(file, line)) {
            if (!inside) {
                inside = line == "```toml";
                continue;
            }
            if (line != "```") {
                block += line + '\n';
                continue;
            }
            for (const Problem& problem : load_text(std::exchange(block, {}), page).problems) {
                if (problem.what.find("there is no group") == std::string::npos)
                    ADD_FAILURE() << problem.to_string();
            }
            inside = false;
        }
    }
}

TEST(Schema, EveryRowHasHelpAndASection) {
    for (const Row<Settings>& row : settings_rows()) {
        EXPECT_FALSE(row.key.help.empty()) << row.key.full_name();
        EXPECT_TRUE(std::ranges::any_of(sections(), [&](const SectionRow& section) {
            return section.name == row.key.section;
        })) << row.key.full_name();
    }
}

// What a row writes, it reads back: get and set reach the same field.
TEST(Schema, DefaultsSurviveWritingAndReading) {
    const Settings fresh = defaults();
    for (const Row<Settings>& row : settings_rows()) {
        const auto value = row.get(fresh);
        ASSERT_TRUE(value) << row.key.full_name();
        const auto table = parse_toml("x = " + write_value(row.key, *value) + "\n");
        ASSERT_TRUE(table) << row.key.full_name();
        if (value == Value(std::string())) continue;  // an empty text means "not set"
        const auto back = read_value(row.key, *find(*table, "x"));
        ASSERT_TRUE(back) << row.key.full_name() << ": " << back.error();
        EXPECT_EQ(*back, *value) << row.key.full_name();
        Settings other = fresh;
        row.set(other, *back);
        EXPECT_EQ(row.get(other), value) << row.key.full_name();
    }
}

}  // namespace
}  // namespace sekisho::config
