// What a ZIP says it holds, read twice: from the central directory and by walking the local headers.
//
// Explorer and 7-Zip believe the central directory, streaming readers the local headers; attackers make them
// differ. Both are read, the union is given, and each difference is named. (APPNOTE.TXT 6.3.10: local header
// 4.3.7, data descriptor 4.3.9, central header 4.3.12, zip64 4.3.14 and 4.5.3, end record 4.3.16.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

constexpr std::uint16_t zip_stored = 0;
constexpr std::uint16_t zip_deflated = 8;
constexpr std::uint16_t zip_deflated64 = 9;
constexpr std::uint16_t zip_winzip_aes = 99;

// WinZip's extra field 0x9901.
struct ZipAes {
    std::uint16_t version = 2;  // 1: the CRC counts, 2: it is zero
    std::uint8_t strength = 3;
    std::uint16_t method = zip_deflated;  // the one under the encryption
};

// One header as it stands, local or central.
struct ZipHeader {
    std::string_view name;     // raw bytes, a view into the archive
    std::string_view unicode;  // extra 0x7075 where its checksum is that of `name`; else empty
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint16_t time = 0;
    std::uint32_t crc = 0;
    std::uint64_t packed = 0;
    std::uint64_t size = 0;
    std::uint64_t local_offset = 0;  // central only, as written
    std::optional<ZipAes> aes;

    bool locked() const { return (flags & 0x0001u) != 0 || method == zip_winzip_aes; }
    bool strongly_locked() const { return (flags & 0x0041u) == 0x0041u; }  // PKWARE's own, no decoder here
    bool streamed() const { return (flags & 0x0008u) != 0; }
    // What a reader of today shows: the Unicode name where there is one.
    std::string_view shown_name() const { return unicode.empty() ? name : unicode; }
};

// A member as one of the two readings has it. The bytes are views into the archive.
struct ZipMember {
    ZipHeader header;
    base::Bytes data;          // packed, encryption header included; shorter than said where `cut`
    bool cut = false;          // the archive ends before the member does
    bool local_only = false;   // the central directory does not know it
    std::uint64_t offset = 0;  // of the local header
    bool is_directory() const { return header.size == 0 && data.empty() && header.name.ends_with('/'); }
};

struct ZipDirectory {
    std::vector<ZipMember> members;        // in order of offset; differing readings follow each other
    std::vector<std::string> differences;  // at most 20, raw text, for archive.header-mismatch
    std::string damage;                    // why it is broken; empty where it is not
    bool overlapping = false;              // members share packed bytes: a bomb
    bool too_many = false;                 // more than `max_members`: the rest was not read
    bool has_locked() const;

    // Linear in the archive. Never fails: what can be read is given.
    static ZipDirectory read(base::Bytes archive, std::size_t max_members);
};

// True where an end record (PK\5\6) stands where readers look for it: in the last 64 KB.
bool has_zip_end(base::Bytes archive);

}  // namespace sekisho::scanner::containers
