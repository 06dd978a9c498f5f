#include "scanner/unlock/token_shape.h"

#include <algorithm>
#include <cstddef>

#include "scanner/unlock/keywords.h"

namespace sekisho::scanner::unlock {

namespace {

using View = std::u32string_view;

}  // namespace

bool is_blank(char32_t c) { return c == U' ' || c == U'\t' || c == 0x3000 || c == 0xA0; }
bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_token_char(char32_t c) { return (c > 0x20 && c < 0x7F) || (c >= 0xC0 && is_letter(c)); }
bool is_separator(char32_t c) { return View(U":=|>→⇒⇨►▶➡⟶】\t").find(c) != View::npos; }
bool is_filler(char32_t c) {
    return is_blank(c) || is_separator(c) || View(U"-–—―_*#~…・、,.,;])」』}\"”’»").find(c) != View::npos;
}

char32_t closer_of(char32_t c) {
    constexpr View open = U"\"'「『“‘«„`<[{【《〈‹(";
    constexpr View close = U"\"'」』”’»“`>]}】》〉›)";
    const std::size_t at = open.find(c);
    return at == View::npos ? U'\0' : close[at];
}

bool closes(char32_t c, char32_t closer) { return c == closer || (closer == U'“' && c == U'”'); }

bool any(View text, bool (*test)(char32_t)) { return std::ranges::any_of(text, test); }
bool all(View text, bool (*test)(char32_t)) { return std::ranges::all_of(text, test); }

View strip(View token) {
    constexpr View edges = U".,;:!?)]}>\"'([{<*`’”»…-=_|";
    while (!token.empty() && edges.find(token.back()) != View::npos)
        token.remove_suffix(1);
    return token;
}

View trim(View line) {
    while (!line.empty() && is_blank(line.front()))
        line.remove_prefix(1);
    while (!line.empty() && is_blank(line.back()))
        line.remove_suffix(1);
    return line;
}

View undecorated(View line) {
    constexpr View marks = U"・■●◆□○◇★※>|*-–—=:→⇒➡►▶ \t「」『』【】\"“”'’‘«»`[](){}<>#_";
    line = trim(line);
    while (!line.empty() && marks.find(line.front()) != View::npos)
        line.remove_prefix(1);
    while (!line.empty() && View(U"|* \t」』】\"”'’»`])}>。").find(line.back()) != View::npos)
        line.remove_suffix(1);
    return line;
}

bool is_address(View token) {
    if (token.find(U"://") != View::npos || token.starts_with(U"www.")) return true;
    const std::size_t at = token.find(U'@');
    return at != View::npos && at > 0 && token.substr(at).find(U'.') != View::npos;
}

bool looks_like_password(View token) {
    if (token.size() < 3 || token.size() > 32 || is_address(token)) return false;
    if (all(token, is_digit)) return token.size() <= 12;
    return any(token, is_digit) && any(token, is_letter);
}

bool is_prose(View token) {
    constexpr std::u32string_view words[] = {U"メール", U"別途",     U"別送",   U"送り",     U"ます",
                                             U"です",   U"ください", U"下さい", U"お知らせ", U"ご連絡",
                                             U"以下",   U"下記",     U"発送",   U"另"};
    return std::ranges::any_of(words, [&](View word) { return token.find(word) != View::npos; });
}

}  // namespace sekisho::scanner::unlock
