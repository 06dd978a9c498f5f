#include "scanner/text/openpgp.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "scanner/text/formats.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::text {
namespace {

using namespace std::string_literals;

// Session key for a public key, then encrypted data. Random-looking bytes, no key of anybody.
std::string encrypted_packets() {
    return "\x84\x0E\x03"s + "12345678\x01\x00\x08"s + "\x5A\x5A"s + "\xD2\x10\x01" + std::string(15, 'e');
}
std::string password_packets() {
    return "\x8C\x0D\x04\x09\x03\x08"s + "saltsalt\xE0"s + "\xD2\x08\x01zzzzzzz";
}

std::string armoured(const std::string& what, const std::string& packets, const std::string& end = "\r\n") {
    return "-----BEGIN PGP " + what + "-----" + end + "Version: 1" + end + end +
           base::base64_encode(base::as_bytes(packets)) + end + "=AAAA" + end + "-----END PGP " + what +
           "-----" + end;
}
std::string message() { return armoured("MESSAGE", encrypted_packets()); }

struct Case {
    std::string name;
    std::string text;
    PgpKind kind;
};
class OpenPgp : public testing::TestWithParam<Case> {};
TEST_P(OpenPgp, IsTold) { EXPECT_EQ(find_pgp_message(GetParam().text), GetParam().kind); }

INSTANTIATE_TEST_SUITE_P(
    Texts, OpenPgp,
    testing::Values(
        Case{"message", message(), PgpKind::locked},
        Case{"behind_text", "Hello,\r\n\r\n" + message(), PgpKind::locked},
        Case{"password", armoured("MESSAGE", password_packets(), "\n"), PgpKind::locked},
        Case{"no_header_lines",
             "-----BEGIN PGP MESSAGE-----\n" + base::base64_encode(base::as_bytes(encrypted_packets())),
             PgpKind::locked},
        Case{"first_of_two", armoured("MESSAGE, PART 1/2", encrypted_packets()), PgpKind::locked},
        Case{"compressed", armoured("MESSAGE", "\xA3\x01xxxx"), PgpKind::wrapped},
        Case{"one_pass_signature", armoured("MESSAGE", "\x90\x0D\x03yyyy"s), PgpKind::wrapped},
        Case{"signature", armoured("SIGNATURE", "\x89\x01\x33xxxx"), PgpKind::none},
        Case{"public_key", armoured("PUBLIC KEY BLOCK", "\x99\x01\x0Dxxxx"), PgpKind::none},
        Case{"signed_in_the_clear",
             "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nHello\r\n" +
                 armoured("SIGNATURE", "\x89\x01\x33xxxx"),
             PgpKind::none},
        Case{"quoted", "> -----BEGIN PGP MESSAGE-----\n>\n> hQEM\n", PgpKind::none},
        Case{"manual", "It begins with\n-----BEGIN PGP MESSAGE-----\n and ends with another line.\n",
             PgpKind::none},
        Case{"behind_a_manual", "-----BEGIN PGP MESSAGE-----\n...\n" + message(), PgpKind::locked},
        Case{"cut", "-----BEGIN PGP MESSAGE-----", PgpKind::none}, Case{"empty", "", PgpKind::none}),
    [](const auto& info) { return info.param.name; });

std::string finding_of(const Format& format, const std::string& bytes) {
    Part part;
    part.bytes = base::as_bytes(bytes);
    part.type = format.type;
    Findings findings(10);
    format.inspect(part, findings);
    return findings.all().empty() ? "" : findings.all()[0].id;
}

TEST(OpenPgpFormat, EveryTextIsLookedAt) {
    EXPECT_GT(pgp_format.recognise(base::as_bytes(message()), ""),
              plain_format.recognise(base::as_bytes(message()), ""));
    EXPECT_EQ(finding_of(pgp_format, message()), "mime.encrypted.unopened");
    EXPECT_EQ(finding_of(plain_format, "Hello\n" + message()), "mime.encrypted.unopened");
    EXPECT_EQ(finding_of(plain_format, armoured("MESSAGE", "\xA3\x01xxxx")), "mime.signed.unread");
    EXPECT_EQ(finding_of(pgp_format, armoured("PUBLIC KEY BLOCK", "\x99\x01\x0Dxxxx")), "");
    const std::string html = "<p>Hello</p><div>-----BEGIN PGP MESSAGE-----<br><br>" +
                             base::base64_encode(base::as_bytes(encrypted_packets())) + "<br></div>";
    Part part;
    part.bytes = base::as_bytes(html);
    part.type = "text/html";
    Findings findings(10);
    inspect_text(part, findings);
    EXPECT_TRUE(findings.has("mime.encrypted.unopened"));
}

TEST(OpenPgpFormat, BinaryMessagesNeedTwoPackets) {
    const auto kind = [](const std::string& bytes, std::string_view name = "a.dat") {
        return binary_pgp_kind(base::as_bytes(bytes), name);
    };
    EXPECT_EQ(kind(encrypted_packets()), PgpKind::locked);
    EXPECT_EQ(kind(password_packets()), PgpKind::locked);
    EXPECT_EQ(finding_of(pgp_binary_format, encrypted_packets()), "mime.encrypted.unopened");
    EXPECT_EQ(kind("\x84\x0E\x03"s + "12345678\x01\x00\x08\x5A\x5A"s + "xx"), PgpKind::none);
    EXPECT_EQ(kind("\x84\x0E\x02"s + "12345678\x01\x00\x08\x5A\x5A"s + "\xD2\x10"), PgpKind::none);
    EXPECT_EQ(kind("\x99\x01\x0D" + std::string(300, 'k')), PgpKind::none);
    EXPECT_EQ(kind("\x86\xFF\xFF\xFF\xFF\x03"s), PgpKind::none);
    EXPECT_EQ(kind(""), PgpKind::none);
    // Signed or compressed: one byte says too little without a name.
    EXPECT_EQ(kind("\xA3\x01xxxx"), PgpKind::none);
    EXPECT_EQ(kind("\xA3\x01xxxx", "letter.GPG"), PgpKind::wrapped);
    EXPECT_EQ(kind("\x90\x0D\x03yyyy", "letter.pgp"), PgpKind::wrapped);
    EXPECT_EQ(kind("\x99\x01\x0Dxxxx", "key.gpg"), PgpKind::none);
    EXPECT_EQ(kind("\x89\x01\x33xxxx", "letter.gpg"), PgpKind::none);  // a detached signature
}

TEST(OpenPgpProperty, CutsAndFlipsAreRead) {
    for (const std::string& bytes : {message(), encrypted_packets(), password_packets()}) {
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            (void)find_pgp_message(bytes.substr(0, size));
            (void)binary_pgp_kind(base::as_bytes(bytes.substr(0, size)), "a.gpg");
        }
        for (std::uint32_t seed = 1; seed <= 500; ++seed) {
            const std::string damaged = fixtures::mutate(bytes, seed);
            (void)find_pgp_message(damaged);
            (void)binary_pgp_kind(base::as_bytes(damaged), "");
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::text
