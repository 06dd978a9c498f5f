#include "scanner/containers/ntfs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/cursor.h"
#include "scanner/containers/ntfs_record.h"
#include "scanner/containers/ntfs_stream.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cursor;
using base::Result;

// Records with a fixed number.
constexpr std::uint64_t bitmap_record = 6;
constexpr std::uint64_t root_record = 5;
constexpr std::uint64_t first_user_record = 16;

constexpr std::uint64_t max_table = 512u << 20;        // bytes
constexpr std::uint64_t max_bitmap = 64u << 20;        // bytes
constexpr std::size_t max_parts = 1'024;               // records that continue one file
constexpr std::size_t max_levels = 64;                 // of directories in a path
constexpr std::uint64_t steps_per_level = 64;          // a look into a table
constexpr std::uint32_t out_of_sight = 0x06;           // FILE_ATTRIBUTE_HIDDEN and _SYSTEM
constexpr std::uint32_t packed_outside = 0x8000'0017;  // IO_REPARSE_TAG_WOF, [MS-FSCC] 2.1.2.1

// Streams that hold NTFS's own records; with other names they hold what somebody put there.
constexpr std::array<std::string_view, 8> own_streams{"$Bad", "$Config", "$Info", "$J",
                                                      "$Max", "$SDS",    "$Tops", "$TXF_DATA"};

class Volume {
public:
    Volume(const Disk& disk, const NtfsLayout& layout, ImageFiles& out)
        : disk_(disk), layout_(layout), out_(out) {}

    bool walk() {
        if (!load_table()) return out_.budget().reached().empty();
        if (!index()) return false;
        load_bitmap();
        for (std::uint64_t number = 0; number < records(); ++number) {
            if (!take(number)) return false;
        }
        return true;
    }

private:
    struct Directory {
        std::uint64_t parent = root_record;
        std::string name;
        bool hidden = false;
        bool deleted = false;
    };
    struct Place {
        std::string path;
        bool hidden = false;
        bool deleted = false;
    };

    std::uint64_t records() const { return table_.bytes.size() / layout_.record; }
    Bytes raw(std::uint64_t number) const {
        return table_.bytes.subspan(static_cast<std::size_t>(number * layout_.record), layout_.record);
    }
    Result<NtfsRecord> record(std::uint64_t number) {
        if (number >= records()) return base::fail(base::Cause::truncated);
        if (!out_.budget().spend_steps(layout_.record)) return base::fail(base::Cause::limit);
        return read_ntfs_record(raw(number), layout_.cluster);
    }

    // The table is a file; its own record is the first, and may go on in others of its records.
    bool load_table() {
        std::vector<std::byte> scratch;
        auto first = read_ntfs_record(disk_.read(layout_.table, layout_.record, scratch), layout_.cluster);
        if (!first)
            first = read_ntfs_record(disk_.read(layout_.mirror, layout_.record, scratch), layout_.cluster);
        const NtfsAttribute* data = first ? unnamed_data(*first) : nullptr;
        if (data == nullptr || data->resident) {
            out_.damaged("NTFS: no master file table");
            return false;
        }
        NtfsAttribute table = *data;
        constexpr int max_rounds = 4;
        for (int round = 0; round < max_rounds; ++round) {
            table_ = out_.content(disk_, table.runs, table.size, max_table);
            if (table_.bytes.empty()) return false;
            const std::uint64_t before = total_length(table.runs);
            if (!table_.cut || !gather_table(table) || total_length(table.runs) == before) break;
        }
        if (table_.cut) out_.damaged("NTFS: the master file table is cut off");
        return true;
    }

    // Appends the runs of the table that its further records hold. False: a limit.
    bool gather_table(NtfsAttribute& table) {
        for (std::uint64_t number = 1; number < records(); ++number) {
            const auto part = record(number);
            if (!part && part.error().cause == base::Cause::limit) return false;
            if (!part || part->base != 0) continue;
            for (const NtfsAttribute& attribute : part->attributes)
                (void)append_part(table, attribute, layout_.cluster);
        }
        return true;
    }

    static const NtfsAttribute* unnamed_data(const NtfsRecord& record) {
        const auto at = std::ranges::find_if(record.attributes, [](const NtfsAttribute& attribute) {
            return attribute.type == ntfs_data && attribute.name.empty();
        });
        return at == record.attributes.end() ? nullptr : &*at;
    }

    // Directories, and which records continue which.
    bool index() {
        for (std::uint64_t number = 0; number < records(); ++number) {
            const auto found = record(number);
            if (!found && found.error().cause == base::Cause::limit) return false;
            if (!found) continue;
            if (found->base) {
                if (!out_.keep(sizeof(std::uint64_t) * 8)) return false;
                more_of_[*found->base].push_back(number);
            } else if (found->directory && number != root_record) {
                const auto names = names_of(*found);
                if (names.empty()) continue;
                if (!out_.keep(sizeof(Directory) * 2 + names.front().name.size())) return false;
                directories_[number] = {names.front().parent, names.front().name, is_hidden(*found),
                                        !found->in_use};
            }
        }
        return true;
    }

    void load_bitmap() {
        const auto found = record(bitmap_record);
        const NtfsAttribute* data = found ? unnamed_data(*found) : nullptr;
        if (data != nullptr) bitmap_ = out_.content(disk_, data->runs, data->size, max_bitmap);
    }
    bool is_free(const DiskRun& run) const {
        const std::uint64_t cluster = run.offset / layout_.cluster;
        if (run.hole) return true;
        if (cluster / 8 >= bitmap_.bytes.size()) return false;
        const auto bits = std::to_integer<unsigned>(bitmap_.bytes[static_cast<std::size_t>(cluster / 8)]);
        return (bits >> cluster % 8 & 1u) == 0;
    }

    // The names of a file, without short ones that only double others.
    static std::vector<NtfsName> names_of(const NtfsRecord& record) {
        std::vector<NtfsName> out;
        for (const NtfsAttribute& attribute : record.attributes) {
            if (attribute.type != ntfs_file_name || !attribute.resident) continue;
            auto name = read_ntfs_name(attribute.value);
            if (name) out.push_back(std::move(*name));
        }
        if (std::ranges::any_of(out, [](const NtfsName& name) { return !name.dos; }))
            std::erase_if(out, [](const NtfsName& name) { return name.dos; });
        return out;
    }

    static bool is_hidden(const NtfsRecord& record) {
        for (const NtfsAttribute& attribute : record.attributes) {
            if (attribute.type != ntfs_standard_information) continue;
            Cursor in(attribute.value);
            if (in.skip(32)) return (in.u32_le().value_or(0) & out_of_sight) != 0;
        }
        return std::ranges::any_of(names_of(record),
                                   [](const NtfsName& name) { return (name.flags & out_of_sight) != 0; });
    }

    // False: a limit.
    bool place_of(const NtfsName& name, Place& out) {
        out.path = name.name;
        std::uint64_t parent = name.parent;
        for (std::size_t level = 0; parent != root_record; ++level) {
            if (!out_.budget().spend_steps(steps_per_level)) return false;
            const auto at = directories_.find(parent);
            if (at == directories_.end() || level == max_levels) {
                out.path = join_path("...", out.path);
                return true;
            }
            out.path = join_path(at->second.name, out.path);
            out.hidden = out.hidden || at->second.hidden;
            out.deleted = out.deleted || at->second.deleted;
            parent = at->second.parent;
        }
        return true;
    }

    bool take(std::uint64_t number) {
        auto found = record(number);
        if (!found) return found.error().cause != base::Cause::limit;
        if (found->base) return true;
        if (const auto more = more_of_.find(number); more != more_of_.end()) {
            if (more->second.size() > max_parts)
                out_.damaged(fmt::format("record {}: in too many parts", number));
            for (const std::uint64_t part :
                 std::span(more->second).first(std::min(more->second.size(), max_parts))) {
                auto continued = record(part);
                if (!continued && continued.error().cause == base::Cause::limit) return false;
                if (!continued) continue;
                std::ranges::move(continued->attributes, std::back_inserter(found->attributes));
            }
        }
        const std::map<std::string, NtfsAttribute> streams = join_streams(found->attributes, layout_.cluster);
        if (streams.empty()) return true;
        std::vector<NtfsName> names = names_of(*found);
        if (names.empty()) names.push_back({root_record, fmt::format("record {}", number), 0, false});
        for (const auto& [stream, data] : streams) {
            const bool own = stream.empty() ? number < first_user_record
                                            : std::ranges::find(own_streams, stream) != own_streams.end();
            for (std::size_t i = 0; !own && i < names.size(); ++i) {
                if (!add(*found, names[i], stream, data)) return false;
            }
        }
        return true;
    }

    bool add(const NtfsRecord& record, const NtfsName& name, std::string_view stream,
             const NtfsAttribute& data) {
        Place place;
        place.hidden = is_hidden(record);
        place.deleted = !record.in_use;
        if (!place_of(name, place)) return false;
        if (!stream.empty()) place.path += fmt::format(":{}", stream);
        if (place.deleted && (data.size == 0 || !std::ranges::all_of(data.runs, [&](const DiskRun& run) {
                                  return is_free(run);
                              })))
            return true;  // overwritten since
        ImageFile file{.name = std::move(place.path),
                       .size = data.size,
                       .runs = {},
                       .hidden = place.hidden,
                       .deleted = place.deleted,
                       .damaged = data.damaged || record.damaged};
        if (data.encrypted) return out_.add_locked(std::move(file.name), "ntfs");
        if (data.unknown_packing || (stream.empty() && is_packed_outside(record)))
            return out_.add_unread(std::move(file.name), "ntfs");
        return add_stream(disk_, layout_.cluster, data, std::move(file), out_);
    }

    static bool is_packed_outside(const NtfsRecord& record) {
        return std::ranges::any_of(record.attributes, [](const NtfsAttribute& attribute) {
            return attribute.type == ntfs_reparse_point &&
                   Cursor(attribute.value).u32_le().value_or(0) == packed_outside;
        });
    }

    const Disk& disk_;
    const NtfsLayout& layout_;
    ImageFiles& out_;
    ImageFiles::Content table_;
    ImageFiles::Content bitmap_;
    std::unordered_map<std::uint64_t, Directory> directories_;
    std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> more_of_;
};

// Positive: clusters; negative: a power of two of bytes.
std::uint64_t record_size(std::uint8_t raw, std::uint64_t cluster) {
    constexpr unsigned largest = 16;
    if (raw < 0x80) return raw * cluster;
    return 256u - raw > largest ? 0 : std::uint64_t{1} << (256u - raw);
}

Result<NtfsLayout> read_layout(Bytes sector) {
    Cursor in(sector);
    SEKISHO_TRY(in.skip(3));
    if (base::as_text(SEKISHO_TRY(in.take(8))) != "NTFS    ") return base::fail(base::Cause::malformed);
    const std::uint32_t bytes = SEKISHO_TRY(in.u16_le());
    const std::uint8_t per_cluster = SEKISHO_TRY(in.u8());
    SEKISHO_TRY(in.seek(48));
    const std::uint64_t table = SEKISHO_TRY(in.u64_le());
    const std::uint64_t mirror = SEKISHO_TRY(in.u64_le());
    const std::uint8_t size = SEKISHO_TRY(in.u8());
    // Above 0x80 it is a power of two, for clusters of more than 64 KB.
    const unsigned shift = per_cluster > 0x80 ? 256u - per_cluster : 0;
    const std::uint64_t sectors = per_cluster > 0x80 ? std::uint64_t{1} << std::min(shift, 31u) : per_cluster;
    const std::uint64_t cluster = bytes * sectors;
    constexpr std::uint64_t max_cluster = 2u << 20;
    if (bytes < 256 || bytes > 4'096 || !std::has_single_bit(cluster) || cluster > max_cluster)
        return base::fail(base::Cause::malformed);
    const std::uint64_t record = record_size(size, cluster);
    if (record < 256 || record > 65'536 || !std::has_single_bit(record) ||
        std::max(table, mirror) > UINT64_MAX / 2 / max_cluster)
        return base::fail(base::Cause::malformed);
    return NtfsLayout{static_cast<std::uint32_t>(cluster), static_cast<std::uint32_t>(record),
                      table * cluster, mirror * cluster};
}

}  // namespace

std::optional<NtfsLayout> ntfs_layout(const Disk& disk) {
    std::vector<std::byte> scratch;
    const auto layout = read_layout(disk.read(0, 512, scratch));
    return layout ? std::optional(*layout) : std::nullopt;
}

bool read_ntfs(const Disk& disk, const NtfsLayout& layout, ImageFiles& out) {
    return Volume(disk, layout, out).walk();
}

}  // namespace sekisho::scanner::containers
