#include "scanner/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/charset.h"
#include "base/escape.h"
#include "base/text.h"
#include "scanner/extensions.h"

namespace sekisho::scanner {

namespace {

// Cut at a whole character.
std::string_view cut_utf8(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0u) == 0x80u) {
        --most;
    }
    return text.substr(0, most);
}

std::string_view last_segment(std::string_view name) {
    const std::size_t slash = name.find_last_of("/\\");
    return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

// Extensions that people trust, and that hide a dangerous one in "invoice.pdf.exe".
bool looks_harmless(std::string_view extension) {
    constexpr std::array harmless{"doc", "docx", "xls",  "xlsx", "ppt", "pptx", "pdf",  "rtf", "txt",
                                  "csv", "jpg",  "jpeg", "png",  "gif", "htm",  "html", "zip", "mp3",
                                  "mp4", "wav",  "eml",  "msg",  "xml", "log",  "tif",  "bmp"};
    return std::ranges::find(harmless, extension) != harmless.end();
}

// Right-to-left marks, overrides and isolates, and characters without width (UTF-8).
bool has_hidden_characters(std::string_view name) {
    constexpr std::array hidden{"\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x80\x8E",
                                "\xE2\x80\x8F", "\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC",
                                "\xE2\x80\xAD", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA7",
                                "\xE2\x81\xA8", "\xE2\x81\xA9"};
    return std::ranges::any_of(hidden, [&](const char* mark) { return name.find(mark) != name.npos; });
}

}  // namespace

void set_name(Part& part, std::string_view raw) {
    if (base::is_utf8(raw)) {
        part.name = cut_utf8(raw, max_name_bytes);
        return;
    }
    const std::string_view kept = raw.substr(0, max_name_bytes);
    const base::Bytes bytes = base::as_bytes(kept);
    part.name = cut_utf8(base::repair_utf8(base::to_utf8(bytes, base::guess_charset(bytes))), max_name_bytes);
    part.name_raw = kept;
}

std::string path_segment(std::size_t ordinal, std::string_view label, std::string_view name) {
    constexpr std::size_t max_segment = 80;
    std::string text = label.empty() ? std::string(last_segment(name)) : std::string(label);
    std::ranges::replace(text, '/', '_');
    text = base::escape(text, max_segment);
    if (!label.empty()) return text;
    return text.empty() ? fmt::format("{}", ordinal) : fmt::format("{}:{}", ordinal, text);
}

void judge_name(const Part& part, Findings& findings) {
    const std::string_view name = last_segment(part.name);
    if (name.empty()) return;
    const std::string_view trimmed = [&] {
        std::string_view rest = name;
        while (!rest.empty() && (rest.back() == '.' || rest.back() == ' ' || rest.back() == '\0')) {
            rest.remove_suffix(1);
        }
        return rest;
    }();
    const std::string extension = base::extension_of(trimmed);
    const bool dangerous = is_dangerous(risk_of_extension(extension));
    const bool padded = name.find("     ") != name.npos;
    const bool nul = name.find('\0') != name.npos;
    if (has_hidden_characters(name) || nul || (dangerous && (padded || trimmed.size() != name.size()))) {
        findings.add("type.name-tricks", part.id, name);
    }
    if (!dangerous || extension.size() + 1 >= trimmed.size()) return;
    const std::string_view stem = base::trim(trimmed.substr(0, trimmed.size() - extension.size() - 1));
    if (looks_harmless(base::extension_of(stem))) findings.add("type.double-extension", part.id, name);
}

}  // namespace sekisho::scanner
