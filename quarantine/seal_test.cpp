#include "quarantine/seal.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/hash.h"
#include "quarantine/files.h"

namespace sekisho::quarantine {
namespace {

std::string secret_of(char first) {
    std::string out;
    for (int i = 0; i < 32; ++i)
        out += static_cast<char>(first + i);
    return out;
}

class SealTest : public testing::Test {
protected:
    std::unique_ptr<Seal> seal_ = Seal::create(base::as_bytes(secret_of(0))).value();
    std::string name_ = seal_->name("what it stands for");

    bool opens(std::string_view sealed, std::string_view name) const {
        return seal_->open(base::as_bytes(sealed), name).has_value();
    }
};

TEST_F(SealTest, OpensWhatItSealed) {
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 64U, 4'000U}) {
        const std::string plain(size, 'x');
        const std::string sealed = seal_->seal(plain, name_);
        EXPECT_EQ(sealed.size(), size + Seal::overhead);
        EXPECT_EQ(seal_->open(base::as_bytes(sealed), name_).value().view(), plain) << size;
    }
}

// Made with Python's cryptography (HKDF, HMAC and AESGCM of its own) from the secret 00 01 .. 1f: rows of one
// version must open in the next.
TEST_F(SealTest, OpensWhatAnotherProgramSealed) {
    EXPECT_EQ(base::hex(base::as_bytes(name_)),
              "56251f9883c0214d38e3b1d9aaaae7704de5ca0a07fcfc8ffef635f900371c49");
    const std::string sealed =
        bytes_of_hex(
            "016465666768696a6b6c6d6e6f15133124024340ffe147f982856b2e414c05985554c30eb6"
            "4ad0cb2aeed71afd5b")
            .value();
    EXPECT_EQ(seal_->open(base::as_bytes(sealed), name_).value().view(), "開けゴマ 2026");
}

TEST_F(SealTest, NoTwoAreAlike) {
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i)
        EXPECT_TRUE(seen.insert(seal_->seal("same", name_).substr(1, 12)).second);
}

TEST_F(SealTest, OpensUnderItsNameAndKeyAlone) {
    const std::string sealed = seal_->seal("secret", name_);
    EXPECT_TRUE(opens(sealed, name_));
    EXPECT_FALSE(opens(sealed, seal_->name("another")));
    EXPECT_FALSE(opens(sealed, ""));
    EXPECT_FALSE(opens(sealed, name_ + '\0'));
    const auto other = Seal::create(base::as_bytes(secret_of(1))).value();
    EXPECT_NE(other->name("what it stands for"), name_);
    EXPECT_FALSE(other->open(base::as_bytes(sealed), name_));
}

TEST_F(SealTest, EveryBitAndEveryByteCounts) {
    const std::string sealed = seal_->seal("a password of some length", name_);
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        std::string bent = sealed;
        bent[bit / 8] = static_cast<char>(bent[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_FALSE(opens(bent, name_)) << bit;
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        EXPECT_FALSE(opens(sealed.substr(0, size), name_)) << size;
    EXPECT_FALSE(opens(sealed + "x", name_));
    EXPECT_FALSE(opens(std::string((1U << 20) + 1, '\x01'), name_));
}

TEST_F(SealTest, RandomBytesDoNotOpen) {
    std::mt19937 random(11);
    for (int i = 0; i < 5'000; ++i) {
        std::string junk(random() % 100, '\0');
        for (char& c : junk)
            c = static_cast<char>(random());
        if (!junk.empty()) junk[0] = 1;
        EXPECT_FALSE(opens(junk, name_));
    }
}

TEST_F(SealTest, AShortSecretIsRefused) {
    EXPECT_EQ(Seal::create(base::as_bytes(std::string_view("short"))).error().cause, base::Cause::invalid);
    EXPECT_FALSE(Seal::create({}));
}

TEST(Secret, IsAValue) {
    Secret a("one");
    Secret b(a);
    EXPECT_EQ(a, b);
    b = Secret("a longer one that does not fit in place");
    EXPECT_EQ(b.view(), "a longer one that does not fit in place");
    EXPECT_EQ(a.view(), "one");
    const Secret& same = b;
    b = same;
    EXPECT_EQ(b.view(), "a longer one that does not fit in place");
    b = a;
    EXPECT_EQ(b, a);
    EXPECT_EQ(Secret().view(), "");
}

}  // namespace
}  // namespace sekisho::quarantine
