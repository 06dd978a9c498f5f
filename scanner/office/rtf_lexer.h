// Tokens of RTF 1.9.1, as tolerant as Word: any parameter, any junk, braces that do not balance.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sekisho::scanner::office {

struct RtfToken {
    enum class Kind : std::uint8_t {
        end,
        open,
        close,
        word,    // "\par", "\fs24 "
        symbol,  // "\*", "\~"
        byte,    // "\'e9"
        text,    // a run without '{', '}' and '\'; line ends and zeros are in it
        binary,  // what stands behind "\bin"
    };
    Kind kind = Kind::end;
    bool has_number = false;
    bool broken = false;  // byte: no two digits follow; binary: more is claimed than there is, and none taken
    std::uint8_t byte = 0;    // of "\'"
    std::int32_t number = 0;  // kept within 31 bits
    std::uint32_t hash = 0;   // of a word's letters in lower case: rtf_word_hash()
    std::string_view text;    // a view into the input: name, symbol, run or data
};

// Of the letters of a control word, in either case.
constexpr std::uint32_t rtf_hash_step(std::uint32_t hash, char letter) {
    return hash * 33 + (static_cast<unsigned char>(letter) | 0x20U);
}
constexpr std::uint32_t rtf_word_hash(std::string_view name) {
    std::uint32_t hash = 0;
    for (const char c : name)
        hash = rtf_hash_step(hash, c);
    return hash;
}

// One pass, linear, allocates nothing. `rtf` outlives it and its tokens.
class RtfLexer {
public:
    explicit RtfLexer(std::string_view rtf) : rtf_(rtf) {}
    RtfToken next();
    std::size_t offset() const { return at_; }

private:
    RtfToken control();
    RtfToken word();
    RtfToken byte();
    void read_number(RtfToken& token);

    std::string_view rtf_;
    std::size_t at_ = 0;
};

}  // namespace sekisho::scanner::office
