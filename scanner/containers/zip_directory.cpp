#include "scanner/containers/zip_directory.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"
#include "scanner/containers/zip_headers.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

constexpr std::size_t end_window = (64u << 10) + 22;  // the end record and the longest comment
constexpr std::size_t max_ends = 4;                   // end records that are looked at
constexpr std::size_t max_differences = 20;
constexpr std::size_t max_text = 300;

// A member as both readings have it, until it is split into what differs.
struct Entry {
    std::uint64_t offset = 0;  // of the local header
    std::uint64_t data = 0;    // of the packed bytes
    std::optional<ZipHeader> central;
    std::optional<ZipHeader> local;
};

class Reading {
public:
    Reading(Bytes archive, std::size_t max_members) : archive_(archive), max_(max_members) {}

    ZipDirectory run() {
        read_ends();
        walk_local_headers();
        if (!have_directory_) out_.damage = "no central directory";
        find_overlaps();
        std::ranges::stable_sort(entries_, {}, &Entry::offset);
        for (const Entry& entry : entries_)
            emit(entry);
        return std::move(out_);
    }

private:
    void differ(std::string text) {
        if (out_.differences.size() >= max_differences) return;
        if (text.size() > max_text) text.resize(max_text);
        out_.differences.push_back(std::move(text));
    }

    bool room() {
        if (entries_.size() < max_) return true;
        out_.too_many = true;
        return false;
    }

    // The last end record is what readers take. Another one before it, outside the members (a ZIP stored in
    // a ZIP has its own), hides a second directory.
    void read_ends() {
        std::vector<std::size_t> ends;
        const std::size_t window = archive_.size() - std::min(archive_.size(), end_window);
        for (std::size_t at = find_signature(archive_, end_signature, window); at < archive_.size();
             at = find_signature(archive_, end_signature, at + 4)) {
            ends.push_back(at);
        }
        for (std::size_t seen = 0; seen < max_ends && !ends.empty(); ++seen, ends.pop_back()) {
            const std::size_t at = ends.back();
            const auto end = parse_end(archive_, at);
            if (end && !inside_member(at)) {
                if (end->several_disks) out_.damage = "part of a split archive";
                if (end->cut) out_.damage = "it ends within its end record";
                const std::size_t before = entries_.size();
                const bool second = have_directory_;
                read_directory(*end);
                if (second && entries_.size() > before) differ("second central directory");
            }
        }
    }

    bool inside_member(std::uint64_t offset) const {
        return std::ranges::any_of(entries_, [&](const Entry& entry) {
            return offset >= entry.data && offset - entry.data < entry.central->packed;
        });
    }

    void read_directory(const ZipEnd& end) {
        if (end.entries == 0 && end.size == 0) {
            have_directory_ = true;
            return;
        }
        const bool fits = end.size <= end.offset;
        const std::uint64_t by_size = end.offset - (fits ? end.size : 0);
        const bool at_size = fits && parse_central(archive_, static_cast<std::size_t>(by_size)).has_value();
        const bool at_offset = end.directory < archive_.size() &&
                               parse_central(archive_, static_cast<std::size_t>(end.directory)).has_value();
        // Bytes before the archive shift everything, and so do those that are missing there: the directory's
        // true place tells by how much (modulo 2^64).
        if (at_size) read_records(static_cast<std::size_t>(by_size), by_size - end.directory, end.entries);
        if (at_offset && (!at_size || end.directory != by_size)) {
            if (at_size) differ("central directory is not where its end record says");
            read_records(static_cast<std::size_t>(end.directory), 0, end.entries);
        }
    }

    void read_records(std::size_t at, std::uint64_t shift, std::uint64_t said) {
        have_directory_ = true;
        const std::size_t begin = at;
        std::uint64_t records = 0;
        while (const auto record = parse_central(archive_, at)) {
            if (!room()) break;
            add_central(record->header, shift);
            at = record->end;
            ++records;
        }
        // Writers without zip64 count modulo 65,536.
        if (!out_.too_many && (records & 0xFFFFu) != (said & 0xFFFFu))
            differ(fmt::format("end record counts {} members, the directory has {}", said, records));
        directories_.emplace_back(begin, at);
    }

    void add_central(const ZipHeader& header, std::uint64_t shift) {
        std::optional<ParsedHeader> local;
        std::uint64_t offset = header.local_offset;
        for (const std::uint64_t move : {shift, std::uint64_t{0}}) {
            const std::uint64_t moved = header.local_offset + move;
            if (moved >= archive_.size()) continue;
            offset = moved;
            local = parse_local(archive_, static_cast<std::size_t>(offset));
            if (local) break;
        }
        const auto known = by_offset_.find(offset);
        if (known != by_offset_.end() && entries_[known->second].central->name == header.name) return;
        Entry entry;
        entry.offset = offset;
        entry.central = header;
        if (local) {
            entry.local = local->header;
            entry.data = local->end;
        } else {
            out_.damage = "a member's local header is not there";
            entry.data = archive_.size();
        }
        by_offset_.emplace(offset, entries_.size());
        entries_.push_back(std::move(entry));
    }

    // Where the walk goes on behind a known member.
    std::size_t end_of(const Entry& entry) const {
        const std::uint64_t packed = entry.central->packed;
        const std::uint64_t left = archive_.size() - entry.data;
        return static_cast<std::size_t>(entry.data + std::min(packed, left));
    }

    void walk_local_headers() {
        std::size_t at = 0;
        while (true) {
            at = find_signature(archive_, local_signature, at);
            if (at >= archive_.size()) return;
            const auto directory = std::ranges::find_if(
                directories_, [&](const auto& range) { return at >= range.first && at < range.second; });
            if (directory != directories_.end()) {
                at = directory->second;
                continue;
            }
            const auto known = by_offset_.find(at);
            if (known != by_offset_.end() && entries_[known->second].local) {
                at = std::max(at + 4, end_of(entries_[known->second]));
                continue;
            }
            const auto local = parse_local(archive_, at);
            if (!local || !is_plausible(local->header)) {
                at += 4;
                continue;
            }
            if (!room()) return;
            at = std::max(at + 4, add_local(at, *local));
        }
    }

    // A member that the central directory does not know. Gives the offset behind it.
    std::size_t add_local(std::size_t at, const ParsedHeader& local) {
        Entry entry{.offset = at, .data = local.end, .central = {}, .local = local.header};
        std::size_t next = local.end;
        if (local.header.streamed() && local.header.packed == 0) {
            const Descriptor descriptor = find_descriptor(archive_, local.end);
            entry.local->packed = descriptor.data_end - local.end;
            if (descriptor.found) {
                entry.local->crc = descriptor.crc;
                entry.local->size = descriptor.size;
            }
            next = descriptor.next;
        } else {
            const std::uint64_t left = archive_.size() - local.end;
            next += static_cast<std::size_t>(std::min(local.header.packed, left));
        }
        if (have_directory_ && !is_directory(*entry.local))
            differ(fmt::format("only a local header names {}", local.header.name));
        entries_.push_back(std::move(entry));
        return next;
    }

    static bool is_directory(const ZipHeader& header) {
        return header.packed == 0 && header.name.ends_with('/');
    }

    void find_overlaps() {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
        for (const Entry& entry : entries_) {
            if (entry.central && entry.central->packed > 0 && entry.local)
                ranges.emplace_back(entry.offset, end_of(entry));
        }
        std::ranges::sort(ranges);
        std::uint64_t covered = 0;
        for (const auto& [begin, end] : ranges) {
            out_.overlapping = out_.overlapping || begin < covered;
            covered = std::max(covered, end);
        }
    }

    ZipMember member(const Entry& entry, const ZipHeader& header) const {
        ZipMember out;
        out.header = header;
        out.offset = entry.offset;
        out.local_only = !entry.central;
        const std::uint64_t left = archive_.size() - entry.data;
        out.cut = header.packed > left;
        out.data = archive_.subspan(static_cast<std::size_t>(entry.data),
                                    static_cast<std::size_t>(std::min(header.packed, left)));
        return out;
    }

    // Sizes and checksum of a streamed member stand in the descriptor and the central header only.
    static bool same_content(const ZipHeader& central, const ZipHeader& local) {
        const bool sizes = (local.streamed() && local.packed == 0) || local.packed == central.packed;
        const bool plain = local.streamed() || local.size == central.size;
        return sizes && plain && local.method == central.method && local.locked() == central.locked();
    }

    void emit(const Entry& entry) {
        if (!entry.central || !entry.local) {
            out_.members.push_back(member(entry, entry.central ? *entry.central : *entry.local));
            return;
        }
        const ZipHeader& central = *entry.central;
        const ZipHeader& local = *entry.local;
        ZipMember as_central = member(entry, central);
        // Either header may hold the AES field or be the streamed one.
        if (!as_central.header.aes) as_central.header.aes = local.aes;
        as_central.header.flags |= local.flags & 0x0008u;
        out_.members.push_back(as_central);
        const bool content = same_content(central, local);
        const bool names = central.name == local.name;
        if (content && names) {
            emit_unicode_name(as_central);
            return;
        }
        differ(content ? fmt::format("central name {} is local name {}", central.name, local.name)
                       : fmt::format("{}: method or size differ", central.name));
        ZipHeader other = local;
        if (other.streamed() && other.packed == 0) {
            other.packed = central.packed;
            other.size = central.size;
            other.crc = central.crc;
        }
        if (room_for_second()) out_.members.push_back(member(entry, other));
    }

    // Extra 0x7075 gives another name than the header: readers that do not know it show that one.
    void emit_unicode_name(ZipMember as_central) {
        ZipHeader& header = as_central.header;
        if (header.unicode.empty() || base::extension_of(header.unicode) == base::extension_of(header.name))
            return;
        differ(fmt::format("Unicode name {} is name {}", header.unicode, header.name));
        header.unicode = {};
        if (room_for_second()) out_.members.push_back(std::move(as_central));
    }

    bool room_for_second() {
        if (out_.members.size() < 2 * max_) return true;
        out_.too_many = true;
        return false;
    }

    Bytes archive_;
    std::size_t max_;
    ZipDirectory out_;
    std::vector<Entry> entries_;
    std::unordered_map<std::uint64_t, std::size_t> by_offset_;
    std::vector<std::pair<std::size_t, std::size_t>> directories_;  // ranges of central records
    bool have_directory_ = false;
};

}  // namespace

bool ZipDirectory::has_locked() const {
    return std::ranges::any_of(members, [](const ZipMember& member) { return member.header.locked(); });
}

ZipDirectory ZipDirectory::read(Bytes archive, std::size_t max_members) {
    return Reading(archive, max_members).run();
}

bool has_zip_end(Bytes archive) {
    const std::size_t window = archive.size() - std::min(archive.size(), end_window);
    return find_signature(archive, end_signature, window) < archive.size();
}

}  // namespace sekisho::scanner::containers
