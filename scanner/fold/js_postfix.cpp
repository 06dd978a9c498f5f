// What follows an operand: members, indices, calls.
#include <utility>

#include "scanner/fold/decode.h"
#include "scanner/fold/js.h"
#include "scanner/fold/js_functions.h"

namespace sekisho::scanner::fold::js {

namespace {

bool changes_list(std::uint32_t id) { return id >= w_push && id <= w_fill; }

}  // namespace

// `id`: the word that the operand ends with, by its place or by its text: f, String.fromCharCode, a["join"].
Node JsParser::postfix(Node node, std::uint32_t id) {
    const std::uint32_t begin = node.begin;
    std::uint32_t variable = id;
    while (!unwind_) {
        if (now().is('.') && ahead(1).kind == TokenKind::name) {
            node = member(std::move(node), id);
        } else if (now().is('[')) {
            node = index(std::move(node), id, variable);
        } else if (now().is('(')) {
            node = invoke(node, id, variable, begin);
            id = none;
            variable = none;
        } else {
            break;
        }
    }
    return node;
}

Node JsParser::member(Node node, std::uint32_t& id) {
    next();
    id = now().id;
    next();
    if (id == w_length && node.known() && !now().is('(')) {
        Node out = known(Value::of(length_of(node.value, allowance_)), node.begin);
        out.uses_variable = node.uses_variable;
        return out;
    }
    // The object is kept for the call that follows; without one its property is unknown.
    if (!now().is('(') && !now().is('.') && !now().is('[')) return unknown(node.begin);
    node.variable = none;
    return node;
}

Node JsParser::index(Node node, std::uint32_t& id, std::uint32_t variable) {
    next();
    const Arguments found = arguments(']');
    const Value place = found.nodes.size() == 1 && found.whole ? found.nodes[0].value : Value();
    const auto number = as_number(place);
    Value value;
    if (number && node.value.is_list()) {
        const auto& items = node.value.items();
        if (*number >= 0 && static_cast<std::uint64_t>(*number) < items.size())
            value = items[static_cast<std::size_t>(*number)];
    } else if (number && node.value.is_string()) {
        value = slice(node.value, *number, 1, allowance_);
    } else if (place.is_string()) {
        const std::uint32_t named = names_.find(place.text());
        if (named != none && now().is('(')) {
            id = named;
            commit(found);
            return node;
        }
    }
    commit(found);
    if (now().is('=') && variable != none) variables_.forget(variable);
    id = none;
    if (!value.known()) return unknown(node.begin);
    Node out = known(std::move(value), node.begin);
    out.uses_variable = true;
    return out;
}

Node JsParser::invoke(const Node& self, std::uint32_t id, std::uint32_t variable, std::uint32_t begin) {
    next();
    Arguments found = arguments(')');
    bool all = found.whole;
    std::vector<Value> values;
    values.reserve(found.nodes.size());
    for (const Node& node : found.nodes) {
        all = all && node.known();
        values.push_back(node.value);
        // What is handed over may be changed there.
        if (node.variable != none && node.value.is_list()) variables_.forget(node.variable);
    }
    if (id != none && changes_list(id) && variable != none) variables_.forget(variable);
    Value value;
    const bool takes_source =
        !found.nodes.empty() && (id == w_replace || id == w_split) && found.whole && self.value.is_string();
    if (takes_source || (all && id != none)) value = called(self, id, found, values);
    if (id == w_from_char_code && !value.known() && !quiet_) ++output_.counts().char_calls;
    if (!value.known()) {
        commit(found);
        if (id != none && self.value.is_string() && self.variable == none) commit(self);
        return unknown(begin);
    }
    Node out = known(std::move(value), begin);
    out.uses_variable = self.uses_variable;
    for (const Node& node : found.nodes)
        out.uses_variable = out.uses_variable || node.uses_variable;
    return out;
}

Value JsParser::called(const Node& self, std::uint32_t id, const Arguments& found,
                       std::vector<Value>& values) {
    // A regular expression that is a plain word: replace(/x/g, ""), split(/x/).
    if ((id == w_replace || id == w_split) && !values.empty() && !values[0].known()) {
        const Node& first = found.nodes[0];
        const auto pattern = plain_pattern(source_.substr(first.begin, first.end - first.begin));
        if (!pattern) return {};
        if (id == w_split) return split(self.value, pattern->text, allowance_);
        if (values.size() != 2 || !values[1].is_string()) return {};
        ++output_.counts().replaced;
        return replaced(self.value, pattern->text, values[1].text(), pattern->ignore_case, !pattern->all,
                        allowance_);
    }
    // String.fromCharCode.apply(null, codes) is unknown by its first argument: null stands for it.
    if (id <= last_function && !self.known()) {
        return call(static_cast<Word>(id), values, allowance_, output_.counts());
    }
    if (self.known() && id >= w_join && id < w_push) {
        return call_method(static_cast<Word>(id), self.value, values, allowance_, output_.counts());
    }
    if (!self.known() && id < function_of_.size() && function_of_[id] != none)
        return follow_call(function_of_[id], values);
    return {};
}

}  // namespace sekisho::scanner::fold::js
