// What a macro does: writes cells and names, picks references, and calls out of the workbook.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/office/xlm/machine.h"
#include "scanner/office/xlm/parser.h"
#include "scanner/office/xlm/pure.h"

namespace sekisho::scanner::office::xlm {

namespace {

constexpr std::size_t most_filled = 1'000;  // cells that one FORMULA.FILL writes
constexpr std::size_t most_summed = 10'000;

Value area_value(const Place& first, std::uint32_t last_row, std::uint32_t last_column) {
    return {.type = Value::Type::area, .area = {first, last_row, last_column}};
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table holds nothing else
const std::unordered_map<std::string_view, Machine::Handler>& Machine::handlers() {
    static const std::unordered_map<std::string_view, Handler> table{
        {"IF", &Machine::do_if},
        {"ELSE", &Machine::do_else},
        {"ELSE.IF", &Machine::do_else},
        {"END.IF", &Machine::do_end_if},
        {"GOTO", &Machine::do_goto},
        {"HALT", &Machine::do_stop},
        {"CLOSE", &Machine::do_stop},
        {"FILE.CLOSE", &Machine::do_stop},
        {"QUIT", &Machine::do_stop},
        {"RETURN", &Machine::do_return},
        {"RUN", &Machine::do_run},
        {"ON.TIME", &Machine::do_later},
        {"ON.KEY", &Machine::do_later},
        {"ON.WINDOW", &Machine::do_later},
        {"ON.SHEET", &Machine::do_later},
        {"ON.ENTRY", &Machine::do_later},
        {"ON.DOUBLECLICK", &Machine::do_later},
        {"ON.RECALC", &Machine::do_later},
        {"ON.DATA", &Machine::do_later},
        {"ERROR", &Machine::do_error},
        {"CANCEL.KEY", &Machine::do_error},
        {"FOR", &Machine::do_for},
        {"FOR.CELL", &Machine::do_for_cell},
        {"WHILE", &Machine::do_while},
        {"NEXT", &Machine::do_next},
        {"BREAK", &Machine::do_break},
        {"EXEC", &Machine::do_command},
        {"CALL", &Machine::do_command},
        {"EXECUTE", &Machine::do_command},
        {"INITIATE", &Machine::do_command},
        {"POKE", &Machine::do_command},
        {"FOPEN", &Machine::do_command},
        {"FWRITE", &Machine::do_command},
        {"FWRITELN", &Machine::do_command},
        {"FILE.DELETE", &Machine::do_command},
        {"OPEN", &Machine::do_command},
        {"SAVE.AS", &Machine::do_command},
        {"SAVE.COPY.AS", &Machine::do_command},
        {"SEND.KEYS", &Machine::do_command},
        {"SEND.MAIL", &Machine::do_command},
        {"CREATE.OBJECT", &Machine::do_command},
        {"INSERT.OBJECT", &Machine::do_command},
        {"VBA.INSERT.FILE", &Machine::do_command},
        {"NEWWEBQUERY", &Machine::do_command},
        {"REGISTER", &Machine::do_register},
        {"REGISTER.ID", &Machine::do_register},
        {"FORMULA", &Machine::do_formula},
        {"FORMULA.FILL", &Machine::do_formula},
        {"FORMULA.ARRAY", &Machine::do_formula},
        {"SET.VALUE", &Machine::do_set_value},
        {"SET.NAME", &Machine::do_set_name},
        {"DEFINE.NAME", &Machine::do_set_name},
        {"SELECT", &Machine::do_select},
        {"FORMULA.GOTO", &Machine::do_select},
        {"ACTIVATE", &Machine::do_select},
        {"WORKBOOK.ACTIVATE", &Machine::do_select},
        {"WORKBOOK.SELECT", &Machine::do_select},
        {"ACTIVE.CELL", &Machine::do_active_cell},
        {"SELECTION", &Machine::do_active_cell},
        {"OFFSET", &Machine::do_offset},
        {"ABSREF", &Machine::do_indirect},
        {"INDIRECT", &Machine::do_indirect},
        {"TEXTREF", &Machine::do_indirect},
        {"INDEX", &Machine::do_index},
        {"CHOOSE", &Machine::do_choose},
        {"EVALUATE", &Machine::do_evaluate},
        {"FORMULA.CONVERT", &Machine::do_evaluate},
        {"GET.FORMULA", &Machine::do_get_formula},
        {"SUM", &Machine::do_sum},
        {"COUNTA", &Machine::do_sum},
        {"ROWS", &Machine::do_size},
        {"COLUMNS", &Machine::do_size},
        {"ROW", &Machine::do_size},
        {"COLUMN", &Machine::do_size},
    };
    return table;
}

void Machine::note(Command command) {
    std::string key = command.function;
    for (const std::string& text : command.arguments)
        key += '\x1F' + text;
    const std::size_t bytes = key.size();
    if (trace_.commands.size() >= max_commands || trace_bytes_ + bytes > max_trace_bytes) {
        trace_.cut = true;
        return;
    }
    if (!seen_.insert(std::move(key)).second) return;
    trace_bytes_ += bytes;
    trace_.commands.push_back(std::move(command));
}

Value Machine::do_command(const Formula& formula, const Node& node) {
    Command command{node.text, {}, true, here_};
    for (std::size_t i = 0; i < node.arguments.size(); ++i) {
        const Value value = argument(formula, node, i);
        command.known = command.known && value.is_known();
        command.arguments.push_back(text_of(value));
    }
    note(std::move(command));
    return Value::unknown();
}

// Its fourth argument is a name under which the procedure can be called.
Value Machine::do_register(const Formula& formula, const Node& node) {
    constexpr std::size_t most = 1'000;
    const std::string module = text_of(argument(formula, node, 0));
    const std::string procedure = text_of(argument(formula, node, 1));
    const std::string name = node.text == "REGISTER" ? text_of(argument(formula, node, 3)) : std::string();
    if (!name.empty() && registered_.size() < most)
        registered_[base::to_lower(name)] = fmt::format("{}!{}", module, procedure);
    (void)do_command(formula, node);
    return Value::unknown(fmt::format("{}!{}", module, procedure));
}

// `as_formula`: a text that begins with "=" becomes one.
void Machine::write(const Place& at, const Value& value, bool as_formula) {
    if (at.sheet < 0 || static_cast<std::size_t>(at.sheet) >= book_.sheets.size()) return;
    Sheet& sheet = book_.sheets[static_cast<std::size_t>(at.sheet)];
    Cell* cell = book_.add_cell(sheet, at.row, at.column);
    if (cell == nullptr) return;
    formulas_.erase(at);
    met_.erase(at);
    if (!as_formula || value.type != Value::Type::text || !value.text.starts_with('=')) {
        const auto number = as_formula ? number_of(value) : std::nullopt;
        const bool is_number = number && value.type == Value::Type::text;
        *cell = {is_number ? Value::of(*number) : value, {}};
        return;
    }
    *cell = {{}, {.text = value.text.substr(1)}};
    const std::string shown = fmt::format("{}!{}: {}", sheet.name, cell_name(at.row, at.column), value.text);
    if (trace_.written.size() >= max_commands || trace_bytes_ + shown.size() > max_trace_bytes) {
        trace_.cut = true;
    } else if (seen_.insert(shown).second) {
        trace_bytes_ += shown.size();
        trace_.written.push_back(shown);
    }
    const auto tree = std::make_shared<const Formula>(parse_formula(book_, cell->formula.text, at, true));
    formulas_[at] = tree;
    (void)tick(value.text.size());
}

// Code that a macro writes for itself, of pieces that the clock, a font or a cell decodes. What people type
// in, and numbers that are worked out, are not put together of texts.
void Machine::note_undecoded(const Formula& formula, const Node& node, const Place& to) {
    const bool placed = to.sheet >= 0 && static_cast<std::size_t>(to.sheet) < book_.sheets.size();
    if (!placed || !book_.sheets[static_cast<std::size_t>(to.sheet)].macro || !trace_.undecoded.empty())
        return;
    if (node.arguments.empty()) return;
    const Node& what = formula[node.arguments[0]];
    const bool character = what.kind == Node::Kind::call && what.text == "CHAR";
    if (what.kind != Node::Kind::concat && !character) return;
    // "=SUM(R2C1:R" & rows & "C1)": what is written says itself what it does.
    const Node& first = character ? what : formula[what.arguments[0]];
    if (first.kind == Node::Kind::text && first.text.starts_with('=') && first.text.size() > 2) return;
    trace_.undecoded = fmt::format("{}: {}", cell_name(here_.row, here_.column), shown(formula, node));
}

Value Machine::do_formula(const Formula& formula, const Node& node) {
    const Value value = argument(formula, node, 0);
    const auto area = node.arguments.size() > 1 ? area_argument(formula, node, 1)
                                                : std::optional(Area{active_, active_.row, active_.column});
    if (!area) return Value::unknown();
    if (!value.is_known()) note_undecoded(formula, node, area->first);
    std::size_t left = node.text == "FORMULA.FILL" ? most_filled : 1;
    for (std::uint32_t row = area->first.row; row <= area->last_row && left > 0; ++row) {
        for (std::uint32_t column = area->first.column; column <= area->last_column && left > 0;
             ++column, --left) {
            if (!tick(1)) return {};
            write({area->first.sheet, row, column}, value, true);
        }
    }
    return Value::of(true);
}

Value Machine::do_set_value(const Formula& formula, const Node& node) {
    const auto area = area_argument(formula, node, 0);
    const Value value = argument(formula, node, 1);
    if (area) write(area->first, value, false);
    return Value::of(true);
}

void Machine::set_name(std::string_view name, Value value) {
    constexpr std::size_t most = 10'000;
    const std::string key = base::to_lower(name);
    if (names_.size() < most || names_.contains(key)) names_[key] = std::move(value);
}

Value Machine::do_set_name(const Formula& formula, const Node& node) {
    const std::string name = text_of(argument(formula, node, 0));
    if (node.arguments.size() < 2) {
        names_.erase(base::to_lower(name));
        return Value::of(true);
    }
    Value value = eval(formula, node.arguments[1]);
    // DEFINE.NAME takes a reference or a formula as text.
    if (node.text == "DEFINE.NAME" && value.type == Value::Type::text && value.text.starts_with('=')) {
        if (const auto area = area_of(value))
            value = area_value(area->first, area->last_row, area->last_column);
    }
    set_name(name, std::move(value));
    return Value::of(true);
}

Value Machine::do_select(const Formula& formula, const Node& node) {
    const Value value = node.arguments.empty() ? Value{} : eval(formula, node.arguments[0]);
    if (value.type == Value::Type::text) {
        const std::int32_t sheet = book_.sheet_named(value.text);
        if (sheet >= 0) {
            active_ = {sheet, 0, 0};
            return Value::of(true);
        }
        const Place here = std::exchange(here_, active_);  // R[1]C is relative to the active cell
        const auto area = area_of(value);
        here_ = here;
        if (area) active_ = area->first;
    } else if (value.type == Value::Type::area) {
        active_ = value.area.first;
    }
    return Value::of(true);
}

Value Machine::do_active_cell(const Formula& /*formula*/, const Node& /*node*/) {
    return area_value(active_, active_.row, active_.column);
}

Value Machine::do_offset(const Formula& formula, const Node& node) {
    const auto area = area_argument(formula, node, 0);
    const auto rows = number_of(argument(formula, node, 1));
    const auto columns = number_of(argument(formula, node, 2));
    if (!area || !rows || !columns) return Value::unknown();
    const double row = area->first.row + std::trunc(*rows);
    const double column = area->first.column + std::trunc(*columns);
    if (!(row >= 0 && row < max_rows && column >= 0 && column < max_columns)) return Value::failed("#REF!");
    const Place first{area->first.sheet, static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(column)};
    return area_value(first, first.row, first.column);
}

// INDIRECT, TEXTREF: a text as a reference. ABSREF: relative to its second argument.
Value Machine::do_indirect(const Formula& formula, const Node& node) {
    const Place here = here_;
    if (node.text == "ABSREF") {
        if (const auto base = area_argument(formula, node, 1)) here_ = base->first;
    }
    const Value text = argument(formula, node, 0);
    const auto area = area_of(text);
    here_ = here;
    if (!area) return Value::unknown();
    return area_value(area->first, area->last_row, area->last_column);
}

Value Machine::do_index(const Formula& formula, const Node& node) {
    const auto area = area_argument(formula, node, 0);
    auto row = number_of(argument(formula, node, 1));
    auto column = node.arguments.size() > 2 ? number_of(argument(formula, node, 2)) : 0.0;
    if (!area || !row || !column) return Value::unknown();
    // One number counts along a single row.
    if (node.arguments.size() == 2 && area->first.row == area->last_row) std::swap(row, column);
    const double r = area->first.row + std::max(0.0, std::trunc(*row) - 1);
    const double c = area->first.column + std::max(0.0, std::trunc(*column) - 1);
    if (r > area->last_row || c > area->last_column) return Value::failed("#REF!");
    const Place first{area->first.sheet, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c)};
    return area_value(first, first.row, first.column);
}

Value Machine::do_choose(const Formula& formula, const Node& node) {
    const auto which = number_of(argument(formula, node, 0));
    if (!which) {  // each of them might be
        ++doubt_;
        for (std::size_t i = 1; i < node.arguments.size(); ++i)
            (void)eval(formula, node.arguments[i]);
        --doubt_;
        return Value::unknown();
    }
    if (!(*which >= 1 && *which < static_cast<double>(node.arguments.size())))
        return Value::failed("#VALUE!");
    return eval(formula, node.arguments[static_cast<std::size_t>(*which)]);
}

Value Machine::do_evaluate(const Formula& formula, const Node& node) {
    Value text = argument(formula, node, 0);
    if (node.text == "FORMULA.CONVERT" || text.type != Value::Type::text || text.partial) return text;
    std::string_view body = text.text;
    if (body.starts_with('=')) body.remove_prefix(1);
    if (!tick(body.size()) || calls_ >= max_calls) return Value::unknown();
    const Formula inner = parse_formula(book_, body, here_, false);
    ++calls_;
    Value value = inner.empty() ? Value::unknown() : eval(inner, inner.root());
    --calls_;
    return value;
}

Value Machine::do_get_formula(const Formula& formula, const Node& node) {
    const auto area = area_argument(formula, node, 0);
    if (!area) return Value::unknown();
    const auto there = formula_at(area->first);
    if (there == nullptr) return value_at(area->first);
    std::string text = formula_text(*there, max_text);
    (void)tick(text.size());
    return Value::of(std::move(text));
}

Value Machine::do_sum(const Formula& formula, const Node& node) {
    double sum = 0;
    std::size_t left = most_summed;
    for (std::size_t i = 0; i < node.arguments.size(); ++i) {
        const Value value = eval(formula, node.arguments[i]);
        const Area area = value.type == Value::Type::area ? value.area : Area{};
        if (value.type != Value::Type::area) {
            const auto number = number_of(value);
            if (!number) return Value::unknown();
            sum += node.text == "SUM" ? *number : 1;
            continue;
        }
        for (std::uint32_t column = area.first.column; column <= area.last_column; ++column) {
            for (std::uint32_t row = area.first.row; row <= area.last_row; ++row) {
                if (left-- == 0 || !tick(1)) return Value::unknown();
                const Value cell = value_at({area.first.sheet, row, column});
                if (!cell.is_known()) return Value::unknown();
                if (node.text == "COUNTA") sum += cell.type == Value::Type::empty ? 0 : 1;
                if (node.text == "SUM" && cell.type == Value::Type::number) sum += cell.number;
            }
        }
    }
    return Value::of(sum);
}

Value Machine::do_size(const Formula& formula, const Node& node) {
    const auto area = node.arguments.empty() ? std::optional(Area{here_, here_.row, here_.column})
                                             : area_argument(formula, node, 0);
    if (!area) return Value::unknown();
    if (node.text == "ROW") return Value::of(static_cast<double>(area->first.row) + 1);
    if (node.text == "COLUMN") return Value::of(static_cast<double>(area->first.column) + 1);
    if (node.text == "ROWS") return Value::of(static_cast<double>(area->last_row - area->first.row) + 1);
    return Value::of(static_cast<double>(area->last_column - area->first.column) + 1);
}

}  // namespace sekisho::scanner::office::xlm
