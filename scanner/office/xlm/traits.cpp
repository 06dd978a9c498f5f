#include "scanner/office/xlm/traits.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/office/xlm/judge.h"

namespace sekisho::scanner::office::xlm {

namespace {

constexpr std::size_t most_formulas = 1u << 20;  // bytes that are kept to compare with

// Programs that run or fetch what they are told, and places where droppers put what they fetched.
constexpr std::array<std::string_view, 36> strong_words{
    "cmd ",        "cmd.exe",     "cmd/",        "powershell", "pwsh",    "mshta",   "regsvr32", "rundll32",
    "wscript",     "cscript",     "certutil",    "bitsadmin",  "msiexec", "wmic",    "curl ",    "curl.exe",
    "forfiles",    "pcalua",      "installutil", "regasm",     "regsvcs", "msbuild", "schtasks", "http:",
    "https:",      "ftp:",        ".ocx",        ".vbs",       ".hta",    ".ps1",    ".jse",     "\\temp\\",
    "\\appdata\\", "programdata", "\\public\\",  "%temp%"};

// Where no add-in is installed.
constexpr std::array<std::string_view, 6> odd_places{"\\temp\\", "\\public\\", "%temp%",
                                                     "http:",    "https:",     "ftp:"};

// Procedures of Windows that start, fetch or inject; an add-in has no use for them in a macro.
constexpr std::array<std::string_view, 27> strong_procedures{"urldownloadtofile", "urldownloadtocachefile",
                                                             "shellexecute",      "winexec",
                                                             "createprocess",     "virtualalloc",
                                                             "virtualprotect",    "writeprocessmemory",
                                                             "createthread",      "createremotethread",
                                                             "queueuserapc",      "rtlcopymemory",
                                                             "rtlmovememory",     "loadlibrary",
                                                             "getprocaddress",    "internetopen",
                                                             "internetreadfile",  "httpopenrequest",
                                                             "httpsendrequest",   "createdirectory",
                                                             "dllregisterserver", "dllinstall",
                                                             "writefile",         "createfile",
                                                             "ntallocate",        "ntwrite",
                                                             "enumwindows"};

constexpr std::array<std::string_view, 8> fetching{"urldownloadto",   "internetopenurl", "internetreadfile",
                                                   "httpopenrequest", "httpsendrequest", "urlmon",
                                                   "wininet",         "winhttp"};

// Pieces of text that nothing but such calls needs.
constexpr std::array<std::string_view, 9> fragments{"jjccbb", "jjccjj",        "urldownloadto",
                                                    "urlmon", "regsvr32",      "rundll32",
                                                    "mshta",  "shellexecutea", "jjcccj"};

constexpr std::array<std::string_view, 20> dde_programs{
    "cmd",     "powershell", "pwsh",     "mshta",    "regsvr32", "rundll32", "wscript",
    "cscript", "bitsadmin",  "schtasks", "certutil", "msiexec",  "explorer", "reg",
    "wmic",    "curl",       "forfiles", "msexcel",  "pcalua",   "bash"};

template <std::size_t size>
std::string_view word_in(std::string_view lower, const std::array<std::string_view, size>& words) {
    for (const std::string_view word : words) {
        if (lower.find(word) != lower.npos) return word;
    }
    return {};
}

// Carets hide words from readers, not from cmd.
std::string plain(std::string_view text) {
    std::string out = base::to_lower(text);
    std::erase(out, '^');
    return out;
}

struct Shape {
    int chars = 0;      // CHAR calls
    int joined = 0;     // operands of the longest concatenation
    int far_cells = 0;  // of them, cells of other sheets
    int noise = 0;      // comparisons with the value of trigonometric functions
};

Shape shape_of(const Formula& formula) {
    Shape out;
    for (const Node& node : formula.nodes) {
        if (node.kind == Node::Kind::call && node.text == "CHAR") ++out.chars;
        if (node.kind == Node::Kind::call &&
            (node.text == "ACOS" || node.text == "COSH" || node.text == "ACOSH"))
            ++out.noise;
        if (node.kind != Node::Kind::concat) continue;
        out.joined = std::max(out.joined, static_cast<int>(node.arguments.size()));
        int far = 0;
        for (const std::uint32_t argument : node.arguments)
            far +=
                formula[argument].kind == Node::Kind::area && !formula[argument].sheet_name.empty() ? 1 : 0;
        out.far_cells = std::max(out.far_cells, far);
    }
    return out;
}

}  // namespace

bool is_running_dde(std::string_view target) {
    std::string_view program = target.substr(0, target.find('|'));
    program = base::trim(program, [](char c) { return c == '\'' || c == '"' || base::is_space(c); });
    const std::size_t slash = program.find_last_of("\\/");
    if (slash != program.npos) program.remove_prefix(slash + 1);
    std::string lower = base::to_lower(program);
    if (lower.ends_with(".exe")) lower.resize(lower.size() - 4);
    return std::ranges::find(dde_programs, lower) != dde_programs.end();
}

std::string command_text(const Command& command) {
    std::string out = command.function + "(";
    for (std::size_t i = 0; i < command.arguments.size(); ++i)
        out += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", command.arguments[i]);
    return out + ")";
}

void Traits::note(Trait trait, std::string_view evidence) {
    const auto i = static_cast<std::size_t>(trait);
    if (seen_[i]) return;
    seen_[i] = true;
    evidence_[i] = evidence;
}

void Traits::read_formula(const Formula& formula, std::string_view text, std::string_view place) {
    for (const Node& node : formula.nodes) {
        if (node.kind != Node::Kind::call) continue;
        calls_out_ = calls_out_ || node.text == "EXEC" || node.text == "CALL" || node.text == "REGISTER";
        writes_formulas_ = writes_formulas_ || node.text == "FORMULA" || node.text == "FORMULA.FILL" ||
                           node.text == "FORMULA.ARRAY";
    }
    if (all_formulas_.size() < most_formulas) all_formulas_ += plain(text);
    const Shape shape = shape_of(formula);
    const std::string evidence = fmt::format("{}: {}", place, text.substr(0, 120));
    if (shape.chars >= 10 || (shape.joined >= 8 && shape.far_cells >= 6) || shape.joined >= 30 ||
        shape.noise >= 2)
        note(Trait::obfuscated, evidence);
}

void Traits::read_library_call(const Command& command, std::string_view place, std::string_view shown) {
    std::string subject;
    for (std::size_t i = 0; i < command.arguments.size() && i < 3; ++i)
        subject += plain(command.arguments[i]) + ' ';
    const std::string evidence = fmt::format("{}: {}", place, shown);
    const std::string lower = plain(shown);
    const bool fetches = !word_in(subject, fetching).empty();
    const std::string_view typed =
        command.arguments.size() > 2 ? std::string_view(command.arguments[2]) : std::string_view();
    const bool fetching_types =
        base::starts_with_ignoring_case(typed, "JJCCBB") || base::starts_with_ignoring_case(typed, "JJCCJJ");
    if (fetches || (fetching_types && lower.find("http") != lower.npos)) note(Trait::download, evidence);
    const bool strong = fetches || fetching_types || !word_in(subject, strong_procedures).empty();
    if (strong) note(Trait::hard_exec, evidence);
    // A library that lies where a document is opened was put there a moment ago.
    const bool odd = subject.starts_with("..\\") || !word_in(subject, odd_places).empty();
    note(strong || odd ? Trait::exec : Trait::library, evidence);
    if (odd) note(Trait::hard_exec, evidence);
}

void Traits::read_command(const Command& command, std::string_view place) {
    const std::string shown = command_text(command);
    const std::string lower = plain(shown);
    const std::string evidence = fmt::format("{}: {}", place, shown);
    const std::string_view function = command.function;
    if (function == "CALL" || function == "REGISTER" || function == "REGISTER.ID") {
        read_library_call(command, place, shown);
    } else if (function == "DDE" || function == "INITIATE") {
        const std::string target = command.arguments.empty() ? "" : command.arguments[0];
        if (is_running_dde(target)) note(Trait::dde, evidence);
    } else if (function == "EXEC" || function == "EXECUTE") {
        if (function == "EXEC") note(Trait::exec, evidence);
        // Not a letter of what is started could be told.
        const bool told = command.known || command.arguments.empty() ||
                          std::ranges::any_of(base::to_lower(command.arguments[0]),
                                              [](char c) { return c >= 'a' && c <= 'z'; });
        if (function == "EXEC" && !told) note(Trait::obfuscated, evidence);
    } else if (function == "RUN") {
        if (command.known && lower.find('!') != lower.npos) note(Trait::library, evidence);
    } else if (function == "FWRITE" || function == "FWRITELN" || function == "FOPEN") {
        note(Trait::write, evidence);
    }
    if (function == "EXEC" || function == "OPEN") {
        const std::string_view strong = word_in(lower, strong_words);
        if (function == "EXEC" && !strong.empty()) note(Trait::hard_exec, evidence);
        if (function == "EXEC" && lower.find("http") != lower.npos) note(Trait::download, evidence);
    }
    // What following the formulas showed, and their text did not.
    for (const auto word : {word_in(lower, strong_words), word_in(lower, strong_procedures)}) {
        if (!word.empty() && all_formulas_.find(word) == all_formulas_.npos)
            note(Trait::obfuscated, evidence);
    }
}

void Traits::read_trace(const Trace& trace, const Book& book) {
    undecoded_ = trace.undecoded;
    if (!undecoded_.empty()) {
        note(Trait::write, undecoded_);
        note(Trait::obfuscated, undecoded_);
    }
    for (const std::string& line : trace.written) {
        note(Trait::write, line);
        const std::string lower = plain(line);
        for (const std::string_view word : {"exec(", "call(", "register("}) {
            if (lower.find(word) != lower.npos) note(Trait::obfuscated, line);
        }
    }
    for (const Command& command : trace.commands) {
        const bool placed =
            command.at.sheet >= 0 && static_cast<std::size_t>(command.at.sheet) < book.sheets.size();
        const std::string place =
            placed ? fmt::format("{}!{}", book.sheets[static_cast<std::size_t>(command.at.sheet)].name,
                                 cell_name(command.at.row, command.at.column))
                   : std::string("name");
        read_command(command, place);
    }
}

void Traits::read_constant(std::string_view text, std::string_view place) {
    constexpr std::size_t most = 2'000;  // of a cell; a longer one is no piece
    if (has(Trait::fragments) || (!calls_out_ && !writes_formulas_) || text.size() > most) return;
    const std::string lower = plain(text);
    if (!word_in(lower, fragments).empty()) note(Trait::fragments, fmt::format("{}: {}", place, text));
}

void Traits::report(model::PartId part, Findings& findings) const {
    constexpr std::array<std::pair<Trait, std::string_view>, 9> rows{
        {{Trait::macro, "office.xlm.macro"},
         {Trait::hidden, "office.xlm.hidden"},
         {Trait::autoexec, "office.xlm.autoexec"},
         {Trait::exec, "office.xlm.exec"},
         {Trait::library, "office.xlm.library"},
         {Trait::download, "office.xlm.download"},
         {Trait::write, "office.xlm.write"},
         {Trait::obfuscated, "office.xlm.obfuscated"},
         {Trait::dde, "office.dde.exec"}}};
    const auto evidence = [this](Trait trait) -> std::string_view {
        return evidence_[static_cast<std::size_t>(trait)];
    };
    for (const auto& [trait, id] : rows) {
        if (has(trait)) findings.add(id, part, evidence(trait));
    }
    // Where the calls themselves were found, their pieces say nothing more.
    if (has(Trait::fragments) && !has(Trait::hard_exec))
        findings.add("office.xlm.fragments", part, evidence(Trait::fragments));
    const bool launches = has(Trait::hard_exec) || (has(Trait::exec) && has(Trait::obfuscated));
    if (!has(Trait::autoexec)) return;
    if (launches || has(Trait::download))
        findings.add("office.xlm.dropper", part,
                     evidence(has(Trait::hard_exec) ? Trait::hard_exec : Trait::exec));
    else if (!undecoded_.empty())
        findings.add("office.xlm.dropper", part, undecoded_);
}

}  // namespace sekisho::scanner::office::xlm
