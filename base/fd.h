// File descriptors and mappings that close themselves.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"

namespace sekisho::base {

// Owns one descriptor. Moves, never copies.
class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    ~UniqueFd() { reset(); }
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        if (this != &other) reset(std::exchange(other.fd_, -1));
        return *this;
    }
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release() { return std::exchange(fd_, -1); }
    void reset(int fd = -1);

private:
    int fd_ = -1;
};

// A read-only private mapping of a whole file. Empty files give an empty view.
// The caller makes sure that nobody can shrink the file (sealed memfd, or a file of our own).
class FileMapping {
public:
    FileMapping() = default;
    ~FileMapping();
    FileMapping(FileMapping&& other) noexcept;
    FileMapping& operator=(FileMapping&& other) noexcept;
    FileMapping(const FileMapping&) = delete;
    FileMapping& operator=(const FileMapping&) = delete;

    static Result<FileMapping> map(int fd);
    Bytes bytes() const { return {data_, size_}; }

private:
    const std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

Result<void> write_all(int fd, Bytes bytes);  // retries short writes and EINTR
Result<std::string> read_file(const std::string& path, std::size_t max_bytes);  // limit where it is larger
Result<UniqueFd> make_memfd(std::string_view name);  // MFD_CLOEXEC | MFD_ALLOW_SEALING

}  // namespace sekisho::base
