#include "daemon/channel.h"

#include <gtest/gtest.h>

#include "daemon/backoff.h"
#include "daemon/options.h"

namespace sekisho::daemon {
namespace {

using namespace std::chrono_literals;

TEST(Channel, CarriesWordsBothWays) {
    auto [left, right] = std::move(*Channel::make_pair());
    EXPECT_TRUE(left.send(Word::ping));
    EXPECT_TRUE(left.send(Word::reloaded, "why"));
    auto note = right.receive();
    ASSERT_TRUE(note && *note);
    EXPECT_EQ((*note)->word, Word::ping);
    note = right.receive();
    ASSERT_TRUE(note && *note);
    EXPECT_EQ((*note)->word, Word::reloaded);
    EXPECT_EQ((*note)->text, "why");
    note = right.receive();
    ASSERT_TRUE(note);
    EXPECT_FALSE(*note) << "nothing there is no error";
}

TEST(Channel, LongTextIsCutAndAFullChannelDoesNotBlock) {
    auto [left, right] = std::move(*Channel::make_pair());
    EXPECT_TRUE(left.send(Word::reloaded, std::string(100'000, 'x')));
    EXPECT_EQ((**right.receive()).text.size(), Channel::max_text);
    int sent = 0;
    while (sent < 1'000'000 && left.send(Word::ping))
        ++sent;
    EXPECT_LT(sent, 1'000'000);
}

TEST(Channel, AClosedEndIsAnError) {
    auto pair = std::move(*Channel::make_pair());
    {
        const Channel gone = std::move(pair.first);
    }
    EXPECT_FALSE(pair.second.receive());
    EXPECT_FALSE(pair.second.send(Word::pong));
}

TEST(Backoff, DoublesUpToABoundAndForgives) {
    Backoff backoff;
    EXPECT_EQ(backoff.next(1s), 100ms);
    EXPECT_EQ(backoff.next(1s), 200ms);
    for (int i = 0; i < 20; ++i)
        backoff.next(1s);
    EXPECT_EQ(backoff.next(1s), 30s);
    EXPECT_EQ(backoff.next(60s), 100ms) << "it had lived for a minute";
}

struct OptionsCase {
    const char* name;
    std::vector<std::string> words;
    bool good;
    std::string config;
};
class ParseOptions : public testing::TestWithParam<OptionsCase> {};

TEST_P(ParseOptions, AsTheTableSays) {
    std::vector<std::string> words = GetParam().words;
    std::vector<char*> arguments;
    for (auto& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const auto options = parse_options(static_cast<int>(words.size()), arguments.data());
    ASSERT_EQ(options.has_value(), GetParam().good);
    if (options) {
        EXPECT_EQ(options->config_file, GetParam().config);
    } else {
        EXPECT_EQ(options.error().cause, base::Cause::invalid);
    }
}

INSTANTIATE_TEST_SUITE_P(Table, ParseOptions,
                         testing::Values(OptionsCase{"None", {"sekishod"}, true, "/etc/sekisho/sekisho.toml"},
                                         OptionsCase{"Config", {"sekishod", "--config", "x"}, true, "x"},
                                         OptionsCase{"Short", {"sekishod", "-f", "-cx"}, true, "x"},
                                         OptionsCase{"Gate", {"sekishod", "--gate", "--config=y"}, true, "y"},
                                         OptionsCase{"Unknown", {"sekishod", "--frobnicate"}, false, ""},
                                         OptionsCase{"NoValue", {"sekishod", "--config"}, false, ""},
                                         OptionsCase{"Argument", {"sekishod", "start"}, false, ""}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace sekisho::daemon
