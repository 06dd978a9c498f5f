#include "scanner/mime/dashed_lines.h"

#include <algorithm>
#include <set>

#include "scanner/mime/boundaries.h"
#include "scanner/mime/lines.h"

namespace sekisho::scanner::mime {

DashedLines::Index DashedLines::make_index() const {
    std::set<std::string_view> seen;
    for (Line line = find_dashed_line(input_, 0); !line.text.empty() && seen.size() < max_lines;
         line = find_dashed_line(input_, line.next)) {
        seen.insert(line.text.substr(2));
    }
    Index out{.lines = {seen.begin(), seen.end()}, .ends = {}, .full = seen.size() >= max_lines};
    for (std::size_t number = 0; number < out.lines.size(); ++number) {
        const std::string_view line = out.lines[number];
        const std::size_t longest = std::min(line.size(), max_boundary);
        if (out.ends.size() <= longest) out.ends.resize(longest + 1);
        for (std::size_t length = 0; length <= longest; ++length) {
            if (kind_by_rest(line.substr(length)) != DelimiterKind::none)
                out.ends[length].push_back(static_cast<std::uint16_t>(number));
        }
    }
    return out;
}

bool DashedLines::use(std::string_view boundary) const {
    if (!index_) index_ = make_index();
    if (index_->full) return true;
    if (boundary.size() >= index_->ends.size()) return false;
    // The lines that begin with the boundary stand together: the first that it may end in is one of them, or
    // none is.
    const auto& lines = index_->lines;
    const auto first = std::ranges::lower_bound(lines, boundary) - lines.begin();
    const auto& ends = index_->ends[boundary.size()];
    const auto row = std::ranges::lower_bound(ends, first);
    return row != ends.end() && lines[*row].starts_with(boundary);
}

}  // namespace sekisho::scanner::mime
