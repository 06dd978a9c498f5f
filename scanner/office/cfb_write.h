// Writes a compound file of version 4, [MS-CFB] 2.2: how a storage that stands in another file, or in the
// rows of a database, reaches the readers that know compound files.
//
// Known weaknesses: siblings are written as a list, not as a balanced tree.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "scanner/output.h"

namespace sekisho::scanner::office {

// One entry of the directory. The links are numbers of entries.
struct CompoundNode {
    static constexpr std::uint32_t none = 0xFFFF'FFFF;

    std::string name;     // UTF-16LE, cfb_name()
    bool stream = false;  // else a storage
    std::array<std::uint8_t, 16> clsid{};
    base::Bytes bytes;           // of a stream
    std::uint32_t next = none;   // the sibling behind it
    std::uint32_t child = none;  // of a storage: its first one
};

// As UTF-16LE, cut to the 31 units that a name may have.
std::string cfb_name(std::string_view utf8);

// `nodes`: the root first. Linear. False: the budget is spent, or no file may be so large (some 450 MB).
bool write_compound(std::span<const CompoundNode> nodes, Output& output);

}  // namespace sekisho::scanner::office
