// Who may do what: by user id and groups, as the kernel knows them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/protocol.h"

namespace sekisho::control {

// Names of the groups that have each permission (settings control.*_groups).
struct AccessGroups {
    std::vector<std::string> view;
    std::vector<std::string> operate;
    std::vector<std::string> read_mail;
};

// The same as group ids. A value. A name that this system does not know gives nobody anything.
class Access {
public:
    explicit Access(const AccessGroups& groups);
    // root and our own user have all; others by their groups. To operate includes to view; to read mail does
    // as well.
    std::set<Permission> permissions(const Peer& peer, const std::vector<std::uint32_t>& groups) const;
    const std::vector<std::string>& unknown_groups() const { return unknown_; }

private:
    std::set<std::uint32_t> ids_of(const std::vector<std::string>& names);
    std::vector<std::string> unknown_;  // first: the sets are made with it
    std::set<std::uint32_t> view_, operate_, read_mail_;
};

// Of the process that connected, at the time when it did (SO_PEERCRED, SO_PEERGROUPS): what getgrouplist
// would say later is not asked, since that may be another user's word by then, and may wait for a directory
// server.
base::Result<Peer> peer_of(int fd);
base::Result<std::vector<std::uint32_t>> peer_groups(int fd);

}  // namespace sekisho::control
