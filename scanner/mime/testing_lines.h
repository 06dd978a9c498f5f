// The search for lines and delimiters as a plain loop, slow and with no memory of what it has seen: what the
// quick one is held to, in tests and in the fuzz target.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/text.h"
#include "scanner/mime/boundaries.h"
#include "scanner/mime/header.h"
#include "scanner/mime/lines.h"

namespace sekisho::scanner::mime {

inline Line careful_dashed_line(std::string_view input, std::size_t from, bool strict) {
    const auto ends_line = [strict](char c) { return c == '\n' || (c == '\r' && !strict); };
    for (std::size_t start = from; start < input.size(); ++start) {
        if (start > 0 && !ends_line(input[start - 1])) continue;
        std::size_t at = start;
        constexpr std::size_t most_blanks = 16;
        while (!strict && at < input.size() && at - start < most_blanks &&
               (base::is_blank(input[at]) || input[at] == '\f' || input[at] == '\v'))
            ++at;
        if (input.substr(at, 2) != "--") continue;
        std::size_t end = at;
        while (end < input.size() && !ends_line(input[end]))
            ++end;
        if (input[end - 1] == '\r') --end;
        return {.text = input.substr(at, end - at), .offset = start, .next = end};
    }
    return {.offset = input.size(), .next = input.size()};
}

// Where a bare CR within `line` ends one: before another CR or a field, control characters in front of it
// aside.
inline std::size_t careful_bare_cr(std::string_view line) {
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] != '\r') continue;
        const std::string_view behind = line.substr(at + 1).substr(0, line.substr(at + 1).find('\r'));
        std::string_view bare = behind;
        while (!bare.empty() && static_cast<unsigned char>(bare.front()) < ' ')
            bare.remove_prefix(1);
        const bool another = at + 1 < line.size() && line[at + 1] == '\r';
        if (at == 0 || another || starts_like_field(behind) || starts_like_field(bare)) return at;
    }
    return line.npos;
}

// The line at `pos`, as a LineReader has it that stands there.
inline Line careful_line(std::string_view input, std::size_t pos, bool strict) {
    const bool cr_only = !strict && input.find('\n') == input.npos;
    if (pos >= input.size()) return {.offset = input.size(), .next = input.size()};
    const std::size_t end = std::min(input.find(cr_only ? '\r' : '\n', pos), input.size());
    Line line{.offset = pos, .next = std::min(end + 1, input.size())};
    if (!strict && input[pos] == '\r' && pos > 0 && input[pos - 1] == '\n') ++line.offset;
    std::string_view text = input.substr(pos, end - pos);
    while (!cr_only && text.ends_with('\r') && !(strict && text.size() < end - pos))
        text.remove_suffix(1);
    const std::size_t skipped = line.offset - pos;
    // A CR alone before an LF is that line's end, whatever stands before it.
    if (skipped > text.size()) line.offset = pos;
    line.text = text.substr(std::min(line.offset - pos, text.size()));
    const std::size_t bare = strict || cr_only ? line.text.npos : careful_bare_cr(line.text);
    if (bare != line.text.npos) {
        line.text = line.text.substr(0, bare);
        line.next = line.offset + bare + 1;
    }
    return line;
}

inline bool same(const Line& a, const Line& b) {
    return a.text == b.text && a.offset == b.offset && a.next == b.next;
}

// As DashedLines answers, for a message with fewer lines of dashes than it keeps.
inline bool careful_use(std::string_view input, std::string_view boundary) {
    for (Line line = careful_dashed_line(input, 0, false); !line.text.empty();
         line = careful_dashed_line(input, line.next, false)) {
        if (kind_of(line.text.substr(2), boundary) != DelimiterKind::none) return true;
    }
    return false;
}

}  // namespace sekisho::scanner::mime
