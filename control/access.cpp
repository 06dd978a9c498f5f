#include "control/access.h"

#include <grp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace sekisho::control {

Access::Access(const AccessGroups& groups)
    : view_(ids_of(groups.view)), operate_(ids_of(groups.operate)), read_mail_(ids_of(groups.read_mail)) {}

std::set<std::uint32_t> Access::ids_of(const std::vector<std::string>& names) {
    std::set<std::uint32_t> out;
    for (const std::string& name : names) {
        std::vector<char> buffer(16'384);
        group entry{};
        group* found = nullptr;
        while (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == ERANGE &&
               buffer.size() < (16U << 20)) {
            buffer.resize(buffer.size() * 2);
        }
        if (found != nullptr) {
            out.insert(found->gr_gid);
        } else {
            unknown_.push_back(name);
        }
    }
    return out;
}

std::set<Permission> Access::permissions(const Peer& peer, const std::vector<std::uint32_t>& groups) const {
    if (peer.uid == 0 || peer.uid == ::geteuid()) {
        return {Permission::view, Permission::operate, Permission::read_mail};
    }
    const auto member_of = [&](const std::set<std::uint32_t>& ids) {
        return ids.contains(peer.gid) ||
               std::ranges::any_of(groups, [&](auto id) { return ids.contains(id); });
    };
    std::set<Permission> out;
    if (member_of(operate_)) out.insert({Permission::operate, Permission::view});
    if (member_of(read_mail_)) out.insert({Permission::read_mail, Permission::view});
    if (member_of(view_)) out.insert(Permission::view);
    return out;
}

base::Result<Peer> peer_of(int fd) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        return base::fail_errno("SO_PEERCRED", errno);
    }
    return Peer{.uid = credentials.uid, .gid = credentials.gid, .pid = credentials.pid};
}

base::Result<std::vector<std::uint32_t>> peer_groups(int fd) {
    std::vector<std::uint32_t> groups(64);
    for (;;) {
        auto size = static_cast<socklen_t>(groups.size() * sizeof(std::uint32_t));
        if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) == 0) {
            groups.resize(size / sizeof(std::uint32_t));
            return groups;
        }
        // The kernel has written the size that it wants; 65,536 groups is its own limit.
        if (errno != ERANGE || groups.size() > 65'536) return base::fail_errno("SO_PEERGROUPS", errno);
        groups.resize(std::max<std::size_t>(size / sizeof(std::uint32_t), groups.size() * 2));
    }
}

}  // namespace sekisho::control
