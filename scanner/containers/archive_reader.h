// libarchive, reading from memory: the one file that includes <archive.h> is archive_reader.cpp.
//
// No filter that runs a program is ever enabled. Names leave as the bytes that the archive holds, or as UTF-8
// where the format stores UTF-16 (7z, RAR, Joliet): for that the process's LC_CTYPE must be a UTF-8 locale,
// which libarchive then converts to without iconv.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace sekisho::scanner::containers {

enum class ArchiveKind : std::uint8_t {
    tar,
    cpio,
    ar,
    seven_zip,
    rar,
    rar5,
    cab,
    iso9660,
    xar,
    rpm,  // from here on one stream without a name of its own
    gzip,
    bzip2,
    xz,
    lzma,
    lzip,
    zstd,
    lz4,
    compress,
    zip_member,  // one ZIP member behind a local header, from a stream
};
constexpr bool is_single_stream(ArchiveKind kind) {
    return kind >= ArchiveKind::rpm && kind <= ArchiveKind::compress;
}

enum class EntryType : std::uint8_t { file, directory, link, other };

struct ArchiveEntry {
    std::string name;  // hostile bytes, whole path
    EntryType type = EntryType::file;
    bool encrypted = false;
};

// Not thread-safe. Memory is what libarchive takes for the format: a window, never a whole member.
class ArchiveReader {
public:
    // `bytes` outlive the reader.
    static base::Result<ArchiveReader> open(base::Bytes bytes, ArchiveKind kind);
    // `next_block` gives the next piece, valid until the next call; an empty one is the end. No seeking.
    using Source = std::function<base::Bytes()>;
    static base::Result<ArchiveReader> open(Source next_block, ArchiveKind kind);

    ~ArchiveReader();
    ArchiveReader(ArchiveReader&&) noexcept;
    ArchiveReader& operator=(ArchiveReader&&) noexcept;

    enum class Step : std::uint8_t { entry, end, failed };
    Step next(ArchiveEntry& out);

    enum class Data : std::uint8_t { whole, damaged, refused };
    // Hands the current entry's bytes on in order, holes as zeros; stops where `sink` says false.
    Data read(const std::function<bool(base::Bytes)>& sink);

    // Bytes of the archive that were needed until now: once next() says `end`, what is behind them is
    // something else.
    std::uint64_t consumed() const;
    bool has_locked_entries() const;
    // What libarchive complained of since the last call: text of its own with bytes from the archive.
    std::string take_warning();

private:
    struct Impl;
    explicit ArchiveReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::scanner::containers
