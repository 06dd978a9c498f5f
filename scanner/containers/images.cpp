#include "scanner/containers/images.h"

#include <array>

#include "base/result.h"
#include "base/text.h"
#include "scanner/containers/disc_open.h"
#include "scanner/containers/disk.h"
#include "scanner/containers/fat.h"
#include "scanner/containers/image_files.h"
#include "scanner/containers/iso9660.h"
#include "scanner/containers/ntfs.h"
#include "scanner/containers/partitions.h"
#include "scanner/containers/udf_volume.h"
#include "scanner/containers/vhd.h"
#include "scanner/containers/vhdx.h"
#include "scanner/containers/volumes.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

constexpr std::size_t smallest_disc = 36u << 10;  // sixteen sectors before the first mark
constexpr std::size_t smallest_disk = 4u << 10;

// Marks that do not stand at the beginning, where a program or a picture has its own: those win, or a program
// would be taken for the disk that it carries behind its header.
Confidence weaker_if(bool yes) { return yes ? good_match - 10 : no_match; }

Confidence recognise_udf(Bytes b, std::string_view) {
    return weaker_if(b.size() >= smallest_disc && UdfVolume::has_marks(Disk(b)));
}
Confidence recognise_iso9660(Bytes b, std::string_view) {
    return b.size() >= smallest_disc && is_iso9660(Disk(b)) ? sure_match : no_match;
}
Confidence recognise_fat(Bytes b, std::string_view) {
    return weaker_if(b.size() >= smallest_disk && fat_layout(Disk(b)).has_value());
}
Confidence recognise_partitions(Bytes b, std::string_view) {
    return weaker_if(b.size() >= smallest_disk && has_partitions(Disk(b)));
}
Confidence recognise_ntfs(Bytes b, std::string_view) {
    return weaker_if(b.size() >= smallest_disk && ntfs_layout(Disk(b)).has_value());
}
Confidence recognise_unread(Bytes b, std::string_view) {
    return weaker_if(b.size() >= smallest_disk && has_unread_volume(Disk(b)));
}
// By a footer alone only under its own extension, by which Windows goes.
Confidence recognise_vhd(Bytes b, std::string_view name) {
    if (!is_vhd(b)) return no_match;
    if (base::ends_with_ignoring_case(name, ".vhd")) return sure_match + 5;
    return base::as_text(base::head(b, 8)) == "conectix" ? sure_match : good_match + 10;
}
Confidence recognise_vhdx(Bytes b, std::string_view) { return is_vhdx(b) ? sure_match : no_match; }

void open_raw(const Part& part, Extraction& extraction) {
    ImageFiles files(part, extraction);
    read_disk(Disk(part.bytes), 512, files);
    files.report();
}

// An image whose disk is kept in blocks.
template <base::Result<VirtualDisk> (*open)(Bytes)>
void open_virtual(const Part& part, Extraction& extraction) {
    ImageFiles files(part, extraction);
    const auto disk = open(part.bytes);
    if (!disk && disk.error().cause == base::Cause::unsupported) {
        files.unsupported(disk.error().message);
    } else if (!disk) {
        files.damaged(disk.error().message);
    } else {
        if (!disk->damage.empty()) files.damaged(disk->damage);
        read_disk(disk->disk, disk->sector, files);
    }
    files.report();
}

// clang-format off
constexpr std::array rows{  // NOLINT: a table holds nothing else
    Format{"vhd", "application/x-vhd", "vhd", recognise_vhd, nullptr, open_virtual<open_vhd>},
    Format{"vhdx", "application/x-vhdx", "vhdx", recognise_vhdx, nullptr, open_virtual<open_vhdx>},
    Format{"iso9660", "application/x-iso9660-image", "iso,img,udf", recognise_iso9660, nullptr, open_disc},
    Format{"udf", "application/x-udf-image", "iso,img,udf", recognise_udf, nullptr, open_raw},
    // Any extension: .img, .ima, .vfd, .bin, .dd, .raw, .001.
    Format{"fat", "application/x-fat-image", "", recognise_fat, nullptr, open_raw},
    Format{"ntfs", "application/x-ntfs-image", "", recognise_ntfs, nullptr, open_raw},
    Format{"volume", "application/x-disk-volume", "", recognise_unread, nullptr, open_raw},
    Format{"disk", "application/x-raw-disk-image", "", recognise_partitions, nullptr, open_raw},
};
// clang-format on

constexpr auto pointers = [] {
    std::array<const Format*, rows.size()> out{};
    for (std::size_t i = 0; i < rows.size(); ++i)
        out[i] = &rows[i];
    return out;
}();

}  // namespace

std::span<const Format* const> image_formats() { return pointers; }

}  // namespace sekisho::scanner::containers
