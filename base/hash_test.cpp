#include "base/hash.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace sekisho::base {
namespace {

TEST(Sha256, KnowsPublishedVectors) {  // FIPS 180-2
    EXPECT_EQ(hex(sha256(as_bytes("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256Stream stream;
    stream.update(as_bytes("a"));
    stream.update(as_bytes("bc"));
    EXPECT_EQ(stream.finish(), sha256(as_bytes("abc")));
}

TEST(Hmac, KnowsPublishedVectors) {  // RFC 4231, case 2
    EXPECT_EQ(hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(EqualSecret, ComparesBytesAndLengths) {
    EXPECT_TRUE(equal_secret(as_bytes("ab"), as_bytes("ab")));
    EXPECT_FALSE(equal_secret(as_bytes("ab"), as_bytes("ac")));
    EXPECT_FALSE(equal_secret(as_bytes("ab"), as_bytes("abc")));
}

TEST(RandomBytes, DifferEachTime) { EXPECT_NE(random_bytes(16), random_bytes(16)); }

TEST(Base64, KnowsPublishedVectors) {  // RFC 4648 section 10
    EXPECT_EQ(base64_encode(as_bytes("")), "");
    EXPECT_EQ(base64_encode(as_bytes("f")), "Zg==");
    EXPECT_EQ(base64_encode(as_bytes("fo")), "Zm8=");
    EXPECT_EQ(base64_encode(as_bytes("foobar")), "Zm9vYmFy");
    EXPECT_EQ(base64url_encode(as_bytes("\xFF\xFE")), "__4");
    EXPECT_EQ(base64_decode("Zm8=").value(), "fo");
    EXPECT_EQ(base64url_decode("__4").value(), "\xFF\xFE");
}

TEST(Base64, IsStrict) {
    for (const char* bad : {"Z", "Zg", "Zg=", "Zg=a", "Zh==", "Z g=", "===="}) {
        EXPECT_FALSE(base64_decode(bad)) << bad;
    }
    EXPECT_FALSE(base64url_decode("a"));
    EXPECT_FALSE(base64url_decode("_/_"));
}

}  // namespace
}  // namespace sekisho::base
