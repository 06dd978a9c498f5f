// The writer of RAR fixtures, and what other people's programs read in what it makes.
#include "scanner/containers/rar_writer.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <map>
#include <vector>

#include "base/charset.h"
#include "base/hash.h"
#include "scanner/containers/rar3_packer.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {

namespace {

const std::string default_salt = "sixteen bytes of";

std::string number(std::uint64_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i)
        out.push_back(static_cast<char>(value >> (8 * i)));
    return out;
}

const unsigned char* raw(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string aes_cbc(const EVP_CIPHER* cipher, const std::string& key, const std::string& iv,
                    std::string plain) {
    plain.resize((plain.size() + 15) / 16 * 16);
    std::string out(plain.size() + 16, '\0');
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    int size = 0;
    EVP_EncryptInit_ex(context, cipher, nullptr, raw(key), raw(iv));
    EVP_CIPHER_CTX_set_padding(context, 0);
    EVP_EncryptUpdate(context, raw(out), &size, raw(plain), static_cast<int>(plain.size()));
    EVP_CIPHER_CTX_free(context);
    out.resize(static_cast<std::size_t>(size));
    return out;
}

struct Rar3Key {
    std::string key;
    std::string iv;
};

// Passwords of up to 28 characters: longer ones are hashed as no SHA-1 does.
const Rar3Key& rar3_key(const std::string& password, const std::string& salt) {
    static std::map<std::string, Rar3Key> known;
    Rar3Key& out = known[password + "\n" + salt];
    if (!out.key.empty()) return out;
    const std::string seed = base::from_utf8(password, "utf-16le").value() + salt;
    std::string digest(20, '\0');
    EVP_MD_CTX* hash = EVP_MD_CTX_new();
    EVP_MD_CTX* copy = EVP_MD_CTX_new();
    EVP_DigestInit_ex(hash, EVP_sha1(), nullptr);
    for (unsigned round = 0; round < 1u << 18; ++round) {
        const std::string all = seed + number(round, 3);
        EVP_DigestUpdate(hash, all.data(), all.size());
        if (round % (1u << 14) != 0) continue;
        EVP_MD_CTX_copy_ex(copy, hash);
        EVP_DigestFinal_ex(copy, raw(digest), nullptr);
        out.iv.push_back(digest[19]);
    }
    EVP_DigestFinal_ex(hash, raw(digest), nullptr);
    EVP_MD_CTX_free(hash);
    EVP_MD_CTX_free(copy);
    for (std::size_t word = 0; word < 16; word += 4)
        out.key +=
            std::string(digest.rend() - static_cast<int>(word) - 4, digest.rend() - static_cast<int>(word));
    return out;
}

std::string pbkdf2(const std::string& password, const std::string& salt, unsigned rounds) {
    std::string out(32, '\0');
    PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), raw(salt),
                      static_cast<int>(salt.size()), static_cast<int>(rounds), EVP_sha256(), 32, raw(out));
    return out;
}

std::string hmac(const std::string& key, const std::string& bytes) {
    std::string code(32, '\0');
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), 32, raw(bytes), bytes.size(), raw(code), &size);
    return code;
}

std::uint32_t tweak(std::uint32_t crc, const std::string& key) {
    const std::string code = hmac(key, number(crc, 4));

    std::uint32_t out = 0;
    for (std::size_t i = 0; i < 32; ++i)
        out ^= static_cast<std::uint32_t>(static_cast<unsigned char>(code[i])) << (8 * (i % 4));
    return out;
}

// One block of literals, each with a code of eight bits that is its own value.
std::string packed_rar5(const std::string& plain) {
    constexpr unsigned lengths = 20;  // of the code for code lengths: 8 and 19 have one bit each
    BitString bits;
    for (unsigned i = 0; i < lengths; ++i)
        bits.put(i == 8 || i == 19 ? 1 : 0, 4);
    for (int i = 0; i < 256; ++i)  // 256 times "eight bits"
        bits.put(0, 1);
    for (const unsigned zeros : {138u, 36u})  // the other symbols have no code
        bits.put(0x80 | (zeros - 11), 8);
    for (const char c : plain)
        bits.put(static_cast<unsigned char>(c), 8);
    const std::size_t size = bits.bytes().size();
    const unsigned last_bits = static_cast<unsigned>((bits.used() + 7) % 8);
    const unsigned flags = 0x80 | 0x40 | 2u << 3 | last_bits;
    const auto sum = static_cast<unsigned>(0x5A ^ flags ^ (size & 0xFF) ^ (size >> 8 & 0xFF) ^ (size >> 16));
    return number(flags, 1) + number(sum, 1) + number(size, 3) + bits.bytes();
}

}  // namespace

std::string rar_number(std::uint64_t value) {
    std::string out;
    for (; value >= 0x80; value >>= 7)
        out.push_back(static_cast<char>(value | 0x80u));
    out.push_back(static_cast<char>(value));
    return out;
}

Rar3Writer::Rar3Writer(std::string password, bool lock_headers, unsigned main_flags)
    : password_(std::move(password)), out_("Rar!\x1A\x07\0", 7) {
    lock_headers_ = false;
    block(0x73, main_flags | (lock_headers ? 0x80u : 0u), std::string(6, '\0'));
    lock_headers_ = lock_headers;
}

void Rar3Writer::block(std::uint8_t type, unsigned flags, const std::string& fields) {
    const std::string rest = number(type, 1) + number(flags, 2) + number(7 + fields.size(), 2) + fields;
    const std::string header = number(crc_of(rest) & 0xFFFF, 2) + rest;
    if (!lock_headers_) {
        out_ += header;
        return;
    }
    const std::string salt = default_salt.substr(8);
    const Rar3Key& key = rar3_key(password_, salt);
    out_ += salt + aes_cbc(EVP_aes_128_cbc(), key.key, key.iv, header);
}

void Rar3Writer::add(const RarWritten& file) {
    const std::string salt = file.salt.empty() ? default_salt.substr(0, 8) : file.salt;
    std::string data = file.data.value_or(file.plain);
    if (file.locked) {
        const Rar3Key& key = rar3_key(file.password.empty() ? password_ : file.password, salt);
        data = aes_cbc(EVP_aes_128_cbc(), key.key, key.iv, data);
    }
    unsigned flags = 0x8000 | file.more_flags | (file.solid ? 0x10u : 0u);
    if (file.directory) flags |= 0xE0;
    if (file.locked) flags |= 0x0404;
    const std::string fields =
        number(file.packed_size.value_or(data.size()), 4) + number(file.size.value_or(file.plain.size()), 4) +
        number(file.link ? 3 : 2, 1) + number(file.crc.value_or(crc_of(file.plain)), 4) +
        number(0x5A215A21, 4) + number(file.version, 1) + number(file.method, 1) +
        number(file.name.size(), 2) + number(file.link ? 0xA1FF : 0x20, 4) + file.name +
        (file.locked ? salt : "");
    block(0x74, flags, fields);
    out_ += data;
}

std::string Rar3Writer::finish(bool end_block) {
    if (end_block) block(0x7B, 0x4000, "");
    return out_;
}

Rar5Writer::Rar5Writer(Rar5Options options) : options_(std::move(options)), out_("Rar!\x1A\x07\x01\0", 8) {
    if (options_.lock_headers) {
        block(rar_number(4) + rar_number(0) + lock_fields(options_.password, default_salt, false, false));
        hidden_ = true;
    }
    block(rar_number(1) + rar_number(0) + rar_number(options_.solid ? 4 : 0));
}

std::string Rar5Writer::lock_fields(const std::string& password, const std::string& salt, bool of_file,
                                    bool tweaked) const {
    using Check = Rar5Options::Check;
    const bool has_check = options_.check != Check::absent;
    std::string out = rar_number(0) + rar_number((has_check ? 1u : 0u) | (tweaked ? 2u : 0u)) +
                      number(options_.log2_rounds, 1) + salt;
    if (of_file) out += std::string(16, 'v');
    if (!has_check) return out;
    const std::string folded = pbkdf2(password, salt, (1u << options_.log2_rounds) + 32);
    std::string check(8, '\0');
    for (std::size_t i = 0; i < 32; ++i)
        check[i % 8] = static_cast<char>(check[i % 8] ^ folded[i]);
    if (options_.check == Check::lying) check[0] = static_cast<char>(check[0] ^ 1);
    const auto sum = base::sha256(base::as_bytes(check));
    std::string sum_bytes(base::as_text(std::as_bytes(std::span(sum)).first(4)));
    if (options_.check == Check::bad_sum) sum_bytes[0] = static_cast<char>(sum_bytes[0] ^ 1);
    return out + check + sum_bytes;
}

void Rar5Writer::block(const std::string& body, const std::string& data) {
    const std::string sized = rar_number(body.size()) + body;
    const std::string header = number(crc_of(sized), 4) + sized;
    if (!hidden_) {
        out_ += header + data;
        return;
    }
    const std::string iv = "a vector of its ";
    const std::string key = pbkdf2(options_.password, default_salt, 1u << options_.log2_rounds);
    out_ += iv + aes_cbc(EVP_aes_256_cbc(), key, iv, header) + data;
}

void Rar5Writer::add(const RarWritten& file) {
    const std::string password = file.password.empty() ? options_.password : file.password;
    const std::string salt = file.salt.empty() ? default_salt : file.salt;
    std::string data = file.packed ? packed_rar5(file.plain) : file.plain;
    std::uint32_t crc = file.crc.value_or(crc_of(file.plain));
    std::string extra;
    if (file.locked) {
        const unsigned rounds = 1u << options_.log2_rounds;
        data = aes_cbc(EVP_aes_256_cbc(), pbkdf2(password, salt, rounds), std::string(16, 'v'), data);
        if (file.tweaked) crc = tweak(crc, pbkdf2(password, salt, rounds + 16));
        const std::string record = rar_number(1) + lock_fields(password, salt, true, file.tweaked);
        extra += rar_number(record.size()) + record;
    }
    if (file.link)
        extra += rar_number(5) + rar_number(5) + rar_number(1) + rar_number(0) + rar_number(1) + "t";
    if (!file.blake2.empty()) {
        const unsigned rounds = 1u << options_.log2_rounds;
        const bool tweaked = file.locked && file.tweaked;
        const std::string digest =
            tweaked ? hmac(pbkdf2(password, salt, rounds + 16), file.blake2) : file.blake2;
        extra += rar_number(34) + rar_number(2) + rar_number(0) + digest;
    }
    const unsigned compression = (file.packed ? 1u << 7 : 0u) | (file.solid ? 0x40u : 0u);
    std::string body = rar_number(2) + rar_number(0x02 | (extra.empty() ? 0u : 1u) | file.more_flags);
    if (!extra.empty()) body += rar_number(extra.size());
    body += rar_number(file.packed_size.value_or(data.size())) + rar_number(file.directory ? 0x05 : 0x04) +
            rar_number(file.size.value_or(file.plain.size())) + rar_number(0x20) + number(crc, 4) +
            rar_number(compression) + rar_number(0) + rar_number(file.name.size()) + file.name + extra;
    block(body, data);
}

std::string Rar5Writer::finish() {
    block(rar_number(5) + rar_number(0) + rar_number(0));
    return out_;
}

namespace {

RarWritten sample(const std::string& name, bool locked, bool packed = false, bool solid = false) {
    return {.name = name,
            .plain = name + " " + sample_text(1'000),
            .locked = locked,
            .packed = packed,
            .solid = solid};
}

std::string rar3_sample(bool lock_headers) {
    Rar3Writer writer("pass", lock_headers);
    for (const char* name : {"one.txt", "two.txt"})
        writer.add(sample(name, true));
    return writer.finish();
}

std::string rar5_sample(bool lock_headers, bool packed, bool solid) {
    Rar5Writer writer({.password = "pass", .lock_headers = lock_headers, .solid = solid});
    writer.add(sample("one.txt", true, packed));
    writer.add(sample("two.txt", true, packed, solid));
    writer.add(sample("three.txt", true, packed, solid));
    return writer.finish();
}

// The unar of Debian 12 opens no locked RAR 3, whoever made it; python3-rarfile reads the headers of one.
TEST(RarWriter, UnarReadsRar5) {
    for (const bool lock_headers : {false, true}) {
        for (const bool packed : {false, true}) {
            const Scratch scratch;
            scratch.write("a.rar", rar5_sample(lock_headers, packed, packed));
            scratch.run("unar -q -no-directory -p pass a.rar");
            for (const char* name : {"one.txt", "two.txt", "three.txt"})
                EXPECT_EQ(scratch.read(name), sample(name, true).plain) << lock_headers << packed;
        }
    }
}

TEST(RarWriter, UnarReadsPlainRar3) {
    const Scratch scratch;
    Rar3Writer writer;
    writer.add(sample("one.txt", false));
    scratch.write("a.rar", writer.finish());
    scratch.run("unar -q -no-directory a.rar");
    EXPECT_EQ(scratch.read("one.txt"), sample("one.txt", false).plain);
}

TEST(RarWriter, RarfileReadsLockedHeaders) {
    const Scratch scratch;
    scratch.write("3.rar", rar3_sample(true));
    scratch.write("5.rar", rar5_sample(true, false, false));
    scratch.write("names.py",
                  "import rarfile, sys\n"
                  "for name in sys.argv[1:]:\n"
                  "    archive = rarfile.RarFile(name)\n"
                  "    archive.setpassword('pass')\n"
                  "    print(archive.namelist(), [i.CRC for i in archive.infolist()][:1])\n");
    scratch.run("/usr/bin/python3 names.py 3.rar 5.rar >names.txt");
    const std::string names = scratch.read("names.txt");
    EXPECT_NE(names.find("['one.txt', 'two.txt'] [" + std::to_string(crc_of(sample("one.txt", true).plain))),
              names.npos)
        << names;
    EXPECT_NE(names.find("['one.txt', 'two.txt', 'three.txt']"), names.npos) << names;
}

}  // namespace
}  // namespace sekisho::scanner::containers
