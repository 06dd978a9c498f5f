#include "scanner/active/script_words.h"

#include <algorithm>

#include "base/text.h"
#include "scanner/code_words.h"

namespace sekisho::scanner::active {

namespace {

// clang-format off
constexpr std::array keywords{  // NOLINT: a table holds nothing else
    Keyword<Hint>{"wscript", ".shell", Hint::shell_object},
    Keyword{"wshshell", "", Hint::shell_object},
    Keyword{"f935dc22", "-1cf0-11d0-adb9-00c04fd58a0b", Hint::shell_object},
    Keyword{"run", "", Hint::run_method},
    Keyword{"exec", "", Hint::run_method},
    Keyword{"win32_process", "", Hint::process},
    Keyword{"create", "", Hint::create},
    Keyword{"shellexecute", "", Hint::exec},
    Keyword{"shell32", ",shellexec_rundll", Hint::exec},
    Keyword{"start", "-process", Hint::exec},
    Keyword{"invoke", "-item", Hint::exec},
    Keyword{"diagnostics", ".process]::start", Hint::exec},
    Keyword{"assembly", "]::load", Hint::exec},
    Keyword{"virtualalloc", "", Hint::exec},
    Keyword{"createthread", "", Hint::exec},
    Keyword{"createremotethread", "", Hint::exec},
    Keyword{"winexec", "", Hint::exec},
    Keyword{"c08afd90", "-f2a1-11d1-8455-00a0c91f3880", Hint::exec},
    Keyword{"9ba05972", "-f6a8-11cf-a442-00a0c90a8f39", Hint::exec},
    Keyword{"powershell", "", Hint::starter},
    Keyword{"pwsh", "", Hint::starter},
    Keyword{"mshta", "", Hint::starter},
    Keyword{"rundll32", "", Hint::starter},
    Keyword{"regsvr32", "", Hint::starter},
    Keyword{"certutil", "", Hint::starter},
    Keyword{"bitsadmin", "", Hint::starter},
    Keyword{"wscript", ".exe", Hint::starter},
    Keyword{"wscript", " ", Hint::starter},
    Keyword{"cscript", "", Hint::starter},
    Keyword{"schtasks", " /create", Hint::starter},
    Keyword{"wmic", " process", Hint::starter},
    Keyword{"forfiles", "", Hint::starter},
    Keyword{"installutil", "", Hint::starter},
    Keyword{"msxml2", ".xmlhttp", Hint::download},
    Keyword{"msxml2", ".serverxmlhttp", Hint::download},
    Keyword{"microsoft", ".xmlhttp", Hint::download},
    Keyword{"winhttp", ".winhttprequest", Hint::download},
    Keyword{"serverxmlhttp", "", Hint::download},
    Keyword{"winhttprequest", "", Hint::download},
    Keyword{"urldownloadtofile", "", Hint::download},
    Keyword{"urldownloadtofilea", "", Hint::download},
    Keyword{"downloadfile", "", Hint::download},
    Keyword{"downloadstring", "", Hint::download},
    Keyword{"downloaddata", "", Hint::download},
    Keyword{"webclient", "", Hint::download},
    Keyword{"invoke", "-webrequest", Hint::download},
    Keyword{"invoke", "-restmethod", Hint::download},
    Keyword{"iwr", " ", Hint::download},
    Keyword{"irm", " ", Hint::download},
    Keyword{"start", "-bitstransfer", Hint::download},
    Keyword{"urlcache", "", Hint::download},
    Keyword{"bitsadmin", " /transfer", Hint::download},
    Keyword{"httpdownload", "", Hint::download},
    Keyword{"curl", "", Hint::line_fetch},
    Keyword{"wget", "", Hint::line_fetch},
    Keyword{"savetofile", "", Hint::write},
    Keyword{"createtextfile", "", Hint::write},
    Keyword{"opentextfile", "", Hint::write},
    Keyword{"set", "-content", Hint::write},
    Keyword{"add", "-content", Hint::write},
    Keyword{"out", "-file", Hint::write},
    Keyword{"writeallbytes", "", Hint::write},
    Keyword{"writealltext", "", Hint::write},
    Keyword{"regwrite", "", Hint::write},
    Keyword{"invoke", "-expression", Hint::shown_code},
    Keyword{"iex", "", Hint::shown_code},
    Keyword{"executeglobal", "", Hint::shown_code},
    Keyword{"scriptblock", "]::create", Hint::shown_code},
    Keyword{"invoke", "-expression", Hint::runs_text},
    Keyword{"iex", "", Hint::runs_text},
    Keyword{"executeglobal", "", Hint::runs_text},
    Keyword{"execute", "(", Hint::shown_code},
    Keyword{"execute", " ", Hint::shown_code},
    Keyword{"eval", "(", Hint::shown_code},
    Keyword{"strreverse", "", Hint::hiding},
    Keyword{"frombase64string", "", Hint::hiding},
    Keyword{"fromcharcode", "", Hint::hiding},
    Keyword{"unescape", "(", Hint::hiding},
    Keyword{"bxor", "", Hint::hiding},
};
// clang-format on

const KeywordIndex<Hint>& keyword_index() {
    static const KeywordIndex<Hint> index(keywords);
    return index;
}

// A fetching program with an address on the same line.
bool has_address_behind(std::string_view text, std::size_t end) {
    constexpr std::size_t far = 300;
    std::string_view rest = text.substr(end, far);
    rest = rest.substr(0, rest.find_first_of("\r\n"));
    return rest.starts_with(' ') || rest.starts_with('.') || rest.starts_with('"')
               ? rest.find("://") != std::string_view::npos
               : false;
}

void look_up(std::string_view lower, CodeWord word, HintPlaces& out) {
    const std::size_t at = word.begin;
    const bool member = at > 0 && (lower[at - 1] == '.' || lower[at - 1] == '"' || lower[at - 1] == '\'');
    keyword_index().each(lower, word, [&](const Keyword<Hint>& keyword) {
        std::size_t& place = out.at.at(static_cast<std::size_t>(keyword.hint));
        if (place != std::string_view::npos) return;
        if ((keyword.hint == Hint::run_method || keyword.hint == Hint::create) && !member) return;
        if (keyword.hint == Hint::line_fetch && !has_address_behind(lower, word.end)) return;
        place = at;
    });
}

// How often the ways of hiding words are used.
struct Counts {
    std::size_t chr_calls = 0;      // chr(, chrw(, [char]
    std::size_t hex_escapes = 0;    // \x41, \u0041, %u0041
    std::size_t carets = 0;         // p^o^w^e^r
    std::size_t backticks = 0;      // p`ower
    std::size_t slices = 0;         // %name:~3,1%
    std::size_t generated = 0;      // _0x3fa2: names of a well-known obfuscator
    std::size_t joints = 0;         // "ab"+"cd", "ab"&"cd"
    std::size_t longest_codes = 0;  // numbers in a row, with commas between
    std::size_t longest_blob = 0;   // of base64's or hexadecimal characters
};

bool is_quote(char c) { return c == '"' || c == '\''; }

// `i`: of one of the characters below. What it means with its neighbours.
void count_at(std::string_view text, std::size_t i, Counts& out) {
    const char before = i > 0 ? text[i - 1] : ' ';
    const std::string_view rest = text.substr(i);
    const char next = rest.size() > 1 ? rest[1] : ' ';
    const bool within_word = is_code_word(before) && is_code_word(next);
    switch (text[i]) {
        case 'c':
            if (before == '[' && rest.starts_with("char]")) ++out.chr_calls;
            if (!is_code_word(before) && (rest.starts_with("chr(") || rest.starts_with("chrw(")))
                ++out.chr_calls;
            return;
        case '\\':
        case '%':
            if ((next == 'x' || next == 'u') && rest.size() > 3 && base::hex_value(rest[2]) >= 0)
                ++out.hex_escapes;
            return;
        case '^':
            if (within_word) ++out.carets;
            return;
        case '`':
            if (within_word) ++out.backticks;
            return;
        case ':':
            if (is_code_word(before) && next == '~') ++out.slices;
            return;
        case '_':
            if (!is_code_word(before) && rest.starts_with("_0x")) ++out.generated;
            return;
        case '+':
        case '&': {
            const std::size_t left = before == ' ' && i > 1 ? i - 2 : i - 1;
            const std::size_t right = next == ' ' ? 2 : 1;
            if (i > 1 && is_quote(text[left]) && rest.size() > right && is_quote(rest[right])) ++out.joints;
            return;
        }
        default:
            return;
    }
}

// One pass.
Counts count_all(std::string_view text) {
    Counts out;
    std::size_t blob = 0;
    std::size_t codes = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        count_at(text, i, out);
        const bool of_blob = (c >= 'a' && c <= 'z') || base::is_digit(c) || c == '+' || c == '/' || c == '=';
        blob = of_blob ? blob + 1 : 0;
        out.longest_blob = std::max(out.longest_blob, blob);
        if (c == ',' && i > 0 && base::is_digit(text[i - 1])) {
            out.longest_codes = std::max(out.longest_codes, ++codes);
        } else if (!base::is_digit(c) && !base::is_space(c) && c != '-' && c != 'x') {
            codes = 0;
        }
    }
    return out;
}

}  // namespace

HintPlaces find_hints(std::string_view lower) {
    HintPlaces out;
    out.at.fill(std::string_view::npos);
    for (CodeWord word = next_code_word(lower, 0); word.end > word.begin;
         word = next_code_word(lower, word.end))
        look_up(lower, word, out);
    return out;
}

std::string_view why_hidden(std::string_view lower, const HintPlaces& hints) {
    const Counts counts = count_all(lower);
    if (counts.chr_calls >= 20) return "many character codes";
    if (counts.hex_escapes >= 60) return "many escaped characters";
    if (counts.longest_codes >= 60) return "long array of numbers";
    if (counts.carets >= 8) return "carets within words";
    if (counts.backticks >= 6) return "back-ticks within words";
    if (counts.slices >= 10) return "words made of slices of variables";
    if (counts.generated >= 20) return "names of an obfuscator";
    if (counts.joints >= 30) return "strings joined from pieces";
    if (counts.longest_blob >= 400 && (hints.has(Hint::hiding) || hints.has(Hint::shown_code))) {
        return "long encoded text";
    }
    if (hints.has(Hint::shown_code) && hints.has(Hint::hiding)) return "code that is decoded and run";
    return {};
}

}  // namespace sekisho::scanner::active
