// Scores and allow rows: which changes hold for a message.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.h"
#include "policy/decide.h"

namespace sekisho::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto today = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24);

config::Settings settings_of(const std::string& toml) {
    config::Loaded loaded = config::load_text(toml, "s.toml");
    for (const config::Problem& problem : loaded.problems) {
        ADD_FAILURE() << problem.to_string();
    }
    return loaded.settings;
}

model::Envelope envelope_to(std::vector<std::string> recipients) {
    model::Envelope out;
    out.mail_from = "sender@example.net";
    out.recipients = std::move(recipients);
    return out;
}

model::WorkerReport worker_report() {
    model::WorkerReport out;
    out.parts.resize(3);
    out.parts[0].id = 0;
    out.parts[1] = {.id = 1, .parent = 0, .path = "message/1", .sha256 = std::string(64, 'a')};
    out.parts[2] = {.id = 2, .parent = 1, .path = "message/1/1", .sha256 = std::string(64, 'b')};
    out.findings = {{.id = "office.macro", .part = 1, .evidence = ""},
                    {.id = "office.vba.exec", .part = 2, .evidence = ""},
                    {.id = "yara.X", .part = 2, .evidence = ""},
                    {.id = "yara.X", .part = 0, .evidence = ""}};
    return out;
}

TEST(Overrides, ScoresForAllAndForGroups) {
    const auto settings = settings_of(R"(
[[group]]
name = "finance"
members = "@finance.example.com"
[[scores]]
group = "finance"
"office.macro" = 9
"office.vba.exec" = 0
[[scores]]
"office.macro" = 2
"type.mismatch" = 0
)");
    const auto scores = [&](const model::Envelope& envelope) {
        return overrides_for(settings, envelope, worker_report(), std::string(64, 'f'), today).scores;
    };
    using Pair = ::testing::Matcher<std::pair<const std::string, double>>;
    const Pair mismatch = ::testing::Pair("type.mismatch", 0.0);
    EXPECT_THAT(scores(envelope_to({"x@example.com"})),
                ElementsAre(::testing::Pair("office.macro", 2.0), mismatch));
    EXPECT_THAT(
        scores(envelope_to({"x@finance.example.com"})),
        ElementsAre(::testing::Pair("office.macro", 9.0), ::testing::Pair("office.vba.exec", 0.0), mismatch));
    // One recipient of two: what is raised holds, what is muted does not.
    EXPECT_THAT(scores(envelope_to({"x@finance.example.com", "y@example.com"})),
                ElementsAre(::testing::Pair("office.macro", 9.0), mismatch));
    model::Envelope from_finance = envelope_to({"y@example.com"});
    from_finance.mail_from = "Boss@Finance.example.com";
    EXPECT_EQ(scores(from_finance).size(), 2u) << "inbound, anyone may call himself so";
    from_finance.direction = model::Direction::internal;
    EXPECT_EQ(scores(from_finance).size(), 3u);
}

std::string allow(const std::string& conditions, const std::string& expires = "2026-11-24") {
    return "[[allow]]\nowner = \"o\"\nreason = \"r\"\nexpires = " + expires + "\n" + conditions;
}

model::ScoreOverrides allowed(const std::string& conditions, const std::string& expires = "2026-11-24") {
    return overrides_for(settings_of(allow(conditions, expires)), envelope_to({"a@b"}), worker_report(),
                         std::string(64, 'f'), today);
}

TEST(Overrides, AllowRows) {
    EXPECT_TRUE(allowed("senders = \"sender@*\"\n").allow_everything);
    EXPECT_FALSE(allowed("senders = \"other@*\"\n").allow_everything);
    EXPECT_TRUE(allowed("sha256 = \"" + std::string(64, 'f') + "\"\n").allow_everything);
    EXPECT_TRUE(allowed("senders = \"sender@*\"\n", "2026-11-24").allow_everything);
    EXPECT_FALSE(allowed("senders = \"sender@*\"\n", "2026-11-23").allow_everything) << "past its day";
    const auto muted = allowed("senders = \"sender@*\"\nfindings = \"office.*\"\n");
    EXPECT_FALSE(muted.allow_everything);
    EXPECT_THAT(muted.scores,
                ElementsAre(::testing::Pair("office.*", 0.0), ::testing::Pair("office.macro", 0.0),
                            ::testing::Pair("office.vba.exec", 0.0)));
}

TEST(Overrides, AnAllowRowGoesBeforeAScoreOfTheSameFinding) {
    const auto settings =
        settings_of("[[scores]]\n\"office.macro\" = 8\n" + allow("findings = \"office.*\"\n"));
    const auto out =
        overrides_for(settings, envelope_to({"a@b"}), worker_report(), std::string(64, 'f'), today);
    EXPECT_EQ(out.scores.at("office.macro"), 0.0);
}

// A known good attachment beside something bad must not make the bad good.
TEST(Overrides, AnAllowedPartCoversItsOwnTreeOnly) {
    const auto out = allowed("sha256 = \"" + std::string(64, 'a') + "\"\n");
    EXPECT_FALSE(out.allow_everything);
    EXPECT_THAT(out.scores,
                ElementsAre(::testing::Pair("office.macro", 0.0), ::testing::Pair("office.vba.exec", 0.0)));
    EXPECT_THAT(allowed("sha256 = \"" + std::string(64, 'c') + "\"\n").scores, IsEmpty());
    EXPECT_THAT(allowed("sha256 = \"" + std::string(64, 'b') + "\"\nfindings = \"office.*\"\n").scores,
                ElementsAre(::testing::Pair("office.vba.exec", 0.0)));
}

}  // namespace
}  // namespace sekisho::policy
