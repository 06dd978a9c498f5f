#include "scanner/fold/js.h"

#include <algorithm>
#include <utility>

#include "scanner/fold/languages.h"

namespace sekisho::scanner::fold::js {

namespace {

bool makes_text(std::uint32_t id) {
    return id == w_from_char_code || id == w_char_at || id == w_char_code_at || id == w_substr ||
           id == w_substring || id == w_split || id == w_replace || id == w_reverse || id == w_parse_int ||
           id == w_slice;
}

}  // namespace

JsParser::JsParser(std::string_view source, std::vector<Token> tokens, const Names& names,
                   const FoldLimits& limits, Allowance& allowance, Output& output)
    : Parser(source, std::move(tokens), names.size(), limits, allowance, output),
      names_(names),
      function_of_(names.size(), none) {
    survey();
}

void JsParser::survey() {
    link_brackets(tokens_);
    for (std::uint32_t i = 0; i + 1 < tokens_.size(); ++i) {
        if (tokens_[i].kind != TokenKind::name) continue;
        const Token& after = tokens_[i + 1];
        const bool member = i > 0 && tokens_[i - 1].is('.');
        const bool stepped = i > 0 && tokens_[i - 1].is(Op::assign_other);
        const bool in_list = is_keyword(tokens_[i].id);
        if (!member && !in_list &&
            (after.is('=') || after.is(Op::assign_add) || after.is(Op::assign_other) || stepped)) {
            tokens_[i].assigns = true;
        }
        if (tokens_[i].id == w_function) survey_function(i);
    }
    std::vector<std::uint32_t> counts(names_.size(), 0);
    link_assignments(tokens_, counts);
    for (std::uint32_t id = 0; id < counts.size(); ++id) {
        variables_.at(id).count = counts[id];
        variables_.at(id).shared = true;
    }
    // Each token belongs to one innermost function only as far as the nesting goes: a few levels.
    for (Function& function : functions_) {
        const std::uint32_t limit = std::min(function.end, function.body + 400);
        for (std::uint32_t i = function.body; i < limit && !function.decodes; ++i)
            function.decodes = tokens_[i].kind == TokenKind::name && makes_text(tokens_[i].id);
    }
}

// function f(a, b) { ... }, and var f = function (a, b) { ... }
void JsParser::survey_function(std::uint32_t i) {
    std::uint32_t name = none;
    std::uint32_t at = i + 1;
    if (tokens_[at].kind == TokenKind::name) {
        name = tokens_[at++].id;
    } else if (i >= 2 && tokens_[i - 1].is('=') && tokens_[i - 2].kind == TokenKind::name) {
        name = tokens_[i - 2].id;
    }
    if (!tokens_[at].is('(')) return;
    Function found;
    for (++at; tokens_[at].kind == TokenKind::name || tokens_[at].is(','); ++at)
        if (tokens_[at].kind == TokenKind::name) found.parameters.push_back(tokens_[at].id);
    if (!tokens_[at].is(')') || !tokens_[at + 1].is('{')) return;
    found.body = at + 1;
    found.end = tokens_[at + 1].link;
    if (name != none) function_of_[name] = static_cast<std::uint32_t>(functions_.size());
    functions_.push_back(std::move(found));
}

void JsParser::open_block(Block kind) {
    const std::uint32_t begin = std::exchange(pending_begin_, none);
    const std::uint32_t brace = at_ - 1;
    if (kind == Block::branch) variables_.open(FrameKind::branch, begin != none ? begin : brace, none);
    if (kind == Block::loop)
        variables_.open(FrameKind::loop, begin != none ? begin : brace, tokens_[brace].link);
    if (kind == Block::function) {
        variables_.open(FrameKind::procedure, brace, none);
        ++functions_open_;
        if (pending_function_ != none) {
            for (const std::uint32_t parameter : functions_[pending_function_].parameters) {
                variables_.forget(parameter);
                variables_.at(parameter).shared = false;
            }
        }
        pending_function_ = none;
    }
    blocks_.push_back(kind);
    pending_ = Block::plain;
}

void JsParser::close_block() {
    if (blocks_.empty()) return;
    const Block kind = blocks_.back();
    blocks_.pop_back();
    if (kind == Block::plain) return;
    if (kind == Block::function && functions_open_ > 0) --functions_open_;
    variables_.close();
}

void JsParser::statement() {
    if (now().kind == TokenKind::separator) {
        pending_ = Block::plain;
        next();
        return;
    }
    if (eat('{')) {
        open_block(pending_);
        return;
    }
    if (eat('}')) {
        close_block();
        return;
    }
    if (now().kind == TokenKind::name && is_keyword(now().id) && keyword(now().id)) return;
    expressions();
}

// Up to the end of a statement, or to a brace that opens or closes a block.
void JsParser::expressions() {
    while (!at_end() && !unwind_ && now().kind != TokenKind::separator && !now().is('}') && !now().is('{')) {
        const std::uint32_t before = at_;
        commit(expression());
        if (unwind_) return;
        const bool word = now().kind == TokenKind::name && is_keyword(now().id);
        if (at_ != before && word) return;
        if (at_ == before || now().is(',')) next();
    }
}

bool JsParser::keyword(std::uint32_t id) {
    switch (id) {
        case w_var:
        case w_let:
        case w_const:
            next();
            declaration();
            return true;
        case w_function:
            function_head();
            return true;
        case w_if:
            next();
            head(true);
            return true;
        case w_switch:
        case w_catch:
            next();
            head(false);
            return true;
        case w_for:
        case w_while:
            loop_head(id);
            return true;
        case w_else:
            if (quiet_ && !not_taken_.empty() && not_taken_.back() == at_) {
                not_taken_.pop_back();
                next();
                at_ = body_end();
                return true;
            }
            next();
            body(Block::branch, at_);
            return true;
        case w_do:
            next();
            body(Block::loop, at_);
            return true;
        case w_return:
            next();
            give_back();
            return true;
        case w_try:
        case w_finally:
        case w_throw:
        case w_case:
        case w_default:
        case w_break:
        case w_continue:
            next();
            return true;
        default:
            return false;
    }
}

void JsParser::declaration() {
    if (now().kind == TokenKind::name && !is_keyword(now().id) && functions_open_ > 0) {
        variables_.at(now().id).shared = false;
    }
    expressions();
}

void JsParser::function_head() {
    const std::uint32_t begin = at_;
    next();
    if (now().kind == TokenKind::name) next();
    if (now().is('(')) {
        at_ = now().link;
        next();
    }
    if (!now().is('{')) return;
    pending_ = Block::function;
    pending_begin_ = begin;
    const auto found = std::ranges::lower_bound(functions_, at_, {}, &Function::body);
    if (found != functions_.end() && found->body == at_)
        pending_function_ = static_cast<std::uint32_t>(found - functions_.begin());
}

void JsParser::give_back() {
    const Node node = expression();
    commit(node);
    if (calls_ == 0) {
        expressions();
        return;
    }
    // What is returned under a condition that is not known is not what is returned.
    answer_ = variables_.depth() > call_depth_ ? Value() : node.value;
    answered_ = true;
    at_ = static_cast<std::uint32_t>(tokens_.size() - 1);  // run_to() ends, and the caller goes back
}

void JsParser::head(bool is_if) {
    const std::uint32_t begin = at_;
    Value condition;
    if (eat('(')) {
        const Arguments found = arguments(')');
        commit(found);
        if (found.whole && found.nodes.size() == 1) condition = found.nodes[0].value;
    }
    if (unwind_ || (quiet_ && is_if && decided(condition))) return;
    body(Block::branch, begin);
}

// Where a single statement or a block in braces ends that begins here.
std::uint32_t JsParser::body_end() const {
    const auto last = static_cast<std::uint32_t>(tokens_.size() - 1);
    if (now().is('{')) return std::min(now().link + 1, last);
    std::uint32_t end = at_;
    while (end < last && tokens_[end].kind != TokenKind::separator && !tokens_[end].is('}'))
        ++end;
    return std::min(end + 1, last);
}

// A condition that is known where a loop or function is followed: what it leaves out is passed over.
bool JsParser::decided(const Value& condition) {
    if (!condition.is_number() || before().is('{')) return false;
    const std::uint32_t end = body_end();
    if (!allowance_.spend(end - at_)) return false;
    if (condition.number() == 0) {
        at_ = end;
        if (now().is_name(w_else)) next();
    } else if (tokens_[end].is_name(w_else)) {
        not_taken_.push_back(end);
    }
    pending_ = Block::plain;
    return true;
}

// A block in braces is opened by statement(); a single statement is read here.
void JsParser::body(Block kind, std::uint32_t begin) {
    if (now().is('{')) {
        pending_ = kind;
        pending_begin_ = begin;
        return;
    }
    const Deeper deeper(depth_);
    if (too_deep()) return;
    const std::size_t depth = variables_.depth();
    variables_.open(kind == Block::loop ? FrameKind::loop : FrameKind::branch, begin, at_ + 400);
    const std::size_t blocks = blocks_.size();
    statement();
    // A function that began within it is read on with this frame left open until its end: nothing is lost.
    if (unwind_ || blocks_.size() > blocks || pending_ != Block::plain) return;
    while (variables_.depth() > depth)
        variables_.close();
}

}  // namespace sekisho::scanner::fold::js

namespace sekisho::scanner::fold {

void fold_jscript(std::string_view source, const FoldLimits& limits, Allowance& allowance, Output& output) {
    Names names(js::known_names(), false);
    std::vector<Token> tokens = js::read_tokens(source, names);
    js::JsParser parser(source, std::move(tokens), names, limits, allowance, output);
    parser.run();
}

}  // namespace sekisho::scanner::fold
