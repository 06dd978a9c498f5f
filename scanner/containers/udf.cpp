#include "scanner/containers/udf.h"

#include <algorithm>
#include <deque>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/cursor.h"
#include "scanner/containers/udf_volume.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using base::Cursor;
using base::Result;

constexpr std::uint64_t max_directory = 32u << 20;  // bytes of one directory

// File identifier descriptor, ECMA-167 4/14.4.
constexpr std::uint16_t identifier_tag = 257;
constexpr unsigned is_hidden = 0x01;
constexpr unsigned is_deleted = 0x04;
constexpr unsigned is_parent = 0x08;

struct Identifier {
    unsigned characteristics = 0;
    UdfAddress entry;
    std::string name;
};

// OSTA UDF 2.1.1: the first byte tells the width of a character; 254 and 255 are those of deleted names.
std::string name_of(Bytes raw) {
    if (raw.empty()) return {};
    const auto form = std::to_integer<unsigned>(raw[0]);
    const bool wide = form == 16 || form == 255;
    return base::to_utf8(raw.subspan(1), wide ? "utf-16be" : "iso-8859-1");
}

Result<Identifier> read_identifier(Cursor& in) {
    const std::size_t begin = in.offset();
    if (SEKISHO_TRY(in.u16_le()) != identifier_tag) return base::fail(Cause::malformed);
    Identifier out;
    SEKISHO_TRY(in.skip(16));
    out.characteristics = SEKISHO_TRY(in.u8());
    const std::uint8_t name_length = SEKISHO_TRY(in.u8());
    SEKISHO_TRY(in.skip(4));
    out.entry.block = SEKISHO_TRY(in.u32_le());
    out.entry.partition = SEKISHO_TRY(in.u16_le());
    SEKISHO_TRY(in.skip(6));
    SEKISHO_TRY(in.skip(SEKISHO_TRY(in.u16_le())));
    out.name = name_of(SEKISHO_TRY(in.take(name_length)));
    const std::size_t padding = (4 - (in.offset() - begin) % 4) % 4;
    (void)in.skip(std::min(padding, in.left()));
    return out;
}

class Tree {
public:
    Tree(const UdfVolume& volume, ImageFiles& out) : volume_(volume), out_(out) {}

    bool walk() {
        if (!enter({volume_.root(), {}, false, false})) return false;
        while (!waiting_.empty()) {
            const Directory next = std::move(waiting_.front());
            waiting_.pop_front();
            if (!list(next)) return false;
        }
        return true;
    }

private:
    struct Directory {
        UdfAddress at;
        std::string path;
        bool hidden;
        bool deleted;
    };

    // Each file entry is listed as a directory once: loops end.
    bool enter(Directory directory) {
        if (!seen_.insert(directory.at).second) return true;
        if (!out_.keep(2 * sizeof(Directory) + directory.path.size())) return false;
        waiting_.push_back(std::move(directory));
        return true;
    }

    bool list(const Directory& directory) {
        const auto entry = volume_.read_entry(directory.at, out_.budget());
        if (!entry) return told(entry.error(), directory.path);
        if (entry->damaged) out_.damaged(fmt::format("{}: directory is broken", directory.path));
        const auto content = out_.content(volume_.disk(), entry->runs, entry->size, max_directory);
        if (content.cut) out_.damaged(fmt::format("{}: directory is cut off", directory.path));
        Cursor in(content.bytes);
        while (!in.at_end()) {
            auto identifier = read_identifier(in);
            if (!identifier) {
                out_.damaged(fmt::format("{}: directory is broken", directory.path));
                return true;
            }
            if ((identifier->characteristics & is_parent) != 0) continue;
            if (!take(*identifier, directory)) return false;
        }
        return true;
    }

    bool take(const Identifier& identifier, const Directory& directory) {
        std::string path = join_path(directory.path, identifier.name);
        const bool hidden = directory.hidden || (identifier.characteristics & is_hidden) != 0;
        const bool deleted = directory.deleted || (identifier.characteristics & is_deleted) != 0;
        auto entry = volume_.read_entry(identifier.entry, out_.budget());
        if (!entry && deleted && entry.error().cause != Cause::limit) return true;  // nothing is left of it
        if (!entry) {
            return told(entry.error(), path) && out_.add_unread(std::move(path), "udf");
        }
        if (entry->is_directory()) return enter({identifier.entry, std::move(path), hidden, deleted});
        return out_.add(volume_.disk(),
                        {.name = std::move(path),
                         .size = entry->size,
                         .runs = std::move(entry->runs),
                         .hidden = hidden,
                         .deleted = deleted,
                         .damaged = entry->damaged},
                        "udf");
    }

    // False: the error is a limit.
    bool told(const base::Error& error, std::string_view path) {
        if (error.cause == Cause::limit) return false;
        out_.damaged(fmt::format("{}: no file entry", path.empty() ? "root directory" : path));
        return true;
    }

    const UdfVolume& volume_;
    ImageFiles& out_;
    std::deque<Directory> waiting_;
    std::set<UdfAddress> seen_;
};

}  // namespace

bool read_udf(const Disk& disk, ImageFiles& out) {
    const auto volume = UdfVolume::open(disk, out.budget());
    if (volume) {
        out.begin_reading("UDF");
        return Tree(*volume, out).walk();
    }
    if (volume.error().cause == Cause::limit) return false;
    if (volume.error().cause == Cause::unsupported) {
        out.unsupported(volume.error().message);
    } else {
        out.damaged(volume.error().message);
    }
    return true;
}

}  // namespace sekisho::scanner::containers
