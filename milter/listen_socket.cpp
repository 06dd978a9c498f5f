#include "milter/listen_socket.h"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/fd.h"
#include "base/text.h"

namespace sekisho::milter {

namespace {

bool somebody_listens(const std::string& path) {
    const base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (!fd || path.size() >= sizeof address.sun_path) return true;  // in doubt, leave it alone
    std::memcpy(address.sun_path, path.data(), path.size());
    const auto* generic = std::bit_cast<const sockaddr*>(&address);
    if (::connect(fd.get(), generic, sizeof address) == 0) return true;
    return errno != ECONNREFUSED && errno != ENOENT;
}

// Libmilter would only say "unable to bind", and only to syslog.
base::Result<void> folder_of(const std::string& path) {
    const std::string folder = path.substr(0, path.find_last_of('/'));
    struct stat info{};
    if (!folder.empty() && (::stat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode))) {
        return base::fail(base::Cause::invalid, "milter socket " + path + ": there is no folder " + folder);
    }
    return {};
}

base::Result<void> set_access(const std::string& path, const std::string& group, unsigned mode) {
    if (!group.empty()) {
        std::array<char, 16'384> buffer{};
        struct group entry{};
        struct group* found = nullptr;
        if (::getgrnam_r(group.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 ||
            found == nullptr) {
            return base::fail(base::Cause::invalid,
                              "milter.socket_group: there is no group \"" + group + "\"");
        }
        if (::chown(path.c_str(), static_cast<uid_t>(-1), entry.gr_gid) != 0) {
            return base::fail_errno("giving " + path + " to group " + group, errno);
        }
    }
    if (::chmod(path.c_str(), static_cast<mode_t>(mode)) != 0)
        return base::fail_errno("mode of " + path, errno);
    return {};
}

}  // namespace

std::optional<std::string> unix_path(std::string_view socket) {
    for (const std::string_view prefix : {"unix:", "local:"}) {
        if (base::starts_with_ignoring_case(socket, prefix)) return std::string(socket.substr(prefix.size()));
    }
    if (socket.starts_with('/')) return std::string(socket);
    return std::nullopt;
}

std::string postfix_name(std::string_view socket) {
    if (const auto path = unix_path(socket)) return "unix:" + *path;
    const auto colon = socket.find(':');
    const auto at = socket.find('@');
    if (colon == std::string_view::npos || at == std::string_view::npos || at < colon)
        return std::string(socket);
    return "inet:" + std::string(socket.substr(at + 1)) + ":" +
           std::string(socket.substr(colon + 1, at - colon - 1));
}

base::Result<void> check_place(const std::string& path) {
    struct stat info{};
    if (::lstat(path.c_str(), &info) != 0) {
        if (errno == ENOENT) return folder_of(path);
        return base::fail_errno("milter socket " + path, errno);
    }
    if (!S_ISSOCK(info.st_mode)) {
        return base::fail(base::Cause::invalid, "milter socket " + path + ": something else stands there");
    }
    if (somebody_listens(path)) {
        return base::fail(base::Cause::invalid, "milter socket " + path + ": another program listens on it");
    }
    return {};
}

base::Result<void> remove_stale_socket(const std::string& path) {
    SEKISHO_TRY(check_place(path));
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        return base::fail_errno("removing the stale socket " + path, errno);
    return {};
}

std::string unready_path(const std::string& path) { return path + '~'; }

base::Result<void> publish_socket(const std::string& path, const std::string& group, unsigned mode) {
    const std::string bound = unready_path(path);
    SEKISHO_TRY(set_access(bound, group, mode));
    if (::rename(bound.c_str(), path.c_str()) != 0)
        return base::fail_errno("moving " + bound + " to " + path, errno);
    return {};
}

}  // namespace sekisho::milter
