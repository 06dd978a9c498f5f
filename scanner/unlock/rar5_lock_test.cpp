#include "scanner/unlock/rar5_lock.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <span>

#include "base/hash.h"

namespace sekisho::scanner::unlock {
namespace {

std::string pbkdf2(const std::string& password, const std::string& salt, int rounds) {
    std::string out(32, '\0');
    PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                      reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()),
                      rounds, EVP_sha256(), 32, reinterpret_cast<unsigned char*>(out.data()));
    return out;
}

// libcrypto's own derivation, once for each of the three numbers of rounds.
TEST(Rar5Lock, DerivesWhatLibcryptoDoes) {
    const std::string salt = "0123456789abcdef";
    for (const std::string& password :
         {std::string("password"), std::string(), std::string("\xE7\xA7\x98\xE5\xAF\x86"),
          std::string(64, 'x'), std::string(65, 'y'), std::string(127, 'z')}) {
        for (const int log2_rounds : {0, 1, 5, 15}) {
            const RarLock lock{.cipher = RarCipher::rar5,
                               .salt = salt,
                               .log2_rounds = static_cast<std::uint8_t>(log2_rounds)};
            const RarKey key = derive_rar5_key(lock, password);
            const int rounds = 1 << log2_rounds;
            EXPECT_EQ(key.cipher, pbkdf2(password, salt, rounds)) << password << rounds;
            EXPECT_EQ(key.hash, pbkdf2(password, salt, rounds + 16)) << password << rounds;
            const std::string folded = pbkdf2(password, salt, rounds + 32);
            for (std::size_t i = 0; i < 8; ++i)
                EXPECT_EQ(key.check[i], folded[i] ^ folded[i + 8] ^ folded[i + 16] ^ folded[i + 24]);
        }
    }
}

TEST(Rar5Lock, PricesAnyNumberOfRounds) {
    std::uint64_t last = 0;
    for (unsigned log2_rounds = 0; log2_rounds < 256; ++log2_rounds) {
        const std::uint64_t price = rar5_price(static_cast<std::uint8_t>(log2_rounds)).microseconds;
        EXPECT_GE(price, last) << log2_rounds;
        last = price;
    }
    EXPECT_GT(rar5_price(24).microseconds, 2'000'000u);
}

TEST(Rar5Lock, BelievesACheckWhoseChecksumHolds) {
    std::string stored = "12345678";
    const auto digest = base::sha256(base::as_bytes(stored));
    stored += base::as_text(std::as_bytes(std::span(digest)).first(4));
    EXPECT_EQ(rar5_check_of(base::as_bytes(stored)), "12345678");
    for (std::size_t i = 0; i < stored.size(); ++i) {
        std::string bent = stored;
        bent[i] = static_cast<char>(bent[i] ^ 0x10);
        EXPECT_EQ(rar5_check_of(base::as_bytes(bent)), "") << i;
    }
    EXPECT_EQ(rar5_check_of(base::as_bytes(stored).first(11)), "");
}

}  // namespace
}  // namespace sekisho::scanner::unlock
