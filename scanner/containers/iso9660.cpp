#include "scanner/containers/iso9660.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/cursor.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cursor;
using base::Result;

constexpr std::uint64_t sector = 2'048;
constexpr std::uint64_t first_descriptor = 16;
constexpr std::uint64_t max_descriptors = 64;
constexpr std::uint64_t max_directory = 32u << 20;  // bytes
constexpr int max_continuations = 16;               // of the system use area of one record

constexpr unsigned is_hidden = 0x01;
constexpr unsigned is_directory = 0x02;
constexpr unsigned goes_on = 0x80;

// One descriptor's tree.
struct Root {
    std::string_view kind;
    bool joliet = false;
    std::uint64_t block = sector;
    std::uint32_t extent = 0;
    std::uint32_t size = 0;
};

// ECMA-119 9.1.
struct Record {
    std::uint32_t extent = 0;
    std::uint32_t size = 0;
    unsigned flags = 0;
    std::string_view raw_name;
    Bytes system_use;
};

// What Rock Ridge says of a record.
struct RockRidge {
    std::string name;
    bool packed = false;  // zisofs
    bool moved = false;   // a stand-in for a directory that lies elsewhere
};

Result<Record> read_record(Cursor in) {
    Record out;
    SEKISHO_TRY(in.skip(2));
    out.extent = SEKISHO_TRY(in.u32_le());
    SEKISHO_TRY(in.skip(4));
    out.size = SEKISHO_TRY(in.u32_le());
    SEKISHO_TRY(in.skip(11));
    out.flags = SEKISHO_TRY(in.u8());
    SEKISHO_TRY(in.skip(6));
    const std::uint8_t length = SEKISHO_TRY(in.u8());
    out.raw_name = base::as_text(SEKISHO_TRY(in.take(length)));
    if (length % 2 == 0 && !in.at_end()) SEKISHO_TRY(in.skip(1));
    out.system_use = in.rest();
    return out;
}

// "NAME.EXT;1" and "NAME.;1" are what a system shows as "NAME.EXT" and "NAME".
std::string plain_name(std::string name) {
    if (const std::size_t version = name.rfind(';'); version != name.npos) name.resize(version);
    if (name.ends_with('.')) name.pop_back();
    return name;
}

class Tree {
public:
    Tree(const Disk& disk, const Root& root, ImageFiles& out) : disk_(disk), root_(root), out_(out) {}

    bool walk() {
        if (!enter({root_.extent, root_.size, {}, false})) return false;
        while (!waiting_.empty()) {
            const Directory next = std::move(waiting_.front());
            waiting_.pop_front();
            if (!list(next)) return false;
        }
        return true;
    }

private:
    struct Directory {
        std::uint32_t extent = 0;
        std::uint32_t size = 0;
        std::string path;
        bool hidden = false;
    };

    // Each extent is listed once: loops end.
    bool enter(Directory directory) {
        if (!seen_.insert(directory.extent).second) return true;
        if (!out_.keep(2 * sizeof(Directory) + directory.path.size())) return false;
        waiting_.push_back(std::move(directory));
        return true;
    }

    bool list(const Directory& directory) {
        const auto content = out_.content(disk_, {{directory.extent * root_.block, directory.size, false}},
                                          directory.size, max_directory);
        if (content.cut) out_.damaged(fmt::format("{}: directory is cut off", directory.path));
        ImageFile file;  // of the records so far, where it goes on in the next
        Cursor in(content.bytes);
        while (!in.at_end()) {
            const auto length = std::to_integer<std::size_t>(in.rest()[0]);
            if (length == 0) {  // no record crosses the end of a sector
                (void)in.skip(std::min<std::uint64_t>(sector - in.offset() % sector, in.left()));
                continue;
            }
            const auto raw = in.sub(length);
            const auto record = raw ? read_record(*raw) : base::fail(base::Cause::malformed);
            if (!record) {
                out_.damaged(fmt::format("{}: directory is broken", directory.path));
                return true;
            }
            if (!out_.budget().spend_steps(length) || !take(*record, directory, file)) return false;
        }
        return true;
    }

    bool take(const Record& record, const Directory& directory, ImageFile& file) {
        if (record.raw_name.size() == 1 && (record.raw_name[0] == '\0' || record.raw_name[0] == '\1'))
            return true;
        const RockRidge extra = root_.joliet ? RockRidge{} : rock_ridge_of(record.system_use);
        if (extra.moved) return true;
        std::string name = extra.name;
        if (root_.joliet) name = plain_name(base::to_utf8(base::as_bytes(record.raw_name), "utf-16be"));
        if (name.empty()) name = plain_name(std::string(record.raw_name));
        std::string path = join_path(directory.path, name);
        const bool hidden = directory.hidden || (record.flags & is_hidden) != 0;
        if ((record.flags & is_directory) != 0) {
            return enter({record.extent, record.size, std::move(path), hidden});
        }
        file.hidden = file.hidden || hidden;
        file.size += record.size;
        append_run(file.runs, {record.extent * root_.block, record.size, false});
        if ((record.flags & goes_on) != 0) return true;
        file.name = std::move(path);
        const ImageFile whole = std::exchange(file, {});
        return extra.packed || out_.add(disk_, whole, "iso9660");
    }

    // System use area, IEEE P1281: entries of a signature, a length and a version.
    RockRidge rock_ridge_of(Bytes area) {
        RockRidge out;
        std::vector<std::byte> scratch;
        constexpr std::size_t xa_bytes = 14;  // of CD-ROM XA, which stand before
        if (area.size() >= xa_bytes && base::as_text(area.subspan(6, 2)) == "XA")
            area = area.subspan(xa_bytes);
        for (int i = 0; i < max_continuations && !area.empty(); ++i) {
            Bytes next;
            std::vector<std::byte> further;
            Cursor in(area);
            while (in.left() >= 4) {
                const Bytes entry = in.rest();
                const auto length = std::to_integer<std::size_t>(entry[2]);
                if (length < 4 || length > entry.size()) break;
                take_entry(entry.first(length), out, next, further);
                (void)in.skip(length);
            }
            scratch = std::move(further);
            area = next;
        }
        return out;
    }

    void take_entry(Bytes entry, RockRidge& out, Bytes& next, std::vector<std::byte>& scratch) {
        const std::string_view signature = base::as_text(entry.first(2));
        if (signature == "NM" && entry.size() > 5) out.name += base::as_text(entry.subspan(5));
        if (signature == "ZF") out.packed = true;
        if (signature == "CL") out.moved = true;
        if (signature != "CE" || entry.size() < 28) return;
        Cursor in(entry);
        (void)in.skip(4);
        const std::uint64_t block = in.u32_le().value_or(0);
        (void)in.skip(4);
        const std::uint64_t offset = in.u32_le().value_or(0);
        (void)in.skip(4);
        const std::size_t length = std::min<std::size_t>(in.u32_le().value_or(0), sector);
        if (out_.budget().spend_steps(length))
            next = disk_.read(block * root_.block + offset, length, scratch);
    }

    const Disk& disk_;
    const Root& root_;
    ImageFiles& out_;
    std::deque<Directory> waiting_;
    std::set<std::uint32_t> seen_;
};

// 8.4 and 8.5; Joliet is told by its escape sequences.
std::optional<Root> read_root(Bytes descriptor) {
    Cursor in(descriptor);
    const auto type = in.u8();
    if (!type || (*type != 1 && *type != 2) || descriptor.size() < sector) return std::nullopt;
    const std::string_view escape = base::as_text(descriptor.subspan(88, 3));
    Root out;
    out.joliet = *type == 2 && (escape == "%/@" || escape == "%/C" || escape == "%/E");
    out.kind = *type == 1 ? "ISO 9660" : out.joliet ? "Joliet" : "ISO 9660:1999";
    (void)in.seek(128);
    const std::uint16_t block = in.u16_le().value_or(0);
    if (block == 512 || block == 1'024) out.block = block;
    (void)in.seek(158);
    out.extent = in.u32_le().value_or(0);
    (void)in.seek(166);
    out.size = in.u32_le().value_or(0);
    return out;
}

}  // namespace

bool is_iso9660(const Disk& disk) {
    std::vector<std::byte> scratch;
    return base::as_text(disk.read(first_descriptor * sector + 1, 5, scratch)) == "CD001";
}

bool read_iso9660(const Disk& disk, ImageFiles& out) {
    constexpr unsigned terminator = 255;
    std::set<std::pair<std::uint32_t, bool>> seen;
    std::vector<std::byte> scratch;
    for (std::uint64_t i = 0; i < max_descriptors; ++i) {
        const Bytes descriptor = disk.read((first_descriptor + i) * sector, sector, scratch);
        if (descriptor.empty() || base::as_text(descriptor.subspan(1, 5)) != "CD001" ||
            std::to_integer<unsigned>(descriptor[0]) == terminator)
            break;
        const auto root = read_root(descriptor);
        if (!root || !seen.emplace(root->extent, root->joliet).second) continue;
        out.begin_reading(root->kind);
        if (!Tree(disk, *root, out).walk()) return false;
    }
    if (seen.empty()) out.damaged("ISO 9660: no tree is described");
    return true;
}

}  // namespace sekisho::scanner::containers
