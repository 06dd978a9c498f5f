#include "milter/direction.h"

#include <gtest/gtest.h>

#include "milter/received.h"

namespace sekisho::milter {
namespace {

struct LocalCase {
    const char* name;
    const char* address;
    bool local;
};
class IsLocal : public testing::TestWithParam<LocalCase> {};

TEST_P(IsLocal, Holds) {
    EXPECT_EQ(is_local(GetParam().address, {"example.com", ".example.jp"}), GetParam().local);
}

INSTANTIATE_TEST_SUITE_P(Table, IsLocal,
                         testing::Values(LocalCase{"Same", "a@example.com", true},
                                         LocalCase{"Case", "a@EXAMPLE.com", true},
                                         LocalCase{"Sub", "a@x.example.com", false},
                                         LocalCase{"SubAllowed", "a@x.example.jp", true},
                                         LocalCase{"SubItself", "a@example.jp", true},
                                         LocalCase{"Suffix", "a@badexample.com", false},
                                         LocalCase{"SuffixSub", "a@badexample.jp", false},
                                         LocalCase{"TrailingDot", "a@example.com.", true},
                                         LocalCase{"QuotedAt", "\"a@example.com\"@example.net", false},
                                         LocalCase{"Null", "", false},
                                         LocalCase{"NoDomain", "postmaster", false}),
                         [](const auto& info) { return std::string(info.param.name); });

config::Settings office() {
    config::Settings settings;
    settings.local_domains = {"example.com"};
    const auto add = [&](model::Direction direction, auto edit) {
        config::DirectionRow row;
        row.direction = direction;
        edit(row);
        settings.directions.push_back(row);
    };
    add(model::Direction::internal, [](auto& row) { row.smtp = false, row.recipients_local = true; });
    add(model::Direction::outbound,
        [](auto& row) { row.daemon_names = {"submission"}, row.recipients_local = false; });
    add(model::Direction::internal, [](auto& row) { row.authenticated = true, row.recipients_local = true; });
    add(model::Direction::outbound, [](auto& row) { row.authenticated = true; });
    add(model::Direction::outbound,
        [](auto& row) { row.networks = {"10.0.0.0/8"}, row.sender_local = true; });
    add(model::Direction::outbound, [](auto& row) { row.networks = {"10.0.0.0/8"}, row.null_sender = true; });
    return settings;
}

struct DirectionCase {
    const char* name;
    model::Envelope envelope;
    bool relay;
    model::Direction expected;
};
class DirectionOf : public testing::TestWithParam<DirectionCase> {};

TEST_P(DirectionOf, FirstRowThatHolds) {
    EXPECT_EQ(direction_of(office(), GetParam().envelope, GetParam().relay), GetParam().expected);
}

model::Envelope envelope(const char* client, const char* from, std::vector<std::string> to,
                         const char* account = "", const char* daemon = "", bool smtp = true) {
    model::Envelope out;
    out.client_addr = client;
    out.mail_from = from;
    out.recipients = std::move(to);
    out.auth_authen = account;
    out.daemon_name = daemon;
    out.via_smtp = smtp;
    return out;
}

INSTANTIATE_TEST_SUITE_P(
    Table, DirectionOf,
    testing::Values(
        DirectionCase{"Stranger", envelope("203.0.113.1", "x@example.net", {"a@example.com"}), false,
                      model::Direction::inbound},
        DirectionCase{"StrangerWithOurSender", envelope("203.0.113.1", "a@example.com", {"b@example.com"}),
                      false, model::Direction::inbound},
        DirectionCase{"Account", envelope("203.0.113.1", "a@example.com", {"x@example.net"}, "alice"), false,
                      model::Direction::outbound},
        DirectionCase{"AccountToColleague",
                      envelope("203.0.113.1", "a@example.com", {"b@example.com"}, "alice"), false,
                      model::Direction::internal},
        DirectionCase{"AccountToBoth",
                      envelope("203.0.113.1", "a@example.com", {"b@example.com", "x@example.net"}, "alice"),
                      false, model::Direction::outbound},
        DirectionCase{"Lan", envelope("10.1.2.3", "a@example.com", {"x@example.net"}), false,
                      model::Direction::outbound},
        DirectionCase{"LanForeignSender", envelope("10.1.2.3", "x@example.org", {"x@example.net"}), false,
                      model::Direction::inbound},
        DirectionCase{"LanBounce", envelope("10.1.2.3", "", {"x@example.net"}), false,
                      model::Direction::outbound},
        DirectionCase{"Submission",
                      envelope("203.0.113.1", "a@example.com", {"x@example.net"}, "", "submission"), false,
                      model::Direction::outbound},
        DirectionCase{"LocalProgram",
                      envelope("127.0.0.1", "root@example.com", {"a@example.com"}, "", "", false), false,
                      model::Direction::internal},
        DirectionCase{"Relay", envelope("10.1.2.3", "a@example.com", {"b@example.com"}), true,
                      model::Direction::inbound}),
    [](const auto& info) { return std::string(info.param.name); });

struct ReceivedCase {
    const char* name;
    const char* value;
    const char* expected;  // "" for none
};
class ClientOfReceived : public testing::TestWithParam<ReceivedCase> {};

TEST_P(ClientOfReceived, IsWhatTheRelayWrote) {
    EXPECT_EQ(client_of_received(GetParam().value).value_or(""), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ClientOfReceived,
    testing::Values(
        ReceivedCase{"Postfix",
                     "from helo.example (host.example [192.0.2.1])\n\tby mx (Postfix) with ESMTP id 1; Mon",
                     "192.0.2.1"},
        ReceivedCase{"PostfixUnknown", "from helo.example (unknown [192.0.2.1])\n\tby mx; Mon", "192.0.2.1"},
        ReceivedCase{"PostfixV6", "from h (host [IPv6:2001:db8::1]) by mx; Mon", "2001:db8::1"},
        ReceivedCase{"Sendmail", "from h (host.example [192.0.2.1] (may be forged)) by mx; Mon", "192.0.2.1"},
        ReceivedCase{"SendmailIdent", "from h (user@host.example [192.0.2.1]) by mx; Mon", "192.0.2.1"},
        ReceivedCase{"Exim", "from [192.0.2.1] (helo=x) by mx with smtp; Mon", "192.0.2.1"},
        ReceivedCase{"EximNamed", "from host.example ([192.0.2.1] helo=x) by mx with smtp; Mon", "192.0.2.1"},
        ReceivedCase{"HeloLiteralDoesNotCount", "from [10.0.0.1] (host [192.0.2.1]) by mx; Mon", "192.0.2.1"},
        ReceivedCase{"HeloLiteralAlone", "from [10.0.0.1] (no address here) by mx; Mon", ""},
        ReceivedCase{"EximHeloClaim", "from host ([192.0.2.1] helo=[10.0.0.1]) by mx; Mon", "192.0.2.1"},
        ReceivedCase{"TlsNameDoesNotCount",
                     "from h (host [192.0.2.1])\n\t(Client CN \"[10.0.0.1]\", Issuer \"x\" (verified "
                     "OK))\n\tby mx; Mon",
                     "192.0.2.1"},
        ReceivedCase{"ByClauseDoesNotCount", "from h (host) by mx (mx [10.0.0.1]); Mon", ""},
        ReceivedCase{"NoFrom", "by mx (Postfix, from userid 0) id 1; Mon", ""},
        ReceivedCase{"NoAddress", "from h (host [x]) by mx", ""}, ReceivedCase{"Empty", "", ""},
        ReceivedCase{"OpenComment", "from h (host [192.0.2.1]", "192.0.2.1"},
        ReceivedCase{"OpenBracket", "from h (host [192.0.2.1", ""}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(RealClient, FollowsRelaysAndStopsAtTheFirstStranger) {
    const std::vector<std::string> relays{"10.0.0.0/8"};
    const std::vector<std::string> received{"from a (a [10.0.0.2]) by r1; Mon",
                                            "from b (b [192.0.2.9]) by r2; Mon",
                                            "from c (c [10.0.0.3]) by evil; Mon"};
    EXPECT_EQ(real_client("10.0.0.1", relays, received).address, "192.0.2.9");
    EXPECT_TRUE(real_client("10.0.0.1", relays, received).through_relay);
    EXPECT_EQ(real_client("203.0.113.1", relays, received).address, "203.0.113.1");
    EXPECT_FALSE(real_client("203.0.113.1", relays, received).through_relay);
    EXPECT_EQ(real_client("10.0.0.1", relays, {}).address, "");
    const std::vector<std::string> loop(100, "from a (a [10.0.0.2]) by r1; Mon");
    EXPECT_EQ(real_client("10.0.0.1", relays, loop).address, "") << "bounded";
}

// Hostile fields of any shape: never a crash, never an unbounded walk.
TEST(ClientOfReceived, SurvivesAnything) {
    const std::string base = "from h (host.example [192.0.2.1] (x)) by mx (mx [10.0.0.1]); Mon";
    std::uint32_t seed = 12345;
    const auto next = [&] { return seed = seed * 1664525u + 1013904223u; };
    for (int round = 0; round < 20'000; ++round) {
        std::string text = base.substr(0, next() % (base.size() + 1));
        for (int flips = 0; flips < 4 && !text.empty(); ++flips)
            text[next() % text.size()] = static_cast<char>(next() >> 24);
        client_of_received(text);
    }
    client_of_received("from " + std::string(1'000'000, '('));
    client_of_received("from (" + std::string(1'000'000, '['));
}

}  // namespace
}  // namespace sekisho::milter
