#include "base/network.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

namespace sekisho::base {
namespace {

struct ContainsCase {
    const char* name;
    const char* network;
    const char* address;
    bool inside;
};

class NetworkContains : public testing::TestWithParam<ContainsCase> {};

TEST_P(NetworkContains, Holds) {
    const auto network = Network::parse(GetParam().network);
    ASSERT_TRUE(network) << network.error().message;
    EXPECT_EQ(network->contains(GetParam().address), GetParam().inside);
}

INSTANTIATE_TEST_SUITE_P(
    Table, NetworkContains,
    testing::Values(ContainsCase{"V4Inside", "192.0.2.0/24", "192.0.2.255", true},
                    ContainsCase{"V4Outside", "192.0.2.0/24", "192.0.3.0", false},
                    ContainsCase{"V4OddPrefix", "10.0.0.0/9", "10.127.255.255", true},
                    ContainsCase{"V4OddPrefixOutside", "10.0.0.0/9", "10.128.0.0", false},
                    ContainsCase{"V4Host", "192.0.2.7", "192.0.2.7", true},
                    ContainsCase{"V4HostOther", "192.0.2.7", "192.0.2.8", false},
                    ContainsCase{"V4All", "0.0.0.0/0", "203.0.113.9", true},
                    ContainsCase{"V4AllHoldsNoV6", "0.0.0.0/0", "2001:db8::1", false},
                    ContainsCase{"MappedIsV4", "192.0.2.0/24", "::ffff:192.0.2.9", true},
                    ContainsCase{"V6Inside", "2001:db8::/32", "2001:db8:ffff::1", true},
                    ContainsCase{"V6Outside", "2001:db8::/32", "2001:db9::1", false},
                    ContainsCase{"SendmailsPrefix", "2001:db8::/32", "IPv6:2001:db8::1", true},
                    ContainsCase{"Brackets", "127.0.0.0/8", "[127.0.0.1]", true},
                    ContainsCase{"NoAddress", "127.0.0.0/8", "localhost", false},
                    ContainsCase{"Empty", "127.0.0.0/8", "", false}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Network, RefusesWhatIsNone) {
    for (const char* text :
         {"", "/", "192.0.2.0/33", "192.0.2.1/24", "192.0.2.0/-1", "192.0.2.0/24x", "192.0.2.0/",
          "2001:db8::/129", "example.com", "192.0.2", "1.2.3.4.5", "fe80::1%eth0"}) {
        const auto network = Network::parse(text);
        ASSERT_FALSE(network) << text;
        EXPECT_EQ(network.error().cause, Cause::invalid) << text;
    }
}

TEST(Network, AnyContainsSkipsWhatIsNone) {
    EXPECT_TRUE(any_contains({"nonsense", "127.0.0.0/8"}, "127.0.0.1"));
    EXPECT_FALSE(any_contains({}, "127.0.0.1"));
}

TEST(Network, AddressTextIsCanonical) {
    EXPECT_EQ(Address::parse("IPv6:2001:DB8:0:0:0:0:0:1")->text(), "2001:db8::1");
    EXPECT_EQ(Address::parse("::ffff:192.0.2.1")->text(), "192.0.2.1");
}

TEST(Network, ClientNetwork) {
    EXPECT_EQ(client_network("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(client_network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(client_network("unknown"), "unknown");
}

TEST(NetworkOf, Table) {
    const struct {
        const char* address;
        unsigned v4, v6;
        const char* network;
    } cases[] = {
        {"192.0.2.77", 24, 64, "192.0.2.0/24"},
        {"192.0.2.77", 32, 64, "192.0.2.77"},
        {"192.0.2.77", 16, 32, "192.0.0.0/16"},
        {"192.0.2.255", 25, 64, "192.0.2.128/25"},
        {"255.255.255.255", 0, 64, "0.0.0.0/0"},
        {"::ffff:192.0.2.77", 24, 64, "192.0.2.0/24"},
        {"IPv6:2001:db8:1:2:3::4", 24, 64, "2001:db8:1:2::/64"},
        {"2001:db8:1:2:3::4", 24, 52, "2001:db8:1::/52"},
        {"2001:db8::7", 24, 128, "2001:db8::7"},
        {"[192.0.2.7]", 24, 64, "192.0.2.0/24"},
        {"192.0.2.07", 24, 64, "192.0.2.07"},
        {"192.0.2.256", 24, 64, "192.0.2.256"},
        {"192.0.2.1.", 24, 64, "192.0.2.1."},
        {"192.0.2", 24, 64, "192.0.2"},
        {"", 24, 64, ""},
        {"localhost", 24, 64, "localhost"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(network_of(c.address, c.v4, c.v6), c.network) << c.address;
}

// What inet_pton() takes for an address is one, and nothing else.
TEST(NetworkOf, AnyTextIsReadAsTheSystemReadsIt) {
    std::mt19937 random(3);  // NOLINT(*-msc51-cpp): the same each time
    int addresses = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (int i = 0; i < 4; ++i)
            text += (i == 0 ? "" : ".") + std::to_string(random() % 300);
        if (round % 3 == 0) text[random() % text.size()] = "0123456789. x"[random() % 13];
        std::array<std::uint8_t, 4> raw{};
        const bool is_address = ::inet_pton(AF_INET, text.c_str(), raw.data()) == 1;
        if (!is_address) {
            EXPECT_EQ(network_of(text, 24, 64), text);
            continue;
        }
        ++addresses;
        raw[3] = 0;
        std::array<char, INET_ADDRSTRLEN> out{};
        ASSERT_NE(::inet_ntop(AF_INET, raw.data(), out.data(), out.size()), nullptr);
        EXPECT_EQ(network_of(text, 24, 64), std::string(out.data()) + "/24");
        EXPECT_EQ(client_network(text), text);
    }
    EXPECT_GT(addresses, 1'000);
}

}  // namespace
}  // namespace sekisho::base
