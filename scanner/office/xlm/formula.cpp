#include "scanner/office/xlm/formula.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace sekisho::scanner::office::xlm {

namespace {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

class Printer {
public:
    Printer(const Formula& formula, std::size_t most) : formula_(formula), most_(most) {}

    std::string run() {
        out_ = "=";
        if (!formula_.empty()) print(formula_.root());
        return std::move(out_);
    }

private:
    void print(std::uint32_t index) {
        if (out_.size() >= most_) return;
        const Node& node = formula_[index];
        if (node.paren) out_ += '(';
        print_bare(node);
        if (node.paren) out_ += ')';
    }

    void print_bare(const Node& node) {
        using enum Node::Kind;
        switch (node.kind) {
            case number:
                out_ += number_text(node.number);
                break;
            case text:
                out_ += quoted(node.text);
                break;
            case boolean:
                out_ += node.number != 0 ? "TRUE" : "FALSE";
                break;
            case missing:
                break;
            case area:
                print_area(node);
                break;
            case area_error:
                out_ += node.sheet_name.empty() ? "#REF!" : node.sheet_name + "!#REF!";
                break;
            case name:
                print_name(node);
                break;
            case dde:
            case array:
            case error:
                out_ += node.text;
                break;
            case call:
                print_call(node);
                break;
            case concat:
                print_joined(node, "&");
                break;
            case binary:
                print_joined(node, node.text);
                break;
            case unary:
                out_ += node.text;
                if (!node.arguments.empty()) print(node.arguments[0]);
                break;
            case percent:
                if (!node.arguments.empty()) print(node.arguments[0]);
                out_ += '%';
                break;
            case unknown:
                out_ += "#UNKNOWN!";
                break;
        }
    }

    void print_name(const Node& node) {
        if (!node.sheet_name.empty()) out_ += node.sheet_name + '!';
        out_ += node.text;
    }

    void print_area(const Node& node) {
        if (!node.sheet_name.empty()) out_ += node.sheet_name;
        if (!node.sheet_name.empty() || node.area.first.sheet == Place::active_sheet) out_ += '!';
        out_ += cell_name(node.area.first.row, node.area.first.column);
        if (!node.area.is_cell()) out_ += ':' + cell_name(node.area.last_row, node.area.last_column);
    }

    void print_call(const Node& node) {
        std::size_t first = 0;
        if (node.text.empty() && !node.arguments.empty()) print(node.arguments[first++]);
        out_ += node.text;
        out_ += '(';
        for (std::size_t i = first; i < node.arguments.size(); ++i) {
            if (i > first) out_ += ',';
            print(node.arguments[i]);
        }
        out_ += ')';
    }

    void print_joined(const Node& node, std::string_view separator) {
        for (std::size_t i = 0; i < node.arguments.size(); ++i) {
            if (i > 0) out_ += separator;
            print(node.arguments[i]);
        }
    }

    const Formula& formula_;
    std::size_t most_;
    std::string out_;
};

}  // namespace

std::uint32_t Formula::add(Node node) {
    std::uint16_t depth = 0;
    for (const std::uint32_t argument : node.arguments)
        depth = std::max(depth, depths[argument]);
    if (depth >= max_depth || nodes.size() >= max_nodes) {
        damaged = true;
        node = Node{};
        depth = 0;
    }
    if (node.kind == Node::Kind::unknown) damaged = true;
    if (nodes.size() <= max_nodes) {
        nodes.push_back(std::move(node));
        depths.push_back(static_cast<std::uint16_t>(depth + 1));
    }
    return root_index = static_cast<std::uint32_t>(nodes.size() - 1);
}

std::uint32_t Formula::add_concat(std::uint32_t left, std::uint32_t right) {
    Node& joined = nodes[left];
    if (left != right && joined.kind == Node::Kind::concat && !joined.paren && depths[right] < max_depth) {
        joined.arguments.push_back(right);
        depths[left] = std::max(depths[left], static_cast<std::uint16_t>(depths[right] + 1));
        return root_index = left;
    }
    return add({.kind = Node::Kind::concat, .arguments = {left, right}});
}

std::string cell_name(std::uint32_t row, std::uint32_t column) {
    std::string letters;
    for (std::uint32_t left = column + 1; left > 0; left = (left - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('A' + (left - 1) % 26));
    return fmt::format("{}{}", letters, row + 1);
}

std::string number_text(double number) {
    constexpr double exact = 1e15;
    if (std::abs(number) < exact && number == std::trunc(number))
        return fmt::format("{}", static_cast<std::int64_t>(number));
    return fmt::format("{:.15g}", number);
}

std::string formula_text(const Formula& formula, std::size_t most) { return Printer(formula, most).run(); }

}  // namespace sekisho::scanner::office::xlm
