// Secrets in memory and on disk: text that is wiped, names that tell nothing, content that only we can open.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace sekisho::quarantine {

// Text whose memory is overwritten when it goes. A value that is copied and never moved: a moved short string
// would stay behind where it was. It is not printed.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view text) : text_(text) {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret& other);
    ~Secret() { wipe(); }

    std::string_view view() const { return text_; }
    bool operator==(const Secret&) const = default;

private:
    void wipe();

    std::string text_;  // never grows: growing would leave a copy behind
};

// Two keys, made from the secret of the key file by HKDF-SHA-256 (RFC 5869, no salt), each with an info
// string of its own: neither tells anything of the other, nor of the key of the release tokens. Thread-safe;
// the keys are wiped at the end.
class Seal {
public:
    static constexpr std::size_t name_size = 32;
    // version (1) | nonce (12) | ciphertext | tag (16)
    static constexpr std::size_t overhead = 29;
    static constexpr std::size_t least_secret = 32;

    // Cause::invalid where the secret is shorter than 32 bytes.
    static base::Result<std::unique_ptr<Seal>> create(base::Bytes secret);
    ~Seal();
    Seal(const Seal&) = delete;
    Seal& operator=(const Seal&) = delete;

    // HMAC-SHA-256 of what stands for it: 32 bytes.
    std::string name(std::string_view what) const;

    // AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D, section 8.2.2: good for 2^32 rows under
    // one key). `name` is authenticated with it: sealed bytes open under the name that they were sealed for,
    // and no other.
    std::string seal(std::string_view plain, std::string_view name) const;
    // Cause::malformed where they are not what was sealed under this name and key.
    base::Result<Secret> open(base::Bytes sealed, std::string_view name) const;

private:
    using Key = std::array<std::uint8_t, 32>;
    struct Cipher;

    Seal(const Key& name_key, const Key& seal_key);

    Key name_key_;
    Key seal_key_;
    std::unique_ptr<Cipher> cipher_;
};

}  // namespace sekisho::quarantine
