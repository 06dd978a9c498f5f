#include "scanner/office/xlm/sheet_xml.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "base/text.h"
#include "scanner/office/xlm/references.h"
#include "scanner/office/xlm/xml_reader.h"

namespace sekisho::scanner::office::xlm {

namespace {

constexpr std::size_t longest_text = 65'536;  // of a cell
constexpr std::size_t max_relationships = 20'000;

std::uint32_t number_in(const std::optional<std::string>& text, std::uint32_t otherwise) {
    std::uint32_t number = otherwise;
    if (text)
        (void)std::from_chars(text->data(), text->data() + text->size(),
                              number);  // NOLINT(*-pointer-arithmetic)
    return number;
}

// One <c> element.
struct XmlCell {
    std::uint32_t row = 0;
    std::uint32_t column = 0;
    std::string type;
    std::string formula;
    std::string value;
    bool has_formula = false;
};

Value value_of(const Book& book, const XmlCell& cell) {
    if (cell.value.empty()) return {};
    if (cell.type == "s") {
        const std::size_t index = number_in(cell.value, UINT32_MAX);
        return index < book.strings.size() ? Value::of(book.strings[index]) : Value::unknown();
    }
    if (cell.type == "str" || cell.type == "inlineStr") return Value::of(cell.value);
    if (cell.type == "e") return Value::failed(cell.value);
    if (cell.type == "b") return Value::of(cell.value == "1");
    double number = 0;
    const char* end = cell.value.data() + cell.value.size();  // NOLINT(*-pointer-arithmetic)
    const auto read = std::from_chars(cell.value.data(), end, number);
    return read.ec == std::errc() ? Value::of(number) : Value::of(cell.value);
}

class CellsReader {
public:
    CellsReader(std::string_view xml, Book& book, Sheet& sheet) : in_(xml), book_(book), sheet_(sheet) {}

    void run(Budget& budget) {
        constexpr std::uint64_t steps_a_tag = 64;
        while (const auto tag = in_.next()) {
            if (!budget.spend_steps(steps_a_tag)) return;
            on_tag(*tag);
        }
    }

private:
    void on_tag(const XmlTag& tag) {
        if (tag.name == "row" && !tag.closing) {
            row_ = number_in(tag.attribute("r"), row_ + 2) - 1;
            column_ = 0;
        } else if (tag.name == "c") {
            if (within_ && (tag.closing || !tag.empty)) finish();
            if (!tag.closing && !tag.empty) begin(tag);
        } else if (within_ && !tag.closing) {
            if (tag.name == "f") read_formula(tag);
            if ((tag.name == "v" || tag.name == "t") && !tag.empty) cell_.value += in_.content(longest_text);
        }
    }

    void begin(const XmlTag& tag) {
        within_ = true;
        cell_ = {};
        cell_.row = row_;
        cell_.column = column_++;
        if (const auto place = tag.attribute("r")) {
            if (const auto written = read_a1(*place)) {
                cell_.row = written->row;
                cell_.column = written->column;
                column_ = written->column + 1;
            }
        }
        cell_.type = tag.attribute("t").value_or("");
    }

    void read_formula(const XmlTag& tag) {
        cell_.has_formula = true;
        if (!tag.empty) cell_.formula = in_.content(longest_text);
        const auto shared = tag.attribute("si");
        if (!shared || tag.attribute("t").value_or("") != "shared") return;
        if (!cell_.formula.empty() && shared_.size() < max_cells) shared_.emplace(*shared, cell_.formula);
        if (const auto there = shared_.find(*shared); cell_.formula.empty() && there != shared_.end())
            cell_.formula = there->second;
    }

    void finish() {
        within_ = false;
        Value value = value_of(book_, cell_);
        if (cell_.formula.empty()) {
            if (value.type == Value::Type::empty) return;
            if (Cell* cell = book_.add_cell(sheet_, cell_.row, cell_.column)) cell->value = std::move(value);
            return;
        }
        std::string_view formula = cell_.formula;
        if (formula.starts_with('=')) formula.remove_prefix(1);
        book_.add_formula(sheet_, cell_.row, cell_.column, std::move(value), {.text = std::string(formula)});
    }

    XmlReader in_;
    Book& book_;
    Sheet& sheet_;
    XmlCell cell_;
    bool within_ = false;
    std::uint32_t row_ = UINT32_MAX;  // the first has no number of its own: 0
    std::uint32_t column_ = 0;
    std::unordered_map<std::string, std::string> shared_;
};

}  // namespace

std::vector<Relationship> read_relationships(std::string_view xml) {
    std::vector<Relationship> out;
    XmlReader in(xml);
    while (const auto tag = in.next()) {
        if (tag->name != "Relationship" || tag->closing || out.size() >= max_relationships) continue;
        out.push_back({tag->attribute("Id").value_or(""), tag->attribute("Type").value_or(""),
                       tag->attribute("Target").value_or("")});
    }
    return out;
}

void read_workbook_xml(std::string_view xml, Book& book, std::vector<std::string>& ids) {
    XmlReader in(xml);
    while (const auto tag = in.next()) {
        if (tag->closing) continue;
        if (tag->name == "sheet") {
            if (book.sheets.size() >= max_sheets) {
                book.note_damage("more sheets than are read");
                continue;
            }
            Sheet sheet;
            sheet.name = tag->attribute("name").value_or("");
            const std::string state = base::to_lower(tag->attribute("state").value_or(""));
            if (state == "hidden") sheet.state = SheetState::hidden;
            if (state == "veryhidden") sheet.state = SheetState::very_hidden;
            ids.push_back(tag->attribute("id").value_or(""));
            book.sheets.push_back(std::move(sheet));
        } else if (tag->name == "definedName" && book.names.size() < max_names) {
            Name name;
            name.name = tag->attribute("name").value_or("");
            constexpr std::string_view built_in = "_xlnm.";
            name.built_in = name.name.starts_with(built_in);
            if (name.built_in) name.name.erase(0, built_in.size());
            const std::string hidden = tag->attribute("hidden").value_or("");
            name.hidden = hidden == "1" || hidden == "true";
            if (!tag->empty) name.formula.text = in.content(longest_text);
            book.names.push_back(std::move(name));
        }
    }
}

void read_strings_xml(std::string_view xml, Book& book) {
    XmlReader in(xml);
    bool phonetic = false;
    while (const auto tag = in.next()) {
        if (tag->name == "rPh") phonetic = !tag->closing && !tag->empty;
        if (tag->name == "si" && !tag->closing) {
            if (book.strings.size() >= max_strings) return;
            book.strings.emplace_back();
        } else if (tag->name == "t" && !tag->closing && !tag->empty && !phonetic && !book.strings.empty()) {
            book.strings.back() += in.content(longest_text);
        }
    }
}

void read_cells_xml(std::string_view xml, Book& book, Sheet& sheet, Budget& budget) {
    CellsReader(xml, book, sheet).run(budget);
}

}  // namespace sekisho::scanner::office::xlm
