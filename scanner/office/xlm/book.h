// A workbook, as far as its Excel 4.0 macros can reach: sheets, cells, names and links. Readers of each file
// format fill it; formulas are turned into trees when somebody asks for them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/office/xlm/formula.h"

namespace sekisho::scanner::office::xlm {

struct Value {
    enum class Type : std::uint8_t { empty, number, text, boolean, error, area, unknown };
    Type type = Type::empty;
    double number = 0;
    std::string text;      // of text and error; of unknown: what it would be, "?" where nobody can tell
    Area area{};           // of a reference
    bool partial = false;  // a text in which something unknown shows as "?"

    static Value of(double number) { return {.type = Type::number, .number = number}; }
    static Value of(std::string text) { return {.type = Type::text, .text = std::move(text)}; }
    static Value of(bool truth) { return {.type = Type::boolean, .number = truth ? 1.0 : 0.0}; }
    static Value unknown(std::string shown = "?") {
        return {.type = Type::unknown, .text = std::move(shown), .partial = true};
    }
    static Value failed(std::string error) { return {.type = Type::error, .text = std::move(error)}; }
    bool is_known() const { return type != Type::unknown && !partial; }
};

// Where a formula comes from decides how it is read.
enum class Dialect : std::uint8_t { biff5, biff8, biff12, text_a1, text_r1c1 };

// One formula as it stands in the file. The bytes belong to the part that is being opened.
struct Source {
    base::Bytes tokens;
    base::Bytes extra;  // behind the tokens: arrays
    std::string text;   // of the dialects that are text, without "="
    bool empty() const { return tokens.empty() && text.empty(); }
};

// In the order in which macros run: down a column.
struct CellKey {
    std::uint32_t column = 0;
    std::uint32_t row = 0;
    auto operator<=>(const CellKey&) const = default;
};

struct Cell {
    Value value;  // a constant, or what the formula gave when the file was saved
    Source formula;
};

enum class SheetState : std::uint8_t { visible, hidden, very_hidden };

struct Sheet {
    std::string name;  // UTF-8, hostile
    SheetState state = SheetState::visible;
    bool macro = false;
    bool cut = false;  // it has more cells than were read
    std::size_t formulas = 0;
    std::map<CellKey, Cell> cells;
    std::map<CellKey, Source> shared;  // by the cell that PtgExp points to
};

// [MS-XLS] 2.4.150.
struct Name {
    std::string name;  // "Auto_Open" where the file has a number for it
    bool built_in = false;
    bool hidden = false;
    Source formula;
};

// What a reference to another sheet goes through, [MS-XLS] 2.4.105.
struct Link {
    enum class Kind : std::uint8_t { own, addin, file, dde };
    Kind kind = Kind::file;
    std::string target;  // a file's name, or "service|topic"
    std::vector<std::string> names;
};
struct SheetRange {
    std::uint32_t link = 0;
    std::int32_t first = 0;
    std::int32_t last = 0;
};

constexpr std::size_t max_sheets = 2'000;
constexpr std::size_t max_names = 20'000;
constexpr std::size_t max_links = 20'000;
constexpr std::size_t max_strings = 400'000;
// Of all sheets together; what is beyond is not read, and Sheet::cut says so.
constexpr std::size_t max_cells = 200'000;

struct Book {
    Dialect dialect = Dialect::biff8;
    std::vector<Sheet> sheets;
    std::vector<Name> names;
    std::vector<Link> links;
    std::vector<SheetRange> ranges;    // what ixti is an index into
    std::vector<std::string> strings;  // shared ones, UTF-8
    std::string charset = "windows-1252";
    std::size_t cells = 0;
    bool locked = false;  // FilePass: nothing but the sheets' types is known
    std::string damage;   // why something was not read; empty where all was

    bool has_macros() const;  // a macro sheet with a formula
    void note_damage(std::string_view why) {
        if (damage.empty()) damage = why;
    }
    // Null where it has no room left; Sheet::cut is set.
    Cell* add_cell(Sheet& sheet, std::uint32_t row, std::uint32_t column);
    void add_formula(Sheet& sheet, std::uint32_t row, std::uint32_t column, Value value, Source formula);
    // Ignoring ASCII case; far_sheet where there is none.
    std::int32_t sheet_named(std::string_view name) const;
};

// True for Auto_Open, Auto_Close, Auto_Activate and Auto_Deactivate in all spellings that Excel takes: any
// case, with anything behind, and with characters among them that do not show.
bool is_auto_name(std::string_view name);

// `source` as a tree; `at`: the cell in which it stands, for references that are relative.
// Charged to `budget` by the size of the source.
Formula read_formula(const Book& book, const Source& source, const Place& at, Budget& budget);

// The tree of a cell's formula, the shared one that it may point to included.
Formula formula_of(const Book& book, const Place& at, const Cell& cell, Budget& budget);

}  // namespace sekisho::scanner::office::xlm
