#include "base/fd.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace sekisho::base {

void UniqueFd::reset(int fd) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
}

FileMapping::~FileMapping() {
    if (data_ != nullptr)
        ::munmap(const_cast<std::byte*>(data_), size_);  // NOLINT(*-const-cast): munmap's type
}

FileMapping::FileMapping(FileMapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

FileMapping& FileMapping::operator=(FileMapping&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

Result<FileMapping> FileMapping::map(int fd) {
    struct stat info{};
    if (::fstat(fd, &info) != 0) return fail_errno("fstat", errno);
    FileMapping out;
    if (info.st_size <= 0) return out;
    const auto size = static_cast<std::size_t>(info.st_size);
    void* at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED) return fail_errno("mmap", errno);
    out.data_ = static_cast<const std::byte*>(at);
    out.size_ = size;
    return out;
}

Result<void> write_all(int fd, Bytes bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail_errno("write", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return {};
}

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd) return fail_errno(path, errno);
    std::string out;
    constexpr std::size_t piece = 64u << 10;
    for (;;) {
        const std::size_t have = out.size();
        out.resize(have + piece);
        // NOLINTNEXTLINE(*-pointer-arithmetic): read(2) into our own buffer, within its size
        const ssize_t n = ::read(fd.get(), out.data() + have, piece);
        if (n < 0 && errno != EINTR) return fail_errno(path, errno);
        out.resize(have + static_cast<std::size_t>(n < 0 ? 0 : n));
        if (n == 0) return out;
        if (out.size() > max_bytes)
            return fail(Cause::limit, fmt::format("{}: over {} bytes", path, max_bytes));
    }
}

Result<UniqueFd> make_memfd(std::string_view name) {
    UniqueFd fd(::memfd_create(std::string(name).c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!fd) return fail_errno("memfd_create", errno);
    return fd;
}

}  // namespace sekisho::base
