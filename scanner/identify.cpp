#include "scanner/identify.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scanner/extensions.h"
#include "scanner/magic.h"

namespace sekisho::scanner {

namespace {

const Format* by_type(const Rooms& rooms, std::string_view type) {
    const auto row =
        std::ranges::find(rooms.formats, type, [](const Format* format) { return format->type; });
    return row == rooms.formats.end() ? nullptr : *row;
}

bool lists(const Format& format, std::string_view extension) {
    const auto all = base::split(format.extensions, ',');
    return std::ranges::find(all, extension) != all.end();
}

// A browser goes by the name, and shows what stands before the first tag; mail programs go by the declared
// type.
bool opens_as_page(const Part& part) {
    constexpr std::array<std::string_view, 5> pages{"htm", "html", "shtml", "xht", "xhtml"};
    return part.claimed_type == "text/html" ||
           std::ranges::find(pages, base::extension_of(part.name)) != pages.end();
}

bool declared_as_mail(const Part& part) {
    constexpr std::array types{"message/rfc822", "message/global", "message/news"};
    return part.opened_by == "mime" && std::ranges::find(types, part.claimed_type) != types.end();
}

struct Best {
    const Format* format = nullptr;
    Confidence confidence = no_match;
};

Best most_confident(const Part& part, const Rooms& rooms) {
    Best best;
    for (const Format* format : rooms.formats) {
        const Confidence confidence = format->recognise(part.bytes, part.name);
        if (confidence > best.confidence) best = {format, confidence};
    }
    return best;
}

// Kinds of content that nobody sends under a picture's or a text's name by mistake.
bool matters(std::string_view type) {
    constexpr std::array starts{"application/zip", "application/x-",  "application/vnd.",
                                "application/ms",  "application/pdf", "application/rtf"};
    return std::ranges::any_of(starts, [&](std::string_view start) { return type.starts_with(start); });
}

bool declared_harmless(std::string_view type) {
    constexpr std::array starts{"image/", "audio/", "video/", "text/"};
    return std::ranges::any_of(starts, [&](std::string_view start) { return type.starts_with(start); });
}

}  // namespace

const Format* identify(Part& part, const Rooms& rooms) {
    if (!part.type.empty())
        return by_type(rooms, part.type);  // the input kind or the room that made it said so
    Best best = most_confident(part, rooms);
    if (declared_as_mail(part) && best.confidence < sure_match)
        best = {by_type(rooms, "message/rfc822"), sure_match};
    const bool plain = best.format == nullptr || best.format->type == "text/plain";
    if (plain && part.claimed_type.starts_with("text/")) {
        // Text that calls itself HTML is shown as HTML, however little markup it has.
        const Format* declared = by_type(rooms, part.claimed_type);
        if (declared != nullptr && (best.format != nullptr || part.bytes.empty())) best.format = declared;
    }
    // Containers stay what they are: nothing of them may be lost.
    const bool opens = best.format != nullptr && best.format->open != nullptr;
    if (!opens && !part.bytes.empty() && opens_as_page(part)) {
        const Format* page = by_type(rooms, "text/html");
        if (page != nullptr) best.format = page;
    }
    if (best.format != nullptr) {
        part.type = best.format->type;
        return best.format;
    }
    part.type = part.bytes.empty() ? "application/x-empty" : magic_type(part.bytes);
    return nullptr;
}

void judge_type(const Part& part, const Format* format, const Rooms& rooms, Findings& findings) {
    if (part.bytes.empty() || !matters(part.type)) return;
    const std::string extension = base::extension_of(part.name);
    if (!extension.empty() && format != nullptr && !format->extensions.empty() &&
        !lists(*format, extension)) {
        const bool known =
            std::ranges::any_of(rooms.formats, [&](const Format* row) { return lists(*row, extension); });
        if (known) {
            findings.add("type.mismatch", part.id, fmt::format("{} is named .{}", part.type, extension));
            return;
        }
    }
    if (declared_harmless(part.claimed_type)) {
        findings.add("type.mismatch", part.id,
                     fmt::format("{} is declared {}", part.type, part.claimed_type));
    }
}

}  // namespace sekisho::scanner
