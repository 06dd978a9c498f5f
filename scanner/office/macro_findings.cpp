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
#include "scanner/office/macro_flow.h"
#include "scanner/office/macro_launch.h"

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
    bool unfolded = false;                // what is constant has been looked at as folding gives it
    bool declared_shell_execute = false;  // by its own name, in the declaration that is read

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
    bool is_harmless(const Keyword<Hint>& keyword, CodeWord word, std::string_view previous) const;
};

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
    if (is_harmless_launch(text.substr(end))) return;
    if (unfolded && is_constant_launch(text.substr(end))) return;
    shell_call = line;
}

// "cmd" of "cmd /c dir", Run of such a thing, and ShellExecute where it is declared, or shows a page.
bool Words::is_harmless(const Keyword<Hint>& keyword, CodeWord word, std::string_view previous) const {
    const std::string_view behind = text.substr(word.end);
    if (keyword.hint == Hint::run_object) return is_harmless_launch(behind);
    if (keyword.hint == Hint::lolbin)
        return keyword.word == "cmd" && word.begin > 0 && text[word.begin - 1] == '"' &&
               is_harmless_launch(text.substr(word.begin - 1));
    if (keyword.hint != Hint::shell_execute) return false;
    const bool declares = previous == "function" || previous == "sub";
    const bool names_itself = previous == "alias" && declared_shell_execute;
    // A window: the rest of a hostile module may be a megabyte of blanks.
    const std::size_t next = behind.substr(0, 40).find_first_not_of(" \t\r\n");
    const bool library = declares && next != behind.npos && behind.substr(next).starts_with("lib ");
    return library || names_itself || is_page_shown(behind);
}

void Words::on_word(CodeWord word, std::string_view previous) {
    const std::string_view name = text.substr(word.begin, word.end - word.begin);
    if (name == "shell") on_shell(word.begin, word.end);
    if ((previous == "function" || previous == "sub") && name.starts_with("shellexecute"))
        declared_shell_execute = true;
    if (name == "declare") declared_shell_execute = false;  // a name of its own for it, until it is seen
    if (autoexec.empty() && (previous == "sub" || previous == "function") && is_auto_procedure(name))
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
        if (!has(keyword.hint) && is_harmless(keyword, word, previous)) return;
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

// Whether the first text of a call (lower case) stands nowhere in the source.
bool is_decoded(std::string_view call, std::string_view source) {
    const std::size_t begin = call.find('"');
    if (begin == call.npos) return false;
    const std::string_view text = call.substr(begin + 1, call.find('"', begin + 1) - begin - 1);
    return text.size() >= 4 && base::find_ignoring_case(source, text) == source.npos;
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
    // What is launched was decoded: no line of the source says it.
    if (folded.counts.decoded > 0 && is_decoded(words.shell_call, source))
        note(Trait::obfuscated, module, words.shell_call);

    if (!words.shell_call.empty()) note(Trait::exec, module, words.shell_call);
    // A variable that folding takes for a harmless program may be changed where it does not look.
    if (words.shell_call.empty() && base::find_ignoring_case(source, "shell") != std::string_view::npos) {
        const std::string lower_source = base::to_lower(source);
        Words raw(lower_source);
        raw.unfolded = true;
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
    calls_.read(lower, module);
    if (calls_.full() && incomplete_.empty()) incomplete_ = module;
    return {std::move(recovered), std::move(folded.files), folded.steps};
}

// Asking a web server is common, and so is keeping a table of it; keeping the answer as a file of bytes, or
// with a launch beside it, is not.
bool MacroTraits::fetches() const {
    if (has(Trait::download)) return true;
    if (!has(Trait::web) || !has(Trait::write)) return false;
    return has(Trait::exec) || (has(Trait::binary) && (!calls_.writes_data_only() || has(Trait::obfuscated)));
}

// What single calls say. Those that say little where a person presses a button count for what runs by itself.
void MacroTraits::report_calls(model::PartId part, Findings& findings, const std::string& hidden) const {
    using Fact = MacroCalls::Fact;
    const auto add = [&](std::string_view id, Fact fact) {
        if (!calls_.seen(fact).empty()) findings.add(id, part, calls_.seen(fact));
    };
    add("office.vba.persist", Fact::persists);
    if (!has(Trait::autoexec)) return;
    for (const std::string& address : calls_.loaded())
        findings.add("office.vba.remote-load", part, address);
    add("office.vba.replicates", Fact::replicates);
    add("office.vba.drops", Fact::drops);
    if (!hidden.empty()) findings.add("office.vba.hidden-command", part, hidden);
}

void MacroTraits::report(model::PartId part, Findings& findings) const {
    using Fact = MacroCalls::Fact;
    const auto evidence = [this](Trait trait) -> std::string_view {
        return evidence_[static_cast<std::size_t>(trait)];
    };
    const auto first = [](std::initializer_list<std::string_view> from) {
        const auto* const it = std::ranges::find_if(from, [](std::string_view one) { return !one.empty(); });
        return it == from.end() ? std::string_view() : *it;
    };
    const std::string hidden = has(Trait::autoexec) ? calls_.hidden_launch() : std::string();
    const std::string_view launch = first({calls_.seen(Fact::odd_launch), calls_.seen(Fact::foreign_code)});
    const std::string_view loads = calls_.seen(Fact::loads);
    const std::string_view exec = first({evidence(Trait::exec), launch, hidden});
    if (!incomplete_.empty()) findings.add("fold.limit", part, incomplete_);
    if (has(Trait::autoexec)) findings.add("office.vba.autoexec", part, evidence(Trait::autoexec));
    if (!exec.empty()) findings.add("office.vba.exec", part, exec);
    const std::string_view fetch = first({evidence(Trait::download), loads, evidence(Trait::web)});
    if (fetches() || !loads.empty()) findings.add("office.vba.download", part, fetch);
    if (has(Trait::write)) findings.add("office.vba.write", part, evidence(Trait::write));
    if (has(Trait::obfuscated)) findings.add("office.vba.obfuscated", part, evidence(Trait::obfuscated));
    report_calls(part, findings, hidden);
    if (!has(Trait::autoexec)) return;
    const std::string_view hard =
        first({evidence(Trait::hard_exec), launch, calls_.seen(Fact::persists), calls_.seen(Fact::drops)});
    if (!hard.empty() || (has(Trait::exec) && has(Trait::obfuscated))) {
        findings.add("office.vba.dropper", part, first({hard, exec}));
    } else if (fetches() && (has(Trait::exec) || has(Trait::binary) || has(Trait::obfuscated))) {
        findings.add("office.vba.dropper", part, fetch);
    }
}

}  // namespace sekisho::scanner::office
