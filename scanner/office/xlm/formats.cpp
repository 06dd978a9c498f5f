#include "scanner/office/xlm/formats.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "scanner/office/xlm/biff.h"
#include "scanner/office/xlm/judge.h"
#include "scanner/office/xlm/package.h"
#include "scanner/office/xlm/sylk.h"

namespace sekisho::scanner::office::xlm {

namespace {

Confidence recognise_biff(base::Bytes head, std::string_view /*name*/) {
    return biff_version(head) != 0 ? sure_match : no_match;
}

void open_biff(const Part& part, Extraction& extraction) {
    const int version = biff_version(part.bytes);
    if (version < 5) {
        constexpr std::byte macro_sheet{0x40};
        if (part.bytes.size() > 6 && part.bytes[6] == macro_sheet)
            extraction.findings().add("office.xlm.damaged", part.id,
                                      "a macro sheet of Excel 2 to 4 is not read");
        return;
    }
    Book book = read_biff(part.bytes, extraction.budget());
    judge_book(book, part, extraction);
}

Confidence recognise_sylk(base::Bytes head, std::string_view /*name*/) {
    return is_sylk(head) ? sure_match : no_match;
}

void open_sylk(const Part& part, Extraction& extraction) {
    Book book = read_sylk(part.bytes, extraction.budget());
    judge_book(book, part, extraction);
}

constexpr std::array rows{
    Format{.name = "excel-stream",
           .type = "application/x-excel-stream",
           .extensions = "",
           .recognise = recognise_biff,
           .open = open_biff},
    Format{.name = "sylk",
           .type = "application/x-sylk",
           .extensions = "",
           .recognise = recognise_sylk,
           .open = open_sylk},
};

}  // namespace

std::span<const Format> formats() { return rows; }

void open_workbook_package(const Part& part, std::span<const Part> children, Extraction& extraction) {
    const auto belongs = [](const Part& child) {
        return base::find_ignoring_case(child.name, "workbook.") != std::string::npos ||
               base::find_ignoring_case(child.name, "macrosheets") != std::string::npos;
    };
    if (std::ranges::none_of(children, belongs)) return;
    std::vector<PackageMember> members;
    for (const Part& child : children) {
        if (child.bytes.empty()) continue;
        std::string name = child.name;
        std::ranges::replace(name, '\\', '/');  // Office opens packages that write their parts' names so
        members.push_back({std::move(name), child.bytes});
    }
    open_package(part, members, extraction);
}

}  // namespace sekisho::scanner::office::xlm
