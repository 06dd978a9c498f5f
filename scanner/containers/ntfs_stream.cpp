#include "scanner/containers/ntfs_stream.h"

#include <algorithm>
#include <utility>

#include "scanner/containers/lznt1.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

constexpr std::size_t max_runs = 1'000'000;   // fragments of a stream
constexpr std::uint64_t max_unit = 2u << 20;  // bytes that are compressed together; Windows: 64 KB

// One unit: as it is where all of its clusters are there, zeros where none is, else packed.
bool write_unit(const Disk& disk, const std::vector<DiskRun>& runs, std::size_t length, Output& output,
                bool& damaged) {
    std::vector<std::byte> unit;
    std::vector<std::byte> scratch;
    std::vector<std::byte> packed;
    for (const DiskRun& run : runs) {
        if (run.hole) continue;
        const Bytes bytes = disk.read(run.offset, static_cast<std::size_t>(run.length), scratch);
        damaged = damaged || bytes.empty();
        packed.insert(packed.end(), bytes.begin(), bytes.end());
    }
    if (std::ranges::none_of(runs, &DiskRun::hole)) {
        unit = std::move(packed);
    } else if (!packed.empty()) {
        damaged = !unpack_lznt1(packed, length, unit) || damaged;
    }
    unit.resize(length);
    return output.write(unit);
}

bool add_compressed(const Disk& disk, std::uint32_t cluster, const NtfsAttribute& data, ImageFile file,
                    ImageFiles& out) {
    const std::uint64_t unit = data.unit * cluster;
    if (unit == 0 || unit > max_unit) return out.add_unread(std::move(file.name), "ntfs");
    Output output = out.extraction().new_output();
    const std::vector<DiskRun>& all = data.runs;
    std::size_t next = 0;    // run that is not used up
    std::uint64_t used = 0;  // bytes of it that are
    const std::uint64_t valid = std::min({data.valid, data.size, total_length(data.runs)});
    bool go_on = true;
    for (std::uint64_t done = 0; go_on && done < valid; done += unit) {
        std::vector<DiskRun> runs;
        for (std::uint64_t left = unit; left > 0 && next < all.size();) {
            const std::uint64_t taken = std::min(left, all[next].length - used);
            append_run(runs, {all[next].hole ? 0 : all[next].offset + used, taken, all[next].hole});
            left -= taken;
            used += taken;
            if (used == all[next].length) {
                ++next;
                used = 0;
            }
        }
        const auto length = static_cast<std::size_t>(std::min(unit, valid - done));
        go_on = out.budget().spend_steps(unit) && write_unit(disk, runs, length, output, file.damaged);
    }
    return out.add(file, std::move(output), "ntfs");
}

}  // namespace

bool append_part(NtfsAttribute& whole, const NtfsAttribute& part, std::uint32_t cluster) {
    if (part.type != ntfs_data || part.resident || part.name != whole.name || part.first_cluster == 0)
        return false;
    if (part.first_cluster != total_length(whole.runs) / cluster || whole.runs.size() > max_runs) {
        whole.damaged = true;
        return false;
    }
    for (const DiskRun& run : part.runs)
        append_run(whole.runs, run);
    whole.damaged = whole.damaged || part.damaged;
    return true;
}

std::map<std::string, NtfsAttribute> join_streams(std::vector<NtfsAttribute>& attributes,
                                                  std::uint32_t cluster) {
    std::ranges::stable_sort(attributes, {}, &NtfsAttribute::first_cluster);
    std::map<std::string, NtfsAttribute> out;
    for (NtfsAttribute& attribute : attributes) {
        if (attribute.type != ntfs_data) continue;
        const auto at = out.find(attribute.name);
        if (at == out.end()) {
            attribute.damaged = attribute.damaged || attribute.first_cluster != 0;
            out.emplace(attribute.name, std::move(attribute));
        } else {
            (void)append_part(at->second, attribute, cluster);
        }
    }
    return out;
}

bool add_stream(const Disk& disk, std::uint32_t cluster, const NtfsAttribute& data, ImageFile file,
                ImageFiles& out) {
    if (data.resident) {
        // The bytes of a record are mended first, so they are no view into the image.
        Output output = out.extraction().new_output();
        (void)output.write(data.value);
        return out.add(file, std::move(output), "ntfs");
    }
    if (data.compressed) return add_compressed(disk, cluster, data, std::move(file), out);
    // Behind what was ever written stands what the clusters held before, which Windows shows as zeros.
    const std::uint64_t mapped = std::min(data.size, total_length(data.runs));
    const std::uint64_t valid = std::min(data.valid, mapped);
    file.runs = cut_runs(data.runs, 0, valid);
    append_run(file.runs, {0, mapped - valid, true});
    return out.add(disk, file, "ntfs");
}

}  // namespace sekisho::scanner::containers
