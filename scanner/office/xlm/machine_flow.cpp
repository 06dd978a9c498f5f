// Where a macro goes on: conditions, loops, calls and ends.
#include <algorithm>

#include "base/text.h"
#include "scanner/office/xlm/machine.h"
#include "scanner/office/xlm/pure.h"

namespace sekisho::scanner::office::xlm {

namespace {

constexpr std::size_t most_branches = 2'000;

Place below(Place at) {
    ++at.row;
    return at;
}

}  // namespace

void Machine::jump(const Place& to) {
    if (doubt_ > 0) return later(to);
    if (to.sheet < 0 || static_cast<std::size_t>(to.sheet) >= book_.sheets.size()) return;
    flow_ = Flow::jump;
    target_ = to;
}

// An end that may not come is no end.
void Machine::leave(Flow flow) {
    if (doubt_ == 0) flow_ = flow;
}

// The function at the root of a cell's formula; "IF()": an IF without branches.
std::string_view Machine::root_of(const Place& at) {
    const auto formula = formula_at(at);  // kept in formulas_
    if (formula == nullptr || formula->empty()) return {};
    const Node& root = (*formula)[formula->root()];
    if (root.kind != Node::Kind::call) return {};
    return root.text == "IF" && root.arguments.size() == 1 ? std::string_view("IF()") : root.text;
}

// Behind the cell that ends what begins above `at`: NEXT for "NEXT"; for "IF" ELSE, ELSE.IF or END.IF; for
// "END.IF" that alone.
std::optional<Place> Machine::after_matching(std::string_view kind, Place at) {
    int depth = 0;
    while (const auto place = next_formula(at)) {
        if (!tick(1)) return std::nullopt;
        const std::string_view function = root_of(*place);
        at = below(*place);
        if (kind == "NEXT") {
            if (function == "FOR" || function == "FOR.CELL" || function == "WHILE") ++depth;
            if (function == "NEXT" && depth-- == 0) return at;
            continue;
        }
        if (function == "IF()") ++depth;
        if (depth == 0 && kind == "IF" && function == "ELSE") return at;
        if (depth == 0 && kind == "IF" && function == "ELSE.IF") return place;
        if (function == "END.IF" && depth-- == 0) return at;
    }
    return std::nullopt;
}

Value Machine::do_if(const Formula& formula, const Node& node) {
    const auto truth = truth_of(argument(formula, node, 0));
    if (node.arguments.size() < 2) return begin_block(truth);  // its branches stand in the cells below
    const std::size_t taken = truth && !*truth ? 2 : 1;
    const std::size_t other = 3 - taken;
    if (truth) {
        if (other < node.arguments.size() && running_ != nullptr && &formula == running_.get() &&
            branches_.size() < most_branches) {
            branches_.push_back({running_, node.arguments[other], here_});
        }
        return taken < node.arguments.size() ? eval(formula, node.arguments[taken]) : Value::of(false);
    }
    ++doubt_;
    Value value = eval(formula, node.arguments[1]);
    if (node.arguments.size() > 2) (void)eval(formula, node.arguments[2]);
    --doubt_;
    value.partial = true;
    return value.type == Value::Type::text ? value : Value::unknown();
}

// An IF whose branches end with ELSE, ELSE.IF and END.IF.
Value Machine::begin_block(std::optional<bool> truth) {
    constexpr std::size_t deepest = 64;
    if (doubt_ > 0 || blocks_.size() >= deepest) return Value::unknown();
    blocks_.push_back(truth.value_or(false));
    if (truth && !*truth) {
        const auto next = after_matching("IF", below(here_));
        const auto root = next ? root_of(*next) : std::string_view();
        at_else_if_ = root == "ELSE.IF";
        if (next) jump(*next);
    }
    return truth ? Value::of(*truth) : Value::unknown();
}

// Reached from above where the branch before it ran; by a jump where none did.
Value Machine::do_else(const Formula& formula, const Node& node) {
    if (blocks_.empty() || doubt_ > 0) return {};
    if (std::exchange(at_else_if_, false) && node.text == "ELSE.IF") {
        blocks_.pop_back();
        return begin_block(truth_of(argument(formula, node, 0)));
    }
    if (!blocks_.back()) return {};  // not known to have run: both are looked at
    if (const auto next = after_matching("END.IF", below(here_))) {
        blocks_.pop_back();
        jump(*next);
    }
    return {};
}

Value Machine::do_end_if(const Formula& /*formula*/, const Node& /*node*/) {
    if (!blocks_.empty() && doubt_ == 0) blocks_.pop_back();
    return {};
}

Value Machine::do_goto(const Formula& formula, const Node& node) {
    if (const auto area = area_argument(formula, node, 0)) jump(area->first);
    return {};
}

Value Machine::do_stop(const Formula& /*formula*/, const Node& /*node*/) {
    leave(Flow::stop);
    return {};
}

Value Machine::do_return(const Formula& formula, const Node& node) {
    Value value = node.arguments.empty() ? Value{} : eval(formula, node.arguments[0]);
    leave(Flow::back);
    if (doubt_ == 0) returned_ = value;
    return value;
}

// RUN: of this workbook it is a call, of another one that is a command.
Value Machine::do_run(const Formula& formula, const Node& node) {
    const auto area = area_argument(formula, node, 0);
    if (!area) return do_command(formula, node);
    if (doubt_ > 0 || calls_ >= max_calls) {
        later(area->first);
        return Value::unknown();
    }
    return run(area->first);
}

// ON.TIME, ON.KEY, ON.WINDOW and their kin: the macro is the last argument that names a cell.
Value Machine::do_later(const Formula& formula, const Node& node) {
    for (std::size_t i = node.arguments.size(); i-- > 0;) {
        if (const auto area = area_argument(formula, node, i)) {
            later(area->first);
            break;
        }
    }
    return Value::of(true);
}

Value Machine::do_error(const Formula& formula, const Node& node) {
    if (const auto area = area_argument(formula, node, 1)) later(area->first);
    return Value::of(true);
}

// False: its body is left out.
bool Machine::begin_loop(Loop loop, bool enters) {
    constexpr std::size_t deepest = 16;
    if (!enters || loops_.size() >= deepest) {
        if (const auto next = after_matching("NEXT", below(here_))) jump(*next);
        return false;
    }
    loop.begin = here_;
    loops_.push_back(std::move(loop));
    return true;
}

Value Machine::do_for(const Formula& formula, const Node& node) {
    if (!loops_.empty() && loops_.back().begin == here_) loops_.pop_back();  // begun anew by GOTO
    Loop loop;
    loop.counter = text_of(argument(formula, node, 0));
    const auto from = number_of(argument(formula, node, 1));
    const auto to = number_of(argument(formula, node, 2));
    const auto step = node.arguments.size() > 3 ? number_of(argument(formula, node, 3)) : 1.0;
    loop.value = from.value_or(0);
    loop.step = step.value_or(1);
    loop.end = from && to && loop.step != 0 ? *to : loop.value;  // once where it is not known
    if (doubt_ > 0) return {};
    set_name(loop.counter, from ? Value::of(*from) : Value::unknown());
    const bool enters = loop.step > 0 ? loop.value <= loop.end : loop.value >= loop.end;
    (void)begin_loop(std::move(loop), enters);
    return {};
}

Value Machine::do_for_cell(const Formula& formula, const Node& node) {
    const std::string counter = text_of(argument(formula, node, 0));
    const auto area = area_argument(formula, node, 1);
    if (doubt_ > 0) return {};
    if (!area) return {};
    Loop loop;
    loop.counter = counter;
    loop.over_cells = true;
    loop.cells = *area;
    loop.cells.last_row = std::max(area->last_row, area->first.row);
    set_name(counter,
             {.type = Value::Type::area, .area = {area->first, area->first.row, area->first.column}});
    (void)begin_loop(std::move(loop), true);
    return {};
}

Value Machine::do_while(const Formula& formula, const Node& node) {
    const auto truth = truth_of(argument(formula, node, 0));
    if (doubt_ > 0) return {};
    if (!loops_.empty() && loops_.back().begin == here_) {
        if (!truth || !*truth || ++loops_.back().rounds > max_rounds) leave_loop();
        return {};
    }
    (void)begin_loop({.condition = true}, truth.value_or(true));
    return {};
}

void Machine::leave_loop() {
    const Place begin = loops_.back().begin;
    if (loops_.back().rounds > max_rounds) trace_.cut = true;
    loops_.pop_back();
    if (const auto next = after_matching("NEXT", below(begin))) jump(*next);
}

// True: there is another round.
bool Machine::advance(Loop& loop) {
    if (++loop.rounds > max_rounds) {
        trace_.cut = true;
        return false;
    }
    if (loop.over_cells) {
        const auto round = static_cast<std::uint32_t>(loop.rounds);
        const std::uint32_t width = loop.cells.last_column - loop.cells.first.column + 1;
        const std::uint32_t row = loop.cells.first.row + round / width;
        const std::uint32_t column = loop.cells.first.column + round % width;
        if (row > loop.cells.last_row) return false;
        const Place at{loop.cells.first.sheet, row, column};
        set_name(loop.counter, {.type = Value::Type::area, .area = {at, row, column}});
        return true;
    }
    loop.value += loop.step;
    set_name(loop.counter, Value::of(loop.value));
    return loop.step > 0 ? loop.value <= loop.end : loop.value >= loop.end;
}

Value Machine::do_next(const Formula& /*formula*/, const Node& /*node*/) {
    if (loops_.empty() || doubt_ > 0) return {};
    Loop& loop = loops_.back();
    if (loop.condition) {
        jump(loop.begin);  // where the condition is looked at again
    } else if (advance(loop)) {
        jump(below(loop.begin));
    } else {
        loops_.pop_back();
    }
    return {};
}

Value Machine::do_break(const Formula& /*formula*/, const Node& /*node*/) {
    if (!loops_.empty() && doubt_ == 0) leave_loop();
    return {};
}

}  // namespace sekisho::scanner::office::xlm
