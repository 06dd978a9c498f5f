#include "scanner/containers/disk.h"

#include <algorithm>
#include <utility>

namespace sekisho::scanner::containers {

using base::Bytes;

Disk::Disk(Bytes image)
    : Disk(image.size(), image.empty() ? std::vector<DiskExtent>{} : std::vector<DiskExtent>{{0, image}}) {}

Disk::Disk(std::uint64_t size, std::vector<DiskExtent> extents)
    : extents_(std::make_shared<const std::vector<DiskExtent>>(std::move(extents))), size_(size) {}

Disk::Piece Disk::piece(std::uint64_t offset, std::uint64_t most) const {
    if (offset >= size_) return {};
    most = std::min(most, size_ - offset);
    const std::uint64_t at = begin_ + offset;
    const auto next = std::ranges::upper_bound(*extents_, at, {}, &DiskExtent::offset);
    if (next != extents_->begin()) {
        const DiskExtent& extent = *std::prev(next);
        if (at - extent.offset < extent.bytes.size()) {
            const Bytes rest = extent.bytes.subspan(static_cast<std::size_t>(at - extent.offset));
            const Bytes bytes =
                rest.first(static_cast<std::size_t>(std::min<std::uint64_t>(most, rest.size())));
            return {bytes, bytes.size()};
        }
    }
    return {{}, next == extents_->end() ? most : std::min(most, next->offset - at)};
}

Bytes Disk::read(std::uint64_t offset, std::size_t length, std::vector<std::byte>& scratch) const {
    if (!base::in_range(offset, length, size_)) return {};
    Piece found = piece(offset, length);
    if (found.bytes.size() == length) return found.bytes;
    scratch.assign(length, std::byte{0});
    for (std::size_t done = 0; done < length;) {
        found = piece(offset + done, length - done);
        std::ranges::copy(found.bytes, scratch.begin() + static_cast<std::ptrdiff_t>(done));
        done += static_cast<std::size_t>(found.length);
    }
    return scratch;
}

Disk Disk::slice(std::uint64_t offset, std::uint64_t length) const {
    Disk out = *this;
    offset = std::min(offset, size_);
    out.begin_ = begin_ + offset;
    out.size_ = std::min(length, size_ - offset);
    return out;
}

void append_run(std::vector<DiskRun>& runs, DiskRun run) {
    if (run.length == 0) return;
    if (!runs.empty() && runs.back().hole == run.hole && runs.back().length <= UINT64_MAX - run.length &&
        (run.hole ||
         (run.offset >= runs.back().offset && run.offset - runs.back().offset == runs.back().length))) {
        runs.back().length += run.length;
    } else {
        runs.push_back(run);
    }
}

std::uint64_t total_length(const std::vector<DiskRun>& runs) {
    std::uint64_t sum = 0;
    for (const DiskRun& run : runs)
        sum += std::min(run.length, UINT64_MAX - sum);
    return sum;
}

std::vector<DiskRun> cut_runs(const std::vector<DiskRun>& runs, std::uint64_t skip, std::uint64_t length) {
    std::vector<DiskRun> out;
    for (const DiskRun& run : runs) {
        if (length == 0) break;
        if (skip >= run.length) {
            skip -= run.length;
            continue;
        }
        const std::uint64_t taken = std::min(run.length - skip, length);
        append_run(out, {run.hole || run.offset > UINT64_MAX - skip ? run.offset : run.offset + skip, taken,
                         run.hole});
        length -= taken;
        skip = 0;
    }
    return out;
}

}  // namespace sekisho::scanner::containers
