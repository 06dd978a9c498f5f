// Scripts that Windows runs on a double click: told by what they say, and by their extension, since that
// alone decides which host runs them. What is to be seen in them is read in script_parts.h.
//
// Known weaknesses: by content alone a script is told only where it begins as code and names what a Windows
// host has; a long comment in front hides it, unless its extension is a script's.
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/text.h"
#include "scanner/active/extensions.h"
#include "scanner/active/formats.h"
#include "scanner/active/marks.h"
#include "scanner/active/script_parts.h"
#include "scanner/active/shortcut_text.h"

namespace sekisho::scanner::active {

namespace {

constexpr Confidence by_extension = good_match + 20;        // text under a script's extension
constexpr Confidence by_extension_binary = good_match - 5;  // any format that knows the bytes wins
constexpr std::size_t looked_at = 64u << 10;

template <std::size_t n>
bool one_of(std::string_view word, const std::array<std::string_view, n>& words) {
    return std::ranges::find(words, word) != words.end();
}
std::size_t count_in(std::string_view text, std::span<const std::string_view> words) {
    return static_cast<std::size_t>(std::ranges::count_if(
        words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; }));
}
bool starts_with_any(std::string_view text, std::span<const std::string_view> starts) {
    return std::ranges::any_of(starts, [&](std::string_view start) { return text.starts_with(start); });
}

// Files in which code is shown, kept or sent for reading: what stands in them is no script of Windows' hosts,
// whatever it says.
bool is_listing(std::string_view name) {
    constexpr std::array<std::string_view, 40> extensions{
        "patch", "diff", "sql",  "c",   "cc",   "cpp",  "h",    "hpp",  "cs",  "java",
        "kt",    "py",   "rb",   "go",  "rs",   "php",  "asp",  "aspx", "jsp", "ts",
        "tsx",   "vue",  "json", "yml", "yaml", "toml", "md",   "rst",  "tex", "css",
        "html",  "htm",  "xml",  "xsd", "ini",  "cfg",  "conf", "bas",  "cls", "frm"};
    return one_of(windows_extension(name), extensions);
}

Confidence for_extension(base::Bytes head) {
    return looks_textual(head) ? by_extension : by_extension_binary;
}

// Their hosts skip whatever stands before the tags, also another format's header: nothing may win over that.
Confidence for_markup(base::Bytes head) {
    return holds_tag(base::head(head, looked_at), "<script") ? sure_match + 5 : for_extension(head);
}

// #@~^: the Microsoft Script Encoder, whatever the extension.
Confidence recognise_encoded(base::Bytes head, std::string_view name) {
    if (lower_head(head, 64).starts_with("#@~^")) return sure_match;
    constexpr std::array<std::string_view, 2> extensions{"jse", "vbe"};
    return one_of(windows_extension(name), extensions) ? for_extension(head) : no_match;
}

// Emotet's .wsf had a PDF's or JSON's header before the job: the tags are looked for, not expected first.
Confidence recognise_wsf(base::Bytes head, std::string_view name) {
    constexpr std::array<std::string_view, 4> extensions{"wsf", "wsc", "sct", "wsh"};
    if (one_of(windows_extension(name), extensions)) return for_markup(head);
    const base::Bytes start = base::head(head, looked_at);
    const bool job = holds_tag(start, "<job") && holds_tag(start, "<script");
    return job || holds_tag(start, "<scriptlet") ? good_match + 5 : no_match;
}

Confidence recognise_hta(base::Bytes head, std::string_view name) {
    if (windows_extension(name) == "hta") return for_markup(head);
    return holds_tag(base::head(head, looked_at), "<hta:application") ? sure_match : no_match;
}

// Without an extension two marks of a script host are asked for, and a beginning that is code.
Confidence recognise_js(base::Bytes head, std::string_view name) {
    constexpr std::array<std::string_view, 1> extensions{"js"};
    if (one_of(windows_extension(name), extensions)) {
        // GIF89a/*...*/=1; is an assignment, and a picture to whoever looks at the beginning alone.
        constexpr std::array<std::string_view, 2> pictures{"gif8", "bm"};
        return starts_with_any(lower_head(head, 8), pictures) ? sure_match + 5 : for_extension(head);
    }
    constexpr std::array<std::string_view, 8> starts{"var ", "function", "(function", "!function",
                                                     "try",  "/*",       "//",        "this["};
    // Web pages evaluate and decode too: one of these is asked for besides.
    constexpr std::array<std::string_view, 6> hosts{
        "activexobject", "wscript.", "wscript[", "msxml2.", "adodb.stream", "scripting.filesystemobject"};
    constexpr std::array<std::string_view, 4> marks{"fromcharcode", "eval(", ".run(", "new activexobject"};
    if (is_listing(name)) return no_match;
    const std::string start = lower_head(head, 64);
    if (!starts_with_any(start, starts)) return no_match;
    // October 2019: wide characters and an array of encoded words (reference: the rule of that name by
    // Neo23x0).
    if (has_mark(head, "\xFF\xFE") && start.starts_with("var a=['")) return sure_match;
    const std::string text = lower_head(head, looked_at);
    const std::size_t host = count_in(text, hosts);
    return host > 0 && host + count_in(text, marks) >= 2 ? good_match : no_match;
}

Confidence recognise_vbs(base::Bytes head, std::string_view name) {
    constexpr std::array<std::string_view, 2> extensions{"vbs", "vb"};
    if (one_of(windows_extension(name), extensions)) return for_extension(head);
    constexpr std::array<std::string_view, 9> starts{
        "dim ", "set ", "on error", "option explicit", "'", "sub ", "function ", "const ", "rem "};
    constexpr std::array<std::string_view, 7> marks{"createobject(",
                                                    "getobject(",
                                                    "wscript.",
                                                    "executeglobal",
                                                    "on error resume next",
                                                    "adodb.stream",
                                                    "scripting.filesystemobject"};
    if (is_listing(name) || !starts_with_any(lower_head(head, 64), starts)) return no_match;
    return count_in(lower_head(head, looked_at), marks) >= 2 ? good_match : no_match;
}

Confidence recognise_batch(base::Bytes head, std::string_view name) {
    constexpr std::array<std::string_view, 2> extensions{"bat", "cmd"};
    if (one_of(windows_extension(name), extensions)) {
        // cmd.exe complains of another format's bytes in the first line, and goes on with the next one.
        constexpr std::array<std::string_view, 7> others{"gif8", "\xFF\xD8\xFF", "\x89png", "bm",
                                                         "%pdf", "pk\3\4",       "{\\rt"};
        return starts_with_any(lower_head(head, 8), others) ? sure_match + 5 : for_extension(head);
    }
    if (is_listing(name)) return no_match;
    std::string start = lower_head(head, 64);
    // A byte order mark of UTF-16 before plain letters: editors show other characters, cmd skips the line.
    if (has_mark(head, "\xFF\xFE") && head.size() > 4 && head[3] != std::byte{0}) {
        start = lower_head(head.subspan(2), 64);
        if (start.starts_with("&cls") || start.starts_with("&@cls")) return sure_match;
    }
    return start.starts_with("@echo off") || start.starts_with("@echo  off") ? good_match : no_match;
}

Confidence recognise_powershell(base::Bytes head, std::string_view name) {
    constexpr std::array<std::string_view, 5> extensions{"ps1", "psm1", "psd1", "ps1xml", "psc1"};
    if (one_of(windows_extension(name), extensions)) return for_extension(head);
    constexpr std::array<std::string_view, 5> starts{"$", "powershell", "param(", "function ", "[system."};
    constexpr std::array<std::string_view, 9> marks{
        "new-object",     "invoke-webrequest", "invoke-expression",
        "iex(",           "frombase64string",  "start-process",
        "downloadstring", "downloadfile",      "-executionpolicy"};
    if (is_listing(name) || !starts_with_any(lower_head(head, 64), starts)) return no_match;
    return count_in(lower_head(head, looked_at), marks) >= 2 ? good_match : no_match;
}

// Style sheets whose script reaches for objects of Windows: msxsl.exe and "wmic /format:" run it. Those of
// honest transformations count and format, in C# more often than in JScript.
Confidence recognise_style_sheet(base::Bytes head, std::string_view) {
    const std::string root = xml_root(text_head(head, 4u << 10));
    if (root != "stylesheet" && root != "transform") return no_match;
    constexpr std::array<std::string_view, 3> objects{"activexobject", "createobject(", "getobject("};
    const std::string text = lower_head(head, looked_at);
    const bool script = text.find("implements-prefix") != std::string::npos;
    return script && count_in(text, objects) > 0 ? good_match + 5 : no_match;
}

Confidence recognise_registry(base::Bytes head, std::string_view) {
    const std::string start = lower_head(head, 128);
    return start.starts_with("windows registry editor version") || start.starts_with("regedit4") ? sure_match
                                                                                                 : no_match;
}

// clang-format off
constexpr std::array rows{  // NOLINT: a table holds nothing else
    Format{.name = "encoded-script", .type = "application/x-ms-encoded-script", .extensions = "jse,vbe", .recognise = recognise_encoded, .open = open_encoded_script, .inspect = inspect_script, .holds = Holds::suspiciously},
    Format{.name = "hta", .type = "application/hta", .extensions = "hta", .recognise = recognise_hta, .open = open_script_elements, .inspect = inspect_script, .holds = Holds::suspiciously},
    Format{.name = "wsf", .type = "text/x-wsf", .extensions = "wsf,wsc,sct,wsh", .recognise = recognise_wsf, .open = open_script_elements, .inspect = inspect_script},
    Format{.name = "javascript", .type = "text/javascript", .extensions = "js,mjs,cjs,jsx", .recognise = recognise_js, .open = open_script, .inspect = inspect_script, .risky = false},
    Format{.name = "vbscript", .type = "text/vbscript", .extensions = "vbs,vb", .recognise = recognise_vbs, .open = open_script, .inspect = inspect_script, .risky = false},
    Format{.name = "batch", .type = "text/x-msdos-batch", .extensions = "bat,cmd,nt", .recognise = recognise_batch, .open = open_script, .inspect = inspect_script, .risky = false},
    Format{.name = "powershell", .type = "text/x-powershell", .extensions = "ps1,psm1,psd1,ps1xml,psc1", .recognise = recognise_powershell, .open = open_script, .inspect = inspect_script, .risky = false},
    Format{.name = "style-sheet", .type = "application/xslt+xml", .extensions = "xsl,xslt,xml", .recognise = recognise_style_sheet, .open = open_script_elements, .inspect = inspect_script},
    Format{.name = "registry", .type = "text/x-ms-regedit", .extensions = "reg", .recognise = recognise_registry, .open = open_registry_script, .inspect = inspect_script, .risky = false},
};
// clang-format on

}  // namespace

std::span<const Format> script_formats() { return rows; }

}  // namespace sekisho::scanner::active
