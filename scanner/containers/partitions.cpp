#include "scanner/containers/partitions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/hash.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cursor;
using base::Result;

constexpr std::size_t table_offset = 446;
constexpr std::uint8_t protective = 0xEE;
constexpr std::uint64_t max_gpt_entries = 4'096;

struct Row {
    std::uint8_t status = 0;
    std::uint8_t type = 0;
    std::uint32_t start = 0;  // sectors
    std::uint32_t count = 0;
    bool used() const { return type != 0 && count != 0; }
    bool is_extended() const { return type == 0x05 || type == 0x0F || type == 0x85; }
};
using Rows = std::array<Row, 4>;

Result<Rows> read_rows(Bytes sector) {
    Cursor in(sector);
    Rows out;
    SEKISHO_TRY(in.skip(table_offset));
    for (Row& row : out) {
        row.status = SEKISHO_TRY(in.u8());
        SEKISHO_TRY(in.skip(3));
        row.type = SEKISHO_TRY(in.u8());
        SEKISHO_TRY(in.skip(3));
        row.start = SEKISHO_TRY(in.u32_le());
        row.count = SEKISHO_TRY(in.u32_le());
    }
    if (SEKISHO_TRY(in.u16_le()) != 0xAA55) return base::fail(base::Cause::malformed);
    return out;
}

class Reader {
public:
    Reader(const Disk& disk, std::uint32_t sector) : disk_(disk), sector_(sector) {}

    PartitionTable run() {
        const auto rows = read_rows(disk_.read(0, 512, scratch_));
        bool says_gpt = false;
        for (const Row& row : rows.value_or(Rows{})) {
            if (!row.used()) continue;
            says_gpt = says_gpt || row.type == protective;
            if (row.is_extended()) {
                walk_extended(row);
            } else if (row.type != protective) {
                add(row.start, row.count, fmt::format("0x{:02x}", row.type));
            }
        }
        if (!read_gpt() && says_gpt) damage("no GPT where the boot record names one");
        find_overlaps();
        return std::move(out_);
    }

private:
    void damage(std::string_view what) {
        if (out_.damage.empty()) out_.damage = what;
    }

    void add(std::uint64_t start, std::uint64_t count, std::string type) {
        if (out_.partitions.size() == max_partitions) return damage("too many partitions");
        if (start > disk_.size() / sector_ || count > UINT64_MAX / sector_)
            return damage("a partition lies behind the end of the disk");
        if (!seen_.insert(start).second) return;
        out_.partitions.push_back({start * sector_, count * sector_, std::move(type)});
    }

    // Each logical partition has a table of its own with one row for itself and one for the next table.
    void walk_extended(const Row& extended) {
        std::uint64_t at = extended.start;
        std::set<std::uint64_t> tables;
        while (tables.insert(at).second && tables.size() <= max_partitions) {
            const auto rows = read_rows(disk_.read(at * sector_, 512, scratch_));
            if (!rows) return damage("an extended partition has no table");
            std::optional<std::uint64_t> next;
            for (const Row& row : *rows) {
                if (!row.used()) continue;
                if (row.is_extended()) {
                    next = std::uint64_t{extended.start} + row.start;
                } else {
                    add(at + row.start, row.count, fmt::format("0x{:02x}", row.type));
                }
            }
            if (!next) return;
            at = *next;
        }
        damage("the chain of logical partitions loops");
    }

    // The header in the second sector; its copy in the last one where that is broken.
    bool read_gpt() {
        for (const std::uint32_t sector : {sector_, 512u, 4'096u}) {
            const std::uint64_t sectors = disk_.size() / sector;
            for (const std::uint64_t at : {std::uint64_t{1}, sectors - 1}) {
                if (at >= sectors) continue;
                const Bytes header = disk_.read(at * sector, 92, scratch_);
                if (header.empty() || base::as_text(header.first(8)) != "EFI PART") continue;
                sector_ = sector;
                if (!read_gpt_entries(header)) damage("the entries of GPT are cut off");
                return true;
            }
        }
        return false;
    }

    Result<void> read_gpt_entries(Bytes header) {
        Cursor in(header);
        SEKISHO_TRY(in.seek(72));
        const std::uint64_t first = SEKISHO_TRY(in.u64_le());
        const std::uint64_t count = SEKISHO_TRY(in.u32_le());
        const std::uint64_t size = SEKISHO_TRY(in.u32_le());
        if (size < 128 || size > 4'096 || first > disk_.size() / sector_)
            return base::fail(base::Cause::malformed);
        for (std::uint64_t i = 0; i < std::min(count, max_gpt_entries); ++i) {
            Cursor entry(disk_.read(first * sector_ + i * size, 48, scratch_));
            const Bytes type = SEKISHO_TRY(entry.take(16));
            if (std::ranges::all_of(type, [](std::byte b) { return b == std::byte{0}; })) continue;
            SEKISHO_TRY(entry.skip(16));
            const std::uint64_t begin = SEKISHO_TRY(entry.u64_le());
            const std::uint64_t last = SEKISHO_TRY(entry.u64_le());
            if (last < begin || last == UINT64_MAX) {
                damage("a partition of GPT ends before it begins");
            } else {
                add(begin, last - begin + 1, base::hex(type));
            }
        }
        return {};
    }

    void find_overlaps() {
        std::vector<Partition> sorted = out_.partitions;
        std::ranges::sort(sorted, {}, &Partition::offset);
        for (std::size_t i = 1; i < sorted.size(); ++i) {
            const Partition& before = sorted[i - 1];
            out_.overlap = out_.overlap || before.length > sorted[i].offset - before.offset;
        }
    }

    const Disk& disk_;
    std::uint32_t sector_;
    std::vector<std::byte> scratch_;
    std::set<std::uint64_t> seen_;
    PartitionTable out_;
};

}  // namespace

bool has_partitions(const Disk& disk) {
    std::vector<std::byte> scratch;
    const auto rows = read_rows(disk.read(0, 512, scratch));
    if (!rows) return false;
    const auto plausible = [](const Row& row) {
        return (row.status == 0 || row.status == 0x80) &&
               (row.type != 0 ? row.start > 0 && row.count > 0 : row.start == 0 && row.count == 0);
    };
    return std::ranges::all_of(*rows, plausible) && std::ranges::any_of(*rows, [&](const Row& row) {
               return row.used() && row.start < disk.size() / 512;
           });
}

PartitionTable read_partitions(const Disk& disk, std::uint32_t sector) { return Reader(disk, sector).run(); }

}  // namespace sekisho::scanner::containers
