// Single ZIP records read from hostile bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "scanner/containers/zip_directory.h"

namespace sekisho::scanner::containers {

constexpr std::uint32_t local_signature = 0x04034B50;
constexpr std::uint32_t central_signature = 0x02014B50;
constexpr std::uint32_t end_signature = 0x06054B50;
constexpr std::uint32_t end64_signature = 0x06064B50;
constexpr std::uint32_t locator64_signature = 0x07064B50;
constexpr std::uint32_t descriptor_signature = 0x08074B50;

struct ParsedHeader {
    ZipHeader header;
    std::size_t end = 0;  // offset behind the record: the data, or the next central record
};

// Empty where no such record stands at `offset` or it is cut.
std::optional<ParsedHeader> parse_local(base::Bytes archive, std::size_t offset);
std::optional<ParsedHeader> parse_central(base::Bytes archive, std::size_t offset);

// A local header that nothing points to: might it really be one?
bool is_plausible(const ZipHeader& header);

// Where the central directory is said to be, zip64 resolved.
struct ZipEnd {
    std::size_t offset = 0;  // of the end record (zip64's where there is one)
    std::uint64_t entries = 0;
    std::uint64_t size = 0;       // of the directory
    std::uint64_t directory = 0;  // its offset, as written
    bool several_disks = false;
    bool cut = false;  // the archive ends within the record or its comment
};
std::optional<ZipEnd> parse_end(base::Bytes archive, std::size_t offset);

// Sizes that stand behind a streamed member, found by looking for the next signature.
struct Descriptor {
    std::size_t data_end = 0;  // where the packed bytes end
    std::size_t next = 0;      // behind the descriptor
    bool found = false;        // crc, packed and size are from a descriptor
    std::uint32_t crc = 0;
    std::uint64_t packed = 0;
    std::uint64_t size = 0;
};
Descriptor find_descriptor(base::Bytes archive, std::size_t data_begin);

// Offset of the next `signature` (two letters PK and two bytes) at or after `from`, or archive.size().
std::size_t find_signature(base::Bytes archive, std::uint32_t signature, std::size_t from);

}  // namespace sekisho::scanner::containers
