#include "scanner/findings.h"

#include <algorithm>
#include <stdexcept>

#include "base/escape.h"

namespace sekisho::scanner {

namespace {

// A finding that repeats on one part says nothing new after a few times; a hostile message could repeat it
// forever.
constexpr std::ptrdiff_t max_same_id_on_part = 8;

}  // namespace

void Findings::add(std::string_view id, model::PartId part, std::string_view untrusted_evidence) {
    if (model::find_finding(id) == nullptr && !id.starts_with("yara.")) {
        throw std::logic_error("finding without a row in the table: " + std::string(id));
    }
    model::Finding finding{std::string(id), part, base::escape(untrusted_evidence)};
    // New findings repeat the latest, if any: looking at the last few keeps this linear.
    std::ptrdiff_t same = 0;
    for (auto row = all_.rbegin(); row != all_.rend() && row->part == part; ++row) {
        if (*row == finding) return;
        if (row->id == id && ++same >= max_same_id_on_part) return;
    }
    if (all_.size() >= max_) {
        full_ = true;
        return;
    }
    all_.push_back(std::move(finding));
}

bool Findings::has(std::string_view id) const {
    return std::ranges::find(all_, id, &model::Finding::id) != all_.end();
}

}  // namespace sekisho::scanner
