// Operands and operators of VBA.
#include <utility>

#include "base/text.h"
#include "scanner/fold/vba.h"
#include "scanner/fold/vba_functions.h"

namespace sekisho::scanner::fold::vba {

namespace {

bool is_function(std::uint32_t id) { return id <= last_function; }
bool is_constant(std::uint32_t id) { return id > last_function && id <= last_constant; }
bool is_library(std::uint32_t id) { return id >= w_vba && id <= w_interaction; }
bool is_char_call(std::uint32_t id) { return id == w_chr || id == w_chrw || id == w_chrb; }
bool is_word(char c) {
    const char low = base::ascii_lower(c);
    return (low >= 'a' && low <= 'z') || base::is_digit(c) || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

Parser::Binary VbaParser::binary() const {
    const Token& token = now();
    if (token.kind == TokenKind::name) {
        switch (token.id) {
            case w_imp:
                return {Op::logical, 1};
            case w_eqv:
                return {Op::logical, 2};
            case w_xor:
                return {Op::bit_xor, 3};
            case w_or:
                return {Op::bit_or, 4};
            case w_and:
                return {Op::bit_and, 5};
            case w_like:
            case w_is:
                return {Op::compare, 7};
            case w_mod:
                return {Op::modulo, 10};
            default:
                return {};
        }
    }
    if (token.kind != TokenKind::punct) return {};
    switch (token.op) {
        case Op::assign:
            return {Op::equal, 7};
        case Op::unequal:
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal:
            return {token.op, 7};
        case Op::ampersand:
            return {token.op, 8};
        case Op::plus:
        case Op::minus:
            return {token.op, 9};
        case Op::backslash:
            return {Op::integer_divide, 11};
        case Op::times:
        case Op::divide:
            return {token.op, 12};
        case Op::caret:
            return {Op::power, 14};
        default:
            return {};
    }
}

Value VbaParser::apply(Op op, const Value& left, const Value& right) {
    if (op == op_of('&')) {
        Value text = as_string(left);
        return text.is_string() && text.append(as_string(right), allowance_) ? text : Value();
    }
    if (op == Op::equal && left.is_string() && right.is_string())
        return Value::of(left.text() == right.text() ? std::int64_t{-1} : std::int64_t{0});
    // An empty string stands for a variable that was never assigned: 0.
    const auto number = [](const Value& value) {
        return value.is_string() && value.text().empty() ? std::optional<std::int64_t>(0) : as_number(value);
    };
    if (left.is_string() && right.is_string()) return {};
    const auto a = number(left);
    const auto b = number(right);
    if (!a || !b) return {};
    const Value out = arithmetic(op, *a, *b);
    const bool truth = op == Op::equal || (op >= Op::less && op <= Op::unequal);
    return truth && out.is_number() ? Value::of(-out.number()) : out;
}

std::string VbaParser::quoted(std::string_view text) const {
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        // p^o^w^e^r^s^h^e^l^l and po`wer: what cmd and PowerShell ignore inside a word.
        const bool inner = i > 0 && i + 1 < text.size() && is_word(text[i - 1]) && is_word(text[i + 1]);
        if ((c == '^' || c == '`') && inner) continue;
        if (c == '"') out.push_back('"');
        out.push_back(c == '\r' || c == '\n' ? ' ' : c);
    }
    out.push_back('"');
    return out;
}

Node VbaParser::literal() {
    const Token& token = now();
    const std::string_view inner = text_of(token).substr(1, token.end - token.begin - 2);
    next();
    bool marked = false;
    std::string text;
    if (inner.find('"') == std::string_view::npos) {
        text = inner;
    } else {
        for (std::size_t i = 0; i < inner.size(); ++i) {
            text.push_back(inner[i]);
            if (inner[i] == '"') ++i;
        }
    }
    for (std::size_t i = 1; i + 1 < inner.size() && !marked; ++i)
        marked = (inner[i] == '^' || inner[i] == '`') && is_word(inner[i - 1]) && is_word(inner[i + 1]);
    return known(Value::of(std::move(text)), token.begin, marked);
}

Node VbaParser::number() {
    const Token& token = now();
    std::string_view digits = source_.substr(token.begin, token.link - token.begin);
    int radix = 10;
    if (digits.starts_with('&')) {
        radix = base::ascii_lower(digits[1]) == 'h' ? 16 : 8;
        digits.remove_prefix(2);
    }
    next();
    const auto value = parse_number(digits, radix);
    return known(value ? Value::of(*value) : Value(), token.begin, false);
}

Node VbaParser::operand() {
    const std::uint32_t begin = now().begin;
    switch (now().kind) {
        case TokenKind::string:
            return literal();
        case TokenKind::number:
            return number();
        case TokenKind::name:
            return named();
        case TokenKind::punct:
            break;
        case TokenKind::other:
            next();
            return unknown(begin);
        case TokenKind::variable:
        case TokenKind::separator:
        case TokenKind::end:
            return unknown(begin);
    }
    if (now().is('.') || now().is('!')) return members(unknown(begin));
    if (now().is('-') || now().is('+')) {
        const bool negative = now().is('-');
        next();
        Node node = expression(13);
        if (node.value.is_number()) {
            return known(Value::of(negative ? -node.value.number() : node.value.number()), begin);
        }
        commit(node);
        return unknown(begin);
    }
    if (!eat('(')) return unknown(begin);
    Node node = expression();
    if (eat(')')) {
        node.begin = begin;
        node.end = before().end;
        return node;
    }
    commit(node);
    if (eat(',')) commit(arguments(')'));
    return unknown(begin);
}

Node VbaParser::named() {
    const Token& token = now();
    std::uint32_t id = token.id;
    const std::uint32_t begin = token.begin;
    if (id == w_not) {
        next();
        const Node node = expression(6);
        if (node.value.is_number()) return known(Value::of(~node.value.number()), begin);
        commit(node);
        return unknown(begin);
    }
    if (id == w_new || id == w_addressof || id == w_typeof) {
        next();
        if (now().kind == TokenKind::name) next();
        return members(unknown(begin));
    }
    // Words such as Then and To end an expression.
    if (is_keyword(id)) return unknown(begin);
    next();
    for (int i = 0; i < 2 && is_library(id) && now().is('.') && ahead(1).kind == TokenKind::name; ++i) {
        id = ahead(1).id;
        next();
        next();
    }
    if (now().is('(')) return call_or_index(id, begin);
    if (is_constant(id)) {
        Node node = known(constant(static_cast<Word>(id)), begin, false);
        node.shorts = 0;  // a line end is no piece of a word
        return node;
    }
    if (now().is('.') || now().is('!')) return members(unknown(begin));
    return variable(id, begin, before().end);
}

Node VbaParser::call_or_index(std::uint32_t id, std::uint32_t begin) {
    next();
    if (is_char_call(id) && !quiet_) ++output_.counts().char_calls;
    Arguments found = arguments(')');
    bool all = found.whole;
    bool uses_variable = false;
    for (const Node& node : found.nodes) {
        all = all && node.known();
        uses_variable = uses_variable || node.uses_variable;
    }
    Value value;
    if (is_function(id)) {
        if (all) value = call(static_cast<Word>(id), found.nodes, allowance_, output_.counts());
        const bool removes =
            id == w_split || (id == w_replace && found.nodes.size() > 2 && found.nodes[2].value.is_string() &&
                              found.nodes[2].value.text().empty());
        if (removes && !value.known() && found.nodes.size() > 1 && !quiet_)
            output_.add_salt(found.nodes[1].value.text());
    } else if (const Value* list = variables_.read(id); list != nullptr && all) {
        const auto& items = list->items();
        const auto index = found.nodes.size() == 1 ? as_number(found.nodes[0].value) : std::nullopt;
        if (index && *index >= 0 && static_cast<std::uint64_t>(*index) < items.size())
            value = items[static_cast<std::size_t>(*index)];
        if (variables_.at(id).constant && found.nodes.empty()) value = *list;
        uses_variable = true;
    } else if (all && procedure_of_[id] != none) {
        value = follow_call(id, found.nodes);
    }
    for (const Node& node : found.nodes)  // by reference
        if (procedure_of_[id] != none && node.variable != none) variables_.forget(node.variable);
    // Split("a b")(1)
    while (value.is_list() && now().is('(')) {
        next();
        const Arguments place = arguments(')');
        const auto index = place.nodes.size() == 1 ? as_number(place.nodes[0].value) : std::nullopt;
        const auto& items = value.items();
        const bool within = index && *index >= 0 && static_cast<std::uint64_t>(*index) < items.size();
        value = within ? Value(items[static_cast<std::size_t>(*index)]) : Value();
    }
    if (!value.known()) {
        commit(found);
        return members(unknown(begin));
    }
    Node node = known(std::move(value), begin);
    node.uses_variable = uses_variable;
    if (now().is('.')) return members(node);
    return node;
}

// What follows the dot belongs to an object: unknown, but its arguments are read.
Node VbaParser::members(const Node& node) {
    const std::uint32_t begin = node.begin;
    while (!unwind_) {
        if ((now().is('.') || now().is('!')) && ahead(1).kind == TokenKind::name) {
            next();
            next();
        } else if (now().is('(')) {
            next();
            commit(arguments(')'));
        } else {
            break;
        }
    }
    return unknown(begin);
}

}  // namespace sekisho::scanner::fold::vba
