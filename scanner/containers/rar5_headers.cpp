#include "scanner/containers/rar5_headers.h"

#include <algorithm>
#include <cstdint>

#include "base/cursor.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cursor;
using base::Result;

constexpr std::size_t signature_bytes = 8;
constexpr std::uint64_t file_header = 2;
constexpr std::uint64_t encryption_header = 4;
constexpr std::uint64_t end_header = 5;
constexpr std::uint64_t crypt_record = 1;

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

Result<bool> has_crypt_record(Cursor extra) {
    while (!extra.at_end()) {
        Cursor record = SEKISHO_TRY(extra.sub(SEKISHO_TRY(variable(extra))));
        if (SEKISHO_TRY(variable(record)) == crypt_record) return true;
    }
    return false;
}

Result<Rar5File> read_file(Cursor& in) {
    Rar5File out;
    const std::uint64_t flags = SEKISHO_TRY(variable(in));
    out.directory = (flags & 0x01u) != 0;
    (void)SEKISHO_TRY(variable(in));                           // unpacked size
    (void)SEKISHO_TRY(variable(in));                           // attributes
    if ((flags & 0x02u) != 0) (void)SEKISHO_TRY(in.u32_le());  // time
    if ((flags & 0x04u) != 0) (void)SEKISHO_TRY(in.u32_le());  // CRC
    const std::uint64_t compression = SEKISHO_TRY(variable(in));
    out.window = std::uint64_t{128u << 10} << ((compression >> 10) & 0x0Fu);
    (void)SEKISHO_TRY(variable(in));  // operating system
    out.name = base::as_text(SEKISHO_TRY(in.take(SEKISHO_TRY(variable(in)))));
    return out;
}

// One block; false at the end of the archive.
Result<bool> read_block(Cursor& in, Rar5Headers& out) {
    (void)SEKISHO_TRY(in.u32_le());  // CRC
    Cursor header = SEKISHO_TRY(in.sub(SEKISHO_TRY(variable(in))));
    const std::uint64_t type = SEKISHO_TRY(variable(header));
    const std::uint64_t flags = SEKISHO_TRY(variable(header));
    const std::uint64_t extra = (flags & 0x01u) != 0 ? SEKISHO_TRY(variable(header)) : 0;
    const std::uint64_t data = (flags & 0x02u) != 0 ? SEKISHO_TRY(variable(header)) : 0;
    if (type == encryption_header) {
        out.hidden = true;
        return false;
    }
    if (type == end_header) return false;
    if (type == file_header) {
        out.volume = out.volume || (flags & 0x18u) != 0;
        Rar5File file = SEKISHO_TRY(read_file(header));
        const Bytes rest = header.rest();
        if (extra <= rest.size()) {
            const auto locked = has_crypt_record(Cursor(rest.last(static_cast<std::size_t>(extra))));
            file.locked = locked && *locked;
        }
        if (!file.directory) out.window = std::max(out.window, file.window);
        out.files.push_back(file);
    }
    SEKISHO_TRY(in.skip(data));
    return true;
}

}  // namespace

Rar5Headers read_rar5_headers(Bytes archive, std::size_t max_files) {
    Rar5Headers out;
    Cursor in(archive);
    if (!in.skip(signature_bytes)) return out;
    while (out.files.size() < max_files) {
        const auto more = read_block(in, out);
        if (!more || !*more) break;
    }
    return out;
}

}  // namespace sekisho::scanner::containers
