// Words for "password" and what stands between them and the password. Tables, and the lookup in them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace sekisho::scanner::unlock {

struct KeywordHit {
    std::size_t length = 0;  // characters
    std::string_view language;
    bool weak = false;  // a short word that means other things too: wants a separator behind it
};

// Lower case of Latin-1, Latin Extended-A, Greek and Cyrillic letters; anything else is itself.
char32_t fold(char32_t c);
// A letter that makes "pass" a part of "passport": Latin, Greek, Cyrillic. Kana and Han are none.
bool is_letter(char32_t c);

// The first place at or behind `at` where keyword_at() may find one, or where ":/" stands; text.size() where
// there is none. Most of a text is none of these.
std::size_t next_place(std::u32string_view text, std::size_t at);

// The longest keyword that starts at `at`, ignoring case; words of alphabets must begin and end there.
std::optional<KeywordHit> keyword_at(std::u32string_view text, std::size_t at);

// Length of the linking word at `at` ("は", "is", "lautet", "est", ...), which must end there; 0 where there
// is none.
std::size_t link_at(std::u32string_view text, std::size_t at);

// Length of a particle of Japanese or Korean at `at` that makes the token before it an object or a predicate
// ("を", "です", "입니다"); 0 where there is none.
std::size_t particle_at(std::u32string_view text, std::size_t at);

// True where the text behind a keyword says that the password comes another way or that one asks for it
// there: what stands below is none then.
bool tells_elsewhere(std::u32string_view text);

// A word of attachments, archives or their opening, in the languages of the keywords.
bool holds_file_word(std::u32string_view text);

// The label of another field of a form: "送信日時", "Size", "Tel".
bool is_other_label(std::u32string_view label);

// Words that follow a keyword in prose ("password for the file") and are no password.
bool is_stop_word(std::u32string_view token);

}  // namespace sekisho::scanner::unlock
