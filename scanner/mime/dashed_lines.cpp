#include "scanner/mime/dashed_lines.h"

#include <algorithm>
#include <set>

#include "scanner/mime/boundaries.h"
#include "scanner/mime/lines.h"

namespace sekisho::scanner::mime {

bool DashedLines::use(std::string_view boundary) const {
    if (!lines_) {
        std::set<std::string_view> seen;
        for (Line line = find_dashed_line(input_, 0); !line.text.empty() && seen.size() < max_lines;
             line = find_dashed_line(input_, line.next)) {
            seen.insert(line.text.substr(2));
        }
        lines_.emplace(seen.begin(), seen.end());
    }
    // Those that begin with it stand together.
    for (auto line = std::ranges::lower_bound(*lines_, boundary);
         line != lines_->end() && line->starts_with(boundary); ++line) {
        if (kind_of(*line, boundary) != DelimiterKind::none) return true;
    }
    return false;
}

}  // namespace sekisho::scanner::mime
