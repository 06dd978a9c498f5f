// Loops over constants and functions called with constants, followed only where they work on characters. A
// turn costs the allowance as many steps as it has tokens.
#include <utility>

#include "scanner/fold/js.h"

namespace sekisho::scanner::fold::js {

namespace {

constexpr std::uint32_t max_body = 2'000;  // tokens
constexpr std::size_t max_turns = 1U << 20;
constexpr std::size_t max_calls = 4;  // within each other

}  // namespace

void JsParser::loop_head(std::uint32_t word) {
    const std::uint32_t begin = at_;
    next();
    if (!now().is('(')) return;
    const std::uint32_t close = now().link;
    next();
    Loop loop;
    bool constant = false;
    if (word == w_for) {
        if (now().kind == TokenKind::name && (now().id == w_var || now().id == w_let)) {
            next();
            if (now().kind == TokenKind::name && functions_open_ > 0) variables_.at(now().id).shared = false;
        }
        while (!at_end() && at_ < close && now().kind != TokenKind::separator && !unwind_) {
            const std::uint32_t before_it = at_;
            commit(expression());
            if (at_ == before_it || now().is(',')) next();
        }
        if (now().kind != TokenKind::separator || unwind_) {
            if (at_ < close && !unwind_) at_ = close;
            eat(')');
            body(Block::loop, begin);
            return;
        }
        next();
    }
    loop.condition = at_;
    const Node go_on = expression();
    commit(go_on);
    constant = go_on.value.is_number() && !unwind_;
    if (word == w_for && now().kind == TokenKind::separator) {
        next();
        loop.step = at_;
    }
    if (unwind_) return;
    at_ = close;
    next();
    loop.body = at_;
    loop.end = now().is('{') ? now().link + 1 : at_;
    if (!now().is('{')) {
        while (loop.end < tokens_.size() - 1 && tokens_[loop.end].kind != TokenKind::separator &&
               !tokens_[loop.end].is('}') && loop.end - at_ < max_body) {
            ++loop.end;
        }
    }
    const Deeper deeper(depth_);
    if (constant && depth_ <= limits_.max_depth && worth_following(loop)) {
        follow(loop);
        return;
    }
    if (loop.step != none) forget_assigned(loop.step, loop.body);
    body(Block::loop, begin);
}

bool JsParser::worth_following(const Loop& loop) {
    if (loop.end <= loop.body || loop.end - loop.condition > max_body || loop.end >= tokens_.size())
        return false;
    if (!allowance_.spend((loop.end - loop.condition) / 8)) return false;
    bool worth = false;
    for (std::uint32_t i = loop.condition; i < loop.end; ++i) {
        const Token& token = tokens_[i];
        if (token.kind == TokenKind::string) {
            worth = worth || text_of(token).find("fromCharCode") != std::string_view::npos;
        }
        if (token.kind != TokenKind::name) continue;
        const std::uint32_t id = token.id;
        if (id == w_break || id == w_continue || id == w_function || id == w_return) return false;
        worth = worth || id == w_from_char_code || id == w_char_at || id == w_char_code_at ||
                id == w_substr || id == w_substring || id == w_slice || id == w_parse_int;
    }
    return worth;
}

bool JsParser::turns(const Loop& loop) {
    for (std::size_t turn = 0; turn < max_turns; ++turn) {
        if (!allowance_.spend(loop.end - loop.condition + 1)) return false;
        at_ = loop.condition;
        const Value go_on = expression().value;
        if (!go_on.is_number()) return false;
        if (go_on.number() == 0) return true;
        at_ = loop.body;
        run_to(loop.end);
        if (loop.step == none) continue;
        at_ = loop.step;
        while (at_ + 1 < loop.body) {
            const std::uint32_t before_it = at_;
            (void)expression();
            if (at_ == before_it || now().is(',')) next();
        }
    }
    return false;
}

void JsParser::follow(const Loop& loop) {
    const bool outer = quiet_;
    const std::size_t depth = variables_.depth();
    const std::size_t blocks = blocks_.size();
    const auto settle = [&] { leave_blocks(blocks_, blocks, depth); };
    if (!quiet_) {
        Variables::Saved saved = variables_.save(loop.condition, loop.end);
        variables_.open(FrameKind::loop, loop.condition, loop.end);
        forget_assigned(loop.condition, loop.body);
        at_ = loop.body;
        run_to(loop.end);
        settle();
        variables_.restore(std::move(saved));
    }
    (void)hush(true);
    const bool whole = turns(loop);
    settle();
    (void)hush(outer);
    if (!whole) forget_assigned(loop.condition, loop.end);
    for (std::uint32_t i = loop.body; i < loop.end && whole && !quiet_; ++i) {
        if (!tokens_[i].assigns || variables_.at(tokens_[i].id).value.text().size() < 4) continue;
        variables_.at(tokens_[i].id).built = true;
        ++output_.counts().decoded;
    }
    unwind_ = false;
    pending_ = Block::plain;
    at_ = loop.end;
}

Value JsParser::follow_call(std::uint32_t function, const std::vector<Value>& arguments) {
    const Function& callee = functions_[function];
    const Deeper deeper(depth_);
    if (!callee.decodes || calls_ == max_calls || depth_ > limits_.max_depth) return {};
    // A call of itself, or of what stands around it, has no end that is known here.
    if (at_ > callee.body && at_ <= callee.end) return {};
    if (arguments.size() > callee.parameters.size() || callee.end - callee.body > max_body) return {};
    if (!allowance_.spend(2 * (callee.end - callee.body))) return {};
    Variables::Saved saved = variables_.save(callee.body, callee.end);
    for (const std::uint32_t parameter : callee.parameters)
        saved.emplace_back(parameter, variables_.at(parameter));
    const std::uint32_t back = at_;
    const bool quiet = hush(true);
    const std::vector<Block> blocks = std::exchange(blocks_, {});
    const bool answered = std::exchange(answered_, false);
    ++calls_;
    const std::vector<std::uint32_t> not_taken = std::exchange(not_taken_, {});
    const std::size_t entered = variables_.enter_call(callee.body);
    const std::size_t call_depth = std::exchange(call_depth_, variables_.depth());
    for (std::size_t i = 0; i < callee.parameters.size(); ++i) {
        variables_.assign(callee.parameters[i], callee.body, i < arguments.size() ? arguments[i] : Value(),
                          false);
    }
    at_ = callee.body + 1;
    run_to(callee.end);
    Value answer = answered_ ? std::exchange(answer_, Value()) : Value();
    variables_.leave_call(entered);
    call_depth_ = call_depth;
    not_taken_ = not_taken;
    --calls_;
    answered_ = answered;
    blocks_ = blocks;
    (void)hush(quiet);
    pending_ = Block::plain;
    unwind_ = false;
    at_ = back;
    variables_.restore(std::move(saved));
    if (answer.known() && !quiet_) ++output_.counts().decoded;
    return answer;
}

}  // namespace sekisho::scanner::fold::js
