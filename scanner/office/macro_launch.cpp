#include "scanner/office/macro_launch.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "scanner/extensions.h"
#include "scanner/office/link_targets.h"

namespace sekisho::scanner::office {

namespace {

using Kind = MacroToken::Kind;

// clang-format off
constexpr std::array<std::string_view, 11> readers{
    "explorer", "notepad", "mspaint", "winword", "excel", "outlook", "powerpnt", "msaccess", "acrord32",
    "acrobat", "calc"};
constexpr std::array<std::string_view, 4> listings{"dir", "tree", "md", "mkdir"};  // of cmd
// What a listing's command line may be put together with.
constexpr std::array<std::string_view, 12> own_places{
    "thisworkbook", "activeworkbook", "activedocument", "thisdocument", "path", "fullname", "name", "chr",
    "vbnormalfocus", "vbhide", "true", "false"};
constexpr std::array<std::string_view, 8> odd_folders{
    "\\temp\\", "\\tmp\\", "\\appdata\\", "programdata\\", "users\\public", "%temp%", "%appdata%", "%public%"};
constexpr std::array<std::string_view, 7> odd_variables{
    "temp", "tmp", "appdata", "public", "programdata", "allusersprofile", "localappdata"};
// What offices keep their tables and letters in, with macros or without.
constexpr std::array<std::string_view, 7> plain_documents{"xls", "doc", "ppt", "rtf", "xlsb", "mdb", "accdb"};
constexpr std::array<std::string_view, 12> data_extensions{
    "csv", "txt", "xml", "json", "htm", "html", "pdf", "png", "jpg", "xlsx", "docx", "pptx"};
// clang-format on

bool is_one(std::string_view word, const auto& of) { return std::ranges::find(of, word) != of.end(); }

// A program or a script that a command line names.
bool names_program(std::string_view command) {
    for (const std::string_view word : base::split(command, ' ')) {
        const std::string_view bare = base::trim(word, [](char c) { return c == '"' || c == '\''; });
        if (is_dangerous(risk_of_extension(base::extension_of(bare)))) return true;
    }
    return false;
}

struct Program {
    std::string path;
    std::string rest;  // of the command line
};
Program program_of(const std::string& command) {
    const bool quoted = command.starts_with('"');
    const std::size_t from = quoted ? 1 : 0;
    const std::size_t end = std::min(command.find(quoted ? '"' : ' ', from), command.size());
    return {command.substr(from, end - from), command.substr(std::min(command.size(), end + 1))};
}

bool is_installed(std::string_view folder) {
    return folder.empty() || folder.starts_with("c:\\windows\\") || folder.starts_with("c:\\program files") ||
           folder.starts_with("%systemroot%") || folder.starts_with("%windir%") ||
           folder.starts_with("%programfiles");
}

// "\\srv\tools\update.bat": nothing of the internet answers to such a name.
bool is_of_the_house(std::string_view path) {
    if (!path.starts_with("\\\\")) return false;
    const std::string_view host = path.substr(2, path.find('\\', 2) - 2);
    const bool letters = std::ranges::any_of(host, [](char c) { return c >= 'a' && c <= 'z'; });
    return letters && host.find_first_of(".@:%?") == host.npos && path.find("..") == path.npos;
}

bool is_listing(const Program& program, MacroTokens argument, const std::string& literals) {
    const std::string_view rest = base::trim(program.rest);
    if (!rest.starts_with("/c ") || literals.find_first_of("&|<>^%\n") != literals.npos) return false;
    const std::string_view command = base::trim(rest.substr(3));
    if (!is_one(command.substr(0, command.find(' ')), listings)) return false;
    return std::ranges::all_of(argument, [](const MacroToken& token) {
        return token.kind != Kind::word || is_one(token.text, own_places) ||
               std::ranges::all_of(token.text, base::is_digit);
    });
}

MacroStatement call_of(std::string_view rest) {
    constexpr std::size_t longest = 400;
    std::size_t at = 0;
    return next_statement(rest.substr(0, longest), at);
}

bool is_web_page(MacroTokens argument) {
    if (argument.size() != 1 || argument[0].kind != Kind::literal) return false;
    const std::string_view target = argument[0].text;
    if (target.starts_with("mailto:")) return true;
    return (target.starts_with("http://") || target.starts_with("https://")) && !names_program(target);
}

}  // namespace

bool is_harmless_launch(std::string_view rest) {
    const std::size_t first = rest.substr(0, 40).find_first_not_of("$( \t");
    if (first == rest.npos || rest[first] != '"') return false;
    const MacroStatement statement = call_of(rest);
    const std::vector<MacroTokens> arguments = split_arguments(statement.tokens);
    if (arguments.empty() || arguments[0].empty() || arguments[0][0].kind != Kind::literal) return false;
    const std::string command = text_of_literal(arguments[0][0].text);
    std::string literals;
    std::string behind;  // what the program is given
    for (const MacroToken& token : arguments[0].subspan(1)) {
        if (token.kind == Kind::literal) behind += text_of_literal(token.text);
    }
    literals = command + behind;
    const Program program = program_of(command);
    if (is_of_the_house(program.path)) return true;
    const std::size_t slash = program.path.find_last_of("\\/");
    std::string_view name = program.path;
    const std::string_view folder = name.substr(0, slash == name.npos ? 0 : slash + 1);
    name.remove_prefix(folder.size());
    if (name.ends_with(".exe")) name.remove_suffix(4);
    if (!is_installed(folder)) return false;
    if (name == "cmd") return is_listing(program, arguments[0], literals);
    return is_one(name, readers) && !names_program(program.rest + behind);
}

bool is_constant_launch(std::string_view rest) {
    constexpr std::size_t longest = 4'000;
    constexpr std::array<std::string_view, 7> functions{"chr",     "chrw", "strreverse", "vba",
                                                        "strings", "xor",  "h"};
    std::size_t at = 0;
    const MacroStatement statement = next_statement(rest.substr(0, longest), at);
    if (at >= longest || statement.tokens.size() >= max_statement_tokens) return false;
    const auto arguments = split_arguments(statement.tokens);
    return !arguments[0].empty() && std::ranges::all_of(arguments[0], [&](const MacroToken& token) {
        const bool hex =
            token.text.size() > 1 && token.text[0] == 'h' &&
            std::ranges::all_of(token.text.substr(1), [](char c) { return base::hex_value(c) >= 0; });
        return token.kind != Kind::word || hex || is_one(token.text, functions) ||
               std::ranges::all_of(token.text, base::is_digit);
    });
}

bool is_page_shown(std::string_view rest) {
    const MacroStatement statement = call_of(rest);
    const bool blank = !rest.empty() && (base::is_space(rest[0]) || rest[0] == '(');
    if (!blank) return false;
    const std::vector<MacroTokens> arguments = split_arguments(statement.tokens);
    if (arguments.empty()) return false;
    return is_web_page(arguments[0]) || (arguments.size() > 2 && is_web_page(arguments[2]));
}

bool is_odd_place(std::string_view lower_path) {
    if (lower_path.find("\\appdata\\local\\programs\\") != lower_path.npos) return false;
    return std::ranges::any_of(
        odd_folders, [&](std::string_view folder) { return lower_path.find(folder) != lower_path.npos; });
}

bool names_odd_place(MacroTokens tokens) {
    bool odd = false;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].kind != Kind::literal) continue;
        // Environ("LOCALAPPDATA") & "\Programs\..."
        if (tokens[i].text.starts_with("\\programs\\")) return false;
        const bool environ =
            i > 1 && (tokens[i - 2].is_word("environ") || (i > 2 && tokens[i - 3].is_word("environ")));
        odd = odd || is_odd_place(tokens[i].text) || (environ && is_one(tokens[i].text, odd_variables));
    }
    return odd;
}

bool is_installed_program(MacroTokens argument) {
    if (argument.empty()) return false;
    std::string_view last;
    for (const MacroToken& token : argument) {
        if (token.kind == Kind::literal) last = base::trim(token.text, [](char c) { return c == '"'; });
    }
    if (is_one(std::string_view(base::extension_of(last)), data_extensions)) return true;
    if (argument[0].kind != Kind::literal) return false;
    const std::string command = text_of_literal(argument[0].text);
    const Program program = program_of(command);
    return program.path.size() < command.size() && program.path.size() > 2 && !is_odd_place(program.path);
}

RemoteTarget remote_target(std::string_view path) {
    RemoteTarget out;
    const bool web = is_web_address(path);
    out.share = path.starts_with("\\\\") || path.starts_with("file:");
    if ((!web && !out.share) || place_of(path) != TargetPlace::remote) return out;
    std::string_view file = path.substr(0, web ? path.find_first_of("?#") : path.npos);
    file = file.substr(file.find_last_of("/\\") + 1);
    const std::string extension = base::extension_of(file);
    const NameRisk risk = risk_of_extension(extension);
    if (is_one(std::string_view(extension), data_extensions))
        out.kind = Remote::data;
    else if (is_dangerous(risk))
        out.kind = Remote::program;
    else
        out.kind =
            risk == NameRisk::document_with_macros && !is_one(std::string_view(extension), plain_documents)
                ? Remote::code
                : Remote::unknown;
    return out;
}

}  // namespace sekisho::scanner::office
