// The headers of an ACE archive (Marcel Lemke, "Technical information of the archiver ACE v1.2", and what
// ACE 2.0 added: sizes of 64 bits).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"

namespace sekisho::scanner::containers {

// A file header and what stands behind it. Names are views into the archive: bytes in the code page of
// whoever wrote it, folders divided by backslashes.
struct AceMember {
    std::uint16_t flags = 0;
    std::uint32_t attributes = 0;  // of MS-DOS
    std::uint8_t method = 0;       // 0 is stored, 1 is LZ77, 2 is that of ACE 2.0
    std::uint64_t size = 0;        // of the plain bytes
    std::uint32_t crc = 0;         // of the plain bytes, as ace_crc() gives it
    std::string_view name;
    base::Bytes data;  // packed; shorter than said where `cut`
    bool cut = false;

    bool is_continued() const { return (flags & 0x1000u) != 0; }  // it began in the volume before
    bool continues() const { return (flags & 0x2000u) != 0; }     // in the next volume
    bool locked() const { return (flags & 0x4000u) != 0; }        // Blowfish
    // Folders and labels of volumes.
    bool is_no_file() const { return (attributes & 0x18u) != 0; }
};

struct AceArchive {
    std::vector<AceMember> members;
    bool solid = false;       // each member goes on with the dictionary of those before it
    std::size_t end = 0;      // bytes that belong to the archive
    std::string_view damage;  // why it is broken; empty where it is not
    bool out_of_budget = false;
};

// CRC-32 without the last step of others.
std::uint32_t ace_crc(base::Bytes bytes);

// All of them, from the main header on. There is no end mark and no mark of a header: the first one that
// makes no sense ends it. A file header whose checksum does not hold is taken where what it says is possible.
// Linear; each header is charged to `budget`.
AceArchive read_ace(base::Bytes bytes, Budget& budget);
// Whether a member is locked; true as well where that is not known after a few thousand headers.
bool has_locked_ace_member(base::Bytes bytes);

}  // namespace sekisho::scanner::containers
