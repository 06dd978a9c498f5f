#include "scanner/active/pdf_script.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t shown = 120;     // bytes of evidence
constexpr std::size_t call_end = 400;  // bytes of a call in which its arguments are looked for

std::string words_at(std::string_view text, std::size_t at) {
    const std::string_view line = text.substr(at, shown);
    return std::string(line.substr(0, line.find_first_of("\r\n")));
}

// The arguments of the call at `at`, up to the end of its statement.
std::string_view call_at(std::string_view text, std::size_t at) {
    const std::string_view rest = text.substr(at, call_end);
    return rest.substr(0, rest.find(';'));
}

// The first of `names` in `text` whose call `fits`.
template <std::size_t n, class Fits>
std::string find_call(std::string_view text, const std::array<std::string_view, n>& names, Fits fits) {
    for (const std::string_view name : names) {
        for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + name.size())) {
            if (fits(call_at(text, at))) return words_at(text, at);
        }
    }
    return {};
}

// nLaunch is the third argument: 0 saves alone, 1 asks where to and opens, 2 opens. Whatever is no plain 0
// counts.
bool launches(std::string_view call) {
    const std::size_t name = call.find("nlaunch");
    if (name != call.npos) {
        const std::string_view value = base::trim(
            call.substr(name + 7), [](char c) { return base::is_space(c) || c == ':' || c == '"'; });
        return !value.starts_with('0');
    }
    const std::size_t last = call.rfind(',');
    if (call.find('{') != call.npos || last == call.npos || last == call.find(',')) return false;
    return !base::trim(call.substr(last + 1)).starts_with('0');
}

bool has_address(std::string_view call) {
    return call.find("://") != call.npos || call.find("\\\\") != call.npos;
}

// "%45000f": a number with a width that no form has (CVE-2008-2992).
bool has_vast_width(std::string_view call) {
    constexpr std::size_t vast = 4;
    const std::size_t percent = call.find('%');
    if (percent == call.npos) return false;
    const std::string_view rest = call.substr(percent + 1);
    const auto end = std::ranges::find_if_not(rest, base::is_digit);
    return end - rest.begin() >= static_cast<std::ptrdiff_t>(vast);
}

std::string find_exploit(std::string_view text) {
    constexpr std::array<std::string_view, 1> print{"util.printf("};
    std::string found = find_call(text, print, has_vast_width);
    if (!found.empty()) return found;
    constexpr std::array<std::string_view, 8> marks{"collab.collectemailinfo(",
                                                    "collab.geticon(",
                                                    "media.newplayer(",
                                                    "spell.customdictionaryopen(",
                                                    "%u9090%u9090",
                                                    "%u0c0c%u0c0c",
                                                    "%u0a0a%u0a0a",
                                                    "\\u9090\\u9090"};
    for (const std::string_view mark : marks) {
        const std::size_t at = text.find(mark);
        if (at != text.npos) return words_at(text, at);
    }
    return {};
}

// "\\\\host\\share" in a string, as JavaScript writes it; a name is needed, so that a pattern of backslashes
// is none.
std::string find_share(std::string_view text) {
    constexpr std::string_view slashes = R"(\\\\)";
    for (std::size_t at = text.find(slashes); at != text.npos; at = text.find(slashes, at + slashes.size())) {
        if (at == 0 || (text[at - 1] != '"' && text[at - 1] != '\'')) continue;
        const std::string_view rest = text.substr(at, shown);
        const std::string_view written = rest.substr(0, rest.find_first_of("\"'\r\n"));
        std::string path;
        for (std::size_t i = 0; i < written.size(); ++i) {
            path += written[i];
            if (written.substr(i).starts_with(R"(\\)")) ++i;
        }
        const std::size_t host_end = path.find('\\', 2);
        if (host_end != path.npos && host_end > 2 && path.find(' ') > host_end) return path;
    }
    return {};
}

}  // namespace

PdfScriptFacts read_pdf_script(std::string_view script) {
    constexpr std::array<std::string_view, 2> exports{"exportdataobject(", "exportdataobject\"]("};
    constexpr std::array<std::string_view, 3> links{"launchurl(", "geturl(", "submitform("};
    const std::string lower = base::to_lower(script);
    return {.opens_file = find_call(lower, exports, launches),
            .opens_link = find_call(lower, links, has_address),
            .share = find_share(lower),
            .exploit = find_exploit(lower)};
}

}  // namespace sekisho::scanner::active
