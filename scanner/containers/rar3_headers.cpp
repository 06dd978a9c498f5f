// Known weakness: a name without Unicode is in a code page that the archive does not tell; it goes out as it
// stands, and its backslashes are taken for separators only where all of it is ASCII. RAR 2.x ends an archive
// without a mark, so one that is cut between two members looks whole.
#include "scanner/containers/rar3_headers.h"

#include <algorithm>
#include <utility>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"
#include "scanner/containers/crc32.h"
#include "scanner/containers/rar_bytes.h"
#include "scanner/unlock/aes_cbc.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cursor;
using base::Result;

constexpr std::size_t mark_bytes = 7;
constexpr std::size_t least_header = 7;
constexpr std::size_t salt_bytes = 8;
constexpr std::size_t most_name = 4'096;  // characters; unRAR cuts at 2,048

enum : std::uint8_t { main_block = 0x73, file_block = 0x74, subblock = 0x7A, end_block = 0x7B };

constexpr unsigned main_has_comment = 0x0002;
constexpr unsigned main_locked = 0x0080;
constexpr unsigned main_has_version = 0x0200;  // of the encryption

constexpr unsigned file_from_before = 0x0001;
constexpr unsigned file_goes_on = 0x0002;
constexpr unsigned file_locked = 0x0004;
constexpr unsigned file_has_comment = 0x0008;
constexpr unsigned file_solid = 0x0010;
constexpr unsigned file_window = 0x00E0;  // a power of two from 64 KB on; all set: a directory
constexpr unsigned file_large = 0x0100;
constexpr unsigned file_unicode = 0x0200;
constexpr unsigned file_salt = 0x0400;
constexpr unsigned has_data = 0x8000;

constexpr std::uint8_t store = 0x30;
constexpr std::uint8_t best = 0x35;
constexpr std::uint8_t version_29 = 29;          // of the compression that is decoded here
constexpr std::uint8_t version_of_locks = 29;    // before it: ciphers of their own
constexpr std::uint8_t version_sound_hash = 36;  // of encryption
constexpr std::uint8_t host_unix = 3;

// Whether the checksum of a header, its first two bytes, holds for the rest. Comments of old are left out of
// it, so headers that have one are believed.
bool checksum_holds(Bytes header) {
    Cursor in(header);
    const auto crc = in.u16_le();
    const auto type = in.u8();
    const auto flags = in.u16_le();
    if (!crc || !type || !flags) return false;
    const unsigned comment = *type == main_block   ? main_has_comment
                             : *type == file_block ? file_has_comment
                                                   : 0;
    return (*flags & comment) != 0 || (crc32_of(header.subspan(2)) & 0xFFFFu) == *crc;
}

// A header behind its salt; empty where the key does not fit.
std::string decrypt_header(Bytes locked, const unlock::RarKey& key) {
    if (locked.size() < unlock::aes_block) return {};
    const auto decrypt = [&](Bytes bytes) {
        return unlock::aes_cbc_decrypt(bytes, base::as_bytes(key.cipher), base::as_bytes(key.iv));
    };
    const std::string first = decrypt(locked.first(unlock::aes_block));
    Cursor in(base::as_bytes(first));
    (void)in.skip(2);
    const auto type = in.u8();
    (void)in.skip(2);
    const auto size = in.u16_le();
    if (!type || !size || *type < main_block || *type > end_block || *size < least_header) return {};
    const std::size_t padded = rounded_up(*size, unlock::aes_block);
    if (padded > locked.size()) return {};
    std::string header = decrypt(locked.first(padded));
    header.resize(*size);
    return checksum_holds(base::as_bytes(header)) ? header : std::string();
}

// A name in both the code page and a compressed UTF-16 of its own (unRAR's encname.cpp): two bits say how
// each character is made, of bytes of its own or of those of the other name. What breaks off ends it.
std::string unicode_name(std::string_view plain, Bytes packed) {
    std::string wide;
    const auto put = [&](unsigned low, unsigned above) {
        wide.push_back(static_cast<char>(low));
        wide.push_back(static_cast<char>(above));
    };
    const auto characters = [&] { return wide.size() / 2; };
    Cursor in(packed);
    const auto next = [&in](std::uint8_t& out) {
        const auto byte = in.u8();
        out = byte.value_or(std::uint8_t{0});
        return byte.has_value();
    };
    std::uint8_t high = 0;
    std::uint8_t flags = 0;
    unsigned flag_bits = 0;
    if (!next(high)) return {};
    while (!in.at_end() && characters() < most_name) {
        if (flag_bits == 0) {
            (void)next(flags);
            flag_bits = 8;
        }
        flag_bits -= 2;
        const unsigned way = (unsigned{flags} >> flag_bits) & 3u;
        std::uint8_t low = 0;
        std::uint8_t own_high = 0;
        if (!next(low) || (way == 2 && !next(own_high))) break;
        if (way < 3) {
            put(low, way == 0 ? std::uint8_t{0} : way == 1 ? high : own_high);
            continue;
        }
        const bool shifted = (low & 0x80u) != 0;
        std::uint8_t shift = 0;
        if (shifted && !next(shift)) break;
        for (unsigned count = (low & 0x7Fu) + 2; count > 0 && characters() < most_name; --count) {
            const std::size_t at = characters();
            const unsigned byte = at < plain.size() ? static_cast<unsigned char>(plain[at]) : 0u;
            put((byte + shift) & 0xFFu, shifted ? high : 0u);
        }
    }
    return base::to_utf8(base::as_bytes(wide), "utf-16le");
}

std::string name_of(Bytes field, bool unicode) {
    const std::string_view all = base::as_text(field);
    const std::size_t zero = all.find('\0');
    std::string name(all.substr(0, zero));
    bool known = std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (unicode) {
        if (zero != all.npos) name = unicode_name(name, field.subspan(zero + 1));
        known = true;  // without a zero it is UTF-8
    }
    if (known) std::ranges::replace(name, '\\', '/');
    return name;
}

// One walk over the blocks of an archive.
class Walk {
public:
    Walk(Bytes archive, const RarHeaderKey& key_of) : in_(archive), key_of_(key_of) {}

    RarHeaders run() {
        if (!in_.skip(mark_bytes)) return std::move(out_);
        while (!in_.at_end()) {
            const auto more = read_block();
            if (!more && out_.damage.empty() && !out_.unopened) out_.damage = more.error().message;
            if (!more || !*more) return std::move(out_);
        }
        if (out_.hidden || newest_ >= version_29 || out_.members.empty())
            note_damage("it ends without an end of the archive");
        return std::move(out_);
    }

private:
    static std::unexpected<base::Error> ends() {
        return base::fail(base::Cause::truncated, "it ends within a header");
    }

    // The bytes of the next header, whole; decrypted into plain_ where headers are locked.
    Result<Bytes> next_header() {
        if (!out_.hidden) {
            Cursor look = in_;
            const auto size = look.skip(least_header - 2) ? look.u16_le() : Result<std::uint16_t>(ends());
            if (!size) return ends();
            if (*size < least_header) return base::fail(base::Cause::malformed, "a header is too small");
            const auto header = in_.take(*size);
            if (!header) return ends();
            if (!checksum_holds(*header)) note_damage("the checksum of a header does not hold");
            return *header;
        }
        const auto salt = in_.take(salt_bytes);
        if (!salt) return unopened();
        header_lock_.salt = base::as_text(*salt);
        const Bytes rest = in_.rest();
        const auto key = key_of_(header_lock_, [rest](const unlock::RarKey& candidate) {
            return !decrypt_header(rest, candidate).empty();
        });
        if (!key) return unopened();
        plain_ = decrypt_header(rest, *key);
        if (plain_.empty()) return base::fail(base::Cause::malformed, "a locked header does not hold");
        SEKISHO_TRY(in_.skip(rounded_up(plain_.size(), unlock::aes_block)));
        return base::as_bytes(plain_);
    }

    // Without one header there is nothing that could tell a key from another; behind some it is damage.
    std::unexpected<base::Error> unopened() {
        out_.unopened = out_.unopened || !opened_one_;
        return base::fail(base::Cause::encrypted, "a locked header does not hold");
    }

    // False: the archive is at its end.
    Result<bool> read_block() {
        const Bytes header = SEKISHO_TRY(next_header());
        opened_one_ = opened_one_ || out_.hidden;
        Cursor in(header);
        SEKISHO_TRY(in.skip(2));
        const std::uint8_t type = SEKISHO_TRY(in.u8());
        const unsigned flags = SEKISHO_TRY(in.u16_le());
        SEKISHO_TRY(in.skip(2));
        if (type == end_block) return false;
        if (type == main_block) {
            read_main(in, flags);
        } else if (type == file_block || type == subblock) {
            return read_file(in, flags, type == file_block);
        } else if ((flags & has_data) != 0) {
            const auto size = in.u32_le();
            if (!size || !in_.skip(*size))
                return base::fail(base::Cause::truncated, "it ends within a block");
        }
        return true;
    }

    void read_main(Cursor in, unsigned flags) {
        out_.hidden = (flags & main_locked) != 0;
        header_lock_.cipher = unlock::RarCipher::rar3;
        if ((flags & main_has_version) == 0 || !in.skip(6)) return;
        const auto version = in.u8();
        header_lock_.sound_hash = version && *version >= version_sound_hash;
    }

    // Subblocks hold what archivers know of each other (comments, owners, recovery): stepped over.
    Result<bool> read_file(Cursor in, unsigned flags, bool is_member) {
        RarMember member;
        const auto packed = read_fields(in, flags, member);
        if (!packed) return base::fail(base::Cause::malformed, "the header of a file is too short");
        member.cut = *packed > in_.left();
        member.data = SEKISHO_TRY(in_.take(std::min<std::uint64_t>(*packed, in_.left())));
        if (!is_member) return true;
        // Some programs show what says it is a directory or a link, and has bytes, as a file of those bytes.
        if (!member.data.empty()) member.kind = RarKind::file;
        out_.too_many = out_.members.size() == max_rar_members;
        if (out_.too_many) return false;
        any_packed_ = any_packed_ || (!member.stored && !member.data.empty());
        out_.members.push_back(std::move(member));
        return true;
    }

    Result<std::uint64_t> read_fields(Cursor& in, unsigned flags, RarMember& out) {
        std::uint64_t packed = SEKISHO_TRY(in.u32_le());
        out.size = SEKISHO_TRY(in.u32_le());
        const std::uint8_t host = SEKISHO_TRY(in.u8());
        out.crc = SEKISHO_TRY(in.u32_le());
        SEKISHO_TRY(in.skip(4));  // time
        const std::uint8_t version = SEKISHO_TRY(in.u8());
        newest_ = std::max(newest_, version);

        out.method = SEKISHO_TRY(in.u8());
        const std::uint16_t name_bytes = SEKISHO_TRY(in.u16_le());
        const std::uint32_t attributes = SEKISHO_TRY(in.u32_le());
        if ((flags & file_large) != 0) {
            packed |= std::uint64_t{SEKISHO_TRY(in.u32_le())} << 32;
            out.size |= std::uint64_t{SEKISHO_TRY(in.u32_le())} << 32;
        }
        out.name = name_of(SEKISHO_TRY(in.take(name_bytes)), (flags & file_unicode) != 0);
        if ((flags & file_locked) != 0) {
            unlock::RarLock lock;
            const bool known = version >= version_of_locks;
            lock.cipher = known ? unlock::RarCipher::rar3 : unlock::RarCipher::unknown;
            lock.sound_hash = version >= version_sound_hash;
            if ((flags & file_salt) != 0) lock.salt = base::as_text(SEKISHO_TRY(in.take(salt_bytes)));
            out.lock = std::move(lock);
        }
        out.from_before = (flags & file_from_before) != 0;
        out.goes_on = (flags & file_goes_on) != 0;
        out.stored = out.method == store;
        // What is stored leaves the dictionary alone, so the first that is packed may be said to go on with
        // one.
        out.solid = (flags & file_solid) != 0 && !out.stored && any_packed_;
        out.decodable = out.stored || (version >= version_29 && out.method <= best);
        out.kind = kind_of(flags, host, version, attributes);
        return packed;
    }

    static RarKind kind_of(unsigned flags, std::uint8_t host, std::uint8_t version,
                           std::uint32_t attributes) {
        constexpr std::uint8_t first_with_flag = 20;
        constexpr std::uint32_t dos_directory = 0x10;
        constexpr std::uint32_t unix_type = 0xF000;
        constexpr std::uint32_t unix_link = 0xA000;
        const bool old = version < first_with_flag && (attributes & dos_directory) != 0;
        if ((flags & file_window) == file_window || old) return RarKind::directory;
        return host == host_unix && (attributes & unix_type) == unix_link ? RarKind::link : RarKind::file;
    }

    void note_damage(const char* what) {
        if (out_.damage.empty()) out_.damage = what;
    }

    Cursor in_;
    const RarHeaderKey& key_of_;
    RarHeaders out_;
    unlock::RarLock header_lock_;
    std::string plain_;
    bool opened_one_ = false;
    bool any_packed_ = false;
    std::uint8_t newest_ = 0;  // version that a file needs
};

}  // namespace

RarHeaders read_rar3_headers(Bytes archive, const RarHeaderKey& key_of) {
    return Walk(archive, key_of).run();
}

}  // namespace sekisho::scanner::containers
