#include "scanner/containers/rar5_headers.h"

#include <algorithm>
#include <utility>

#include "base/cursor.h"
#include "scanner/containers/crc32.h"
#include "scanner/containers/rar_bytes.h"
#include "scanner/unlock/aes_cbc.h"
#include "scanner/unlock/rar5_lock.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cursor;
using base::Result;

constexpr std::size_t signature_bytes = 8;
constexpr std::size_t crc_bytes = 4;
constexpr std::uint64_t most_header = 2u << 20;  // bytes, as unRAR has it
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t check_bytes = 12;

enum : std::uint64_t { main_header = 1, file_header = 2, encryption_header = 4, end_header = 5 };
enum : std::uint64_t { crypt_record = 1, hash_record = 2, redirection_record = 5 };

constexpr unsigned has_extra = 0x01;
constexpr unsigned has_data = 0x02;
constexpr unsigned data_from_before = 0x08;
constexpr unsigned data_goes_on = 0x10;

constexpr unsigned file_directory = 0x01;
constexpr unsigned file_time = 0x02;
constexpr unsigned file_crc = 0x04;
constexpr unsigned file_size_unknown = 0x08;

constexpr unsigned lock_has_check = 0x01;
constexpr unsigned lock_tweaks = 0x02;

constexpr std::uint64_t version_mask = 0x3F;  // of the compression; 0 is RAR 5.0
constexpr std::uint64_t solid_bit = 0x40;

// Seven bits a byte, low ones first, the top bit set where more follow: at most ten bytes.
Result<std::uint64_t> variable(Cursor& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const std::uint8_t byte = SEKISHO_TRY(in.u8());
        value |= static_cast<std::uint64_t>(byte & 0x7Fu) << shift;
        if ((byte & 0x80u) == 0) return value;
    }
    return base::fail(base::Cause::malformed);
}

void put_variable(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        out.push_back(static_cast<char>(value | 0x80u));
    out.push_back(static_cast<char>(value));
}

// One header as it lies there, its size and checksum in front.
struct Framed {
    Bytes body;
    bool checksum_holds = false;
    std::size_t bytes = 0;  // with what is in front
};

Result<Framed> read_frame(Bytes bytes) {
    Cursor in(bytes);
    const std::uint32_t crc = SEKISHO_TRY(in.u32_le());
    const std::uint64_t size = SEKISHO_TRY(variable(in));
    if (size == 0 || size > most_header) return base::fail(base::Cause::malformed);
    Framed out;
    out.body = SEKISHO_TRY(in.take(size));
    out.bytes = in.offset();
    out.checksum_holds = crc32_of(bytes.first(out.bytes).subspan(crc_bytes)) == crc;
    return out;
}

// A header behind its vector; empty where the key does not fit.
std::string decrypt_header(Bytes locked, const unlock::RarKey& key) {
    Cursor in(locked);
    const auto iv = in.take(unlock::aes_block);
    if (!iv) return {};
    const auto decrypt = [&](Bytes bytes) {
        return unlock::aes_cbc_decrypt(bytes, base::as_bytes(key.cipher), *iv);
    };
    const std::string first = decrypt(base::head(in.rest(), unlock::aes_block));
    Cursor look(base::as_bytes(first));
    (void)look.skip(crc_bytes);
    const auto size = variable(look);
    if (!size || *size == 0 || *size > most_header) return {};
    const auto whole = static_cast<std::size_t>(*size) + look.offset();
    const std::size_t padded = rounded_up(whole, unlock::aes_block);
    if (padded > in.left()) return {};
    std::string header = decrypt(in.rest().first(padded));
    header.resize(whole);
    const auto frame = read_frame(base::as_bytes(header));
    return frame && frame->checksum_holds ? header : std::string();
}

// What the encryption header and a file's encryption record have in common.
Result<unlock::RarLock> read_lock(Cursor& in, bool of_file) {
    unlock::RarLock out;
    if (SEKISHO_TRY(variable(in)) != 0) return out;  // a version of encryption that nobody knows
    const std::uint64_t flags = SEKISHO_TRY(variable(in));
    out.log2_rounds = SEKISHO_TRY(in.u8());
    out.salt = base::as_text(SEKISHO_TRY(in.take(salt_bytes)));
    if (of_file) out.iv = base::as_text(SEKISHO_TRY(in.take(unlock::aes_block)));
    if ((flags & lock_has_check) != 0) out.check = unlock::rar5_check_of(SEKISHO_TRY(in.take(check_bytes)));
    out.tweaked = of_file && (flags & lock_tweaks) != 0;
    out.cipher = unlock::RarCipher::rar5;
    return out;
}

// The records behind a file's own fields. One that lies about its size ends them.
Result<void> read_extra(Cursor extra, RarMember& out) {
    while (!extra.at_end()) {
        Cursor record = SEKISHO_TRY(extra.sub(SEKISHO_TRY(variable(extra))));
        const std::uint64_t type = SEKISHO_TRY(variable(record));
        if (type == redirection_record) out.kind = RarKind::link;
        if (type == crypt_record) {
            // One that breaks off locks all the same: nothing is known of it.
            out.lock = read_lock(record, true).value_or(unlock::RarLock{});
        }
        if (type == hash_record && SEKISHO_TRY(variable(record)) == 0)
            out.blake2 = base::as_text(SEKISHO_TRY(record.take(32)));
    }
    return {};
}

// One walk over the blocks of an archive.
class Walk {
public:
    Walk(Bytes archive, const RarHeaderKey& key_of) : in_(archive), key_of_(key_of) {}

    RarHeaders run() {
        if (!in_.skip(signature_bytes)) return std::move(out_);
        while (!in_.at_end()) {
            const auto more = read_block();
            if (!more && !out_.unopened) note_damage("it ends within a header, or a header is malformed");
            ended_ = more && !*more;
            if (!more || ended_) break;
        }
        if (out_.hidden && !key_) out_.unopened = true;
        if (!ended_ && !out_.unopened) note_damage("it ends without an end of the archive");
        return std::move(out_);
    }

private:
    // The next header; decrypted into plain_ where headers are locked.
    Result<Bytes> next_header() {
        if (!out_.hidden) {
            const Framed frame = SEKISHO_TRY(read_frame(in_.rest()));
            SEKISHO_TRY(in_.skip(frame.bytes));
            if (!frame.checksum_holds) note_damage("the checksum of a header does not hold");
            return frame.body;
        }
        const Bytes rest = in_.rest();
        if (!key_) {
            key_ = key_of_(header_lock_, [rest](const unlock::RarKey& candidate) {
                return !decrypt_header(rest, candidate).empty();
            });
        }
        out_.unopened = !key_;
        if (!key_) return base::fail(base::Cause::encrypted);
        plain_ = decrypt_header(rest, *key_);
        const Framed frame = SEKISHO_TRY(read_frame(base::as_bytes(plain_)));
        SEKISHO_TRY(in_.skip(unlock::aes_block + rounded_up(plain_.size(), unlock::aes_block)));
        return frame.body;
    }

    // False: the archive is at its end.
    Result<bool> read_block() {
        Cursor header(SEKISHO_TRY(next_header()));
        const std::uint64_t type = SEKISHO_TRY(variable(header));
        const std::uint64_t flags = SEKISHO_TRY(variable(header));
        const std::uint64_t extra = (flags & has_extra) != 0 ? SEKISHO_TRY(variable(header)) : 0;
        const std::uint64_t data = (flags & has_data) != 0 ? SEKISHO_TRY(variable(header)) : 0;
        if (type == end_header) return false;
        if (type == encryption_header && !out_.hidden) {
            out_.hidden = true;
            header_lock_ = read_lock(header, false).value_or(unlock::RarLock{});
            return true;
        }
        if (type != file_header) {
            SEKISHO_TRY(in_.skip(data));
            return true;
        }
        RarMember member = SEKISHO_TRY(read_file(header, extra));
        member.from_before = (flags & data_from_before) != 0;
        member.goes_on = (flags & data_goes_on) != 0;
        member.cut = data > in_.left();
        member.data = SEKISHO_TRY(in_.take(std::min<std::uint64_t>(data, in_.left())));
        // Some programs show what says it is a directory or a link, and has bytes, as a file of those bytes.
        if (!member.data.empty()) member.kind = RarKind::file;
        out_.too_many = out_.members.size() == max_rar_members;
        if (out_.too_many) return false;
        out_.members.push_back(std::move(member));
        return true;
    }

    static Result<RarMember> read_file(Cursor& in, std::uint64_t extra) {
        RarMember out;
        const std::uint64_t flags = SEKISHO_TRY(variable(in));
        if ((flags & file_directory) != 0) out.kind = RarKind::directory;
        out.size = SEKISHO_TRY(variable(in));
        (void)SEKISHO_TRY(variable(in));  // attributes
        if ((flags & file_time) != 0) (void)SEKISHO_TRY(in.u32_le());
        if ((flags & file_crc) != 0) out.crc = SEKISHO_TRY(in.u32_le());
        out.method = SEKISHO_TRY(variable(in));
        (void)SEKISHO_TRY(variable(in));  // operating system
        out.name = base::as_text(SEKISHO_TRY(in.take(SEKISHO_TRY(variable(in)))));
        out.stored = (out.method >> 7 & 0x07u) == 0;
        out.solid = (out.method & solid_bit) != 0 && !out.stored;
        out.size_unknown = (flags & file_size_unknown) != 0;
        out.decodable = out.stored || ((out.method & version_mask) == 0 && !out.size_unknown);
        out.window = std::uint64_t{128u << 10} << (out.method >> 10 & 0x0Fu);
        const Bytes rest = in.rest();
        if (extra <= rest.size()) (void)read_extra(Cursor(rest.last(static_cast<std::size_t>(extra))), out);
        return out;
    }

    void note_damage(const char* what) {
        if (out_.damage.empty()) out_.damage = what;
    }

    Cursor in_;
    const RarHeaderKey& key_of_;
    RarHeaders out_;
    unlock::RarLock header_lock_;
    std::optional<unlock::RarKey> key_;
    std::string plain_;
    bool ended_ = false;
};

// Size and checksum in front.
std::string framed(const std::string& header) {
    std::string sized;
    put_variable(sized, header.size());
    sized += header;
    std::string out;
    put_number(out, crc32_of(base::as_bytes(sized)), crc_bytes);
    return out + sized;
}

}  // namespace

RarHeaders read_rar5_headers(Bytes archive, const RarHeaderKey& key_of) {
    return Walk(archive, key_of).run();
}

std::string plain_rar5_start(bool solid) {
    constexpr std::uint64_t main_solid = 0x04;
    std::string main;
    for (const std::uint64_t field : {std::uint64_t{main_header}, std::uint64_t{0}, solid ? main_solid : 0})
        put_variable(main, field);
    return std::string("Rar!\x1A\x07\x01\0", signature_bytes) + framed(main);
}

std::string plain_rar5_file(const RarMember& member, std::uint64_t packed) {
    constexpr std::uint64_t ordinary_file = 0x20;
    constexpr std::uint64_t windows = 0;
    std::string file;
    for (const std::uint64_t field :
         {std::uint64_t{file_header}, std::uint64_t{has_data}, packed, std::uint64_t{0}, member.size,
          ordinary_file, member.method, windows, std::uint64_t{1}})
        put_variable(file, field);
    file.push_back('x');
    return framed(file);
}

}  // namespace sekisho::scanner::containers
