#include "sandbox/worker_landlock.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace sekisho::sandbox {

namespace {

// struct landlock_ruleset_attr of ABI 6. Debian 12's <linux/landlock.h> stops at ABI 2, so it is spelled out;
// the kernel takes a shorter one from older callers and tells its ABI beforehand.
struct RulesetAttribute {
    std::uint64_t handled_access_fs;
    std::uint64_t handled_access_net;
    std::uint64_t scoped;
};

constexpr std::uint32_t ask_version = 1;

// Which rights each ABI handles: all of them, and no rule grants any.
constexpr std::uint64_t fs_rights(int abi) {
    if (abi >= 5) return (1u << 16) - 1;  // + ioctl on devices
    if (abi >= 3) return (1u << 15) - 1;  // + truncate
    if (abi >= 2) return (1u << 14) - 1;  // + refer
    return (1u << 13) - 1;
}
constexpr std::uint64_t net_rights(int abi) { return abi >= 4 ? 3 : 0; }  // bind and connect, TCP
constexpr std::uint64_t scopes(int abi) { return abi >= 6 ? 3 : 0; }      // abstract sockets, signals

constexpr std::size_t attribute_size(int abi) {
    return abi >= 6 ? sizeof(RulesetAttribute) : abi >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

}  // namespace

base::Result<int> close_with_landlock() {
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, ask_version);
    if (version < 0 && (errno == ENOSYS || errno == EOPNOTSUPP)) return 0;
    if (version < 0) return base::fail_errno("landlock_create_ruleset", errno);
    const int abi = static_cast<int>(version);
    const RulesetAttribute attribute{fs_rights(abi), net_rights(abi), scopes(abi)};
    const long ruleset = ::syscall(SYS_landlock_create_ruleset, &attribute, attribute_size(abi), 0);
    if (ruleset < 0) return base::fail_errno("landlock_create_ruleset", errno);
    const long closed = ::syscall(SYS_landlock_restrict_self, ruleset, 0);
    const int error = errno;
    ::close(static_cast<int>(ruleset));
    if (closed != 0) return base::fail_errno("landlock_restrict_self", error);
    return abi;
}

}  // namespace sekisho::sandbox
