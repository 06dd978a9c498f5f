#include "scanner/containers/udf_volume.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "base/cursor.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using base::Cursor;
using base::Result;

// Tag identifiers, ECMA-167 3/7.2.1 and 4/7.2.1.
constexpr std::uint16_t anchor_tag = 2;
constexpr std::uint16_t pointer_tag = 3;
constexpr std::uint16_t partition_tag = 5;
constexpr std::uint16_t logical_volume_tag = 6;
constexpr std::uint16_t terminator_tag = 8;
constexpr std::uint16_t file_set_tag = 256;
constexpr std::uint16_t allocation_tag = 258;
constexpr std::uint16_t file_entry_tag = 261;
constexpr std::uint16_t extended_entry_tag = 266;

constexpr std::uint32_t extent_mask = 0x3FFF'FFFF;
constexpr std::uint64_t steps_per_descriptor = 64;
constexpr std::size_t max_sequence = 1'024;      // descriptors of a volume
constexpr std::size_t max_partitions = 16;       // rows of the partition map
constexpr std::size_t max_sparing = 1u << 20;    // bytes of a sparing table
constexpr std::uint16_t many_entries = 4'096;    // the ICB strategy of 4/14.6.2 that chains file entries
constexpr std::uint64_t max_virtual = 4u << 20;  // bytes of a virtual allocation table: 2 GB of blocks
constexpr std::size_t max_allocation_extents = 1'000'000;

std::uint16_t u16_at(Bytes bytes, std::size_t offset) {
    Cursor at(bytes);
    return at.seek(offset) ? at.u16_le().value_or(0) : std::uint16_t{0};
}
std::uint32_t u32_at(Bytes bytes, std::size_t offset) {
    Cursor at(bytes);
    return at.seek(offset) ? at.u32_le().value_or(0) : 0;
}
std::uint64_t u64_at(Bytes bytes, std::size_t offset) {
    Cursor at(bytes);
    return at.seek(offset) ? at.u64_le().value_or(0) : 0;
}
std::string_view text_at(Bytes bytes, std::size_t offset, std::size_t length) {
    return base::in_range(offset, length, bytes.size()) ? base::as_text(bytes.subspan(offset, length))
                                                        : std::string_view();
}

}  // namespace

struct UdfVolume::Descriptors {
    std::map<std::uint16_t, std::pair<std::uint32_t, std::uint32_t>> partitions;  // number: start, blocks
    std::vector<std::byte> volume;                                                // a copy of the last one
    bool cut = false;                                                             // a limit ended the walk
};

bool UdfVolume::has_marks(const Disk& disk) {
    std::vector<std::byte> scratch;
    // The sequence lies at 32 KB in sectors of 2 KB, or of one block each where blocks are larger.
    for (const std::uint64_t step : {2'048u, 4'096u}) {
        for (std::uint64_t i = 0; i < 16; ++i) {
            const Bytes sector = disk.read(32'768 + i * step, 8, scratch);
            if (text_at(sector, 1, 4) == "NSR0") return true;
        }
    }
    return false;
}

Result<UdfVolume> UdfVolume::open(const Disk& disk, Budget& budget) {
    UdfVolume out(disk);
    std::uint64_t main = 0;
    std::uint64_t reserve = 0;
    if (!out.find_anchor(main, reserve)) return base::fail(Cause::truncated, "UDF: no anchor");
    Descriptors all = out.read_sequence(main, budget);
    if (all.volume.empty() || all.partitions.empty()) all = out.read_sequence(reserve, budget);
    if (all.cut) return base::fail(Cause::limit);
    if (all.volume.empty() || all.partitions.empty())
        return base::fail(Cause::malformed, "UDF: no logical volume or no partition is described");
    SEKISHO_TRY(out.add_partitions(all, budget));
    SEKISHO_TRY(out.find_root(all));
    return out;
}

// ECMA-167 3/8.4.2.1: at two of sector 256, the last and the last but 256; UDF 2.60 2.2.3 adds 512. The tag
// says the number of its sector, which tells the size of one.
bool UdfVolume::find_anchor(std::uint64_t& main, std::uint64_t& reserve) {
    std::vector<std::byte> scratch;
    for (const std::uint32_t block : {2'048u, 512u, 4'096u, 1'024u}) {
        const std::uint64_t blocks = disk_.size() / block;
        for (const std::uint64_t sector :
             {std::uint64_t{256}, blocks - 1, blocks - 257, blocks - 256, std::uint64_t{512}}) {
            if (sector >= blocks) continue;
            const Bytes anchor = disk_.read(sector * block, 512, scratch);
            if (u16_at(anchor, 0) != anchor_tag || u32_at(anchor, 12) != sector) continue;
            block_size_ = block;
            main = u64_at(anchor, 16);
            reserve = u64_at(anchor, 24);
            return true;
        }
    }
    return false;
}

// `extent` is an extent_ad (3/7.1): bytes in the lower half, the first sector in the upper one.
UdfVolume::Descriptors UdfVolume::read_sequence(std::uint64_t extent, Budget& budget) const {
    Descriptors out;
    std::uint32_t volume_number = 0;
    std::vector<std::byte> scratch;
    std::uint64_t left = static_cast<std::uint32_t>(extent) / block_size_;
    std::uint64_t sector = extent >> 32;
    for (std::size_t seen = 0; left > 0 && seen < max_sequence; ++seen, ++sector, --left) {
        if (!budget.spend_steps(steps_per_descriptor)) {
            out.cut = true;
            return out;
        }
        const Bytes block = disk_.read(sector * block_size_, block_size_, scratch);
        const std::uint16_t tag = u16_at(block, 0);
        const std::uint32_t number = u32_at(block, 16);
        if (block.empty() || tag == terminator_tag) break;
        if (tag == pointer_tag) {  // the sequence goes on elsewhere
            left = u32_at(block, 20) / block_size_ + 1;
            sector = std::uint64_t{u32_at(block, 24)} - 1;
        } else if (tag == partition_tag) {
            out.partitions[u16_at(block, 22)] = {u32_at(block, 188), u32_at(block, 192)};
        } else if (tag == logical_volume_tag && (out.volume.empty() || number >= volume_number)) {
            volume_number = number;
            out.volume.assign(block.begin(), block.end());
        }
    }
    return out;
}

// 3/10.6: the logical volume's partition maps, each of its own length.
Result<void> UdfVolume::add_partitions(const Descriptors& all, Budget& budget) {
    const Bytes volume(all.volume);
    const std::size_t length = std::min<std::size_t>(u32_at(volume, 264), volume.size() - 440);
    Cursor maps(volume.subspan(440, length));
    const std::size_t count = std::min<std::size_t>(u32_at(volume, 268), max_partitions);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = maps.offset();
        SEKISHO_TRY(maps.skip(1));
        const std::uint8_t size = SEKISHO_TRY(maps.u8());
        SEKISHO_TRY(maps.seek(at));
        if (size < 6) return base::fail(Cause::malformed, "UDF: a partition map is too short");
        SEKISHO_TRY(add_partition(SEKISHO_TRY(maps.take(size)), all, budget));
    }
    return {};
}

Result<void> UdfVolume::add_partition(Bytes map, const Descriptors& all, Budget& budget) {
    const bool plain = std::to_integer<unsigned>(map[0]) == 1;
    const std::uint16_t number = u16_at(map, plain ? 4 : 38);
    const auto row = all.partitions.find(number);
    if (row == all.partitions.end())
        return base::fail(Cause::malformed, "UDF: a partition map names no partition");
    const auto [start, blocks] = row->second;
    const Partition physical{{0, blocks, std::uint64_t{start} * block_size_}};
    const std::string_view kind = plain ? std::string_view() : text_at(map, 5, 23);
    if (plain) {
        partitions_.push_back(physical);
        return {};
    }
    if (kind.starts_with("*UDF Sparable Partition")) return add_sparable(map, physical);
    // The other kinds lie within a physical partition, which has a row of its own as a rule.
    const auto under = std::ranges::find_if(partitions_, [&](const Partition& other) {
        return !other.empty() && other.front().offset == physical.front().offset;
    });
    const auto index = static_cast<std::uint16_t>(under - partitions_.begin());
    if (under == partitions_.end())
        return base::fail(Cause::unsupported, "UDF: partition without a physical one");
    if (kind.starts_with("*UDF Metadata Partition")) return add_metadata(map, index, budget);
    if (kind.starts_with("*UDF Virtual Partition")) return add_virtual(index, budget);
    return base::fail(Cause::unsupported, "UDF: unknown kind of partition");
}

// UDF 2.60 2.2.10: its blocks are those of a file, which a mirror doubles.
Result<void> UdfVolume::add_metadata(Bytes map, std::uint16_t physical, Budget& budget) {
    auto file = read_entry({u32_at(map, 40), physical}, budget);
    if (!file || file->runs.empty()) file = read_entry({u32_at(map, 44), physical}, budget);
    if (!file) return base::fail(Cause::malformed, "UDF: no metadata file");
    Partition out;
    std::uint64_t block = 0;
    for (const DiskRun& run : file->runs) {
        const std::uint64_t blocks = run.length / block_size_;
        if (!run.hole) out.push_back({block, blocks, run.offset});
        block += blocks;
    }
    partitions_.push_back(std::move(out));
    return {};
}

// UDF 2.60 2.2.11: the virtual allocation table is the file whose entry is the last block written; each of
// its numbers is the physical block of the virtual one.
Result<void> UdfVolume::add_virtual(std::uint16_t physical, Budget& budget) {
    constexpr std::uint8_t table_type = 248;
    const Segment under = partitions_[physical].front();
    const std::uint64_t end =
        std::min(under.blocks, (disk_.size() - std::min(disk_.size(), under.offset)) / block_size_);
    for (std::uint64_t back = 1; back <= end; ++back) {
        const auto file = read_entry({static_cast<std::uint32_t>(end - back), physical}, budget);
        if (!file && file.error().cause == Cause::limit) return std::unexpected(file.error());
        // 1.50 has type 0 and the table first; 2.00 a header that tells its own length.
        if (!file || file->runs.empty() || (file->type != table_type && file->type != 0)) continue;
        std::vector<std::byte> scratch;
        const std::vector<DiskRun> runs = cut_runs(file->runs, 0, file->size);
        if (runs.size() != 1 || runs.front().length > max_virtual || !budget.spend_steps(runs.front().length))
            return base::fail(Cause::unsupported, "UDF: virtual allocation table in pieces, or too large");
        const Bytes bytes =
            disk_.read(runs.front().offset, static_cast<std::size_t>(runs.front().length), scratch);
        Cursor table(bytes);
        if (file->type == table_type) SEKISHO_TRY(table.seek(u16_at(bytes, 0)));
        Partition out;
        for (std::uint64_t block = 0; table.left() >= 4; ++block) {
            const std::uint32_t real = SEKISHO_TRY(table.u32_le());
            if (real < under.blocks)
                out.push_back({block, 1, under.offset + std::uint64_t{real} * block_size_});
        }
        partitions_.push_back(std::move(out));
        return {};
    }
    return base::fail(Cause::malformed, "UDF: no virtual allocation table");
}

// UDF 2.60 2.2.9 and 2.2.12: packets of blocks that were moved because the medium is bad where they belong.
Result<void> UdfVolume::add_sparable(Bytes map, const Partition& physical) {
    const std::uint64_t packet = u16_at(map, 40);
    const Segment whole = physical.front();
    std::map<std::uint64_t, std::uint64_t> moved;  // first block of a packet: offset on the disk
    std::vector<std::byte> scratch;
    const std::size_t bytes = std::clamp(std::size_t{u32_at(map, 44)}, std::size_t{block_size_}, max_sparing);
    const Bytes table = disk_.read(std::uint64_t{u32_at(map, 48)} * block_size_, bytes, scratch);
    if (text_at(table, 17, 18) == "*UDF Sparing Table" && packet > 0) {
        const std::size_t entries = std::min<std::size_t>(u16_at(table, 48), (table.size() - 56) / 8);
        for (std::size_t i = 0; i < entries; ++i) {
            const std::uint32_t from = u32_at(table, 56 + 8 * i);
            if (from < whole.blocks) moved[from] = std::uint64_t{u32_at(table, 60 + 8 * i)} * block_size_;
        }
    }
    Partition out;
    std::uint64_t block = 0;
    for (const auto& [from, offset] : moved) {
        if (from < block) continue;
        if (from > block) out.push_back({block, from - block, whole.offset + block * block_size_});
        out.push_back({from, std::min(packet, whole.blocks - from), offset});
        block = from + out.back().blocks;
    }
    if (block < whole.blocks)
        out.push_back({block, whole.blocks - block, whole.offset + block * block_size_});
    partitions_.push_back(std::move(out));
    return {};
}

// 4/14.1: the file set descriptor names the root directory. Later ones of a sequence are revisions.
Result<void> UdfVolume::find_root(const Descriptors& all) {
    const Bytes volume(all.volume);
    std::vector<std::byte> scratch;
    const UdfAddress set{u32_at(volume, 252), u16_at(volume, 256)};
    const std::uint64_t offset = SEKISHO_TRY(offset_of(set));
    const Bytes block = disk_.read(offset, block_size_, scratch);
    if (u16_at(block, 0) != file_set_tag) return base::fail(Cause::malformed, "UDF: no file set descriptor");
    root_ = {u32_at(block, 404), u16_at(block, 408)};
    return {};
}

Result<std::uint64_t> UdfVolume::offset_of(UdfAddress address) const {
    std::vector<DiskRun> runs;
    if (!map(address, block_size_, runs))
        return base::fail(Cause::malformed, "UDF: an address outside its partition");
    return runs.front().offset;
}

// Appends where `length` bytes from a block on lie. False: not all of them are in the partition.
bool UdfVolume::map(UdfAddress from, std::uint64_t length, std::vector<DiskRun>& out) const {
    if (from.partition >= partitions_.size()) return false;
    const Partition& partition = partitions_[from.partition];
    auto at = std::ranges::upper_bound(partition, std::uint64_t{from.block}, {}, &Segment::block);
    if (at == partition.begin()) return false;
    std::uint64_t block = from.block;
    for (--at; length > 0; ++at) {
        if (at == partition.end() || block < at->block || block - at->block >= at->blocks) return false;
        const std::uint64_t skip = block - at->block;
        const std::uint64_t taken = std::min(length, (at->blocks - skip) * block_size_);
        append_run(out, {at->offset + skip * block_size_, taken, false});
        length -= taken;
        block = at->block + at->blocks;
    }
    return true;
}

Result<UdfEntry> UdfVolume::read_entry(UdfAddress address, Budget& budget) const {
    if (!budget.spend_steps(steps_per_descriptor)) return base::fail(Cause::limit);
    std::vector<std::byte> scratch;
    const std::uint64_t offset = SEKISHO_TRY(offset_of(address));
    const Bytes block = disk_.read(offset, block_size_, scratch);
    const std::uint16_t tag = u16_at(block, 0);
    if (block.empty()) return base::fail(Cause::truncated);
    if (tag != file_entry_tag && tag != extended_entry_tag) return base::fail(Cause::malformed);
    UdfEntry out;
    out.type = std::to_integer<std::uint8_t>(block[27]);
    out.size = u64_at(block, 56);
    out.damaged = u16_at(block, 20) == many_entries;
    const std::size_t lengths = tag == file_entry_tag ? 168 : 208;
    Cursor in(block);
    SEKISHO_TRY(in.skip(lengths + 8));
    SEKISHO_TRY(in.skip(u32_at(block, lengths)));  // extended attributes
    const std::uint64_t begin = offset + in.offset();
    const Bytes list = base::head(in.rest(), u32_at(block, lengths + 4));
    const unsigned form = u16_at(block, 34) & 7u;
    if (form == 3) {  // the content itself stands here
        append_run(out.runs, {begin, list.size(), false});
        return out;
    }
    if (const auto read = read_allocations(list, form, address.partition, out, budget); !read) {
        if (read.error().cause == Cause::limit) return std::unexpected(read.error());
        out.damaged = true;
    }
    return out;
}

// 4/12 and 4/14.14: extents until one has no length or the file is whole; the last may name a block with
// more.
Result<void> UdfVolume::read_allocations(Bytes list, unsigned form, std::uint16_t partition, UdfEntry& entry,
                                         Budget& budget) const {
    constexpr std::array<std::size_t, 3> sizes{8, 16, 20};
    if (form >= sizes.size()) return base::fail(Cause::malformed);
    std::set<std::uint64_t> seen;  // blocks of descriptors
    std::vector<std::byte> scratch;
    std::uint64_t covered = 0;
    Cursor in(list);
    while (in.left() >= sizes[form] && covered < entry.size) {
        if (!budget.spend_steps(8) || entry.runs.size() > max_allocation_extents)
            return base::fail(Cause::limit);
        const Bytes row = SEKISHO_TRY(in.take(sizes[form]));
        const std::uint32_t length = u32_at(row, 0) & extent_mask;
        const std::uint32_t kind = u32_at(row, 0) >> 30;
        // ext_ad has the recorded and the information length before the address.
        const UdfAddress at{u32_at(row, form == 2 ? 12 : 4),
                            form == 0 ? partition : u16_at(row, form == 2 ? 16 : 8)};
        if (length == 0) break;
        if (kind == 3) {
            const std::uint64_t offset = SEKISHO_TRY(offset_of(at));
            if (!seen.insert(offset).second) return base::fail(Cause::malformed);
            const Bytes block = disk_.read(offset, block_size_, scratch);
            if (u16_at(block, 0) != allocation_tag || block.size() < 24) return base::fail(Cause::malformed);
            if (!budget.spend_steps(block.size())) return base::fail(Cause::limit);
            in = Cursor(base::head(block.subspan(24), u32_at(block, 20)));
            continue;
        }
        covered += length;
        if (kind != 0) {
            append_run(entry.runs, {0, length, true});
        } else if (!map(at, length, entry.runs)) {
            return base::fail(Cause::malformed);
        }
    }
    return {};
}

}  // namespace sekisho::scanner::containers
