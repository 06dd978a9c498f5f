// A formula as a tree, whether it stood in a file as tokens or as text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sekisho::scanner::office::xlm {

// A cell. `sheet` is an index into Book::sheets; own_sheet: the one in which the formula stands;
// active_sheet: the one that is shown ("!A1"); far_sheet: of another file, or none that there is.
struct Place {
    static constexpr std::int32_t own_sheet = -1;
    static constexpr std::int32_t active_sheet = -2;
    static constexpr std::int32_t far_sheet = -3;
    std::int32_t sheet = own_sheet;
    std::uint32_t row = 0;
    std::uint32_t column = 0;
    auto operator<=>(const Place&) const = default;
};

struct Area {
    Place first;
    std::uint32_t last_row = 0;
    std::uint32_t last_column = 0;
    bool is_cell() const { return first.row == last_row && first.column == last_column; }
};

constexpr std::uint32_t max_rows = 1u << 20;
constexpr std::uint32_t max_columns = 1u << 14;

struct Node {
    enum class Kind : std::uint8_t {
        number,
        text,
        boolean,  // number is 0 or 1
        error,    // text: "#REF!"
        missing,  // an argument that was left out
        area,
        area_error,  // a reference to what was deleted
        name,        // text; of this file or of another
        dde,         // text: service|'topic'!item
        call,        // text: the function's name in capitals; empty: arguments[0] says what is called
        concat,      // of two arguments and more
        binary,      // text: the operator
        unary,       // "+" or "-"
        percent,
        array,    // text, as it is shown
        unknown,  // no token that the specification has, or too deep
    };
    Kind kind = Kind::unknown;
    bool paren = false;  // stood in parentheses, as far as that is needed to show it
    bool row_relative = false;
    bool column_relative = false;
    double number = 0;
    std::string text;
    Area area;
    std::string sheet_name;  // how the sheet of `area` or `name` is shown
    std::vector<std::uint32_t> arguments;
};

// No tree is deeper than max_depth, so recursion over one is safe.
struct Formula {
    static constexpr std::uint16_t max_depth = 150;
    static constexpr std::size_t max_nodes = 20'000;
    std::vector<Node> nodes;
    std::vector<std::uint16_t> depths;
    std::uint32_t root_index = 0;
    bool damaged = false;  // something in it was not understood

    bool empty() const { return nodes.empty(); }
    std::uint32_t root() const { return root_index; }  // what was added last
    const Node& operator[](std::uint32_t index) const { return nodes[index]; }
    // Its index. What would be too deep, or one too many, becomes Kind::unknown.
    std::uint32_t add(Node node);
    // `left` & `right`, in one node where `left` is a concatenation already.
    std::uint32_t add_concat(std::uint32_t left, std::uint32_t right);
};

// "$A$1" without the dollars, from zero-based numbers.
std::string cell_name(std::uint32_t row, std::uint32_t column);
// As Excel shows a number, more or less.
std::string number_text(double number);
// As Excel would show it, with "=" in front. No more than about `most` bytes.
std::string formula_text(const Formula& formula, std::size_t most = 65'536);

}  // namespace sekisho::scanner::office::xlm
