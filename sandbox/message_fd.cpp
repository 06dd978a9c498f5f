#include "sandbox/message_fd.h"

#include <fcntl.h>

#include <cerrno>

namespace sekisho::sandbox {

namespace {

constexpr int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

}  // namespace

base::Result<void> seal_message(int fd) {
    if (::fcntl(fd, F_ADD_SEALS, seals | F_SEAL_SEAL) != 0)
        return base::fail_errno("sealing a message", errno);
    return {};
}

base::Result<base::UniqueFd> make_message(base::Bytes bytes) {
    base::UniqueFd fd = SEKISHO_TRY(base::make_memfd("message"));
    SEKISHO_TRY(base::write_all(fd.get(), bytes));
    SEKISHO_TRY(seal_message(fd.get()));
    return fd;
}

bool is_sealed(int fd) {
    const int have = ::fcntl(fd, F_GET_SEALS);
    return have >= 0 && (have & seals) == seals;
}

}  // namespace sekisho::sandbox
