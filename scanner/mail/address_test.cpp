#include "scanner/mail/address.h"

#include <gtest/gtest.h>

#include <random>

namespace sekisho::scanner::mail {
namespace {

struct Field {
    const char* name;
    std::string value;
    std::string shown;
    std::string address;
};

class Mailboxes : public testing::TestWithParam<Field> {};

TEST_P(Mailboxes, AreReadAsMailClientsReadThem) {
    const Mailbox box = first_mailbox(GetParam().value);
    EXPECT_EQ(box.name, GetParam().shown);
    EXPECT_EQ(box.address, GetParam().address);
}

// The first five are of RFC 5322, appendix A.1; the Emotet ones have the form that Unit 42 published.
INSTANTIATE_TEST_SUITE_P(
    Fields, Mailboxes,
    testing::Values(
        Field{"Phrase", "John Doe <jdoe@machine.example>", "John Doe", "jdoe@machine.example"},
        Field{"Quoted", R"("Joe Q. Public" <john.q.public@example.com>)", "Joe Q. Public",
              "john.q.public@example.com"},
        Field{"Bare", "jdoe@example.org", "", "jdoe@example.org"},
        Field{"Angle", "<boss@nil.test>", "", "boss@nil.test"},
        Field{"Escaped", R"("Giant; \"Big\" Box" <sysservices@example.net>)", R"(Giant; "Big" Box)",
              "sysservices@example.net"},
        Field{"Comment", "pete@silly.example (Pete)", "Pete", "pete@silly.example"},
        Field{"TwoOfThem", "Ann <ann@example.com>, Bob <bob@example.org>", "Ann", "ann@example.com"},
        Field{"CommaInQuotes", R"("Doe, John" <jdoe@example.com>)", "Doe, John", "jdoe@example.com"},
        Field{"EncodedWord", "=?UTF-8?B?5qSc5p+7IOWkqumDjg==?= <taro@example.co.jp>", "検査 太郎",
              "taro@example.co.jp"},
        Field{"EncodedWordInQuotes", R"("=?UTF-8?B?5qSc5p+7?=" <taro@example.co.jp>)", "検査",
              "taro@example.co.jp"},
        Field{"EmotetAddressInName", R"("Known Partner <partner@example.org>" <stolen@example.net>)",
              "Known Partner <partner@example.org>", "stolen@example.net"},
        Field{"EmotetDoubledQuotes", R"(""Known Partner"" <stolen@example.net>)", "Known Partner",
              "stolen@example.net"},
        Field{"QuoteThatDoesNotEnd", R"("Known Partner <stolen@example.net>)", "Known Partner",
              "stolen@example.net"},
        Field{"AddressAsName", "info@example.org <stolen@example.net>", "info@example.org",
              "stolen@example.net"},
        Field{"Capitals", "Ann <Ann@Example.COM>", "Ann", "ann@example.com"},
        Field{"NoAddress", "undisclosed-recipients:;", "", ""}, Field{"Nothing", "", "", ""}),
    [](const auto& info) { return info.param.name; });

TEST(Addresses, AreFoundInTexts) {
    const auto found =
        addresses_in("Ann (ann@example.com), <bob.b@EXAMPLE.org>. @alone x@ y@nodot a@b.example.", 10);
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].address, "ann@example.com");
    EXPECT_EQ(found[0].begin, 5u);
    EXPECT_EQ(found[1].address, "bob.b@example.org");
    EXPECT_EQ(found[2].address, "a@b.example");
    EXPECT_EQ(addresses_in("a@b.example c@d.example", 1).size(), 1u);
}

TEST(Names, AreComparedAsPeopleDo) {
    EXPECT_EQ(squeezed("山田　太郎"), squeezed("山田太郎"));
    EXPECT_EQ(squeezed("ＡＢＣ Corp."), squeezed("abc corp"));
    EXPECT_EQ(sorted_words("Yamada, Taro"), sorted_words("Taro YAMADA"));
    EXPECT_EQ(sorted_words("Taro"), "");
    EXPECT_NE(squeezed("Ann"), squeezed("Anna"));
}

TEST(Addresses, AnyBytesAreRead) {
    std::mt19937 random(20260303);  // NOLINT: the same run each time
    const std::string letters = "a@.<>\"\\(),; \xE3\x80";
    for (int i = 0; i < 3'000; ++i) {
        std::string value;
        for (std::size_t n = random() % 60; n > 0; --n)
            value += letters[random() % letters.size()];
        const Mailbox box = first_mailbox(value);
        EXPECT_TRUE(box.address.empty() || box.address.find('@') != std::string::npos) << value;
        EXPECT_LE(addresses_in(value, 3).size(), 3u);
        (void)squeezed(value);
    }
}

}  // namespace
}  // namespace sekisho::scanner::mail
