#include "scanner/containers/ntfs_record.h"

#include <algorithm>

#include "base/charset.h"
#include "base/cursor.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using base::Cursor;
using base::Result;

constexpr std::uint64_t record_number = 0xFFFF'FFFF'FFFF;  // the upper 16 bits are a sequence number
constexpr std::size_t stride = 512;  // bytes that one word of the update sequence protects

// The last two bytes of each 512 hold a number that tells a torn write; the bytes proper stand in a list.
Result<std::vector<std::byte>> undo_fixups(Bytes raw, bool& torn) {
    std::vector<std::byte> out(raw.begin(), raw.end());
    Cursor in(raw);
    SEKISHO_TRY(in.skip(4));
    const std::uint16_t list = SEKISHO_TRY(in.u16_le());
    const std::uint16_t count = SEKISHO_TRY(in.u16_le());
    SEKISHO_TRY(in.seek(list));
    const Bytes number = SEKISHO_TRY(in.take(2));
    for (std::size_t i = 1; i < count && i * stride <= out.size(); ++i) {
        const Bytes proper = SEKISHO_TRY(in.take(2));
        const std::size_t at = i * stride - 2;
        torn = torn || !std::ranges::equal(raw.subspan(at, 2), number);
        out[at] = proper[0];
        out[at + 1] = proper[1];
    }
    return out;
}

// A number of `bytes` bytes, 1 to 8, little-endian.
Result<std::uint64_t> short_number(Cursor& in, unsigned bytes, bool is_signed) {
    if (bytes == 0 || bytes > 8) return base::fail(Cause::malformed);
    const Bytes raw = SEKISHO_TRY(in.take(bytes));
    const bool negative = is_signed && (raw.back() & std::byte{0x80}) != std::byte{0};
    std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
    for (std::size_t i = bytes; i-- > 0;)
        value = value << 8 | std::to_integer<std::uint64_t>(raw[i]);
    return value;
}

// Pairs of a length and the distance to the run before, in clusters; without a distance it is a hole.
Result<void> read_runs(Cursor in, std::uint64_t cluster, std::vector<DiskRun>& out) {
    const std::uint64_t most = (UINT64_MAX >> 2) / cluster;
    std::uint64_t at = 0;
    while (true) {
        const unsigned sizes = SEKISHO_TRY(in.u8());
        if (sizes == 0) return {};
        const std::uint64_t length = SEKISHO_TRY(short_number(in, sizes & 0x0Fu, false));
        if (length == 0 || length > most) return base::fail(Cause::malformed);
        if (sizes >> 4 == 0) {
            append_run(out, {0, length * cluster, true});
            continue;
        }
        at += SEKISHO_TRY(short_number(in, sizes >> 4, true));  // wraps where the distance is negative
        if (at > most) return base::fail(Cause::malformed);
        append_run(out, {at * cluster, length * cluster, false});
    }
}

Result<void> read_mapped(Cursor in, std::uint64_t cluster, NtfsAttribute& out) {
    const Cursor begin = in;
    SEKISHO_TRY(in.skip(16));
    out.first_cluster = SEKISHO_TRY(in.u64_le());
    SEKISHO_TRY(in.skip(8));
    const std::uint16_t list = SEKISHO_TRY(in.u16_le());
    const std::uint16_t unit = SEKISHO_TRY(in.u16_le());
    SEKISHO_TRY(in.skip(4));
    if (out.first_cluster == 0) {
        SEKISHO_TRY(in.skip(8));
        out.size = SEKISHO_TRY(in.u64_le());
        out.valid = SEKISHO_TRY(in.u64_le());
    }
    out.unit = unit > 0 && unit < 16 ? std::uint64_t{1} << unit : 0;
    in = begin;
    SEKISHO_TRY(in.seek(list));
    out.damaged = !read_runs(in, cluster, out.runs);
    return {};
}

Result<NtfsAttribute> read_attribute(Cursor in, std::uint64_t cluster) {
    const Cursor begin = in;
    NtfsAttribute out;
    out.type = SEKISHO_TRY(in.u32_le());
    SEKISHO_TRY(in.skip(4));
    out.resident = SEKISHO_TRY(in.u8()) == 0;
    const std::uint8_t name_length = SEKISHO_TRY(in.u8());
    const std::uint16_t name_offset = SEKISHO_TRY(in.u16_le());
    const std::uint16_t flags = SEKISHO_TRY(in.u16_le());
    out.compressed = (flags & 0x00FFu) == 1;
    out.unknown_packing = (flags & 0x00FFu) > 1;
    out.encrypted = (flags & 0x4000u) != 0;
    SEKISHO_TRY(in.skip(2));
    Cursor name = begin;
    SEKISHO_TRY(name.seek(name_offset));
    out.name = base::to_utf8(SEKISHO_TRY(name.take(std::uint64_t{name_length} * 2)), "utf-16le");
    if (!out.resident) {
        SEKISHO_TRY(read_mapped(begin, cluster, out));
        return out;
    }
    const std::uint32_t length = SEKISHO_TRY(in.u32_le());
    Cursor value = begin;
    SEKISHO_TRY(value.seek(SEKISHO_TRY(in.u16_le())));
    const Bytes bytes = SEKISHO_TRY(value.take(length));
    out.value.assign(bytes.begin(), bytes.end());
    out.size = length;
    return out;
}

Result<void> read_attributes(Cursor in, std::uint64_t cluster, NtfsRecord& out) {
    while (true) {
        Cursor head = in;
        if (SEKISHO_TRY(head.u32_le()) == 0xFFFF'FFFF) return {};
        const std::uint32_t length = SEKISHO_TRY(head.u32_le());
        if (length < 16) return base::fail(Cause::malformed);
        auto attribute = read_attribute(SEKISHO_TRY(in.sub(length)), cluster);
        if (attribute) {
            out.attributes.push_back(std::move(*attribute));
        } else {
            out.damaged = true;  // the others have their own lengths
        }
    }
}

}  // namespace

Result<NtfsRecord> read_ntfs_record(Bytes raw, std::uint32_t cluster) {
    if (raw.size() < 48 || base::as_text(raw.first(4)) != "FILE") return base::fail(Cause::malformed);
    NtfsRecord out;
    const std::vector<std::byte> record = SEKISHO_TRY(undo_fixups(raw, out.damaged));
    Cursor in(record);
    SEKISHO_TRY(in.seek(20));
    const std::uint16_t first = SEKISHO_TRY(in.u16_le());
    const std::uint16_t flags = SEKISHO_TRY(in.u16_le());
    out.in_use = (flags & 1u) != 0;
    out.directory = (flags & 2u) != 0;
    SEKISHO_TRY(in.seek(32));
    const std::uint64_t base = SEKISHO_TRY(in.u64_le());
    if (base != 0) out.base = base & record_number;
    SEKISHO_TRY(in.seek(first));
    if (!read_attributes(in, cluster, out)) out.damaged = true;
    return out;
}

Result<NtfsName> read_ntfs_name(Bytes value) {
    Cursor in(value);
    NtfsName out;
    out.parent = SEKISHO_TRY(in.u64_le()) & record_number;
    SEKISHO_TRY(in.seek(56));
    out.flags = SEKISHO_TRY(in.u32_le());
    SEKISHO_TRY(in.skip(4));
    const std::uint8_t length = SEKISHO_TRY(in.u8());
    out.dos = SEKISHO_TRY(in.u8()) == 2;
    out.name = base::to_utf8(SEKISHO_TRY(in.take(std::uint64_t{length} * 2)), "utf-16le");
    return out;
}

}  // namespace sekisho::scanner::containers
