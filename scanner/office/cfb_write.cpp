#include "scanner/office/cfb_write.h"

#include <algorithm>

#include "base/charset.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::uint32_t sector = 4'096;
constexpr std::uint32_t mini_sector = 64;
constexpr std::uint32_t mini_cutoff = 4'096;
constexpr std::uint32_t per_fat_sector = sector / 4;
constexpr std::uint32_t max_fat_sectors = 109;  // those that the header itself lists
constexpr std::uint32_t fat_mark = 0xFFFF'FFFD;
constexpr std::uint32_t chain_end = 0xFFFF'FFFE;
constexpr std::uint32_t none = CompoundNode::none;

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out += static_cast<char>(value >> (8 * i) & 0xFFU);
}

void pad(std::string& out, std::size_t unit, char with = '\0') {
    out.append((unit - out.size() % unit) % unit, with);
}

std::uint64_t units(std::uint64_t bytes, std::uint64_t unit) { return (bytes + unit - 1) / unit; }

// Chains that follow each other in one table, as the FAT and the mini FAT hold them.
class Table {
public:
    std::uint32_t add_chain(std::uint64_t length) {
        const auto start = static_cast<std::uint32_t>(used_);
        for (std::uint64_t i = 1; i < length; ++i)
            put(bytes_, used_ + i, 4);
        if (length > 0) put(bytes_, chain_end, 4);
        used_ += length;
        return length > 0 ? start : chain_end;
    }
    void add_marks(std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i)
            put(bytes_, fat_mark, 4);
        used_ += count;
    }
    std::string padded() const {
        std::string out = bytes_;
        pad(out, sector, '\xFF');
        return out;
    }
    std::uint64_t sectors() const { return units(bytes_.size(), sector); }

private:
    std::string bytes_;
    std::uint64_t used_ = 0;
};

// Sectors in the order of the file: FAT, directory, mini FAT, mini stream, then each stream that is no small
// one.
class Writer {
public:
    explicit Writer(std::span<const CompoundNode> nodes) : nodes_(nodes), starts_(nodes.size(), chain_end) {}

    // False: too large, or the budget is spent.
    bool write(Output& output) {
        std::uint64_t small = 0;
        std::uint64_t large = 0;
        for (const CompoundNode& node : nodes_) {
            const std::size_t size = node.bytes.size();
            (size < mini_cutoff ? small : large) +=
                size < mini_cutoff ? units(size, mini_sector) : units(size, sector);
        }
        const std::uint64_t directory = units(nodes_.size() * 128, sector);
        const std::uint64_t others =
            directory + units(small * 4, sector) + units(small * mini_sector, sector) + large;
        // Each sector of the FAT holds its own entry too.
        const std::uint64_t fat_sectors = units(others, per_fat_sector - 1);
        if (fat_sectors > max_fat_sectors) return false;
        Table fat;
        fat.add_marks(fat_sectors);
        directory_start_ = fat.add_chain(directory);
        place_small();
        mini_fat_start_ = fat.add_chain(mini_fat_.sectors());
        mini_start_ = fat.add_chain(units(small * mini_sector, sector));
        mini_size_ = small * mini_sector;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (is_large(nodes_[i])) starts_[i] = fat.add_chain(units(nodes_[i].bytes.size(), sector));
        }
        std::string table = fat.padded();
        table.resize(fat_sectors * sector, '\xFF');
        return put_out(output, header(fat_sectors)) && put_out(output, table) &&
               put_out(output, directory_entries()) && put_out(output, mini_fat_.padded()) &&
               write_small(output) && write_large(output);
    }

private:
    static bool is_large(const CompoundNode& node) { return node.bytes.size() >= mini_cutoff; }
    static bool put_out(Output& output, std::string_view text) { return output.write(base::as_bytes(text)); }

    void place_small() {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (!is_large(nodes_[i]))
                starts_[i] = mini_fat_.add_chain(units(nodes_[i].bytes.size(), mini_sector));
        }
    }

    std::string header(std::uint64_t fat_sectors) const {
        std::string out("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
        out.append(16, '\0');
        put(out, 0x3E, 2);    // minor version
        put(out, 4, 2);       // version
        put(out, 0xFFFE, 2);  // byte order
        put(out, 12, 2);      // sectors of 2^12 bytes
        put(out, 6, 2);       // mini sectors of 2^6
        out.append(6, '\0');
        put(out, units(nodes_.size() * 128, sector), 4);
        put(out, fat_sectors, 4);
        put(out, directory_start_, 4);
        put(out, 0, 4);
        put(out, mini_cutoff, 4);
        put(out, mini_fat_start_, 4);
        put(out, mini_fat_.sectors(), 4);
        put(out, chain_end, 4);  // no list of FAT sectors beyond these
        put(out, 0, 4);
        for (std::uint64_t i = 0; i < fat_sectors; ++i)
            put(out, i, 4);
        out.append((max_fat_sectors - fat_sectors) * 4, '\xFF');
        pad(out, sector);
        return out;
    }

    std::string directory_entries() const {
        std::string out;
        for (std::size_t i = 0; i < nodes_.size(); ++i)
            put_entry(out, i);
        while (out.size() % sector != 0) {
            out.append(68, '\0');
            out.append(12, '\xFF');
            out.append(48, '\0');
        }
        return out;
    }

    void put_entry(std::string& out, std::size_t index) const {
        const CompoundNode& node = nodes_[index];
        std::string name = node.name;
        name.resize(64, '\0');
        out += name;
        put(out, node.name.size() + 2, 2);
        put(out, index == 0 ? 5 : node.stream ? 2 : 1, 1);
        put(out, 1, 1);  // black
        put(out, none, 4);
        put(out, node.next, 4);
        put(out, node.child, 4);
        for (const std::uint8_t b : node.clsid)
            put(out, b, 1);
        out.append(20, '\0');  // state and times
        const bool storage = !node.stream && index != 0;
        put(out, index == 0 ? mini_start_ : storage ? 0 : starts_[index], 4);
        put(out, index == 0 ? mini_size_ : storage ? 0 : node.bytes.size(), 8);
    }

    bool write_small(Output& output) const {
        std::string all;
        for (const CompoundNode& node : nodes_) {
            if (is_large(node)) continue;
            all += base::as_text(node.bytes);
            pad(all, mini_sector);
            if (all.size() < sector) continue;
            const std::size_t whole = all.size() / sector * sector;
            if (!put_out(output, std::string_view(all).substr(0, whole))) return false;
            all.erase(0, whole);
        }
        pad(all, sector);
        return put_out(output, all);
    }

    bool write_large(Output& output) const {
        return std::ranges::all_of(nodes_, [&](const CompoundNode& node) {
            if (!is_large(node)) return true;
            const std::string padding((sector - node.bytes.size() % sector) % sector, '\0');
            return output.write(node.bytes) && put_out(output, padding);
        });
    }

    std::span<const CompoundNode> nodes_;
    std::vector<std::uint32_t> starts_;  // of the chain of each
    Table mini_fat_;
    std::uint32_t directory_start_ = 0;
    std::uint32_t mini_fat_start_ = chain_end;
    std::uint32_t mini_start_ = chain_end;
    std::uint64_t mini_size_ = 0;
};

}  // namespace

bool write_compound(std::span<const CompoundNode> nodes, Output& output) {
    return Writer(nodes).write(output);
}

std::string cfb_name(std::string_view utf8) {
    constexpr std::size_t longest = 62;
    std::string out = base::from_utf8(utf8, "utf-16le").value_or(std::string());
    out.resize(std::min(out.size(), longest));
    return out;
}

}  // namespace sekisho::scanner::office
