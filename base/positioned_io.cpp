#include "base/positioned_io.h"

#include <unistd.h>

#include <cerrno>

namespace sekisho::base {

Result<void> write_at(int fd, Bytes bytes, std::uint64_t at) {
    while (!bytes.empty()) {
        const ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail_errno("pwrite", errno);
        at += static_cast<std::uint64_t>(n);
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return {};
}

Result<void> read_at(int fd, std::span<std::byte> into, std::uint64_t at) {
    while (!into.empty()) {
        const ssize_t n = ::pread(fd, into.data(), into.size(), static_cast<off_t>(at));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail_errno("pread", errno);
        if (n == 0) return fail(Cause::truncated, "the file ends too early");
        at += static_cast<std::uint64_t>(n);
        into = into.subspan(static_cast<std::size_t>(n));
    }
    return {};
}

}  // namespace sekisho::base
