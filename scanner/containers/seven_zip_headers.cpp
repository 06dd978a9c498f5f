// Known weakness: an archive that was cut has lost its header, which stands at its end, and nothing is read.
#include "scanner/containers/seven_zip_headers.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/cursor.h"
#include "scanner/containers/crc32.h"
#include "scanner/signature_search.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using base::Cursor;
using base::Result;

constexpr std::string_view signature = "7z\xBC\xAF\x27\x1C";
constexpr std::size_t start_bytes = 32;
constexpr std::size_t checked_from = 12;  // the start header's own checksum covers what is behind it
constexpr std::size_t most_before = 1u << 20;
constexpr std::size_t lost_header_window = 512;

// Property ids at the top of a header and within FilesInfo.
enum Property : std::uint8_t {
    end = 0x00,
    header_mark = 0x01,
    archive_properties = 0x02,
    additional_streams = 0x03,
    main_streams = 0x04,
    files_info = 0x05,
    pack_info = 0x06,
    empty_stream = 0x0E,
    empty_file = 0x0F,
    names = 0x11,
    encoded_header = 0x17,
};

struct StartHeader {
    std::uint32_t own_crc = 0;
    std::uint64_t offset = 0;  // of the header, behind the start header
    std::uint64_t size = 0;
    std::uint32_t crc = 0;  // of the header
    bool holds = false;     // own_crc

    bool is_blank() const { return offset == 0 && size == 0 && crc == 0; }
};

Result<StartHeader> read_start_header(Bytes archive) {
    Cursor in(archive);
    SEKISHO_TRY(in.skip(signature.size() + 2));  // two bytes of version
    StartHeader out;
    out.own_crc = SEKISHO_TRY(in.u32_le());
    out.offset = SEKISHO_TRY(in.u64_le());
    out.size = SEKISHO_TRY(in.u64_le());
    out.crc = SEKISHO_TRY(in.u32_le());
    out.holds = out.own_crc == crc32_of(archive.subspan(checked_from, start_bytes - checked_from));
    return out;
}

// The last place of the archive that looks like the first two bytes of a header.
std::optional<std::size_t> find_lost_header(Bytes behind) {
    const std::size_t first = behind.size() - std::min(behind.size(), lost_header_window);
    for (std::size_t at = behind.size(); at >= first + 2; --at) {
        const auto mark = std::to_integer<std::uint8_t>(behind[at - 2]);
        const auto next = std::to_integer<std::uint8_t>(behind[at - 1]);
        if ((mark == encoded_header && next == pack_info) || (mark == header_mark && next == main_streams))
            return at - 2;
    }
    return std::nullopt;
}

Result<void> read_names(Cursor& in, std::vector<SevenZipFile>& files) {
    if (SEKISHO_TRY(in.u8()) != 0) return base::fail(Cause::unsupported, "names in another stream");
    for (SevenZipFile& file : files) {
        Cursor look = in;
        std::size_t size = 0;
        while (SEKISHO_TRY(look.u16_le()) != 0)
            size += 2;
        file.name = SEKISHO_TRY(in.take(size));
        SEKISHO_TRY(in.skip(2));
    }
    return {};
}

Result<void> read_files(Cursor& in, SevenZipHeader& out) {
    const std::uint64_t count = SEKISHO_TRY(read_seven_zip_number(in));
    // Each has at least the two bytes that end its name; a header of nameless files is made to exhaust
    // memory.
    if (count > in.left() / 2) return base::fail(Cause::truncated, "more files are announced than follow");
    out.too_many = count > max_seven_zip_members;
    out.files.resize(std::min<std::size_t>(static_cast<std::size_t>(count), max_seven_zip_members));
    SevenZipBits without_bytes;
    SevenZipBits not_a_directory;
    for (std::uint64_t type = SEKISHO_TRY(read_seven_zip_number(in)); type != end;
         type = SEKISHO_TRY(read_seven_zip_number(in))) {
        Cursor property = SEKISHO_TRY(in.sub(SEKISHO_TRY(read_seven_zip_number(in))));
        if (type == names) {
            SEKISHO_TRY(read_names(property, out.files));
        } else if (type == empty_stream) {
            without_bytes = SEKISHO_TRY(SevenZipBits::read(property, count));
        } else if (type == empty_file) {
            // One bit for each file without bytes: never more than one for each file.
            not_a_directory = SEKISHO_TRY(SevenZipBits::read(property, std::min(count, property.left() * 8)));
        }
    }
    std::uint64_t empty = 0;
    for (std::size_t i = 0; i < out.files.size(); ++i) {
        out.files[i].has_bytes = !without_bytes.at(i);
        if (!out.files[i].has_bytes) out.files[i].directory = !not_a_directory.at(empty++);
    }
    return {};
}

Result<void> skip_archive_properties(Cursor& in) {
    while (SEKISHO_TRY(read_seven_zip_number(in)) != end)
        SEKISHO_TRY(in.skip(SEKISHO_TRY(read_seven_zip_number(in))));
    return {};
}

}  // namespace

std::size_t find_seven_zip(Bytes bytes) {
    if (base::as_text(bytes).starts_with(signature)) return 0;
    const std::string_view text = base::as_text(base::head(bytes, most_before));
    static const SignatureSearch search({signature});
    for (std::size_t at = search.find(text, 0); at != std::string_view::npos;
         at = search.find(text, at + 1)) {
        const auto start = read_start_header(bytes.subspan(at));
        if (start && start->holds) return at;
    }
    return bytes.size();
}

Result<SevenZipStart> read_seven_zip_start(Bytes archive) {
    const StartHeader start = SEKISHO_TRY(read_start_header(archive));
    const Bytes rest = archive.subspan(start_bytes);
    SevenZipStart out;
    out.rest = rest;
    if (start.is_blank()) {
        if (rest.empty()) return out;
        const auto at = find_lost_header(rest);
        if (!at) return base::fail(Cause::malformed, "no header");
        out.damage = "its start header was never written";
        out.header = rest.subspan(*at);
        return out;
    }
    if (!base::in_range(start.offset, start.size, rest.size()))
        return base::fail(Cause::truncated, "its header lies behind its end");
    const auto offset = static_cast<std::size_t>(start.offset);
    const auto size = static_cast<std::size_t>(start.size);
    out.header = rest.subspan(offset, size);
    out.behind = rest.subspan(offset + size);
    if (!start.holds) {
        out.damage = "the checksum of its start header does not hold";
    } else if (crc32_of(out.header) != start.crc) {
        out.damage = "the checksum of its header does not hold";
    } else if (out.header.empty() && !rest.empty()) {
        out.damage = "no header";
    }
    return out;
}

Result<SevenZipHeader> read_seven_zip_header(Bytes header) {
    Cursor in(header);
    SevenZipHeader out;
    std::uint64_t type = SEKISHO_TRY(read_seven_zip_number(in));
    if (type == encoded_header) {
        out.encoded = true;
        out.streams = SEKISHO_TRY(read_seven_zip_streams(in));
        return out;
    }
    if (type != header_mark) return base::fail(Cause::malformed, "no header where it should be");
    type = SEKISHO_TRY(read_seven_zip_number(in));
    if (type == archive_properties) {
        SEKISHO_TRY(skip_archive_properties(in));
        type = SEKISHO_TRY(read_seven_zip_number(in));
    }
    if (type == additional_streams) {
        (void)SEKISHO_TRY(read_seven_zip_streams(in));  // only external names would need them
        type = SEKISHO_TRY(read_seven_zip_number(in));
    }
    if (type == main_streams) {
        out.streams = SEKISHO_TRY(read_seven_zip_streams(in));
        type = SEKISHO_TRY(read_seven_zip_number(in));
    }
    if (type == files_info) {
        SEKISHO_TRY(read_files(in, out));
        type = SEKISHO_TRY(read_seven_zip_number(in));
    }
    if (type != end) return base::fail(Cause::malformed, "unknown part of a header");
    return out;
}

}  // namespace sekisho::scanner::containers
