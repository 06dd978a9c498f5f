#include "scanner/containers/images.h"

#include <array>

#include "scanner/containers/disk.h"
#include "scanner/containers/image_files.h"
#include "scanner/containers/udf.h"
#include "scanner/containers/udf_volume.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

constexpr std::size_t smallest_disc = 36u << 10;  // sixteen sectors before the first mark

// Beside ISO 9660 that row wins: both are read there.
Confidence is_udf(Bytes b, std::string_view) {
    if (b.size() < smallest_disc) return no_match;
    return UdfVolume::has_marks(Disk(b)) ? good_match : no_match;
}

void open_udf(const Part& part, Extraction& extraction) {
    ImageFiles files(part, extraction);
    (void)read_udf(Disk(part.bytes), files);  // a limit is noted by the Budget
    files.report();
}

// clang-format off
constexpr std::array rows{  // NOLINT: a table holds nothing else
    Format{"udf", "application/x-udf-image", "iso,img,udf", is_udf, nullptr, open_udf},
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
