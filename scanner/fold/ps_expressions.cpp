// Operands and operators of PowerShell.
#include <utility>

#include "base/text.h"
#include "scanner/fold/decode.h"
#include "scanner/fold/ps.h"

namespace sekisho::scanner::fold::ps {

namespace {

bool is_name_char(char c) {
    const char low = base::ascii_lower(c);
    return (low >= 'a' && low <= 'z') || base::is_digit(c) || c == '_';
}

// What an operator of numbers makes of a character or a string of digits.
std::optional<std::int64_t> number_in(const Value& value, Allowance& allowance) {
    const auto number = as_number(value);
    if (number) return number;
    const std::int64_t code =
        value.is_string() && length_of(value, allowance) == 1 ? code_at(value, 0, allowance) : -1;
    return code < 0 ? std::nullopt : std::optional(code);
}

}  // namespace

Parser::Binary PsParser::binary() const {
    const Token& token = now();
    if (token.kind != TokenKind::punct) return {};
    switch (token.op) {
        case Op::logical:
            return {token.op, 1};
        case Op::bit_and:
        case Op::bit_or:
        case Op::bit_xor:
            return {token.op, 2};
        case Op::equal:
        case Op::unequal:
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal:
        case Op::compare:
        case Op::join:
        case Op::split:
        case Op::replace:
        case Op::replace_case:
        case Op::shift_left:
        case Op::shift_right:
            return {token.op, 3};
        case Op::plus:
        case Op::minus:
            return {token.op, 4};
        case Op::times:
        case Op::divide:
            return {token.op, 5};
        case Op::percent:
            return ahead(1).is('{') ? Binary{} : Binary{Op::modulo, 5};
        case Op::format:
            return {token.op, 6};
        case Op::range:
            return {token.op, 7};
        default:
            return {};
    }
}

Value PsParser::apply(Op op, const Value& left, const Value& right) {
    if (op == Op::join) {
        const Value glue = as_string(right);
        if (!glue.is_string()) return {};
        return left.is_list() ? joined(left, glue.text(), allowance_) : as_string(left);
    }
    if (op == Op::split) return split_pattern(left, right, allowance_);
    if (op == Op::replace || op == Op::replace_case)
        return replaced_pattern(left, right, op == Op::replace, allowance_, output_.counts());
    if (op == Op::format) return formatted(left, right, allowance_);
    if (op == Op::plus && left.is_list()) {
        std::vector<Value> items = left.items();
        if (!allowance_.spend(items.size() + right.items().size())) return {};
        if (!right.is_list()) items.push_back(right);
        items.insert(items.end(), right.items().begin(), right.items().end());
        return Value::list(std::move(items));
    }
    if (op == Op::plus && left.is_string()) {
        Value text = left;
        const Value more = right.is_list() ? joined(right, " ", allowance_) : as_string(right);
        return text.append(more, allowance_) ? text : Value();
    }
    if (op == Op::times && left.is_string()) {
        const auto times = as_number(right);
        std::string out;
        if (!times || *times < 0 || *times > 10'000) return {};
        if (!allowance_.spend(left.text().size() * static_cast<std::uint64_t>(*times))) return {};
        for (std::int64_t i = 0; i < *times && out.size() <= max_string; ++i)
            out.append(left.text());
        return Value::of(std::move(out));
    }
    const auto a = number_in(left, allowance_);
    const auto b = number_in(right, allowance_);
    if (!a || !b) return {};
    if (op != Op::range) return arithmetic(op, *a, *b);
    const std::int64_t step = *a <= *b ? 1 : -1;
    if ((*b - *a) * step >= static_cast<std::int64_t>(max_items)) return {};
    if (!allowance_.spend(8 * static_cast<std::uint64_t>((*b - *a) * step + 1))) return {};
    std::vector<Value> items;
    for (std::int64_t i = *a; i != *b + step; i += step)
        items.push_back(Value::of(i));
    return Value::list(std::move(items));
}

std::string PsParser::quoted(std::string_view text) const {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out.push_back('\'');
        out.push_back(c == '\n' || c == '\r' ? ' ' : c);
    }
    out.push_back('\'');
    return out;
}

Node PsParser::operand() { return pieces(commas_); }

// a, b, c is a list, and binds closer than any operator but a cast.
Node PsParser::pieces(bool commas) {
    Node first = prefix();
    if (!commas || !now().is(',') || unwind_) return first;
    const std::uint32_t begin = first.begin;
    bool all = first.known();
    std::vector<Node> nodes;
    nodes.push_back(std::move(first));
    while (!unwind_ && eat(',')) {
        nodes.push_back(prefix());
        all = all && nodes.back().known();
    }
    bool uses_variable = false;
    std::vector<Value> items;
    items.reserve(nodes.size());
    for (const Node& node : nodes) {
        if (!all) commit(node);
        uses_variable = uses_variable || node.uses_variable;
        items.push_back(node.value);
    }
    Node out = known(all ? Value::list(std::move(items)) : Value(), begin);
    out.uses_variable = uses_variable;
    return out;
}

Node PsParser::prefix() {
    const std::uint32_t begin = now().begin;
    const Deeper deeper(depth_);
    if (too_deep()) return unknown(begin);
    switch (now().kind) {
        case TokenKind::string:
            return postfix(literal());
        case TokenKind::number:
            return postfix(number_literal());
        case TokenKind::variable:
            return postfix(known_or_variable());
        case TokenKind::name:
        case TokenKind::other:
            next();
            return postfix(unknown(begin));
        case TokenKind::separator:
        case TokenKind::end:
            return unknown(begin);
        case TokenKind::punct:
            break;
    }
    if (now().is('(')) return postfix(brackets());
    if (now().is('@') && ahead(1).is('(')) {
        next();
        Node node = brackets();
        node.begin = begin;
        if (node.known() && !node.value.is_list()) node = known(Value::list({node.value}), begin);
        return postfix(std::move(node));
    }
    if (now().is('[')) return typed();
    const Op op = now().op;
    if (op == Op::assign_other || op == Op::minus || op == Op::plus || op == op_of('!') ||
        op == Op::logical_not || op == Op::join || op == Op::split || op == Op::comma || op == op_of('&') ||
        op == op_of('.')) {
        next();
        // -join takes a whole list.
        const Node node = op == Op::join || op == Op::split ? pieces(commas_) : prefix();
        return prefixed(op, node, begin);
    }
    if (op == Op::named) next();
    return unknown(begin);
}

Node PsParser::prefixed(Op op, const Node& node, std::uint32_t begin) {
    Value value;
    if (op == Op::join && node.value.is_list()) value = joined(node.value, "", allowance_);
    if (op == Op::join && node.value.is_string()) value = node.value;
    if (op == Op::minus && node.value.is_number()) value = Value::of(-node.value.number());
    if (op == Op::plus && node.value.is_number()) value = node.value;
    if (op == Op::comma && node.known()) value = Value::list({node.value});
    if (op == Op::assign_other && node.variable != none) variables_.forget(node.variable);
    return made_of(node, std::move(value), begin);
}

// `n and "" in double quotes; nullopt-like unknown where a variable in it is not known.
Value PsParser::interpolated(std::string_view inner) {
    std::string out;
    for (std::size_t i = 0; i < inner.size(); ++i) {
        const char c = inner[i];
        if (c == '`' && i + 1 < inner.size()) {
            constexpr std::string_view marks = "nrt0abfv";
            constexpr std::string_view controls("\n\r\t\0\a\b\f\v", 8);
            const std::size_t mark = marks.find(inner[++i]);
            out.push_back(mark == std::string_view::npos ? inner[i] : controls[mark]);
        } else if (c == '"' && i + 1 < inner.size()) {
            out.push_back(inner[++i]);
        } else if (c == '$' && i + 1 < inner.size() && (is_name_char(inner[i + 1]) || inner[i + 1] == '{')) {
            const bool braces = inner[i + 1] == '{';
            const std::size_t from = i + (braces ? 2 : 1);
            std::size_t end = from;
            while (end < inner.size() && (is_name_char(inner[end]) || inner[end] == ':'))
                ++end;
            const std::uint32_t id = names_.find(inner.substr(from, end - from));
            const Value* value = id == none ? nullptr : variables_.read(id);
            const Value text = id != none && !known_variable(id).empty() ? Value::of(known_variable(id))
                               : value != nullptr                        ? as_string(*value)
                                                                         : Value();
            if (!text.is_string() || !allowance_.spend(text.text().size())) return {};
            if (out.size() + text.text().size() > max_string) return {};
            out.append(text.text());
            i = braces ? end : end - 1;
        } else if (c == '$' && i + 1 < inner.size() && inner[i + 1] == '(') {
            return {};
        } else {
            out.push_back(c);
        }
    }
    return Value::of(std::move(out));
}

Node PsParser::literal() {
    const Token& token = now();
    std::string_view inner = text_of(token);
    next();
    const bool here = inner.front() == '@';
    inner = here ? inner.substr(2, inner.size() - 5) : inner.substr(1, inner.size() - 2);
    if (here) {
        inner.remove_prefix(std::min(inner.find('\n') + 1, inner.size()));
        if (inner.ends_with('\r')) inner.remove_suffix(1);
        if (source_[token.begin + 1] == '\'') return known(Value::of(inner), token.begin, false);
    } else if (source_[token.begin] == '\'') {
        std::string text(inner);
        if (inner.find('\'') != std::string_view::npos) {
            text.clear();
            for (std::size_t i = 0; i < inner.size(); ++i) {
                text.push_back(inner[i]);
                if (inner[i] == '\'') ++i;
            }
        }
        return known(Value::of(std::move(text)), token.begin, false);
    }
    const bool plain = inner.find_first_of("`\"$") == std::string_view::npos;
    Node node = known(plain ? Value::of(inner) : interpolated(inner), token.begin, !plain);
    node.uses_variable = inner.find('$') != std::string_view::npos;
    return node;
}

Node PsParser::known_or_variable() {
    const Token& token = now();
    next();
    if (const std::string_view text = known_variable(token.id); !text.empty()) {
        Node node = known(Value::of(text), token.begin, false);
        return node;
    }
    return variable(token.id, token.begin, token.end);
}

Node PsParser::brackets() {
    const std::uint32_t begin = now().begin;
    next();
    const bool commas = std::exchange(commas_, true);
    Node node = now().is(')') ? unknown(begin) : piped(expression());
    commas_ = commas;
    // More than one statement or word: (New-Object Net.WebClient), (gv '*mdr*').
    bool single = true;
    std::size_t braces = 0;  // of script blocks among them
    while (!at_end() && !unwind_) {
        if (braces == 0 && (now().is(')') || now().is('}'))) break;
        const bool brace = now().is('{') || now().is('}');
        if (now().is('{')) ++braces;
        if (now().is('}')) --braces;
        if (single) commit(node);
        single = false;
        const std::uint32_t before_it = at_;
        if (!brace) commit(piped(expression()));
        if (at_ == before_it) next();
    }
    if (unwind_ || !eat(')') || !single) {
        if (single) commit(node);
        return unknown(begin);
    }
    node.begin = begin;
    node.end = before().end;
    node.folded = node.folded || node.value.is_list();
    return node;
}

// list | % { expression of $_ }
Node PsParser::piped(Node node) {
    while (!unwind_ && now().is('|')) {
        const bool each =
            ahead(1).is('%') || ahead(1).is_name(w_foreach_object) || ahead(1).is_name(w_foreach);
        if (!each || !ahead(2).is('{')) return node;
        const std::uint32_t brace = at_ + 2;
        const std::uint32_t close = tokens_[brace].link;
        if (!node.known() || close + 1 >= tokens_.size()) return node;
        const Value source = node.value;
        const std::vector<Value> single{source};
        const std::vector<Value>& items = source.is_list() ? source.items() : single;
        Variable saved = variables_.at(w_item);
        const bool quiet = hush(true);
        std::vector<Value> out;
        bool all = true;
        for (const Value& item : items) {
            all = allowance_.spend(close - brace);
            if (!all) break;
            variables_.at(w_item) = Variable();
            variables_.at(w_item).value = item;
            variables_.at(w_item).defined = brace;
            at_ = brace + 1;
            Value made = expression().value;
            all = made.known() && at_ == close;
            if (!all) break;
            out.push_back(std::move(made));
        }
        (void)hush(quiet);
        variables_.at(w_item) = std::move(saved);
        if (!all) {
            unwind_ = false;
            at_ = brace - 2;
            return node;
        }
        at_ = close;
        next();
        if (!quiet_) ++output_.counts().decoded;
        Node made = known(Value::list(std::move(out)), node.begin);
        made.uses_variable = node.uses_variable;
        node = std::move(made);
    }
    return node;
}

}  // namespace sekisho::scanner::fold::ps
