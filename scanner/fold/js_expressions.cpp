// Operands and operators of JavaScript.
#include <utility>

#include "base/text.h"
#include "scanner/fold/js.h"
#include "scanner/fold/js_functions.h"

namespace sekisho::scanner::fold::js {

Parser::Binary JsParser::binary() const {
    const Token& token = now();
    if (token.kind == TokenKind::name)
        return token.id == w_in || token.id == w_instanceof ? Binary{Op::compare, 9} : Binary{};
    if (token.kind != TokenKind::punct) return {};
    switch (token.op) {
        case Op::assign:
        case Op::assign_add:
        case Op::assign_other:
        case Op::arrow:
            return {Op::compare, 1};
        case Op::question:
        case Op::colon:
            return {Op::compare, 2};
        case Op::logical:
            return {Op::logical, 3};
        case Op::bar:
            return {Op::bit_or, 5};
        case Op::caret:
            return {Op::bit_xor, 6};
        case Op::ampersand:
            return {Op::bit_and, 7};
        case Op::equal:
        case Op::unequal:
            return {token.op, 8};
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal:
            return {token.op, 9};
        case Op::shift_left:
        case Op::shift_right:
            return {token.op, 10};
        case Op::plus:
        case Op::minus:
            return {token.op, 11};
        case Op::times:
        case Op::divide:
            return {token.op, 12};
        case Op::percent:
            return {Op::modulo, 12};
        case Op::power:
            return {token.op, 13};
        default:
            return {};
    }
}

Value JsParser::apply(Op op, const Value& left, const Value& right) {
    if (op == Op::plus && (left.is_string() || right.is_string())) {
        Value text = as_string(left);
        return text.is_string() && text.append(as_string(right), allowance_) ? text : Value();
    }
    if (left.is_string() && right.is_string() && (op == Op::equal || op == Op::unequal))
        return Value::of(std::int64_t{(left.text() == right.text()) == (op == Op::equal)});
    const auto a = as_number(left);
    const auto b = as_number(right);
    if (!a || !b) return {};
    const bool bits = op >= Op::shift_left && op <= Op::bit_xor && op != Op::logical;
    if (!bits) return arithmetic(op, *a, *b);
    // Of 32 bits, with a sign.
    const Value out = arithmetic(op, static_cast<std::int32_t>(*a), static_cast<std::int32_t>(*b));
    return out.is_number() ? Value::of(std::int64_t{static_cast<std::int32_t>(out.number())}) : Value();
}

std::string JsParser::quoted(std::string_view text) const {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out.push_back('\\');
        if (c == '\n' || c == '\r') {
            out.append(c == '\n' ? "\\n" : "\\r");
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
    return out;
}

Node JsParser::literal() {
    const Token& token = now();
    const std::string_view inner = text_of(token).substr(1, token.end - token.begin - 2);
    next();
    if (inner.find('\\') == std::string_view::npos) return known(Value::of(inner), token.begin, false);
    // A literal of escapes is put in place as what it says; \n and \\ are no disguise.
    bool disguised = false;
    for (std::size_t i = 0; i + 1 < inner.size(); i += inner[i] == '\\' ? 2U : 1U)
        disguised = disguised || (inner[i] == '\\' && (inner[i + 1] == 'x' || inner[i + 1] == 'u'));
    return known(Value::of(unescaped(inner)), token.begin, disguised);
}

Node JsParser::operand() {
    const std::uint32_t begin = now().begin;
    switch (now().kind) {
        case TokenKind::string:
            return postfix(literal(), none);
        case TokenKind::number:
            return postfix(number_literal(), none);
        case TokenKind::name:
            return word();
        case TokenKind::other:
            next();
            return postfix(unknown(begin), none);
        case TokenKind::variable:
        case TokenKind::separator:
        case TokenKind::end:
            return unknown(begin);
        case TokenKind::punct:
            break;
    }
    if (now().is('(')) return brackets();
    if (now().is('[')) return list();
    if (now().is('{')) return object();
    const Op op = now().op;
    if (op != Op::minus && op != Op::plus && op != op_of('!') && op != op_of('~') && op != Op::assign_other)
        return unknown(begin);
    next();
    const Node node = expression(14);
    if (node.value.is_number() && op != Op::assign_other) {
        const std::int64_t value = node.value.number();
        if (op == Op::minus) return known(Value::of(-value), begin);
        if (op == Op::plus) return known(node.value, begin);
        if (op == op_of('~')) return known(Value::of(~value), begin);
        return known(Value::of(std::int64_t{value == 0}), begin);
    }
    if (op == Op::assign_other && node.variable != none) variables_.forget(node.variable);
    commit(node);
    return unknown(begin);
}

Node JsParser::brackets() {
    const std::uint32_t begin = now().begin;
    next();
    Node node = expression();
    while (!unwind_ && eat(',')) {
        commit(node);
        node = expression();
    }
    if (unwind_ || !eat(')')) {
        commit(node);
        return unknown(begin);
    }
    node.begin = begin;
    node.end = before().end;
    return postfix(std::move(node), none);
}

Node JsParser::list() {
    const std::uint32_t begin = now().begin;
    next();
    const Arguments found = arguments(']');
    bool all = found.whole;
    std::vector<Value> items;
    items.reserve(found.nodes.size());
    for (const Node& node : found.nodes) {
        all = all && node.known();
        items.push_back(node.value);
    }
    if (!all) commit(found);
    return postfix(known(all ? Value::list(std::move(items)) : Value(), begin), none);
}

// { name: value, ... }: unknown, but the values are read.
Node JsParser::object() {
    const std::uint32_t begin = now().begin;
    next();
    while (!at_end() && !unwind_ && !now().is('}') && now().kind != TokenKind::separator) {
        const std::uint32_t before_it = at_;
        if ((now().kind == TokenKind::name || now().kind == TokenKind::string) && ahead(1).is(':')) {
            next();
            next();
        }
        commit(expression());
        if (unwind_) return unknown(begin);
        if (now().is('{')) {  // a method: its body is read as statements
            unwind_ = true;
            return unknown(begin);
        }
        if (!eat(',') && at_ == before_it) next();
    }
    eat('}');
    return unknown(begin);
}

Node JsParser::word() {
    const std::uint32_t at = at_;
    const std::uint32_t id = now().id;
    const std::uint32_t begin = now().begin;
    if (id == w_function) {
        function_head();
        unwind_ = now().is('{');
        return unknown(begin);
    }
    if (id == w_new || id == w_typeof || id == w_void || id == w_delete) {
        next();
        return id == w_new ? expression(14) : unknown(begin);
    }
    if (id == w_true || id == w_false) {
        next();
        return known(Value::of(std::int64_t{id == w_true}), begin);
    }
    if (id == w_null || id == w_undefined) {
        next();
        return unknown(begin);
    }
    if (is_keyword(id)) return unknown(begin);
    next();
    if (tokens_[at].assigns) return assigned(at);
    if (now().is(Op::arrow)) {
        next();
        unwind_ = now().is('{');
        return unknown(begin);
    }
    return postfix(variable(id, begin, before().end), id);
}

Node JsParser::assigned(std::uint32_t target) {
    const std::uint32_t id = tokens_[target].id;
    const std::uint32_t begin = tokens_[target].begin;
    const Op op = now().op;
    if (now().kind != TokenKind::punct ||
        (op != Op::assign && op != Op::assign_add && op != Op::assign_other)) {
        // ++x, whose sign stands before it.
        const Value* value = variables_.read(id);
        const bool up = target > 0 && text_of(tokens_[target - 1]) == "++";
        const Value changed =
            value != nullptr ? arithmetic(up ? Op::plus : Op::minus, value->number(), 1) : Value();
        variables_.assign(id, target, value != nullptr && value->is_number() ? changed : Value(), false);
        return unknown(begin);
    }
    const std::string_view sign = text_of(now());
    next();
    if (op == Op::assign) {
        // s = s + "...", as s += "..."
        if (now().is_name(id) && ahead(1).is('+')) {
            next();
            next();
            return grown(target, Op::plus);
        }
        const Node node = expression();
        Node out = node;
        assign(target, node);
        out.begin = begin;
        out.variable = none;
        out.folded = false;
        return out;
    }
    if (op == Op::assign_add) return grown(target, Op::plus);
    if (sign == "++" || sign == "--") {
        const Node was = variable(id, begin, before().end);
        const Value value = was.value.is_number()
                                ? arithmetic(sign == "++" ? Op::plus : Op::minus, was.value.number(), 1)
                                : Value();
        variables_.assign(id, target, value, false);
        Node out = was;
        out.variable = none;
        return out;
    }
    constexpr std::string_view signs = "-*/%&|^";
    const Op with =
        sign.size() == 2 && signs.find(sign[0]) != std::string_view::npos ? op_of(sign[0]) : Op::none;
    return grown(target, with == Op::percent ? Op::modulo : with == Op::caret ? Op::bit_xor : with);
}

// x += ...: the value is taken out and put back, so that a string of many pieces is copied once.
Node JsParser::grown(std::uint32_t target, Op op) {
    const std::uint32_t id = tokens_[target].id;
    Value value = variables_.take(id);
    const Node piece = expression();
    commit(piece);
    if (op == Op::plus && value.is_string()) {
        if (!value.append(as_string(piece.value), allowance_)) value = {};
    } else {
        value = value.known() && piece.known() ? apply(op, value, piece.value) : Value();
    }
    variables_.assign(id, target, std::move(value), true);
    return unknown(tokens_[target].begin);
}

}  // namespace sekisho::scanner::fold::js
