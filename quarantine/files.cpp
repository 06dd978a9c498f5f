#include "quarantine/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <map>

#include "base/fd.h"

namespace sekisho::quarantine {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view message_suffix = ".eml";
constexpr std::string_view sidecar_suffix = ".json";
constexpr std::string_view temporary_prefix = ".new-";
constexpr std::size_t max_message = 2ULL << 30;
constexpr std::size_t max_sidecar = 64U << 20;

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::unexpected<base::Error> fail_write(const std::string& what, int error) {
    auto failed = base::fail_errno(what, error);
    if (error == ENOSPC || error == EDQUOT) return base::fail(base::Cause::limit, failed.error().message);
    return failed;
}

base::Result<void> make_folder(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return base::fail_errno(path, errno);
    return {};
}

// write_all() with the error number kept: a full disk is told apart.
base::Result<void> write_whole(int fd, const std::string& name, base::Bytes bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail_write(name, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    if (::fsync(fd) != 0) return fail_write(name, errno);
    return {};
}

}  // namespace

bool is_id(std::string_view text) {
    return text.size() == 32 &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<std::string> bytes_of_hex(std::string_view hex) {
    if (hex.size() % 2 != 0) return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const int high = digit(hex[i]);
        const int low = digit(hex[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
    }
    return out;
}

base::Result<void> sync_folder(const std::string& path) {
    const base::UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0) return base::fail_errno(path, errno);
    return {};
}

base::Result<Files> Files::open(const std::string& folder) {
    const fs::path path(folder);
    if (!path.is_absolute())
        return base::fail(base::Cause::invalid, "quarantine.directory must be an absolute path");
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    SEKISHO_TRY(make_folder(folder));
    struct stat info{};
    if (::stat(folder.c_str(), &info) != 0) return base::fail_errno(folder, errno);
    if (!S_ISDIR(info.st_mode) || (info.st_mode & 0022U) != 0) {
        return base::fail(
            base::Cause::invalid,
            fmt::format("{}: must be a folder that only its owner may write to; chmod 0700 it", folder));
    }
    SEKISHO_TRY(sync_folder(path.parent_path().string()));
    return Files(folder);
}

std::string Files::folder_of(const std::string& id) const {
    return fmt::format("{}/{}", folder_, id.substr(0, 2));
}

std::string Files::path_of(const std::string& id, std::string_view suffix) const {
    return fmt::format("{}/{}{}", folder_of(id), id, suffix);
}

base::Result<void> Files::place(const std::string& id, std::string_view suffix, base::Bytes bytes) {
    const std::string name = fmt::format("{}/{}{}{}", folder_of(id), temporary_prefix, id, suffix);
    if (::mkdir(folder_of(id).c_str(), 0700) == 0) {
        SEKISHO_TRY(sync_folder(folder_));
    } else if (errno != EEXIST) {
        return fail_write(folder_of(id), errno);
    }
    const base::UniqueFd file(
        ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600));
    if (!file) return fail_write(name, errno);
    auto written = write_whole(file.get(), name, bytes);
    if (written && ::rename(name.c_str(), path_of(id, suffix).c_str()) != 0)
        written = fail_write(name, errno);
    if (!written) ::unlink(name.c_str());
    return written;
}

base::Result<void> Files::write(const std::string& id, base::Bytes message, std::string_view sidecar) {
    if (!is_id(id)) return base::fail(base::Cause::invalid, "no quarantine id");
    // The message last: where it is, the rest is.
    SEKISHO_TRY(place(id, sidecar_suffix, base::as_bytes(sidecar)));
    auto placed = place(id, message_suffix, message);
    if (!placed) {
        ::unlink(path_of(id, sidecar_suffix).c_str());
        return placed;
    }
    auto synced = sync_folder(folder_of(id));
    if (!synced) {  // else a retry would find it there, and take it for durable
        ::unlink(path_of(id, message_suffix).c_str());
        ::unlink(path_of(id, sidecar_suffix).c_str());
    }
    return synced;
}

base::Result<void> Files::write_sidecar(const std::string& id, std::string_view sidecar) {
    if (!is_id(id)) return base::fail(base::Cause::invalid, "no quarantine id");
    SEKISHO_TRY(place(id, sidecar_suffix, base::as_bytes(sidecar)));
    return sync_folder(folder_of(id));
}

base::Result<void> Files::remove(const std::string& id) {
    if (!is_id(id)) return base::fail(base::Cause::invalid, "no quarantine id");
    for (const std::string_view suffix : {message_suffix, sidecar_suffix}) {
        const std::string path = path_of(id, suffix);
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) return base::fail_errno(path, errno);
    }
    return sync_folder(folder_of(id));
}

bool Files::exists(const std::string& id) const {
    return is_id(id) && ::access(path_of(id, message_suffix).c_str(), F_OK) == 0 &&
           ::access(path_of(id, sidecar_suffix).c_str(), F_OK) == 0;
}

base::Result<std::string> Files::message(const std::string& id) const {
    if (!is_id(id)) return base::fail(base::Cause::invalid, "no quarantine id");
    return base::read_file(path_of(id, message_suffix), max_message);
}

base::Result<std::string> Files::sidecar(const std::string& id) const {
    if (!is_id(id)) return base::fail(base::Cause::invalid, "no quarantine id");
    return base::read_file(path_of(id, sidecar_suffix), max_sidecar);
}

std::uint64_t Files::bytes_of(const std::string& id) const {
    std::uint64_t out = 0;
    for (const std::string_view suffix : {message_suffix, sidecar_suffix}) {
        struct stat info{};
        if (is_id(id) && ::stat(path_of(id, suffix).c_str(), &info) == 0)
            out += static_cast<std::uint64_t>(info.st_size);
    }
    return out;
}

base::Result<std::uint64_t> Files::free_bytes() const {
    struct statvfs info{};
    if (::statvfs(folder_.c_str(), &info) != 0) return base::fail_errno(folder_, errno);
    return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

base::Result<Files::Listing> Files::list() const {
    Listing out;
    std::map<std::string, std::string> sidecars;
    for (int n = 0; n < 256; ++n) {
        std::error_code error;
        const std::string digits = fmt::format("{:02x}", n);
        const std::string folder = folder_ + "/" + digits;
        fs::directory_iterator at(folder, error);
        if (error == std::errc::no_such_file_or_directory) continue;
        for (; !error && at != fs::directory_iterator(); at.increment(error)) {
            const std::string id = at->path().stem().string();
            if (at->path().filename().string().starts_with(temporary_prefix)) {
                out.stale.push_back(at->path().string());
            } else if (!is_id(id) || !id.starts_with(digits)) {
                continue;  // not ours; left alone
            } else if (at->path().extension() == message_suffix) {
                out.entries[id].id = id;
            } else if (at->path().extension() == sidecar_suffix) {
                sidecars[id] = at->path().string();
            }
        }
        if (error) return base::fail(base::Cause::io, fmt::format("{}: {}", folder, error.message()));
    }
    for (auto& [id, path] : sidecars) {
        if (!out.entries.contains(id)) out.stale.push_back(std::move(path));
    }
    return out;
}

base::Result<std::vector<Files::Found>> Files::scan() const {
    Listing listing = SEKISHO_TRY(list());
    std::vector<Found> out;
    for (auto& [id, entry] : listing.entries) {
        entry.bytes = bytes_of(id);
        out.push_back(std::move(entry));
    }
    return out;
}

base::Result<void> Files::remove_stale() {
    const Listing listing = SEKISHO_TRY(list());
    for (const std::string& path : listing.stale) {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) return base::fail_errno(path, errno);
    }
    return {};
}

}  // namespace sekisho::quarantine
