#include "scanner/active/page_words.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scanner/extensions.h"

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

namespace {

// The string that begins within the next `farthest` bytes; empty where none does.
std::string_view string_behind(std::string_view script, std::size_t at, std::size_t farthest) {
    const std::size_t quote = script.substr(at, farthest).find_first_of("'\"`");
    if (quote == script.npos) return {};
    const std::size_t begin = at + quote + 1;
    return script.substr(begin, script.find(script[at + quote], begin) - begin);
}

bool is_file_name(std::string_view text) {
    constexpr std::size_t longest = 200;
    const std::size_t dot = text.rfind('.');
    if (text.size() > longest || dot == text.npos || dot == 0 || text.size() - dot < 2) return false;
    return std::ranges::none_of(text, [](char c) {
        return c == '<' || c == '>' || c == '{' || c == '}' || c == ';' || c == '=' || c == '/' || c == '\n';
    });
}

// What the script hands over as the name: a.download = "...", setAttribute("download", "..."),
// msSaveBlob(blob, "..."), new File([bytes], "...").
std::string_view name_given(std::string_view script) {
    struct Way {
        std::string_view word;
        std::size_t farthest;  // of the name behind it
    };
    constexpr std::array<Way, 7> ways{
        Way{".download", 12}, Way{"'download'", 12},         Way{"\"download\"", 12}, Way{"msSaveBlob(", 120},
        Way{"saveAs(", 120},  Way{"msSaveOrOpenBlob(", 120}, Way{"new File(", 120}};
    for (const Way& way : ways) {
        for (std::size_t at = script.find(way.word); at != script.npos; at = script.find(way.word, at + 1)) {
            const std::string_view name = string_behind(script, at + way.word.size(), way.farthest);
            if (is_file_name(name)) return name;
        }
    }
    return {};
}

// Droppers are short but for what they carry; libraries speak of files of all kinds.
bool has_little_code(std::string_view script) {
    constexpr std::ptrdiff_t most_calls = 500;
    return std::ranges::count(script, '(') < most_calls;
}

// Kinds of files whose names are believed wherever they stand.
bool is_known_file(std::string_view extension) {
    constexpr std::array<std::string_view, 9> pages{"one", "onepkg", "xlsx", "docx", "pptx",
                                                    "svg", "htm",    "html", "slk"};
    return is_archive_extension(extension) || risk_of_extension(extension) != NameRisk::none ||
           std::ranges::find(pages, extension) != pages.end();
}

}  // namespace

bool is_archive_extension(std::string_view extension) {
    constexpr std::array<std::string_view, 23> archives{
        "zip", "rar", "7z",  "arj", "lzh", "lha", "z",   "gz",   "tgz", "bz2", "tbz", "xz",
        "txz", "cab", "uue", "uu",  "ace", "tar", "zst", "zipx", "r00", "jar", "wim"};
    return std::ranges::find(archives, extension) != archives.end();
}

NamedFile file_name_in(std::string_view script) {
    if (const std::string_view given = name_given(script); !given.empty()) return {std::string(given), true};
    constexpr std::size_t longest = 200;
    constexpr std::size_t longest_extension = 20;  // .settingcontent-ms
    for (std::size_t at = script.find('.'); at != script.npos; at = script.find('.', at + 1)) {
        const std::string_view behind = script.substr(at + 1, longest_extension + 1);
        const std::size_t quote = behind.find_first_of("'\"`");
        if (quote == behind.npos || !is_known_file(base::to_lower(behind.substr(0, quote)))) continue;
        const std::size_t first = at - std::min(at, longest);
        const std::size_t open = script.substr(first, at - first).rfind(behind[quote]);
        if (open == script.npos) continue;
        const std::string_view name = script.substr(first + open + 1, at - first - open + quote);
        if (is_file_name(name)) return {std::string(name), has_little_code(script)};
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
