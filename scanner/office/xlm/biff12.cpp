#include "scanner/office/xlm/biff12.h"

#include <algorithm>
#include <bit>

#include "base/charset.h"
#include "base/cursor.h"
#include "scanner/office/xlm/biff_records.h"
#include "scanner/office/xlm/token_reader.h"

namespace sekisho::scanner::office::xlm {

namespace {

// [MS-XLSB] 2.3.2.
namespace brt {
enum : std::uint32_t {
    row_header = 0,
    cell_blank = 1,
    cell_rk = 2,
    cell_error = 3,
    cell_bool = 4,
    cell_real = 5,
    cell_text = 6,
    cell_shared = 7,
    formula_text = 8,
    formula_number = 9,
    formula_bool = 10,
    formula_error = 11,
    string_item = 19,
    name = 39,
    cell_rich_text = 62,
    bundle_sheet = 156,
    sup_book = 355,
    sup_self = 357,
    sup_same = 358,
    extern_sheet = 362,
    array_formula = 426,
    shared_formula = 427,
    sup_addin = 667,
};
}  // namespace brt

struct Brt {
    std::uint32_t type = 0;
    base::Bytes data;
    bool cut = false;
};

// [MS-XLSB] 2.1.4: type and size in seven bits a byte.
class BrtReader {
public:
    explicit BrtReader(base::Bytes bytes) : in_(bytes) {}

    std::optional<Brt> next() {
        if (in_.at_end()) return std::nullopt;
        Brt out;
        out.type = in_.u8().value_or(0);
        if ((out.type & 0x80U) != 0) out.type = (out.type & 0x7FU) | ((in_.u8().value_or(0) & 0x7FU) << 7U);
        std::uint32_t size = 0;
        for (unsigned shift = 0; shift < 28; shift += 7) {
            const std::uint32_t byte = in_.u8().value_or(0);
            size |= (byte & 0x7FU) << shift;
            if ((byte & 0x80U) == 0) break;
        }
        out.data = base::head(in_.rest(), size);
        out.cut = out.data.size() < size;
        (void)in_.skip(out.data.size());
        return out;
    }

private:
    base::Cursor in_;
};

// XLWideString and XLNullableWideString; empty where there is none, or it is cut.
std::string wide_string(base::Cursor& in) {
    const std::uint32_t count = in.u32_le().value_or(0);
    if (count == 0xFFFF'FFFF) return {};
    const auto bytes = in.take(2 * std::uint64_t{count});
    return bytes ? base::to_utf8(*bytes, "utf-16le") : std::string();
}

// cce, rgce, cb, rgcb.
Source formula_source(base::Cursor& in) {
    Source out;
    const std::uint32_t size = in.u32_le().value_or(0);
    out.tokens = base::head(in.rest(), size);
    (void)in.skip(out.tokens.size());
    const std::uint32_t extra = in.u32_le().value_or(0);
    out.extra = base::head(in.rest(), extra);
    return out;
}

void read_bundle_sheet(base::Bytes data, Book& book, std::vector<std::string>& ids) {
    if (book.sheets.size() >= max_sheets) return book.note_damage("more sheets than are read");
    base::Cursor in(data);
    const std::uint32_t state = in.u32_le().value_or(0) & 3U;
    (void)in.u32_le();
    Sheet sheet;
    sheet.state = state == 0   ? SheetState::visible
                  : state == 2 ? SheetState::very_hidden
                               : SheetState::hidden;
    ids.push_back(wide_string(in));
    sheet.name = wide_string(in);
    book.sheets.push_back(std::move(sheet));
}

// [MS-XLSB] 2.4.711.
void read_name(base::Bytes data, Book& book) {
    if (book.names.size() >= max_names) return book.note_damage("more names than are read");
    base::Cursor in(data);
    Name name;
    const std::uint32_t flags = in.u32_le().value_or(0);
    name.hidden = (flags & 0x01U) != 0;
    name.built_in = (flags & 0x20U) != 0;
    (void)in.skip(5);
    name.name = wide_string(in);
    constexpr std::string_view prefix = "_xlnm.";
    if (name.name.starts_with(prefix)) name.name.erase(0, prefix.size());
    name.formula = formula_source(in);
    book.names.push_back(std::move(name));
}

void read_extern_sheet(base::Bytes data, Book& book) {
    base::Cursor in(data);
    const std::uint32_t count = in.u32_le().value_or(0);
    for (std::uint32_t i = 0; i < count && in.left() >= 12 && book.ranges.size() < max_links; ++i) {
        SheetRange range;
        range.link = in.u32_le().value_or(0);
        range.first = static_cast<std::int32_t>(in.u32_le().value_or(0));
        range.last = static_cast<std::int32_t>(in.u32_le().value_or(0));
        book.ranges.push_back(range);
    }
}

class CellReader {
public:
    CellReader(Book& book, Sheet& sheet) : book_(book), sheet_(sheet) {}

    void read(const Brt& at) {
        base::Cursor in(at.data);
        switch (at.type) {
            case brt::row_header:
                row_ = in.u32_le().value_or(0);
                return;
            case brt::array_formula:
            case brt::shared_formula:
                return read_shared(in, at.type == brt::array_formula);
            default:
                break;
        }
        const bool formula = at.type >= brt::formula_text && at.type <= brt::formula_error;
        const bool constant =
            (at.type >= brt::cell_rk && at.type <= brt::cell_shared) || at.type == brt::cell_rich_text;
        if (!formula && !constant) return;
        const std::uint32_t column = in.u32_le().value_or(0);
        (void)in.u32_le();
        Value value = value_of(at.type, in);
        if (!formula) {
            if (Cell* cell = book_.add_cell(sheet_, row_, column)) cell->value = std::move(value);
            return;
        }
        if (!in.skip(2)) return book_.note_damage("a formula is cut");
        book_.add_formula(sheet_, row_, column, std::move(value), formula_source(in));
        last_ = {column, row_};
    }

private:
    Value value_of(std::uint32_t type, base::Cursor& in) const {
        switch (type) {
            case brt::cell_rk:
                return Value::of(rk_number(in.u32_le().value_or(0)));
            case brt::cell_real:
            case brt::formula_number:
                return Value::of(std::bit_cast<double>(in.u64_le().value_or(0)));
            case brt::cell_bool:
            case brt::formula_bool:
                return Value::of(in.u8().value_or(0) != 0);
            case brt::cell_error:
            case brt::formula_error:
                return Value::failed(std::string(error_name(in.u8().value_or(0))));
            case brt::cell_shared: {
                const std::uint32_t index = in.u32_le().value_or(UINT32_MAX);
                return index < book_.strings.size() ? Value::of(book_.strings[index]) : Value::unknown();
            }
            case brt::cell_rich_text:
                (void)in.u8();
                return Value::of(wide_string(in));
            default:
                return Value::of(wide_string(in));
        }
    }

    // It belongs to the cell before it: PtgExp of the others names that one.
    void read_shared(base::Cursor& in, bool array) {
        if (!in.skip(array ? 17 : 16) || sheet_.shared.size() >= max_cells) return;
        sheet_.shared[last_] = formula_source(in);
    }

    Book& book_;
    Sheet& sheet_;
    std::uint32_t row_ = 0;
    CellKey last_;
};

}  // namespace

void read_workbook_bin(base::Bytes bytes, Book& book, std::vector<std::string>& ids) {
    BrtReader in(bytes);
    while (const auto at = in.next()) {
        if (at->cut) book.note_damage("the workbook part is cut");
        switch (at->type) {
            case brt::bundle_sheet:
                read_bundle_sheet(at->data, book, ids);
                break;
            case brt::name:
                read_name(at->data, book);
                break;
            case brt::extern_sheet:
                read_extern_sheet(at->data, book);
                break;
            case brt::sup_self:
            case brt::sup_same:
            case brt::sup_book:
            case brt::sup_addin: {
                const bool own = at->type == brt::sup_self || at->type == brt::sup_same;
                if (book.links.size() < max_links)
                    book.links.push_back({.kind = own                          ? Link::Kind::own
                                                  : at->type == brt::sup_addin ? Link::Kind::addin
                                                                               : Link::Kind::file});
                break;
            }
            default:
                break;
        }
    }
}

void read_strings_bin(base::Bytes bytes, Book& book) {
    BrtReader in(bytes);
    while (const auto at = in.next()) {
        if (at->type != brt::string_item) continue;
        if (book.strings.size() >= max_strings) return;
        base::Cursor item(at->data);
        (void)item.u8();
        book.strings.push_back(wide_string(item));
    }
}

void read_cells_bin(base::Bytes bytes, Book& book, Sheet& sheet, Budget& budget) {
    constexpr std::uint64_t steps_a_record = 64;
    BrtReader in(bytes);
    CellReader cells(book, sheet);
    while (const auto at = in.next()) {
        if (!budget.spend_steps(steps_a_record)) return;
        if (at->cut) book.note_damage("a sheet is cut");
        cells.read(*at);
    }
}

}  // namespace sekisho::scanner::office::xlm
