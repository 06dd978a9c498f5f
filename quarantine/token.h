// Release tokens: who may pass without a scan, once.
//
// A token is base64url of 70 bytes:
//   0 version (1) | 1 mask of AddedField | 2..5 key id | 6..13 expiry, seconds since 1970, big endian
//   | 14..21 nonce | 22..37 quarantine id | 38..69 HMAC-SHA256
// The HMAC is over the first 38 bytes, the recipients (domain in lower case, sorted, each once) and
// content_hash(). So it is worth nothing for another recipient, another text or a later day. It is spent by
// its nonce and id.
//
// Known weakness: each gateway knows what it has spent itself. Gateways that share a key would each take the
// same token once within its time to live (token_ttl, 15 minutes by default) if somebody within
// release_networks replayed it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace sekisho::quarantine {

// The secret. A value, but one that is not printed.
class ReleaseKey {
public:
    // Reads the file (64 or more hex digits), or makes it, mode 0400, at the first start. Cause::invalid
    // where others may read it or it holds anything else.
    static base::Result<ReleaseKey> load_or_create(const std::string& path);

    base::Bytes bytes() const { return base::as_bytes(secret_); }
    std::array<std::uint8_t, 4> id() const;  // of no use for finding the secret

private:
    std::string secret_;
};

// What a token says; true only once verify() has held.
struct TokenFields {
    std::uint8_t mask = 0;
    std::array<std::uint8_t, 4> key_id{};
    std::chrono::sys_seconds expires;
    std::string nonce;             // 8 bytes
    std::string quarantine_id;     // 32 hex digits
    std::string spend_id() const;  // what the store keeps
};

std::string sign_token(const ReleaseKey& key, const std::string& quarantine_id,
                       std::chrono::sys_seconds expires, const std::vector<std::string>& recipients,
                       base::Bytes message);

// Cause::malformed where it is no token. Says nothing of its truth.
base::Result<TokenFields> read_token(std::string_view token);

// Cause::invalid with the reason: another key, expired, or not for this message and these recipients.
base::Result<TokenFields> verify_token(const ReleaseKey& key, std::string_view token,
                                       const std::vector<std::string>& recipients, base::Bytes message,
                                       std::chrono::system_clock::time_point now);

}  // namespace sekisho::quarantine
