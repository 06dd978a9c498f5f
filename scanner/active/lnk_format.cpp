#include "scanner/active/lnk_format.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/active/command_child.h"
#include "scanner/active/command_words.h"
#include "scanner/active/extensions.h"
#include "scanner/active/formats.h"
#include "scanner/active/places.h"
#include "scanner/active/script_traits.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t shown_by_windows = 260;  // characters of the arguments in the properties dialog

Confidence recognise(base::Bytes head, std::string_view /*name*/) {
    return is_shell_link(head) ? sure_match : no_match;
}

std::string command_of(const ShellLink& link) {
    const std::vector<std::string> targets = link.targets();
    const std::string target = targets.empty() ? std::string() : targets.front();
    return link.arguments.empty() ? target : fmt::format("{} {}", target, link.arguments);
}

// Browsers show a page that stands in their command line, script and all.
std::string_view page_in(std::string_view plain_arguments) {
    for (const std::string_view word : {"data:text/html", "javascript:", "vbscript:"}) {
        if (plain_arguments.find(word) != std::string_view::npos) return word;
    }
    return {};
}

// A script or library without a folder, or in one beside the link, as in disk images: the arguments' first
// word of that kind.
std::string_view companion_in(std::string_view plain_arguments) {
    constexpr std::string_view between = " \"',;=";
    for (std::size_t at = 0; at < plain_arguments.size();) {
        const std::size_t end = std::min(plain_arguments.find_first_of(between, at), plain_arguments.size());
        const std::string_view word = plain_arguments.substr(at, end - at);
        at = end + 1;
        const std::string extension = windows_extension(word);
        const bool runs = risk_of_extension(extension) == NameRisk::script || extension == "dll" ||
                          extension == "ocx" || extension == "cpl";
        const bool elsewhere = word.starts_with('\\') || word.starts_with('/') || word.starts_with('-') ||
                               word.find(':') != word.npos || word.find('%') != word.npos ||
                               word.find('$') != word.npos;
        // A library of Windows itself stands without a folder: "shell32.dll,Control_RunDLL".
        const bool own = extension != "dll" || word.find('\\') != word.npos;
        if (runs && !elsewhere && own) return word;
    }
    return {};
}

// What the link starts others with; empty where it opens a document, a folder or a program.
std::string_view starter_of(const ShellLink& link, std::string_view plain_arguments) {
    const std::vector<std::string> targets = link.targets();
    for (const std::string& target : targets) {
        const std::string_view starter = starter_of_target(target);
        if (!starter.empty()) return starter;
        // A script of this machine, or beside the link as in a disk image. On a file server of the house it
        // is the log-on script that everybody has a shortcut to.
        const Place place = place_of(target);
        const bool is_script = risk_of_extension(windows_extension(place.path)) == NameRisk::script;
        if (is_script && place.kind == Place::Kind::local) return "script";
    }
    const std::string_view in_arguments = starter_in(plain_arguments);
    if (!in_arguments.empty()) return in_arguments;
    if (!page_in(plain_arguments).empty()) return page_in(plain_arguments);
    // explorer.exe is what people open folders with; it starts files as well.
    const bool explorer = std::ranges::any_of(targets, [](const std::string& target) {
        return base::ends_with_ignoring_case(target, "explorer.exe");
    });
    const std::string_view given =
        base::trim(plain_arguments, [](char c) { return base::is_space(c) || c == '"'; });
    const NameRisk risk = risk_of_extension(windows_extension(given));
    const bool starts = risk == NameRisk::script || risk == NameRisk::shortcut || !why_remote(given).empty();
    return explorer && starts ? "explorer" : std::string_view();
}

// Icons of what people open without a thought; a folder and a document of the system's own libraries too.
bool is_icon_of_document(const ShellLink& link) {
    constexpr std::array<std::string_view, 20> names{"winword", "wordicon", "excel",    "xlicons", "powerpnt",
                                                     "pptico",  "acrord32", "acrobat",  "foxit",   "msedge",
                                                     "chrome",  "firefox",  "iexplore", "outlook", "onenote",
                                                     "mspaint", "notepad",  "wordpad",  ".pdf",    ".doc"};
    const std::string icon =
        base::to_lower(link.icon_environment.empty() ? link.icon_location : link.icon_environment);
    if (std::ranges::any_of(names, [&](std::string_view one) { return icon.find(one) != icon.npos; }))
        return true;
    const bool shell = icon.ends_with("shell32.dll") || icon.ends_with("imageres.dll");
    return shell && (link.icon_index == 1 || link.icon_index == 3 || link.icon_index == 4);
}

void judge_places(const ShellLink& link, model::PartId part, Findings& findings) {
    std::vector<std::string> places = link.targets();
    for (const std::string* text : {&link.icon_location, &link.icon_environment, &link.working_dir}) {
        if (!text->empty()) places.push_back(*text);
    }
    // Programs that run others are told by their arguments: "-a \\\\192.0.2.7\\s\\a.exe".
    constexpr std::size_t most_words = 64;
    const std::string_view shown = std::string_view(link.arguments).substr(0, shown_by_windows);
    for (const std::string_view word : base::split(shown, ' ')) {
        const std::size_t share = word.find("\\\\");
        if (share <= 1 && places.size() < most_words) places.emplace_back(word.substr(share));
    }
    for (const std::string& text : places) {
        const std::string_view why = why_remote(text);
        if (why.empty()) continue;
        findings.add("lnk.remote", part, fmt::format("{}: {}", why, text));
        return;
    }
}

bool is_blank(base::Bytes bytes) {
    return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

// What hangs behind a link and is no accident: a file of a kind that is run or opened, or a script's words.
std::string_view payload_in(base::Bytes overlay) {
    struct Magic {
        std::string_view bytes;
        std::string_view what;
    };
    constexpr std::array magics{Magic{"MZ", "program"},         Magic{"PK\x03\x04", "ZIP archive"},
                                Magic{"7z\xBC\xAF", "archive"}, Magic{"Rar!", "archive"},
                                Magic{"MSCF", "cabinet"},       Magic{"\xD0\xCF\x11\xE0", "compound file"},
                                Magic{"%PDF-", "PDF"},          Magic{"{\\rt", "RTF"},
                                Magic{"#@~^", "script"}};
    const std::string_view text = base::as_text(overlay);
    for (const Magic& magic : magics) {
        if (text.starts_with(magic.bytes)) return magic.what;
    }
    for (const Format& format : script_formats()) {
        if (format.recognise(overlay, {}) >= good_match) return format.name;
    }
    ScriptTraits traits;
    traits.read(base::head(overlay, 256u << 10));
    return traits.any() ? "script" : std::string_view();
}

void open_overlay(const Part& part, const ShellLink& link, Extraction& extraction) {
    const base::Bytes overlay = part.bytes.subspan(std::min(link.end, part.bytes.size()));
    constexpr std::size_t most_blank = 4'096;  // a cluster that was copied whole
    if (overlay.empty() || (overlay.size() <= most_blank && is_blank(overlay))) return;
    const std::string_view payload = payload_in(overlay);
    const std::string evidence =
        fmt::format("{} bytes behind the end{}{}", overlay.size(), payload.empty() ? "" : ": ", payload);
    extraction.findings().add(payload.empty() ? "lnk.overlay" : "lnk.payload", part.id, evidence);
    ChildSpec spec;
    spec.label = "overlay";
    spec.opened_by = "lnk";
    (void)extraction.add_child(std::move(spec), overlay, part.storage);
}

void open(const Part& part, Extraction& extraction) {
    constexpr std::uint64_t bytes_per_step = 16;
    Findings& findings = extraction.findings();
    if (!extraction.budget().spend_steps(part.bytes.size() / bytes_per_step + 100)) {
        findings.add("file.shortcut", part.id, part.name);
        return;
    }
    const ShellLink link = read_shell_link(part.bytes);
    const std::string command = command_of(link);
    const std::string machine =
        link.machine.empty() ? std::string() : fmt::format(" (made on {} {})", link.machine, link.mac);
    findings.add("file.shortcut", part.id, fmt::format("{}{}: {}", part.name, machine, command));
    if (!link.unread.empty()) findings.add("lnk.damaged", part.id, link.unread);
    extraction.covers(part.bytes.first(std::min(link.end, part.bytes.size())));
    judge_shell_link(link, part.name, part.id, findings);
    open_overlay(part, link, extraction);

    std::string text = command;
    const std::vector<std::string> targets = link.targets();
    for (std::size_t i = 1; i < targets.size(); ++i)
        text += fmt::format("\n{}", targets[i]);
    for (const std::string& property : link.properties)
        text += fmt::format("\n{}", property);
    add_command_child(std::move(text), "command", "lnk", extraction);
}

}  // namespace

void judge_shell_link(const ShellLink& link, std::string_view own_name, model::PartId part,
                      Findings& findings) {
    const std::string plain = plain_command(link.arguments);
    const std::string_view starter = starter_of(link, plain);
    const std::string command = command_of(link);
    judge_places(link, part, findings);
    const bool long_arguments = !starter.empty() && link.arguments.size() > shown_by_windows;
    if (long_arguments || has_long_gap(link.arguments)) {
        findings.add("lnk.padded", part, fmt::format("{} characters of arguments", link.arguments.size()));
    }
    if (starter.empty()) return;
    findings.add("lnk.command", part, fmt::format("{}: {}", starter, command));
    const std::string_view fetch = fetch_in(plain_command(command), own_name);
    if (!fetch.empty()) findings.add("lnk.fetch", part, fmt::format("{}: {}", fetch, command));
    // Where the link says in which folder of this machine it starts, the file lies there.
    const bool at_home = link.working_dir.find(':') != std::string::npos;
    const std::string_view companion = at_home ? std::string_view() : companion_in(plain);
    if (!companion.empty()) findings.add("lnk.companion", part, fmt::format("{}: {}", companion, command));
    if (is_icon_of_document(link)) {
        findings.add("lnk.icon", part,
                     link.icon_environment.empty() ? link.icon_location : link.icon_environment);
    }
}

const Format lnk_format{
    .name = "lnk",
    .type = "application/x-ms-shortcut",
    .extensions = "lnk",
    .recognise = recognise,
    .open = open,
    .holds = Holds::suspiciously,
};

}  // namespace sekisho::scanner::active
