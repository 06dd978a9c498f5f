// Character sets through ICU. No iconv, no file is opened at run time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::base {

bool is_ascii(std::string_view text);

// True when ICU (or our alias list: "cp932", "x-sjis", "ms932", ...) knows the label.
bool is_known_charset(std::string_view label);

// Bytes in `label` as UTF-8. Ill-formed input becomes U+FFFD; an unknown label is read as UTF-8 if it is
// well-formed, else as windows-1252. Never fails. Linear.
std::string to_utf8(Bytes bytes, std::string_view label);

// Label of a Windows code page for to_utf8: 932 -> "cp932", 65001 -> "utf-8"; an unknown one ->
// "windows-1252".
std::string charset_of_code_page(std::uint32_t code_page);

// UTF-8 text in another charset; nullopt where a character has no place there or the label is unknown.
std::optional<std::string> from_utf8(std::string_view utf8, std::string_view label);

// What undeclared 8-bit text most plausibly is: "utf-8", "shift_jis" (as CP932), "euc-jp", "iso-2022-jp",
// "utf-16le", "utf-16be" or "windows-1252". Looks at no more than the first 64 KB.
std::string_view guess_charset(Bytes bytes);

std::string nfkc(std::string_view utf8);  // Unicode NFKC: full-width to half-width, half-width kana to full
std::string fold_case(std::string_view utf8);  // Unicode default case folding

// Each character folded by itself (Unicode, CaseFolding.txt, status C and S): what a caseless pattern takes
// for the same is the same after it, and "ß" stays one character. What is no UTF-8 becomes U+FFFD.
std::string fold_characters(std::string_view utf8);

// Opens once every converter and normaliser that scanning uses, so that nothing is loaded in the sandbox.
void warm_up_charsets();

}  // namespace sekisho::base
