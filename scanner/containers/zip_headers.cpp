#include "scanner/containers/zip_headers.h"

#include <algorithm>
#include <array>

#include "base/cursor.h"
#include "scanner/containers/crc32.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cursor;
using base::Result;

constexpr std::uint32_t in_zip64 = 0xFFFFFFFF;
constexpr std::size_t max_extra_fields = 64;     // of one header; real ones have up to six
constexpr std::size_t max_unicode_name = 4'096;  // longer names are not checked against extra 0x7075

// APPNOTE 4.5.3: only those fields are there that are all ones in the header, in this order.
void read_zip64(Cursor in, ZipHeader& header) {
    for (std::uint64_t* field : {&header.size, &header.packed, &header.local_offset}) {
        if (*field != in_zip64) continue;
        const auto value = in.u64_le();
        if (!value) return;
        *field = *value;
    }
}

void read_aes(Cursor in, ZipHeader& header) {
    const auto version = in.u16_le();
    const auto vendor = in.u16_le();
    const auto strength = in.u8();
    const auto method = in.u16_le();
    if (version && vendor && strength && method) header.aes = ZipAes{*version, *strength, *method};
}

void read_unicode_name(Cursor in, ZipHeader& header) {
    const auto version = in.u8();
    const auto crc = in.u32_le();
    if (header.name.size() > max_unicode_name || !header.unicode.empty()) return;
    if (version && crc && *crc == crc32_of(base::as_bytes(header.name)))
        header.unicode = base::as_text(in.rest());
}

void read_extras(Bytes extra, ZipHeader& header) {
    Cursor in(extra);
    for (std::size_t fields = 0; fields < max_extra_fields && in.left() >= 4; ++fields) {
        const auto id = in.u16_le();
        const auto size = in.u16_le();
        if (!id || !size) return;
        const auto field = in.sub(std::min<std::size_t>(*size, in.left()));
        if (!field) return;
        if (*id == 0x0001) read_zip64(*field, header);
        if (*id == 0x9901) read_aes(*field, header);
        if (*id == 0x7075) read_unicode_name(*field, header);
    }
}

Result<ParsedHeader> read_local(Bytes archive, std::size_t offset) {
    Cursor in(archive);
    SEKISHO_TRY(in.seek(offset));
    if (SEKISHO_TRY(in.u32_le()) != local_signature) return base::fail(base::Cause::malformed);
    ParsedHeader out;
    ZipHeader& header = out.header;
    (void)SEKISHO_TRY(in.u16_le());  // version needed
    header.flags = SEKISHO_TRY(in.u16_le());
    header.method = SEKISHO_TRY(in.u16_le());
    header.time = SEKISHO_TRY(in.u16_le());
    (void)SEKISHO_TRY(in.u16_le());  // date
    header.crc = SEKISHO_TRY(in.u32_le());
    header.packed = SEKISHO_TRY(in.u32_le());
    header.size = SEKISHO_TRY(in.u32_le());
    const std::uint16_t name = SEKISHO_TRY(in.u16_le());
    const std::uint16_t extra = SEKISHO_TRY(in.u16_le());
    header.name = base::as_text(SEKISHO_TRY(in.take(name)));
    const Bytes extras = SEKISHO_TRY(in.take(std::min<std::size_t>(extra, in.left())));
    // Signatures by accident or design stand at every fourth byte: no work for those that are no header.
    if (is_plausible(header)) read_extras(extras, header);
    out.end = in.offset();
    return out;
}

Result<ParsedHeader> read_central(Bytes archive, std::size_t offset) {
    Cursor in(archive);
    SEKISHO_TRY(in.seek(offset));
    if (SEKISHO_TRY(in.u32_le()) != central_signature) return base::fail(base::Cause::malformed);
    ParsedHeader out;
    ZipHeader& header = out.header;
    (void)SEKISHO_TRY(in.u32_le());  // versions made by and needed
    header.flags = SEKISHO_TRY(in.u16_le());
    header.method = SEKISHO_TRY(in.u16_le());
    header.time = SEKISHO_TRY(in.u16_le());
    (void)SEKISHO_TRY(in.u16_le());  // date
    header.crc = SEKISHO_TRY(in.u32_le());
    header.packed = SEKISHO_TRY(in.u32_le());
    header.size = SEKISHO_TRY(in.u32_le());
    const std::uint16_t name = SEKISHO_TRY(in.u16_le());
    const std::uint16_t extra = SEKISHO_TRY(in.u16_le());
    const std::uint16_t comment = SEKISHO_TRY(in.u16_le());
    (void)SEKISHO_TRY(in.take(8));  // disk, attributes
    header.local_offset = SEKISHO_TRY(in.u32_le());
    header.name = base::as_text(SEKISHO_TRY(in.take(name)));
    read_extras(SEKISHO_TRY(in.take(extra)), header);
    (void)in.skip(std::min<std::size_t>(comment, in.left()));
    out.end = in.offset();
    return out;
}

Result<ZipEnd> read_end64(Bytes archive, std::size_t locator) {
    Cursor in(archive);
    SEKISHO_TRY(in.seek(locator));
    if (SEKISHO_TRY(in.u32_le()) != locator64_signature) return base::fail(base::Cause::malformed);
    (void)SEKISHO_TRY(in.u32_le());
    const std::uint64_t written = SEKISHO_TRY(in.u64_le());
    // Where bytes stand before the archive, the offset is wrong: the record is then right before its locator.
    for (const std::uint64_t at : {written, std::uint64_t{locator} - std::min<std::uint64_t>(locator, 56)}) {
        Cursor record(archive);
        if (!record.seek(at)) continue;
        const auto signature = record.u32_le();
        if (!signature || *signature != end64_signature) continue;
        ZipEnd out;
        out.offset = static_cast<std::size_t>(at);
        (void)SEKISHO_TRY(record.take(8 + 2 + 2));
        const std::uint32_t disk = SEKISHO_TRY(record.u32_le());
        const std::uint32_t first_disk = SEKISHO_TRY(record.u32_le());
        out.several_disks = disk != 0 || first_disk != 0;
        (void)SEKISHO_TRY(record.u64_le());
        out.entries = SEKISHO_TRY(record.u64_le());
        out.size = SEKISHO_TRY(record.u64_le());
        out.directory = SEKISHO_TRY(record.u64_le());
        return out;
    }
    return base::fail(base::Cause::malformed);
}

Result<ZipEnd> read_end(Bytes archive, std::size_t offset) {
    Cursor in(archive);
    SEKISHO_TRY(in.seek(offset));
    if (SEKISHO_TRY(in.u32_le()) != end_signature) return base::fail(base::Cause::malformed);
    ZipEnd out;
    out.offset = offset;
    const std::uint16_t disk = SEKISHO_TRY(in.u16_le());
    const std::uint16_t first_disk = SEKISHO_TRY(in.u16_le());
    out.several_disks = (disk != 0 || first_disk != 0) && disk != 0xFFFF;
    (void)SEKISHO_TRY(in.u16_le());
    out.entries = SEKISHO_TRY(in.u16_le());
    out.size = SEKISHO_TRY(in.u32_le());
    out.directory = SEKISHO_TRY(in.u32_le());
    const auto comment = in.u16_le();
    out.cut = !comment || *comment > in.left();
    constexpr std::size_t locator_bytes = 20;
    if (offset >= locator_bytes) {
        if (auto end64 = read_end64(archive, offset - locator_bytes)) {
            end64->cut = out.cut;
            return *end64;
        }
    }
    return out;
}

template <class T>
std::optional<T> value_of(Result<T> result) {
    return result ? std::optional<T>(std::move(*result)) : std::nullopt;
}

Result<std::uint64_t> size_field(Cursor& in, bool wide) {
    if (wide) return in.u64_le();
    return SEKISHO_TRY(in.u32_le());
}

Result<std::uint32_t> signature_at(Bytes archive, std::size_t at) {
    Cursor in(archive);
    SEKISHO_TRY(in.seek(at));
    return in.u32_le();
}

// With 32-bit or 64-bit sizes, and with or without its signature: whichever says the distance that is there.
bool read_descriptor(Bytes archive, std::size_t at, bool signed_one, Descriptor& out) {
    for (const bool wide : {false, true}) {
        Cursor in(archive);
        if (!in.seek(at) || (signed_one && !in.skip(4))) return false;
        const auto crc = in.u32_le();
        const auto packed = size_field(in, wide);
        const auto size = size_field(in, wide);
        if (!crc || !packed || !size || *packed != at - out.data_end) continue;
        out.found = true;
        out.crc = *crc;
        out.packed = *packed;
        out.size = *size;
        out.next = in.offset();
        return true;
    }
    return false;
}

}  // namespace

std::optional<ParsedHeader> parse_local(Bytes archive, std::size_t offset) {
    return value_of(read_local(archive, offset));
}
std::optional<ParsedHeader> parse_central(Bytes archive, std::size_t offset) {
    return value_of(read_central(archive, offset));
}
std::optional<ZipEnd> parse_end(Bytes archive, std::size_t offset) {
    return value_of(read_end(archive, offset));
}

bool is_plausible(const ZipHeader& header) {
    constexpr std::array<std::uint16_t, 20> methods{0,  1,  2,  3,  4,  5,  6,  8,  9,  10,
                                                    12, 14, 18, 19, 20, 93, 94, 95, 98, 99};
    return !header.name.empty() && header.name.size() <= 4'096 &&
           std::ranges::find(methods, header.method) != methods.end() && (header.flags & 0xC000u) == 0;
}

std::size_t find_signature(Bytes archive, std::uint32_t signature, std::size_t from) {
    std::array<char, 4> bytes{};
    for (std::size_t i = 0; i < 4; ++i)
        bytes[i] = static_cast<char>(signature >> (8 * i));
    const std::size_t at = base::as_text(archive).find(std::string_view(bytes.data(), bytes.size()), from);
    return at == std::string_view::npos ? archive.size() : at;
}

Descriptor find_descriptor(Bytes archive, std::size_t data_begin) {
    Descriptor out;
    // read_descriptor measures from data_end; until one is found that is where the data begins.
    std::size_t at = data_begin;
    const std::string_view text = base::as_text(archive);
    while (true) {
        at = text.find("PK", at);
        if (at == std::string_view::npos) break;
        out.data_end = data_begin;
        const auto signature = signature_at(archive, at);
        if (!signature) break;
        if (*signature == descriptor_signature && read_descriptor(archive, at, true, out)) {
            out.data_end = at;
            return out;
        }
        const auto header = *signature == local_signature ? parse_local(archive, at) : std::nullopt;
        if (*signature == central_signature || (header && is_plausible(header->header))) {
            for (const std::size_t bytes : {std::size_t{12}, std::size_t{20}}) {
                if (at - data_begin < bytes || !read_descriptor(archive, at - bytes, false, out)) continue;
                if (out.next != at) continue;
                out.data_end = at - bytes;
                return out;
            }
            break;
        }
        at += 2;
    }
    out = {};
    out.data_end = out.next = at == std::string_view::npos ? archive.size() : at;
    return out;
}

}  // namespace sekisho::scanner::containers
