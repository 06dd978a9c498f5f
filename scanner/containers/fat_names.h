// The entries of a FAT directory: short names, and the long ones that stand before them in pieces.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

struct FatEntry {
    std::string name;  // UTF-8; the long one where there is one that belongs to the entry
    std::uint8_t attributes = 0;
    std::uint32_t cluster = 0;
    std::uint32_t size = 0;
    bool deleted = false;

    bool is_directory() const { return (attributes & 0x10u) != 0; }
    // Hidden or system; a volume label with bytes is as much out of sight.
    bool is_hidden() const { return (attributes & 0x0Eu) != 0; }
};

// Takes the 32-byte entries of one directory in their order.
class FatNames {
public:
    // nullopt: a piece of a long name, a label, or the directory itself and its parent.
    std::optional<FatEntry> next(base::Bytes raw);

private:
    void take_piece(base::Bytes raw);
    bool belongs(base::Bytes raw, bool deleted) const;

    std::string long_name_;      // UTF-16LE, the pieces so far; the last of the name comes first
    std::uint8_t checksum_ = 0;  // of the short name that it belongs to
};

}  // namespace sekisho::scanner::containers
