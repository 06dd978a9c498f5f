#include "scanner/active/command_words.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scanner/code_words.h"

namespace sekisho::scanner::active {

namespace {

struct Program {
    std::string_view name;
    bool plain_word;  // people write it for other reasons as well
};

// clang-format off
constexpr std::array programs{  // NOLINT: a table holds nothing else
    Program{"cmd", true}, Program{"command", true}, Program{"comspec", false}, Program{"powershell", false},
    Program{"powershell_ise", false}, Program{"pwsh", false}, Program{"mshta", false}, Program{"wscript", false},
    Program{"cscript", false}, Program{"rundll32", false}, Program{"regsvr32", false}, Program{"curl", true},
    Program{"certutil", false}, Program{"bitsadmin", false}, Program{"forfiles", false}, Program{"pcalua", false},
    Program{"conhost", true}, Program{"msiexec", false}, Program{"ftp", true}, Program{"ssh", true},
    Program{"scp", true}, Program{"wmic", false}, Program{"schtasks", false}, Program{"installutil", false},
    Program{"msbuild", true}, Program{"regasm", false}, Program{"regsvcs", false}, Program{"cmstp", false},
    Program{"odbcconf", false}, Program{"hh", true}, Program{"xwizard", false}, Program{"msxsl", false},
    Program{"bash", true}, Program{"wsl", true}, Program{"python", true}, Program{"pythonw", true},
    Program{"node", true}, Program{"autohotkey", false}, Program{"autoit3", false}, Program{"scriptrunner", false},
    Program{"syncappvpublishingserver", false}, Program{"presentationhost", false}, Program{"control", true},
};

struct FetchWord {
    std::string_view word;
    std::string_view with;  // must stand somewhere behind it; empty: nothing
};
constexpr std::array fetch_words{
    FetchWord{"frombase64string", ""}, FetchWord{"downloadstring", ""}, FetchWord{"downloadfile", ""},
    FetchWord{"downloaddata", ""}, FetchWord{"invoke-webrequest", ""}, FetchWord{"invoke-restmethod", ""},
    FetchWord{"invoke-expression", ""}, FetchWord{"net.webclient", ""}, FetchWord{"start-bitstransfer", ""},
    FetchWord{"set-content", ""}, FetchWord{"writeallbytes", ""}, FetchWord{"readallbytes", ""},
    FetchWord{"readalltext", ""}, FetchWord{"urlcache", ""}, FetchWord{"-decode", "certutil"},
    FetchWord{"iwr ", ""}, FetchWord{"iwr(", ""}, FetchWord{"irm ", ""}, FetchWord{"iex ", ""}, FetchWord{"iex(", ""},
    FetchWord{"|iex", ""}, FetchWord{"| iex", ""}, FetchWord{"findstr", ".lnk"}, FetchWord{"find ", ".lnk"},
    FetchWord{"get-content", ".lnk"}, FetchWord{"type ", ".lnk"}, FetchWord{"copy /b", ""},
    FetchWord{"davwwwroot", ""}, FetchWord{"@ssl\\", ""}, FetchWord{"http://", ""}, FetchWord{"https://", ""},
    FetchWord{"http:\\\\", ""}, FetchWord{"ftp://", ""}, FetchWord{"-s:", "ftp"}, FetchWord{"xmlhttp", ""},
    FetchWord{"scp.exe", ":/"}, FetchWord{"scp ", ":/"}, FetchWord{"sftp", "@"}, FetchWord{"data:text/html", ""},
};
// clang-format on

std::string_view without_program_extension(std::string_view name) {
    for (const std::string_view extension : {".exe", ".com"}) {
        if (name.ends_with(extension)) return name.substr(0, name.size() - extension.size());
    }
    return name;
}

// True where the word that ends at `end` stands as a program would: with an extension, or, where the word is
// no plain one, at any boundary.
bool stands_as_program(std::string_view text, std::size_t at, std::size_t end, const Program& program) {
    const char before = at == 0 ? ' ' : text[at - 1];
    const std::string_view rest = text.substr(end);
    const bool extension = rest.starts_with(".exe") || rest.starts_with(".com");
    // "/curl" and "-ssh" are switches or paths of the web, "x.cmd" is an extension, "%comspec%" is meant.
    if (before == '-' || before == '.' || (before == '/' && !extension)) return false;
    if (extension) return true;
    if (!rest.empty() && (rest[0] == '.' || rest[0] == ':' || rest[0] == '-' || rest[0] == '\\'))
        return false;
    if (!program.plain_word) return true;
    const std::string_view behind = rest.substr(std::min(rest.find_first_not_of(" \""), rest.size()));
    return !rest.empty() && rest[0] != ',' && (behind.starts_with('/') || behind.starts_with('-'));
}

}  // namespace

std::string plain_command(std::string_view command) {
    const std::string lower = base::to_lower(command);
    std::string out;
    out.reserve(lower.size());
    for (std::size_t i = 0; i < lower.size(); ++i) {
        const char c = lower[i];
        if (c == '^' || c == '`') continue;
        const bool within =
            !out.empty() && is_code_word(out.back()) && i + 1 < lower.size() && is_code_word(lower[i + 1]);
        if ((c == '"' || c == '\'') && within) continue;
        out.push_back(c);
    }
    return out;
}

std::string_view starter_of_target(std::string_view target) {
    const std::string plain = plain_command(
        base::trim(target, [](char c) { return base::is_space(c) || c == '"' || c == '%' || c == '\''; }));
    std::string_view name = plain;
    const std::size_t slash = name.find_last_of("\\/");
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    while (!name.empty() && (name.back() == '.' || name.back() == ' '))
        name.remove_suffix(1);
    name = without_program_extension(name);
    const auto row = std::ranges::find(programs, name, &Program::name);
    return row == programs.end() ? std::string_view() : row->name;
}

std::string_view starter_in(std::string_view plain) {
    for (CodeWord word = next_code_word(plain, 0); word.end > word.begin;
         word = next_code_word(plain, word.end)) {
        const std::string_view name = plain.substr(word.begin, word.end - word.begin);
        const auto row = std::ranges::find(programs, name, &Program::name);
        if (row != programs.end() && stands_as_program(plain, word.begin, word.end, *row)) return row->name;
    }
    return {};
}

// -e, -ec, -enc, -encodedcommand and every beginning between: what follows is base64 of the real command.
bool has_encoded_command(std::string_view plain) {
    constexpr std::string_view whole = "encodedcommand";
    for (std::size_t at = plain.find_first_of("-/"); at != std::string_view::npos;
         at = plain.find_first_of("-/", at + 1)) {
        std::string_view rest = plain.substr(at + 1, 200);
        std::size_t length = 0;
        while (length < rest.size() && length < whole.size() && rest[length] == whole[length])
            ++length;
        const bool ec = length == 1 && rest.starts_with("ec");
        if (length == 0) continue;
        rest.remove_prefix(ec ? 2 : length);
        const std::size_t blob = rest.find_first_not_of(" \"");
        if (blob == 0 || blob == std::string_view::npos) continue;
        rest.remove_prefix(blob);
        const std::size_t run =
            std::min(rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+/="), rest.size());
        if (run >= 16) return true;
    }
    return false;
}

std::string_view fetch_in(std::string_view plain, std::string_view own_name) {
    for (const FetchWord& row : fetch_words) {
        const std::size_t at = plain.find(row.word);
        if (at == std::string_view::npos) continue;
        if (row.with.empty() || plain.find(row.with) != std::string_view::npos) return row.word;
    }
    if (has_encoded_command(plain)) return "-encodedcommand";
    const std::string own = base::to_lower(own_name);
    constexpr std::size_t telling = 5;  // a shorter name stands in many words
    if (own.size() >= telling && plain.find(own) != std::string_view::npos) return "its own name";
    return {};
}

bool has_long_gap(std::string_view command) {
    constexpr std::size_t enough = 32;
    constexpr std::array<std::string_view, 5> wide{"\xE3\x80\x80", "\xC2\xA0", "\xE2\x80\x82", "\xE2\x80\x83",
                                                   "\xE2\xA0\x80"};
    std::size_t run = 0;
    for (std::size_t i = 0; i < command.size();) {
        const std::string_view rest = command.substr(i);
        const auto blank =
            std::ranges::find_if(wide, [&](std::string_view one) { return rest.starts_with(one); });
        const bool drawn = !base::is_space(rest[0]) && rest[0] != '\0' && blank == wide.end();
        run = drawn ? 0 : run + 1;
        if (run >= enough) return true;
        i += blank == wide.end() ? 1 : blank->size();
    }
    return false;
}

}  // namespace sekisho::scanner::active
