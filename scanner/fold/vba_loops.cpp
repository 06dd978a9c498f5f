// Loops over constants and functions called with constants. They are followed only where they work on
// characters; a turn costs the allowance as many steps as it has tokens.
#include <utility>

#include "scanner/fold/vba.h"

namespace sekisho::scanner::fold::vba {

namespace {

constexpr std::uint32_t max_body = 2'000;  // tokens
constexpr std::int64_t max_turns = 1 << 20;
constexpr std::size_t max_calls = 4;  // within each other

}  // namespace

bool VbaParser::worth_following(std::uint32_t begin, std::uint32_t end) {
    if (end <= begin || end - begin > max_body || end + 1 >= tokens_.size()) return false;
    if (!allowance_.spend((end - begin) / 8)) return false;
    bool worth = false;
    for (std::uint32_t i = begin; i < end; ++i) {
        if (tokens_[i].kind != TokenKind::name) continue;
        const std::uint32_t id = tokens_[i].id;
        if (id == w_exit || id == w_goto || id == w_on) return false;
        worth = worth || id == w_chr || id == w_chrw || id == w_chrb || id == w_mid || id == w_left ||
                id == w_right || id == w_strreverse || id == w_asc;
    }
    return worth;
}

// Up to the end of the line, or behind an Else in it.
void VbaParser::skip_line(bool up_to_else) {
    while (!at_end() && !(now().kind == TokenKind::separator && source_.substr(now().begin, 1) != ":")) {
        const bool found = up_to_else && now().is_name(w_else);
        next();
        if (found) return;
    }
}

// The ElseIf, Else or End If that belongs to the block which is open at `from`.
std::uint32_t VbaParser::next_alternative(std::uint32_t from) {
    std::size_t depth = 0;
    bool start = false;
    const auto last = static_cast<std::uint32_t>(tokens_.size() - 1);
    for (std::uint32_t i = from; i < last && allowance_.spend(1); ++i) {
        const Token& token = tokens_[i];
        const bool ends = tokens_[i + 1].kind == TokenKind::separator;
        if (token.is_name(w_then) && ends) {
            std::uint32_t first = i;  // of an ElseIf it is no new block
            while (first > from && tokens_[first - 1].kind != TokenKind::separator)
                --first;
            if (tokens_[first].is_name(w_if)) ++depth;
        }
        if (start && token.is_name(w_end) && tokens_[i + 1].is_name(w_if) && depth-- == 0) return i;
        if (start && depth == 0 && (token.is_name(w_else) || token.is_name(w_elseif))) return i;
        start = token.kind == TokenKind::separator;
    }
    return last;
}

// A condition that is known, where a loop or function is followed: what it leaves out is passed over. Else
// nothing is read.
bool VbaParser::decided(const Value& truth) {
    if (!truth.is_number()) return false;
    next();
    const bool holds = truth.number() != 0;
    variables_.open(FrameKind::straight, at_, none);
    if (now().kind != TokenKind::separator) {
        ++inline_ifs_;
        if (!holds) skip_line(true);
        return true;
    }
    if (holds) return true;
    at_ = next_alternative(at_);
    if (now().is_name(w_else)) {
        next();
    } else if (now().is_name(w_elseif)) {
        variables_.close();
        condition();
    }
    return true;
}

// At Else or ElseIf: the alternative before it was taken.
bool VbaParser::skip_alternative() {
    if (!quiet_ || !variables_.innermost_is_straight()) return false;
    if (inline_ifs_ > 0) {
        skip_line(false);
        return true;
    }
    do {
        at_ = next_alternative(at_ + 1);
    } while (!at_end() && !now().is_name(w_end));
    return true;
}

bool VbaParser::turn(std::uint32_t body, std::uint32_t end) {
    if (!allowance_.spend(end - body + 1)) return false;
    at_ = body;
    run_to(end);
    return true;
}

void VbaParser::loop_statement(std::uint32_t word) {
    const std::uint32_t keyword_at = at_;
    const std::uint32_t end = now().link;
    next();
    if (word == w_for) {
        now().is_name(w_each) ? for_each_statement(keyword_at) : for_statement();
        return;
    }
    const bool bare = word == w_do && !now().is_name(w_while) && !now().is_name(w_until);
    const bool until = now().is_name(w_until);
    if (word == w_do && !bare) next();
    const std::uint32_t condition = at_;
    const Node node = bare ? unknown(now().begin) : expression();
    commit(node);
    expressions();
    const std::uint32_t body = at_;
    const Deeper deeper(depth_);
    if (node.value.is_number() && depth_ <= limits_.max_depth && worth_following(body, end)) {
        follow_while(condition, body, end, until);
        return;
    }
    variables_.open(FrameKind::loop, keyword_at, end);
}

void VbaParser::for_statement() {
    const std::uint32_t keyword_at = at_ - 1;
    const std::uint32_t end = tokens_[keyword_at].link;
    const std::uint32_t target = at_;
    Node from;
    Node to;
    Node step = known(Value::of(std::int64_t{1}), now().begin);
    if (now().kind == TokenKind::name && ahead(1).is('=')) {
        next();
        next();
        from = expression();
        if (now().is_name(w_to)) {
            next();
            to = expression();
        }
        if (now().is_name(w_step)) {
            next();
            step = expression();
        }
    }
    expressions();
    const std::uint32_t body = at_;
    const bool constant = from.value.is_number() && to.value.is_number() && step.value.is_number();
    const Deeper deeper(depth_);
    if (constant && depth_ <= limits_.max_depth && worth_following(body, end)) {
        follow_for(target, body, end, from.value, to.value, step.value);
        return;
    }
    variables_.open(FrameKind::loop, keyword_at, end);
    if (tokens_[target].assigns) variables_.assign(tokens_[target].id, target, {}, false);
}

void VbaParser::for_each_statement(std::uint32_t keyword_at) {
    const std::uint32_t end = tokens_[keyword_at].link;
    next();
    const std::uint32_t target = at_;
    if (now().kind == TokenKind::name) next();
    if (now().is_name(w_in)) next();
    const Node list = expression();
    commit(list);
    expressions();
    const std::uint32_t body = at_;
    const Deeper deeper(depth_);
    if (list.value.is_list() && tokens_[target].assigns && depth_ <= limits_.max_depth &&
        worth_following(body, end)) {
        follow_each(target, body, end, list.value);
        return;
    }
    variables_.open(FrameKind::loop, keyword_at, end);
    if (tokens_[target].assigns) variables_.assign(tokens_[target].id, target, {}, false);
}

template <class Turns>
void VbaParser::follow(std::uint32_t begin, std::uint32_t body, std::uint32_t end, Turns turns) {
    const bool outer = quiet_;
    if (!quiet_) {
        // Once as it stands, so that the constants within it are put in place.
        Variables::Saved saved = variables_.save(begin, end);
        const std::size_t depth = variables_.depth();
        variables_.open(FrameKind::loop, begin, end);
        forget_assigned(begin, body);
        at_ = body;
        run_to(end);
        while (variables_.depth() > depth)
            variables_.close();
        variables_.restore(std::move(saved));
    }
    (void)hush(true);
    const std::size_t depth = variables_.depth();
    const bool whole = turns();
    while (variables_.depth() > depth)
        variables_.close();
    (void)hush(outer);
    if (!whole) forget_assigned(begin, end);
    if (!quiet_) {
        for (std::uint32_t i = begin; i < end && whole; ++i) {
            if (!tokens_[i].assigns || variables_.at(tokens_[i].id).value.text().size() < 4) continue;
            variables_.at(tokens_[i].id).built = true;
            ++output_.counts().decoded;
        }
    }
    at_ = end;
    next();
    skip_statement();
}

void VbaParser::follow_for(std::uint32_t target, std::uint32_t body, std::uint32_t end, const Value& from,
                           const Value& to, const Value& step) {
    follow(target, body, end, [&] {
        if (step.number() == 0) return false;
        std::int64_t i = from.number();
        for (std::int64_t turns = 0; step.number() > 0 ? i <= to.number() : i >= to.number(); ++turns) {
            if (turns == max_turns) return false;
            variables_.assign(tokens_[target].id, target, Value::of(i), false);
            if (!turn(body, end)) return false;
            i += step.number();
        }
        return true;
    });
}

void VbaParser::follow_each(std::uint32_t target, std::uint32_t body, std::uint32_t end, const Value& list) {
    follow(target, body, end, [&] {
        for (const Value& item : list.items()) {
            variables_.assign(tokens_[target].id, target, item, false);
            if (!turn(body, end)) return false;
        }
        return true;
    });
}

void VbaParser::follow_while(std::uint32_t condition, std::uint32_t body, std::uint32_t end, bool until) {
    follow(condition, body, end, [&] {
        for (std::int64_t turns = 0; turns < max_turns; ++turns) {
            at_ = condition;
            if (!allowance_.spend(body - condition)) return false;
            const Value go_on = expression().value;
            if (!go_on.is_number()) return false;
            if ((go_on.number() != 0) == until) return true;
            if (!turn(body, end)) return false;
        }
        return false;
    });
}

Value VbaParser::follow_call(std::uint32_t function, const std::vector<Node>& arguments) {
    const Procedure& callee = procedures_[procedure_of_[function]];
    const Deeper deeper(depth_);
    if (!callee.decodes || calls_ == max_calls || depth_ > limits_.max_depth || current_ == function)
        return {};
    if (arguments.size() != callee.parameters.size() || callee.end - callee.body > max_body) return {};
    if (!allowance_.spend(2 * (callee.end - callee.body))) return {};
    Variables::Saved saved = variables_.save(callee.body, callee.end);
    for (const std::uint32_t parameter : callee.parameters)
        saved.emplace_back(parameter, variables_.at(parameter));
    // State of the reader, all of it, as it is after the call.
    const std::uint32_t back = at_;
    const bool quiet = hush(true);
    const std::uint32_t caller = std::exchange(current_, function);
    const std::size_t inlines = std::exchange(inline_ifs_, 0);
    ++calls_;
    const std::size_t entered = variables_.enter_call(callee.body);
    for (std::uint32_t i = callee.body; i < callee.end; ++i) {
        if (!tokens_[i].assigns || variables_.at(tokens_[i].id).shared) continue;
        variables_.assign(tokens_[i].id, i, Value::of(""), false);
    }
    for (std::size_t i = 0; i < arguments.size(); ++i)
        variables_.assign(callee.parameters[i], callee.body, arguments[i].value, false);
    at_ = callee.body;
    run_to(callee.end);
    Value answer = variables_.at(function).value;
    variables_.leave_call(entered);
    --calls_;
    inline_ifs_ = inlines;
    current_ = caller;
    (void)hush(quiet);
    at_ = back;
    unwind_ = false;
    variables_.restore(std::move(saved));
    if (answer.is_string() && answer.text().empty()) return {};
    if (answer.known() && !quiet_) ++output_.counts().decoded;
    return answer;
}

}  // namespace sekisho::scanner::fold::vba
