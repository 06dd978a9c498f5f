// What characters and tokens of a text look like: the judgements behind candidates.cpp. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace sekisho::scanner::unlock {

constexpr std::size_t max_token = 64;  // characters; longer runs are no password

bool is_blank(char32_t c);
bool is_digit(char32_t c);
// What passwords are made of when nothing else marks their end: printable ASCII and letters of alphabets.
bool is_token_char(char32_t c);
bool is_separator(char32_t c);  // : = > | arrows, tab: says that what follows is the value
bool is_filler(char32_t c);     // stands between keyword and password without meaning anything

char32_t closer_of(char32_t c);  // of a quote or bracket; U'\0' for any other character
bool closes(char32_t c, char32_t closer);

bool any(std::u32string_view text, bool (*test)(char32_t));
bool all(std::u32string_view text, bool (*test)(char32_t));

std::u32string_view strip(std::u32string_view token);       // without punctuation at its end
std::u32string_view trim(std::u32string_view line);         // without blanks
std::u32string_view undecorated(std::u32string_view line);  // without bullets and quote marks around it

bool is_address(std::u32string_view token);  // a link or a mail address
// Nothing but token characters, no address, and of a length that a password has.
bool is_lone(std::u32string_view token);
// Digits, or digits with letters: what nobody writes as a word.
bool looks_like_password(std::u32string_view token);
bool is_year(std::u32string_view token);  // 19.. or 20..
// A date, time, telephone number, amount, size or address of a computer. A password may be one, but where
// nothing marks it as a password it hardly is.
bool is_figure(std::u32string_view token);
bool is_counter(char32_t c);  // directly behind digits it makes them a count: 年, 円, 件
// Prose where a password would stand: "パスワード：別メールにて".
bool is_prose(std::u32string_view token);

}  // namespace sekisho::scanner::unlock
