#include "scanner/unlock/rar3_lock.h"

#include <gtest/gtest.h>

#include "base/charset.h"
#include "base/hash.h"

namespace sekisho::scanner::unlock {
namespace {

std::string hex(const std::string& bytes) { return base::hex(base::as_bytes(bytes)); }

RarKey key_of(const std::string& password, const std::string& salt, bool sound_hash = false) {
    const RarLock lock{.cipher = RarCipher::rar3, .salt = salt, .sound_hash = sound_hash};
    return derive_rar3_key(lock, base::from_utf8(password, "utf-16le").value());
}

struct Vector {
    std::string password;
    std::string salt;
    const char* key;
    const char* iv;
};

// What rarfile (markokr/rarfile 4.x) derives, from its test suite and that of archivey. Passwords of more
// than 28 characters are hashed in the way of RAR 3 alone.
TEST(Rar3Lock, DerivesWhatRarfileDoes) {
    const std::string counted("\0\1\2\3\4\5\6\7", 8);
    const Vector vectors[] = {
        {"password", std::string("\0\xFF\0", 3), "a160cb31cb262e9231c0b6fc984fbb0d",
         "aa54a659fb0c359b30f353a6343fb11d"},
        {std::string(28, 'p'), "\x11\x22\x33\x44\x55\x66\x77\x88", "ffff33ffaf31987c899ccc2f965a8927",
         "bdff6873721b247afa4f978448a5aeef"},
        {std::string(29, 'p'), "\x11\x22\x33\x44\x55\x66\x77\x88", "306cafde28f1ea78c9427c3ec642c0db",
         "173ecdf574c0bfe9e7c23bdfd96fa435"},
        {std::string(40, 'x'), counted, "548d90a03d1323e2dbb745ea3cb7edd8",
         "6cd51fd9a536aebc2b6749963f02c501"},
    };
    for (const Vector& vector : vectors) {
        const RarKey key = key_of(vector.password, vector.salt);
        EXPECT_EQ(hex(key.cipher), vector.key) << vector.password;
        EXPECT_EQ(hex(key.iv), vector.iv) << vector.password;
    }
}

TEST(Rar3Lock, HashesSoundlyWhereTheVersionDoes) {
    const std::string salt = "saltsalt";
    EXPECT_EQ(key_of("short", salt).cipher, key_of("short", salt, true).cipher);
    EXPECT_NE(key_of(std::string(40, 'x'), salt).cipher, key_of(std::string(40, 'x'), salt, true).cipher);
}

TEST(Rar3Lock, CostsMoreWithLongPasswords) {
    EXPECT_EQ(rar3_price(0).microseconds, rar3_price(32).microseconds);
    EXPECT_GT(rar3_price(256).microseconds, 10 * rar3_price(32).microseconds);
    EXPECT_FALSE(rar3_price(8).numbers);
}

}  // namespace
}  // namespace sekisho::scanner::unlock
