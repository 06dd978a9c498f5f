#include "scanner/unlock/token_shape.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "scanner/unlock/keywords.h"

namespace sekisho::scanner::unlock {

namespace {

using View = std::u32string_view;

// "1.8MB", "720kb".
bool is_size(View token) {
    constexpr View units[] = {U"b", U"kb", U"mb", U"gb", U"tb", U"bytes", U"ko", U"mo", U"kib", U"mib"};
    std::size_t begin = 0;
    while (begin < token.size() && (is_digit(token[begin]) || View(U".,").find(token[begin]) != View::npos))
        ++begin;
    if (begin == 0) return false;
    const View unit = token.substr(begin);
    return std::ranges::any_of(units, [&](View row) {
        return std::ranges::equal(row, unit, [](char32_t a, char32_t b) { return a == fold(b); });
    });
}

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
    constexpr View edges = U".,;:!?)]}>\"'([{<*`’”»…-=_|/";
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
    if (token.find(U"://") != View::npos || token.starts_with(U"//") || token.starts_with(U"www."))
        return true;
    const std::size_t at = token.find(U'@');
    if (at == View::npos || at == 0) return false;
    // "P@ss.w0rd1" is none: no domain ends in anything but letters.
    const View domain = strip(token.substr(at + 1));
    const std::size_t dot = domain.rfind(U'.');
    return dot != View::npos && domain.size() - dot > 2 && all(domain.substr(dot + 1), is_letter);
}

bool is_lone(View token) {
    return token.size() >= 2 && token.size() <= max_token && all(token, is_token_char) &&
           !is_address(token) && any(token, [](char32_t c) { return is_letter(c) || is_digit(c); });
}

bool looks_like_password(View token) {
    if (token.size() < 3 || token.size() > 32 || is_address(token)) return false;
    if (all(token, is_digit)) return token.size() <= 12;
    return any(token, is_digit) && any(token, is_letter);
}

bool is_year(View token) {
    return token.size() == 4 && all(token, is_digit) &&
           (token.starts_with(U"19") || token.starts_with(U"20"));
}

bool is_figure(View token) {
    token = strip(token);
    if (token.size() <= 2) return all(token, is_digit);
    if (is_size(token)) return true;
    std::size_t digits = 0;
    std::size_t groups = 0;
    std::size_t longest = 0;
    std::size_t length = 0;
    std::u32string marks;
    for (const char32_t c : token) {
        if (is_digit(c)) {
            ++digits;
            if (length++ == 0) ++groups;
            longest = std::max(longest, length);
            continue;
        }
        if (View(U"-/.:,()+%~").find(c) == View::npos) return false;
        marks.push_back(c);
        length = 0;
    }
    if (marks.empty() || digits == 0) return false;
    const bool is_phone = groups >= 3 && digits >= 9 && marks.find(U'-') != marks.npos;
    const bool is_date =
        groups == 3 && longest <= 4 && digits >= 4 && (longest == 4 || marks.find(U'-') == marks.npos);
    const bool is_amount = marks.find_first_not_of(U",.%+") == marks.npos && longest <= 3;
    const bool is_time = marks.find(U':') != marks.npos && longest <= 2;
    const bool is_day = groups == 2 && marks == U"/" && longest <= 2;
    return is_phone || is_date || is_amount || is_time || is_day;
}

bool is_counter(char32_t c) {
    return View(
               U"年月日時分秒円元圆名件個个本台枚回期歳階号號條条項社人万千億度％%"
               U"点點桁文字부년월일시분원명건개")
               .find(c) != View::npos;
}

bool is_prose(View token) {
    constexpr std::u32string_view words[] = {U"メール", U"別途",     U"別送",   U"送り",     U"ます",
                                             U"です",   U"ください", U"下さい", U"お知らせ", U"ご連絡",
                                             U"以下",   U"下記",     U"発送",   U"另"};
    return std::ranges::any_of(words, [&](View word) { return token.find(word) != View::npos; });
}

}  // namespace sekisho::scanner::unlock
