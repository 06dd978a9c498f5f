#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>

#include "base/base64.h"
#include "scanner/office/locks_testing.h"
#include "tests/fixtures/le.h"

namespace sekisho::scanner::office {

namespace {

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string hashed(const char* name, std::string_view text) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), raw(out), &size, EVP_get_digestbyname(name), nullptr);
    out.resize(size);
    return out;
}
std::string number(std::uint32_t value) {
    std::string out;
    fixtures::put_u32(out, value);
    return out;
}
std::string fitted(std::string text, std::size_t size) {
    text.resize(size, '\x36');
    return text;
}
std::string spun(const char* hash, std::string_view salt, std::string_view password, std::uint64_t count) {
    std::string out = hashed(hash, std::string(salt) + fixtures::utf16le(password));
    for (std::uint32_t i = 0; i < count; ++i)
        out = hashed(hash, number(i) + out);
    return out;
}

std::string aes(std::string_view key, std::string_view vector, std::string plain) {
    while (plain.size() % 16 != 0)
        plain.push_back('\0');
    const std::string mode = vector.empty() ? "ECB" : "CBC";
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, EVP_get_cipherbyname(fmt::format("AES-{}-{}", key.size() * 8, mode).c_str()),
                       nullptr, raw(key), vector.empty() ? nullptr : raw(vector));
    EVP_CIPHER_CTX_set_padding(context, 0);
    std::string out(plain.size(), '\0');
    int size = 0;
    EVP_EncryptUpdate(context, raw(out), &size, raw(plain), static_cast<int>(plain.size()));
    EVP_CIPHER_CTX_free(context);
    return out;
}

std::string rc4(std::string_view key, std::string text, std::size_t skip = 0) {
    std::array<unsigned char, 256> state{};
    std::iota(state.begin(), state.end(), 0);
    for (unsigned i = 0, j = 0; i < 256; ++i) {
        j = (j + state[i] + static_cast<unsigned char>(key[i % key.size()])) % 256;
        std::swap(state[i], state[j]);
    }
    unsigned i = 0;
    unsigned j = 0;
    const auto next = [&] {
        i = (i + 1) % 256;
        j = (j + state[i]) % 256;
        std::swap(state[i], state[j]);
        return state[(state[i] + state[j]) % 256u];
    };
    for (; skip > 0; --skip)
        (void)next();
    for (char& c : text)
        c = static_cast<char>(static_cast<unsigned char>(c) ^ next());
    return text;
}

std::string attributes(const AgileOptions& options, std::string_view salt) {
    return fmt::format(
        R"(saltSize="16" blockSize="16" keyBits="{}" hashSize="64" cipherAlgorithm="{}" cipherChaining="{}" )"
        R"(hashAlgorithm="{}" saltValue="{}")",
        options.key_bits, options.cipher, options.chaining, options.hash,
        base::base64_encode(base::as_bytes(salt)));
}

std::string package_file(const std::string& info, const std::string& package) {
    fixtures::CfbNode root;
    root.children = {fixtures::cfb_stream("EncryptionInfo", info),
                     fixtures::cfb_stream("EncryptedPackage", package)};
    return fixtures::write_cfb(root);
}

const std::string salt = "sixteen bytes: s";
const std::string verifier = "sixteen bytes: v";

// What stands behind the version of an RC4 lock, and the key of each block.
struct Rc4Scheme {
    std::string header;
    std::function<std::string(std::uint32_t)> key;
};
Rc4Scheme scheme_of(BinaryLock lock, std::string_view password) {
    const std::string wide = fixtures::utf16le(password);
    Rc4Scheme out;
    if (lock == BinaryLock::rc4_40) {
        std::string repeated;
        for (int i = 0; i < 16; ++i)
            repeated += hashed("MD5", wide).substr(0, 5) + salt;
        const std::string five = hashed("MD5", repeated).substr(0, 5);
        out.key = [five](std::uint32_t block) { return hashed("MD5", five + number(block)); };
        out.header = std::string("\1\0\1\0", 4) + salt + rc4(out.key(0), verifier + hashed("MD5", verifier));
        return out;
    }
    const std::string first = hashed("SHA1", salt + wide);
    out.key = [first](std::uint32_t block) { return hashed("SHA1", first + number(block)).substr(0, 16); };
    std::string inner = number(4) + number(0) + number(0x6801) + number(0x8004) + number(128) + number(1) +
                        number(0) + number(0) + fixtures::utf16le("a provider") + std::string(2, '\0');
    out.header = std::string("\4\0\2\0", 4) + number(4) + number(static_cast<std::uint32_t>(inner.size())) +
                 inner + number(16) + salt + rc4(out.key(0), verifier).substr(0, 16) + number(20) +
                 rc4(out.key(0), hashed("SHA1", verifier), 16);
    return out;
}

std::string rc4_at(const Rc4Scheme& scheme, std::size_t block, std::size_t offset, std::string text) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t within = (offset + i) % block;
        const std::size_t n = std::min(text.size() - i, block - within);
        text.replace(
            i, n,
            rc4(scheme.key(static_cast<std::uint32_t>((offset + i) / block)), text.substr(i, n), within));
        i += n;
    }
    return text;
}

// 2.3.7.2 for a password of which a real file tells the check.
struct XorScheme {
    std::uint16_t key;
    std::uint16_t verifier;
    std::array<unsigned char, 16> array;
};
XorScheme xor_of_abc() {
    XorScheme out{0x514A, 0xCC1A, {}};
    const std::string bytes = std::string("abc") + "\xBB\xFF\xFF\xBA\xFF\xFF\xB9\x80" + std::string(1, '\0') +
                              "\xBE\x0F" + std::string(1, '\0') + "\xBF";
    for (std::size_t i = 0; i < 16; ++i) {
        const unsigned mixed =
            static_cast<unsigned char>(bytes[i]) ^ (i % 2 == 0 ? out.key & 0xFFu : unsigned{out.key} >> 8);
        out.array[i] = static_cast<unsigned char>(mixed >> 1 | mixed << 7);
    }
    return out;
}

}  // namespace

std::string agile_file(std::string_view package, std::string_view password, const AgileOptions& options) {
    const char* hash = options.hash.c_str();
    const std::size_t key_bytes = options.key_bits / 8;
    const std::string vector_salt = "another salt: 16";
    const std::string key = fitted("the key of the package, 32 bytes", key_bytes);
    const std::string rounds =
        spun(hash, salt, password, std::min<std::uint64_t>(options.spin_count, 10'000));
    const auto locked = [&](std::string_view use, const std::string& plain) {
        return base::base64_encode(
            base::as_bytes(aes(fitted(hashed(hash, rounds + std::string(use)), key_bytes), salt, plain)));
    };
    const auto with_key = [&](std::string_view use, const std::string& plain) {
        return aes(key, fitted(hashed(hash, vector_salt + std::string(use)), 16), plain);
    };
    std::string stream;
    fixtures::put_le(stream, package.size() + static_cast<std::uint64_t>(options.size_off), 8);
    for (std::size_t at = 0, i = 0; at < package.size(); at += 4'096, ++i)
        stream += with_key(number(static_cast<std::uint32_t>(i)), std::string(package.substr(at, 4'096)));
    const std::string hmac_key(hashed(hash, "").size(), 'h');
    std::string hmac(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    HMAC(EVP_get_digestbyname(hash), hmac_key.data(), static_cast<int>(hmac_key.size()), raw(stream),
         stream.size(), raw(hmac), &size);
    hmac.resize(size);
    if (options.hmac_lies) hmac[0] ^= 1;
    const std::string seen_verifier = options.verifier_lies ? "another verifier" : verifier;
    const auto base64 = [](const std::string& text) { return base::base64_encode(base::as_bytes(text)); };
    const std::string xml = fmt::format(
        R"(<?xml version="1.0"?><encryption xmlns="urn:e" xmlns:p="urn:p"><keyData {}/><dataIntegrity )"
        R"(encryptedHmacKey="{}" encryptedHmacValue="{}"/><keyEncryptors><keyEncryptor uri="urn:password">)"
        R"(<p:encryptedKey spinCount="{}" {} encryptedVerifierHashInput="{}" encryptedVerifierHashValue="{}" )"
        R"(encryptedKeyValue="{}"/></keyEncryptor></keyEncryptors></encryption>)",
        attributes(options, vector_salt), base64(with_key("\x5F\xB2\xAD\x01\x0C\xB9\xE1\xF6", hmac_key)),
        base64(with_key("\xA0\x67\x7F\x02\xB2\x2C\x84\x33", hmac)), options.spin_count,
        attributes(options, salt), locked("\xFE\xA7\xD2\x76\x3B\x4B\x9E\x79", verifier),
        locked("\xD7\xAA\x0F\x6D\x30\x61\x34\x4E", hashed(hash, seen_verifier)),
        locked("\x14\x6E\x0B\xE7\xAB\xAC\xD0\xD6", key));
    return package_file(std::string("\4\0\4\0\x40\0\0\0", 8) + xml, stream);
}

std::string standard_file(std::string_view package, std::string_view password) {
    const std::string last = hashed("SHA1", spun("SHA1", salt, password, 50'000) + number(0));
    std::string pad(64, '\x36');
    for (std::size_t i = 0; i < last.size(); ++i)
        pad[i] = static_cast<char>(pad[i] ^ last[i]);
    const std::string key = hashed("SHA1", pad).substr(0, 16);
    const std::string header = number(0x24) + number(0) + number(0x660E) + number(0x8004) + number(128) +
                               number(0x18) + number(0) + number(0) + std::string(2, '\0');
    const std::string info = std::string("\3\0\2\0\x24\0\0\0", 8) +
                             number(static_cast<std::uint32_t>(header.size())) + header + number(16) + salt +
                             aes(key, "", verifier) + number(20) + aes(key, "", hashed("SHA1", verifier));
    std::string stream;
    fixtures::put_le(stream, package.size(), 8);
    return package_file(info, stream + aes(key, "", std::string(package)));
}

LockedStream workbook(BinaryLock lock, std::string_view password, std::size_t records) {
    const bool obfuscated = lock == BinaryLock::xor_obfuscation;
    if (obfuscated && password != "abc") throw std::invalid_argument("only abc");
    const Rc4Scheme scheme = obfuscated ? Rc4Scheme{} : scheme_of(lock, password);
    const XorScheme by_xor = xor_of_abc();
    LockedStream out;
    const auto add = [&](std::uint16_t type, const std::string& data, std::size_t plain_bytes) {
        for (std::string* stream : {&out.plain, &out.locked}) {
            fixtures::put_u16(*stream, type);
            fixtures::put_u16(*stream, static_cast<std::uint16_t>(data.size()));
        }
        const std::size_t at = out.plain.size();
        out.plain += data;
        std::string rest = data.substr(plain_bytes);
        if (!obfuscated) {
            out.locked += data.substr(0, plain_bytes) + rc4_at(scheme, 1'024, at + plain_bytes, rest);
            return;
        }
        for (std::size_t i = 0; i < rest.size(); ++i) {
            const auto byte = static_cast<unsigned char>(rest[i]);
            const unsigned turned = unsigned{byte} << 5 | unsigned{byte} >> 3;
            rest[i] = static_cast<char>(turned ^ by_xor.array[(at + data.size() + plain_bytes + i) % 16]);
        }
        out.locked += data.substr(0, plain_bytes) + rest;
    };
    const std::string bof("\0\6\5\0\x17\x19\xCD\7\xC9\xC0\0\0\6\4\0\0", 16);
    add(0x0809, bof, bof.size());
    std::string pass;
    fixtures::put_u16(pass, obfuscated ? 0 : 1);
    if (obfuscated) fixtures::put_u16(pass, by_xor.key), fixtures::put_u16(pass, by_xor.verifier);
    pass += scheme.header;
    fixtures::put_u16(out.locked, 0x002F);
    fixtures::put_u16(out.plain, 0);
    for (std::string* stream : {&out.plain, &out.locked})
        fixtures::put_u16(*stream, static_cast<std::uint16_t>(pass.size()));
    out.locked += pass;
    out.plain += std::string(pass.size(), '\0');
    add(0x0085, std::string("\x99\x04\0\0\0\0\6\0Sheet1", 14), 4);
    for (std::size_t i = 0; i < records; ++i)
        add(0x00FC, fmt::format("text {} of a shared string table", i), 0);
    add(0x00E1, std::string("\xB0\x04", 2), 2);
    add(0x000A, "", 0);
    return out;
}

std::string xls_around(const std::string& stream, const fixtures::VbaProject* macros) {
    fixtures::CfbNode root;
    root.children = {fixtures::cfb_stream("Workbook", stream)};
    if (macros != nullptr)
        root.children.push_back(fixtures::cfb_storage("_VBA_PROJECT_CUR", fixtures::vba_nodes(*macros)));
    return fixtures::write_cfb(root);
}

LockedWord word_document(BinaryLock lock, std::string_view password) {
    const bool obfuscated = lock == BinaryLock::xor_obfuscation;
    const Rc4Scheme scheme = obfuscated ? Rc4Scheme{} : scheme_of(lock, password);
    const XorScheme by_xor = xor_of_abc();
    const auto locked = [&](const std::string& text, std::size_t plain_bytes) {
        std::string rest = text.substr(plain_bytes);
        if (!obfuscated) return text.substr(0, plain_bytes) + rc4_at(scheme, 512, plain_bytes, rest);
        for (std::size_t i = 0; i < rest.size(); ++i) {
            const auto byte = static_cast<unsigned char>(rest[i]);
            const unsigned char key = by_xor.array[(plain_bytes + i) % 16];
            if (byte != 0 && byte != key) rest[i] = static_cast<char>(byte ^ key);
        }
        return text.substr(0, plain_bytes) + rest;
    };
    std::string text;
    for (int i = 0; i < 400; ++i)
        text += fmt::format("paragraph {} of it\r", i) + std::string(1, '\0');
    std::string fib("\xEC\xA5\xC1\0\0\0\0\0\0\0", 10);
    fib.resize(0x44, '\0');
    LockedWord out;
    fib[0x0B] = '\2';
    out.document.plain = fib + text;
    fib[0x0B] = static_cast<char>(obfuscated ? 0x83 : 0x03);
    std::string key;
    fixtures::put_u32(key, obfuscated ? std::uint32_t{by_xor.key} << 16 | by_xor.verifier
                                      : static_cast<std::uint32_t>(scheme.header.size()));
    fib.replace(0x0E, 4, key);
    out.document.locked = locked(fib + text, fib.size());
    out.table.plain = scheme.header + text.substr(0, 5'000);
    out.table.locked = locked(out.table.plain, scheme.header.size());
    out.data.plain = text.substr(100, 4'500);
    out.data.locked = locked(out.data.plain, 0);
    return out;
}

std::string doc_around(const std::string& document, const std::string& table, const std::string& data) {
    fixtures::CfbNode root;
    root.children = {fixtures::cfb_stream("WordDocument", document), fixtures::cfb_stream("1Table", table),
                     fixtures::cfb_stream("Data", data)};
    return fixtures::write_cfb(root);
}

}  // namespace sekisho::scanner::office
