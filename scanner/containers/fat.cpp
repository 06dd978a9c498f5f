#include "scanner/containers/fat.h"

#include <algorithm>
#include <bit>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "scanner/containers/fat_names.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cursor;
using base::Result;

constexpr std::size_t boot_bytes = 512;
constexpr std::uint64_t backup_boot = 6 * 512;
constexpr std::uint64_t max_directory = 65'536 * 32;  // bytes, by the specification
constexpr std::uint64_t max_table = 256u << 20;       // bytes: 2^26 clusters
constexpr std::size_t max_runs = 1'000'000;           // fragments of a file
constexpr std::size_t entry_bytes = 32;

// Fields of the BIOS parameter block.
struct BootSector {
    std::uint16_t sector = 0;
    std::uint8_t per_cluster = 0;
    std::uint16_t reserved = 0;
    std::uint8_t copies = 0;
    std::uint16_t root_entries = 0;
    std::uint32_t sectors = 0;
    std::uint8_t media = 0;
    std::uint32_t table_sectors = 0;
    std::uint16_t flags = 0;         // FAT32
    std::uint32_t root_cluster = 0;  // FAT32
    bool is_fat32 = false;
    bool signed_ = false;  // 55 AA at its end, or the name of the file system in it
};

Result<BootSector> read_boot(Bytes sector) {
    Cursor in(sector);
    BootSector out;
    SEKISHO_TRY(in.skip(11));
    out.sector = SEKISHO_TRY(in.u16_le());
    out.per_cluster = SEKISHO_TRY(in.u8());
    out.reserved = SEKISHO_TRY(in.u16_le());
    out.copies = SEKISHO_TRY(in.u8());
    out.root_entries = SEKISHO_TRY(in.u16_le());
    const std::uint16_t small = SEKISHO_TRY(in.u16_le());
    out.media = SEKISHO_TRY(in.u8());
    const std::uint16_t table16 = SEKISHO_TRY(in.u16_le());
    SEKISHO_TRY(in.skip(8));
    const std::uint32_t large = SEKISHO_TRY(in.u32_le());
    out.sectors = small != 0 ? small : large;
    out.is_fat32 = table16 == 0;
    out.table_sectors = table16;
    if (out.is_fat32) {
        out.table_sectors = SEKISHO_TRY(in.u32_le());
        out.flags = SEKISHO_TRY(in.u16_le());
        SEKISHO_TRY(in.skip(2));
        out.root_cluster = SEKISHO_TRY(in.u32_le());
    }
    SEKISHO_TRY(in.seek(out.is_fat32 ? 82 : 54));
    const bool named = base::as_text(SEKISHO_TRY(in.take(3))) == "FAT";
    SEKISHO_TRY(in.seek(510));
    out.signed_ = SEKISHO_TRY(in.u16_le()) == 0xAA55 || named;
    return out;
}

bool is_sane(const BootSector& boot) {
    return boot.sector >= 512 && boot.sector <= 4'096 && std::has_single_bit(boot.sector) &&
           std::has_single_bit(boot.per_cluster) && boot.reserved > 0 && boot.copies >= 1 &&
           boot.copies <= 4 && (boot.media == 0xF0 || boot.media >= 0xF8) && boot.table_sectors > 0 &&
           boot.sectors > 0 && (boot.is_fat32 ? boot.root_cluster >= 2 : boot.root_entries > 0);
}

std::optional<FatLayout> layout_of(const BootSector& boot) {
    FatLayout out;
    const std::uint64_t sector = boot.sector;
    out.table_size = boot.table_sectors * sector;
    out.copies = boot.copies;
    out.cluster_size = boot.sector * std::uint32_t{boot.per_cluster};
    out.root = boot.reserved * sector + out.copies * out.table_size;
    out.root_size = std::uint64_t{boot.root_entries} * entry_bytes;
    out.data = out.root + (out.root_size + sector - 1) / sector * sector;
    out.root_cluster = boot.root_cluster;
    if (boot.sectors * sector <= out.data) return std::nullopt;
    const std::uint64_t clusters = (boot.sectors * sector - out.data) / out.cluster_size;
    out.bits = boot.is_fat32 ? 32 : clusters < 4'085 ? 12 : 16;
    const std::uint64_t entries = std::min(out.table_size, max_table) * 8 / out.bits;
    if (entries <= 2) return std::nullopt;
    out.clusters = static_cast<std::uint32_t>(std::min(clusters, entries - 2));
    // FAT32: where the copies are not kept equal, the flags name the one that counts.
    const bool one_active = boot.is_fat32 && (boot.flags & 0x80u) != 0 && (boot.flags & 0x0Fu) < boot.copies;
    out.table = boot.reserved * sector + (one_active ? (boot.flags & 0x0Fu) * out.table_size : 0);
    if (one_active) out.copies = 1;
    return out;
}

class Volume {
public:
    Volume(const Disk& disk, const FatLayout& layout, ImageFiles& out)
        : disk_(disk), layout_(layout), out_(out) {}

    bool walk() {
        if (!load_table()) return false;
        if (layout_.from_backup) out_.damaged("FAT: its boot sector is broken, the backup is used");
        Directory root;
        if (layout_.bits == 32) {
            root.first = layout_.root_cluster;
            seen_.insert(root.first);
        } else {
            root.runs = {{layout_.root, layout_.root_size, false}};
        }
        waiting_.push_back(std::move(root));
        while (!waiting_.empty()) {
            const Directory next = std::move(waiting_.front());
            waiting_.pop_front();
            if (!list(next)) return false;
        }
        return true;
    }

private:
    struct Directory {
        std::uint32_t first = 0;  // cluster; 0: `runs` say where it lies
        std::vector<DiskRun> runs;
        std::string path;
        bool hidden = false;
        bool deleted = false;
    };
    struct Chain {
        std::vector<DiskRun> runs;
        bool broken = false;  // loops, leaves the volume or ends early
    };

    bool load_table() {
        const std::uint64_t used = (std::uint64_t{layout_.clusters} + 2) * layout_.bits / 8 + 1;
        const std::uint64_t size = std::min(layout_.table_size, used);
        table_ = out_.content(disk_, {{layout_.table, size, false}}, size, max_table);
        if (!out_.budget().reached().empty() && table_.bytes.empty()) return false;
        if (table_.cut) out_.damaged("FAT: the table of clusters is cut off");
        if (layout_.copies < 2) return true;
        const auto second =
            out_.content(disk_, {{layout_.table + layout_.table_size, size, false}}, size, max_table);
        if (!std::ranges::equal(table_.bytes, second.bytes) && !second.cut)
            out_.differs("FAT: the copies of the table differ");
        return true;
    }

    // What stands in the table for a cluster; 0 (free) behind its end.
    std::uint32_t entry_of(std::uint32_t cluster) const {
        Cursor at(table_.bytes);
        if (!at.seek(std::uint64_t{cluster} * layout_.bits / 8)) return 0;
        if (layout_.bits == 32) return at.u32_le().value_or(0) & 0x0FFF'FFFFu;
        const std::uint32_t pair = at.u16_le().value_or(0);
        if (layout_.bits == 16) return pair;
        return cluster % 2 == 0 ? pair & 0x0FFFu : pair >> 4;
    }
    bool exists(std::uint32_t cluster) const { return cluster >= 2 && cluster - 2 < layout_.clusters; }
    bool ends(std::uint32_t entry) const {
        const std::uint32_t last = layout_.bits == 32 ? 0x0FFF'FFF8u : layout_.bits == 16 ? 0xFFF8u : 0xFF8u;
        return entry >= last;
    }
    std::uint64_t offset_of(std::uint32_t cluster) const {
        return layout_.data + std::uint64_t{cluster - 2} * layout_.cluster_size;
    }

    // Follows a chain until `bytes` are covered. Brent's way of finding loops: no list of what was seen.
    Chain chain_of(std::uint32_t first, std::uint64_t bytes) {
        Chain out;
        std::uint32_t mark = 0;
        std::uint64_t since = 0;
        std::uint64_t lap = 1;
        std::uint32_t cluster = first;
        for (std::uint64_t covered = 0; covered < bytes; covered += layout_.cluster_size) {
            if (ends(cluster) && covered > 0) return out;
            if (!exists(cluster) || cluster == mark || out.runs.size() > max_runs ||
                !out_.budget().spend_steps(4)) {
                out.broken = true;
                return out;
            }
            append_run(out.runs, {offset_of(cluster), layout_.cluster_size, false});
            if (since++ == lap) {
                mark = cluster;
                lap *= 2;
                since = 0;
            }
            cluster = entry_of(cluster);
        }
        return out;
    }

    // The run of clusters from `first` on, where all of them are free.
    std::vector<DiskRun> free_run(std::uint32_t first, std::uint64_t bytes) {
        const std::uint64_t count = (bytes + layout_.cluster_size - 1) / layout_.cluster_size;
        if (!exists(first) || count > layout_.clusters - (first - 2)) return {};
        for (std::uint64_t i = 0; i < count; ++i) {
            if (!out_.budget().spend_steps(4) || entry_of(first + static_cast<std::uint32_t>(i)) != 0)
                return {};
        }
        return {{offset_of(first), count * layout_.cluster_size, false}};
    }

    bool list(const Directory& directory) {
        Chain chain{directory.runs, false};
        if (directory.first != 0) chain = chain_of(directory.first, max_directory);
        if (chain.broken) out_.damaged(fmt::format("{}: broken chain of a directory", directory.path));
        const std::uint64_t size = total_length(chain.runs);
        const auto content = out_.content(disk_, chain.runs, size, max_directory);
        if (content.cut) out_.damaged(fmt::format("{}: directory is cut off", directory.path));
        FatNames names;
        Cursor in(content.bytes);
        while (in.left() >= entry_bytes) {
            const Bytes raw = *in.take(entry_bytes);
            if (raw[0] == std::byte{0}) break;
            auto entry = names.next(raw);
            // The upper half holds something else where a table has no more than 16 bits.
            if (entry && layout_.bits != 32) entry->cluster &= 0xFFFFu;
            if (entry && !take(*entry, directory)) return false;
        }
        return out_.budget().in_time();
    }

    bool take(const FatEntry& entry, const Directory& directory) {
        std::string path = join_path(directory.path, entry.name);
        const bool deleted = directory.deleted || entry.deleted;
        const bool hidden = directory.hidden || entry.is_hidden();
        if (entry.is_directory()) {
            return enter(entry, {.first = entry.cluster,
                                 .runs = {},
                                 .path = std::move(path),
                                 .hidden = hidden,
                                 .deleted = deleted});
        }
        ImageFile file{
            .name = std::move(path), .size = entry.size, .runs = {}, .hidden = hidden, .deleted = deleted};
        if (deleted) {
            file.runs = free_run(entry.cluster, entry.size);
            if (file.runs.empty()) return out_.budget().in_time();  // overwritten since
        } else {
            Chain chain = chain_of(entry.cluster, entry.size);
            file.runs = std::move(chain.runs);
            file.damaged = chain.broken;
        }
        return out_.add(disk_, file, "fat");
    }

    // Each cluster begins one directory only: loops end.
    bool enter(const FatEntry& entry, Directory directory) {
        if (directory.deleted) {
            std::vector<std::byte> scratch;
            directory.runs = free_run(entry.cluster, layout_.cluster_size);
            if (directory.runs.empty()) return out_.budget().in_time();
            const Bytes dot = disk_.read(directory.runs.front().offset, 2, scratch);
            if (base::as_text(dot) != ". ") return true;
            directory.first = 0;
        } else if (!exists(entry.cluster)) {
            out_.damaged(fmt::format("{}: directory without a cluster", directory.path));
            return true;
        }
        if (!seen_.insert(entry.cluster).second) return true;
        if (!out_.keep(2 * sizeof(Directory) + directory.path.size())) return false;
        waiting_.push_back(std::move(directory));
        return true;
    }

    const Disk& disk_;
    const FatLayout& layout_;
    ImageFiles& out_;
    ImageFiles::Content table_;
    std::deque<Directory> waiting_;
    std::set<std::uint32_t> seen_;
};

}  // namespace

std::optional<FatLayout> fat_layout(const Disk& disk) {
    std::vector<std::byte> scratch;
    const auto boot = read_boot(disk.read(0, boot_bytes, scratch));
    if (boot && is_sane(*boot)) {
        const auto layout = layout_of(*boot);
        // Old floppies are not signed: there the table begins with the same byte of the medium.
        const Bytes medium = layout ? disk.read(layout->table, 1, scratch) : Bytes{};
        if (boot->signed_ || (!medium.empty() && std::to_integer<unsigned>(medium[0]) == boot->media))
            return layout;
    }
    const auto backup = read_boot(disk.read(backup_boot, boot_bytes, scratch));
    if (!backup || !is_sane(*backup) || !backup->signed_ || !backup->is_fat32) return std::nullopt;
    auto layout = layout_of(*backup);
    if (layout) layout->from_backup = true;
    return layout;
}

bool read_fat(const Disk& disk, const FatLayout& layout, ImageFiles& out) {
    return Volume(disk, layout, out).walk();
}

}  // namespace sekisho::scanner::containers
