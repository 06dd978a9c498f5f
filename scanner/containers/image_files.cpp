#include "scanner/containers/image_files.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/ranges.h>

#include "base/text.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

constexpr std::size_t max_path = 900;  // bytes; names.h cuts a part's name at 1,000, and the end tells most
constexpr std::size_t max_evidence = 120;      // bytes of names in a finding
constexpr std::size_t max_digests = 20'000;    // of views that are remembered
constexpr std::uint64_t steps_per_known = 64;  // a file that another tree has shown
constexpr std::array<std::byte, 64u << 10> zeros{};

// What Windows itself leaves hidden on every volume that it mounts; an empty name is any.
struct Housekeeping {
    std::string_view folder;
    std::string_view name;
};
constexpr std::array housekeeping{
    Housekeeping{"System Volume Information/", "/WPSettings.dat"},
    Housekeeping{"System Volume Information/", "/IndexerVolumeGuid"},
    Housekeeping{"System Volume Information/", "/tracking.log"},
    Housekeeping{"$RECYCLE.BIN/", "/desktop.ini"},
    Housekeeping{"$Extend/$RmMetadata/", ""},
};

bool is_housekeeping(std::string_view path) {
    return std::ranges::any_of(housekeeping, [&](const Housekeeping& row) {
        return base::starts_with_ignoring_case(path, row.folder) &&
               base::ends_with_ignoring_case(path, row.name);
    });
}

bool write_zeros(Output& output, std::uint64_t count) {
    while (count > 0) {
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(count, zeros.size()));
        if (!output.write(Bytes(zeros).first(n))) return false;
        count -= n;
    }
    return true;
}

// False: the output has had enough, or a run leaves the disk.
bool copy_runs(const Disk& volume, const std::vector<DiskRun>& runs, Output& output) {
    for (const DiskRun& run : runs) {
        if (run.hole && !write_zeros(output, run.length)) return false;
        for (std::uint64_t done = 0; !run.hole && done < run.length;) {
            if (run.offset > UINT64_MAX - done) return false;
            const Disk::Piece piece = volume.piece(run.offset + done, run.length - done);
            if (piece.length == 0) return false;
            if (!(piece.bytes.empty() ? write_zeros(output, piece.length) : output.write(piece.bytes)))
                return false;
            done += piece.length;
        }
    }
    return true;
}

// The whole of `runs` as a view where they are one piece of the image.
Bytes view_of(const Disk& volume, const std::vector<DiskRun>& runs) {
    if (runs.size() != 1 || runs.front().hole) return {};
    const Bytes bytes = volume.piece(runs.front().offset, runs.front().length).bytes;
    return bytes.size() == runs.front().length ? bytes : Bytes{};
}

}  // namespace

std::string join_path(std::string_view parent, std::string_view name) {
    if (parent.empty()) return std::string(name);
    if (parent.size() + name.size() >= max_path) parent = "...";
    return fmt::format("{}/{}", parent, name);
}

void ImageFiles::Names::add(std::string_view name) {
    if (std::ranges::find(shown_, name) != shown_.end()) return;
    ++count_;
    if (bytes_ >= max_evidence) return;
    shown_.emplace_back(name);
    bytes_ += name.size();
}

std::string ImageFiles::Names::text() const {
    const std::string names = fmt::format("{}", fmt::join(shown_, ", "));
    return count_ == shown_.size() ? names : fmt::format("{} and {} more", names, count_ - shown_.size());
}

bool ImageFiles::keep(std::uint64_t bytes) {
    if (!budget().spend_resident(bytes)) return false;
    kept_ += bytes;
    return true;
}

ChildSpec ImageFiles::note(const ImageFile& file, std::string_view opened_by) {
    ++count_;
    if (file.hidden && !is_housekeeping(file.name)) hidden_.add(file.name);
    if (file.deleted) deleted_.add(file.name);
    ChildSpec spec;
    spec.name = file.name;
    spec.opened_by = opened_by;
    if (file.damaged) {
        spec.flags.set(PartFlag::damaged);
        damaged(fmt::format("{}: its structure is broken", file.name));
    }
    return spec;
}

bool ImageFiles::add(const Disk& volume, const ImageFile& file, std::string_view opened_by) {
    const std::vector<DiskRun> runs = cut_runs(file.runs, 0, file.size);
    if (!budget().spend_steps(file.runs.size())) return false;
    if (const Bytes bytes = view_of(volume, runs); bytes.size() == file.size) {
        ChildSpec spec = note(file, opened_by);
        if (!readings_.empty() && is_known(file, digest_of_view(bytes)))
            return budget().spend_steps(steps_per_known);
        return budget().spend_bytes(bytes.size()) && extraction_.add_child(std::move(spec), bytes);
    }
    Output output = extraction_.new_output();
    (void)copy_runs(volume, runs, output);
    return add(file, std::move(output), opened_by);
}

bool ImageFiles::add(const ImageFile& file, Output content, std::string_view opened_by) {
    ChildSpec spec = note(file, opened_by);
    const bool refused = content.truncated();
    if (!refused && content.size() < file.size) {
        spec.flags.set(PartFlag::truncated);
        damaged(fmt::format("{}: {} of {} bytes are there", file.name, content.size(), file.size));
    }
    // One that is too large for itself leaves room for its siblings; any other limit ends the image.
    const bool go_on = !refused || content.size() >= budget().limits().max_part_bytes;
    if (!readings_.empty() && is_known(file, digest_of(content.view())))
        return go_on && budget().spend_steps(steps_per_known);
    return extraction_.add_child(std::move(spec), std::move(content)) && go_on;
}

void ImageFiles::begin_reading(std::string_view kind) { readings_.push_back({std::string(kind), {}}); }

bool ImageFiles::note_given(std::string_view name, Bytes content) {
    given_.try_emplace({digest_of(content), base::extension_of(name)}, 0);
    return budget().spend_steps(steps_per_known);
}

base::Sha256 ImageFiles::digest_of(Bytes content) {
    return budget().spend_steps(content.size()) ? base::sha256(content) : base::Sha256{};
}

// The same stretch of the image is hashed once, however many records name it.
base::Sha256 ImageFiles::digest_of_view(Bytes content) {
    if (const auto at = digests_.find({content.data(), content.size()}); at != digests_.end())
        return at->second;
    const base::Sha256 digest = digest_of(content);
    if (digests_.size() < max_digests) digests_.emplace(std::pair(content.data(), content.size()), digest);
    return digest;
}

bool ImageFiles::is_known(const ImageFile& file, const base::Sha256& digest) {
    if (!file.deleted && file.size > 0) readings_.back().contents.insert(digest);
    const auto [at, fresh] = given_.try_emplace({digest, base::extension_of(file.name)}, readings_.size());
    return !fresh && at->second < readings_.size();
}

void ImageFiles::compare_readings() {
    std::set<base::Sha256> all;
    for (const Reading& reading : readings_)
        all.insert(reading.contents.begin(), reading.contents.end());
    for (const Reading& reading : readings_) {
        const std::size_t missing = all.size() - reading.contents.size();
        if (missing > 0) differs(fmt::format("{} lacks {} of {} files", reading.kind, missing, all.size()));
    }
}

bool ImageFiles::add_unread(std::string name, std::string_view opened_by) {
    ++count_;
    unread_.add(name);
    ChildSpec spec;
    spec.name = std::move(name);
    spec.opened_by = opened_by;
    return extraction_.add_skipped(std::move(spec));
}

bool ImageFiles::add_locked(std::string name, std::string_view opened_by) {
    ++count_;
    locked_.add_file(name, true);
    locked_.note_unopened();
    ChildSpec spec;
    spec.name = std::move(name);
    spec.opened_by = opened_by;
    spec.flags.set(PartFlag::encrypted);
    return extraction_.add_skipped(std::move(spec));
}

ImageFiles::Content ImageFiles::content(const Disk& volume, const std::vector<DiskRun>& runs,
                                        std::uint64_t size, std::uint64_t most) {
    Content out;
    const std::vector<DiskRun> wanted = cut_runs(runs, 0, std::min(size, most));
    if (!budget().spend_steps(runs.size())) return {.bytes = {}, .storage = nullptr, .cut = true};
    out.bytes = view_of(volume, wanted);
    if (out.bytes.empty()) {
        Output output = extraction_.new_output();
        (void)copy_runs(volume, wanted, output);
        out.storage = std::move(output).finish();
        out.bytes = out.storage->bytes();
    } else if (!budget().spend_steps(out.bytes.size())) {
        out.bytes = {};
    }
    out.cut = out.bytes.size() < size;
    return out;
}

void ImageFiles::damaged(std::string_view evidence) {
    // One of a kind is enough: a broken image has something to say on every file.
    if (!std::exchange(said_damaged_, true))
        extraction_.findings().add("archive.damaged", part_.id, evidence);
}

void ImageFiles::unsupported(std::string_view evidence) {
    extraction_.findings().add("archive.unsupported", part_.id, evidence);
}

void ImageFiles::differs(std::string_view evidence) {
    if (!std::exchange(said_differs_, true))
        extraction_.findings().add("image.readings-differ", part_.id, evidence);
}

void ImageFiles::report() {
    Findings& findings = extraction_.findings();
    if (!hidden_.empty()) findings.add("image.hidden-file", part_.id, hidden_.text());
    if (!deleted_.empty()) findings.add("image.deleted-file", part_.id, deleted_.text());
    if (!unread_.empty()) findings.add("archive.member-skipped", part_.id, unread_.text());
    locked_.report(findings, part_.id);
    compare_readings();
}

}  // namespace sekisho::scanner::containers
