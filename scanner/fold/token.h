// The words of a source, whatever its language, and the table of its names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::fold {

enum class TokenKind : std::uint8_t {
    end,        // behind the last one
    separator,  // the end of a statement: a line, `:`, `;`
    name,       // `id` is its number in Names
    string,     // with its quotes
    number,
    punct,     // `op` is its first character, or one of `Op`
    other,     // nothing that is understood: unclosed strings, dates, regular expressions
    variable,  // PowerShell: $name
};

// Operators of more than one character, and those that mean something of their own.
enum class Op : std::uint8_t {
    none = 0,
    // 1 to 127: the character itself; those that are operators have names.
    ampersand = '&',
    plus = '+',
    minus = '-',
    times = '*',
    divide = '/',
    backslash = '\\',
    caret = '^',
    assign = '=',
    percent = '%',
    bar = '|',
    smaller = '<',
    larger = '>',
    comma = ',',
    question = '?',
    colon = ':',
    assign_add = 128,  // +=
    assign_other,      // -= *= ... ++ --
    equal,             // == ===
    compare,           // < > <= != -eq -lt Like, ...
    shift_left,
    shift_right,
    logical_not,
    logical,  // && || And Or Not where they do not count
    bit_and,
    bit_or,
    bit_xor,
    modulo,
    integer_divide,
    power,
    concat,
    arrow,   // =>
    member,  // ::
    range,   // ..
    format,  // -f
    join,
    split,
    replace,
    replace_case,  // -creplace
    less,
    less_equal,
    greater,
    greater_equal,
    unequal,
    named,  // := and what else gives a name to an argument
};
constexpr Op op_of(char c) { return static_cast<Op>(static_cast<unsigned char>(c)); }

constexpr std::uint32_t none = 0xFFFFFFFFU;

struct Token {
    std::uint32_t begin = 0;  // offsets in the source
    std::uint32_t end = 0;
    std::uint32_t id = none;    // of a name
    std::uint32_t link = none;  // an assignment: the next one of that name; a bracket: the one that closes it
    TokenKind kind = TokenKind::end;
    Op op = Op::none;
    bool assigns = false;  // a name that is given a value here

    bool is(Op what) const { return kind == TokenKind::punct && op == what; }
    bool is(char c) const { return is(op_of(c)); }
    bool is_name(std::uint32_t what) const { return kind == TokenKind::name && id == what; }
};

// Numbers the names of one source. The first are those that were given, in their order.
class Names {
public:
    Names(const std::vector<std::string_view>& known, bool ignore_case);

    // The name lives as long as this; it is a view into the source or into a table of ours.
    std::uint32_t number(std::string_view name);
    std::uint32_t find(std::string_view name) const;  // or none
    std::string_view name(std::uint32_t id) const { return names_[id]; }
    std::size_t size() const { return names_.size(); }

private:
    std::uint32_t hash(std::string_view name) const;
    bool same(std::string_view a, std::string_view b) const;
    std::uint32_t place_of(std::string_view name, std::uint32_t value) const;
    void grow();

    std::vector<std::string_view> names_;
    std::vector<std::uint32_t> hashes_;
    std::vector<std::uint32_t> slots_;  // open addressing; a power of two
    bool ignore_case_;
};

// Links each opening bracket with the one that closes it; one that is never closed with the last token.
void link_brackets(std::vector<Token>& tokens);

// Links each assignment with the next one of the same name. `counts`: how often each name is assigned.
void link_assignments(std::vector<Token>& tokens, std::vector<std::uint32_t>& counts);

}  // namespace sekisho::scanner::fold
