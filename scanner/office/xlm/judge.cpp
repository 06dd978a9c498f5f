#include "scanner/office/xlm/judge.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/office/xlm/machine.h"
#include "scanner/office/xlm/traits.h"
#include "scanner/recovered.h"

namespace sekisho::scanner::office::xlm {

namespace {

constexpr std::size_t max_sheet_text = 8u << 20;  // of one macro sheet

std::string value_text(const Value& value) {
    switch (value.type) {
        case Value::Type::empty:
        case Value::Type::unknown:
        case Value::Type::area:
            return {};
        case Value::Type::number:
            return number_text(value.number);
        case Value::Type::boolean:
            return value.number != 0 ? "TRUE" : "FALSE";
        case Value::Type::error:
        case Value::Type::text:
            return value.text;
    }
    return {};
}

std::string_view state_name(SheetState state) {
    switch (state) {
        case SheetState::visible:
            return "visible";
        case SheetState::hidden:
            return "hidden";
        case SheetState::very_hidden:
            return "very hidden";
    }
    return {};
}

class Judge {
public:
    Judge(Book& book, const Part& part, Extraction& extraction)
        : book_(book), part_(part), extraction_(extraction), budget_(extraction.budget()) {}

    void run() {
        for (const Link& link : book_.links) {
            if (link.kind == Link::Kind::dde && is_running_dde(link.target))
                traits_.note(Traits::Trait::dde, link.target);
        }
        if (book_.has_macros()) {
            read_sheets();
            read_constants();
            follow();
        }
        traits_.report(part_.id, extraction_.findings());
        const bool macros = std::ranges::any_of(book_.sheets, &Sheet::macro);
        if (macros && !book_.damage.empty())
            extraction_.findings().add("office.xlm.damaged", part_.id, book_.damage);
    }

private:
    // The text of each macro sheet, before anything is written to it.
    void read_sheets() {
        for (std::size_t i = 0; i < book_.sheets.size(); ++i) {
            Sheet& sheet = book_.sheets[i];
            if (!sheet.macro || sheet.formulas == 0) continue;
            traits_.note(Traits::Trait::macro, sheet.name);
            if (sheet.state != SheetState::visible)
                traits_.note(Traits::Trait::hidden,
                             fmt::format("{} ({})", sheet.name, state_name(sheet.state)));
            std::string text = sheet_text(i);
            if (!add_sheet(fmt::format("xlm:{}", sheet.name), std::move(text))) return;
        }
    }

    std::string sheet_text(std::size_t index) {
        const Sheet& sheet = book_.sheets[index];
        std::string out =
            fmt::format("Excel 4.0 macro sheet: {} ({})\n", sheet.name, state_name(sheet.state));
        for (const auto& [key, cell] : sheet.cells) {
            if (out.size() > max_sheet_text) {
                book_.note_damage("a macro sheet has more text than is read");
                break;
            }
            const std::string place = cell_name(key.row, key.column);
            if (cell.formula.empty()) {
                const std::string value = value_text(cell.value);
                if (!value.empty()) out += fmt::format("{}: {}\n", place, value);
                continue;
            }
            const Formula formula =
                formula_of(book_, {static_cast<std::int32_t>(index), key.row, key.column}, cell, budget_);
            const std::string text =
                cell.formula.text.empty() ? formula_text(formula) : "=" + cell.formula.text;
            if (formula.damaged && cell.formula.text.empty())
                book_.note_damage(fmt::format("formula of {}", place));
            traits_.read_formula(formula, text, fmt::format("{}!{}", sheet.name, place));
            out += fmt::format("{}: {}\n", place, text);
        }
        return out;
    }

    void read_constants() {
        for (const Sheet& sheet : book_.sheets) {
            for (const auto& [key, cell] : sheet.cells) {
                if (cell.value.type != Value::Type::text) continue;
                if (!budget_.spend_steps(cell.value.text.size())) return;
                traits_.read_constant(cell.value.text,
                                      fmt::format("{}!{}", sheet.name, cell_name(key.row, key.column)));
            }
        }
    }

    bool is_macro(const std::optional<Area>& area) const {
        return area && area->first.sheet >= 0 &&
               static_cast<std::size_t>(area->first.sheet) < book_.sheets.size() &&
               book_.sheets[static_cast<std::size_t>(area->first.sheet)].macro;
    }

    void follow() {
        Machine machine(book_, budget_);
        for (const Name& name : book_.names) {
            if (!is_auto_name(name.name)) continue;
            const auto target = machine.target_of(name);
            if (!is_macro(target)) continue;
            traits_.note(
                Traits::Trait::autoexec,
                fmt::format("{}{} = {}!{}", name.name, name.hidden && !name.built_in ? " (hidden)" : "",
                            book_.sheets[static_cast<std::size_t>(target->first.sheet)].name,
                            cell_name(target->first.row, target->first.column)));
            machine.start(target->first);
        }
        machine.start_rest();
        const Trace& trace = machine.trace();
        traits_.read_trace(trace, book_);
        if (trace.cut)
            extraction_.findings().add("office.xlm.unfinished", part_.id,
                                       "the macro was not followed to its end");
        std::string text;
        for (const std::string& line : trace.written)
            text += line + '\n';
        for (const Command& command : trace.commands)
            text += command_text(command) + '\n';
        (void)add_recovered(extraction_, "xlm", std::move(text));
    }

    bool add_sheet(std::string label, std::string text) {
        ChildSpec spec;
        spec.label = std::move(label);
        spec.name = "macros.txt";
        spec.claimed_type = "text/plain";
        spec.type = "text/plain";
        spec.charset = "utf-8";
        spec.opened_by = "xlm";
        const StoragePtr storage = store_text(std::move(text), budget_);
        if (storage == nullptr) return false;
        const base::Bytes bytes = storage->bytes();
        return extraction_.add_child(std::move(spec), bytes, storage);
    }

    Book& book_;
    const Part& part_;
    Extraction& extraction_;
    Budget& budget_;
    Traits traits_;
};

}  // namespace

void judge_book(Book& book, const Part& part, Extraction& extraction) { Judge(book, part, extraction).run(); }

}  // namespace sekisho::scanner::office::xlm
