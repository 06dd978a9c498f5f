#include "scanner/containers/volumes.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "scanner/containers/fat.h"
#include "scanner/containers/iso9660.h"
#include "scanner/containers/ntfs.h"
#include "scanner/containers/partitions.h"
#include "scanner/containers/udf.h"
#include "scanner/containers/udf_volume.h"

namespace sekisho::scanner::containers {

namespace {

using namespace std::string_view_literals;
using base::Bytes;

enum class Outcome : std::uint8_t { absent, read, limit };

Outcome outcome_of(bool whole) { return whole ? Outcome::read : Outcome::limit; }

Outcome try_fat(const Disk& disk, ImageFiles& out) {
    const auto layout = fat_layout(disk);
    return layout ? outcome_of(read_fat(disk, *layout, out)) : Outcome::absent;
}
Outcome try_ntfs(const Disk& disk, ImageFiles& out) {
    const auto layout = ntfs_layout(disk);
    return layout ? outcome_of(read_ntfs(disk, *layout, out)) : Outcome::absent;
}
Outcome try_iso9660(const Disk& disk, ImageFiles& out) {
    return is_iso9660(disk) ? outcome_of(read_iso9660(disk, out)) : Outcome::absent;
}
Outcome try_udf(const Disk& disk, ImageFiles& out) {
    return UdfVolume::has_marks(disk) ? outcome_of(read_udf(disk, out)) : Outcome::absent;
}

// All are tried: a polyglot is each of them to somebody.
constexpr std::array readers{try_fat, try_ntfs, try_iso9660, try_udf};

// File systems that are not read here, by their magic number.
struct Unread {
    std::uint64_t offset;
    std::string_view magic;
    std::string_view name;
    bool locked = false;
};
constexpr std::array unread{
    Unread{3, "-FVE-FS-"sv, "BitLocker", true},
    Unread{0, "LUKS\xBA\xBE"sv, "LUKS", true},
    Unread{3, "EXFAT   "sv, "exFAT"},
    Unread{3, "ReFS\0\0\0\0"sv, "ReFS"},
    Unread{1'080, "\x53\xEF"sv, "ext2, ext3 or ext4"},
    Unread{0, "XFSB"sv, "XFS"},
    Unread{65'600, "_BHRfS_M"sv, "Btrfs"},
    Unread{1'024, "H+\0\x04"sv, "HFS+"},
    Unread{1'024, "HX\0\x05"sv, "HFSX"},
    Unread{1'024, "BD"sv, "HFS"},
    Unread{32, "NXSB"sv, "APFS"},
    Unread{0, "hsqs"sv, "SquashFS"},
    Unread{4'086, "SWAPSPACE2"sv, "swap space"},
    Unread{536, "LVM2 001"sv, "LVM"},
};

bool begins_with_zeros(const Disk& disk) {
    constexpr std::uint64_t looked_at = 128u << 10;
    for (std::uint64_t at = 0; at < std::min(looked_at, disk.size());) {
        const Disk::Piece piece = disk.piece(at, looked_at - at);
        if (std::ranges::any_of(piece.bytes, [](std::byte b) { return b != std::byte{0}; })) return false;
        at += piece.length;
    }
    return true;
}

// False: a limit ended it.
bool read_volume(const Disk& disk, ImageFiles& out, bool& found) {
    for (const auto& read : readers) {
        const Outcome outcome = read(disk, out);
        if (outcome == Outcome::limit) return false;
        found = found || outcome == Outcome::read;
    }
    return true;
}

const Unread* find_unread(const Disk& disk) {
    std::vector<std::byte> scratch;
    const auto* const at = std::ranges::find_if(unread, [&](const Unread& row) {
        return base::as_text(disk.read(row.offset, row.magic.size(), scratch)) == row.magic;
    });
    return at == unread.end() ? nullptr : at;
}

// False: a limit ended it.
bool tell_unread(const Disk& disk, std::string_view where, ImageFiles& out) {
    if (const Unread* row = find_unread(disk)) {
        if (row->locked) return out.add_locked(std::string(row->name), "disk");
        out.unsupported(fmt::format("{}{}", where, row->name));
        return true;
    }
    if (!where.empty()) out.unsupported(fmt::format("{}unknown file system", where));
    return true;
}

bool read_partition(const Disk& disk, const Partition& partition, ImageFiles& out, bool& found) {
    if (!base::in_range(partition.offset, partition.length, disk.size()))
        out.damaged(fmt::format("partition {}: it goes on behind the end of the disk", partition.type));
    const Disk volume = disk.slice(partition.offset, partition.length);
    bool known = false;
    if (!read_volume(volume, out, known)) return false;
    if (!known && !begins_with_zeros(volume) &&
        !tell_unread(volume, fmt::format("partition {}: ", partition.type), out))
        return false;
    found = found || known;
    return true;
}

}  // namespace

bool has_unread_volume(const Disk& disk) {
    constexpr std::size_t long_enough = 8;  // of a magic number, to go by it alone
    const Unread* row = find_unread(disk);
    return row != nullptr && row->magic.size() >= long_enough;
}

void read_disk(const Disk& disk, std::uint32_t sector, ImageFiles& out) {
    bool found = false;
    if (!read_volume(disk, out, found)) return;
    const bool alone = found;
    const PartitionTable table = read_partitions(disk, sector);
    if (!table.damage.empty()) out.damaged(table.damage);
    if (table.overlap) out.differs("partitions overlap");
    for (const Partition& partition : table.partitions) {
        // The table of a disc that starts from USB sticks as well names the disc itself.
        if (alone && partition.offset == 0) continue;
        if (!out.budget().spend_steps(1'000) || !read_partition(disk, partition, out, found)) return;
    }
    if (found || !tell_unread(disk, {}, out)) return;
    if (table.partitions.empty() || out.count() == 0) out.unsupported("no file system was found");
}

}  // namespace sekisho::scanner::containers
