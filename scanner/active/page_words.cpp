#include "scanner/active/page_words.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sekisho::scanner::active {

ScriptWords words_of(std::string_view script) {
    constexpr std::array<std::string_view, 7> builds{"createObjectURL", "msSaveBlob", "msSaveOrOpenBlob",
                                                     ".download",       "'download'", "\"download\"",
                                                     "saveAs("};
    constexpr std::array<std::string_view, 6> decodes{"atob",       "charCodeAt",  "fromCharCode",
                                                      "Uint8Array", "TextDecoder", "ArrayBuffer"};
    constexpr std::array<std::string_view, 8> writes{"document.write", "innerHTML", "outerHTML",
                                                     "eval",           "unescape",  "insertAdjacentHTML",
                                                     "srcdoc",         "decodeURI"};
    return {holds_any(script, builds), holds_any(script, decodes), holds_any(script, writes)};
}

std::vector<std::uint8_t> xor_keys_in(std::string_view script) {
    constexpr std::size_t most = 4;
    std::vector<std::uint8_t> keys;
    for (std::size_t at = script.find('^'); at != script.npos && keys.size() < most;
         at = script.find('^', at)) {
        ++at;
        while (at < script.size() && (base::is_blank(script[at]) || script[at] == '('))
            ++at;
        unsigned value = 0;
        std::size_t digits = 0;
        const bool hex = script.substr(at, 2) == "0x";
        for (at += hex ? 2 : 0; at < script.size() && digits < 3; ++at, ++digits) {
            const int digit = base::hex_value(script[at]);
            if (digit < 0 || (!hex && digit > 9)) break;
            value = value * (hex ? 16u : 10u) + static_cast<unsigned>(digit);
        }
        if (digits > 0 && value > 0 && value < 256) keys.push_back(static_cast<std::uint8_t>(value));
    }
    return keys;
}

std::string file_name_in(std::string_view script) {
    constexpr std::array<std::string_view, 14> extensions{"zip", "iso", "img", "vhd", "rar", "7z",  "exe",
                                                          "js",  "vbs", "lnk", "one", "doc", "xls", "docm"};
    constexpr std::size_t longest = 200;
    for (std::size_t at = script.find('.'); at != script.npos; at = script.find('.', at + 1)) {
        const std::string_view behind = script.substr(at + 1, 5);
        const std::size_t quote = behind.find_first_of("'\"`");
        if (quote == behind.npos) continue;
        const std::string extension = base::to_lower(behind.substr(0, quote));
        if (std::ranges::find(extensions, extension) == extensions.end()) continue;
        const std::size_t first = at - std::min(at, longest);
        const std::size_t open = script.substr(first, at - first).rfind(behind[quote]);
        if (open != script.npos)
            return std::string(script.substr(first + open + 1, at - first - open + quote));
    }
    return {};
}

bool holds_any(std::string_view text, std::span<const std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != text.npos; });
}

bool is_script(std::string_view text) {
    constexpr std::array<std::string_view, 7> words{"eval(",     "atob(",     "document.", "window.",
                                                    "function(", "function ", "location"};
    return holds_any(text, words);
}

bool is_active_markup(std::string_view head) {
    constexpr std::array<std::string_view, 8> marks{"<script", "onload",  "onerror",     "<iframe",
                                                    "<embed",  "<object", "javascript:", "<form"};
    const std::string lower = base::to_lower(head);
    return holds_any(lower, marks);
}

bool is_page(std::string_view head) {
    constexpr std::array<std::string_view, 4> marks{"<html", "<body", "<meta", "<input"};
    return is_active_markup(head) || holds_any(base::to_lower(head), marks);
}

}  // namespace sekisho::scanner::active
