// One file that is compressed as a stream: members one behind the other, as gzip and xz have them, which are
// unpacked as one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/containers/archive_reader.h"
#include "scanner/extraction.h"

namespace sekisho::scanner::containers {

// What became of a member. What came out before is taken in any case.
enum class PackedState : std::uint8_t {
    whole,
    damaged,
    cut,      // its data goes on behind the end of the file
    refused,  // by the sink or by the Budget
};

struct PackedMember {
    PackedState state = PackedState::whole;
    std::string_view why;  // of what is damaged or cut
};

struct PackedFormat {
    ArchiveKind kind;
    std::string_view name;  // of the Format
    // How many bytes stand in front of the data of the member that `rest` begins with; nothing where it
    // begins with none.
    std::optional<std::size_t> (*lead)(base::Bytes rest);
    // Unpacks a member whose data `rest` begins with, and leaves in `rest` what stands behind it.
    using Sink = std::function<bool(base::Bytes)>;  // false: no more
    PackedMember (*take)(base::Bytes& rest, Budget& budget, const Sink& sink);
};

// One child of all members together. Its name: name_inside() of archive_open.h. Zeros behind the last member
// are padding; anything else there is a child of its own, "behind".
void open_packed_file(const Part& part, Extraction& extraction, const PackedFormat& format);

}  // namespace sekisho::scanner::containers
