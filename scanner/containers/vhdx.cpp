#include "scanner/containers/vhdx.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cursor.h"

namespace sekisho::scanner::containers {

namespace {

using namespace std::string_view_literals;
using base::Bytes;
using base::Cause;
using base::Cursor;
using base::Result;

constexpr std::uint64_t megabyte = 1u << 20;
constexpr std::uint64_t max_disk = std::uint64_t{64} << 40;  // [MS-VHDX] 2.6.2.2
constexpr std::size_t max_entries = 2'047;                   // of a region or metadata table

// GUIDs as they stand in the file.
constexpr std::string_view table_region =
    "\x66\x77\xC2\x2D\x23\xF6\x00\x42\x9D\x64\x11\x5E\x9B\xFD\x4A\x08"sv;
constexpr std::string_view metadata_region =
    "\x06\xA2\x7C\x8B\x90\x47\x9A\x4B\xB8\xFE\x57\x5F\x05\x0F\x88\x6E"sv;
constexpr std::string_view parameters_item =
    "\x37\x67\xA1\xCA\x36\xFA\x43\x4D\xB3\xB6\x33\xF0\xAA\x44\xE7\x6B"sv;
constexpr std::string_view size_item = "\x24\x42\xA5\x2F\x1B\xCD\x76\x48\xB2\x11\x5D\xBE\xD8\x3B\xF4\xB8"sv;
constexpr std::string_view sector_item = "\x1D\xBF\x41\x81\x6F\xA9\x09\x47\xBA\x47\xF2\x33\xA8\xFA\xAB\x5F"sv;

struct Region {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};
using Regions = std::map<std::string, Region, std::less<>>;

Result<Bytes> region(Bytes image, const Regions& all, std::string_view guid) {
    const auto at = all.find(guid);
    if (at == all.end()) return base::fail(Cause::malformed, "VHDX: a region is missing");
    Cursor in(image);
    SEKISHO_TRY(in.seek(at->second.offset));
    return base::head(in.rest(),
                      static_cast<std::size_t>(std::min<std::uint64_t>(at->second.length, in.left())));
}

// 2.2.2: of two headers the one with the higher number counts. Whether it names a log.
std::optional<bool> has_log(Bytes image) {
    std::optional<bool> out;
    std::uint64_t newest = 0;
    for (const std::uint64_t at : {64u << 10, 128u << 10}) {
        Cursor in(image);
        if (!in.seek(at)) continue;
        const auto magic = in.take(4);
        if (!magic || base::as_text(*magic) != "head" || !in.skip(4)) continue;
        const auto number = in.u64_le();
        if (!number || !in.skip(32)) continue;
        const auto log = in.take(16);
        if (!log || (out && *number < newest)) continue;
        newest = *number;
        out = std::ranges::any_of(*log, [](std::byte b) { return b != std::byte{0}; });
    }
    return out;
}

// 2.2.3: two copies of the region table.
Result<Regions> read_regions(Bytes image, std::uint64_t at) {
    Cursor in(image);
    SEKISHO_TRY(in.seek(at));
    if (base::as_text(SEKISHO_TRY(in.take(4))) != "regi")
        return base::fail(Cause::malformed, "VHDX: no table of regions");
    SEKISHO_TRY(in.skip(4));
    const std::size_t count = std::min<std::size_t>(SEKISHO_TRY(in.u32_le()), max_entries);
    SEKISHO_TRY(in.skip(4));
    Regions out;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string guid(base::as_text(SEKISHO_TRY(in.take(16))));
        const std::uint64_t offset = SEKISHO_TRY(in.u64_le());
        out[guid] = {offset, SEKISHO_TRY(in.u32_le())};
        SEKISHO_TRY(in.skip(4));
    }
    return out;
}

// 2.6.1: where the items of the metadata lie within their region.
Result<Regions> read_metadata(Bytes metadata) {
    Cursor in(metadata);
    if (base::as_text(SEKISHO_TRY(in.take(8))) != "metadata")
        return base::fail(Cause::malformed, "VHDX: no metadata");
    SEKISHO_TRY(in.skip(2));
    const std::size_t count = std::min<std::size_t>(SEKISHO_TRY(in.u16_le()), max_entries);
    SEKISHO_TRY(in.seek(32));
    Regions out;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string guid(base::as_text(SEKISHO_TRY(in.take(16))));
        const std::uint32_t offset = SEKISHO_TRY(in.u32_le());
        out[guid] = {offset, SEKISHO_TRY(in.u32_le())};
        SEKISHO_TRY(in.skip(8));
    }
    return out;
}

struct Geometry {
    std::uint64_t block = 0;
    std::uint64_t size = 0;
    std::uint32_t sector = 0;
    bool differences = false;
};

Result<Geometry> read_geometry(Bytes metadata) {
    const Regions items = SEKISHO_TRY(read_metadata(metadata));
    Geometry out;
    Cursor parameters(SEKISHO_TRY(region(metadata, items, parameters_item)));
    out.block = SEKISHO_TRY(parameters.u32_le());
    out.differences = (SEKISHO_TRY(parameters.u32_le()) & 2u) != 0;
    out.size = SEKISHO_TRY(Cursor(SEKISHO_TRY(region(metadata, items, size_item))).u64_le());
    out.sector = SEKISHO_TRY(Cursor(SEKISHO_TRY(region(metadata, items, sector_item))).u32_le());
    const bool sane = out.block >= megabyte && out.block <= 256 * megabyte && out.block % megabyte == 0 &&
                      (out.sector == 512 || out.sector == 4'096) && out.size <= max_disk;
    if (!sane) return base::fail(Cause::malformed, "VHDX: impossible sizes");
    return out;
}

// 2.5: one entry a block, and behind each chunk of them one for a bitmap that only differences have.
VirtualDisk read_blocks(Bytes image, Bytes table, const Geometry& geometry) {
    constexpr std::uint64_t fully_present = 6;
    constexpr std::uint64_t partly_present = 7;
    const std::uint64_t chunk = (std::uint64_t{1} << 23) * geometry.sector / geometry.block;
    const std::uint64_t most = image.size() / megabyte;  // blocks that a file of that size has
    const std::uint64_t blocks = geometry.size / geometry.block + (geometry.size % geometry.block != 0);
    std::vector<DiskExtent> extents;
    std::string damage;
    Cursor in(table);
    for (std::uint64_t i = 0; i < blocks; ++i) {
        if (i > 0 && i % chunk == 0) (void)in.skip(std::min<std::size_t>(8, in.left()));
        const auto entry = in.u64_le();
        if (!entry || extents.size() > most) {
            damage = "VHDX: its table of blocks is broken";
            break;
        }
        const std::uint64_t state = *entry & 7u;
        if (state != fully_present && state != partly_present) continue;
        const std::uint64_t offset = *entry >> 20 << 20;
        const std::uint64_t length = std::min(geometry.block, geometry.size - i * geometry.block);
        if (!base::in_range(offset, length, image.size()))
            damage = "VHDX: a block lies behind the end of the file";
        if (offset >= image.size()) continue;
        extents.push_back({i * geometry.block, base::head(image.subspan(static_cast<std::size_t>(offset)),
                                                          static_cast<std::size_t>(length))});
    }
    return {Disk(geometry.size, std::move(extents)), geometry.sector, std::move(damage)};
}

}  // namespace

bool is_vhdx(Bytes image) { return base::as_text(base::head(image, 8)) == "vhdxfile"; }

Result<VirtualDisk> open_vhdx(Bytes image) {
    const auto log = has_log(image);
    auto regions = read_regions(image, 192u << 10);
    if (!regions) regions = read_regions(image, 256u << 10);
    if (!regions) return std::unexpected(regions.error());
    const Geometry geometry =
        SEKISHO_TRY(read_geometry(SEKISHO_TRY(region(image, *regions, metadata_region))));
    if (geometry.differences)
        return base::fail(Cause::unsupported, "VHDX: holds the differences to another disk");
    VirtualDisk out = read_blocks(image, SEKISHO_TRY(region(image, *regions, table_region)), geometry);
    if (log.value_or(false)) out.damage = "VHDX: its log was not replayed";
    if (!log) out.damage = "VHDX: no header";
    return out;
}

}  // namespace sekisho::scanner::containers
