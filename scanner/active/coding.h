// The ways in which scripts write bytes down as characters, and their way back. Linear; nothing is looked up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::active {

// How bytes stand in the characters of a literal.
enum class Coding : std::uint8_t {
    plain,       // each character is a byte
    percent,     // %XX and %uXXXX of escape(), ECMA-262 annex B.2.1
    hex,         // two digits a byte, whatever parts them
    base64,      // RFC 4648 section 4; what is not of the alphabet is skipped, '=' begins a new group
    base64_url,  // section 5
    numbers,     // decimal, or hexadecimal with 0x
};
std::string_view to_string(Coding coding);  // "base64"

// Decodes text that comes in pieces of any size.
class CodingReader {
public:
    explicit CodingReader(Coding coding) : coding_(coding) {}
    void feed(std::string_view text, std::string& out);
    void finish(std::string& out);  // the last number of a list

private:
    void feed_percent(char c, std::string& out);
    void feed_number(char c, std::string& out);
    void put_number(std::string& out);

    Coding coding_;
    std::uint32_t value_ = 0;
    unsigned have_ = 0;    // bits of base64, digits of the others
    bool is_hex_ = false;  // 0x
    bool negative_ = false;
    std::string pending_;  // of an escape that is not whole
};

// What the first characters of a literal may be, the most particular first.
std::vector<Coding> likely_codings(std::string_view lead);

// A character of either base64 alphabet, or its padding.
bool is_base64(char c);

// `digits` hexadecimal digits at `at`; nothing where they are not all there.
std::optional<std::uint32_t> hex_at(std::string_view text, std::size_t at, std::size_t digits);

// A character of a script as bytes: up to U+00FF one byte, as atob() and charCodeAt() see it; others in
// UTF-8.
void append_code(std::uint32_t c, std::string& out);

}  // namespace sekisho::scanner::active
