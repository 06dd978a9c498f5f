// Compound File Binary, [MS-CFB]: the storage of .doc, .xls, .ppt, .msg, .msi and of every vbaProject.bin.
//
// Lenient on purpose: what Office repairs silently is read here too (wrong sector counts, cut files, odd
// shift fields, entries that hang in no tree). Entries that were deleted, but still have a name, are listed
// as well, with as much of their sectors as nobody has taken since.
//
// Known weaknesses: red-black order is ignored, so two entries of one name in one storage are both listed but
// find() gives the first; free sectors that no entry names are not carved.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"
#include "scanner/output.h"

namespace sekisho::scanner::office {

struct CfbEntry {
    static constexpr std::uint32_t no_parent = 0xFFFF'FFFF;

    enum class Kind : std::uint8_t { storage = 1, stream = 2, root = 5 };

    std::string name;  // UTF-8, hostile; control characters stay ("\x01Ole10Native")
    Kind kind = Kind::stream;
    std::array<std::uint8_t, 16> clsid{};
    std::uint32_t parent = no_parent;  // index into entries(); the root and orphans have none
    std::uint32_t start = 0;           // first sector
    std::uint64_t size = 0;            // as declared; may lie
    bool orphan = false;               // in the directory but in no tree: hidden from a tree walk
    bool deleted = false;              // unallocated, or of no type at all, with a name and a size left
};

// Borrowed bytes of one stream; `storage` keeps them alive where they had to be joined.
struct CfbStream {
    base::Bytes bytes;
    StoragePtr storage;      // null: a view into the file itself
    bool truncated = false;  // the chain ended, looped or the budget was spent before `size` bytes were there
};

// A stretch of the file.
struct CfbRun {
    std::uint64_t offset;
    std::uint64_t length;
};

// A parsed directory over bytes that the caller keeps alive. Copies no stream until it is asked to.
class Cfb {
public:
    static constexpr std::uint32_t max_entries = 65'536;
    static constexpr std::size_t min_size = 512;

    static bool has_magic(base::Bytes bytes);

    // malformed: no magic; truncated: no header. Anything beyond that opens, with damaged() true.
    // Linear in the size of the directory, at most `entry_limit` entries of it.
    static base::Result<Cfb> open(base::Bytes file, std::uint32_t entry_limit = max_entries);

    // Entry 0 is the root where there is one. Unused entries are left out.
    std::span<const CfbEntry> entries() const { return entries_; }
    // As far as the FAT says that sectors are in use: what is behind belongs to no compound file.
    std::size_t used_bytes() const;
    bool damaged() const { return damaged_; }  // a structure lied; grows true while streams are read

    // The entry `name` (ignoring ASCII case) in the storage with index `parent`; nullopt where there is none.
    std::optional<std::uint32_t> find(std::uint32_t parent, std::string_view name) const;
    std::optional<std::uint32_t> find_in_root(std::string_view name) const { return find(0, name); }
    // "Macros/VBA/dir"; at most 16 levels, the rest is "...".
    std::string path(std::uint32_t index) const;

    // The bytes of a stream. Visits to sectors are bounded over all calls (four per mini sector of the file),
    // so that entries that share one chain cannot make this quadratic; steps and copies are charged to
    // `budget`.
    // `most`: no more than that many bytes from its beginning; being cut there is not `truncated`.
    CfbStream read(std::uint32_t index, Budget& budget, std::uint64_t most = UINT64_MAX);

    // Where the first `most` bytes of a stream lie in the file, in their order; as bounded as read() is.
    std::vector<CfbRun> layout(std::uint32_t index, Budget& budget, std::uint64_t most = UINT64_MAX);

private:
    explicit Cfb(base::Bytes file) : file_(file) {}
    void read_header();
    bool root_stands_at(std::uint64_t sector_size) const;
    void read_fat_list();
    void read_directory(std::uint32_t entry_limit);
    void add_entry(base::Bytes raw, std::vector<std::array<std::uint32_t, 3>>& links,
                   std::vector<std::uint32_t>& index_of);
    void read_tree(const std::vector<std::array<std::uint32_t, 3>>& links,
                   const std::vector<std::uint32_t>& index_of);
    void index_names();
    bool is_residue(const CfbEntry& entry) const;
    std::uint64_t sector_offset(std::uint32_t sector) const;
    bool sector_exists(std::uint32_t sector) const;
    std::uint32_t next_sector(std::uint32_t sector) const;
    std::uint32_t next_mini(std::uint32_t sector) const;
    std::vector<std::uint32_t> chain(std::uint32_t first, std::uint64_t most);
    void load_mini();
    std::vector<CfbRun> runs_of(const CfbEntry& entry, std::uint64_t most);
    bool is_mini(const CfbEntry& entry) const;
    bool use_mini(const CfbEntry& entry);
    std::uint32_t next_of(const CfbEntry& entry, std::uint32_t sector, bool mini) const;

    base::Bytes file_;
    std::uint64_t sector_size_ = 512;
    std::uint32_t directory_start_ = 0;
    std::uint32_t mini_fat_start_ = 0;
    bool version4_ = false;
    bool damaged_ = false;
    bool mini_loaded_ = false;
    std::uint64_t sectors_total_ = 0;
    std::uint64_t sectors_left_ = 0;               // visits that read() may still make
    std::vector<std::uint32_t> fat_sectors_;       // where the FAT lies
    std::vector<std::uint32_t> mini_fat_sectors_;  // where the mini FAT lies
    std::vector<std::uint32_t> mini_sectors_;      // the root's stream: where mini sectors lie
    std::vector<CfbEntry> entries_;
    std::unordered_map<std::string, std::uint32_t> names_;  // "<parent>/<lower-case name>"
};

}  // namespace sekisho::scanner::office
