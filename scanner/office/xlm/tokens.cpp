#include "scanner/office/xlm/tokens.h"

#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>

#include "base/charset.h"
#include "scanner/office/xlm/biff_records.h"
#include "scanner/office/xlm/token_reader.h"

namespace sekisho::scanner::office::xlm {

namespace {

using Kind = Node::Kind;

// What one token takes behind its number, by dialect: BIFF5, BIFF8, BIFF12. Of classes the reference one.
struct TokenSize {
    std::uint8_t token;
    std::array<std::uint8_t, 3> sizes;
};
constexpr std::array skipped_tokens{
    TokenSize{0x01, {4, 4, 4}}, TokenSize{0x02, {4, 4, 4}},                              // PtgExp, PtgTbl
    TokenSize{0x26, {6, 6, 6}}, TokenSize{0x27, {6, 6, 6}}, TokenSize{0x28, {6, 6, 6}},  // PtgMem*
    TokenSize{0x29, {2, 2, 2}}, TokenSize{0x2E, {2, 2, 2}}, TokenSize{0x2F, {2, 2, 2}},
};

constexpr std::array<std::string_view, 0x12> operators{"",  "",   "",  "+",  "-", "*",  "/", "^", "&",
                                                       "<", "<=", "=", ">=", ">", "<>", " ", ",", ":"};

}  // namespace

std::string_view error_name(std::uint8_t code) {
    switch (code) {
        case 0x00:
            return "#NULL!";
        case 0x07:
            return "#DIV/0!";
        case 0x0F:
            return "#VALUE!";
        case 0x17:
            return "#REF!";
        case 0x1D:
            return "#NAME?";
        case 0x24:
            return "#NUM!";
        case 0x2A:
            return "#N/A";
        default:
            return "#ERROR!";
    }
}

Formula TokenReader::run() {
    while (!in_.at_end()) {
        if (!read_token()) {
            push({});
            break;
        }
    }
    finish();
    return std::move(out_);
}

// One tree in the end: what is left over beside it is damage.
void TokenReader::finish() {
    if (stack_.size() == 1) {
        out_.root_index = stack_.back();
    } else if (!stack_.empty()) {
        out_.damaged = true;
        constexpr std::size_t most = 255;
        if (stack_.size() > most) stack_.resize(most);
        out_.add({.kind = Kind::call, .text = "#UNKNOWN", .arguments = stack_});
    }
}

// False: the rest cannot be read.
bool TokenReader::read_token() {
    const std::uint8_t raw = in_.u8().value_or(0);
    if (raw >= 0x03 && raw <= 0x11) return read_binary(raw);
    const std::uint8_t token = raw < 0x20 ? raw : static_cast<std::uint8_t>((raw & 0x1FU) | 0x20U);
    for (const TokenSize& row : skipped_tokens) {
        if (row.token == token) return skip(row.sizes[biff5() ? 0 : biff12() ? 2 : 1]);
    }
    return raw < 0x20 ? read_plain(raw) : read_operand(token);
}

bool TokenReader::read_binary(std::uint8_t token) {
    if (stack_.size() < 2) return false;
    const std::uint32_t right = stack_.back();
    stack_.pop_back();
    const std::uint32_t left = stack_.back();
    stack_.pop_back();
    if (token == 0x08) {
        stack_.push_back(out_.add_concat(left, right));
    } else {
        push({.kind = Kind::binary, .text = std::string(operators[token]), .arguments = {left, right}});
    }
    return true;
}

bool TokenReader::wrap(Node node) {
    if (stack_.empty()) return false;
    node.arguments = {stack_.back()};
    stack_.pop_back();
    push(std::move(node));
    return true;
}

bool TokenReader::read_plain(std::uint8_t token) {
    switch (token) {
        case 0x12:
            return wrap({.kind = Kind::unary, .text = "+"});
        case 0x13:
            return wrap({.kind = Kind::unary, .text = "-"});
        case 0x14:
            return wrap({.kind = Kind::percent});
        case 0x15:
            if (stack_.empty()) return false;
            out_.nodes[stack_.back()].paren = true;
            return true;
        case 0x16:
            push({.kind = Kind::missing});
            return true;
        case 0x17:
            return read_text();
        case 0x18:
            return read_extended();
        case 0x19:
            return read_attribute();
        case 0x1C:
            return read_number(1, Kind::error);
        case 0x1D:
            return read_number(1, Kind::boolean);
        case 0x1E:
            return read_number(2, Kind::number);
        case 0x1F:
            return read_number(8, Kind::number);
        default:
            return false;
    }
}

bool TokenReader::read_text() {
    const std::size_t length = biff12() ? in_.u16_le().value_or(0) : in_.u8().value_or(0);
    const bool wide = biff12() || (!biff5() && (in_.u8().value_or(0) & 1U) != 0);
    const auto bytes = in_.take(wide ? 2 * length : length);
    if (!bytes) return false;
    push({.kind = Kind::text,
          .text = biff5() ? base::to_utf8(*bytes, book_.charset) : characters_of(*bytes, wide)});
    return true;
}

// PtgElf*, PtgSxName; PtgList, which names a table.
bool TokenReader::read_extended() {
    const std::uint8_t kind = in_.u8().value_or(0);
    if (!skip(kind == 0x19 ? 12 : 4)) return false;
    push({.kind = Kind::name, .text = kind == 0x19 ? "#TABLE" : "#LABEL"});
    return true;
}

bool TokenReader::read_attribute() {
    const std::uint8_t kind = in_.u8().value_or(0);
    const std::uint16_t data = in_.u16_le().value_or(0);
    if ((kind & 0x04U) != 0) return skip(2 * (std::size_t{data} + 1));  // offsets of CHOOSE
    if ((kind & 0x10U) != 0) return wrap({.kind = Kind::call, .text = "SUM"});
    return true;
}

bool TokenReader::read_number(std::size_t bytes, Kind kind) {
    const auto raw = in_.take(bytes);
    if (!raw) return false;
    base::Cursor at(*raw);
    Node node{.kind = kind};
    if (bytes == 8) node.number = std::bit_cast<double>(at.u64_le().value_or(0));
    if (bytes == 2) node.number = at.u16_le().value_or(0);
    if (bytes == 1) node.number = at.u8().value_or(0);
    if (kind == Kind::error) node.text = error_name(static_cast<std::uint8_t>(node.number));
    push(std::move(node));
    return true;
}

bool TokenReader::read_operand(std::uint8_t token) {
    switch (token) {
        case 0x20:
            return read_array();
        case 0x21:
            return read_function(function_by_number(in_.u16_le().value_or(0xFFFF)));
        case 0x22:
            return read_variable_function();
        case 0x23:
            return read_name();
        case 0x24:
        case 0x2C:
            return read_reference(false, token == 0x2C, {});
        case 0x25:
        case 0x2D:
            return read_reference(true, token == 0x2D, {});
        case 0x2A:
            return read_lost(biff5() ? 3 : biff12() ? 6 : 4);
        case 0x2B:
            return read_lost(biff5() ? 6 : biff12() ? 12 : 8);
        case 0x39:
            return read_far_name();
        case 0x3A:
        case 0x3B:
            return read_far_reference(token == 0x3B);
        case 0x3C:
            return read_lost(biff5() ? 17 : biff12() ? 8 : 6);
        case 0x3D:
            return read_lost(biff5() ? 20 : biff12() ? 14 : 10);
        default:
            return false;
    }
}

bool TokenReader::call(std::string name, std::size_t count) {
    if (count > stack_.size()) return false;
    Node node{.kind = Kind::call, .text = std::move(name)};
    node.arguments.assign(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    push(std::move(node));
    return true;
}

bool TokenReader::read_function(const Function* function) {
    if (function == nullptr) return false;
    // A number with any count has no business here; one argument is the likeliest.
    const std::size_t count = function->arguments != Function::any_number
                                  ? function->arguments
                                  : std::min<std::size_t>(1, stack_.size());
    return call(std::string(function->name), count);
}

bool TokenReader::read_variable_function() {
    const std::size_t count = in_.u8().value_or(0) & 0x7FU;
    const auto raw = in_.u16_le();
    if (!raw) return false;
    const auto number = static_cast<std::uint16_t>(*raw & 0x7FFFU);
    if (number == *raw && number == user_function) return count > 0 && call({}, count);
    const Function* function = number == *raw ? function_by_number(number) : command_by_number(number);
    if (function != nullptr) return call(std::string(function->name), count);
    out_.damaged = true;
    return call(fmt::format("#FUNCTION{}", *raw), count);
}

Formula read_tokens(const Book& book, const Source& source, const Place& at) {
    return TokenReader(book, source, at).run();
}

std::optional<CellKey> shared_formula(Dialect dialect, const Source& source, const Place& at) {
    constexpr std::byte expression{0x01};
    if (source.tokens.empty() || source.tokens[0] != expression) return std::nullopt;
    base::Cursor in(source.tokens.subspan(1));
    if (dialect == Dialect::biff12) {
        // The column stands behind the tokens ([MS-XLSB] 2.5.98.58).
        const std::uint32_t row = in.u32_le().value_or(at.row);
        return CellKey{base::Cursor(source.extra).u32_le().value_or(at.column), row};
    }
    const std::uint32_t row = in.u16_le().value_or(0);
    return CellKey{in.u16_le().value_or(0), row};
}

}  // namespace sekisho::scanner::office::xlm
