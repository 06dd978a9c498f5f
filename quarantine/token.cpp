#include "quarantine/token.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/base64.h"
#include "base/cursor.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/text.h"
#include "quarantine/content_hash.h"
#include "quarantine/files.h"

namespace sekisho::quarantine {

namespace {

constexpr std::size_t head_size = 38;
constexpr std::size_t mac_size = 32;
constexpr std::size_t nonce_size = 8;
constexpr std::size_t id_size = 16;
constexpr std::size_t secret_size = 32;
constexpr std::uint8_t version = 1;
constexpr std::size_t max_token_text = 200;

void add_big_endian(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        out += static_cast<char>((value >> shift) & 0xFFU);
}

std::string canonical(std::string_view recipient) {
    std::string out(recipient);
    const std::size_t at = out.rfind('@');
    if (at == std::string::npos) return out;
    return out.substr(0, at) + base::to_lower(out.substr(at));
}

base::Sha256 mac(const ReleaseKey& key, std::string_view head, const std::vector<std::string>& recipients,
                 base::Bytes message, std::uint8_t mask) {
    std::vector<std::string> names;
    names.reserve(recipients.size());
    for (const std::string& recipient : recipients)
        names.push_back(canonical(recipient));
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());

    std::string text = "sekisho release 1";
    text += head;
    add_big_endian(text, names.size(), 4);
    for (const std::string& name : names) {
        add_big_endian(text, name.size(), 4);
        text += name;
    }
    const base::Sha256 content = content_hash(message, mask);
    text += base::as_text(std::as_bytes(std::span(content)));
    return base::hmac_sha256(key.bytes(), base::as_bytes(text));
}

base::Result<std::string> decode(std::string_view token) {
    if (token.size() > max_token_text)
        return base::fail(base::Cause::malformed, "no token of ours: too long");
    auto raw = base::base64url_decode(token);
    if (!raw || raw->size() != head_size + mac_size)
        return base::fail(base::Cause::malformed, "no token of ours");
    return *std::move(raw);
}

base::Result<TokenFields> fields_of(std::string_view raw) {
    base::Cursor cursor(base::as_bytes(raw));
    TokenFields out;
    if (SEKISHO_TRY(cursor.u8()) != version)
        return base::fail(base::Cause::malformed, "a token of another version");
    out.mask = SEKISHO_TRY(cursor.u8());
    for (std::uint8_t& byte : out.key_id)
        byte = SEKISHO_TRY(cursor.u8());
    // Bounded: the system's clock, in nanoseconds, overflows in 2262.
    constexpr std::uint64_t year_2200 = 7'258'118'400;
    const std::uint64_t expires = std::min(SEKISHO_TRY(cursor.u64_be()), year_2200);
    out.expires = std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(expires)));
    out.nonce = base::as_text(SEKISHO_TRY(cursor.take(nonce_size)));
    out.quarantine_id = base::hex(SEKISHO_TRY(cursor.take(id_size)));
    return out;
}

// Written under another name and linked: the key is there whole or not at all, and never replaces another.
base::Result<void> create_key(const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code ignored;
    if (!std::filesystem::exists(folder, ignored) && ::mkdir(folder.c_str(), 0700) != 0) {
        return base::fail_errno(folder.string(), errno);
    }
    const std::string name = fmt::format("{}.new-{}", path, ::getpid());
    ::unlink(name.c_str());
    {
        const base::UniqueFd file(
            ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0400));
        if (!file) return base::fail_errno(name, errno);
        const std::string text = base::hex(base::as_bytes(base::random_bytes(secret_size))) + "\n";
        SEKISHO_TRY(base::write_all(file.get(), base::as_bytes(text)));
        if (::fsync(file.get()) != 0) return base::fail_errno(name, errno);
    }
    const bool linked = ::link(name.c_str(), path.c_str()) == 0;
    const int error = errno;
    ::unlink(name.c_str());
    if (!linked && error != EEXIST) return base::fail_errno(path, error);
    return sync_folder(folder.string());
}

}  // namespace

base::Result<ReleaseKey> ReleaseKey::load_or_create(const std::string& path) {
    struct stat info{};
    if (::lstat(path.c_str(), &info) != 0) {
        if (errno != ENOENT) return base::fail_errno(path, errno);
        SEKISHO_TRY(create_key(path));
        if (::lstat(path.c_str(), &info) != 0) return base::fail_errno(path, errno);
    }
    if (!S_ISREG(info.st_mode) || (info.st_mode & 0077U) != 0) {
        return base::fail(base::Cause::invalid,
                          fmt::format("{}: must be a file that only its owner may read; "
                                      "chmod 0400 it",
                                      path));
    }
    const std::string text = SEKISHO_TRY(base::read_file(path, 4'096));
    auto secret = bytes_of_hex(base::trim(text));
    if (!secret || secret->size() < secret_size) {
        return base::fail(base::Cause::invalid,
                          fmt::format("{}: must hold {} or more hex digits; remove it and a new "
                                      "key is made",
                                      path, 2 * secret_size));
    }
    ReleaseKey key;
    key.secret_ = *std::move(secret);
    return key;
}

std::array<std::uint8_t, 4> ReleaseKey::id() const {
    const base::Sha256 digest = base::hmac_sha256(bytes(), base::as_bytes("sekisho key id"));
    return {digest[0], digest[1], digest[2], digest[3]};
}

std::string TokenFields::spend_id() const { return quarantine_id + base::hex(base::as_bytes(nonce)); }

std::string sign_token(const ReleaseKey& key, const std::string& quarantine_id,
                       std::chrono::sys_seconds expires, const std::vector<std::string>& recipients,
                       base::Bytes message) {
    const std::uint8_t mask = present_fields(message);
    std::string head;
    head += static_cast<char>(version);
    head += static_cast<char>(mask);
    for (const std::uint8_t byte : key.id())
        head += static_cast<char>(byte);
    add_big_endian(head, static_cast<std::uint64_t>(expires.time_since_epoch().count()), 8);
    head += base::random_bytes(nonce_size);
    head += bytes_of_hex(quarantine_id).value_or(std::string(id_size, '\0'));
    const base::Sha256 digest = mac(key, head, recipients, message, mask);
    head += base::as_text(std::as_bytes(std::span(digest)));
    return base::base64url_encode(base::as_bytes(head));
}

base::Result<TokenFields> read_token(std::string_view token) { return fields_of(SEKISHO_TRY(decode(token))); }

base::Result<TokenFields> verify_token(const ReleaseKey& key, std::string_view token,
                                       const std::vector<std::string>& recipients, base::Bytes message,
                                       std::chrono::system_clock::time_point now) {
    const std::string raw = SEKISHO_TRY(decode(token));
    TokenFields fields = SEKISHO_TRY(fields_of(raw));
    if (fields.key_id != key.id()) return base::fail(base::Cause::invalid, "signed with another key");
    if (fields.expires <= now) return base::fail(base::Cause::invalid, "expired");
    const std::string_view head = std::string_view(raw).substr(0, head_size);
    const base::Sha256 expected = mac(key, head, recipients, message, fields.mask);
    if (!base::equal_secret(std::as_bytes(std::span(expected)), base::as_bytes(raw).subspan(head_size))) {
        return base::fail(base::Cause::invalid, "not for this message and these recipients");
    }
    return fields;
}

}  // namespace sekisho::quarantine
