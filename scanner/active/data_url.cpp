// "data:" URLs (RFC 2397) within pages: html_payloads.h.
#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/active/html_payloads.h"
#include "scanner/active/payload_source.h"

namespace sekisho::scanner::active {

void PayloadSearch::open_data_url(std::string_view url, bool by_link) {
    const std::size_t comma = url.substr(0, 1'024).find(',');
    if (comma == url.npos) return;
    const std::string head = base::to_lower(url.substr(0, comma));
    std::string declared = head.substr(std::min<std::size_t>(5, head.size()));
    declared.resize(std::min(declared.find(';'), declared.size()));
    const std::string_view body = url.substr(comma + 1);
    const PayloadSource source{.text = body, .size = body.size()};
    const PayloadRecipe recipe{.coding = Coding::percent, .twice = head.find(";base64") != head.npos};
    const auto declares = [&](std::string_view prefix) { return declared.starts_with(prefix); };
    // The pictures of a newsletter are many: a look at the first bytes tells that they are some.
    constexpr std::size_t glance = 64;
    const std::string first = take_text(source, recipe, glance);
    if (payload_type(base::as_bytes(first)).kind == PayloadKind::harmless || !may_try(url.size())) return;
    const std::string start = take_text(source, recipe, payload_head);
    const PayloadType type = payload_type(base::as_bytes(start));
    // Saved under a name that Windows opens, it is what the name says.
    const bool as_file = by_link && named_kind();
    bool told = false;
    switch (type.kind) {
        case PayloadKind::harmless:
            return;
        case PayloadKind::document:
            break;
        case PayloadKind::dangerous:
        case PayloadKind::compressed:
            told = true;
            break;
        case PayloadKind::markup:
            told = declares("text/html") || declares("application/xhtml") || is_active_markup(start);
            if (!told && !as_file) return;
            break;
        case PayloadKind::text:
            if (as_file || declares("text/html")) {
                told = true;
            } else if (declared.find("javascript") != declared.npos) {
                return queue_script(source, recipe);
            } else {
                return;
            }
            break;
        case PayloadKind::unknown:
            told = declares("application/") && !declares("application/json") &&
                   !declares("application/font") && !declares("application/x-font") &&
                   !declares("application/vnd.ms-fontobject") && !declares("application/wasm") &&
                   body.size() >= 64;
            if (!told && !as_file) return;
            break;
    }
    const bool is_page = !as_file && (type.kind == PayloadKind::markup || type.kind == PayloadKind::text);
    if (by_link && !is_page && type.kind != PayloadKind::document) {
        const bool document = is_office_document(type, base::as_bytes(start));
        note_drop(named_kind().value_or(document ? Drop::Kind::document : Drop::Kind::active),
                  fmt::format("{}: {}", type.name, name_), true);
    } else if (told) {
        extraction_.findings().add("html.data-url", part_.id, fmt::format("{}: {}", declared, type.name));
    }
    (void)add_child(source, recipe, is_page ? "written" : "payload", as_file ? "" : declared);
}

}  // namespace sekisho::scanner::active
