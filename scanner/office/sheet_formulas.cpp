#include "scanner/office/sheet_formulas.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/text.h"
#include "scanner/office/word_fields.h"
#include "scanner/xml_pull.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t looked_at = 16u << 20;
constexpr std::size_t longest_cell = 200;  // before the name of the service
constexpr std::size_t longest_topic = 1'024;

bool opens_in_excel(const Part& part) {
    constexpr std::array<std::string_view, 8> names{"csv", "tsv", "tab", "dif", "xls", "xml", "prn", "slk"};
    constexpr std::array<std::string_view, 4> types{"text/csv", "text/tab-separated-values",
                                                    "application/csv", "application/vnd.ms-excel"};
    // Windows drops dots and blanks at the end of a name.
    const std::string_view name = std::string_view(part.name).substr(0, part.name.find_last_not_of(". ") + 1);
    return std::ranges::find(names, base::extension_of(name)) != names.end() ||
           std::ranges::find(types, part.claimed_type) != types.end();
}

bool of_a_name(char c) {
    const char low = base::ascii_lower(c);
    return (low >= 'a' && low <= 'z') || base::is_digit(c) || c == '_' || c == '.';
}

bool ends_a_cell(char c) {
    return c == ',' || c == ';' || c == '\t' || c == '\n' || c == '\r' || c == '"' || c == '>';
}

// What stands before the service is a formula from its cell's beginning on: "=", "+9+", "@SUM(1)*".
bool is_in_formula(std::string_view before) {
    const std::string_view window = before.substr(before.size() - std::min(before.size(), longest_cell));
    std::size_t begin = window.size();
    while (begin > 0 && !ends_a_cell(window[begin - 1]))
        --begin;
    const std::string_view cell = base::trim(window.substr(begin));
    return !cell.empty() && std::string_view("=+-@").find(cell.front()) != std::string_view::npos;
}

}  // namespace

void inspect_sheet_formulas(const Part& part, Findings& findings) {
    if (!part.is_text() || !opens_in_excel(part)) return;
    const XmlText converted(base::head(part.bytes, looked_at));  // from UTF-16
    const std::string_view text = converted.view();
    for (std::size_t bar = text.find('|'); bar != text.npos; bar = text.find('|', bar + 1)) {
        std::size_t begin = bar;
        while (begin > 0 && of_a_name(text[begin - 1]))
            --begin;
        const std::string_view service = text.substr(begin, bar - begin);
        if (service.empty() || !is_in_formula(text.substr(0, begin))) continue;
        const std::string_view rest = text.substr(bar + 1, longest_topic);
        const std::size_t end = rest.find('!');
        if (end == rest.npos || !dde_executes(service, xml_decoded(rest.substr(0, end)))) continue;
        findings.add("office.dde.exec", part.id, text.substr(begin, bar - begin + end + 2));
        return;
    }
}

}  // namespace sekisho::scanner::office
