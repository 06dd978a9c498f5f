#include "scanner/office/access_macro_grid.h"

#include <algorithm>

#include "base/charset.h"
#include "scanner/office/access_pages.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t header_string = 0x20;  // its length, then its bytes and two zeros
constexpr std::size_t row_header = 34;       // action, number, fourteen offsets, size of the strings
constexpr std::size_t first_argument = 12;
constexpr std::uint32_t no_string = 0xFFFF;

struct Strings {
    base::Bytes block;
    bool narrow;
    const std::string& charset;

    // The text at an offset, up to its zero. False: it lies out of the block.
    bool at(std::uint32_t offset, std::string& out) const {
        out.clear();
        if (offset == no_string) return true;
        if (offset > block.size()) return false;
        const base::Bytes rest = block.subspan(offset);
        std::size_t size = 0;
        const std::size_t unit = narrow ? 1 : 2;
        while (size + unit <= rest.size() && access_number(rest, size, unit) != 0)
            size += unit;
        out = base::to_utf8(rest.first(size), narrow ? charset : "utf-16le");
        return true;
    }
};

bool read_row(base::Bytes header, const Strings& strings, AccessMacroRow& out) {
    out.action = static_cast<std::uint16_t>(access_number(header, 0, 2));
    bool sound = strings.at(access_number(header, 6, 2), out.comment) &&
                 strings.at(access_number(header, 8, 2), out.condition);
    for (std::size_t i = 0; i < out.arguments.size(); ++i)
        sound = sound && strings.at(access_number(header, first_argument + 2 * i, 2), out.arguments.at(i));
    return sound;
}

}  // namespace

bool read_access_macro(base::Bytes sheet, const AccessMacroText& text, Budget& budget,
                       const std::function<void(const AccessMacroRow&)>& use) {
    constexpr std::uint64_t texts_of_row = 12;  // which may all be the same bytes
    if (sheet.size() < header_string + 4) return false;
    const std::size_t length = access_number(sheet, header_string, 2);
    if (length > 16 || sheet.size() < header_string + 4 + length) return false;
    const bool narrow = text.narrow || length == 0;
    for (base::Bytes rest = sheet.subspan(header_string + 4 + length); !rest.empty();) {
        const std::size_t size = access_number(rest, row_header - 2, 2);
        if (rest.size() < row_header || rest.size() - row_header < size) return false;
        if (!budget.spend_steps(row_header + texts_of_row * size)) return false;
        AccessMacroRow row;
        const Strings strings{
            .block = rest.subspan(row_header, size), .narrow = narrow, .charset = text.charset};
        const bool sound = read_row(rest, strings, row);
        use(row);
        if (!sound || rest.size() - row_header - size < 2) return sound && rest.size() == row_header + size;
        rest = rest.subspan(row_header + size + 2);
    }
    return true;
}

void read_embedded_macros(base::Bytes form, const AccessMacroText& text, Budget& budget,
                          const std::function<void(const AccessMacroRow&)>& use) {
    using namespace std::string_view_literals;
    constexpr std::string_view mark = "\x11\0\0\0\4\0\0\0"sv;  // a property that is a sheet
    const std::string_view bytes = base::as_text(form);
    for (std::size_t at = bytes.find(mark); at != bytes.npos; at = bytes.find(mark, at + 1)) {
        const base::Bytes rest = form.subspan(at + mark.size());
        const std::size_t size = access_number(rest, 0, 4);
        if (rest.size() < 4 || size > rest.size() - 4) continue;
        if (!budget.spend_steps(1)) return;
        (void)read_access_macro(rest.subspan(4, size), text, budget, use);
    }
}

}  // namespace sekisho::scanner::office
