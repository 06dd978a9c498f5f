#include "scanner/containers/wim_headers.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "base/charset.h"
#include "base/cursor.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cursor;
using base::Result;

constexpr std::string_view magic("MSWIM\0\0\0", 8);
constexpr std::uint64_t solid_size = 0x1'0000'0000;  // what the table says of a solid resource
constexpr std::size_t fixed_entry = 0x66;            // bytes of a directory entry before its name
constexpr std::size_t max_path = 1'024;

Result<WimResource> read_resource(Cursor& in) {
    WimResource out;
    const std::uint64_t packed_and_flags = SEKISHO_TRY(in.u64_le());
    const auto flags = static_cast<unsigned>(packed_and_flags >> 56);
    out.packed = packed_and_flags & 0x00FF'FFFF'FFFF'FFFF;
    out.metadata = (flags & 0x02u) != 0;
    out.compressed = (flags & 0x04u) != 0;
    out.spanned = (flags & 0x08u) != 0;
    out.solid = (flags & 0x10u) != 0;
    out.offset = SEKISHO_TRY(in.u64_le());
    out.size = SEKISHO_TRY(in.u64_le());
    return out;
}

Result<Sha1> read_hash(Cursor& in) {
    const Bytes raw = SEKISHO_TRY(in.take(20));
    Sha1 out;
    std::ranges::transform(raw, out.begin(), [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    return out;
}

Result<WimMethod> method_of(std::uint32_t flags) {
    constexpr std::uint32_t compressed = 0x2;
    if ((flags & compressed) == 0) return WimMethod::none;
    if ((flags & 0x0022'0000u) != 0) return WimMethod::xpress;
    if ((flags & 0x0004'0000u) != 0) return WimMethod::lzx;
    if ((flags & 0x0008'0000u) != 0) return WimMethod::lzms;
    return base::fail(base::Cause::unsupported, "a method of compression that is not known");
}

Result<WimBlob> read_blob(Cursor& in) {
    WimBlob out;
    out.resource = SEKISHO_TRY(read_resource(in));
    out.part = SEKISHO_TRY(in.u16_le());
    SEKISHO_TRY(in.skip(4));  // how often it is used
    out.hash = SEKISHO_TRY(read_hash(in));
    return out;
}

// Entries and their lists begin at multiples of eight.
Result<void> align(Cursor& in) {
    return in.skip(std::min<std::size_t>((8 - in.offset() % 8) % 8, in.left()));
}

struct Entry {
    bool directory = false;
    std::uint64_t list = 0;  // offset of what is in the directory
    Sha1 hash{};
    std::uint16_t streams = 0;  // behind the entry, besides the one of `hash`
    std::string name;
};

class Tree {
public:
    Tree(Bytes metadata, std::size_t max_files, Budget& budget)
        : metadata_(metadata), max_files_(max_files), budget_(budget), bytes_left_(metadata.size()) {}

    WimTree run() {
        if (!read_root()) out_.damaged = true;
        while (!stopped_ && !lists_.empty()) {
            const List list = std::move(lists_.back());
            lists_.pop_back();
            const auto read = read_list(list);
            if (!read && read.error().cause != base::Cause::limit) out_.damaged = true;
        }
        return std::move(out_);
    }

private:
    struct List {
        std::uint64_t offset;
        std::string path;  // with the slash behind it
    };

    // The root stands behind the security descriptors.
    Result<void> read_root() {
        Cursor in(metadata_);
        const std::uint32_t security = SEKISHO_TRY(in.u32_le());
        SEKISHO_TRY(in.seek(std::max<std::uint32_t>(security, 8)));
        SEKISHO_TRY(align(in));
        Entry root;
        const bool there = SEKISHO_TRY(read_entry(in, root));
        if (there && root.directory && root.list != 0) lists_.push_back({root.list, {}});
        return {};
    }

    Result<void> read_list(const List& list) {
        Cursor in(metadata_);
        SEKISHO_TRY(in.seek(list.offset));
        while (true) {
            Entry entry;
            if (!SEKISHO_TRY(read_entry(in, entry))) return {};
            std::string path = list.path + entry.name;
            if (path.size() > max_path) path.resize(max_path);
            SEKISHO_TRY(read_streams(in, entry, path));
            if (!entry.directory || entry.list == 0) continue;
            if (lists_.size() > max_files_) return base::fail(base::Cause::malformed);
            if (!budget_.spend_steps(path.size())) return stop(base::Cause::limit);
            lists_.push_back({entry.list, path + "/"});
        }
    }

    // False: the end of a list.
    Result<bool> read_entry(Cursor& in, Entry& out) {
        Cursor entry = in;
        const std::uint64_t length = SEKISHO_TRY(entry.u64_le());
        if (length <= 8) return false;
        if (length < fixed_entry) return base::fail(base::Cause::malformed);
        Cursor fields = SEKISHO_TRY(take(in, length));
        SEKISHO_TRY(fields.skip(8));
        out.directory = (SEKISHO_TRY(fields.u32_le()) & 0x10u) != 0;
        SEKISHO_TRY(fields.skip(4));
        out.list = SEKISHO_TRY(fields.u64_le());
        SEKISHO_TRY(fields.seek(0x40));
        out.hash = SEKISHO_TRY(read_hash(fields));
        SEKISHO_TRY(fields.seek(0x60));
        out.streams = SEKISHO_TRY(fields.u16_le());
        SEKISHO_TRY(fields.skip(2));  // length of the short name
        const std::uint16_t name = SEKISHO_TRY(fields.u16_le());
        out.name = base::to_utf8(SEKISHO_TRY(fields.take(name)), "utf-16le");
        SEKISHO_TRY(align(in));
        return true;
    }

    Result<void> read_streams(Cursor& in, const Entry& entry, const std::string& path) {
        if (!entry.directory && (entry.hash != Sha1{} || entry.streams == 0))
            SEKISHO_TRY(add(path, entry.hash));
        for (unsigned i = 0; i < entry.streams; ++i) {
            Cursor look = in;
            const std::uint64_t length = SEKISHO_TRY(look.u64_le());
            Cursor fields = SEKISHO_TRY(take(in, length));
            SEKISHO_TRY(fields.skip(16));
            const Sha1 hash = SEKISHO_TRY(read_hash(fields));
            const std::uint16_t size = SEKISHO_TRY(fields.u16_le());
            const std::string name = base::to_utf8(SEKISHO_TRY(fields.take(size)), "utf-16le");
            SEKISHO_TRY(align(in));
            SEKISHO_TRY(add(name.empty() ? path : path + ":" + name, hash));
        }
        return {};
    }

    Result<void> add(std::string path, const Sha1& hash) {
        if (out_.files.size() > max_files_ || !budget_.spend_steps(path.size()))
            return stop(base::Cause::limit);
        out_.files.push_back({std::move(path), hash});
        return {};
    }

    // More than there is means that lists share entries, or run in a circle: no end of it is in sight.
    Result<Cursor> take(Cursor& in, std::uint64_t length) {
        if (length > bytes_left_) return stop(base::Cause::malformed);
        bytes_left_ -= length;
        return in.sub(length);
    }

    std::unexpected<base::Error> stop(base::Cause why) {
        stopped_ = true;
        return base::fail(why);
    }

    Bytes metadata_;
    std::size_t max_files_;
    Budget& budget_;
    std::uint64_t bytes_left_;  // of entries and streams that may still be read
    bool stopped_ = false;
    std::vector<List> lists_;
    WimTree out_;
};

}  // namespace

Result<WimHeader> read_wim_header(Bytes file) {
    Cursor in(file);
    if (base::as_text(SEKISHO_TRY(in.take(magic.size()))) != magic) return base::fail(base::Cause::malformed);
    SEKISHO_TRY(in.skip(8));  // size, version
    WimHeader out;
    out.method = SEKISHO_TRY(method_of(SEKISHO_TRY(in.u32_le())));
    const std::uint32_t chunk = SEKISHO_TRY(in.u32_le());
    constexpr std::uint32_t usual_chunk = 32u << 10;  // for 7-Zip as well, where the header says nothing
    out.chunk = chunk == 0 ? usual_chunk : chunk;
    SEKISHO_TRY(in.skip(16));
    out.part = SEKISHO_TRY(in.u16_le());
    out.parts = SEKISHO_TRY(in.u16_le());
    out.images = SEKISHO_TRY(in.u32_le());
    out.blobs = SEKISHO_TRY(read_resource(in));
    return out;
}

bool WimBlob::is_solid_resource() const { return resource.solid && resource.size == solid_size; }

std::vector<WimBlob> read_wim_blobs(Bytes table) {
    std::vector<WimBlob> out;
    Cursor in(table);
    while (auto blob = read_blob(in))
        out.push_back(*blob);
    return out;
}

WimTree read_wim_tree(Bytes metadata, std::size_t max_files, Budget& budget) {
    return Tree(metadata, max_files, budget).run();
}

}  // namespace sekisho::scanner::containers
