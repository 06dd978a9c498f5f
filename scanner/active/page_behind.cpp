#include "scanner/active/page_behind.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "scanner/active/extensions.h"

namespace sekisho::scanner::active {

namespace {

bool is_shown_as_page(const Part& part) {
    constexpr std::array<std::string_view, 5> extensions{"htm", "html", "shtml", "xht", "xhtml"};
    return part.claimed_type == "text/html" || part.claimed_type == "application/xhtml+xml" ||
           std::ranges::find(extensions, windows_extension(part.name)) != extensions.end();
}

// What its own opener reads as text or as a mail has its pages read already.
bool is_something_else(std::string_view type) {
    constexpr std::array<std::string_view, 6> others{"text/",     "message/",        "multipart/",
                                                     "image/svg", "application/xml", "application/hta"};
    return std::ranges::none_of(others, [&](std::string_view other) { return type.starts_with(other); }) ||
           type == "text/rtf";
}

bool begins_page(std::string_view tag) {
    constexpr std::array<std::string_view, 8> tags{"<script", "<html", "<!doctype html", "<body",
                                                   "<meta",   "<form", "<iframe",        "<svg"};
    return std::ranges::any_of(
        tags, [&](std::string_view name) { return base::starts_with_ignoring_case(tag, name); });
}

}  // namespace

void open_page_behind(const Part& part, Extraction& extraction) {
    if (!is_something_else(part.type) || !is_shown_as_page(part)) return;
    if (!extraction.budget().spend_steps(part.bytes.size())) return;
    const std::string_view text = base::as_text(part.bytes);
    for (std::size_t at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
        if (!begins_page(text.substr(at, 16))) continue;
        ChildSpec spec;
        spec.label = "page";
        spec.type = "text/html";
        spec.opened_by = "embedded";
        spec.charset = part.charset;
        (void)extraction.add_child(std::move(spec), part.bytes.subspan(at));
        return;
    }
}

}  // namespace sekisho::scanner::active
