// RFC 2047 encoded words, as lenient as mail clients are, and undeclared 8-bit text in headers.
#pragma once

#include <string>
#include <string_view>

namespace sekisho::scanner::mime {

// A header text as UTF-8. Encoded words are decoded wherever they stand (also within other text or quotes);
// the bytes of adjacent words in one charset are joined before they are converted, since a multi-byte
// character or an ISO-2022-JP escape may be split between them. What lies outside of words is UTF-8 or of a
// guessed charset (raw Shift_JIS, EUC-JP, ISO-2022-JP). A broken word stays as it stood. Linear.
std::string decode_words(std::string_view text);

// Undeclared bytes as UTF-8.
std::string guess_to_utf8(std::string_view text);

// RFC 2047 "Q" text and lenient base64 as bytes, for short texts.
std::string decode_q(std::string_view text);
std::string decode_b(std::string_view text);

// `mark` with two hexadecimal digits behind it is a byte ("=3D"; RFC 2231 has "%3D"); before anything else it
// stays.
std::string decode_escapes(std::string_view text, char mark);
// Two hexadecimal digits stand behind the mark at `at`.
bool is_escape(std::string_view text, std::size_t at);

}  // namespace sekisho::scanner::mime
