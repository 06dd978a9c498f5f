#include "scanner/office/xlm/book.h"

#include <algorithm>
#include <array>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/office/xlm/parser.h"
#include "scanner/office/xlm/tokens.h"

namespace sekisho::scanner::office::xlm {

namespace {

// Three bytes of UTF-8 from U+200B to U+200F, U+202A to U+202E, U+2060 to U+206F, and U+FEFF.
bool shows_nothing(std::string_view three) {
    if (three.size() < 3) return false;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(three[i]); };
    if (byte(0) == 0xEF) return byte(1) == 0xBB && byte(2) == 0xBF;
    if (byte(0) != 0xE2) return false;
    if (byte(1) == 0x80) return (byte(2) >= 0x8B && byte(2) <= 0x8F) || (byte(2) >= 0xAA && byte(2) <= 0xAE);
    return byte(1) == 0x81 && byte(2) >= 0xA0 && byte(2) <= 0xAF;
}

std::string without_invisible(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto c = static_cast<unsigned char>(name[i]);
        if (c < 0x20 || c == 0x7F) continue;
        if (c == 0xC2 && i + 1 < name.size() && static_cast<unsigned char>(name[i + 1]) == 0xAD) {
            ++i;  // soft hyphen
        } else if (shows_nothing(name.substr(i, 3))) {
            i += 2;
        } else {
            out += name[i];
        }
    }
    return out;
}

}  // namespace

bool Book::has_macros() const {
    return std::ranges::any_of(sheets, [](const Sheet& sheet) { return sheet.macro && sheet.formulas > 0; });
}

Cell* Book::add_cell(Sheet& sheet, std::uint32_t row, std::uint32_t column) {
    if (row >= max_rows || column >= max_columns) return nullptr;
    const auto there = sheet.cells.find({column, row});
    if (there != sheet.cells.end()) return &there->second;
    if (cells >= max_cells) {
        sheet.cut = true;
        return nullptr;
    }
    ++cells;
    return &sheet.cells[{column, row}];
}

void Book::add_formula(Sheet& sheet, std::uint32_t row, std::uint32_t column, Value value, Source formula) {
    Cell* cell = add_cell(sheet, row, column);
    if (cell == nullptr) return;
    if (cell->formula.empty()) ++sheet.formulas;
    *cell = {std::move(value), std::move(formula)};
}

std::int32_t Book::sheet_named(std::string_view name) const {
    for (std::size_t i = 0; i < sheets.size(); ++i) {
        if (base::equals_ignoring_case(sheets[i].name, name)) return static_cast<std::int32_t>(i);
    }
    return Place::far_sheet;
}

bool is_auto_name(std::string_view name) {
    constexpr std::array<std::string_view, 4> starts{"auto_open", "auto_close", "auto_activate",
                                                     "auto_deactivate"};
    constexpr std::size_t enough = 200;
    const std::string folded = base::fold_case(base::nfkc(without_invisible(name.substr(0, enough))));
    std::string_view rest = folded;
    constexpr std::string_view built_in = "_xlnm.";
    if (rest.starts_with(built_in)) rest.remove_prefix(built_in.size());
    return std::ranges::any_of(starts, [&](std::string_view start) { return rest.starts_with(start); });
}

Formula read_formula(const Book& book, const Source& source, const Place& at, Budget& budget) {
    constexpr std::uint64_t steps_a_byte = 32;
    if (!budget.spend_steps(steps_a_byte * (source.tokens.size() + source.text.size()))) return {};
    if (!source.text.empty() || source.tokens.empty()) {
        const bool r1c1 = book.dialect == Dialect::text_r1c1;
        return parse_formula(book, source.text, at, r1c1);
    }
    return read_tokens(book, source, at);
}

Formula formula_of(const Book& book, const Place& at, const Cell& cell, Budget& budget) {
    if (const auto key = shared_formula(book.dialect, cell.formula, at)) {
        const Sheet& sheet = book.sheets[static_cast<std::size_t>(at.sheet)];
        const auto shared = sheet.shared.find(*key);
        if (shared != sheet.shared.end()) return read_formula(book, shared->second, at, budget);
    }
    return read_formula(book, cell.formula, at, budget);
}

}  // namespace sekisho::scanner::office::xlm
