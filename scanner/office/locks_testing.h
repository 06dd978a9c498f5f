// For tests alone: locks documents as [MS-OFFCRYPTO] says, sharing no code with what opens them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tests/fixtures/vba_writer.h"

namespace sekisho::scanner::office {

struct AgileOptions {
    std::string hash = "SHA512";  // SHA1, SHA256, SHA384
    unsigned key_bits = 256;
    std::uint64_t spin_count = 1'000;  // as written; a test does not spin for more than 10,000
    bool verifier_lies = false;
    bool hmac_lies = false;
    std::int64_t size_off = 0;                 // added to the stated length
    std::string cipher = "AES";                // as written
    std::string chaining = "ChainingModeCBC";  // as written
};
// A compound file with EncryptionInfo and EncryptedPackage, around `package`.
std::string agile_file(std::string_view package, std::string_view ascii_password,
                       const AgileOptions& options = {});
std::string standard_file(std::string_view package, std::string_view ascii_password);

enum class BinaryLock : std::uint8_t { rc4_40, rc4_crypto_api, xor_obfuscation };

// Records of a workbook, each with the data given, plain and locked. Both have the length of the other: where
// the locked one has FilePass, the plain one has a record of type 0.
struct LockedStream {
    std::string plain;
    std::string locked;
};
LockedStream workbook(BinaryLock lock, std::string_view ascii_password, std::size_t records = 300);

// A .xls or .doc around it, with macros if some are given.
std::string xls_around(const std::string& workbook, const fixtures::VbaProject* macros = nullptr);

struct LockedWord {
    LockedStream document;
    LockedStream table;
    LockedStream data;
};
LockedWord word_document(BinaryLock lock, std::string_view ascii_password);
std::string doc_around(const std::string& document, const std::string& table, const std::string& data);

}  // namespace sekisho::scanner::office
