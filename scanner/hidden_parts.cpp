#include "scanner/hidden_parts.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

namespace sekisho::scanner {

namespace {

// Archives, documents, scripts and programs; what libmagic alone calls something is none of them.
bool is_payload(std::string_view type) {
    constexpr std::array<std::string_view, 7> scripts{
        "text/javascript",   "text/vbscript", "text/x-msdos-batch", "text/x-powershell",
        "text/x-ms-regedit", "text/x-wsf",    "text/x-vba"};
    constexpr std::array<std::string_view, 4> others{"application/octet-stream", "application/x-empty",
                                                     "application/pgp", "application/pkcs7"};
    if (std::ranges::find(scripts, type) != scripts.end()) return true;
    return type.starts_with("application/") &&
           std::ranges::none_of(others, [type](std::string_view other) { return type.starts_with(other); });
}

}  // namespace

void HiddenParts::note(const Part& part, const Format* format) {
    if (format != nullptr && part.flags.has(PartFlag::hidden) && is_payload(part.type))
        parts_.push_back(part.id);
}

void HiddenParts::report(std::span<const model::PartSummary> parts, Findings& findings) const {
    if (parts_.empty()) return;
    std::set<std::string_view> seen;
    for (const model::PartSummary& part : parts) {
        if (std::ranges::find(part.flags, "hidden") == part.flags.end()) seen.insert(part.sha256);
    }
    for (const PartId id : parts_) {
        if (!seen.contains(parts[id].sha256)) findings.add("mime.ambiguous.hidden", id, parts[id].type);
    }
}

}  // namespace sekisho::scanner
