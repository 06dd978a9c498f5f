// Known weakness: a script that uses none of the words below and has another extension passes for text. Rules
// run on it all the same.
#include "scanner/active/scripts.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/extensions.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t looked_at = 8u << 10;

// The start of a text as lower-case ASCII; UTF-16, in which Windows scripts often come, is narrowed. Empty
// for binary.
std::string start_of_text(base::Bytes head) {
    const base::Bytes start = base::head(head, looked_at);
    const std::string_view charset = base::guess_charset(start);
    if (charset == "utf-16le" || charset == "utf-16be") return base::to_lower(base::to_utf8(start, charset));
    const std::string_view text = base::as_text(start);
    if (text.find('\0') != std::string_view::npos) return {};
    return base::to_lower(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
}

std::size_t count_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return static_cast<std::size_t>(
        std::ranges::count_if(words, [&](std::string_view word) { return text.find(word) != text.npos; }));
}

bool named(std::string_view name, std::initializer_list<std::string_view> extensions) {
    const std::string extension = base::extension_of(name);
    return std::ranges::find(extensions, std::string_view(extension)) != extensions.end();
}

// By name a text is what its host would take it for. By content alone it takes several words of the trade.
Confidence judge(bool by_name, std::size_t marks, std::size_t enough) {
    if (by_name) return good_match;
    return marks >= enough ? weak_match + 10 : no_match;
}

// MS-Script-Encoder: JSE and VBE start with this mark.
Confidence recognise_encoded(base::Bytes head, std::string_view) {
    return base::as_text(head).starts_with("#@~^") ? sure_match : no_match;
}

Confidence recognise_jscript(base::Bytes head, std::string_view name) {
    const std::string text = start_of_text(head);
    if (text.empty()) return no_match;
    const std::size_t marks = count_of(text, {"activexobject", "wscript.", "scripting.filesystemobject",
                                              "msxml2.", "adodb.stream", "winhttp.", "var "});
    return judge(named(name, {"js", "jse"}), text.find("var ") != text.npos ? marks : 0, 3);
}

Confidence recognise_vbscript(base::Bytes head, std::string_view name) {
    const std::string text = start_of_text(head);
    if (text.empty()) return no_match;
    const std::size_t marks = count_of(text, {"createobject(", "wscript.", "on error resume next", "end sub",
                                              "execute(", "chr(", "dim ", "set "});
    // VBA sources are made by our own office room and carry their own type; a macro pasted into a mail is
    // text.
    return judge(named(name, {"vbs", "vbe"}), text.find("wscript") != text.npos ? marks : 0, 4);
}

Confidence recognise_wsf(base::Bytes head, std::string_view name) {
    const std::string text = start_of_text(head);
    const bool job = text.find("<job") != text.npos && text.find("<script") != text.npos;
    return !text.empty() && (job || named(name, {"wsf", "wsc", "sct"})) ? good_match + 5 : no_match;
}

Confidence recognise_hta(base::Bytes head, std::string_view name) {
    const std::string text = start_of_text(head);
    return !text.empty() && (text.find("<hta:") != text.npos || named(name, {"hta"})) ? good_match + 5
                                                                                      : no_match;
}

Confidence recognise_batch(base::Bytes head, std::string_view name) {
    const std::string text = start_of_text(head);
    if (text.empty()) return no_match;
    return judge(named(name, {"bat", "cmd"}), text.starts_with("@echo off") ? 1 : 0, 1);
}

Confidence recognise_powershell(base::Bytes head, std::string_view name) {
    const std::string text = start_of_text(head);
    if (text.empty()) return no_match;
    const std::size_t marks =
        count_of(text, {"invoke-webrequest", "new-object", "invoke-expression", "[system.convert]",
                        "downloadstring", "start-process", "param(", "write-host"});
    return judge(named(name, {"ps1", "psm1", "psd1"}), text.find('$') != text.npos ? marks : 0, 2);
}

Confidence recognise_registry(base::Bytes head, std::string_view) {
    const std::string text = start_of_text(head);
    return text.starts_with("windows registry editor version") || text.starts_with("regedit4") ? sure_match
                                                                                               : no_match;
}

// [InternetShortcut] files start what they name, as LNK files do.
Confidence recognise_url(base::Bytes head, std::string_view) {
    const std::string text = start_of_text(head);
    return base::trim(text).starts_with("[internetshortcut]") ? sure_match : no_match;
}

Confidence recognise_svg(base::Bytes head, std::string_view) {
    const std::string text = start_of_text(head);
    const std::string_view start = base::trim(text);
    return start.starts_with("<svg") || (start.starts_with("<?xml") && text.find("<svg") != text.npos)
               ? good_match
               : no_match;
}

Confidence recognise_xml(base::Bytes head, std::string_view) {
    return base::trim(start_of_text(head)).starts_with("<?xml") ? weak_match + 5 : no_match;
}

void report_script(const Part& part, Findings& findings) { findings.add("file.script", part.id, part.name); }

Turn light(const Part&) { return Turn::light; }

constexpr Format script(std::string_view name, std::string_view type, std::string_view extensions,
                        Confidence (*recognise)(base::Bytes, std::string_view)) {
    return {.name = name,
            .type = type,
            .extensions = extensions,
            .recognise = recognise,
            .inspect = report_script,
            .risky = false};
}
constexpr Format text(std::string_view name, std::string_view type, std::string_view extensions,
                      Confidence (*recognise)(base::Bytes, std::string_view)) {
    return {.name = name,
            .type = type,
            .extensions = extensions,
            .recognise = recognise,
            .turn = light,
            .risky = false};
}

constexpr std::array table{
    script("script-encoded", "application/x-ms-encoded-script", "jse,vbe", recognise_encoded),
    script("wsf", "application/x-wsf", "wsf,wsc,sct", recognise_wsf),
    script("hta", "application/hta", "hta", recognise_hta),
    script("jscript", "application/x-jscript", "js,jse,mjs,ts", recognise_jscript),
    script("vbscript", "application/x-vbscript", "vbs,vbe", recognise_vbscript),
    script("batch", "application/x-bat", "bat,cmd", recognise_batch),
    script("powershell", "application/x-powershell", "ps1,psm1,psd1", recognise_powershell),
    script("registry", "application/x-registry", "reg", recognise_registry),
    script("url", "application/x-mswinurl", "url", recognise_url),
    text("svg", "image/svg+xml", "svg", recognise_svg),
    text("xml", "text/xml", "", recognise_xml),
};

}  // namespace

std::span<const Format> script_formats() { return table; }

}  // namespace sekisho::scanner::active
