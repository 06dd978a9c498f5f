#include "cli/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/hash.h"
#include "sandbox/message_fd.h"

namespace sekisho::cli {

namespace {

// A file says how large it is without being read; a pipe does not.
void note_whole_size(int source, Input& out) {
    struct stat info{};
    out.size_known = ::fstat(source, &info) == 0 && S_ISREG(info.st_mode);
    if (out.size_known) out.size = std::max(out.size, static_cast<std::uint64_t>(info.st_size));
}

}  // namespace

base::Result<Input> read_input(const std::string& path, std::uint64_t max_bytes) {
    base::UniqueFd file;
    int source = STDIN_FILENO;
    if (path != "-") {
        file.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
        if (!file) return base::fail_errno("cannot be read", errno);
        source = file.get();
    }
    Input out;
    out.message = SEKISHO_TRY(base::make_memfd("sekisho-scan"));
    base::Sha256Stream digest;
    std::array<std::byte, 256 * 1024> buffer;
    while (true) {
        const ssize_t got = ::read(source, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return base::fail_errno("cannot be read", errno);
        if (got == 0) break;
        const std::uint64_t room = max_bytes - out.size;
        const auto take =
            static_cast<std::size_t>(std::min<std::uint64_t>(room, static_cast<std::uint64_t>(got)));
        const base::Bytes piece = base::Bytes(buffer).first(take);
        SEKISHO_TRY(base::write_all(out.message.get(), piece));
        digest.update(piece);
        out.size += take;
        if (take < static_cast<std::size_t>(got)) {
            out.truncated = true;
            break;
        }
    }
    if (out.truncated) note_whole_size(source, out);
    out.sha256 = base::hex(digest.finish());
    SEKISHO_TRY(sandbox::seal_message(out.message.get()));
    return out;
}

}  // namespace sekisho::cli
