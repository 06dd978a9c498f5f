#include "model/telling.h"

#include <algorithm>

namespace sekisho::model {

bool tells_of_danger(std::span<const Finding> findings) {
    return std::ranges::any_of(findings, [](const Finding& finding) {
        const FindingRow* row = find_finding(finding.id);
        return row == nullptr || (!row->weak && row->score > 0) || row->unscannable != Unscannable::none ||
               row->incomplete;
    });
}

}  // namespace sekisho::model
