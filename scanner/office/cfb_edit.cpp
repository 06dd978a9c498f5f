#include "scanner/office/cfb_edit.h"

#include <algorithm>
#include <utility>

namespace sekisho::scanner::office {

void CfbEdit::replace(std::uint32_t index, Output plain) {
    storages_.push_back(std::move(plain).finish());
    base::Bytes left = storages_.back()->bytes();
    for (const CfbRun& run : cfb_.layout(index, budget_, left.size())) {
        const base::Bytes bytes = base::head(left, run.length);
        patches_.push_back({run.offset, bytes});
        left = left.subspan(bytes.size());
    }
}

void CfbEdit::write(Output& output) {
    std::ranges::sort(patches_, {}, &Patch::offset);
    std::uint64_t at = 0;  // how far the file is written
    for (Patch patch : patches_) {
        const std::uint64_t covered =
            std::min<std::uint64_t>(at - std::min(at, patch.offset), patch.bytes.size());
        patch.offset += covered;
        patch.bytes = patch.bytes.subspan(covered);
        if (patch.bytes.empty()) continue;
        if (!output.write(file_.subspan(at, patch.offset - at)) || !output.write(patch.bytes)) return;
        at = patch.offset + patch.bytes.size();
    }
    (void)output.write(file_.subspan(at));
}

}  // namespace sekisho::scanner::office
