#include "scanner/containers/archive_open.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"
#include "scanner/containers/locked_names.h"
#include "scanner/containers/stream_end.h"
#include "scanner/containers/windows.h"
#include "scanner/containers/xar_check.h"

namespace sekisho::scanner::containers {

namespace {

constexpr std::uint64_t steps_per_member = 1'000;  // a header, whatever stands in it

// In the order of the enumeration.
constexpr std::array<std::string_view, 19> kind_names{
    "tar",  "cpio",  "ar", "7z",   "rar",  "rar5", "cab", "iso9660",  "xar", "rpm",
    "gzip", "bzip2", "xz", "lzma", "lzip", "zstd", "lz4", "compress", "zip"};

// RFC 1952 section 2.3: the original file name, where the header has one.
std::string gzip_name(base::Bytes bytes) {
    base::Cursor in(bytes);
    const auto fixed = in.take(10);
    if (!fixed) return {};
    const auto flags = std::to_integer<unsigned>((*fixed)[3]);
    if ((flags & 0x04u) != 0) {
        const auto extra = in.u16_le();
        if (!extra || !in.skip(*extra)) return {};
    }
    if ((flags & 0x08u) == 0) return {};
    const std::string_view rest = base::as_text(base::head(in.rest(), 1'024));
    const std::size_t end = rest.find('\0');
    return end == std::string_view::npos ? std::string() : std::string(rest.substr(0, end));
}

struct Suffix {
    std::string_view from;
    std::string_view to;
};
constexpr std::array suffixes{
    Suffix{".tgz", ".tar"}, Suffix{".taz", ".tar"}, Suffix{".tbz", ".tar"},  Suffix{".tbz2", ".tar"},
    Suffix{".txz", ".tar"}, Suffix{".tlz", ".tar"}, Suffix{".tzst", ".tar"}, Suffix{".gz", ""},
    Suffix{".bz2", ""},     Suffix{".xz", ""},      Suffix{".lzma", ""},     Suffix{".zst", ""},
    Suffix{".lz4", ""},     Suffix{".lz", ""},      Suffix{".z", ""},        Suffix{".svgz", ".svg"},
    Suffix{".emz", ".emf"}, Suffix{".wmz", ".wmf"}, Suffix{".rpm", ".cpio"},
};

// One archive that is being opened.
class Opening {
public:
    Opening(const Part& part, Extraction& extraction, ArchiveKind kind)
        : part_(part), extraction_(extraction), kind_(kind) {}

    void run() {
        if (kind_ == ArchiveKind::xar && !is_sound_xar(part_.bytes)) {
            damaged("its table of contents is not sound");
            return;
        }
        // The decoder's own memory counts while it runs.
        const std::uint64_t window = window_bytes(part_.bytes, kind_);
        if (extraction_.budget().spend_resident(window)) {
            read();
            extraction_.budget().return_resident(window);
        }
        names_.report(extraction_.findings(), part_.id);
    }

private:
    void read() {
        const base::Bytes archive = part_.bytes.first(end_of_streams(part_.bytes, kind_));
        auto reader = ArchiveReader::open(archive, kind_);
        if (reader) {
            walk(*reader);
            cover(archive, reader->consumed());
        } else {
            damaged(reader.error().message);
        }
    }

    // Where a limit stopped the walk, members that are stored follow, and that they were not read is told.
    // The decoder of compress takes whatever comes, and nothing that it decodes stands in it as it is.
    void cover(base::Bytes archive, std::uint64_t consumed) {
        if (kind_ == ArchiveKind::compress) return;
        const std::uint64_t read = limited_ ? archive.size() : consumed;
        extraction_.covers(
            archive.first(static_cast<std::size_t>(std::min<std::uint64_t>(read, archive.size()))));
    }

    void walk(ArchiveReader& reader) {
        ArchiveEntry entry;
        while (true) {
            limited_ = !extraction_.budget().spend_steps(steps_per_member);
            if (limited_) return;
            const auto step = reader.next(entry);
            const std::string warning = reader.take_warning();
            if (step == ArchiveReader::Step::failed) {
                // libarchive gives up at the first locked header; what it says of one that is merely broken
                // is damage.
                if (reader.has_locked_entries() && !seen_locked_) {
                    names_.note_hidden();
                } else if (!seen_locked_) {
                    damaged(warning);
                }
                return;
            }
            if (!warning.empty()) damaged(warning);
            if (step == ArchiveReader::Step::end) return;
            limited_ = !take(reader, entry);
            if (limited_) return;
        }
    }

    bool list_locked(std::string_view name) {
        ChildSpec spec;
        spec.name = name;
        spec.opened_by = kind_names.at(static_cast<std::size_t>(kind_));
        spec.flags.set(PartFlag::encrypted);
        return extraction_.add_skipped(std::move(spec));
    }

    // False: the archive is to be left.
    bool take(ArchiveReader& reader, const ArchiveEntry& entry) {
        ChildSpec spec;
        spec.name = is_single_stream(kind_) ? name_inside(part_, kind_) : entry.name;
        spec.opened_by = kind_names.at(static_cast<std::size_t>(kind_));
        if (entry.type == EntryType::directory) return true;
        if (entry.type != EntryType::file) return extraction_.add_skipped(std::move(spec));
        names_.add_file(spec.name, entry.encrypted);
        if (entry.encrypted) {
            seen_locked_ = true;
            names_.note_unopened();
            return list_locked(entry.name);
        }
        Output output = extraction_.new_output();
        const auto data = reader.read([&](base::Bytes bytes) { return output.write(bytes); });
        const std::string warning = reader.take_warning();
        if (data == ArchiveReader::Data::damaged) {
            spec.flags.set(PartFlag::damaged);
            damaged(fmt::format("{}: {}", spec.name, warning));
        }
        if (output.size() == 0 && data == ArchiveReader::Data::damaged) {
            extraction_.findings().add("archive.member-skipped", part_.id, spec.name);
            return extraction_.add_skipped(std::move(spec));
        }
        return extraction_.add_child(std::move(spec), std::move(output)) &&
               data != ArchiveReader::Data::refused;
    }

    void damaged(std::string_view evidence) {
        // One of a kind is enough: a broken archive has something to say on every member.
        if (std::exchange(said_damaged_, true)) return;
        extraction_.findings().add("archive.damaged", part_.id, evidence);
    }

    const Part& part_;
    Extraction& extraction_;
    ArchiveKind kind_;
    LockedNames names_;
    bool seen_locked_ = false;
    bool said_damaged_ = false;
    bool limited_ = false;
};

}  // namespace

std::string name_inside(const Part& part, ArchiveKind kind) {
    std::string outer = part.name;
    for (const Suffix& suffix : suffixes) {
        if (!base::ends_with_ignoring_case(outer, suffix.from) || outer.size() == suffix.from.size())
            continue;
        outer = outer.substr(0, outer.size() - suffix.from.size()) + std::string(suffix.to);
        break;
    }
    if (kind != ArchiveKind::gzip) return outer;
    const std::string inner = gzip_name(part.bytes);
    const bool differs = !inner.empty() && base::extension_of(inner) != base::extension_of(outer);
    return outer.empty() || differs ? inner : outer;
}

void open_archive(const Part& part, Extraction& extraction, ArchiveKind kind) {
    Opening(part, extraction, kind).run();
}

}  // namespace sekisho::scanner::containers
