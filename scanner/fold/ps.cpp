#include "scanner/fold/ps.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "scanner/fold/languages.h"

namespace sekisho::scanner::fold::ps {

namespace {

constexpr std::uint32_t max_body = 2'000;  // tokens
constexpr std::size_t max_turns = 1U << 20;

}  // namespace

PsParser::PsParser(std::string_view source, std::vector<Token> tokens, const Names& names,
                   const FoldLimits& limits, Allowance& allowance, Output& output)
    : Parser(source, std::move(tokens), names.size(), limits, allowance, output), names_(names) {
    survey();
}

void PsParser::survey() {
    link_brackets(tokens_);
    for (std::uint32_t i = 0; i + 1 < tokens_.size(); ++i) {
        if (tokens_[i].kind != TokenKind::variable) continue;
        const Token& after = tokens_[i + 1];
        const bool stepped = i > 0 && tokens_[i - 1].is(Op::assign_other);
        const bool each = after.is_name(w_in);
        if (after.is('=') || after.is(Op::assign_add) || after.is(Op::assign_other) || stepped || each)
            tokens_[i].assigns = true;
    }
    std::vector<std::uint32_t> counts(names_.size(), 0);
    link_assignments(tokens_, counts);
    for (std::uint32_t id = 0; id < counts.size(); ++id)
        variables_.at(id).count = counts[id];
}

void PsParser::open_block() {
    const std::uint32_t brace = at_ - 1;
    const std::uint32_t begin = std::exchange(pending_begin_, none);
    const Block kind = std::exchange(pending_, Block::plain);
    const std::uint32_t from = begin != none ? begin : brace;
    if (kind == Block::branch) variables_.open(FrameKind::branch, from, none);
    if (kind == Block::loop) variables_.open(FrameKind::loop, from, tokens_[brace].link);
    if (kind == Block::function) {
        variables_.open(FrameKind::procedure, from, none);
        const std::uint32_t first = std::exchange(parameters_, none);
        for (std::uint32_t i = first; first != none && i < tokens_[first].link; ++i)
            if (tokens_[i].kind == TokenKind::variable) variables_.forget(tokens_[i].id);
    }
    blocks_.push_back(kind);
}

void PsParser::close_block() {
    if (blocks_.empty()) return;
    const Block kind = blocks_.back();
    blocks_.pop_back();
    if (kind != Block::plain) variables_.close();
}

void PsParser::statement() {
    if (now().kind == TokenKind::separator) {
        next();
        return;
    }
    if (eat('{')) {
        open_block();
        return;
    }
    if (eat('}')) {
        close_block();
        return;
    }
    if (now().kind == TokenKind::name && now().id >= w_if && now().id <= w_throw && keyword(now().id)) return;
    if (now().kind == TokenKind::variable && tokens_[at_].assigns) {
        assignment();
        return;
    }
    if (now().is(Op::assign_other) && ahead(1).kind == TokenKind::variable) {
        next();
        variables_.forget(now().id);
        next();
        return;
    }
    expressions();
}

void PsParser::expressions() {
    while (!at_end() && !unwind_ && now().kind != TokenKind::separator && !now().is('}') && !now().is('{')) {
        const std::uint32_t before_it = at_;
        // A command takes its words one by one, not joined by dashes and pluses.
        commit(piped(expression()));
        if (at_ == before_it) next();
    }
}

bool PsParser::keyword(std::uint32_t id) {
    switch (id) {
        case w_if:
        case w_elseif:
        case w_while:
        case w_switch:
            pending_ = id == w_while ? Block::loop : Block::branch;
            pending_begin_ = at_;
            next();
            if (eat('(')) commit(arguments(')'));
            return true;
        case w_else:
        case w_catch:
        case w_do:
            pending_ = id == w_do ? Block::loop : Block::branch;
            pending_begin_ = at_;
            next();
            return true;
        case w_foreach:
            if (!ahead(1).is('(')) return false;
            foreach_head();
            return true;
        case w_for:
            for_head();
            return true;
        case w_function:
        case w_filter:
            pending_ = Block::function;
            pending_begin_ = at_;
            next();
            if (now().kind == TokenKind::name) next();
            if (now().is('(')) {
                parameters_ = at_;
                at_ = now().link;
                next();
            }
            return true;
        case w_param:
            next();
            if (now().is('(')) {
                for (std::uint32_t i = at_; i < now().link; ++i)
                    if (tokens_[i].kind == TokenKind::variable) variables_.forget(tokens_[i].id);
            }
            return true;
        case w_try:
        case w_finally:
        case w_return:
        case w_begin:
        case w_process:
        case w_end:
        case w_break:
        case w_continue:
        case w_exit:
        case w_throw:
            next();
            return true;
        default:
            return false;
    }
}

void PsParser::assignment() {
    const std::uint32_t target = at_;
    const std::uint32_t id = now().id;
    next();
    const Op op = now().op;
    const std::string_view sign = text_of(now());
    if (now().is_name(w_in)) return;
    next();
    const Deeper deeper(depth_);
    if (op == Op::assign && now().kind == TokenKind::variable && tokens_[at_].assigns &&
        tokens_[at_ + 1].is('=')) {
        if (too_deep()) return;
        variables_.assign(id, target, {}, false);
        assignment();  // $a = $b = "x"
        return;
    }
    const bool grows =
        op == Op::assign && now().kind == TokenKind::variable && now().id == id && ahead(1).is('+');
    if (op == Op::assign && !grows) {
        Node node = piped(expression());
        assign(target, node);
        return;
    }
    if (grows) {
        next();
        next();
    }
    Value value = variables_.take(id);
    if (sign == "++" || sign == "--") {
        const Value changed = value.is_number() ? arithmetic(op_of(sign[0]), value.number(), 1) : Value();
        variables_.assign(id, target, changed, false);
        return;
    }
    const Node piece = piped(expression());
    commit(piece);
    // What was never assigned is empty.
    if (!value.known() && !variables_.at(id).assigned && !variables_.in_loop() && piece.value.is_string())
        value = Value::of("");
    const Op with = grows || op == Op::assign_add ? Op::plus : op_of(sign[0]);
    if (with == Op::plus && value.is_string()) {
        if (!value.append(as_string(piece.value), allowance_)) value = {};
    } else {
        value = value.known() && piece.known() ? apply(with, value, piece.value) : Value();
    }
    variables_.assign(id, target, std::move(value), true);
}

bool PsParser::worth_following(std::uint32_t begin, std::uint32_t end) {
    if (end <= begin || end - begin > max_body || end + 1 >= tokens_.size()) return false;
    if (!allowance_.spend((end - begin) / 8)) return false;
    bool worth = false;
    for (std::uint32_t i = begin; i < end; ++i) {
        if (tokens_[i].is(Op::bit_xor)) worth = true;
        if (tokens_[i].kind != TokenKind::name) continue;
        const std::uint32_t id = tokens_[i].id;
        if (id == w_break || id == w_continue || id == w_function || id == w_return) return false;
        worth = worth || id == w_char || id == w_substring || id == w_to_int32 || id == w_to_byte ||
                id == w_to_int16;
    }
    return worth;
}

bool PsParser::turn(std::uint32_t body, std::uint32_t end) {
    if (!allowance_.spend(end - body + 1)) return false;
    at_ = body;
    run_to(end);
    return true;
}

// As in vba_loops.cpp: once as it stands, then turn by turn.
template <class Turns>
void PsParser::follow(std::uint32_t begin, std::uint32_t body, std::uint32_t end, Turns turns) {
    const bool outer = quiet_;
    const std::size_t depth = variables_.depth();
    const std::size_t blocks = blocks_.size();
    const auto settle = [&] { leave_blocks(blocks_, blocks, depth); };
    if (!quiet_) {
        Variables::Saved saved = variables_.save(begin, end);
        variables_.open(FrameKind::loop, begin, end);
        forget_assigned(begin, body);
        at_ = body;
        run_to(end);
        settle();
        variables_.restore(std::move(saved));
    }
    (void)hush(true);
    const bool whole = turns();
    settle();
    (void)hush(outer);
    if (!whole) forget_assigned(begin, end);
    for (std::uint32_t i = begin; i < end && whole && !quiet_; ++i) {
        if (!tokens_[i].assigns || variables_.at(tokens_[i].id).value.text().size() < 4) continue;
        variables_.at(tokens_[i].id).built = true;
        ++output_.counts().decoded;
    }
    unwind_ = false;
    pending_ = Block::plain;
    at_ = end;
    next();
}

void PsParser::foreach_head() {
    const std::uint32_t begin = at_;
    next();
    const std::uint32_t close = now().link;
    next();
    const std::uint32_t target = at_;
    pending_ = Block::loop;
    pending_begin_ = begin;
    if (!tokens_[target].assigns) return;
    next();
    if (now().is_name(w_in)) next();
    const Node list = piped(expression());
    commit(list);
    variables_.forget(tokens_[target].id);
    if (unwind_ || at_ != close || !ahead(1).is('{')) return;
    const std::uint32_t body = at_ + 2;
    const std::uint32_t end = tokens_[at_ + 1].link;
    next();
    const Deeper deeper(depth_);
    const Value items = list.value.is_string() ? Value() : list.value;
    if (!items.is_list() || depth_ > limits_.max_depth || !worth_following(body, end)) return;
    follow(target, body, end, [&] {
        for (const Value& item : items.items()) {
            variables_.assign(tokens_[target].id, target, item, false);
            if (!turn(body, end)) return false;
        }
        return true;
    });
}

void PsParser::for_head() {
    const std::uint32_t begin = at_;
    next();
    pending_ = Block::loop;
    pending_begin_ = begin;
    if (!now().is('(')) return;
    const std::uint32_t close = now().link;
    next();
    while (at_ < close && now().kind != TokenKind::separator && !unwind_) {
        const std::uint32_t before_it = at_;
        statement();
        if (at_ == before_it) next();
    }
    if (unwind_ || at_ >= close) return;
    next();
    const std::uint32_t condition = at_;
    const Node go_on = expression();
    commit(go_on);
    const bool constant = go_on.value.is_number() && now().kind == TokenKind::separator;
    const std::uint32_t step = at_ + 1;
    if (unwind_ || at_ >= close) return;
    forget_assigned(constant ? close : step, close);
    at_ = close;
    next();
    if (!now().is('{')) return;
    const std::uint32_t body = at_ + 1;
    const std::uint32_t end = now().link;
    const Deeper deeper(depth_);
    if (!constant || depth_ > limits_.max_depth || !worth_following(body, end)) {
        forget_assigned(condition, close);
        return;
    }
    follow(condition, body, end, [&] {
        for (std::size_t turns = 0; turns < max_turns; ++turns) {
            at_ = condition;
            const Value more = expression().value;
            if (!more.is_number()) return false;
            if (more.number() == 0) return true;
            if (!turn(body, end) || !turn(step, close)) return false;
        }
        return false;
    });
}

}  // namespace sekisho::scanner::fold::ps

namespace sekisho::scanner::fold {

void fold_powershell(std::string_view source, const FoldLimits& limits, Allowance& allowance,
                     Output& output) {
    Names names(ps::known_names(), true);
    std::deque<std::string> cleaned;
    std::vector<Token> tokens = ps::read_tokens(source, names, cleaned, output);
    ps::PsParser parser(source, std::move(tokens), names, limits, allowance, output);
    parser.run();
    output.look_into(source, 0);  // commands stand without quotes: powershell -enc SQBFAFgA
}

}  // namespace sekisho::scanner::fold
