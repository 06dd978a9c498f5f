#include "scanner/office/xlm/sheet_xml.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "base/text.h"
#include "scanner/office/xlm/references.h"
#include "scanner/xml_pull.h"

namespace sekisho::scanner::office::xlm {

namespace {

constexpr std::size_t longest_text = 65'536;  // of a cell
constexpr std::size_t max_relationships = 20'000;

std::uint32_t number_in(const std::optional<std::string>& text, std::uint32_t otherwise) {
    std::uint32_t number = otherwise;
    if (!text) return number;
    const char* end = text->data() + text->size();  // NOLINT(*-pointer-arithmetic)
    (void)std::from_chars(text->data(), end, number);
    return number;
}

// One <c> element.
struct XmlCell {
    std::uint32_t row = 0;
    std::uint32_t column = 0;
    std::string type;
    std::string formula;
    std::string value;
    std::string shared;  // the number of a formula that cells share
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
        constexpr std::uint64_t steps_a_token = 64;
        for (auto token = in_.next(); token != XmlPull::Token::end; token = in_.next()) {
            if (!budget.spend_steps(steps_a_token)) return;
            if (token == XmlPull::Token::start_tag) on_start(in_.local_name());
            if (token == XmlPull::Token::end_tag) on_end(in_.local_name());
            if (token == XmlPull::Token::text && into_ != nullptr && into_->size() < longest_text)
                *into_ += in_.text();
        }
        if (within_) finish();
    }

private:
    void on_start(std::string_view name) {
        into_ = nullptr;
        if (name == "row") {
            row_ = number_in(in_.attribute("r"), row_ + 2) - 1;
            column_ = 0;
        } else if (name == "c") {
            if (within_) finish();
            begin();
        } else if (within_ && name == "f") {
            cell_.shared =
                in_.attribute("t").value_or("") == "shared" ? in_.attribute("si").value_or("") : "";
            into_ = &cell_.formula;
        } else if (within_ && (name == "v" || name == "t")) {
            into_ = &cell_.value;
        }
    }

    void on_end(std::string_view name) {
        into_ = nullptr;
        if (name == "c" && within_) finish();
    }

    void begin() {
        within_ = true;
        cell_ = {};
        cell_.row = row_;
        cell_.column = column_++;
        if (const auto place = in_.attribute("r")) {
            if (const auto written = read_a1(*place)) {
                cell_.row = written->row;
                cell_.column = written->column;
                column_ = written->column + 1;
            }
        }
        cell_.type = in_.attribute("t").value_or("");
    }

    void finish() {
        within_ = false;
        if (!cell_.shared.empty()) {
            if (!cell_.formula.empty() && shared_.size() < max_cells)
                shared_.emplace(cell_.shared, cell_.formula);
            const auto there = shared_.find(cell_.shared);
            if (cell_.formula.empty() && there != shared_.end()) cell_.formula = there->second;
        }
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

    XmlPull in_;
    Book& book_;
    Sheet& sheet_;
    XmlCell cell_;
    std::string* into_ = nullptr;  // what the next text belongs to
    bool within_ = false;
    std::uint32_t row_ = UINT32_MAX;  // the first has no number of its own: 0
    std::uint32_t column_ = 0;
    std::unordered_map<std::string, std::string> shared_;
};

void add_sheet(const XmlPull& in, Book& book, std::vector<std::string>& ids) {
    if (book.sheets.size() >= max_sheets) return book.note_damage("more sheets than are read");
    Sheet sheet;
    sheet.name = in.attribute("name").value_or("");
    const std::string state = base::to_lower(in.attribute("state").value_or(""));
    if (state == "hidden") sheet.state = SheetState::hidden;
    if (state == "veryhidden") sheet.state = SheetState::very_hidden;
    ids.push_back(in.attribute("id").value_or(""));
    book.sheets.push_back(std::move(sheet));
}

Name name_in(const XmlPull& in) {
    constexpr std::string_view built_in = "_xlnm.";
    Name name;
    name.name = in.attribute("name").value_or("");
    name.built_in = name.name.starts_with(built_in);
    if (name.built_in) name.name.erase(0, built_in.size());
    const std::string hidden = in.attribute("hidden").value_or("");
    name.hidden = hidden == "1" || hidden == "true";
    return name;
}

}  // namespace

std::vector<Relationship> read_relationships(std::string_view xml) {
    std::vector<Relationship> out;
    XmlPull in(xml);
    for (auto token = in.next(); token != XmlPull::Token::end; token = in.next()) {
        if (token != XmlPull::Token::start_tag || in.local_name() != "Relationship") continue;
        if (out.size() >= max_relationships) break;
        out.push_back({in.attribute("Id").value_or(""), in.attribute("Type").value_or(""),
                       in.attribute("Target").value_or("")});
    }
    return out;
}

void read_workbook_xml(std::string_view xml, Book& book, std::vector<std::string>& ids) {
    XmlPull in(xml);
    bool in_name = false;
    for (auto token = in.next(); token != XmlPull::Token::end; token = in.next()) {
        if (token == XmlPull::Token::text && in_name && book.names.back().formula.text.size() < longest_text)
            book.names.back().formula.text += in.text();
        if (token == XmlPull::Token::end_tag) in_name = false;
        if (token != XmlPull::Token::start_tag) continue;
        in_name = in.local_name() == "definedName" && book.names.size() < max_names;
        if (in_name) book.names.push_back(name_in(in));
        if (in.local_name() == "sheet") add_sheet(in, book, ids);
    }
}

void read_strings_xml(std::string_view xml, Book& book) {
    XmlPull in(xml);
    bool phonetic = false;
    bool in_text = false;
    for (auto token = in.next(); token != XmlPull::Token::end; token = in.next()) {
        const bool starts = token == XmlPull::Token::start_tag;
        if (token == XmlPull::Token::text) {
            if (in_text && !phonetic && !book.strings.empty()) book.strings.back() += in.text();
            continue;
        }
        in_text = starts && in.local_name() == "t";
        if (in.local_name() == "rPh") phonetic = starts;
        if (starts && in.local_name() == "si") {
            if (book.strings.size() >= max_strings) return;
            book.strings.emplace_back();
        }
    }
}

void read_cells_xml(std::string_view xml, Book& book, Sheet& sheet, Budget& budget) {
    CellsReader(xml, book, sheet).run(budget);
}

}  // namespace sekisho::scanner::office::xlm
