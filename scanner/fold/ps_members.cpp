// Types, members and indices of PowerShell.
#include <utility>

#include "scanner/fold/decode.h"
#include "scanner/fold/ps.h"

namespace sekisho::scanner::fold::ps {

namespace {

bool is_integer(std::uint32_t word) {
    return word == w_int || word == w_byte || (word >= w_int16 && word <= w_int64);
}

}  // namespace

// [Text.Encoding], [char[]]. False, with nothing read, where it is no type.
bool PsParser::type(Type& out) {
    std::uint32_t at = at_ + 1;
    if (tokens_[at].kind != TokenKind::name) return false;
    out.word = tokens_[at++].id;
    while (tokens_[at].is('.') && tokens_[at + 1].kind == TokenKind::name) {
        out.word = tokens_[at + 1].id;
        at += 2;
    }
    if (tokens_[at].is('[') && tokens_[at + 1].is(']')) {
        out.list = true;
        at += 2;
    }
    if (!tokens_[at].is(']')) return false;
    at_ = at + 1;
    return true;
}

Node PsParser::typed() {
    const std::uint32_t begin = now().begin;
    Type found;
    if (!type(found)) {
        next();
        return unknown(begin);
    }
    if (now().is(Op::member)) return static_member(found, begin);
    return cast(found, begin);
}

Node PsParser::cast(Type found, std::uint32_t begin) {
    if (found.word == w_char && !quiet_) ++output_.counts().char_calls;
    const Node node = prefix();
    Value value;
    if (found.word == w_char && found.list) {
        value = characters(node.value, allowance_);
    } else if (found.word == w_char) {
        const auto code = as_number(node.value);
        if (node.value.is_number() && code) value = character(*code);
        if (node.value.is_string() && length_of(node.value, allowance_) == 1) value = node.value;
        if (node.value.is_string() && code && node.value.text().size() > 1) value = character(*code);
    } else if (found.word == w_string && !found.list) {
        value = node.value.is_list() ? joined(node.value, " ", allowance_) : as_string(node.value);
    } else if (is_integer(found.word) && !found.list) {
        const auto number = as_number(node.value);
        const bool single = node.value.is_string() && length_of(node.value, allowance_) == 1;
        if (number) value = Value::of(*number);
        if (!number && single) value = Value::of(code_at(node.value, 0, allowance_));
    } else if (found.list) {
        value = node.value;  // [byte[]](1, 2), [string[]]
    }
    return made_of(node, std::move(value), begin);
}

// [Convert]::FromBase64String(x), [Text.Encoding]::UTF8.GetString(x)
Node PsParser::static_member(Type found, std::uint32_t begin) {
    next();
    std::uint32_t member = now().kind == TokenKind::name ? now().id : none;
    if (!now().is('(')) next();
    const std::uint32_t outer = member;
    if (now().is('.') && ahead(1).is_name(w_get_string)) {
        next();
        next();
        member = w_get_string;
    }
    if (!now().is('(')) return postfix(unknown(begin));
    const Arguments arguments = method_arguments();
    bool all = arguments.whole;
    bool uses_variable = false;
    std::vector<Value> values;
    for (const Node& node : arguments.nodes) {
        all = all && node.known();
        uses_variable = uses_variable || node.uses_variable;
        values.push_back(node.value);
    }
    Value value;
    if (member == w_get_string) {
        if (all && values.size() == 1) value = text_of_bytes(values[0], outer, allowance_);
    } else if (all) {
        value = static_call(found, member, values);
        // [array]::Reverse($x) changes its argument.
        if (member == w_reverse && found.word == w_array && arguments.nodes[0].variable != none) {
            const std::uint32_t id = arguments.nodes[0].variable;
            Variable& variable = variables_.at(id);
            if (!variable.constant) variable.value = reversed(variable.value, allowance_);
            if (!quiet_) ++output_.counts().reversed;
            return unknown(begin);
        }
    }
    if (!value.known()) {
        commit(arguments);
        return postfix(unknown(begin));
    }
    if (member == w_from_base64 && !quiet_) {
        if (const auto bytes = latin1_bytes(value.text())) output_.add_bytes(*bytes, begin);
    }
    Node out = known(std::move(value), begin);
    out.uses_variable = uses_variable;
    // Bytes are no text: they are not put in place.
    if (member == w_from_base64) out.pieces = 0;
    return postfix(std::move(out));
}

Value PsParser::static_call(Type found, std::uint32_t member, const std::vector<Value>& values) {
    const Value first = values.empty() ? Value() : values[0];
    const Value second = values.size() > 1 ? values[1] : Value();
    switch (member) {
        case w_from_base64: {
            if (!first.is_string() || !allowance_.spend(first.text().size())) return {};
            const auto bytes = decode_base64(first.text());
            return bytes ? Value::of(latin1_text(*bytes)) : Value();
        }
        case w_join:
            return values.size() == 2 && first.is_string() ? joined(second, first.text(), allowance_)
                                                           : Value();
        case w_concat:
            return joined(first.is_list() ? first : Value::list(values), "", allowance_);
        case w_to_int16:
        case w_to_int32:
        case w_to_byte: {
            const auto radix = values.size() > 1 ? as_number(second) : 10;
            if (!radix || (*radix != 2 && *radix != 8 && *radix != 10 && *radix != 16)) return {};
            if (first.is_number() && *radix == 10) return Value::of(first.number());
            const Value digits = as_string(first);
            const auto number = parse_number(digits.text(), static_cast<int>(*radix));
            return number ? Value::of(*number) : Value();
        }
        case w_to_char:
            return first.is_number() ? character(first.number()) : Value();
        case w_replace:
            if (values.size() != 3 || found.word == w_convert) return {};
            return replaced_pattern(first, Value::list({second, values[2]}), false, allowance_,
                                    output_.counts());
        case w_split:
            return values.size() == 2 ? split_pattern(first, second, allowance_) : Value();
        default:
            return {};
    }
}

Arguments PsParser::method_arguments() {
    next();
    const bool commas = std::exchange(commas_, false);
    Arguments out = arguments(')');
    commas_ = commas;
    return out;
}

Node PsParser::postfix(Node node) {
    const std::uint32_t begin = node.begin;
    while (!unwind_) {
        // A blank ends an operand: `echo $a [x]`.
        if (now().begin != before().end) break;
        if (now().is('[') && node.known()) {
            node = index(node);
            continue;
        }
        if (now().is('[')) {
            next();
            commit(arguments(']'));
            node = unknown(begin);
            continue;
        }
        if (!now().is('.') && !now().is(Op::member)) break;
        next();
        Value name;
        if (now().kind == TokenKind::string) name = literal().value;  // .'Invoke'()
        const std::uint32_t id = name.is_string()                ? names_.find(name.text())
                                 : now().kind == TokenKind::name ? now().id
                                                                 : none;
        if (!name.is_string()) next();
        if (!now().is('(') || now().begin != before().end) {
            const bool length = (id == w_length || id == w_count) && node.known();
            node = length ? known(Value::of(length_of(node.value, allowance_)), begin) : unknown(begin);
            continue;
        }
        const Arguments arguments = method_arguments();
        bool all = arguments.whole && node.known() && id != none;
        std::vector<Value> values;
        for (const Node& argument : arguments.nodes) {
            all = all && argument.known();
            values.push_back(argument.value);
        }
        Value value =
            all ? method(static_cast<Word>(id), node.value, values, allowance_, output_.counts()) : Value();
        if (!value.known()) {
            if (node.variable == none) commit(node);
            commit(arguments);
            node = unknown(begin);
            continue;
        }
        const bool uses_variable = node.uses_variable;
        node = known(std::move(value), begin);
        node.uses_variable = uses_variable;
    }
    return node;
}

Node PsParser::index(const Node& self) {
    const std::uint32_t begin = self.begin;
    next();
    const bool commas = std::exchange(commas_, true);
    const Node place = expression();
    commas_ = commas;
    if (!eat(']')) {
        commit(place);
        return unknown(begin);
    }
    Value value = place.known() ? indexed(self.value, place.value, allowance_) : Value();
    if (now().is('=') && self.variable != none) variables_.forget(self.variable);
    if (!value.known()) {
        commit(place);
        return unknown(begin);
    }
    Node out = known(std::move(value), begin);
    out.uses_variable = self.uses_variable;
    return out;
}

}  // namespace sekisho::scanner::fold::ps
