#include "scanner/unlock/ooxml_agile.h"

#include <pugixml.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/hash.h"
#include "base/text.h"
#include "scanner/unlock/office_crypto.h"

namespace sekisho::scanner::unlock {

namespace {

using BlockKey = std::array<std::uint8_t, 8>;
// 2.3.4.13 and 2.3.4.14: what is hashed behind the spun password, or as a vector, for each use of a key.
constexpr BlockKey verifier_input_key{0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79};
constexpr BlockKey verifier_hash_key{0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E};
constexpr BlockKey package_key{0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6};
constexpr BlockKey hmac_key_key{0x5F, 0xB2, 0xAD, 0x01, 0x0C, 0xB9, 0xE1, 0xF6};
constexpr BlockKey hmac_value_key{0xA0, 0x67, 0x7F, 0x02, 0xB2, 0x2C, 0x84, 0x33};

base::Bytes bytes_of(const BlockKey& key) { return std::as_bytes(std::span(key)); }

// The attributes that <keyData> and <encryptedKey> share.
struct Parameters {
    BlockCipher cipher = BlockCipher::aes;
    Chaining chaining = Chaining::cbc;
    HashAlgorithm hash = HashAlgorithm::sha512;
    std::size_t key_bytes = 32;
    std::string salt;

    std::size_t block() const { return BlockDecryptor::block_size(cipher); }

    // Whole blocks of `in`; empty where the key does not suit the cipher.
    std::string decrypt(base::Bytes key, base::Bytes iv, std::string_view in) const {
        auto decryptor = BlockDecryptor::create(cipher, chaining, key);
        std::string out(in.size(), '\0');
        const std::size_t made =
            decryptor ? decryptor->decrypt(iv, base::as_bytes(in), std::as_writable_bytes(std::span(out)))
                      : 0;
        out.resize(made);
        return out;
    }
};

class AgileLock final : public OoxmlLock {
public:
    Parameters package;   // <keyData>
    Parameters password;  // <encryptedKey>
    std::uint32_t rounds = 0;
    std::string verifier_input;  // encrypted, as are the others
    std::string verifier_hash;
    std::string key_value;
    std::string hmac_key;  // empty where the file has no <dataIntegrity>
    std::string hmac_value;

    Price price() const override { return {.microseconds = spin_price(password.hash, rounds)}; }

private:
    PackageKey derive(std::string_view text) const override {
        const Digest spun = spin(password.hash, base::as_bytes(password.salt), text, rounds);
        Digest salt(std::min<std::size_t>(password.salt.size(), 64));
        std::ranges::copy(std::string_view(password.salt).substr(0, salt.size()), salt.data());
        const auto iv = salt.resized(password.block());
        const auto open = [&](const BlockKey& use, std::string_view in) {
            const Digest own = digest(password.hash, {spun.bytes(), bytes_of(use)});
            return password.decrypt(base::Bytes(own.resized(password.key_bytes)).first(password.key_bytes),
                                    iv, in);
        };
        const std::string input = open(verifier_input_key, verifier_input).substr(0, password.salt.size());
        const std::string hash = open(verifier_hash_key, verifier_hash);
        const std::string value = open(package_key, key_value);
        PackageKey key;
        if (value.size() < package.key_bytes) return key;
        key.size = package.key_bytes;
        std::ranges::copy(std::as_bytes(std::span(value)).first(key.size), key.bytes.begin());
        const Digest wanted = digest(password.hash, {base::as_bytes(input)});
        key.verified = hash.size() >= wanted.size() &&
                       base::equal_secret(wanted.bytes(), base::as_bytes(hash).first(wanted.size()));
        return key;
    }

    std::size_t decrypt_segment(const PackageKey& key, std::uint32_t number, base::Bytes in,
                                std::span<std::byte> out) const override {
        auto cipher = BlockDecryptor::create(package.cipher, package.chaining, key.view());
        const Digest vector = digest(package.hash, {base::as_bytes(package.salt), number_bytes(number)});
        return cipher ? cipher->decrypt(vector.resized(package.block()), in, out) : 0;
    }

    bool authentic(const PackageKey& key, base::Bytes bytes) const override {
        if (hmac_key.empty() && hmac_value.empty()) return true;
        const auto open = [&](const BlockKey& use, std::string_view in) {
            const Digest vector = digest(package.hash, {base::as_bytes(package.salt), bytes_of(use)});
            return package.decrypt(key.view(), vector.resized(package.block()), in);
        };
        const std::size_t size = digest_size(package.hash);
        const std::string own_key = open(hmac_key_key, hmac_key).substr(0, size);
        const std::string value = open(hmac_value_key, hmac_value).substr(0, size);
        return base::equal_secret(hmac(package.hash, base::as_bytes(own_key), bytes).bytes(),
                                  base::as_bytes(value));
    }
};

// Elements are looked for by their local names: the prefix is the writer's choice.
std::string_view local_name(const pugi::xml_node& node) {
    const std::string_view name = node.name();
    return name.substr(name.find(':') + 1);
}

pugi::xml_node child_of(const pugi::xml_node& node, std::string_view name) {
    return node.find_child([&](const pugi::xml_node& child) { return local_name(child) == name; });
}

base::Result<std::string> binary(const pugi::xml_node& node, const char* attribute) {
    std::string text = node.attribute(attribute).value();
    std::erase_if(text, base::is_space);
    auto bytes = base::base64_decode(text);
    if (!bytes) return base::fail(base::Cause::malformed, "EncryptionInfo holds what is no base64");
    return *std::move(bytes);
}

struct NamedCipher {
    std::string_view name;
    BlockCipher cipher;
    std::array<unsigned, 3> key_bits;
};
constexpr std::array named_ciphers{
    NamedCipher{"AES", BlockCipher::aes, {128, 192, 256}},
    NamedCipher{"3DES", BlockCipher::triple_des, {168, 192, 0}},  // with and without its bits of parity
};

base::Result<Parameters> parameters(const pugi::xml_node& node) {
    const auto* cipher = std::ranges::find(
        named_ciphers, std::string_view(node.attribute("cipherAlgorithm").value()), &NamedCipher::name);
    const std::string_view chaining = node.attribute("cipherChaining").value();
    const auto hash = hash_algorithm(node.attribute("hashAlgorithm").value());
    const unsigned bits = node.attribute("keyBits").as_uint();
    if (cipher == named_ciphers.end() || !hash || bits == 0 ||
        std::ranges::find(cipher->key_bits, bits) == cipher->key_bits.end() ||
        (chaining != "ChainingModeCBC" && chaining != "ChainingModeCFB"))
        return base::fail(base::Cause::unsupported, "agile encryption by another cipher or hash");
    Parameters out;
    out.cipher = cipher->cipher;
    out.chaining = chaining == "ChainingModeCBC" ? Chaining::cbc : Chaining::cfb8;
    out.hash = *hash;
    out.key_bytes = cipher->cipher == BlockCipher::aes ? bits / 8 : 24;
    out.salt = SEKISHO_TRY(binary(node, "saltValue"));
    return out;
}

// The first key encryptor that takes a password; the others take certificates.
pugi::xml_node password_key(const pugi::xml_node& root) {
    for (const pugi::xml_node& encryptor : child_of(root, "keyEncryptors").children()) {
        const pugi::xml_node key = child_of(encryptor, "encryptedKey");
        if (key && key.attribute("spinCount")) return key;
    }
    return {};
}

}  // namespace

base::Result<std::unique_ptr<OoxmlLock>> read_agile_lock(base::Bytes xml) {
    constexpr std::size_t most = 256u << 10;  // a few KB; certificates are larger
    pugi::xml_document document;
    const base::Bytes head = base::head(xml, most);
    (void)document.load_buffer(head.data(), head.size(), pugi::parse_default, pugi::encoding_auto);
    const pugi::xml_node root = document.document_element();
    const pugi::xml_node data = child_of(root, "keyData");
    const pugi::xml_node key = password_key(root);
    if (!data) return base::fail(base::Cause::malformed, "EncryptionInfo holds no keyData");
    if (!key) return base::fail(base::Cause::unsupported, "agile encryption for certificates alone");
    auto lock = std::make_unique<AgileLock>();
    lock->package = SEKISHO_TRY(parameters(data));
    lock->password = SEKISHO_TRY(parameters(key));
    lock->rounds = key.attribute("spinCount").as_uint(UINT32_MAX);
    lock->verifier_input = SEKISHO_TRY(binary(key, "encryptedVerifierHashInput"));
    lock->verifier_hash = SEKISHO_TRY(binary(key, "encryptedVerifierHashValue"));
    lock->key_value = SEKISHO_TRY(binary(key, "encryptedKeyValue"));
    const pugi::xml_node integrity = child_of(root, "dataIntegrity");
    lock->hmac_key = SEKISHO_TRY(binary(integrity, "encryptedHmacKey"));
    lock->hmac_value = SEKISHO_TRY(binary(integrity, "encryptedHmacValue"));
    return std::unique_ptr<OoxmlLock>(std::move(lock));
}

}  // namespace sekisho::scanner::unlock
