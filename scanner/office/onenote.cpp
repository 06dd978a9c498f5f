#include "scanner/office/onenote.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"
#include "scanner/extensions.h"
#include "scanner/office/onenote_package.h"
#include "scanner/office/onenote_store.h"

namespace sekisho::scanner::office {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view section_guid("\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3",
                                        16);
constexpr std::string_view toc_guid("\xA1\x2F\xFF\x43\xD9\xEF\x76\x4C\x9E\xE2\x10\xEA\x57\x22\x76\x5F", 16);
constexpr std::string_view object_guid("\xE7\x16\xE3\xBD\x65\x26\x11\x45\xA4\xC4\x8D\x4D\x0B\x7A\x9E\xAC",
                                       16);
constexpr std::size_t after_length = 12;  // unused and reserved fields

// Each FileDataStoreObject (2.6.13), wherever it lies.
OneNoteSection read_store(base::Bytes section, Budget& budget) {
    OneNoteSection out;
    const std::map<std::size_t, StoredName> names = read_onenote_names(section, budget);
    const std::string_view text = base::as_text(section);
    for (std::size_t at = text.find(object_guid); at != std::string_view::npos;
         at = text.find(object_guid, at + 16)) {
        base::Cursor cursor(section.subspan(at + 16));
        const std::uint64_t length = cursor.u64_le().value_or(0);
        if (length == 0 || !cursor.skip(after_length)) continue;
        if (out.files.size() >= max_onenote_files) {
            budget.reach("limit.embedded");
            break;
        }
        const bool cut = length > cursor.left();
        const base::Bytes rest = cursor.rest();
        OneNoteFile file{.content = cut ? rest : rest.first(static_cast<std::size_t>(length)),
                         .name = {},
                         .extension = {},
                         .cut = cut};
        if (const auto known = names.find(at); known != names.end()) {
            file.name = known->second.name;
            file.extension = known->second.extension;
        }
        out.files.push_back(std::move(file));
    }
    return out;
}

bool is_risk(std::string_view name) {
    while (!name.empty() && (name.back() == '.' || name.back() == ' '))  // Windows drops these
        name.remove_suffix(1);
    const NameRisk risk = risk_of_extension(base::extension_of(name));
    return risk == NameRisk::script || risk == NameRisk::executable || risk == NameRisk::shortcut;
}

// The first characters in lower case, UTF-16 as well.
std::string lower_start(base::Bytes content) {
    constexpr std::size_t looked_at = 16u << 10;
    const base::Bytes head = base::head(content, looked_at);
    const std::string_view charset = base::guess_charset(head);
    if (charset.starts_with("utf-16")) return base::to_lower(base::to_utf8(head, charset));
    return base::to_lower(base::as_text(head));
}

bool begins_as_program(base::Bytes content) {
    constexpr std::array magics{"MZ"sv, "\x4C\0\0\0\x01\x14\x02\0"sv, "ITSF\x03\0"sv, "#@~^"sv,
                                "\x7F"
                                "ELF"sv};
    const std::string_view text = base::as_text(content);
    return std::ranges::any_of(magics, [&](std::string_view magic) { return text.starts_with(magic); });
}

// The words that the hosts of scripts are told by; a page or a listing that mentions one of them is none.
bool begins_as_script(base::Bytes content) {
    constexpr std::array<std::string_view, 5> starts{"@echo off", "<hta:application", "<job", "<package",
                                                     "on error resume next"};
    const std::string lower = lower_start(content);
    const std::string_view text = base::trim(std::string_view(lower));
    if (std::ranges::any_of(starts, [&](std::string_view start) { return text.starts_with(start); }))
        return true;
    if (text.find("<hta:application") != text.npos) return true;
    // Old pages ask the web through an ActiveXObject; no page has the shell.
    const bool host = text.find("wscript.shell") != text.npos || text.find("shell.application") != text.npos;
    const bool page = text.find("<script") != text.npos;
    return host &&
           (page || text.find("createobject(") != text.npos || text.find("new activexobject") != text.npos);
}

// A note that quotes code opens in an editor.
bool is_named_as_text(std::string_view name) {
    constexpr std::array<std::string_view, 5> texts{"txt", "text", "md", "log", "csv"};
    return std::ranges::find(texts, base::extension_of(name)) != texts.end();
}

std::string name_of(const OneNoteFile& file, std::size_t index) {
    if (!file.name.empty()) return file.name;
    // What OneNote gives pictures; the extension decides who opens it.
    return file.extension.starts_with('.') ? fmt::format("file{}{}", index + 1, file.extension)
                                           : std::string();
}

}  // namespace

bool is_onenote(base::Bytes bytes) {
    const std::string_view text = base::as_text(base::head(bytes, 16));
    return text == section_guid || text == toc_guid;
}

OneNoteSection read_onenote(base::Bytes section, Budget& budget) {
    if (!is_onenote_package(section)) return read_store(section, budget);
    OneNoteSection out = read_onenote_package(section, budget);
    // Objects of the other wrapping have no place in a package; where there are some, they are told.
    OneNoteSection stray = read_store(section, budget);
    out.files.insert(out.files.end(), stray.files.begin(), stray.files.end());
    return out;
}

bool runs_on_a_click(const OneNoteFile& file) {
    return is_risk(file.name) || is_risk(file.extension) || begins_as_program(file.content) ||
           (!is_named_as_text(file.name) && !is_named_as_text(file.extension) &&
            begins_as_script(file.content));
}

std::string_view find_click_phrase(base::Bytes section) {
    constexpr std::array phrases{"double click"sv, "double-click"sv, "doppelklick"sv, "doppio clic"sv,
                                 "doble clic"sv,   "double-cliqu"sv, "double cliqu"sv};
    constexpr std::string_view japanese = "\xC0\x30\xD6\x30\xEB\x30\xAF\x30\xEA\x30\xC3\x30\xAF\x30"sv;
    const std::string_view text = base::as_text(section);
    for (const std::string_view phrase : phrases) {
        std::string wide;
        for (const char c : phrase)
            wide += {c, '\0'};
        if (base::find_ignoring_case(text, wide) != text.npos ||
            base::find_ignoring_case(text, phrase) != text.npos)
            return phrase;
    }
    return text.find(japanese) != text.npos ? "ダブルクリック"sv : std::string_view();
}

void open_onenote(const Part& part, Extraction& extraction) {
    constexpr std::uint64_t passes = 16;  // over the bytes, for phrases and beginnings
    if (!extraction.budget().spend_steps(passes * part.bytes.size())) return;
    const OneNoteSection section = read_onenote(part.bytes, extraction.budget());
    Findings& findings = extraction.findings();
    for (std::size_t i = 0; i < section.files.size(); ++i) {
        const OneNoteFile& file = section.files[i];
        if (!runs_on_a_click(file)) continue;
        findings.add("onenote.active", part.id, name_of(file, i));
    }
    const std::string_view phrase = find_click_phrase(part.bytes);
    if (!phrase.empty() && !section.files.empty()) findings.add("onenote.lure", part.id, phrase);
    const bool cut = std::ranges::any_of(section.files, &OneNoteFile::cut);
    if (!section.whole || cut)
        findings.add("document.damaged", part.id, cut ? "an embedded file is cut off" : "OneNote package");
    for (std::size_t i = 0; i < section.files.size(); ++i) {
        ChildSpec spec;
        spec.name = name_of(section.files[i], i);
        spec.opened_by = "onenote";
        if (section.files[i].cut) spec.flags.set(PartFlag::truncated);
        if (!extraction.add_child(std::move(spec), section.files[i].content, part.storage)) return;
    }
}

}  // namespace sekisho::scanner::office
