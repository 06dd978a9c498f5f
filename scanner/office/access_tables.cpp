#include "scanner/office/access_tables.h"

#include <algorithm>
#include <utility>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/utf8.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t most_columns = 255;
constexpr std::size_t most_pages = 64;  // of one definition
constexpr std::size_t header_size = 8;  // of each page of it

// Maps of pages: a bit each, in a row or in pages of their own.
constexpr std::uint32_t map_in_row = 0;
constexpr std::uint32_t map_in_pages = 1;
constexpr std::size_t map_start = 5;   // of a map in a row, behind its kind and its first page
constexpr std::size_t map_header = 4;  // of a page that is nothing but a map

bool has_bit(base::Bytes map, std::size_t bit) {
    return (access_number(map, bit / 8, 1) >> (bit % 8) & 1U) != 0;
}
std::size_t bits_of_page(const AccessPages& pages) { return (pages.page_size() - map_header) * 8; }

// Where things stand in a definition, from its first byte on.
struct Layout {
    std::size_t columns;  // their count
    std::size_t indexes;  // their count
    std::size_t owned;
    std::size_t first;       // of what is there for each index, then for each column
    std::size_t index_size;  // of one
    std::size_t column_size;
    std::size_t number;
    std::size_t variable;
    std::size_t flags;
    std::size_t fixed_offset;
    std::size_t length;
    std::size_t name_length;  // size of the field before each name
};
constexpr Layout jet3{.columns = 25,
                      .indexes = 31,
                      .owned = 35,
                      .first = 43,
                      .index_size = 8,
                      .column_size = 18,
                      .number = 1,
                      .variable = 3,
                      .flags = 13,
                      .fixed_offset = 14,
                      .length = 16,
                      .name_length = 1};
constexpr Layout jet4{.columns = 45,
                      .indexes = 51,
                      .owned = 55,
                      .first = 63,
                      .index_size = 12,
                      .column_size = 25,
                      .number = 5,
                      .variable = 7,
                      .flags = 15,
                      .fixed_offset = 21,
                      .length = 23,
                      .name_length = 2};

std::uint16_t small(base::Bytes bytes, std::size_t offset) {
    return static_cast<std::uint16_t>(access_number(bytes, offset, 2));
}

// The pages of a definition, one behind the other; of the later ones without their headers.
std::string joined(const AccessPages& pages, std::uint32_t page, Budget& budget, bool& cut) {
    std::string out;
    for (std::size_t seen = 0; page != 0; ++seen) {
        const bool sound = pages.kind(page) == AccessPages::Kind::table;
        if (!sound || seen == most_pages || !budget.spend_steps(pages.page_size())) {
            cut = true;
            break;
        }
        const base::Bytes bytes = pages.page(page);
        out += base::as_text(seen == 0 ? bytes : bytes.subspan(header_size));
        page = access_number(bytes, 4, 4);
    }
    return out;
}

AccessColumn column_of(base::Bytes bytes, const Layout& layout) {
    const std::uint32_t flags = access_number(bytes, layout.flags, 1);
    AccessColumn out;
    out.type = static_cast<AccessColumn::Type>(access_number(bytes, 0, 1));
    out.number = small(bytes, layout.number);
    out.variable = small(bytes, layout.variable);
    out.fixed_offset = small(bytes, layout.fixed_offset);
    out.length = small(bytes, layout.length);
    out.fixed = (flags & 0x01U) != 0;
    out.hyperlink = (flags & 0x80U) != 0;
    return out;
}

// How the offsets of variable columns stand at the end of a row, backwards from its null mask.
struct Offsets {
    std::size_t count = 0;  // of columns; one more offset says where the last one ends
    std::size_t first = 0;  // place of the first offset
    bool sound = false;
};

Offsets wide_offsets(base::Bytes row, std::size_t mask) {
    if (row.size() < mask + 4) return {};
    Offsets out;
    out.count = access_number(row, row.size() - mask - 2, 2);
    out.first = row.size() - mask - 4;
    out.sound = out.count * 2 <= out.first;
    return out;
}

// Jet 3 has bytes for offsets, and a table of the columns at which the next 256 begin.
Offsets narrow_offsets(base::Bytes row, std::size_t mask, std::size_t& jumps) {
    if (row.size() < mask + 2) return {};
    Offsets out;
    out.count = access_number(row, row.size() - mask - 1, 1);
    jumps = (row.size() - 1) / 256;
    if (row.size() < mask + jumps + 2) return {};
    out.first = row.size() - mask - jumps - 2;
    // The last one may be there without being needed.
    if (out.first >= out.count && (out.first - out.count) / 256 < jumps) --jumps;
    out.sound = out.count <= out.first;
    return out;
}

std::vector<std::size_t> variable_offsets(const AccessPages& pages, base::Bytes row, std::size_t mask) {
    std::size_t jumps = 0;
    const Offsets at = pages.jet3() ? narrow_offsets(row, mask, jumps) : wide_offsets(row, mask);
    if (!at.sound) return {};
    std::vector<std::size_t> out;
    std::size_t used = 0;
    for (std::size_t i = 0; i <= at.count; ++i) {
        if (!pages.jet3()) {
            out.push_back(access_number(row, at.first - 2 * i, 2));
            continue;
        }
        while (used < jumps && access_number(row, row.size() - mask - 2 - used, 1) == i)
            ++used;
        out.push_back(access_number(row, at.first - i, 1) + 256 * used);
    }
    return out;
}

void append_wide(base::Bytes bytes, std::string& out) {
    constexpr std::uint32_t replacement = 0xFFFD;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        std::uint32_t unit = access_number(bytes, i, 2);
        if (unit >= 0xD800 && unit < 0xDC00 && i + 3 < bytes.size()) {
            const std::uint32_t low = access_number(bytes, i + 2, 2);
            if (low >= 0xDC00 && low < 0xE000) {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                i += 2;
            }
        }
        base::append_utf8(unit >= 0xD800 && unit < 0xE000 ? replacement : unit, out);
    }
}

// Behind FF FE stand characters of one byte; a zero byte switches to two bytes each, and back.
std::string uncompressed(base::Bytes bytes) {
    std::string out;
    bool narrow = true;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < bytes.size();) {
        if (bytes[i] == std::byte{0}) {
            if (!narrow) append_wide(bytes.subspan(begin, i - begin), out);
            narrow = !narrow;
            begin = ++i;
        } else if (narrow) {
            base::append_utf8(std::to_integer<std::uint32_t>(bytes[i++]), out);
        } else {
            i += 2;
        }
    }
    if (!narrow && begin < bytes.size()) append_wide(bytes.subspan(begin), out);
    return out;
}

}  // namespace

std::optional<AccessTable> read_access_table(const AccessPages& pages, std::uint32_t page, Budget& budget) {
    if (page == 0 || pages.kind(page) != AccessPages::Kind::table) return std::nullopt;
    const Layout& layout = pages.jet3() ? jet3 : jet4;
    AccessTable out{.page = page};
    const std::string text = joined(pages, page, budget, out.damaged);
    const base::Bytes bytes = base::as_bytes(text);
    if (bytes.size() < layout.first) return std::nullopt;
    out.owned = access_number(bytes, layout.owned, 4);
    const std::size_t count = access_number(bytes, layout.columns, 2);
    const std::uint64_t indexes = access_number(bytes, layout.indexes, 4);
    base::Cursor cursor(bytes);
    if (count > most_columns || !cursor.seek(layout.first) || !cursor.skip(indexes * layout.index_size)) {
        out.damaged = true;
        return out;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const auto column = cursor.take(layout.column_size);
        if (!column) break;
        out.columns.push_back(column_of(*column, layout));
    }
    out.damaged = out.damaged || out.columns.size() < count;
    for (AccessColumn& column : out.columns) {
        const auto length = cursor.take(layout.name_length);
        const auto name = cursor.take(length ? access_number(*length, 0, layout.name_length) : 0);
        if (!length || !name) {
            out.damaged = true;
            break;
        }
        column.name = pages.jet3() ? access_text(pages, *name) : std::string();
        if (!pages.jet3()) append_wide(*name, column.name);
    }
    // In the order of the null mask; one bit is one column.
    std::ranges::sort(out.columns, {}, &AccessColumn::number);
    const auto twice = std::ranges::unique(out.columns, {}, &AccessColumn::number);
    out.damaged = out.damaged || !twice.empty();
    out.columns.erase(twice.begin(), twice.end());
    return out;
}

bool owns_page(const AccessPages& pages, const AccessTable& table, std::uint32_t page) {
    const auto row = pages.row(table.owned);
    if (!row || row->bytes.size() < map_start) return true;
    const std::uint32_t kind = access_number(row->bytes, 0, 1);
    if (kind == map_in_row) {
        const std::uint32_t first = access_number(row->bytes, 1, 4);
        return page >= first && has_bit(row->bytes.subspan(map_start), page - first);
    }
    if (kind != map_in_pages) return true;
    const std::size_t bits = bits_of_page(pages);
    const std::uint32_t map = access_number(row->bytes, 1 + page / bits * 4, 4);
    if (map == 0) return false;
    if (pages.kind(map) != AccessPages::Kind::usage) return true;
    return has_bit(pages.page(map).subspan(map_header), page % bits);
}

bool owns_missing_pages(const AccessPages& pages, const AccessTable& table, Budget& budget) {
    const auto row = pages.row(table.owned);
    if (!row || row->bytes.size() < map_start) return pages.page(table.owned >> 8).empty();
    const auto has_bit_from = [](base::Bytes map, std::size_t from) {
        for (std::size_t bit = from; bit < 8 * map.size(); ++bit) {
            if (has_bit(map, bit)) return true;
        }
        return false;
    };
    const std::uint32_t kind = access_number(row->bytes, 0, 1);
    const std::uint32_t count = pages.count();
    if (kind == map_in_row) {
        const std::uint32_t first = access_number(row->bytes, 1, 4);
        return has_bit_from(row->bytes.subspan(map_start), first < count ? count - first : 0);
    }
    if (kind != map_in_pages) return false;
    const std::size_t bits = bits_of_page(pages);
    for (std::size_t i = count / bits; 1 + 4 * i < row->bytes.size(); ++i) {
        const std::uint32_t map = access_number(row->bytes, 1 + 4 * i, 4);
        if (map == 0) continue;
        if (pages.page(map).empty() || !budget.spend_steps(bits)) return true;
        if (pages.kind(map) != AccessPages::Kind::usage) continue;
        if (has_bit_from(pages.page(map).subspan(map_header), i == count / bits ? count % bits : 0))
            return true;
    }
    return false;
}

bool read_access_row(const AccessPages& pages, const AccessTable& table, base::Bytes row,
                     std::vector<AccessCell>& out) {
    const std::size_t count_size = pages.jet3() ? 1 : 2;
    if (row.size() < count_size) return false;
    const std::size_t count = access_number(row, 0, count_size);
    const std::size_t mask = (count + 7) / 8;
    if (count > most_columns || row.size() < count_size + mask) return false;
    const base::Bytes nulls = row.last(mask);
    const bool wants_variable =
        std::ranges::any_of(table.columns, [](const AccessColumn& column) { return !column.fixed; });
    std::vector<std::size_t> offsets;
    if (wants_variable) offsets = variable_offsets(pages, row, mask);
    bool sound = !wants_variable || !offsets.empty();
    std::size_t left = row.size();  // columns do not overlap
    for (const AccessColumn& column : table.columns) {
        if (column.number >= count) break;  // rows are not written anew when a column is added
        if (column.type == AccessColumn::Type::yes_no) continue;  // stands in the mask itself
        if ((access_number(nulls, column.number / 8U, 1) >> (column.number % 8U) & 1U) == 0) continue;
        std::size_t begin = count_size + column.fixed_offset;
        std::size_t end = begin + column.length;
        if (!column.fixed) {
            if (std::size_t{column.variable} + 1 >= offsets.size()) continue;
            begin = offsets[column.variable];
            end = offsets[column.variable + 1U];
        }
        if (begin > end || end > row.size() - mask || end - begin > left) {
            sound = false;
            continue;
        }
        left -= end - begin;
        out.push_back({&column, row.subspan(begin, end - begin)});
    }
    return sound;
}

std::string access_text(const AccessPages& pages, base::Bytes bytes) {
    if (pages.jet3()) return base::to_utf8(bytes, pages.charset());
    if (access_number(bytes, 0, 2) == 0xFEFF && bytes.size() >= 2) return uncompressed(bytes.subspan(2));
    std::string out;
    append_wide(bytes, out);
    return out;
}

}  // namespace sekisho::scanner::office
