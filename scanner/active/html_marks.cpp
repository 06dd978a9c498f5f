#include "scanner/active/html_marks.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scanner/unlock/candidates.h"

namespace sekisho::scanner::active {

bool is_code_type(std::string_view type) {
    constexpr std::array<std::string_view, 8> words{"javascript", "ecmascript", "jscript", "module",
                                                    "vbscript",   "livescript", "text/js", "babel"};
    const std::string lower = base::to_lower(base::trim(type));
    return lower.empty() ||
           std::ranges::any_of(words, [&](std::string_view word) { return lower.find(word) != lower.npos; });
}

bool is_foreign_element(std::string_view tag) {
    constexpr std::array<std::string_view, 6> tags{"iframe", "embed", "object", "form", "frame", "meta"};
    return std::ranges::find(tags, tag) != tags.end();
}

bool is_invisible(std::string_view attributes) {
    // 0, 0px, 1px, but not 0.9em.
    const auto is_tiny = [](std::string_view value) {
        return (value.starts_with('0') && !value.starts_with("0.")) || value.starts_with("1px");
    };
    for (std::size_t at = attributes.find(':'); at != attributes.npos; at = attributes.find(':', at + 1)) {
        const std::string_view before =
            base::trim(attributes.substr(at - std::min<std::size_t>(at, 16), std::min<std::size_t>(at, 16)));
        const std::string_view value = base::trim(attributes.substr(at + 1, 16));
        const auto sets = [&](std::string_view property) {
            return base::ends_with_ignoring_case(before, property);
        };
        const auto is = [&](std::string_view word) { return base::starts_with_ignoring_case(value, word); };
        if ((is("none") && sets("display")) || (is("hidden") && sets("visibility")) ||
            (is("all") && sets("mso-hide")) || (is_tiny(value) && (sets("font-size") || sets("opacity"))))
            return true;
    }
    return false;
}

bool speaks_in_secret(std::string_view utf8) {
    constexpr std::array<std::string_view, 7> instructions{
        "enable content",      "enable editing",     "ignore previous instructions",
        "ignore all previous", "コンテンツの有効化", "編集を有効",
        "以前の指示を無視"};
    const std::string lower = base::to_lower(utf8);
    if (std::ranges::any_of(instructions,
                            [&](std::string_view words) { return lower.find(words) != lower.npos; }))
        return true;
    Passwords found;
    unlock::harvest_text(utf8, "", found);
    return std::ranges::any_of(found.ranked(), [](const PasswordCandidate& candidate) {
        return candidate.source == PasswordSource::keyword;
    });
}

std::string_view redirect_in(std::string_view script) {
    constexpr std::string_view word = "location";
    constexpr std::size_t farthest = 48;  // of the quote behind the word
    for (std::size_t at = script.find(word); at != script.npos; at = script.find(word, at + 1)) {
        const std::string_view rest = script.substr(at + word.size());
        const std::size_t quote = rest.substr(0, farthest).find_first_of("\"'`");
        if (quote == rest.npos) continue;
        const std::string_view between = rest.substr(0, quote);
        const bool sets = between.find_first_of("=(") != between.npos && between.find("==") == between.npos &&
                          between.find_first_of(";{}?:") == between.npos;
        const std::string_view target = rest.substr(quote + 1, rest.find(rest[quote], quote + 1) - quote - 1);
        constexpr std::array<std::string_view, 6> starts{"http://", "https://", "//",
                                                         "data:",   "aHR0c",    "\\x68\\x74"};
        if (sets && std::ranges::any_of(starts, [&](std::string_view start) {
                return base::starts_with_ignoring_case(target, start);
            }))
            return target;
    }
    return {};
}

}  // namespace sekisho::scanner::active
