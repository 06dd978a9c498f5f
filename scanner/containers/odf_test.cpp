// Encrypted OpenDocument packages. No program of Debian's writes them without a desktop, so the encrypting
// side is written here after the specification, with libcrypto's EVP, and shares no code with what it tests.
#define OPENSSL_SUPPRESS_DEPRECATED  // Blowfish
#include <gtest/gtest.h>
#include <openssl/blowfish.h>
#include <openssl/evp.h>

#include <random>

#include "base/base64.h"
#include "scanner/containers/odf_manifest.h"
#include "scanner/containers/test_tools.h"
#include "scanner/containers/zip.h"

namespace sekisho::scanner::containers {
namespace {

struct Cipher {
    std::string name;
    std::string start = "http://www.w3.org/2000/09/xmldsig#sha256";
    std::string checksum = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha256-1k";
    std::string derivation = "PBKDF2";
    std::size_t key_bytes = 32;
    unsigned rounds = 1'000;
    bool blowfish = false;
};
const Cipher aes{.name = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"};
const Cipher blowfish{.name = "Blowfish CFB",
                      .start = "SHA1",
                      .checksum = "SHA1/1K",
                      .key_bytes = 16,
                      .rounds = 1'024,
                      .blowfish = true};

std::string hashed(const EVP_MD* kind, std::string_view text) {
    std::string out(static_cast<std::size_t>(EVP_MD_get_size(kind)), '\0');
    EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, kind,
               nullptr);
    return out;
}
const EVP_MD* kind_of(const std::string& name) {
    return name.find("sha256") != name.npos ? EVP_sha256() : EVP_sha1();
}

std::string encrypted(const Cipher& cipher, std::string_view password, const std::string& salt,
                      const std::string& vector, const std::string& plain) {
    const std::string start = hashed(kind_of(cipher.start), password);
    std::string key(cipher.key_bytes, '\0');
    const auto* salt_bytes = reinterpret_cast<const unsigned char*>(salt.data());
    auto* key_bytes = reinterpret_cast<unsigned char*>(key.data());
    PKCS5_PBKDF2_HMAC_SHA1(start.data(), static_cast<int>(start.size()), salt_bytes,
                           static_cast<int>(salt.size()), static_cast<int>(cipher.rounds),
                           static_cast<int>(key.size()), key_bytes);
    std::string out(plain.size() + 32, '\0');
    auto* to = reinterpret_cast<unsigned char*>(out.data());
    const auto* from = reinterpret_cast<const unsigned char*>(plain.data());
    const auto* iv = reinterpret_cast<const unsigned char*>(vector.data());
    if (cipher.blowfish) {
        BF_KEY schedule;
        BF_set_key(&schedule, static_cast<int>(key.size()), key_bytes);
        std::string state = vector;
        int used = 0;
        BF_cfb64_encrypt(from, to, static_cast<long>(plain.size()), &schedule,
                         reinterpret_cast<unsigned char*>(state.data()), &used, BF_ENCRYPT);
        out.resize(plain.size());
        return out;
    }
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    int size = 0;
    int rest = 0;
    EVP_EncryptInit_ex(context, EVP_aes_256_cbc(), nullptr, key_bytes, iv);
    EVP_EncryptUpdate(context, to, &size, from, static_cast<int>(plain.size()));
    EVP_EncryptFinal_ex(context, to + size, &rest);
    EVP_CIPHER_CTX_free(context);
    out.resize(static_cast<std::size_t>(size + rest));
    return out;
}

struct Member {
    std::string name;
    std::string text;
};

std::string package(const Cipher& cipher, std::string_view password, const std::vector<Member>& members,
                    bool with_checksum = true) {
    ZipWriter zip;
    zip.member("mimetype", "application/vnd.oasis.opendocument.text", false);
    std::string manifest = "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:x\">";
    unsigned char number = 1;
    for (const Member& member : members) {
        const std::string salt(16, static_cast<char>(number++));
        const std::string vector(cipher.blowfish ? 8 : 16, static_cast<char>(number++));
        const std::string packed = deflated(member.text);
        zip.member(member.name, encrypted(cipher, password, salt, vector, packed), false);
        const auto base64 = [](std::string_view text) { return base::base64_encode(base::as_bytes(text)); };
        manifest += "<manifest:file-entry manifest:full-path=\"" + member.name + "\" manifest:size=\"" +
                    std::to_string(member.text.size()) + "\"><manifest:encryption-data";
        if (with_checksum)
            manifest += " manifest:checksum-type=\"" + cipher.checksum + "\" manifest:checksum=\"" +
                        base64(hashed(kind_of(cipher.checksum), packed.substr(0, 1'024))) + "\"";
        manifest += "><manifest:algorithm manifest:algorithm-name=\"" + cipher.name +
                    "\" manifest:initialisation-vector=\"" + base64(vector) +
                    "\"/><manifest:key-derivation manifest:key-derivation-name=\"" + cipher.derivation +
                    "\" manifest:key-size=\"" + std::to_string(cipher.key_bytes) +
                    "\" manifest:iteration-count=\"" + std::to_string(cipher.rounds) + "\" manifest:salt=\"" +
                    base64(salt) +
                    "\"/><manifest:start-key-generation manifest:start-key-generation-name=\"" +
                    cipher.start + "\"/></manifest:encryption-data></manifest:file-entry>";
    }
    zip.member("META-INF/manifest.xml", manifest + "</manifest:manifest>");
    return zip.finish();
}

const std::vector<Member> three{{"content.xml", sample_text(9'000)},
                                {"styles.xml", "<x/>"},
                                {"Basic/Standard/Module1.xml", "Sub Run\nShell \"calc\"\nEnd Sub\n"}};

const Format& odt() {
    for (const Format* format : zip_document_formats()) {
        if (format->name == "odt") return *format;
    }
    throw std::logic_error("no such format");
}

void open(const std::string& bytes, const char* password, TestExtraction& extraction) {
    if (password != nullptr) extraction.harvest().add({password, PasswordSource::keyword, "en"});
    const Part part = open_with(odt(), bytes, extraction);
    EXPECT_EQ(odt().turn(part), Turn::locked);
}

TEST(Odf, EveryCipherOpensWithItsPassword) {
    for (const Cipher& cipher : {aes, blowfish}) {
        for (const bool with_checksum : {true, false}) {
            SCOPED_TRACE(cipher.name);
            TestExtraction extraction;
            open(package(cipher, "日-Ab1", three, with_checksum), "日-Ab1", extraction);
            for (const Member& member : three) {
                const TestChild* child = child_named(extraction, member.name);
                ASSERT_NE(child, nullptr);
                EXPECT_TRUE(child->text() == member.text);
                EXPECT_TRUE(child->spec.flags.has(PartFlag::encrypted));
                EXPECT_TRUE(child->spec.flags.has(PartFlag::unlocked));
                EXPECT_FALSE(child->spec.flags.has(PartFlag::damaged));
                EXPECT_EQ(child->spec.unlocked_by, "keyword en");
            }
            EXPECT_TRUE(has(extraction, "document.encrypted.unlocked"));
            EXPECT_FALSE(has(extraction, "document.encrypted.unopened"));
            EXPECT_FALSE(has(extraction, "archive.damaged"));
        }
    }
}

TEST(Odf, StaysShutAndSaysSo) {
    Cipher argon = aes;
    argon.derivation = "urn:org:documentfoundation:names:experimental:office:manifest:argon2id";
    Cipher gcm = aes;
    gcm.name = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
    Cipher odd_key = aes;
    odd_key.key_bytes = 31;
    for (const auto& [cipher, password] :
         {std::pair{aes, "wrong"}, std::pair{blowfish, "wrong"}, std::pair{argon, "right"},
          std::pair{gcm, "right"}, std::pair{odd_key, "right"}}) {
        SCOPED_TRACE(cipher.name + cipher.derivation);
        TestExtraction extraction;
        open(package(cipher, "right", three), password, extraction);
        const TestChild* child = child_named(extraction, "content.xml");
        ASSERT_NE(child, nullptr);
        EXPECT_TRUE(child->skipped);
        EXPECT_TRUE(has(extraction, "document.encrypted.unopened"));
        EXPECT_FALSE(has(extraction, "document.encrypted.unlocked"));
    }
}

TEST(Odf, ADearKeyIsNotTried) {
    TestExtraction extraction;
    ZipWriter zip;
    zip.member("content.xml", std::string(64, 'x'), false);
    zip.member(
        "META-INF/manifest.xml",
        "<m><e full-path='content.xml' size='4'><encryption-data><algorithm algorithm-name='aes256-cbc' "
        "initialisation-vector='AAAAAAAAAAAAAAAAAAAAAA=='/><key-derivation "
        "key-derivation-name='PBKDF2' key-size='32' iteration-count='4000000000' salt='AAAA'/>"
        "</encryption-data></e></m>");
    open(zip.finish(), "right", extraction);
    EXPECT_TRUE(has(extraction, "document.encrypted.kdf-cost"));
    EXPECT_TRUE(has(extraction, "document.encrypted.unopened"));
}

TEST(Odf, PlainPackagesAreNotLocked) {
    ZipWriter zip;
    zip.member("META-INF/manifest.xml", "<m:manifest><m:file-entry m:full-path='content.xml'/></m:manifest>");
    zip.member("content.xml", "<x/>");
    const std::string bytes = zip.finish();
    TestExtraction extraction;
    const Part part = open_with(odt(), bytes, extraction);
    EXPECT_EQ(odt().turn(part), Turn::heavy);
    EXPECT_EQ(child_named(extraction, "content.xml")->text(), "<x/>");
    EXPECT_TRUE(extraction.findings().all().empty());
}

TEST(OdfProperty, FlippedBitsNeverComeOutAsSound) {
    std::mt19937 random(5);
    const std::string sound = package(aes, "right", three);
    const std::size_t begin = sound.find("content.xml") + 11;
    const std::size_t end = sound.find("styles.xml") - 30;
    for (int i = 0; i < 100; ++i) {
        std::string bytes = sound;
        bytes[begin + random() % (end - begin)] ^= static_cast<char>(1u << (random() % 8));
        TestExtraction extraction;
        open(bytes, "right", extraction);
        const TestChild* child = child_named(extraction, "content.xml");
        ASSERT_NE(child, nullptr);
        if (child->text() == three[0].text) continue;  // in the last block's padding
        EXPECT_TRUE(has(extraction, "archive.damaged"));
    }
}

TEST(OdfProperty, CutPackagesNeverCrash) {
    const std::string sound = package(blowfish, "right", {{"content.xml", sample_text(500)}});
    for (std::size_t size = 0; size < sound.size(); size += 3) {
        TestExtraction extraction;
        extraction.harvest().add({"right", PasswordSource::keyword, "en"});
        (void)open_with(odt(), std::string_view(sound).substr(0, size), extraction);
        EXPECT_FALSE(extraction.findings().all().empty() && extraction.budget().reached().empty() &&
                     size > 200)
            << size;
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
