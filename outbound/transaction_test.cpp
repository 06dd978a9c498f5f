#include "outbound/transaction.h"

#include <gtest/gtest.h>

#include <random>

#include "outbound/hash.h"

namespace sekisho::outbound {
namespace {

Transaction full() {
    Transaction out{.at = 1'800'000'000,
                    .account = "anna@example.com",
                    .client = "2001:db8::1",
                    .sender = "anna@example.com",
                    .from_address = "anna@example.com",
                    .from_name = hash_of("Anna"),
                    .helo = hash_of("[192.0.2.1]"),
                    .helo_literal = true,
                    .novelty = Novelty{.fresh = 12, .network = true, .from = true},
                    .rejected = 3,
                    .deferred = 300,
                    .contents = {1, 0xffffffffffffffff},
                    .harm = Harm::suspicious,
                    .outcome = Outcome::deferred};
    for (std::uint64_t i = 0; i < 200; ++i)
        out.recipients.push_back({hash_of(i, 0), static_cast<std::uint32_t>(i)});
    return out;
}

TEST(Transactions, AreReadAsTheyWereWritten) {
    Transaction of_a_group = full();
    of_a_group.group = "@sales";
    for (const Transaction& transaction : {Transaction{}, full(), of_a_group}) {
        const auto again = decode_transaction(base::as_bytes(encode(transaction)));
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(*again, transaction);
    }
}

TEST(Transactions, AreBounded) {
    Transaction large = full();
    large.sender.assign(5'000, 'a');
    large.recipients.resize(20'000);
    large.contents.resize(100);
    const auto again = decode_transaction(base::as_bytes(encode(large)));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->sender.size(), Transaction::max_text);
    EXPECT_EQ(again->recipients.size(), Transaction::max_recipients);
    EXPECT_EQ(again->contents.size(), Transaction::max_contents);
}

TEST(Transactions, CutShortAreNone) {
    const std::string whole = encode(full());
    for (std::size_t i = 0; i < whole.size(); ++i)
        EXPECT_FALSE(decode_transaction(base::as_bytes(std::string_view(whole).substr(0, i)))) << i;
    EXPECT_FALSE(decode_transaction(base::as_bytes(whole + "x")));
}

TEST(Transactions, Flipped) {
    std::mt19937 random(3);
    const std::string whole = encode(full());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string bad = whole;
        bad[i] = static_cast<char>(random());
        const auto read = decode_transaction(base::as_bytes(bad));
        if (!read) continue;
        EXPECT_LE(read->recipients.size(), Transaction::max_recipients);
        EXPECT_TRUE(decode_transaction(base::as_bytes(encode(*read))));
    }
}

}  // namespace
}  // namespace sekisho::outbound
