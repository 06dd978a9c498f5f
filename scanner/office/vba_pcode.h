// The compiled form of VBA modules ("p-code"), which stands before the source in a module's stream. Office
// runs it as it is when its own version wrote it, so source that was swapped or emptied ("stomped") shows
// nothing of what a document does.
//
// Microsoft does not document it ([MS-OVBA] calls it PerformanceCache). Read are the table of lines, the text
// literals in them, and which identifiers they use, by the table of identifiers of the stream `_VBA_PROJECT`.
//
// Known weaknesses: no full disassembly: keywords, numbers and the order of operands are left out. VBA 5 and
// big-endian (old Macintosh) modules have another layout, and are not read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"

namespace sekisho::scanner::office {

// What one line of p-code says, in the order of evaluation: arguments before the call.
struct PcodeToken {
    enum class Kind : std::uint8_t { literal, name, member, procedure };
    Kind kind = Kind::literal;
    std::string text;       // of a literal: bytes in the project's code page
    std::uint32_t id = 0;   // of the others: number of the identifier, before shift()
    bool joined = false;    // a literal that the code joins with the one before: "a" & "b"
    bool line_end = false;  // the last token of its line
};

struct Pcode {
    bool found = false;              // a table of lines is there
    std::size_t lines = 0;           // those with code, comments not among them
    bool wide = false;               // of a 64-bit Office
    bool wide_text = false;          // a text literal has the number that a 64-bit Office gives it
    std::vector<PcodeToken> tokens;  // at most max_pcode_tokens
};
constexpr std::size_t max_pcode_tokens = 200'000;

// `cache`: the stream of a module before its source. Linear, and charged to `budget`.
Pcode read_pcode(base::Bytes cache, Budget& budget);

// What a project's modules share.
struct Identifiers {
    // The names that they ever used, in the order of their numbers; bytes in the project's code page. From
    // the place on where "Win16" stands, which all versions have as the third. Names that are no longer used
    // stay in the table, so one of them alone says nothing.
    std::vector<std::string_view> names;
    std::uint16_t version = 0;  // of the Office that wrote the p-code
};
// Of the stream `_VBA_PROJECT`, of which views are kept. Linear; at most 65,536 names.
Identifiers read_identifiers(base::Bytes vba_project);

// The index of `id` among the names, or their number and more where there is none. `shift` depends on the
// version: 0 before VBA 7, then 4, and 7 in a 64-bit Office.
std::size_t identifier_index(std::uint32_t id, unsigned shift);

}  // namespace sekisho::scanner::office
