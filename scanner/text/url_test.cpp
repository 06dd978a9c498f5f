#include "scanner/text/url.h"

#include <gtest/gtest.h>

#include <random>

#include "scanner/text/host_names.h"

namespace sekisho::scanner::text {
namespace {

struct Case {
    const char* name;
    std::string raw;
    std::string text;  // empty: no link
    HostKind kind = HostKind::name;
};
class Urls : public testing::TestWithParam<Case> {};
TEST_P(Urls, AreUnderstood) {
    const auto url = parse_url(GetParam().raw);
    EXPECT_EQ(url ? url->text() : "", GetParam().text);
    if (url) {
        EXPECT_EQ(url->kind, GetParam().kind);
    }
}
INSTANTIATE_TEST_SUITE_P(
    Cases, Urls,
    testing::Values(
        Case{"plain", "https://Example.COM/A?b=c#d", "https://example.com/A?b=c"},
        Case{"no_path", "http://example.com", "http://example.com"},
        Case{"disarmed", "hxxps://example[.]com/a", "https://example.com/a"},
        Case{"disarmed_colon", "hxxp[:]//example(.)com[.]invalid", "http://example.com.invalid"},
        Case{"starred", "h**p://example.com", "http://example.com"},
        Case{"backslashes", "https:\\\\example.com\\a", "https://example.com/a"},
        Case{"json", "https:\\/\\/example.com\\/a", "https://example.com/a"},
        Case{"one_slash", "https:/example.com/a", "https://example.com/a"},
        Case{"tabs", "ht\ttps://exa\r\nmple.com", "https://example.com"},
        Case{"without_scheme", "//example.com/a", "http://example.com/a"},
        Case{"percent_host", "http://ex%61mple%2ecom/", "http://example.com/"},
        Case{"full_width", "http://ｅｘａｍｐｌｅ．ｃｏｍ/", "http://example.com/"},
        Case{"ideographic_dot", "http://example。com/", "http://example.com/"},
        Case{"last_dot", "http://example.com./", "http://example.com/"},
        Case{"user", "https://www.bank.example@example.invalid/",
             "https://www.bank.example@example.invalid/"},
        Case{"port", "http://example.com:8080/a", "http://example.com:8080/a"},
        Case{"punycode", "http://xn--r8jz45g.jp/", "http://例え.jp/"},
        Case{"broken_punycode", "http://xn--a-\xE3.jp/", ""},
        Case{"punycode_that_is_none", "http://xn--99999999.jp/", "http://xn--99999999.jp/"},
        Case{"dotted", "http://192.0.2.7/", "http://192.0.2.7/", HostKind::address},
        Case{"hexadecimal", "http://0xC0000207/", "http://192.0.2.7/", HostKind::disguised},
        Case{"one_number", "http://3221225991/", "http://192.0.2.7/", HostKind::disguised},
        Case{"octal", "http://0300.0.02.07/", "http://192.0.2.7/", HostKind::disguised},
        Case{"two_parts", "http://192.519/", "http://192.0.2.7/", HostKind::disguised},
        Case{"mixed_parts", "http://0xc0.0.0x2.7/", "http://192.0.2.7/", HostKind::disguised},
        Case{"padded", "http://192.000.002.007/", "http://192.0.2.7/", HostKind::address},
        Case{"private_one", "http://192.168.1.1/", "http://192.168.1.1/", HostKind::private_address},
        Case{"private_in_hexadecimal", "http://0x7f.1/", "http://127.0.0.1/", HostKind::private_address},
        Case{"too_large", "http://4294967296/", "http://4294967296/"},
        Case{"ipv6", "http://[2001:db8::1]:80/a", "http://[2001:db8::1]:80/a", HostKind::address},
        Case{"ipv6_local", "http://[fe80::1]/", "http://[fe80::1]/", HostKind::private_address},
        Case{"share", "\\\\server\\share\\a", "file://server/share/a"},
        Case{"share_over_ssl", "\\\\host@SSL\\DavWWWRoot\\a", "file://host:ssl/DavWWWRoot/a"},
        Case{"local_file", "file:///C:/a", "file:///C:/a"},
        Case{"share_by_outlook", "file:///\\\\server\\share", "file://server/share"},
        Case{"other_scheme", "ms-appinstaller:?source=https://example.invalid/a",
             "ms-appinstaller:?source=https://example.invalid/a"},
        Case{"no_scheme", "example.com", ""}, Case{"no_host", "http:///", ""},
        Case{"blank_in_host", "http://a b/", ""}, Case{"empty", "", ""}, Case{"colon", ":", ""}),
    [](const auto& info) { return info.param.name; });

struct Way {
    const char* name;
    std::string url;
    std::string target;  // empty: none
    bool open = false;
};
class Redirects : public testing::TestWithParam<Way> {};
TEST_P(Redirects, AreTakenOff) {
    const auto url = parse_url(GetParam().url);
    ASSERT_TRUE(url);
    const auto found = redirect_of(*url);
    EXPECT_EQ(found ? found->target.text() : "", GetParam().target);
    EXPECT_EQ(found && found->is_open, GetParam().open);
}
INSTANTIATE_TEST_SUITE_P(
    Cases, Redirects,
    testing::Values(Way{"google", "https://www.google.com/url?sa=t&q=https://example.invalid/a&x=1",
                        "https://example.invalid/a", true},
                    Way{"safe_links",
                        "https://eur01.safelinks.protection.outlook.com/"
                        "?url=https%3A%2F%2Fexample.invalid%2Fa%3Fb%3Dc&data=x",
                        "https://example.invalid/a?b=c"},
                    Way{"url_defense_2",
                        "https://urldefense.proofpoint.com/v2/url?u=https-3A__example.invalid_a&d=x",
                        "https://example.invalid/a"},
                    Way{"url_defense_3", "https://urldefense.com/v3/__https://example.invalid/a__;!!x!y$",
                        "https://example.invalid/a"},
                    Way{"tracker", "https://t.example.com/c?id=1&url=http%3A%2F%2Fexample.invalid",
                        "http://example.invalid"},
                    Way{"itself", "https://example.com/login?next=https://example.com/a", ""},
                    Way{"none", "https://example.com/?q=http", ""}),
    [](const auto& info) { return info.param.name; });

TEST(ShownUrl, WhatPeopleWouldCallALink) {
    const auto host = [](std::string_view shown) {
        const auto url = parse_shown_url(shown);
        return url ? url->host : std::string();
    };
    EXPECT_EQ(host("https://example.com/a"), "example.com");
    EXPECT_EQ(host(" www.Example.com "), "www.example.com");
    EXPECT_EQ(host("example.co.jp/a"), "example.co.jp");
    for (const std::string_view text : {"Invoice.doc", "report.zip", "here", "a@example.com", "1.5",
                                        "jquery.js", "See example.com", "...", "e.g.", "Version 2.0.jp x"})
        EXPECT_EQ(host(text), "") << text;
}

TEST(MixedLetters, LooksLikeLatinAndIsNot) {
    EXPECT_TRUE(has_mixed_letters("аpple.com"));                                    // Cyrillic а
    EXPECT_TRUE(has_mixed_letters(parse_url("http://xn--80ak6aa92e.com/")->host));  // аррӏе, 2017
    EXPECT_TRUE(has_mixed_letters("gοogle.com"));                                   // Greek ο
    for (const std::string_view host : {"example.com", "münchen.de", "例え.jp", "ローマroma.jp", "пример.рф",
                                        "правительство.рф", "россия.com", "ελλάδα.gr", ""})
        EXPECT_FALSE(has_mixed_letters(host)) << host;
}

TEST(UrlProperty, RandomLinksAreBounded) {
    constexpr std::array<std::string_view, 20> pieces{"http",      "://", ":",   "/",   "\\",   "@", "xn--",
                                                      "a",         ".",   "0x7", "%41", "%",    "[", "]",
                                                      "?url=http", "&",   "#",   "あ",  "\xFF", "\t"};
    std::mt19937 random(23);
    for (int round = 0; round < 5'000; ++round) {
        std::string raw;
        for (int i = 0; i < 20; ++i)
            raw += pieces.at(random() % pieces.size());
        const auto url = parse_url(raw);
        if (!url) continue;
        EXPECT_LE(url->text().size(), 4 * raw.size() + 64);
        (void)redirect_of(*url);
        (void)has_mixed_letters(url->host);
    }
    EXPECT_LE(parse_url("http://example.com/" + std::string(1u << 20, 'a'))->text().size(), max_link);
}

}  // namespace
}  // namespace sekisho::scanner::text
