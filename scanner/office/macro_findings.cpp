#include "scanner/office/macro_findings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/code_words.h"
#include "scanner/fold/fold.h"

namespace sekisho::scanner::office {

namespace {

using Trait = MacroTraits::Trait;

// What a word says on its own. Some count only together with others of the same module: see judge().
enum class Hint : std::uint8_t {
    run_object,    // .Run, .Exec of some object
    by_name,       // CallByName: such a method, with its name hidden
    script_shell,  // WScript.Shell
    process,       // Win32_Process
    create,        // .Create
    lolbin,        // a program that droppers start through
    shell_execute,
    exec,
    hard_exec,
    hidden,  // vbHide and its like
    download,
    web,
    fetch_word,  // a fetching verb of a command line
    write,
    binary,
    decoder,  // Xor
    mid,
};

// clang-format off
constexpr std::array keywords{  // NOLINT: a table holds nothing else
    Keyword<Hint>{"wscript", ".shell", Hint::script_shell},
    Keyword{"wshshell", "", Hint::script_shell},
    Keyword{"callbyname", "", Hint::by_name},
    Keyword{"run", "", Hint::run_object},
    Keyword{"exec", "", Hint::run_object},
    Keyword{"win32_process", "", Hint::process},
    Keyword{"win32_processstartup", "", Hint::hard_exec},
    Keyword{"create", "", Hint::create},
    Keyword{"shellexecute", "", Hint::shell_execute},
    Keyword{"shellexecutea", "", Hint::shell_execute},
    Keyword{"shellexecutew", "", Hint::shell_execute},
    Keyword{"shellexecuteex", "", Hint::shell_execute},
    Keyword{"createprocess", "", Hint::hard_exec},
    Keyword{"createprocessa", "", Hint::hard_exec},
    Keyword{"createprocessw", "", Hint::hard_exec},
    Keyword{"winexec", "", Hint::hard_exec},
    Keyword{"virtualalloc", "", Hint::hard_exec},
    Keyword{"virtualallocex", "", Hint::hard_exec},
    Keyword{"writeprocessmemory", "", Hint::hard_exec},
    Keyword{"createthread", "", Hint::hard_exec},
    Keyword{"createremotethread", "", Hint::hard_exec},
    Keyword{"macscript", "", Hint::exec},
    Keyword{"schedule", ".service", Hint::exec},
    Keyword{"registerxll", "", Hint::exec},
    Keyword{"msscriptcontrol", ".scriptcontrol", Hint::exec},
    Keyword{"script", ":http", Hint::hard_exec},  // GetObject("script:http...")
    Keyword{"scriptlet", ":http", Hint::hard_exec},
    Keyword{"c08afd90", "-f2a1-11d1-8455-00a0c91f3880", Hint::hard_exec},  // ShellBrowserWindow
    Keyword{"9ba05972", "-f6a8-11cf-a442-00a0c90a8f39", Hint::hard_exec},  // ShellWindows
    Keyword{"executeexcel4macro", "", Hint::exec},
    Keyword{"powershell", "", Hint::lolbin},
    Keyword{"pwsh", "", Hint::lolbin},
    Keyword{"mshta", "", Hint::lolbin},
    Keyword{"rundll32", "", Hint::lolbin},
    Keyword{"regsvr32", "", Hint::lolbin},
    Keyword{"certutil", "", Hint::lolbin},
    Keyword{"bitsadmin", "", Hint::lolbin},
    Keyword{"wscript", ".exe", Hint::lolbin},
    Keyword{"wscript", " ", Hint::lolbin},
    Keyword{"cscript", "", Hint::lolbin},
    Keyword{"cmd", " /", Hint::lolbin},
    Keyword{"cmd", ".exe", Hint::lolbin},
    Keyword{"comspec", "", Hint::lolbin},
    Keyword{"msiexec", "", Hint::lolbin},
    Keyword{"installutil", "", Hint::lolbin},
    Keyword{"wmic", "", Hint::lolbin},
    Keyword{"vbhide", "", Hint::hidden},
    Keyword{"showwindow", "", Hint::hidden},
    Keyword{"urldownloadtofile", "", Hint::download},
    Keyword{"urldownloadtofilea", "", Hint::download},
    Keyword{"urldownloadtofilew", "", Hint::download},
    Keyword{"urldownloadtocachefilea", "", Hint::download},
    Keyword{"internetreadfile", "", Hint::web},
    Keyword{"internetopenurla", "", Hint::web},
    Keyword{"internetopenurlw", "", Hint::web},
    Keyword{"msxml2", ".xmlhttp", Hint::web},
    Keyword{"msxml2", ".serverxmlhttp", Hint::web},
    Keyword{"microsoft", ".xmlhttp", Hint::web},
    Keyword{"xmlhttp", "", Hint::web},
    Keyword{"serverxmlhttp", "", Hint::web},
    Keyword{"winhttprequest", "", Hint::web},
    Keyword{"winhttp", ".", Hint::web},
    Keyword{"downloadfile", "", Hint::fetch_word},
    Keyword{"downloadstring", "", Hint::fetch_word},
    Keyword{"downloaddata", "", Hint::fetch_word},
    Keyword{"webclient", "", Hint::fetch_word},
    Keyword{"invoke", "-webrequest", Hint::fetch_word},
    Keyword{"invoke", "-restmethod", Hint::fetch_word},
    Keyword{"iwr", "", Hint::fetch_word},
    Keyword{"start", "-bitstransfer", Hint::fetch_word},
    Keyword{"urlcache", "", Hint::fetch_word},
    Keyword{"adodb", ".stream", Hint::binary},
    Keyword{"savetofile", "", Hint::write},
    Keyword{"createtextfile", "", Hint::write},
    Keyword{"opentextfile", "", Hint::write},
    Keyword{"for", " output", Hint::write},
    Keyword{"for", " append", Hint::write},
    Keyword{"for", " binary", Hint::write},
    Keyword{"xor", "", Hint::decoder},
    Keyword{"mid", "", Hint::mid},
};

// Names that run without a click on anything that the reader would know as a button.
constexpr std::array<std::string_view, 24> auto_names{
    "autoopen", "auto_open", "autoexec", "autonew", "autoclose", "auto_close", "autoexit",
    "document_open", "documentopen", "document_new", "document_close", "documentbeforeclose", "document_beforeclose",
    "workbook_open", "workbook_activate", "workbook_beforeclose", "workbook_close", "workbook_deactivate",
    "worksheet_calculate", "onload", "presentation_open", "auto_activate", "slideshowbegin", "workbook_windowactivate"};
// ActiveX controls that fire when they are drawn.
constexpr std::array<std::string_view, 8> auto_suffixes{
    "_layout", "_painted", "_painting", "_gotfocus", "_mousemove", "_contentcontrolonenter", "_resize",
    "_onconnecting"};
// Programs that office macros start for a reader: no launch worth a finding.
constexpr std::array<std::string_view, 7> harmless_programs{
    "explorer", "notepad", "mspaint", "winword", "excel", "outlook", "acrord32"};
// clang-format on

const KeywordIndex<Hint>& keyword_index() {
    static const KeywordIndex<Hint> index(keywords);
    return index;
}

constexpr std::size_t hint_count = static_cast<std::size_t>(Hint::mid) + 1;

// One module, lower-cased, read word by word.
struct Words {
    explicit Words(std::string_view source) : text(source) {}

    std::string_view text;
    bool hint[hint_count] = {};
    std::string_view first[hint_count];  // the line where each hint was first seen
    std::string_view autoexec;
    std::string_view shell_call;

    std::string_view line_at(std::size_t at) const {
        // A window: a hostile module is one line of a megabyte, and this may be asked for each of its words.
        const std::size_t window = at > 200 ? at - 200 : 0;
        const std::size_t begin = text.substr(window, at - window).find_last_of("\r\n");
        const std::size_t from = begin == std::string_view::npos ? window : window + begin + 1;
        const std::string_view ahead = text.substr(at, 120);
        const std::size_t end = at + std::min(ahead.find_first_of("\r\n"), ahead.size());
        // Long lines: what stands around the word, not the beginning.
        const std::size_t start = at - from > 60 ? at - 20 : from;
        return base::trim(text.substr(start, std::min<std::size_t>(end - start, 120)));
    }
    void note(Hint which, std::size_t at) {
        const auto i = static_cast<std::size_t>(which);
        if (hint[i]) return;
        hint[i] = true;
        first[i] = line_at(at);
    }
    bool has(Hint which) const { return hint[static_cast<std::size_t>(which)]; }
    std::string_view seen(Hint which) const { return first[static_cast<std::size_t>(which)]; }

    void read();
    void on_word(CodeWord word, std::string_view previous);
    void on_shell(std::size_t at, std::size_t end);
};

bool is_auto_name(std::string_view name) {
    return std::ranges::find(auto_names, name) != auto_names.end() ||
           std::ranges::any_of(auto_suffixes,
                               [&](std::string_view suffix) { return name.ends_with(suffix); });
}

// Shell as a statement or a function: Shell "x", Shell(x), Shell$(x), VBA.Shell x. Not obj.Shell, not prose.
void Words::on_shell(std::size_t at, std::size_t end) {
    if (!shell_call.empty()) return;
    const bool member = at > 0 && text[at - 1] == '.';
    if (member && !text.substr(0, at).ends_with("vba.") && !text.substr(0, at).ends_with("interaction."))
        return;
    std::string_view rest = text.substr(end, 200);
    if (rest.starts_with('$')) rest.remove_prefix(1);
    const bool blank = rest.starts_with(' ') || rest.starts_with('\t');
    rest = rest.substr(std::min(rest.find_first_not_of(" \t"), rest.size()));
    const std::string_view line = line_at(at);
    const bool comment = line.starts_with('\'') || line.starts_with("rem ");
    const bool argument =
        rest.starts_with('(') || (blank && rest.starts_with('"')) ||
        (blank && !comment && !rest.empty() && is_code_word(rest[0]) && !rest.starts_with("lib "));
    if (!argument) return;
    rest = rest.substr(std::min(rest.find_first_not_of("( \t\""), rest.size()));
    // "C:\Windows\explorer.exe": the last path segment counts.
    const std::string_view program = rest.substr(0, rest.find_first_of("\" ,)\r\n"));
    const std::size_t slash = program.find_last_of('\\');
    const std::string_view base_name = slash == std::string_view::npos ? program : program.substr(slash + 1);
    for (const std::string_view harmless : harmless_programs) {
        if (base_name == harmless || base_name.starts_with(fmt::format("{}.exe", harmless))) return;
    }
    shell_call = line;
}

void Words::on_word(CodeWord word, std::string_view previous) {
    const std::string_view name = text.substr(word.begin, word.end - word.begin);
    if (name == "shell") on_shell(word.begin, word.end);
    if (autoexec.empty() && (previous == "sub" || previous == "function") && is_auto_name(name))
        autoexec = line_at(word.begin);
    const bool member = word.begin > 0 && text[word.begin - 1] == '.';
    keyword_index().each(text, word, [&](const Keyword<Hint>& keyword) {
        // "For Output" but not "For outputs = 1".
        const std::size_t after = word.end + keyword.rest.size();
        if (!keyword.rest.empty() && is_code_word(keyword.rest.back()) && after < text.size() &&
            is_code_word(text[after]) && keyword.hint == Hint::write) {
            return;
        }
        if ((keyword.hint == Hint::run_object || keyword.hint == Hint::create) &&
            (!member || previous == "application")) {
            return;
        }
        note(keyword.hint, word.begin);
    });
}

void Words::read() {
    std::string_view previous;
    for (CodeWord word = next_code_word(text, 0); word.end > word.begin;
         word = next_code_word(text, word.end)) {
        if (word.end - word.begin <= longest_keyword) on_word(word, previous);
        previous = text.substr(word.begin, word.end - word.begin);
    }
}

// Keywords that honest macros have no reason to hide.
constexpr std::array hidden_keywords{Hint::script_shell, Hint::process,   Hint::lolbin,    Hint::download,
                                     Hint::web,          Hint::hard_exec, Hint::fetch_word};

std::string_view why_obfuscated(std::string_view source, const fold::FoldCounts& counts, const Words& words) {
    if (std::ranges::any_of(hidden_keywords, [&](Hint hint) { return words.has(hint); })) {
        const std::string lower = base::to_lower(source);
        Words raw(lower);
        raw.read();
        for (const Hint hint : hidden_keywords) {
            if (words.has(hint) && !raw.has(hint)) return words.seen(hint);  // it had been split
        }
    }
    if (counts.salted >= 4) return "strings salted with a constant token";
    if (counts.reversed > 0) return "reversed string";
    if (counts.char_calls >= 40) return "many Chr() calls";
    if (counts.short_joined >= 40) return "strings joined from short pieces";
    if (counts.long_encoded > 0) return "long base64 text";
    if (words.has(Hint::decoder) && words.has(Hint::mid) && counts.char_calls > 0) return "Xor decoder";
    return {};
}

}  // namespace

void MacroTraits::note(Trait trait, std::string_view module, std::string_view evidence) {
    const auto i = static_cast<std::size_t>(trait);
    if (seen_[i]) return;
    seen_[i] = true;
    evidence_[i] = fmt::format("{}: {}", module, evidence);
}

Recovered MacroTraits::read(std::string_view source, std::string_view module) {
    fold::FoldLimits limits;
    limits.max_steps = std::min(limits.max_steps, steps_left_);
    fold::FoldResult folded = fold::fold(source, fold::Language::vba, limits);
    steps_left_ -= std::min(steps_left_, folded.steps);
    if (folded.incomplete && incomplete_.empty()) incomplete_ = module;
    std::string recovered = fold::recovered_text(folded);
    const std::string lower = base::to_lower(recovered.empty() ? folded.text : recovered);
    Words words(lower);
    words.read();

    if (!words.autoexec.empty()) note(Trait::autoexec, module, words.autoexec);
    const std::string_view obfuscated = why_obfuscated(source, folded.counts, words);
    if (!obfuscated.empty()) note(Trait::obfuscated, module, obfuscated);

    if (!words.shell_call.empty()) note(Trait::exec, module, words.shell_call);
    // A variable that folding takes for a harmless program may be changed where it does not look.
    if (words.shell_call.empty() && base::find_ignoring_case(source, "shell") != std::string_view::npos) {
        const std::string unfolded = base::to_lower(source);
        Words raw(unfolded);
        raw.read();
        if (!raw.shell_call.empty()) note(Trait::exec, module, raw.shell_call);
    }
    if (words.has(Hint::script_shell) && words.has(Hint::run_object)) {
        note(Trait::exec, module, words.seen(Hint::run_object));
    }
    if (words.has(Hint::script_shell) && words.has(Hint::by_name)) {
        note(Trait::exec, module, words.seen(Hint::by_name));
        note(Trait::hard_exec, module, words.seen(Hint::by_name));
    }
    if (words.has(Hint::shell_execute)) note(Trait::exec, module, words.seen(Hint::shell_execute));
    if (words.has(Hint::exec)) note(Trait::exec, module, words.seen(Hint::exec));
    const bool wmi = words.has(Hint::process) && words.has(Hint::create);
    if (wmi) note(Trait::hard_exec, module, words.seen(Hint::process));
    if (words.has(Hint::hard_exec)) note(Trait::hard_exec, module, words.seen(Hint::hard_exec));
    if (has(Trait::hard_exec))
        note(Trait::exec, module, wmi ? words.seen(Hint::process) : words.seen(Hint::hard_exec));
    if (words.has(Hint::lolbin) && (has(Trait::exec) || words.has(Hint::fetch_word))) {
        note(Trait::exec, module, words.seen(Hint::lolbin));
        note(Trait::hard_exec, module, words.seen(Hint::lolbin));
    }
    if (has(Trait::exec) && words.has(Hint::hidden) && words.has(Hint::script_shell)) {
        note(Trait::hard_exec, module, words.seen(Hint::hidden));
    }

    if (words.has(Hint::download)) note(Trait::download, module, words.seen(Hint::download));
    if (words.has(Hint::fetch_word) && has(Trait::exec))
        note(Trait::download, module, words.seen(Hint::fetch_word));
    if (words.has(Hint::web)) note(Trait::web, module, words.seen(Hint::web));
    if (words.has(Hint::write)) note(Trait::write, module, words.seen(Hint::write));
    if (words.has(Hint::binary)) note(Trait::binary, module, words.seen(Hint::binary));
    return {std::move(recovered), std::move(folded.files), folded.steps};
}

void MacroTraits::report(model::PartId part, Findings& findings) const {
    const auto evidence = [this](Trait trait) -> std::string_view {
        return evidence_[static_cast<std::size_t>(trait)];
    };
    if (!incomplete_.empty()) findings.add("fold.limit", part, incomplete_);
    if (has(Trait::autoexec)) findings.add("office.vba.autoexec", part, evidence(Trait::autoexec));
    if (has(Trait::exec)) findings.add("office.vba.exec", part, evidence(Trait::exec));
    // Asking a web server is common; keeping the answer as a file of bytes, or with a launch beside it, is
    // not.
    const bool fetches = has(Trait::download) ||
                         (has(Trait::web) && has(Trait::write) && (has(Trait::binary) || has(Trait::exec)));
    if (fetches) {
        findings.add("office.vba.download", part,
                     evidence(has(Trait::download) ? Trait::download : Trait::web));
    }
    if (has(Trait::write)) findings.add("office.vba.write", part, evidence(Trait::write));
    if (has(Trait::obfuscated)) findings.add("office.vba.obfuscated", part, evidence(Trait::obfuscated));
    if (!has(Trait::autoexec)) return;
    const bool launches = has(Trait::hard_exec) || (has(Trait::exec) && has(Trait::obfuscated));
    if (launches) {
        findings.add("office.vba.dropper", part,
                     evidence(has(Trait::hard_exec) ? Trait::hard_exec : Trait::exec));
    } else if (fetches && (has(Trait::exec) || has(Trait::binary) || has(Trait::obfuscated))) {
        findings.add("office.vba.dropper", part,
                     evidence(has(Trait::download) ? Trait::download : Trait::web));
    }
}

}  // namespace sekisho::scanner::office
