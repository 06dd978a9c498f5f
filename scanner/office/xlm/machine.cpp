#include "scanner/office/xlm/machine.h"

#include <algorithm>

#include "base/text.h"
#include "scanner/office/xlm/parser.h"
#include "scanner/office/xlm/pure.h"

namespace sekisho::scanner::office::xlm {

namespace {

constexpr int deepest_name = 8;
constexpr std::size_t most_waiting = 2'000;
constexpr std::uint64_t bytes_a_step = 64;  // of texts that are read or made

std::string upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    for (const std::string_view prefix : {"_XLFN.", "_XLL."}) {
        if (out.starts_with(prefix)) out.erase(0, prefix.size());
    }
    return out;
}

}  // namespace

Machine::Machine(Book& book, Budget& budget) : book_(book), budget_(budget) {
    for (std::size_t i = 0; i < book.names.size(); ++i) {
        if (!book.names[i].formula.empty()) book_names_.emplace(base::to_lower(book.names[i].name), i);
    }
}

const Name* Machine::name_called(std::string_view lower_case) const {
    const auto found = book_names_.find(std::string(lower_case));
    return found != book_names_.end() ? &book_.names[found->second] : nullptr;
}

bool Machine::tick(std::uint64_t steps) {
    constexpr std::uint64_t cost = 32;
    steps_ += steps;
    if (steps_ <= max_steps && budget_.spend_steps(cost * steps)) return true;
    trace_.cut = true;
    return false;
}

void Machine::start(const Place& at) {
    later(at);
    drain();
}

void Machine::later(const Place& at) {
    if (at.sheet < 0 || static_cast<std::size_t>(at.sheet) >= book_.sheets.size()) return;
    if (waiting_.size() < most_waiting && started_.insert(at).second) waiting_.push_back(at);
}

void Machine::drain() {
    while (!waiting_.empty() && !trace_.cut) {
        const Place at = waiting_.front();
        waiting_.pop_front();
        loops_.clear();
        blocks_.clear();
        (void)run(at);
    }
}

void Machine::start_rest() {
    for (std::size_t i = 0; i < book_.sheets.size() && !trace_.cut; ++i) {
        if (!book_.sheets[i].macro) continue;
        std::vector<Place> places;
        for (const auto& [key, cell] : book_.sheets[i].cells) {
            if (!cell.formula.empty()) places.push_back({static_cast<std::int32_t>(i), key.row, key.column});
        }
        for (const Place& at : places) {
            if (!met_.contains(at)) start(at);
        }
    }
    ++doubt_;
    for (; !branches_.empty() && !trace_.cut; branches_.pop_front()) {
        const Branch branch = branches_.front();
        here_ = branch.at;
        running_ = branch.formula;
        (void)eval(*branch.formula, branch.node);
    }
    --doubt_;
    drain();
}

const Cell* Machine::cell_at(const Place& at) const {
    if (at.sheet < 0 || static_cast<std::size_t>(at.sheet) >= book_.sheets.size()) return nullptr;
    const Sheet& sheet = book_.sheets[static_cast<std::size_t>(at.sheet)];
    const auto cell = sheet.cells.find({at.column, at.row});
    return cell != sheet.cells.end() ? &cell->second : nullptr;
}

std::optional<Place> Machine::next_formula(const Place& at) {
    constexpr std::uint64_t cells_a_step = 8;
    const Sheet& sheet = book_.sheets[static_cast<std::size_t>(at.sheet)];
    std::uint64_t passed = 0;
    auto cell = sheet.cells.lower_bound({at.column, at.row});
    while (cell != sheet.cells.end() && cell->first.column == at.column && cell->second.formula.empty()) {
        ++cell;
        ++passed;
    }
    (void)tick(passed / cells_a_step);
    if (cell == sheet.cells.end() || cell->first.column != at.column) return std::nullopt;
    return Place{at.sheet, cell->first.row, at.column};
}

std::shared_ptr<const Formula> Machine::formula_at(const Place& at) {
    const auto known = formulas_.find(at);
    if (known != formulas_.end()) return known->second;
    const Cell* cell = cell_at(at);
    if (cell == nullptr || cell->formula.empty()) return nullptr;
    auto formula = std::make_shared<const Formula>(formula_of(book_, at, *cell, budget_));
    formulas_[at] = formula;
    return formula;
}

// Down the column until something ends it. Gives what RETURN gives.
Value Machine::run(Place at) {
    const std::size_t outer_loops = loops_.size();
    const Place caller = here_;
    const auto caller_formula = running_;
    returned_ = {};
    ++calls_;
    while (const auto place = next_formula(at)) {
        if (!tick(1)) break;
        flow_ = Flow::next;
        run_cell(*place);
        if (flow_ == Flow::stop || flow_ == Flow::back) break;
        at = flow_ == Flow::jump ? target_ : Place{place->sheet, place->row + 1, place->column};
    }
    --calls_;
    if (flow_ != Flow::stop || calls_ == 0) flow_ = Flow::next;
    loops_.resize(std::min(loops_.size(), outer_loops));
    here_ = caller;
    running_ = caller_formula;
    return std::exchange(returned_, {});
}

void Machine::run_cell(const Place& at) {
    const auto formula = formula_at(at);
    met_.insert(at);
    if (formula == nullptr || formula->empty()) return;
    here_ = at;
    running_ = formula;
    const Node& root = (*formula)[formula->root()];
    // "counter=1" gives a name its value, as SET.NAME does.
    if (root.kind == Node::Kind::binary && root.text == "=" &&
        (*formula)[root.arguments[0]].kind == Node::Kind::name) {
        set_name((*formula)[root.arguments[0]].text, eval(*formula, root.arguments[1]));
        return;
    }
    Value value = scalar(eval(*formula, formula->root()));
    Sheet& sheet = book_.sheets[static_cast<std::size_t>(at.sheet)];
    const auto cell = sheet.cells.find({at.column, at.row});
    if (cell != sheet.cells.end() && value.type != Value::Type::unknown)
        cell->second.value = std::move(value);
}

// What a cell shows. One whose result was not kept in the file is calculated.
Value Machine::value_at(const Place& at) {
    const Cell* cell = cell_at(at);
    if (cell == nullptr) {
        const bool cut = at.sheet < 0 || static_cast<std::size_t>(at.sheet) >= book_.sheets.size() ||
                         book_.sheets[static_cast<std::size_t>(at.sheet)].cut;
        return cut ? Value::unknown() : Value{};
    }
    const Value& value = cell->value;
    const bool kept =
        value.type == Value::Type::text || (value.type == Value::Type::number && value.number != 0);
    if (cell->formula.empty() || kept || met_.contains(at) || calls_ >= max_calls) return value;
    const auto formula = formula_at(at);
    if (formula == nullptr || formula->empty()) return value;
    const Place here = std::exchange(here_, at);
    const auto running = std::exchange(running_, formula);
    const Flow flow = flow_;
    met_.insert(at);
    ++calls_;
    ++doubt_;
    Value result = scalar(eval(*formula, formula->root()));
    --doubt_;
    --calls_;
    met_.erase(at);
    here_ = here;
    running_ = running;
    flow_ = flow;
    return result;
}

Value Machine::scalar(Value value) {
    if (value.type != Value::Type::area) return value;
    return value_at(value.area.first);
}

Value Machine::argument(const Formula& formula, const Node& node, std::size_t index) {
    if (index >= node.arguments.size()) return {};
    return scalar(eval(formula, node.arguments[index]));
}

std::optional<Area> Machine::area_of(const Value& value) {
    if (value.type == Value::Type::area) return value.area;
    if (value.type != Value::Type::text || value.partial) return std::nullopt;
    auto area = parse_reference(book_, value.text, here_);
    if (!area) {
        const std::string key = base::to_lower(value.text);
        const auto set = names_.find(key);
        if (set != names_.end() && set->second.type == Value::Type::area) return set->second.area;
        const Name* name = name_called(key);
        return name != nullptr ? target_of(*name) : std::nullopt;
    }
    if (area->first.sheet == Place::own_sheet) area->first.sheet = here_.sheet;
    if (area->first.sheet == Place::active_sheet) area->first.sheet = active_.sheet;
    return area;
}

std::optional<Area> Machine::area_argument(const Formula& formula, const Node& node, std::size_t index) {
    if (index >= node.arguments.size()) return std::nullopt;
    return area_of(eval(formula, node.arguments[index]));
}

std::optional<Area> Machine::target_of(const Name& name) {
    if (names_within_ >= deepest_name || name.formula.empty()) return std::nullopt;
    if (!tick((name.formula.tokens.size() + name.formula.text.size()) / 8)) return std::nullopt;
    ++names_within_;
    const Formula formula = read_formula(book_, name.formula, here_, budget_);
    const Value value = formula.empty() ? Value{} : eval(formula, formula.root());
    --names_within_;
    if (value.type != Value::Type::area) return std::nullopt;
    return value.area;
}

Value Machine::eval(const Formula& formula, std::uint32_t index) {
    if (!tick(1) || depth_ >= max_depth) return Value::unknown();
    ++depth_;
    Value value = eval_node(formula, formula[index]);
    --depth_;
    return value;
}

Value Machine::eval_node(const Formula& formula, const Node& node) {
    switch (node.kind) {
        case Node::Kind::call:
            return eval_call(formula, node);
        case Node::Kind::name:
            return eval_name(node);
        case Node::Kind::concat: {
            std::vector<Value> values;
            values.reserve(node.arguments.size());
            for (std::size_t i = 0; i < node.arguments.size(); ++i)
                values.push_back(argument(formula, node, i));
            Value joined = join(values);
            (void)tick(joined.text.size() / bytes_a_step);
            return joined;
        }
        case Node::Kind::binary: {
            const Value left = argument(formula, node, 0);
            const Value right = argument(formula, node, 1);
            (void)tick((left.text.size() + right.text.size()) / bytes_a_step);
            return operate(node.text, left, right);
        }
        case Node::Kind::unary:
        case Node::Kind::percent: {
            const auto number = number_of(argument(formula, node, 0));
            if (!number) return Value::unknown();
            if (node.kind == Node::Kind::percent) return Value::of(*number / 100);
            return Value::of(node.text == "-" ? -*number : *number);
        }
        default:
            return eval_plain(formula, node);
    }
}

Value Machine::eval_plain(const Formula& formula, const Node& node) {
    switch (node.kind) {
        case Node::Kind::number:
            return Value::of(node.number);
        case Node::Kind::text:
            return Value::of(node.text);
        case Node::Kind::boolean:
            return Value::of(node.number != 0);
        case Node::Kind::error:
            return Value::failed(node.text);
        case Node::Kind::area_error:
            return Value::failed("#REF!");
        case Node::Kind::area: {
            Value value{.type = Value::Type::area, .area = node.area};
            if (node.area.first.sheet == Place::own_sheet) value.area.first.sheet = here_.sheet;
            if (node.area.first.sheet == Place::active_sheet) value.area.first.sheet = active_.sheet;
            if (value.area.first.sheet < 0) return Value::unknown(shown(formula, node));
            return value;
        }
        case Node::Kind::dde:
            note({"DDE", {node.text}, true, here_});
            return Value::unknown(node.text);
        case Node::Kind::missing:
            return {};
        default:
            return Value::unknown();
    }
}

std::string Machine::shown(const Formula& /*formula*/, const Node& node) {
    return node.sheet_name + "!" + cell_name(node.area.first.row, node.area.first.column);
}

Value Machine::eval_name(const Node& node) {
    const std::string key = base::to_lower(node.text);
    if (const auto set = names_.find(key); set != names_.end()) return set->second;
    const Name* name = name_called(key);
    if (name == nullptr || names_within_ >= deepest_name) return Value::unknown();
    if (!tick((name->formula.tokens.size() + name->formula.text.size()) / 8)) return Value::unknown();
    ++names_within_;
    const Formula formula = read_formula(book_, name->formula, here_, budget_);
    Value value = formula.empty() ? Value::unknown() : eval(formula, formula.root());
    --names_within_;
    return value;
}

Value Machine::eval_call(const Formula& formula, const Node& node) {
    if (node.text.empty()) return call_user(formula, node);
    const auto handler = handlers().find(node.text);
    if (handler != handlers().end()) return (this->*handler->second)(formula, node);
    std::vector<Value> values;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < node.arguments.size(); ++i) {
        values.push_back(argument(formula, node, i));
        bytes += values.back().text.size();
    }
    if (!tick(bytes / bytes_a_step)) return Value::unknown();
    if (auto value = call_pure(node.text, values)) {
        (void)tick(value->text.size() / bytes_a_step);
        return std::move(*value);
    }
    return Value::unknown();
}

// What is called is a cell, a name of one, or a function that REGISTER named.
Value Machine::call_user(const Formula& formula, const Node& node) {
    if (node.arguments.empty()) return Value::unknown();
    const Node& called = formula[node.arguments[0]];
    std::vector<Value> values;
    for (std::size_t i = 1; i < node.arguments.size(); ++i)
        values.push_back(argument(formula, node, i));
    if (called.kind == Node::Kind::name) {
        const auto library = registered_.find(base::to_lower(called.text));
        if (library != registered_.end()) {
            Command command{"CALL", {library->second}, true, here_};
            for (const Value& value : values) {
                command.arguments.push_back(text_of(value));
                command.known = command.known && value.is_known();
            }
            note(std::move(command));
            return Value::unknown();
        }
        if (auto value = call_pure(upper(called.text), values)) return std::move(*value);
        // The names of macros may be those of commands in a file that no Excel wrote.
        const auto handler = handlers().find(upper(called.text));
        if (handler != handlers().end() && eval_name(called).type != Value::Type::area) {
            Node plain = node;
            plain.arguments.erase(plain.arguments.begin());
            return (this->*handler->second)(formula, plain);
        }
    }
    const auto area = area_argument(formula, node, 0);
    if (!area) return Value::unknown();
    if (calls_ >= max_calls || !tick(1)) return Value::unknown();
    if (doubt_ > 0) {
        later(area->first);
        return Value::unknown();
    }
    return run(area->first);
}

}  // namespace sekisho::scanner::office::xlm
