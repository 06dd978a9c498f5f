// What stands encoded in a string: base64, hexadecimal, lists of codes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sekisho::scanner::fold {

// Standard or URL-safe base64; blanks are skipped, padding and bits that are left over do not matter.
// nullopt at any other character.
std::optional<std::string> decode_base64(std::string_view text);

// Pairs of hexadecimal digits. nullopt at an odd number of them or at any other character.
std::optional<std::string> decode_hex(std::string_view text);

struct Plain {
    std::string text;      // UTF-8; bytes that are no text as Latin-1
    bool is_text = false;  // printable
    bool is_file = false;  // begins like a program, archive or document
};
// Bytes read as ASCII, UTF-8 or UTF-16LE text. nullopt where they are neither text nor a file that is known.
std::optional<Plain> read_plain(std::string_view bytes);

// Bytes of a string that stands for bytes: each character below 256. nullopt where one is not.
std::optional<std::string> latin1_bytes(std::string_view utf8);
std::string latin1_text(std::string_view bytes);

// A run of digits of one encoding within a string.
struct EncodedRun {
    std::size_t begin = 0;
    std::size_t size = 0;
    bool hex = false;
};
// The next run of at least `min_run` characters at or after `from`. Linear.
constexpr std::size_t min_run = 20;
std::optional<EncodedRun> next_run(std::string_view text, std::size_t from);

}  // namespace sekisho::scanner::fold
