#include "control/listen.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace sekisho::control {

namespace {

constexpr int backlog = 16;

base::Result<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un out{};
    out.sun_family = AF_UNIX;
    if (path.size() >= sizeof out.sun_path || !path.starts_with('/') || path.contains('\0')) {
        return base::fail(base::Cause::invalid,
                          fmt::format("control.socket: an absolute path of at most {} bytes is "
                                      "wanted",
                                      sizeof out.sun_path - 1));
    }
    std::memcpy(out.sun_path, path.data(), path.size());
    return out;
}

const sockaddr* generic(const sockaddr_un& address) {
    return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

}  // namespace

base::Result<base::UniqueFd> connect_unix(const std::string& path) {
    const sockaddr_un address = SEKISHO_TRY(address_of(path));
    base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) return base::fail_errno("socket", errno);
    if (::connect(fd.get(), generic(address), sizeof address) != 0) return base::fail_errno(path, errno);
    return fd;
}

base::Result<base::UniqueFd> listen_unix(const std::string& path, unsigned mode) {
    const sockaddr_un address = SEKISHO_TRY(address_of(path));
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
    struct stat info{};
    if (::lstat(path.c_str(), &info) == 0) {
        if (!S_ISSOCK(info.st_mode)) {
            return base::fail(base::Cause::invalid, fmt::format("{}: is there, and is no socket", path));
        }
        if (connect_unix(path)) {
            return base::fail(base::Cause::unavailable,
                              fmt::format("{}: another server answers there", path));
        }
        ::unlink(path.c_str());
    }
    base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return base::fail_errno("socket", errno);
    if (::bind(fd.get(), generic(address), sizeof address) != 0) return base::fail_errno(path, errno);
    if (::chmod(path.c_str(), mode) != 0) return base::fail_errno(path, errno);
    if (::listen(fd.get(), backlog) != 0) return base::fail_errno(path, errno);
    return fd;
}

}  // namespace sekisho::control
