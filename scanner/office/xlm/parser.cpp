#include "scanner/office/xlm/parser.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "scanner/office/xlm/functions.h"
#include "scanner/office/xlm/references.h"

namespace sekisho::scanner::office::xlm {

namespace {

using Kind = Node::Kind;

constexpr int deepest = 100;  // parentheses and calls within each other

struct Operator {
    std::string_view text;
    int strength;
};
// Those that begin alike: the longer one first.
constexpr std::array operators{Operator{"<=", 1}, Operator{">=", 1}, Operator{"<>", 1}, Operator{"<", 1},
                               Operator{">", 1},  Operator{"=", 1},  Operator{"&", 2},  Operator{"+", 3},
                               Operator{"-", 3},  Operator{"*", 4},  Operator{"/", 4},  Operator{"^", 5}};
constexpr int weakest = 1;
constexpr int strongest = 5;

std::string upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return out;
}

class Parser {
public:
    Parser(const Book& book, std::string_view text, const Place& at, bool r1c1)
        : book_(book), text_(text), at_(at), r1c1_(r1c1) {}

    Formula run() {
        const std::uint32_t root = expression(weakest, 0);
        skip_space();
        if (next_ < text_.size()) out_.damaged = true;
        out_.root_index = root;
        return std::move(out_);
    }

    std::optional<Area> reference() {
        skip_space();
        const auto root = operand(0);
        skip_space();
        if (!root || next_ < text_.size() || out_[*root].kind != Kind::area) return std::nullopt;
        return out_[*root].area;
    }

private:
    std::uint32_t fault() {
        out_.damaged = true;
        return out_.add({.kind = Kind::missing});
    }
    char peek() const { return next_ < text_.size() ? text_[next_] : '\0'; }
    std::string_view rest() const { return text_.substr(next_); }
    void skip_space() {
        while (next_ < text_.size() && base::is_space(text_[next_]))
            ++next_;
    }
    bool eat(char c) {
        skip_space();
        if (peek() != c || next_ >= text_.size()) return false;
        ++next_;
        return true;
    }

    const Operator* operator_of(int strength) {
        skip_space();
        for (const Operator& row : operators) {
            if (rest().starts_with(row.text)) return row.strength == strength ? &row : nullptr;
        }
        return nullptr;
    }

    std::uint32_t expression(int strength, int depth) {
        if (strength > strongest) return unary(depth);
        std::uint32_t left = expression(strength + 1, depth);
        while (const Operator* found = operator_of(strength)) {
            next_ += found->text.size();
            const std::uint32_t right = expression(strength + 1, depth);
            if (found->text == "&") {
                left = out_.add_concat(left, right);
            } else {
                left = out_.add(
                    {.kind = Kind::binary, .text = std::string(found->text), .arguments = {left, right}});
            }
        }
        return left;
    }

    // Signs bind tighter than "^" in Excel.
    std::uint32_t unary(int depth) {
        skip_space();
        bool negative = false;
        bool any = false;
        for (; peek() == '-' || peek() == '+'; skip_space()) {
            negative = negative != (peek() == '-');
            any = true;
            ++next_;
        }
        std::uint32_t value = postfix(depth);
        if (any && negative) value = out_.add({.kind = Kind::unary, .text = "-", .arguments = {value}});
        while (eat('%'))
            value = out_.add({.kind = Kind::percent, .arguments = {value}});
        return value;
    }

    std::uint32_t postfix(int depth) {
        const auto value = operand(depth);
        return value ? *value : fault();
    }

    std::optional<std::uint32_t> operand(int depth) {
        if (depth > deepest) {
            next_ = text_.size();
            return std::nullopt;
        }
        skip_space();
        const char c = peek();
        if (c == '"') return quoted_text();
        if (c == '(') return in_parentheses(depth);
        if (c == '{') return array();
        if (c == '#') return error();
        if (base::is_digit(c) || (c == '.' && next_ + 1 < text_.size() && base::is_digit(text_[next_ + 1])))
            return number();
        return named(depth);
    }

    std::uint32_t quoted_text() {
        std::string out;
        for (++next_; next_ < text_.size(); ++next_) {
            if (text_[next_] == '"') {
                if (next_ + 1 >= text_.size() || text_[next_ + 1] != '"') break;
                ++next_;
            }
            out += text_[next_];
        }
        if (next_ < text_.size()) {
            ++next_;
        } else {
            out_.damaged = true;
        }
        return out_.add({.kind = Kind::text, .text = std::move(out)});
    }

    std::uint32_t in_parentheses(int depth) {
        ++next_;
        const std::uint32_t inner = expression(weakest, depth + 1);
        if (!eat(')')) out_.damaged = true;
        out_.nodes[inner].paren = true;
        return inner;
    }

    std::uint32_t array() {
        const std::size_t end = std::min(text_.find('}', next_), text_.size() - 1);
        Node node{.kind = Kind::array, .text = std::string(text_.substr(next_, end - next_ + 1))};
        next_ = end + 1;
        return out_.add(std::move(node));
    }

    std::uint32_t error() {
        constexpr std::array<std::string_view, 7> errors{"#REF!", "#NAME?", "#VALUE!", "#DIV/0!",
                                                         "#N/A",  "#NUM!",  "#NULL!"};
        for (const std::string_view name : errors) {
            if (!base::starts_with_ignoring_case(rest(), name)) continue;
            next_ += name.size();
            if (name == "#REF!") return out_.add({.kind = Kind::area_error});
            return out_.add({.kind = Kind::error, .text = std::string(name)});
        }
        ++next_;
        return fault();
    }

    std::uint32_t number() {
        Node node{.kind = Kind::number};
        const char* begin = text_.data() + next_;  // NOLINT(*-pointer-arithmetic): of our own view
        const auto read =
            std::from_chars(begin, text_.data() + text_.size(), node.number);  // NOLINT(*-pointer-arithmetic)
        next_ += std::max<std::size_t>(1, static_cast<std::size_t>(read.ptr - begin));
        return out_.add(std::move(node));
    }

    // Where a sheet's name stands in front: its name and "!" are taken.
    std::optional<std::string> sheet_prefix() {
        std::size_t at = next_;
        std::string name;
        if (peek() == '\'') {
            for (++at; at < text_.size(); ++at) {
                if (text_[at] == '\'') {
                    if (at + 1 >= text_.size() || text_[at + 1] != '\'') break;
                    ++at;
                }
                name += text_[at];
            }
            ++at;
        } else {
            while (at < text_.size() &&
                   (is_name_character(text_[at]) || text_[at] == '[' || text_[at] == ']'))
                name += text_[at++];
        }
        if (at >= text_.size() || text_[at] != '!') return std::nullopt;
        next_ = at + 1;
        return name;
    }

    // "cmd|'/c calc'!A0": what it names is a program's.
    std::optional<std::uint32_t> dde() {
        std::size_t at = next_;
        while (at < text_.size() && (is_name_character(text_[at]) || text_[at] == '\''))
            ++at;
        if (at == next_ || at >= text_.size() || text_[at] != '|') return std::nullopt;
        std::size_t end = text_.find('!', at);
        end = end == text_.npos ? text_.size() : end + 1;
        while (end < text_.size() && (is_name_character(text_[end]) || text_[end] == '\''))
            ++end;
        Node node{.kind = Kind::dde, .text = std::string(text_.substr(next_, end - next_))};
        next_ = end;
        return out_.add(std::move(node));
    }

    std::optional<std::uint32_t> named(int depth) {
        if (const auto link = dde()) return link;
        const auto sheet = sheet_prefix();
        if (const auto area = written_area(sheet)) return peek() == '(' ? call({}, area, depth) : *area;
        const std::size_t begin = next_;
        while (next_ < text_.size() && is_name_character(text_[next_]))
            ++next_;
        std::string name(text_.substr(begin, next_ - begin));
        if (name.empty() && !sheet) return std::nullopt;
        skip_space();
        if (name.empty()) {  // "Sheet1!#REF!"
            const std::uint32_t lost = peek() == '#' ? error() : fault();
            out_.nodes[lost].sheet_name = *sheet;
            return lost;
        }
        const std::string_view function = function_name(without_prefix(upper(name)));
        if (peek() == '(' && !sheet && !function.empty())
            return call(std::string(function), std::nullopt, depth);
        if (!sheet && (function == "TRUE" || function == "FALSE"))
            return out_.add({.kind = Kind::boolean, .number = function == "TRUE" ? 1.0 : 0.0});
        const std::uint32_t node =
            out_.add({.kind = Kind::name, .text = std::move(name), .sheet_name = sheet.value_or("")});
        return peek() == '(' ? call({}, node, depth) : node;
    }

    static std::string without_prefix(std::string name) {
        for (const std::string_view prefix : {"_XLFN.", "_XLUDF.", "_XLL.", "_XLWS."}) {
            if (name.starts_with(prefix)) return name.substr(prefix.size());
        }
        return name;
    }

    // At "(".
    std::uint32_t call(std::string name, std::optional<std::uint32_t> called, int depth) {
        constexpr std::size_t most = 255;
        Node node{.kind = Kind::call, .text = std::move(name)};
        if (called) node.arguments.push_back(*called);
        ++next_;
        skip_space();
        if (!eat(')')) {
            do {
                skip_space();
                const bool left_out = peek() == ',' || peek() == ')' || next_ >= text_.size();
                node.arguments.push_back(left_out ? out_.add({.kind = Kind::missing})
                                                  : expression(weakest, depth + 1));
            } while (eat(',') && node.arguments.size() < most);
            if (!eat(')')) out_.damaged = true;
        }
        return out_.add(std::move(node));
    }

    std::optional<WrittenCell> written_cell() const {
        if (r1c1_) {
            if (const auto cell = read_r1c1(rest(), at_)) return cell;
        }
        return read_a1(rest());
    }

    std::optional<std::uint32_t> written_area(const std::optional<std::string>& sheet) {
        const auto first = written_cell();
        if (!first) return std::nullopt;
        const std::string_view behind = rest().substr(first->length);
        // LOG10( is a function, A1( calls what stands there.
        if (!sheet && behind.starts_with('(') &&
            !function_name(upper(rest().substr(0, first->length))).empty())
            return std::nullopt;
        next_ += first->length;
        WrittenCell last = *first;
        if (peek() == ':') {
            ++next_;
            if (const auto second = written_cell()) {
                last = *second;
                next_ += second->length;
            } else {
                --next_;
            }
        }
        Node node{.kind = Kind::area};
        node.row_relative = first->row_relative;
        node.column_relative = first->column_relative;
        node.area = {{Place::own_sheet, std::min(first->row, last.row), std::min(first->column, last.column)},
                     std::max(first->row, last.row),
                     std::max(first->column, last.column)};
        if (sheet) {
            node.sheet_name = *sheet;
            node.area.first.sheet =
                sheet->empty() ? std::int32_t{Place::active_sheet} : book_.sheet_named(*sheet);
        }
        return out_.add(std::move(node));
    }

    const Book& book_;
    std::string_view text_;
    Place at_;
    bool r1c1_;
    std::size_t next_ = 0;
    Formula out_;
};

}  // namespace

Formula parse_formula(const Book& book, std::string_view text, const Place& at, bool r1c1) {
    return Parser(book, text, at, r1c1).run();
}

std::optional<Area> parse_reference(const Book& book, std::string_view text, const Place& at) {
    if (text.starts_with('=')) text.remove_prefix(1);
    if (auto area = Parser(book, text, at, false).reference()) return area;
    return Parser(book, text, at, true).reference();
}

}  // namespace sekisho::scanner::office::xlm
