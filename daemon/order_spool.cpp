#include "daemon/order_spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/bytes.h"
#include "base/escape.h"
#include "base/fd.h"
#include "base/hash.h"

namespace sekisho::daemon {

namespace {

namespace fs = std::filesystem;
using base::Cause;

constexpr std::string_view begun = ".new-";  // no *.json of a shell or a .path unit
constexpr std::size_t most_listed = 100'000;

std::unexpected<base::Error> fail_write(const std::string& what, int error) {
    auto failed = base::fail_errno(what, error);
    if (error == ENOSPC || error == EDQUOT) failed.error().cause = Cause::limit;
    return failed;
}

// write_all() with the error number kept: a full disk is told apart.
int write_whole(int fd, std::string_view text, unsigned mode) {
    while (!text.empty()) {
        const ssize_t n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    // The unit's umask would keep the group out.
    return ::fchmod(fd, mode) != 0 || ::fsync(fd) != 0 ? errno : 0;
}

std::vector<model::OrderName> orders_in(const std::string& folder, std::error_code& error) {
    std::vector<model::OrderName> out;
    fs::directory_iterator at(folder, error);
    for (; !error && at != fs::directory_iterator() && out.size() < most_listed; at.increment(error)) {
        if (const auto name = model::order_name_from(at->path().filename().string())) out.push_back(*name);
    }
    return out;
}

std::uint64_t now_us() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(since).count());
}

std::uint32_t random_number() {
    std::uint32_t out = 0;
    const std::string bytes = base::random_bytes(sizeof out);
    std::memcpy(&out, bytes.data(), sizeof out);
    return out;
}

}  // namespace

base::Result<void> replace_file(const std::string& folder, const std::string& name, std::string_view text,
                                unsigned mode) {
    const base::UniqueFd place(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!place) return fail_write(folder, errno);
    const std::string fresh = std::string(begun) + name;
    const std::string what = folder + "/" + name;
    ::unlinkat(place.get(), fresh.c_str(), 0);  // of a gate that was killed
    const base::UniqueFd file(::openat(
        place.get(), fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600));
    if (!file) return fail_write(what, errno);
    int error = write_whole(file.get(), text, mode);
    if (error == 0 && ::renameat(place.get(), fresh.c_str(), place.get(), name.c_str()) != 0) error = errno;
    if (error != 0) {
        ::unlinkat(place.get(), fresh.c_str(), 0);
        return fail_write(what, error);
    }
    if (::fsync(place.get()) != 0) return fail_write(folder, errno);
    return {};
}

base::Result<void> OrderSpool::write(const std::string& folder, const model::ActionOrder& order,
                                     std::size_t most) {
    const std::string text = SEKISHO_TRY(model::encode(order));
    struct stat info{};
    if (::stat(folder.c_str(), &info) != 0) return base::fail_errno(folder, errno);
    if ((info.st_mode & 0002u) != 0) {
        return base::fail(Cause::invalid,
                          folder + ": anybody may write to it; chmod o-w it, or use systemd-tmpfiles");
    }
    std::error_code error;
    const auto waiting = orders_in(folder, error);
    if (error) return base::fail(Cause::io, fmt::format("{}: {}", folder, error.message()));
    if (waiting.size() >= most)
        return base::fail(Cause::limit, fmt::format("{}: {} orders wait already", folder, waiting.size()));
    std::uint64_t number = std::max(now_us(), last_ + 1);
    for (const model::OrderName& other : waiting)  // the clock may have been set back
        number = std::max(number, other.number + 1);
    last_ = number;
    return replace_file(folder, to_string(model::OrderName{.number = number, .random = random_number()}),
                        text, 0640);
}

void OrderSpool::remove_stale(const std::string& folder) {
    std::error_code error;
    std::vector<fs::path> stale;
    fs::directory_iterator at(folder, error);
    for (; !error && at != fs::directory_iterator() && stale.size() < most_listed; at.increment(error)) {
        if (at->path().filename().string().starts_with(begun)) stale.push_back(at->path());
    }
    for (const fs::path& path : stale)
        ::unlink(path.c_str());
}

std::size_t OrderSpool::waiting(const std::string& folder) {
    std::error_code error;
    return orders_in(folder, error).size();
}

}  // namespace sekisho::daemon
