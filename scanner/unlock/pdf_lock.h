// The standard security handler of PDF: which passwords open a document, and the key that they give.
// ISO 32000-1 section 7.6.3 (revisions 2 to 4), Adobe's extension level 3 (revision 5), ISO 32000-2 section
// 7.6.4 (revision 6).
//
// Known weaknesses: PDFDocEncoding is taken for windows-1252, which differs in quotes, dashes and the euro
// sign. A password of revision 5 or 6 is taken as it stands and in NFKC, which is SASLprep but for its table
// of characters that map to nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "scanner/unlock/key_search.h"

namespace sekisho::scanner::unlock {

// What the encryption dictionary says, and the trailer's /ID; hostile.
struct PdfEncryption {
    std::int64_t version = 0;       // /V
    std::int64_t revision = 0;      // /R
    std::int64_t key_bits = 0;      // /Length; 0 where it is not there
    std::uint32_t permissions = 0;  // /P
    std::string owner;              // /O
    std::string user;               // /U
    std::string owner_key;          // /OE
    std::string user_key;           // /UE
    std::string id;                 // the first string of /ID; empty where there is none
    bool encrypts_metadata = true;
};

class PdfLock {
public:
    // unsupported: a version or revision that nobody has defined.
    static base::Result<PdfLock> open(PdfEncryption encryption);

    PasswordBytes password_bytes() const;
    // Of one call of key_of().
    Price price() const;
    // The key of the document where `password` is its user's or its owner's.
    std::optional<std::string> key_of(std::string_view password) const;

private:
    PdfLock(PdfEncryption encryption, std::size_t key_bytes)
        : encryption_(std::move(encryption)), key_bytes_(key_bytes) {}

    std::string key_of_user(std::string_view padded) const;
    std::optional<std::string> key_if_user(std::string_view padded) const;
    std::string user_password_of_owner(std::string_view password) const;
    std::optional<std::string> key_by_hash(std::string_view password) const;

    PdfEncryption encryption_;
    std::size_t key_bytes_;
};

}  // namespace sekisho::scanner::unlock
