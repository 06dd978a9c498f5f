// Known weakness: the size of an LZMA, zstd or RAR window comes from the file and is up to libarchive and the
// process's RLIMIT_AS; a malloc that fails there is a damaged archive here.
#include "scanner/containers/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <utility>

#include "base/escape.h"

namespace sekisho::scanner::containers {

namespace {

struct CloseArchive {
    void operator()(::archive* handle) const { archive_read_free(handle); }
};
using Handle = std::unique_ptr<::archive, CloseArchive>;

using Enable = int (*)(::archive*);
struct KindRow {
    ArchiveKind kind;
    Enable format;
    int filter;  // ARCHIVE_FILTER_NONE where the format is all
};

// clang-format off
constexpr std::array kinds{  // NOLINT: a table holds nothing else
    KindRow{ArchiveKind::tar, archive_read_support_format_tar, ARCHIVE_FILTER_NONE},
    KindRow{ArchiveKind::cpio, archive_read_support_format_cpio, ARCHIVE_FILTER_NONE},
    KindRow{ArchiveKind::ar, archive_read_support_format_ar, ARCHIVE_FILTER_NONE},
    KindRow{ArchiveKind::seven_zip, archive_read_support_format_7zip, ARCHIVE_FILTER_NONE},
    KindRow{ArchiveKind::rar5, archive_read_support_format_rar5, ARCHIVE_FILTER_NONE},
    KindRow{ArchiveKind::cab, archive_read_support_format_cab, ARCHIVE_FILTER_NONE},
    KindRow{ArchiveKind::iso9660, archive_read_support_format_iso9660, ARCHIVE_FILTER_NONE},
    KindRow{ArchiveKind::xar, archive_read_support_format_xar, ARCHIVE_FILTER_NONE},
    KindRow{ArchiveKind::rpm, archive_read_support_format_raw, ARCHIVE_FILTER_RPM},
    KindRow{ArchiveKind::bzip2, archive_read_support_format_raw, ARCHIVE_FILTER_BZIP2},
    KindRow{ArchiveKind::lzma, archive_read_support_format_raw, ARCHIVE_FILTER_LZMA},
    KindRow{ArchiveKind::lzip, archive_read_support_format_raw, ARCHIVE_FILTER_LZIP},
    KindRow{ArchiveKind::zstd, archive_read_support_format_raw, ARCHIVE_FILTER_ZSTD},
    KindRow{ArchiveKind::lz4, archive_read_support_format_raw, ARCHIVE_FILTER_LZ4},
    KindRow{ArchiveKind::compress, archive_read_support_format_raw, ARCHIVE_FILTER_COMPRESS},
    KindRow{ArchiveKind::zip_member, archive_read_support_format_zip_streamable, ARCHIVE_FILTER_NONE},
};
// clang-format on

// The filter is appended, not offered for bidding: libarchive would peel gzip off gzip up to 25 times within
// one call, unseen by the Budget, and a file of 293 bytes keeps it busy for ever that way. The one for
// compress reads its header when it is made, before there is anything to read from, so it has to bid.
int add_filter(::archive* handle, int filter) {
    return filter == ARCHIVE_FILTER_COMPRESS ? archive_read_support_filter_compress(handle)
                                             : archive_read_append_filter(handle, filter);
}

// ARCHIVE_WARN from a filter means that libarchive would run a program for it: refused.
Handle make_handle(ArchiveKind kind) {
    Handle handle(archive_read_new());
    if (!handle) throw std::bad_alloc();
    for (const KindRow& row : kinds) {
        if (row.kind != kind) continue;
        if (row.format(handle.get()) != ARCHIVE_OK) return nullptr;
        if (row.filter != ARCHIVE_FILTER_NONE && add_filter(handle.get(), row.filter) != ARCHIVE_OK)
            return nullptr;
    }
    // A second archive behind the zero blocks is what some readers show: read it as well.
    if (kind == ArchiveKind::tar)
        archive_read_set_option(handle.get(), "tar", "read_concatenated_archives", "1");
    // The caller compares checksums: encrypted members may have none.
    if (kind == ArchiveKind::zip_member) archive_read_set_option(handle.get(), "zip", "ignorecrc32", "1");
    return handle;
}

std::string error_of(::archive* handle) {
    const char* text = archive_error_string(handle);
    return base::escape(text != nullptr ? text : "no reason given", 160);
}

EntryType type_of(archive_entry* entry) {
    const bool linked = archive_entry_hardlink(entry) != nullptr;
    if (linked && archive_entry_size(entry) <= 0) return EntryType::link;
    const auto type = archive_entry_filetype(entry);
    if (type == AE_IFREG || type == 0) return EntryType::file;
    if (type == AE_IFDIR) return EntryType::directory;
    return type == AE_IFLNK ? EntryType::link : EntryType::other;
}

std::string name_of(archive_entry* entry) {
    if (const char* name = archive_entry_pathname(entry); name != nullptr) return name;
    if (const char* name = archive_entry_pathname_utf8(entry); name != nullptr) return name;
    return {};
}

constexpr std::array<std::byte, 64u << 10> zeros{};

}  // namespace

struct ArchiveReader::Impl {
    Handle handle;
    Source source;
    archive_entry* current = nullptr;  // owned by the handle
    std::string warning;
    // A read ended with ARCHIVE_FATAL. Going on would be refused by most formats, but the CAB reader of 3.6.2
    // follows a null pointer.
    bool dead = false;

    void note() {
        if (warning.empty()) warning = error_of(handle.get());
    }

    static la_ssize_t feed(::archive*, void* self, const void** buffer) {
        const base::Bytes block = static_cast<Impl*>(self)->source();
        *buffer = block.data();
        return static_cast<la_ssize_t>(block.size());
    }
};

ArchiveReader::ArchiveReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ArchiveReader::~ArchiveReader() = default;
ArchiveReader::ArchiveReader(ArchiveReader&&) noexcept = default;
ArchiveReader& ArchiveReader::operator=(ArchiveReader&&) noexcept = default;

base::Result<ArchiveReader> ArchiveReader::open(base::Bytes bytes, ArchiveKind kind) {
    auto impl = std::make_unique<Impl>();
    impl->handle = make_handle(kind);
    if (!impl->handle) return base::fail(base::Cause::unsupported, "libarchive lacks a decoder");
    if (archive_read_open_memory(impl->handle.get(), bytes.data(), bytes.size()) < ARCHIVE_WARN)
        return base::fail(base::Cause::malformed, error_of(impl->handle.get()));
    return ArchiveReader(std::move(impl));
}

base::Result<ArchiveReader> ArchiveReader::open(Source next_block, ArchiveKind kind) {
    auto impl = std::make_unique<Impl>();
    impl->handle = make_handle(kind);
    impl->source = std::move(next_block);
    if (!impl->handle) return base::fail(base::Cause::unsupported, "libarchive lacks a decoder");
    if (archive_read_open(impl->handle.get(), impl.get(), nullptr, &Impl::feed, nullptr) < ARCHIVE_WARN)
        return base::fail(base::Cause::malformed, error_of(impl->handle.get()));
    return ArchiveReader(std::move(impl));
}

ArchiveReader::Step ArchiveReader::next(ArchiveEntry& out) {
    if (impl_->dead) return Step::failed;
    int state = ARCHIVE_RETRY;
    for (int tries = 0; tries < 8 && state == ARCHIVE_RETRY; ++tries) {
        state = archive_read_next_header(impl_->handle.get(), &impl_->current);
        if (state != ARCHIVE_OK && state != ARCHIVE_EOF) impl_->note();
    }
    if (state == ARCHIVE_EOF) return Step::end;
    if (state != ARCHIVE_OK && state != ARCHIVE_WARN) return Step::failed;
    out.name = name_of(impl_->current);
    out.type = type_of(impl_->current);
    out.encrypted = archive_entry_is_data_encrypted(impl_->current) != 0;
    return Step::entry;
}

ArchiveReader::Data ArchiveReader::read(const std::function<bool(base::Bytes)>& sink) {
    const bool sparse = archive_entry_sparse_count(impl_->current) > 0;
    std::uint64_t written = 0;
    bool damaged = false;
    // False: the sink has had enough.
    const auto fill_to = [&](std::uint64_t offset) {
        while (written < offset) {
            const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(offset - written, zeros.size()));
            if (!sink(base::Bytes(zeros).first(n))) return false;
            written += n;
        }
        return true;
    };
    while (true) {
        const void* block = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        const int state = archive_read_data_block(impl_->handle.get(), &block, &size, &offset);
        if (state != ARCHIVE_OK && state != ARCHIVE_EOF) {
            impl_->note();
            damaged = true;
            impl_->dead = impl_->dead || state == ARCHIVE_FATAL;
        }
        if (offset > 0 && sparse && !fill_to(static_cast<std::uint64_t>(offset))) return Data::refused;
        if (state == ARCHIVE_EOF || state == ARCHIVE_FATAL || state == ARCHIVE_FAILED ||
            state == ARCHIVE_RETRY)
            return damaged ? Data::damaged : Data::whole;
        const base::Bytes bytes(static_cast<const std::byte*>(block), size);
        if (!bytes.empty() && !sink(bytes)) return Data::refused;
        written += size;
    }
}

std::uint64_t ArchiveReader::consumed() const {
    constexpr int outermost = -1;  // filter: the one that reads from memory
    const la_int64_t bytes = archive_filter_bytes(impl_->handle.get(), outermost);
    return bytes < 0 ? 0 : static_cast<std::uint64_t>(bytes);
}

bool ArchiveReader::has_locked_entries() const {
    return archive_read_has_encrypted_entries(impl_->handle.get()) > 0;
}

std::string ArchiveReader::take_warning() { return std::exchange(impl_->warning, {}); }

}  // namespace sekisho::scanner::containers
