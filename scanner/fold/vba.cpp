#include "scanner/fold/vba.h"

#include <utility>

#include "scanner/fold/languages.h"

namespace sekisho::scanner::fold::vba {

void VbaParser::run_again() {
    at_ = 0;
    current_ = none;
    outer_depth_ = 0;
    inline_ifs_ = 0;
    variables_.restart();
    run();
}

void VbaParser::separator() {
    const bool line = source_.substr(now().begin, 1) != ":";
    next();
    for (; line && inline_ifs_ > 0; --inline_ifs_)
        variables_.close();
}

void VbaParser::skip_statement() {
    while (!at_end() && now().kind != TokenKind::separator)
        next();
}

void VbaParser::expressions() {
    while (!at_end() && now().kind != TokenKind::separator) {
        if (now().is_name(w_else) && inline_ifs_ > 0) return;
        const std::uint32_t before = at_;
        const Node node = expression();
        commit(node);
        if (hands_over_ && node.variable != none) variables_.forget(node.variable);
        if (at_ == before || now().is(',')) next();
    }
}

void VbaParser::statement() {
    const Token& token = now();
    if (token.kind == TokenKind::separator) {
        separator();
        return;
    }
    if (token.kind != TokenKind::name || (is_keyword(token.id) && keyword(token.id))) {
        if (token.kind != TokenKind::name) expressions();
        return;
    }
    if (ahead(1).is('=')) {
        assignment();
        return;
    }
    // Of a list one item is changed, of a string a piece: Mid(s, 1, 1) = "x".
    const bool writes = ahead(1).is('(');
    const std::uint32_t changed = token.id == w_mid ? ahead(2).id : token.id;
    const Node node = expression(writes ? 8 : 1);
    const bool written = writes && now().is('=');
    if (!written) commit(node);
    if (written && changed != none) variables_.forget(changed);
    hands_over_ = procedure_of_[token.id] != none;
    expressions();
    hands_over_ = false;
}

bool VbaParser::keyword(std::uint32_t id) {
    switch (id) {
        case w_public:
        case w_private:
        case w_static:
        case w_friend:
        case w_global:
            // `Private Const`, `Public Static Sub`: the word behind them says what it is.
            while (now().kind == TokenKind::name && now().id >= w_public && now().id <= w_global)
                next();
            if (now().kind == TokenKind::name && is_keyword(now().id) && keyword(now().id)) return true;
            declaration();
            return true;
        case w_dim:
            next();
            declaration();
            return true;
        case w_const:
            next();
            constants();
            return true;
        case w_sub:
        case w_function:
        case w_property:
            procedure(id);
            return true;
        case w_redim:
        case w_erase:
            for (next(); !at_end() && now().kind != TokenKind::separator; next())
                if (now().kind == TokenKind::name) variables_.forget(now().id);
            return true;
        case w_let:
        case w_set:
        case w_call:
            next();
            return true;
        case w_option:
        case w_attribute:
        case w_declare:
        case w_exit:
        case w_goto:
        case w_on:
            skip_statement();
            return true;
        default:
            return block_keyword(id);
    }
}

// Words that open, part and close blocks.
bool VbaParser::block_keyword(std::uint32_t id) {
    switch (id) {
        case w_if:
            condition();
            return true;
        case w_elseif:
            if (skip_alternative()) return true;
            variables_.close();
            condition();
            return true;
        case w_else:
            if (skip_alternative()) return true;
            next();
            variables_.close();
            variables_.open(FrameKind::branch, at_, none);
            return true;
        case w_case:
            variables_.close();
            variables_.open(FrameKind::branch, at_, none);
            next();
            expressions();
            return true;
        case w_select:
            next();
            if (now().is_name(w_case)) next();
            variables_.open(FrameKind::branch, at_, none);
            expressions();
            return true;
        case w_end:
            end_of_block();
            return true;
        case w_for:
        case w_do:
        case w_while:
            loop_statement(id);
            return true;
        case w_next:
        case w_loop:
        case w_wend:
            variables_.close();
            next();
            id == w_loop ? expressions() : skip_statement();
            return true;
        default:
            return false;
    }
}

void VbaParser::declaration() {
    for (; !at_end() && now().kind != TokenKind::separator; next()) {
        if (now().kind == TokenKind::name && current_ == none && !before().is_name(w_as))
            variables_.at(now().id).shared = true;
    }
}

void VbaParser::constants() {
    while (now().kind == TokenKind::name) {
        const std::uint32_t target = at_;
        next();
        if (now().is_name(w_as)) {
            next();
            next();
        }
        if (!eat('=')) break;
        const Node node = expression();
        commit(node);
        if (current_ == none && node.known()) {
            variables_.make_constant(tokens_[target].id, node.value);
        } else {
            variables_.assign(tokens_[target].id, target, node.value, false);
        }
        if (!eat(',')) break;
    }
}

void VbaParser::condition() {
    next();
    const Node node = expression();
    commit(node);
    while (!at_end() && now().kind != TokenKind::separator && !now().is_name(w_then)) {
        const std::uint32_t before = at_;
        commit(expression());
        if (at_ == before) next();
    }
    if (quiet_ && now().is_name(w_then) && decided(node.value)) return;
    variables_.open(FrameKind::branch, at_, none);
    if (!now().is_name(w_then)) return;
    next();
    if (now().kind != TokenKind::separator) ++inline_ifs_;
}

void VbaParser::end_of_block() {
    next();
    const std::uint32_t what = now().kind == TokenKind::name ? now().id : none;
    if (what == w_if || what == w_select) variables_.close();
    if (what == w_sub || what == w_function || what == w_property) end_procedure();
    skip_statement();
}

void VbaParser::procedure(std::uint32_t word) {
    end_procedure();  // one that was never ended
    next();
    if (word == w_property && ahead(1).kind == TokenKind::name) next();
    if (now().kind != TokenKind::name || procedure_of_[now().id] == none) {
        skip_statement();
        return;
    }
    current_ = now().id;
    outer_depth_ = variables_.depth();
    variables_.open(FrameKind::procedure, at_, none);
    const Procedure& found = procedures_[procedure_of_[current_]];
    for (const std::uint32_t parameter : found.parameters)
        variables_.forget(parameter);
    skip_statement();
}

void VbaParser::end_procedure() {
    if (current_ == none) return;
    const Procedure& found = procedures_[procedure_of_[current_]];
    Variable& answer = variables_.at(current_);
    // A function that always gives the same.
    if (found.parameters.empty() && answer.value.known() && calls_ == 0) {
        variables_.make_constant(current_, answer.value);
    }
    while (variables_.depth() > outer_depth_)
        variables_.close();
    inline_ifs_ = 0;
    current_ = none;
}

void VbaParser::assignment() {
    const std::uint32_t target = at_;
    next();
    next();
    const Token& first = now();
    const bool grows = first.is_name(tokens_[target].id) && (ahead(1).is('&') || ahead(1).is('+'));
    if (grows) {
        grow(target);
    } else {
        assign(target, expression());
    }
    expressions();
}

// s = s & "...": the value is taken out and put back, so that a string of many pieces is copied once.
void VbaParser::grow(std::uint32_t target) {
    const std::uint32_t id = tokens_[target].id;
    const Variable& variable = variables_.at(id);
    // What was never assigned is empty, unless another turn, procedure or caller gave it something.
    const bool fresh = !variable.assigned && !variable.shared && current_ != none && !variables_.in_loop();
    Value grown = fresh ? Value::of("") : variables_.take(id);
    next();
    while (joins(now().op) && now().kind == TokenKind::punct) {
        const Op op = now().op;
        next();
        const Node piece = expression(9);
        commit(piece);
        const Value text = as_string(piece.value);
        if (grown.is_string() && (piece.value.is_string() || op == op_of('&')) && text.is_string()) {
            if (!grown.append(text, allowance_)) grown = {};
        } else {
            grown = apply(op, grown, piece.value);
        }
    }
    const bool whole = at_end() || now().kind == TokenKind::separator || now().is_name(w_else);
    variables_.assign(id, target, whole ? std::move(grown) : Value(), true);
}

}  // namespace sekisho::scanner::fold::vba

namespace sekisho::scanner::fold {

void fold_vba(std::string_view source, const FoldLimits& limits, Allowance& allowance, Output& output) {
    Names names(vba::known_names(), true);
    std::vector<Token> tokens = vba::read_tokens(source, names, output);
    output.keep_from_here();
    vba::VbaParser parser(source, std::move(tokens), names.size(), limits, allowance, output);
    parser.run();
    if (parser.missed_constant()) {
        output.restart();
        parser.run_again();
    }
}

}  // namespace sekisho::scanner::fold
