#include "scanner/unlock/zip_lock.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>

#include <random>
#include <string>
#include <vector>

#include "base/charset.h"
#include "scanner/unlock/winzip_aes.h"

// The encrypting side is written here after the specifications, with libcrypto's own PBKDF2, and shares no
// code with what it tests. Archives of independent programs are opened in containers/zip_test.cpp.
namespace sekisho::scanner::unlock {
namespace {

using Blob = std::vector<unsigned char>;

Blob bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Blob deflated(const Blob& plain) {
    z_stream z{};
    deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    Blob out(deflateBound(&z, plain.size()));
    z.next_in = const_cast<unsigned char*>(plain.data());
    z.avail_in = static_cast<uInt>(plain.size());
    z.next_out = out.data();
    z.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

std::uint32_t crc_of(const Blob& data) {
    return static_cast<std::uint32_t>(crc32(0, data.data(), static_cast<uInt>(data.size())));
}

struct Locked {
    Blob data;
    ZipLock lock;
    void bind() { lock.data = std::as_bytes(std::span(data)); }
};

Locked zip_crypto(std::string_view password, const Blob& plain, std::uint16_t method, bool streamed = false) {
    std::uint32_t k0 = 0x12345678, k1 = 0x23456789, k2 = 0x34567890;
    const z_crc_t* table = get_crc_table();
    const auto step = [&](std::uint32_t crc, unsigned c) {
        return static_cast<std::uint32_t>(table[(crc ^ c) & 0xFF]) ^ (crc >> 8);
    };
    const auto update = [&](unsigned c) {
        k0 = step(k0, c);
        k1 = (k1 + (k0 & 0xFF)) * 134775813 + 1;
        k2 = step(k2, k1 >> 24);
    };
    for (const char c : password)
        update(static_cast<unsigned char>(c));
    Locked out;
    out.lock.method = method;
    out.lock.crc = crc_of(plain);
    out.lock.dos_time = 0x5A21;
    out.lock.streamed = streamed;
    Blob clear = bytes_of("elevenbytes");
    clear.push_back(static_cast<unsigned char>(streamed ? 0x5A : out.lock.crc >> 24));
    const Blob body = method == 0 ? plain : deflated(plain);
    clear.insert(clear.end(), body.begin(), body.end());
    for (const unsigned char c : clear) {
        const std::uint32_t seed = (k2 & 0xFFFF) | 2;
        out.data.push_back(static_cast<unsigned char>(c ^ ((seed * (seed ^ 1)) >> 8)));
        update(c);
    }
    out.bind();
    return out;
}

Locked winzip_aes(std::string_view password, const Blob& plain, std::uint16_t method, std::uint8_t strength) {
    const std::size_t key = 8u + 8u * strength;
    Blob salt;
    for (std::size_t i = 0; i < key / 2; ++i)
        salt.push_back(static_cast<unsigned char>(17 * i + strength));
    Blob derived(2 * key + 2);
    PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                      static_cast<int>(salt.size()), 1'000, EVP_sha1(), static_cast<int>(derived.size()),
                      derived.data());
    Blob body = method == 0 ? plain : deflated(plain);
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    const EVP_CIPHER* cipher = strength == 1   ? EVP_aes_128_ecb()
                               : strength == 2 ? EVP_aes_192_ecb()
                                               : EVP_aes_256_ecb();
    EVP_EncryptInit_ex(context, cipher, nullptr, derived.data(), nullptr);
    for (std::size_t at = 0, number = 1; at < body.size(); at += 16, ++number) {
        unsigned char counter[16] = {};
        unsigned char stream[16];
        for (std::size_t i = 0; i < 8; ++i)
            counter[i] = static_cast<unsigned char>(number >> (8 * i));
        int size = 0;
        EVP_EncryptUpdate(context, stream, &size, counter, 16);
        for (std::size_t i = 0; i < 16 && at + i < body.size(); ++i)
            body[at + i] ^= stream[i];
    }
    EVP_CIPHER_CTX_free(context);
    unsigned char code[20];
    unsigned size = 0;
    HMAC(EVP_sha1(), derived.data() + key, static_cast<int>(key), body.data(), body.size(), code, &size);
    Locked out;
    out.data = salt;
    out.data.insert(out.data.end(), derived.end() - 2, derived.end());
    out.data.insert(out.data.end(), body.begin(), body.end());
    out.data.insert(out.data.end(), code, code + 10);
    out.lock.cipher = ZipCipher::winzip_aes;
    out.lock.strength = strength;
    out.lock.method = method;
    out.lock.has_crc = false;
    out.bind();
    return out;
}

Blob sample_plain() {
    Blob out;
    std::mt19937 random(3);
    for (int i = 0; i < 5'000; ++i)
        out.push_back(static_cast<unsigned char>('a' + random() % 20));
    return out;
}

Blob decrypted(const ZipLock& lock, std::string_view password) {
    auto plain = ZipPlain::open(lock, password);
    Blob out;
    if (!plain) return out;
    std::array<std::byte, 333> piece;
    for (std::size_t n = plain->read(piece); n > 0; n = plain->read(piece)) {
        for (std::size_t i = 0; i < n; ++i)
            out.push_back(std::to_integer<unsigned char>(piece[i]));
    }
    return out;
}

Passwords candidates(std::initializer_list<const char*> texts) {
    Passwords out;
    for (const char* text : texts)
        out.add({text, PasswordSource::keyword, "ja"});
    return out;
}

std::vector<std::pair<std::string, Locked>> all_kinds(std::string_view password) {
    std::vector<std::pair<std::string, Locked>> out;
    for (const std::uint16_t method : {std::uint16_t{0}, std::uint16_t{8}}) {
        out.emplace_back("zip crypto", zip_crypto(password, sample_plain(), method));
        out.emplace_back("zip crypto, streamed", zip_crypto(password, sample_plain(), method, true));
        for (std::uint8_t strength = 1; strength <= 3; ++strength)
            out.emplace_back("aes", winzip_aes(password, sample_plain(), method, strength));
    }
    for (auto& [name, locked] : out)
        locked.bind();
    return out;
}

TEST(ZipLock, TheRightPasswordOpensEveryKind) {
    for (const std::string password : {"4432", "x",
                                       "a rather long passphrase of more than sixty-four bytes, so "
                                       "that HMAC has to hash its key first"}) {
        for (auto& [name, locked] : all_kinds(password)) {
            SCOPED_TRACE(name);
            locked.bind();
            Budget budget({}, 1 << 20);
            EXPECT_EQ(fit_of(locked.lock, password, budget), Fit::exact);
            const Blob plain = sample_plain();
            EXPECT_EQ(decrypted(locked.lock, password), locked.lock.method == 0 ? plain : deflated(plain));
        }
    }
}

std::optional<Key> find_key(KeySearch& search, Budget& budget, const ZipLock& lock) {
    return search.find(price_of(lock), [&](std::string_view key) { return fit_of(lock, key, budget); });
}
std::optional<Key> find_key(const Passwords& passwords, Budget& budget, const ZipLock& lock) {
    KeySearch search(passwords, budget, PasswordBytes::utf8_or_cp932);
    return find_key(search, budget, lock);
}

TEST(ZipLock, WrongPasswordsDoNot) {
    for (auto& [name, locked] : all_kinds("4432")) {
        SCOPED_TRACE(name);
        locked.bind();
        Budget budget({}, 1 << 20);
        for (int i = 0; i < 600; ++i)
            EXPECT_EQ(fit_of(locked.lock, "wrong" + std::to_string(i), budget), Fit::no);
    }
}

TEST(ZipLock, VerifierAgreesWithLibcrypto) {
    for (std::uint8_t strength = 1; strength <= 3; ++strength) {
        Locked locked = winzip_aes("s3cret", bytes_of("x"), 0, strength);
        const auto parts = AesParts::split(locked.lock.data, strength);
        ASSERT_TRUE(parts);
        EXPECT_TRUE(verifier_fits(*parts, "s3cret"));
        EXPECT_FALSE(verifier_fits(*parts, "s3creT"));
        EXPECT_TRUE(code_fits(*parts, derive_keys(*parts, "s3cret")));
    }
}

TEST(ZipLock, FindsThePasswordAmongCandidates) {
    const Passwords passwords = candidates({"no", "neither", "Ab3-xyz", "last"});
    for (auto& [name, locked] : all_kinds("Ab3-xyz")) {
        locked.bind();
        Budget budget({}, 1 << 20);
        const auto found = find_key(passwords, budget, locked.lock);
        ASSERT_TRUE(found) << name;
        EXPECT_EQ(found->bytes, "Ab3-xyz");
        EXPECT_EQ(found->label, "keyword ja");
    }
}

TEST(ZipLock, JapanesePasswordsAreTriedInBothEncodings) {
    const std::string utf8 = "ひらけごま";
    const Passwords passwords = candidates({"ひらけごま"});
    for (const std::string& bytes : {utf8, *base::from_utf8(utf8, "cp932")}) {
        for (auto& [name, locked] : all_kinds(bytes)) {
            locked.bind();
            Budget budget({}, 1 << 20);
            const auto found = find_key(passwords, budget, locked.lock);
            ASSERT_TRUE(found) << name;
            EXPECT_EQ(found->bytes, bytes);
        }
    }
}

TEST(ZipLock, NumbersOfUpToFourDigitsNeedNoCandidate) {
    const Passwords none;
    for (const char* number : {"7", "04", "980", "0007", "9999"}) {
        Locked locked = zip_crypto(number, sample_plain(), 8);
        Budget budget({}, 1 << 20);
        const auto found = find_key(none, budget, locked.lock);
        ASSERT_TRUE(found) << number;
        EXPECT_EQ(found->bytes, number);
        EXPECT_EQ(found->label, "number");
    }
}

TEST(ZipLock, AChecksumThatLiesDoesNotKeepItShut) {
    const Passwords passwords = candidates({"wrong", "right"});
    Locked crypto = zip_crypto("right", sample_plain(), 8);
    crypto.lock.crc ^= 1;  // the check byte, its upper end, still holds
    Locked aes = winzip_aes("right", sample_plain(), 8, 3);
    aes.data.back() ^= 1;
    for (Locked* locked : {&crypto, &aes}) {
        locked->bind();
        Budget budget({}, 1 << 20);
        const auto found = find_key(passwords, budget, locked->lock);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->bytes, "right");
        EXPECT_EQ(found->fit, Fit::plausible);
    }
}

// Noise that a wrong key makes of a deflate stream comes to an end by chance, and more often the shorter it
// is.
TEST(ZipLockProperty, NoWrongNumberOpensAnything) {
    for (int i = 0; i < 200; ++i) {
        Blob plain = sample_plain();
        plain.resize(static_cast<std::size_t>(i) * 5 + 1);
        const Locked locked = zip_crypto("unguessable " + std::to_string(i), plain, 8);
        Budget budget({}, 1 << 20);
        EXPECT_FALSE(find_key(candidates({"wrong", "more wrong"}), budget, locked.lock)) << i;
    }
}

TEST(ZipLock, TriesAreChargedBeforehandAndEnd) {
    Passwords many;
    for (int i = 0; i < 1'000; ++i)
        many.add({"p" + std::to_string(i), PasswordSource::token, {}});
    model::ScanLimits limits;
    limits.max_password_cost = 100'000;
    Budget budget(limits, 1 << 20);
    KeySearch search(many, budget, PasswordBytes::utf8_or_cp932);
    EXPECT_FALSE(find_key(search, budget, winzip_aes("p999", sample_plain(), 8, 3).lock));
    EXPECT_TRUE(search.ran_out());
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.passwords"});
}

TEST(ZipLock, ManyLockedMembersCostOneSearch) {
    Passwords many;
    for (int i = 0; i < 1'000; ++i)
        many.add({"p" + std::to_string(i), PasswordSource::token, {}});
    Budget budget({}, 1 << 20);
    KeySearch search(many, budget, PasswordBytes::utf8_or_cp932);
    Locked locked = zip_crypto("not among them", sample_plain(), 8);
    for (int i = 0; i < 1'000; ++i)
        EXPECT_FALSE(find_key(search, budget, locked.lock));
    EXPECT_FALSE(search.ran_out());
}

TEST(ZipLock, CutsAndFlipsNeverCrash) {
    std::mt19937 random(11);
    const Passwords passwords = candidates({"4432"});
    for (auto& [name, locked] : all_kinds("4432")) {
        locked.bind();
        for (std::size_t cut = 0; cut < 60; ++cut) {
            ZipLock lock = locked.lock;
            lock.data = lock.data.first(cut);
            Budget budget({}, 1 << 20);
            (void)find_key(passwords, budget, lock);
            EXPECT_LE(decrypted(lock, "4432").size(), cut);
        }
        for (int i = 0; i < 50; ++i) {
            Locked bad = locked;
            bad.data[random() % bad.data.size()] ^= static_cast<unsigned char>(1u << (random() % 8));
            bad.bind();
            Budget budget({}, 1 << 20);
            (void)fit_of(bad.lock, "4432", budget);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::unlock
