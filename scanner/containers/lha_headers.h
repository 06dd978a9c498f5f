// The headers of an LHA archive, levels 0 to 3 (header.doc.md of "LHa for UNIX"). libarchive reads the
// format, but gives up a whole archive for one name that is not in the process's charset, and Japanese
// archives have names in code page 932.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"

namespace sekisho::scanner::containers {

struct LhaHeader {
    std::string method;        // "-lh5-"
    std::uint64_t packed = 0;  // bytes behind the header
    std::uint64_t size = 0;    // of the plain bytes
    std::uint16_t crc = 0;     // CRC-16 of them
    std::string name;          // bytes in the writer's code page, directories parted by '/'
    std::string unicode;       // the same as UTF-8, where the header has it
    bool several_disks = false;
    bool sound = true;  // its own checksum holds

    bool is_directory() const { return method == "-lhd-"; }
    // What a reader of today shows.
    const std::string& shown_name() const { return unicode.empty() ? name : unicode; }
};

struct LhaRecord {
    LhaHeader header;
    std::size_t bytes = 0;  // of the header with its extensions
};
// The header at the beginning of `bytes`. truncated, or malformed: there is none. limit: `budget`, to which
// its names and its checksum are charged, is spent.
base::Result<LhaRecord> read_lha_record(base::Bytes bytes, Budget& budget);

struct LhaMember {
    LhaHeader header;
    base::Bytes data;  // packed; shorter than said where `cut`
    bool cut = false;
};
struct LhaArchive {
    std::vector<LhaMember> members;
    std::size_t end = 0;  // bytes that belong to the archive
    std::string damage;   // why it is broken, as text of ours; empty where it is not
};
// All of them. Behind a broken one the next whole header is looked for. Linear; each header is charged to
// `budget`, which ends the walk.
LhaArchive read_lha(base::Bytes bytes, Budget& budget);

}  // namespace sekisho::scanner::containers
