// Encrypted OOXML packages, [MS-OFFCRYPTO] 2.3.4: a compound file with the streams EncryptionInfo and
// EncryptedPackage, whose plain text is the ZIP.
//
// Known weaknesses: RC2, DES and RC4 as ciphers of a package, and MD2, MD4, RIPEMD-160 and Whirlpool as its
// hashes, are not read; Office writes none of them by itself. Extensible encryption (versions 3.3 and 4.3)
// hands its key derivation to a program of the writer's and is told as unsupported.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"
#include "scanner/output.h"
#include "scanner/unlock/key_search.h"

namespace sekisho::scanner::unlock {

// The key of a package, as one password gives it.
struct PackageKey {
    std::array<std::byte, 32> bytes{};
    std::size_t size = 0;
    bool verified = false;  // the verifier of the file agrees

    base::Bytes view() const { return base::Bytes(bytes).first(size); }
};

class OoxmlLock {
public:
    // `info`: the EncryptionInfo stream, which the caller keeps alive. unsupported: a version, cipher or hash
    // that is not read here; malformed, truncated: no such stream.
    static base::Result<std::unique_ptr<OoxmlLock>> open(base::Bytes info);

    OoxmlLock() = default;
    virtual ~OoxmlLock() = default;
    OoxmlLock(const OoxmlLock&) = delete;
    OoxmlLock& operator=(const OoxmlLock&) = delete;

    virtual Price price() const = 0;

    // `password`: UTF-16LE; `package`: the EncryptedPackage stream. Some writers get the verifier wrong, so a
    // key is plausible as well where it makes a ZIP of the package's beginning. Keeps the key that fits best.
    Fit fit_of(std::string_view password, base::Bytes package);

    struct Decrypted {
        bool cut = false;         // the package holds less than it says
        bool overlong = false;    // or more, by over a segment: all of it was decrypted
        bool authentic = true;    // false: there is a check of integrity, and it fails
        bool has_output = false;  // false: nothing fitted, or the package is too short for a header
    };
    // With the key that fit_of() kept. What `output` refuses shows there.
    Decrypted decrypt(base::Bytes package, Budget& budget, Output& output) const;

    // One segment by itself, with the key that fit_of() kept: the pages of an Access database. `in`: at most
    // 4,096 bytes; `out`: as long. Gives the bytes written; 0 without a key.
    std::size_t decrypt_one(std::uint32_t number, base::Bytes in, std::span<std::byte> out) const {
        return key_ ? decrypt_segment(*key_, number, in, out) : 0;
    }

protected:
    static constexpr std::size_t segment = 4'096;  // bytes that agile encryption gives a vector of their own

    virtual PackageKey derive(std::string_view password) const = 0;
    // `in`: one segment, the last may be shorter. Gives the bytes written.
    virtual std::size_t decrypt_segment(const PackageKey& key, std::uint32_t number, base::Bytes in,
                                        std::span<std::byte> out) const = 0;
    virtual bool authentic(const PackageKey& key, base::Bytes package) const = 0;

private:
    std::optional<PackageKey> key_;
};

}  // namespace sekisho::scanner::unlock
