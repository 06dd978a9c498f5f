#include "scanner/part.h"

#include <algorithm>

namespace sekisho::scanner {

// The part may be a view of what its storage holds.
std::vector<Padding> Part::paddings() const {
    if (storage == nullptr || storage->paddings().empty() || bytes.empty()) return {};
    const base::Bytes whole = storage->bytes();
    const std::byte* const first = whole.data();
    if (std::less<>()(bytes.data(), first)) return {};
    const auto begin = static_cast<std::uint64_t>(bytes.data() - first);
    if (begin > whole.size() || bytes.size() > whole.size() - begin) return {};
    std::vector<Padding> out;
    for (const Padding& each : storage->paddings()) {
        const std::uint64_t from = std::max(each.begin, begin);
        const std::uint64_t to = std::min(each.end, begin + bytes.size());
        if (from < to) out.push_back({.begin = from - begin, .end = to - begin, .period = each.period});
    }
    return out;
}

}  // namespace sekisho::scanner
