// Names, references and arrays among the tokens of a formula.
#include "scanner/office/xlm/token_reader.h"

#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>

#include "scanner/office/xlm/biff_records.h"

namespace sekisho::scanner::office::xlm {

namespace {

using Kind = Node::Kind;

}  // namespace

bool TokenReader::read_lost(std::size_t bytes) {
    push({.kind = Kind::area_error});
    return skip(bytes);
}

Node TokenReader::name_of(std::uint32_t index) const {
    Node node{.kind = Kind::name};
    if (index >= 1 && index <= book_.names.size()) {
        node.text = book_.names[index - 1].name;
    } else {
        node.text = fmt::format("#NAME{}", index);
    }
    return node;
}

bool TokenReader::read_name() {
    const std::uint32_t index = biff5() ? in_.u16_le().value_or(0) : in_.u32_le().value_or(0);
    push(name_of(index));
    return !biff5() || skip(12);
}

const Link* TokenReader::link_of(std::uint32_t range) const {
    if (range >= book_.ranges.size() || book_.ranges[range].link >= book_.links.size()) return nullptr;
    return &book_.links[book_.ranges[range].link];
}

bool TokenReader::read_far_name() {
    if (biff5()) {
        const auto sheet = static_cast<std::int16_t>(in_.u16_le().value_or(0));
        if (!skip(8)) return false;
        const std::uint16_t index = in_.u16_le().value_or(0);
        push(sheet < 0 ? name_of(index) : Node{.kind = Kind::name, .text = fmt::format("#EXTERN{}", index)});
        return skip(12);
    }
    const std::uint16_t range = in_.u16_le().value_or(0);
    const auto index = in_.u32_le();
    if (!index) return false;
    const Link* link = link_of(range);
    if (link == nullptr || link->kind == Link::Kind::own) {
        push(name_of(*index));
        return true;
    }
    Node node{.kind = link->kind == Link::Kind::dde ? Kind::dde : Kind::name};
    node.text = *index >= 1 && *index <= link->names.size() ? link->names[*index - 1] : "#EXTERN";
    if (link->kind == Link::Kind::dde) node.text = fmt::format("{}!{}", link->target, node.text);
    if (link->kind == Link::Kind::file) node.sheet_name = fmt::format("[{}]", link->target);
    push(std::move(node));
    return true;
}

TokenReader::Coordinate TokenReader::coordinate(std::uint32_t row, std::uint32_t column, std::uint32_t flags,
                                                bool offsets) const {
    Coordinate out{row, column, (flags & 0x8000U) != 0, (flags & 0x4000U) != 0};
    const std::uint32_t rows = biff12() ? max_rows : biff5() ? 0x4000 : 0x1'0000;
    const std::uint32_t columns = biff12() ? max_columns : 0x100;
    if (offsets && out.row_relative) out.row += at_.row;
    if (offsets && out.column_relative) out.column += at_.column;
    out.row %= rows;  // powers of two: negative offsets wrap as they do in Excel
    out.column %= columns;
    return out;
}

// Rows and columns of one cell, or of two corners, in their interleaved order.
bool TokenReader::read_corners(bool area, bool offsets, Node& node) {
    const std::size_t corners = area ? 2 : 1;
    std::array<std::uint32_t, 2> rows{};
    std::array<std::uint32_t, 2> columns{};
    for (std::size_t i = 0; i < corners; ++i)
        rows[i] = biff12() ? in_.u32_le().value_or(0) : in_.u16_le().value_or(0);
    for (std::size_t i = 0; i < corners; ++i) {
        if (in_.left() < (biff5() ? 1U : 2U)) return false;
        columns[i] = biff5() ? in_.u8().value_or(0) : in_.u16_le().value_or(0);
    }
    std::array<Coordinate, 2> at;
    for (std::size_t i = 0; i < corners; ++i) {
        at[i] = biff5() ? coordinate(rows[i] & 0x3FFFU, columns[i], rows[i], offsets)
                        : coordinate(rows[i], columns[i] & 0x3FFFU, columns[i], offsets);
    }
    if (!area) at[1] = at[0];
    node.row_relative = at[0].row_relative;
    node.column_relative = at[0].column_relative;
    node.area.first.row = std::min(at[0].row, at[1].row);
    node.area.first.column = std::min(at[0].column, at[1].column);
    node.area.last_row = std::max(at[0].row, at[1].row);
    node.area.last_column = std::max(at[0].column, at[1].column);
    return true;
}

bool TokenReader::read_reference(bool area, bool offsets, Node node) {
    node.kind = Kind::area;
    if (!read_corners(area, offsets, node)) return false;
    push(std::move(node));
    return true;
}

void TokenReader::set_sheet(Node& node, std::int32_t first, std::int32_t last) const {
    const auto size = static_cast<std::int32_t>(book_.sheets.size());
    node.area.first.sheet = first >= 0 && first < size ? first : Place::far_sheet;
    if (first < 0 || first >= size) {
        node.sheet_name = "#REF";
        return;
    }
    node.sheet_name = book_.sheets[static_cast<std::size_t>(first)].name;
    if (last > first && last < size)
        node.sheet_name += ':' + book_.sheets[static_cast<std::size_t>(last)].name;
}

bool TokenReader::read_far_reference(bool area) {
    Node node;
    if (biff5()) {
        const auto extern_sheet = static_cast<std::int16_t>(in_.u16_le().value_or(0));
        if (!skip(8)) return false;
        const auto first = static_cast<std::int16_t>(in_.u16_le().value_or(0));
        const auto last = static_cast<std::int16_t>(in_.u16_le().value_or(0));
        if (extern_sheet < 0) {
            set_sheet(node, first, last);
        } else if (const Link* link = link_of_biff5(extern_sheet)) {
            node.area.first.sheet = link->kind == Link::Kind::own ? book_.sheet_named(link->target)
                                                                  : std::int32_t{Place::far_sheet};
            node.sheet_name = link->target;
        }
        return read_reference(area, false, std::move(node));
    }
    const std::uint16_t range = in_.u16_le().value_or(0);
    const Link* link = link_of(range);
    if (link != nullptr && link->kind == Link::Kind::own) {
        set_sheet(node, book_.ranges[range].first, book_.ranges[range].last);
    } else {
        node.area.first.sheet = Place::far_sheet;
        node.sheet_name = link != nullptr ? fmt::format("[{}]", link->target) : "#REF";
    }
    // In a name, the offsets are relative to the cell that uses it.
    return read_reference(area, false, std::move(node));
}

const Link* TokenReader::link_of_biff5(std::int16_t index) const {
    const auto i = static_cast<std::size_t>(index);
    return index >= 1 && i <= book_.links.size() ? &book_.links[i - 1] : nullptr;
}

// [MS-XLS] 2.5.198.8: the items stand behind the formula. Of BIFF12 they are left out.
bool TokenReader::read_array() {
    if (!skip(biff12() ? 14 : 7)) return false;
    if (biff12()) {
        push({.kind = Kind::array, .text = "{...}"});
        return true;
    }
    const std::size_t columns = std::size_t{extra_.u8().value_or(0)} + 1;
    const std::size_t rows = std::size_t{extra_.u16_le().value_or(0)} + 1;
    std::string shown = "{";
    for (std::size_t i = 0; i < rows * columns; ++i) {
        if (i > 0) shown += i % columns == 0 ? ';' : ',';
        if (!read_item(shown)) {
            shown += "...";
            break;
        }
    }
    push({.kind = Kind::array, .text = shown + '}'});
    return true;
}

bool TokenReader::read_item(std::string& shown) {
    const auto kind = extra_.u8();
    if (!kind) return false;
    if (*kind == 0x02) {
        const std::size_t length = biff5() ? extra_.u8().value_or(0) : extra_.u16_le().value_or(0);
        const bool wide = !biff5() && (extra_.u8().value_or(0) & 1U) != 0;
        const auto bytes = extra_.take(wide ? 2 * length : length);
        if (bytes) shown += '"' + characters_of(*bytes, wide) + '"';
        return bytes.has_value();
    }
    const auto raw = extra_.u64_le();
    if (!raw) return false;
    if (*kind == 0x01) shown += number_text(std::bit_cast<double>(*raw));
    if (*kind == 0x04) shown += (*raw & 1U) != 0 ? "TRUE" : "FALSE";
    if (*kind == 0x10) shown += error_name(static_cast<std::uint8_t>(*raw));
    return true;
}

}  // namespace sekisho::scanner::office::xlm
