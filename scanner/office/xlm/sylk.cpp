#include "scanner/office/xlm/sylk.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/office/xlm/judge.h"

namespace sekisho::scanner::office::xlm {

namespace {

std::uint32_t number_in(std::string_view text, std::uint32_t otherwise) {
    std::uint32_t number = otherwise;
    (void)std::from_chars(text.data(), text.data() + text.size(), number);  // NOLINT(*-pointer-arithmetic)
    return number;
}

// ESC and two characters that hold half a byte each; anything else behind ESC stays out.
std::string without_escapes(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\x1B') {
            bytes += text[i];
            continue;
        }
        if (i + 2 < text.size() && (static_cast<unsigned char>(text[i + 1]) & 0xF0U) == 0x20 &&
            (static_cast<unsigned char>(text[i + 2]) & 0xF0U) == 0x30) {
            const auto high = static_cast<unsigned char>(text[i + 1]) & 0x0FU;
            const auto low = static_cast<unsigned char>(text[i + 2]) & 0x0FU;
            bytes += static_cast<char>(high << 4U | low);
            i += 2;
        }
    }
    return base::to_utf8(base::as_bytes(bytes), "windows-1252");
}

// A line's fields; ";;" is a semicolon.
std::vector<std::string> fields_of(std::string_view line) {
    constexpr std::size_t most = 64;
    std::vector<std::string> out(1);
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != ';') {
            out.back() += line[i];
        } else if (i + 1 < line.size() && line[i + 1] == ';') {
            out.back() += ';';
            ++i;
        } else if (out.size() < most) {
            out.emplace_back();
        } else {
            break;
        }
    }
    for (std::string& field : out)
        field = without_escapes(field);
    return out;
}

class SylkReader {
public:
    explicit SylkReader(Book& book) : book_(book) {}

    void on_line(std::string_view line) {
        const std::vector<std::string> fields = fields_of(line);
        const std::string& type = fields.front();
        const auto rest = std::span(fields).subspan(1);
        if (type == "C") return on_cell(rest);
        if (type == "F") return on_format(rest);
        if (type == "NN" || type == "NV") return on_name(rest);
        if (type != "O") return;
        // O;E: the sheet holds macros.
        if (std::ranges::find(rest, "E") != rest.end()) book_.sheets[0].macro = true;
    }

private:
    void place(std::string_view field) {
        if (field.starts_with('X')) column_ = number_in(field.substr(1), column_ + 1) - 1;
        if (field.starts_with('Y') || field.starts_with('R')) row_ = number_in(field.substr(1), row_ + 1) - 1;
    }

    void on_format(std::span<const std::string> fields) {
        for (const std::string& field : fields)
            if (field.starts_with('X') || field.starts_with('Y')) place(field);
    }

    void on_cell(std::span<const std::string> fields) {
        Value value;
        std::string formula;
        for (const std::string& field : fields) {
            if (field.starts_with('X') || field.starts_with('Y')) place(field);
            if (field.starts_with('K')) value = value_of(std::string_view(field).substr(1));
            if (field.starts_with('E') || field.starts_with('M')) formula = field.substr(1);
        }
        Sheet& sheet = book_.sheets[0];
        if (formula.empty()) {
            if (Cell* cell = book_.add_cell(sheet, row_, column_)) cell->value = std::move(value);
            return;
        }
        note_dde(formula);
        if (formula.starts_with('=')) formula.erase(0, 1);
        book_.add_formula(sheet, row_, column_, std::move(value), {.text = std::move(formula)});
    }

    // =cmd|'/c calc'!A0 runs in a sheet that holds no macro as well.
    void note_dde(std::string_view formula) {
        std::size_t begin = formula.find('|');
        if (begin == formula.npos || begin == 0 || book_.links.size() >= max_links) return;
        const std::size_t bar = begin;
        while (begin > 0 && std::string_view("=+-(,@ ").find(formula[begin - 1]) == std::string_view::npos)
            --begin;
        if (is_running_dde(formula.substr(begin, bar - begin)))
            book_.links.push_back({.kind = Link::Kind::dde, .target = std::string(formula.substr(begin))});
    }

    static Value value_of(std::string_view text) {
        if (text.starts_with('"')) {
            text.remove_prefix(1);
            if (text.ends_with('"')) text.remove_suffix(1);
            return Value::of(std::string(text));
        }
        double number = 0;
        const char* end = text.data() + text.size();  // NOLINT(*-pointer-arithmetic)
        const auto read = std::from_chars(text.data(), end, number);
        return read.ec == std::errc() ? Value::of(number) : Value::of(std::string(text));
    }

    void on_name(std::span<const std::string> fields) {
        if (book_.names.size() >= max_names) return book_.note_damage("more names than are read");
        Name name;
        for (const std::string& field : fields) {
            if (field.starts_with('N')) name.name = field.substr(1);
            if (field.starts_with('E')) name.formula.text = field.substr(1);
            if (field == "F") name.hidden = true;
        }
        if (is_auto_name(name.name)) book_.sheets[0].macro = true;
        book_.names.push_back(std::move(name));
    }

    Book& book_;
    std::uint32_t row_ = 0;
    std::uint32_t column_ = 0;
};

}  // namespace

// "ID;P" may begin a table of somebody's too: the next line tells.
bool is_sylk(base::Bytes head) {
    constexpr std::size_t enough = 512;
    constexpr std::array<std::string_view, 13> types{"P;", "F;", "B;", "C;",  "NN;", "NU;", "NV;",
                                                     "O;", "W;", "E",  "NE;", "NL;", "D;"};
    std::string_view text = base::as_text(base::head(head, enough));
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (!text.starts_with("ID;")) return false;
    const std::size_t end = text.find_first_of("\r\n");
    if (end == text.npos) return false;
    const std::string_view next = base::trim(text.substr(end));
    return std::ranges::any_of(types, [&](std::string_view type) { return next.starts_with(type); });
}

Book read_sylk(base::Bytes bytes, Budget& budget) {
    constexpr std::uint64_t passes = 4;
    Book book;
    book.dialect = Dialect::text_r1c1;
    book.sheets.push_back({.name = "SYLK"});
    if (!budget.spend_steps(passes * bytes.size())) return book;
    SylkReader reader(book);
    std::string_view text = base::as_text(bytes);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        if (end > 0) reader.on_line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return book;
}

}  // namespace sekisho::scanner::office::xlm
