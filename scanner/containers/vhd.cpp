#include "scanner/containers/vhd.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "base/cursor.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using base::Cursor;
using base::Result;

constexpr std::string_view cookie = "conectix";
constexpr std::size_t footer_bytes = 512;
constexpr std::uint64_t sector = 512;
constexpr std::uint32_t unused_block = 0xFFFF'FFFF;
constexpr std::uint32_t fixed_kind = 2;
constexpr std::uint32_t dynamic_kind = 3;
constexpr std::uint32_t difference_kind = 4;

bool has_cookie(Bytes image, std::size_t offset) {
    return base::in_range(offset, cookie.size(), image.size()) &&
           base::as_text(image.subspan(offset, cookie.size())) == cookie;
}

// The footer stands at the end, in 511 bytes where Virtual PC before 2004 wrote it; a dynamic disk has a copy
// at its beginning.
std::optional<std::size_t> find_footer(Bytes image) {
    for (const std::size_t size : {footer_bytes, footer_bytes - 1}) {
        if (image.size() >= size && has_cookie(image, image.size() - size)) return image.size() - size;
    }
    if (has_cookie(image, 0)) return 0;
    return std::nullopt;
}

struct Footer {
    std::uint64_t header = 0;  // offset of that of a dynamic disk
    std::uint64_t size = 0;    // of the disk
    std::uint32_t kind = 0;
};

Result<Footer> read_footer(Bytes image, std::size_t at) {
    Cursor in(image);
    Footer out;
    SEKISHO_TRY(in.seek(at));
    SEKISHO_TRY(in.skip(16));
    out.header = SEKISHO_TRY(in.u64_be());
    SEKISHO_TRY(in.skip(24));
    out.size = SEKISHO_TRY(in.u64_be());
    SEKISHO_TRY(in.skip(4));
    out.kind = SEKISHO_TRY(in.u32_be());
    return out;
}

Result<VirtualDisk> open_dynamic(Bytes image, const Footer& footer) {
    Cursor in(image);
    SEKISHO_TRY(in.seek(footer.header));
    if (base::as_text(SEKISHO_TRY(in.take(8))) != "cxsparse")
        return base::fail(Cause::malformed, "VHD: no header of a dynamic disk");
    SEKISHO_TRY(in.skip(8));
    const std::uint64_t table = SEKISHO_TRY(in.u64_be());
    SEKISHO_TRY(in.skip(4));
    const std::uint64_t entries = SEKISHO_TRY(in.u32_be());
    const std::uint64_t block = SEKISHO_TRY(in.u32_be());
    if (block < sector || block % sector != 0)
        return base::fail(Cause::malformed, "VHD: impossible size of a block");
    const std::uint64_t bitmap = (block / sector / 8 + sector - 1) / sector * sector;
    SEKISHO_TRY(in.seek(table));
    std::vector<DiskExtent> extents;
    std::string damage;
    // A block takes a sector for its bitmap at least: more of them than that are the same ones over again.
    const std::uint64_t most = image.size() / sector;
    const std::uint64_t wanted = std::min(entries, footer.size / block + (footer.size % block != 0));
    for (std::uint64_t i = 0; i < wanted; ++i) {
        const auto entry = in.u32_be();
        if (!entry || extents.size() > most) {
            damage = "VHD: its table of blocks is broken";
            break;
        }
        if (*entry == unused_block) continue;
        const std::uint64_t at = *entry * sector + bitmap;
        const std::uint64_t length = std::min(block, footer.size - i * block);
        if (!base::in_range(at, length, image.size()))
            damage = "VHD: a block lies behind the end of the file";
        if (at >= image.size()) continue;
        extents.push_back({i * block, base::head(image.subspan(static_cast<std::size_t>(at)),
                                                 static_cast<std::size_t>(length))});
    }
    return VirtualDisk{Disk(footer.size, std::move(extents)), sector, std::move(damage)};
}

}  // namespace

bool is_vhd(Bytes image) { return image.size() >= footer_bytes && find_footer(image).has_value(); }

Result<VirtualDisk> open_vhd(Bytes image) {
    const auto at = find_footer(image);
    if (!at) return base::fail(Cause::truncated, "VHD: no footer");
    const Footer footer = SEKISHO_TRY(read_footer(image, *at));
    if (footer.kind == difference_kind)
        return base::fail(Cause::unsupported, "VHD: holds the differences to another disk");
    if (footer.kind == dynamic_kind) {
        auto disk = open_dynamic(image, footer);
        if (disk && *at == 0 && disk->damage.empty()) disk->damage = "VHD: its end is cut off";
        return disk;
    }
    if (footer.kind != fixed_kind) return base::fail(Cause::unsupported, "VHD: unknown kind of disk");
    const Bytes data = image.first(*at);
    std::string damage;
    if (footer.size > data.size()) damage = "VHD: the disk is cut off";
    return VirtualDisk{Disk(data), sector, std::move(damage)};
}

}  // namespace sekisho::scanner::containers
