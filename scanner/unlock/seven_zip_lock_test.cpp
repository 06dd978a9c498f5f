#include "scanner/unlock/seven_zip_lock.h"

#include <gtest/gtest.h>

#include <string>

#include "base/hash.h"

namespace sekisho::scanner::unlock {
namespace {

std::string bytes_of(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return out;
}

std::string hex_of(const SevenZipKey& key) { return base::hex(std::as_bytes(std::span(key))); }

base::Result<SevenZipLock> read(std::string_view hex) {
    const std::string properties = bytes_of(hex);
    return SevenZipLock::read(base::as_bytes(properties));
}

TEST(SevenZipLock, ReadsProperties) {
    struct Case {
        const char* name;
        const char* properties;
        unsigned power;
        std::size_t salt;
        const char* iv;
    };
    const Case cases[] = {
        {"as 7zz 26.02 writes it", "530f8702dbf92e8fed051d3a8441f695ad3c", 19, 0,
         "8702dbf92e8fed051d3a8441f695ad3c"},
        {"IV of eight bytes", "53070102030405060708", 19, 0, "01020304050607080000000000000000"},
        {"salt and IV", "c8ffa1a2a3a4a5a6a7a8a9aaabacadaeafb0101112131415161718191a1b1c1d1e1f", 8, 16,
         "101112131415161718191a1b1c1d1e1f"},
        {"salt alone", "8a10a1a2", 10, 2, "00000000000000000000000000000000"},
        {"neither", "13", 19, 0, "00000000000000000000000000000000"},
        {"no hashing", "3f", 63, 0, "00000000000000000000000000000000"},
    };
    for (const Case& row : cases) {
        SCOPED_TRACE(row.name);
        const auto lock = read(row.properties);
        ASSERT_TRUE(lock);
        EXPECT_EQ(lock->derivation.cycles_power, row.power);
        EXPECT_EQ(lock->derivation.salt.size(), row.salt);
        EXPECT_EQ(base::hex(std::as_bytes(std::span(lock->iv))), row.iv);
    }
}

TEST(SevenZipLock, RefusesOtherProperties) {
    for (const char* properties : {"", "53", "530f", "530f8702dbf92e8fed051d3a8441f695ad", "80f0a1",
                                   "530f8702dbf92e8fed051d3a8441f695ad3c00"}) {
        EXPECT_FALSE(read(properties)) << properties;
    }
}

// What the derivation is: one SHA-256 over every round's salt, password and counter.
std::string long_way(const SevenZipDerivation& derivation, const std::string& password) {
    std::string all;
    for (std::uint64_t round = 0; round < std::uint64_t{1} << derivation.cycles_power; ++round) {
        all += derivation.salt + password;
        for (unsigned byte = 0; byte < 8; ++byte)
            all.push_back(static_cast<char>(round >> (8 * byte)));
    }
    return base::hex(base::sha256(base::as_bytes(all)));
}

TEST(SevenZipLock, DerivesKeys) {
    const std::string password("s\0e\0c\0r\0e\0t\0", 12);
    for (const unsigned power : {0u, 1u, 5u, 6u, 7u, 13u}) {
        for (const char* salt : {"", "0123456789abcdef"}) {
            for (const std::string& word : {std::string(), password, std::string(256, 'x')}) {
                const SevenZipDerivation derivation{power, salt};
                EXPECT_EQ(hex_of(derive_key(derivation, word)), long_way(derivation, word)) << power;
            }
        }
    }
    const SevenZipDerivation plain{SevenZipDerivation::no_hashing, "salt"};
    EXPECT_EQ(hex_of(derive_key(plain, password)), "73616c74730065006300720065007400" + std::string(32, '0'));
    EXPECT_EQ(
        hex_of(derive_key(plain, std::string(40, 'x'))), "73616c74" + [] {
            std::string rest;
            for (int i = 0; i < 28; ++i)
                rest += "78";
            return rest;
        }());
}

TEST(SevenZipLock, PricesRounds) {
    constexpr std::uint64_t most = 2'000'000;  // max_kdf_ms of the default limits
    EXPECT_LT(price_of({19, ""}, 16).microseconds, 100'000u);
    EXPECT_GT(price_of({19, ""}, 16).microseconds, 10'000u);
    EXPECT_GT(price_of({19, "0123456789abcdef"}, 256).microseconds, price_of({19, ""}, 16).microseconds);
    EXPECT_GT(price_of({24, ""}, 32).microseconds, most);
    for (const unsigned power : {25u, 40u, 41u, 61u, 62u})
        EXPECT_GT(price_of({power, std::string(16, 's')}, 256).microseconds, most) << power;
    EXPECT_LE(price_of({0, ""}, 32).microseconds, 1u);
    EXPECT_LE(price_of({SevenZipDerivation::no_hashing, ""}, 32).microseconds, 1u);
}

// NIST SP 800-38A, F.2.6.
TEST(SevenZipLock, DecryptsTestVector) {
    SevenZipKey key{};
    std::array<std::uint8_t, 16> iv{};
    std::ranges::copy(bytes_of("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
                      key.begin());
    std::ranges::copy(bytes_of("000102030405060708090a0b0c0d0e0f"), iv.begin());
    const std::string ciphertext = bytes_of(
        "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
        "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b");
    SevenZipPlain plain(base::as_bytes(ciphertext), key, iv);
    EXPECT_EQ(base::hex(plain.next()),
              "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
              "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
    EXPECT_TRUE(plain.next().empty());
}

TEST(SevenZipLock, DecryptsPieceByPiece) {
    const SevenZipKey key{1, 2, 3};
    const std::array<std::uint8_t, 16> iv{9};
    const std::string ciphertext(200'007, 'c');
    std::string whole;
    SevenZipPlain plain(base::as_bytes(ciphertext), key, iv);
    for (base::Bytes bytes = plain.next(); !bytes.empty(); bytes = plain.next())
        whole += base::as_text(bytes);
    EXPECT_EQ(whole.size(), 200'000u);  // the last block is not whole
    // Each block depends on the one before it alone: from the second on all are alike here.
    EXPECT_NE(whole.substr(0, 16), whole.substr(16, 16));
    for (std::size_t at = 32; at < whole.size(); at += 16)
        ASSERT_EQ(whole.substr(at, 16), whole.substr(16, 16)) << at;
    const std::string cut = ciphertext.substr(0, 15);
    EXPECT_TRUE(SevenZipPlain(base::as_bytes(cut), key, iv).next().empty());
}

TEST(SevenZipLock, DerivesEachKeyOnce) {
    SevenZipKeys keys("p");
    for (unsigned power = 0; power < 12; ++power) {
        const SevenZipDerivation derivation{power, "salt"};
        EXPECT_FALSE(keys.has(derivation));
        EXPECT_EQ(keys.key_for(derivation), derive_key(derivation, "p"));
        EXPECT_TRUE(keys.has(derivation));
        EXPECT_FALSE(keys.has({power, "other"}));
    }
}

}  // namespace
}  // namespace sekisho::scanner::unlock
