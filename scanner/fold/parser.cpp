#include "scanner/fold/parser.h"

#include <utility>

#include "base/text.h"

namespace sekisho::scanner::fold {

namespace {

constexpr std::size_t short_piece = 4;     // characters
constexpr std::size_t long_value = 1'024;  // bytes; longer ones are put in place twice at most
constexpr std::uint8_t shown_often = 2;

Value shifted(Op op, std::int64_t left, std::int64_t right) {
    if (right < 0 || right > 31) return {};
    if (op == Op::shift_right) return Value::of(left >> right);
    return Value::of(static_cast<std::int64_t>(static_cast<std::uint64_t>(left) << right));
}

}  // namespace

Value arithmetic(Op op, std::int64_t left, std::int64_t right) {
    std::int64_t out = 0;
    switch (op) {
        case Op::plus:
            return Value::of(left + right);  // both within 53 bits
        case Op::minus:
            return Value::of(left - right);
        case Op::times:
            return __builtin_mul_overflow(left, right, &out) ? Value() : Value::of(out);
        case Op::divide:
            return right == 0 || left % right != 0 ? Value() : Value::of(left / right);
        case Op::integer_divide:
            return right == 0 ? Value() : Value::of(left / right);
        case Op::modulo:
            return right == 0 ? Value() : Value::of(left % right);
        case Op::bit_and:
            return Value::of(left & right);
        case Op::bit_or:
            return Value::of(left | right);
        case Op::bit_xor:
            return Value::of(left ^ right);
        case Op::shift_left:
        case Op::shift_right:
            return shifted(op, left, right);
        case Op::equal:
            return Value::of(std::int64_t{left == right});
        case Op::unequal:
            return Value::of(std::int64_t{left != right});
        case Op::less:
            return Value::of(std::int64_t{left < right});
        case Op::less_equal:
            return Value::of(std::int64_t{left <= right});
        case Op::greater:
            return Value::of(std::int64_t{left > right});
        case Op::greater_equal:
            return Value::of(std::int64_t{left >= right});
        case Op::power:
            break;
        default:
            return {};
    }
    if (right < 0 || right > 52) return {};
    out = 1;
    for (std::int64_t i = 0; i < right; ++i)
        if (__builtin_mul_overflow(out, left, &out)) return {};
    return Value::of(out);
}

Parser::Parser(std::string_view source, std::vector<Token> tokens, std::size_t names,
               const FoldLimits& limits, Allowance& allowance, Output& output)
    : source_(source),
      tokens_(std::move(tokens)),
      limits_(limits),
      allowance_(allowance),
      output_(output),
      variables_(tokens_, names, limits.max_depth, allowance, output) {}

void Parser::run() {
    run_to(none);
    variables_.close_all();
}

void Parser::run_to(std::uint32_t end) {
    while (at_ < end && !at_end()) {
        const std::uint32_t before = at_;
        unwind_ = false;
        statement();
        if (at_ == before) next();
    }
}

void Parser::forget_assigned(std::uint32_t begin, std::uint32_t end) {
    for (std::uint32_t i = begin; i < end; ++i)
        if (tokens_[i].assigns) variables_.forget(tokens_[i].id);
}

void Parser::assign(std::uint32_t target, const Node& node) {
    const bool grown = node.uses_variable && node.value.text().size() > long_value;
    if (!grown) commit(node);
    variables_.assign(tokens_[target].id, target, node.value, grown);
}

bool Parser::hush(bool quiet) {
    variables_.be_strict(quiet);
    return std::exchange(quiet_, quiet);
}

bool Parser::too_deep() {
    if (depth_ <= limits_.max_depth) return false;
    allowance_.reach_limit();
    return true;
}

Node Parser::made_of(const Node& node, Value value, std::uint32_t begin) {
    if (!value.known()) {
        commit(node);
        return unknown(begin);
    }
    Node out = known(std::move(value), begin);
    out.uses_variable = node.uses_variable;
    return out;
}

Node Parser::number_literal() {
    const std::string_view digits = text_of(now());
    const std::uint32_t begin = now().begin;
    next();
    const bool hex = base::starts_with_ignoring_case(digits, "0x");
    const auto value = parse_number(hex ? digits.substr(2) : digits, hex ? 16 : 10);
    return known(value ? Value::of(*value) : Value(), begin, false);
}

Node Parser::known(Value value, std::uint32_t begin, bool folded) const {
    Node node{std::move(value), begin, before().end};
    node.folded = folded;
    if (node.value.is_string()) {
        node.pieces = 1;
        node.shorts = node.value.text().size() <= short_piece ? 1 : 0;
    }
    return node;
}

Node Parser::variable(std::uint32_t id, std::uint32_t begin, std::uint32_t end) {
    Node node{{}, begin, end};
    if (id == none) return node;
    if (const Value* value = variables_.read(id)) {
        node.value = *value;
        node.folded = true;
        node.pieces = 1;
        node.variable = id;
        node.uses_variable = true;
    }
    return node;
}

Node Parser::expression(int least) {
    const Deeper deeper(depth_);
    if (too_deep()) return unknown(now().begin);
    Node left = operand();
    Node tail;  // the constant behind a left side that is unknown: `x & "a" & "b"`
    while (!unwind_) {
        const Binary found = binary();
        if (found.precedence < least || found.precedence == 0) break;
        next();
        Node right = expression(found.precedence + 1);
        merge(found.op, left, tail, std::move(right));
    }
    commit(tail);
    return left;
}

void Parser::merge(Op op, Node& left, Node& tail, Node right) {
    const auto join = [this](Node& head, Node& rest) {
        if (!head.value.append(rest.value, allowance_)) return false;
        head.end = rest.end;
        head.pieces += rest.pieces;
        head.shorts += rest.shorts;
        head.folded = true;
        head.variable = none;
        head.uses_variable = head.uses_variable || rest.uses_variable;
        return true;
    };
    if (left.known() && right.known()) {
        if (joins(op) && left.value.is_string() && right.value.is_string()) {
            if (join(left, right)) return;
        } else if (Value value = apply(op, left.value, right.value); value.known()) {
            left.value = std::move(value);
            left.end = right.end;
            left.pieces += right.pieces;
            left.shorts += right.shorts;
            left.folded = true;
            left.uses_variable = left.uses_variable || right.uses_variable;
            left.variable = none;
            return;
        }
    }
    if (!left.known() && joins(op) && right.value.is_string()) {
        if (tail.known() && join(tail, right)) return;
        commit(tail);
        tail = std::move(right);
        left.end = tail.end;
        return;
    }
    commit(left);
    commit(tail);
    commit(right);
    tail = {};
    left.value = {};
    left.variable = none;
    left.end = right.end;
}

Arguments Parser::arguments(char close) {
    Arguments out;
    while (!at_end() && !unwind_) {
        if (now().is(close)) {
            next();
            out.end = before().end;
            return out;
        }
        if (eat(',')) {
            out.nodes.push_back(unknown(now().begin));  // left out: f(a,,b)
            continue;
        }
        const std::uint32_t before_it = at_;
        out.nodes.push_back(expression());
        if (unwind_) break;
        if (now().is(close) || eat(',')) continue;
        // Something else: a named argument, a keyword. The call is unknown, its arguments are read on.
        out.whole = false;
        if (now().kind == TokenKind::separator && close != '}') break;
        if (at_ == before_it && depth_ > limits_.max_depth) break;
        if (at_ == before_it) next();
    }
    out.whole = false;
    out.end = before().end;
    return out;
}

void Parser::commit(const Arguments& arguments) {
    for (const Node& node : arguments.nodes)
        commit(node);
}

bool Parser::put(const Node& node) {
    const std::string_view text = node.value.text();
    return allowance_.spend(text.size()) && output_.replace(node.begin, node.end, quoted(text));
}

void Parser::commit(const Node& node) {
    if (quiet_) return;
    if (node.value.is_list() && node.variable == none && node.value.items().size() >= 8) {
        const Value text = text_of_codes(node.value, allowance_);
        if (text.is_string() && node.value.items().front().is_number())
            output_.add_bytes(text.text(), node.begin);
    }
    if (!node.value.is_string()) return;
    const std::string_view text = node.value.text();
    if (!node.folded) {
        output_.look_into(text, node.begin);
        output_.look_for_command(text, node.begin);
        return;
    }
    if (node.pieces > 1 && !node.uses_variable) {
        output_.counts().joined += node.pieces;
        output_.counts().short_joined += node.shorts;
    }
    if (node.variable != none) {
        // Where it is nothing but a variable, what it was given there has been told, unless it was built.
        Variable& variable = variables_.at(node.variable);
        if (text.size() > long_value && variable.shown++ >= shown_often) return;
        const bool told = !variable.built;
        variable.built = false;
        const bool placed = put(node);
        if (!told) output_.recover(text, node.begin, placed);
        return;
    }
    const bool placed = put(node);
    output_.recover(text, node.begin, placed);
}

}  // namespace sekisho::scanner::fold
