#include "cli/part_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>

#include "base/escape.h"
#include "base/json.h"
#include "model/scan_report.h"

namespace sekisho::cli {

namespace {

base::Result<base::UniqueFd> create_file(int folder, const std::string& name) {
    base::UniqueFd file(
        ::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return base::fail_errno(name, errno);
    return file;
}

// What this leaves behind where it fails is taken away by the caller, who has `made`.
base::Result<void> make_folders(const std::string& folder, std::vector<std::string>& made) {
    for (std::size_t end = folder.find('/', 1);; end = folder.find('/', end + 1)) {
        const std::string above = folder.substr(0, end);
        if (::mkdir(above.c_str(), 0700) == 0) {
            made.push_back(above);
        } else if (errno != EEXIST) {
            return base::fail_errno(base::escape(above, 1'000), errno);
        }
        if (end == std::string::npos) return {};
    }
}

// Folders of ours that are empty; one that is not stays, and those around it.
void remove_folders(const std::vector<std::string>& made) {
    for (auto folder = made.rbegin(); folder != made.rend() && ::rmdir(folder->c_str()) == 0; ++folder) {
    }
}

}  // namespace

base::Result<std::unique_ptr<PartFiles>> PartFiles::create(const std::string& folder, std::uint64_t max_bytes,
                                                           std::uint32_t max_parts) {
    std::vector<std::string> made;
    if (auto done = make_folders(folder, made); !done) {
        remove_folders(made);
        return std::unexpected(std::move(done).error());
    }
    base::UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return base::fail_errno(base::escape(folder, 1'000), errno);
    if (::faccessat(fd.get(), "manifest.json", F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        return base::fail(base::Cause::invalid, base::escape(folder, 1'000) +
                                                    " holds a manifest.json already; choose another folder");
    }
    return std::unique_ptr<PartFiles>(new PartFiles(std::move(fd), std::move(made), max_bytes, max_parts));
}

bool PartFiles::stop(base::Error error) {
    if (state_) state_ = std::unexpected(std::move(error));
    return false;
}

bool PartFiles::begin(const model::PartSummary& part) {
    if (!state_) return false;
    if (parts_left_ == 0) return stop({base::Cause::limit, "too many parts"});
    --parts_left_;
    std::string name = fmt::format("part-{:05}.bin", files_.size());
    auto file = create_file(folder_.get(), name);
    if (!file) return stop(file.error());
    file_ = *std::move(file);
    length_ = 0;
    files_.emplace_back(part.path, std::move(name));
    return true;
}

bool PartFiles::data(base::Bytes piece) {
    if (!state_ || !file_) return false;
    if (piece.size() > bytes_left_) return stop({base::Cause::limit, "too many bytes"});
    bytes_left_ -= piece.size();
    length_ += piece.size();
    // A padded document of 600 MB is mostly zeros: holes cost no disk.
    if (std::ranges::all_of(piece, [](std::byte b) { return b == std::byte{0}; })) {
        if (::lseek(file_.get(), static_cast<off_t>(length_), SEEK_SET) < 0) {
            return stop(base::fail_errno("part file", errno).error());
        }
        return true;
    }
    const auto written = base::write_all(file_.get(), piece);
    return written ? true : stop(written.error());
}

bool PartFiles::end() {
    if (!state_ || !file_) return false;
    if (::ftruncate(file_.get(), static_cast<off_t>(length_)) != 0) {
        return stop(base::fail_errno("part file", errno).error());
    }
    file_.reset();
    return true;
}

base::Result<void> PartFiles::finish() {
    if (file_) end();  // the scan ended within a part: what came is kept
    auto done = state_ && files_.empty() ? base::Result<void>() : write_manifest();
    if (!done || files_.empty()) abandon();
    return done;
}

void PartFiles::abandon() {
    file_.reset();
    for (const auto& [path, name] : files_)
        ::unlinkat(folder_.get(), name.c_str(), 0);
    files_.clear();
    remove_folders(made_);
}

base::Result<void> PartFiles::write_manifest() {
    SEKISHO_TRY(std::move(state_));
    base::JsonObject manifest;
    std::map<std::string, int> seen;
    for (auto& [path, name] : files_) {
        std::string key = model::printed_path(path);
        const int count = ++seen[key];
        if (count > 1) key += fmt::format(" ({})", count);
        manifest.emplace_back(std::move(key), name);
    }
    const base::UniqueFd file = SEKISHO_TRY(create_file(folder_.get(), "manifest.json"));
    auto written = base::write_all(file.get(), base::as_bytes(base::dump_json(manifest) + "\n"));
    if (!written) ::unlinkat(folder_.get(), "manifest.json", 0);
    return written;
}

}  // namespace sekisho::cli
