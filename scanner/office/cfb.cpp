#include "scanner/office/cfb.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"

namespace sekisho::scanner::office {

namespace {

// [MS-CFB] 2.1: special sector numbers.
constexpr std::uint32_t max_regular = 0xFFFF'FFFA;
constexpr std::uint32_t none = 0xFFFF'FFFF;
constexpr std::uint64_t mini_size = 64;
constexpr std::uint64_t mini_cutoff = 4'096;  // the header field must say the same, and readers ignore it
constexpr std::size_t header_difat = 109;
constexpr std::size_t entry_size = 128;
constexpr std::size_t max_path_levels = 16;
constexpr std::array<unsigned char, 8> magic{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};

// Zero where the file ends before: callers have checked ranges that matter.
std::uint32_t u32_at(base::Bytes bytes, std::uint64_t offset) {
    base::Cursor at(bytes);
    if (!at.seek(offset)) return 0;
    return at.u32_le().value_or(0);
}

std::uint16_t u16_at(base::Bytes bytes, std::uint64_t offset) {
    base::Cursor at(bytes);
    if (!at.seek(offset)) return 0;
    return at.u16_le().value_or(0);
}

std::string name_key(std::uint32_t parent, std::string_view name) {
    return fmt::format("{}/{}", parent, base::to_lower(name));
}

// [MS-CFB] 2.6.1: 64 bytes of UTF-16LE and a length in bytes with the terminator; the length may lie.
std::string entry_name(base::Bytes raw) {
    std::size_t length = std::min<std::size_t>(u16_at(raw, 64), 64) & ~std::size_t{1};
    std::size_t end = 0;
    while (end < length && u16_at(raw, end) != 0)
        end += 2;
    if (end == 0 && length == 0) {
        while (end < 64 && u16_at(raw, end) != 0)
            end += 2;
    }
    return base::to_utf8(raw.first(end), "utf-16le");
}

}  // namespace

bool Cfb::has_magic(base::Bytes bytes) {
    if (bytes.size() < magic.size()) return false;
    return std::ranges::equal(bytes.first(magic.size()), std::as_bytes(std::span(magic)));
}

base::Result<Cfb> Cfb::open(base::Bytes file, std::uint32_t entry_limit) {
    if (!has_magic(file)) return base::fail(base::Cause::malformed, "no compound file magic");
    if (file.size() < min_size) return base::fail(base::Cause::truncated, "compound file header is cut off");
    Cfb cfb(file);
    cfb.read_header();
    cfb.read_fat_list();
    cfb.read_directory(entry_limit);
    cfb.index_names();
    cfb.sectors_left_ = 4 * (file.size() / mini_size) + 64;
    return cfb;
}

// The directory begins with the root: type 5, or at least the name that all writers give it.
bool Cfb::root_stands_at(std::uint64_t sector_size) const {
    const std::uint64_t at = (directory_start_ + 1ULL) * sector_size;
    if (!base::in_range(at, entry_size, file_.size())) return false;
    const base::Bytes raw = file_.subspan(static_cast<std::size_t>(at), entry_size);
    return std::to_integer<std::uint8_t>(raw[66]) == 5 || entry_name(raw) == "Root Entry";
}

// [MS-CFB] 2.2. Office goes by the shift; where that is nonsense, by the major version. A shift that finds no
// root where the other one finds it lies.
void Cfb::read_header() {
    const std::uint16_t major = u16_at(file_, 0x1A);
    const std::uint16_t shift = u16_at(file_, 0x1E);
    version4_ = shift == 12 || (shift != 9 && major == 4);
    if ((shift != 9 && shift != 12) || (major != 3 && major != 4)) damaged_ = true;
    sector_size_ = version4_ ? 4'096 : 512;
    directory_start_ = u32_at(file_, 0x30);
    const std::uint64_t other = version4_ ? 512 : 4'096;
    if (!root_stands_at(sector_size_) && root_stands_at(other)) {
        version4_ = !version4_;
        sector_size_ = other;
        damaged_ = true;
    }
    mini_fat_start_ = u32_at(file_, 0x3C);
    // The last sector may be cut off: it counts.
    sectors_total_ =
        file_.size() <= sector_size_ ? 0 : (file_.size() - sector_size_ + sector_size_ - 1) / sector_size_;
}

std::uint64_t Cfb::sector_offset(std::uint32_t sector) const { return (sector + 1ULL) * sector_size_; }
bool Cfb::sector_exists(std::uint32_t sector) const {
    return sector <= max_regular && sector < sectors_total_;
}

// Only as many FAT sectors are kept as the file can have sectors: a list that repeats one sector stays small.
void Cfb::read_fat_list() {
    const std::uint64_t per_sector = sector_size_ / 4;
    const std::uint64_t needed = sectors_total_ / per_sector + 1;
    for (std::size_t i = 0; i < header_difat && fat_sectors_.size() < needed; ++i) {
        const std::uint32_t sector = u32_at(file_, 0x4C + 4 * i);
        if (sector > max_regular) break;
        fat_sectors_.push_back(
            sector);  // one that does not exist keeps its place: the numbering depends on it
        if (!sector_exists(sector)) damaged_ = true;
    }
    std::uint32_t difat = u32_at(file_, 0x44);
    for (std::uint64_t seen = 0; sector_exists(difat) && fat_sectors_.size() < needed; ++seen) {
        if (seen > needed) {
            damaged_ = true;  // a loop
            break;
        }
        const std::uint64_t at = sector_offset(difat);
        for (std::uint64_t i = 0; i + 1 < per_sector && fat_sectors_.size() < needed; ++i) {
            const std::uint32_t sector = u32_at(file_, at + 4 * i);
            if (sector <= max_regular) fat_sectors_.push_back(sector);
        }
        difat = u32_at(file_, at + sector_size_ - 4);
    }
    if (fat_sectors_.empty()) damaged_ = true;
}

std::uint32_t Cfb::next_sector(std::uint32_t sector) const {
    const std::uint64_t per_sector = sector_size_ / 4;
    const std::uint64_t slot = sector / per_sector;
    if (slot >= fat_sectors_.size() || !sector_exists(fat_sectors_[slot])) return none;
    const std::uint64_t at = sector_offset(fat_sectors_[slot]) + (sector % per_sector) * 4;
    return base::in_range(at, 4, file_.size()) ? u32_at(file_, at) : none;
}

std::size_t Cfb::used_bytes() const {
    auto sectors = static_cast<std::uint32_t>(std::min<std::uint64_t>(sectors_total_, max_regular));
    while (sectors > 0 && next_sector(sectors - 1) == none)
        --sectors;
    return static_cast<std::size_t>(std::min<std::uint64_t>(sector_offset(sectors), file_.size()));
}

std::uint32_t Cfb::next_mini(std::uint32_t sector) const {
    const std::uint64_t per_sector = sector_size_ / 4;
    const std::uint64_t slot = sector / per_sector;
    if (slot >= mini_fat_sectors_.size()) return none;
    const std::uint64_t at = sector_offset(mini_fat_sectors_[slot]) + (sector % per_sector) * 4;
    return base::in_range(at, 4, file_.size()) ? u32_at(file_, at) : none;
}

// At most `most` sectors, each once.
std::vector<std::uint32_t> Cfb::chain(std::uint32_t first, std::uint64_t most) {
    std::vector<std::uint32_t> out;
    most = std::min(most, sectors_total_);
    std::vector<bool> seen(static_cast<std::size_t>(sectors_total_));
    std::uint32_t sector = first;
    while (out.size() < most && sector_exists(sector)) {
        if (seen[sector]) {
            damaged_ = true;  // a loop
            return out;
        }
        seen[sector] = true;
        out.push_back(sector);
        sector = next_sector(sector);
    }
    if (out.size() < most && sector <= max_regular) damaged_ = true;  // points behind the end
    return out;
}

void Cfb::read_directory(std::uint32_t entry_limit) {
    std::vector<std::array<std::uint32_t, 3>> links;  // left, right, child of each raw entry
    std::vector<std::uint32_t> index_of;              // raw entry -> entries_, or none
    const std::uint64_t per_sector = sector_size_ / entry_size;
    const std::uint64_t limit = std::min(entry_limit, max_entries);
    std::vector<std::uint32_t> sectors = chain(directory_start_, limit / per_sector + 1);
    if (sectors.empty()) damaged_ = true;
    for (const std::uint32_t sector : sectors) {
        for (std::uint64_t i = 0; i < per_sector && links.size() < limit; ++i) {
            const std::uint64_t at = sector_offset(sector) + i * entry_size;
            if (!base::in_range(at, entry_size, file_.size())) {
                damaged_ = true;
                break;
            }
            add_entry(file_.subspan(static_cast<std::size_t>(at), entry_size), links, index_of);
        }
    }
    read_tree(links, index_of);
}

void Cfb::add_entry(base::Bytes raw, std::vector<std::array<std::uint32_t, 3>>& links,
                    std::vector<std::uint32_t>& index_of) {
    links.push_back({u32_at(raw, 68), u32_at(raw, 72), u32_at(raw, 76)});
    index_of.push_back(none);
    const auto type = std::to_integer<std::uint8_t>(raw[66]);
    const bool is_root = type == 5 || links.size() == 1;
    const bool allocated = is_root || type == 1 || type == 2;
    if (!allocated && type != 0) damaged_ = true;
    CfbEntry entry;
    entry.name = entry_name(raw);
    entry.kind = links.size() == 1 ? CfbEntry::Kind::root
                 : type == 1       ? CfbEntry::Kind::storage
                 : type == 5       ? CfbEntry::Kind::storage
                                   : CfbEntry::Kind::stream;
    std::ranges::transform(raw.subspan(80, 16), entry.clsid.begin(),
                           [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    entry.start = u32_at(raw, 116);
    entry.size = u32_at(raw, 120);
    // In version 3 the upper half may be garbage ([MS-CFB] 2.6.1).
    if (version4_) entry.size |= static_cast<std::uint64_t>(u32_at(raw, 124)) << 32;
    entry.orphan = links.size() != 1;
    entry.deleted = !allocated;
    if (entry.deleted && !is_residue(entry)) return;
    index_of.back() = static_cast<std::uint32_t>(entries_.size());
    entries_.push_back(std::move(entry));
}

// What is left of a deleted stream. Most writers blank the whole entry, so that a name and a size are news.
bool Cfb::is_residue(const CfbEntry& entry) const {
    if (entry.name.empty() || entry.size == 0 || entry.size > file_.size()) return false;
    if (entry.name.find_first_not_of(' ') == std::string::npos) return false;
    return is_mini(entry) ? entry.start < file_.size() / mini_size : sector_exists(entry.start);
}

// Walks sibling trees without recursion; each raw entry is visited once, so loops end.
void Cfb::read_tree(const std::vector<std::array<std::uint32_t, 3>>& links,
                    const std::vector<std::uint32_t>& index_of) {
    if (links.empty() || index_of[0] == none) return;
    struct Visit {
        std::uint32_t raw;
        std::uint32_t parent;
    };
    std::vector<bool> seen(links.size());
    seen[0] = true;
    std::vector<Visit> todo{{links[0][2], 0}};
    while (!todo.empty()) {
        const Visit visit = todo.back();
        todo.pop_back();
        if (visit.raw == none) continue;
        if (visit.raw >= links.size() || seen[visit.raw]) {
            damaged_ = true;
            continue;
        }
        seen[visit.raw] = true;
        const std::uint32_t index = index_of[visit.raw];
        if (index != none) {
            entries_[index].parent = visit.parent;
            entries_[index].orphan = entries_[index].deleted;
        }
        todo.push_back({links[visit.raw][0], visit.parent});
        todo.push_back({links[visit.raw][1], visit.parent});
        if (index != none && entries_[index].kind != CfbEntry::Kind::stream) {
            todo.push_back({links[visit.raw][2], index});
        }
    }
}

void Cfb::index_names() {
    for (const bool deleted : {false, true}) {
        for (std::uint32_t i = 1; i < entries_.size(); ++i) {
            if (entries_[i].deleted == deleted)
                names_.try_emplace(name_key(entries_[i].parent, entries_[i].name), i);
        }
    }
}

std::optional<std::uint32_t> Cfb::find(std::uint32_t parent, std::string_view name) const {
    const auto at = names_.find(name_key(parent, name));
    if (at == names_.end()) return std::nullopt;
    return at->second;
}

std::string Cfb::path(std::uint32_t index) const {
    std::vector<std::string_view> names;
    while (index != 0 && index < entries_.size()) {
        if (names.size() == max_path_levels) {
            names.push_back("...");
            break;
        }
        names.push_back(entries_[index].name);
        index = entries_[index].parent;
    }
    std::ranges::reverse(names);
    return fmt::format("{}", fmt::join(names, "/"));
}

bool Cfb::is_mini(const CfbEntry& entry) const {
    return entry.kind == CfbEntry::Kind::stream && entry.size < mini_cutoff;
}

void Cfb::load_mini() {
    if (mini_loaded_) return;
    mini_loaded_ = true;
    if (entries_.empty()) return;
    const std::uint64_t wanted = entries_[0].size / sector_size_ + 1;
    mini_sectors_ = chain(entries_[0].start, wanted);
    const std::uint64_t minis = mini_sectors_.size() * (sector_size_ / mini_size);
    mini_fat_sectors_ = chain(mini_fat_start_, minis / (sector_size_ / 4) + 1);
}

// Where a header says another cutoff, or none was kept to, a small stream lies in sectors of its own.
bool Cfb::use_mini(const CfbEntry& entry) {
    if (!is_mini(entry)) return false;
    load_mini();
    return entry.start / (sector_size_ / mini_size) < mini_sectors_.size() || !sector_exists(entry.start);
}

// The sectors of a deleted stream are free: it goes on in the next one as long as that is free as well.
std::uint32_t Cfb::next_of(const CfbEntry& entry, std::uint32_t sector, bool mini) const {
    const std::uint32_t next = mini ? next_mini(sector) : next_sector(sector);
    if (!entry.deleted || next != none || sector == none) return next;
    const std::uint32_t after = mini ? next_mini(sector + 1) : next_sector(sector + 1);
    return after == none ? sector + 1 : none;
}

// Neighbouring sectors become one run. A chain that is too short leaves fewer bytes than `entry.size`.
std::vector<CfbRun> Cfb::runs_of(const CfbEntry& entry, std::uint64_t most) {
    const bool mini = use_mini(entry);
    const std::uint64_t unit = mini ? mini_size : sector_size_;
    const std::uint64_t per_sector = sector_size_ / mini_size;
    std::uint64_t left = std::min(entry.size, most);
    std::uint64_t visits = mini ? mini_sectors_.size() * per_sector : sectors_total_;  // a loop ends there
    std::vector<CfbRun> runs;
    std::uint32_t sector = entry.start;
    while (left > 0 && visits > 0 && sectors_left_ > 0) {
        std::uint64_t offset = 0;
        if (mini) {
            if (sector / per_sector >= mini_sectors_.size()) break;
            offset = sector_offset(mini_sectors_[sector / per_sector]) + (sector % per_sector) * mini_size;
        } else {
            if (!sector_exists(sector)) break;
            offset = sector_offset(sector);
        }
        if (offset >= file_.size()) break;
        const std::uint64_t length = std::min({left, unit, file_.size() - offset});
        if (!runs.empty() && runs.back().offset + runs.back().length == offset) {
            runs.back().length += length;
        } else {
            runs.push_back({offset, length});
        }
        left -= length;
        --visits;
        --sectors_left_;
        if (length < unit && left > 0) break;  // the file is cut off here
        sector = next_of(entry, sector, mini);
    }
    return runs;
}

std::vector<CfbRun> Cfb::layout(std::uint32_t index, Budget& budget, std::uint64_t most) {
    if (index >= entries_.size() || entries_[index].kind != CfbEntry::Kind::stream) return {};
    const std::uint64_t before = sectors_left_;
    std::vector<CfbRun> runs = runs_of(entries_[index], most);
    if (!budget.spend_steps(before - sectors_left_ + 1)) runs.clear();
    return runs;
}

CfbStream Cfb::read(std::uint32_t index, Budget& budget, std::uint64_t most) {
    CfbStream out;
    if (index >= entries_.size() || entries_[index].size == 0) return out;
    const CfbEntry& entry = entries_[index];
    const std::uint64_t before = sectors_left_;
    const std::vector<CfbRun> runs = runs_of(entry, most);
    std::uint64_t total = 0;
    for (const CfbRun& run : runs)
        total += run.length;
    if (total < std::min(entry.size, most)) {
        out.truncated = true;
        damaged_ = damaged_ || !entry.deleted;
    }
    if (!budget.spend_steps(before - sectors_left_ + 1) || runs.empty()) {
        out.truncated = true;
        return out;
    }
    const auto piece = [this](const CfbRun& run) {
        return file_.subspan(static_cast<std::size_t>(run.offset), static_cast<std::size_t>(run.length));
    };
    if (runs.size() == 1) {
        out.bytes = piece(runs[0]);
        return out;
    }
    Output joined(budget);
    for (const CfbRun& run : runs) {
        if (!joined.write(piece(run))) break;
    }
    out.truncated = out.truncated || joined.truncated();
    out.storage = std::move(joined).finish();
    out.bytes = out.storage->bytes();
    return out;
}

}  // namespace sekisho::scanner::office
