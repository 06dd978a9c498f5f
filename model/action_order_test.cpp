#include "model/action_order.h"

#include <gtest/gtest.h>

#include <random>

namespace sekisho::model {
namespace {

using base::Cause;

ActionOrder sample() {
    return {.action = AccountAction::lock,
            .account = "taro@example.jp",
            .standing = StandingLevel::blocked,
            .was = StandingLevel::throttled,
            .reasons = {"45 messages in a minute, allowed 5", "3 networks that it never used"},
            .by = "",
            .at = 1'764'473'906};
}
const std::string sample_text =
    R"({"version":1,"action":"lock","account":"taro@example.jp","standing":"blocked","was":"throttled",)"
    R"("reasons":["45 messages in a minute, allowed 5","3 networks that it never used"],"by":"","at":1764473906})"
    "\n";

TEST(ActionOrder, IsOneLineOfJson) { EXPECT_EQ(encode(sample()), sample_text); }

TEST(ActionOrder, IsReadAsItWasWritten) {
    ActionOrder order = sample();
    for (const AccountAction action : {AccountAction::lock, AccountAction::unlock}) {
        order.action = action;
        EXPECT_EQ(decode_order(encode(order).value()), order);
    }
}

TEST(ActionOrder, ReasonsAreCutAndMadePrintable) {
    ActionOrder order = sample();
    order.reasons.assign(40, std::string(2'000, 'x'));
    order.reasons[0] = "two\nlines";
    order.by = "eve\x1b[31m";
    const auto read = decode_order(encode(order).value());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->reasons.size(), ActionOrder::max_reasons);
    EXPECT_EQ(read->reasons[0], "two\\x0Alines");
    EXPECT_LE(read->reasons[1].size(), ActionOrder::max_reason);
    EXPECT_EQ(read->by, "eve\\x1B[31m");
}

struct Account {
    const char* name;
    std::string text;
    bool good;
};
class Accounts : public ::testing::TestWithParam<Account> {};

TEST_P(Accounts, AreLoginsThatPrint) {
    EXPECT_EQ(is_account(GetParam().text), GetParam().good);
    ActionOrder order = sample();
    order.account = GetParam().text;
    const auto text = encode(order);
    ASSERT_EQ(text.has_value(), GetParam().good);
    if (!text)
        EXPECT_EQ(text.error().cause, Cause::invalid);
    else
        EXPECT_EQ(decode_order(*text)->account, GetParam().text);
}
INSTANTIATE_TEST_SUITE_P(
    All, Accounts,
    ::testing::Values(Account{"address", "taro@example.jp", true}, Account{"domain", "EXAMPLE\\taro", true},
                      Account{"japanese", "太郎@例え.jp", true}, Account{"blank", "taro yamada", true},
                      Account{"quotes", "\"ta'ro\"$(id)`id`;|&", true}, Account{"hash", "#taro", true},
                      Account{"option", "--help", true}, Account{"path", "../../etc/passwd", true},
                      Account{"longest", std::string(320, 'a'), true},
                      Account{"too_long", std::string(321, 'a'), false}, Account{"empty", "", false},
                      Account{"line", "taro\nREJECT", false}, Account{"return_", "taro\r", false},
                      Account{"tab", "taro\tOK", false}, Account{"nul", std::string("ta\0ro", 5), false},
                      Account{"delete_", "taro\x7f", false}, Account{"latin", "t\xe4ro", false},
                      Account{"bidi", "taro\u202egpj", false}, Account{"zero_width", "ta\u200bro", false},
                      Account{"line_separator", "taro\u2028x", false}),
    [](const auto& row) { return std::string(row.param.name); });

struct Fault {
    const char* name;
    const char* what;
    const char* with;
};
class Faults : public ::testing::TestWithParam<Fault> {};

TEST_P(Faults, AreRefused) {
    std::string text = sample_text;
    const std::size_t at = text.find(GetParam().what);
    ASSERT_NE(at, text.npos);
    text.replace(at, std::string(GetParam().what).size(), GetParam().with);
    const auto read = decode_order(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().cause, Cause::malformed) << text;
}
INSTANTIATE_TEST_SUITE_P(
    All, Faults,
    ::testing::Values(
        Fault{"version", "\"version\":1", "\"version\":2"}, Fault{"action", "\"lock\"", "\"delete\""},
        Fault{"case_", "\"lock\"", "\"Lock\""}, Fault{"empty_account", "taro@example.jp", ""},
        Fault{"line_in_account", "taro@", "taro\\n@"}, Fault{"nul_in_account", "taro@", "taro\\u0000@"},
        Fault{"account_is_a_list", "\"taro@example.jp\"", "[]"}, Fault{"standing", "\"blocked\"", "\"dead\""},
        Fault{"was", "\"throttled\"", "null"},
        Fault{"reason_is_a_number", "\"3 networks that it never used\"", "3"},
        Fault{"reason_with_a_line", "3 networks", "3\\nnetworks"},
        Fault{"reasons_are_text", "[\"45", "\"[45"}, Fault{"negative_time", "1764473906", "-1"},
        Fault{"late_time", "1764473906", "4294967296"}, Fault{"time_is_text", "1764473906", "\"1764473906\""},
        Fault{"by_is_a_number", "\"by\":\"\"", "\"by\":1"}, Fault{"missing", "\"by\":\"\",", ""},
        Fault{"one_more", "\"by\":\"\"", "\"by\":\"\",\"x\":1"}, Fault{"doubled", "\"by\":\"\"", "\"at\":1"},
        Fault{"a_list", "{\"version", "[[],{\"version"}, Fault{"rest", "}", "} x"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ActionOrder, TooLargeIsALimit) {
    const auto read = decode_order(sample_text + std::string(ActionOrder::max_bytes, ' '));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().cause, Cause::limit);
}

TEST(ActionOrder, EveryTruncationIsRefused) {
    for (std::size_t size = 0; size + 1 < sample_text.size(); ++size)
        EXPECT_FALSE(decode_order(sample_text.substr(0, size))) << size;
}

// Whatever is accepted is an order that could have been written.
TEST(ActionOrder, ChangedBytesAreRefusedOrStillAnOrder) {
    std::mt19937 random(7);
    for (std::size_t i = 0; i < 20'000; ++i) {
        std::string text = sample_text;
        text[random() % text.size()] = static_cast<char>(random() & 0xffu);
        const auto read = decode_order(text);
        if (!read) continue;
        EXPECT_TRUE(is_account(read->account)) << text;
        EXPECT_EQ(decode_order(encode(*read).value()), *read) << text;
    }
}

TEST(OrderName, IsReadAsItWasWritten) {
    const OrderName name{.number = 1'764'473'906'000'000, .random = 0x9f86d081, .attempts = 0};
    EXPECT_EQ(to_string(name), "00001764473906000000-9f86d081.json");
    for (const std::uint32_t attempts : {0u, 1u, 9u, 10u, 99u}) {
        OrderName tried = name;
        tried.attempts = attempts;
        EXPECT_EQ(order_name_from(to_string(tried)), tried);
    }
    EXPECT_EQ(to_string(OrderName{1, 2, 3}), "00000000000000000001-00000002.t3.json");
}

TEST(OrderName, OthersAreNone) {
    for (const char* other :
         {"", ".json", "x.json", "0000176447390600000-9f86d081.json", "00001764473906000000-9f86d081",
          "00001764473906000000-9F86D081.json", "00001764473906000000-9f86d081.t0.json",
          "00001764473906000000-9f86d081.t01.json", "00001764473906000000-9f86d081.t100.json",
          "00001764473906000000-9f86d081.t.json", "00001764473906000000-9f86d081.txt.json",
          "+0001764473906000000-9f86d081.json", "00001764473906000000_9f86d081.json",
          "99999999999999999999-9f86d081.json", "00001764473906000000-9f86d081.json/x",
          ".new-00001764473906000000-9f86d081.json"}) {
        EXPECT_FALSE(order_name_from(other)) << other;
    }
}

}  // namespace
}  // namespace sekisho::model
