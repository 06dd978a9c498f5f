// The headers of an ARJ archive (Robert K. Jung's TECHNOTE.TXT, "ARJ archive headers").
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"

namespace sekisho::scanner::containers {

enum class ArjType : std::uint8_t { binary, text, main, directory, volume_label, chapter_label, other };

// One header as it stands. Names are views into the archive: bytes in the code page of whoever wrote it.
struct ArjHeader {
    std::uint8_t flags = 0;
    std::uint8_t method = 0;
    std::uint8_t modifier = 0;    // of the garbling
    std::uint8_t encryption = 0;  // of the main header: 2 and more are ciphers
    ArjType type = ArjType::binary;
    std::uint32_t packed = 0;
    std::uint32_t size = 0;
    std::uint32_t crc = 0;  // of the plain bytes
    std::string_view name;

    bool garbled() const { return (flags & 0x01u) != 0; }
    bool continues() const { return (flags & 0x04u) != 0; }     // in the next volume
    bool is_continued() const { return (flags & 0x08u) != 0; }  // it began in the volume before
    // As the main header's `type` says; members may be of any other.
    bool is_main() const { return type == ArjType::main; }
};

struct ArjMember {
    ArjHeader header;
    base::Bytes data;  // packed; shorter than said where `cut`
    bool cut = false;
};

struct ArjArchive {
    ArjHeader main;
    std::vector<ArjMember> members;
    std::size_t end = 0;  // bytes that belong to the archive
    std::string damage;   // why it is broken, as text of ours; empty where it is not
    bool out_of_budget = false;
};

// The header at the beginning of `bytes` and its CRC-32, extended headers skipped.
struct ArjRecord {
    ArjHeader header;
    bool last = false;  // the mark at the archive's end, which has no header
    std::size_t size = 0;
};
// truncated, or malformed: no header, or its checksum does not hold.
base::Result<ArjRecord> read_arj_record(base::Bytes bytes);

// All of them. Behind a broken header the next whole one is looked for, as ARJ does. Linear; what is looked
// at is charged to `budget` where it is not.
ArjArchive read_arj(base::Bytes bytes, Budget& budget);
// Whether a member is garbled; true as well where that is not known after a few thousand headers.
bool may_be_garbled(base::Bytes bytes);

}  // namespace sekisho::scanner::containers
