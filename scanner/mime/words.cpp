#include "scanner/mime/words.h"

#include <algorithm>
#include <optional>

#include "base/charset.h"
#include "base/escape.h"
#include "base/text.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::size_t max_charset = 64;

int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (base::is_digit(c)) return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

struct Word {
    std::string_view charset;
    bool is_q = false;
    std::string_view text;
    std::size_t size = 0;  // of the whole token
};

class Decoder {
public:
    explicit Decoder(std::string_view text) : text_(text) {}

    std::string decode() {
        std::size_t plain = 0;
        for (std::size_t at = text_.find("=?"); at != text_.npos; at = text_.find("=?", at)) {
            const std::optional<Word> word = read_word(at);
            if (!word) {
                at += 2;
                continue;
            }
            add_plain(text_.substr(plain, at - plain));
            add_word(*word);
            at += word->size;
            plain = at;
        }
        add_plain(text_.substr(plain));
        flush();
        return std::move(out_);
    }

private:
    // "=?charset*language?B?text?="
    std::optional<Word> read_word(std::size_t at) {
        const std::string_view start = text_.substr(at + 2, max_charset);
        const std::size_t mark = start.find('?');
        if (mark == start.npos || mark == 0 || no_end_) return std::nullopt;
        const std::string_view rest = text_.substr(at + 2 + mark + 1);
        if (rest.size() < 2 || rest[1] != '?') return std::nullopt;
        const char encoding = base::ascii_lower(rest[0]);
        if (encoding != 'b' && encoding != 'q') return std::nullopt;
        const std::size_t end = rest.find("?=", 2);
        if (end == rest.npos) {
            no_end_ = true;  // nor will there be one for any later word
            return std::nullopt;
        }
        const std::string_view charset = start.substr(0, std::min(mark, start.find('*')));
        return Word{.charset = charset,
                    .is_q = encoding == 'q',
                    .text = rest.substr(2, end - 2),
                    .size = 2 + mark + 1 + end + 2};
    }

    void add_plain(std::string_view plain) {
        // Blanks between two encoded words are not part of the text (RFC 2047 section 6.2).
        const bool only_blanks = base::trim(plain).empty();
        if (only_blanks && has_word_) {
            held_blanks_ = plain;
            return;
        }
        flush();
        out_ += guess_to_utf8(plain);
    }

    void add_word(const Word& word) {
        held_blanks_ = {};
        if (has_word_ && !base::equals_ignoring_case(charset_, word.charset)) flush();
        has_word_ = true;
        charset_ = word.charset;
        bytes_ += word.is_q ? decode_q(word.text) : decode_b(word.text);
    }

    void flush() {
        if (has_word_) {
            out_ += base::is_known_charset(charset_) ? base::to_utf8(base::as_bytes(bytes_), charset_)
                                                     : guess_to_utf8(bytes_);
        }
        out_ += held_blanks_;
        held_blanks_ = {};
        has_word_ = false;
        bytes_.clear();
    }

    std::string_view text_;
    std::string out_;
    bool no_end_ = false;
    bool has_word_ = false;  // bytes_ waits for more words of charset_
    std::string_view charset_;
    std::string bytes_;
    std::string_view held_blanks_;  // behind the last word
};

}  // namespace

std::string decode_words(std::string_view text) { return Decoder(text).decode(); }

std::string guess_to_utf8(std::string_view text) {
    // ISO-2022-JP is pure ASCII to look at, so a well-formed UTF-8 text with an escape is guessed too.
    if (text.find('\x1B') == text.npos && base::is_utf8(text)) return std::string(text);
    return base::to_utf8(base::as_bytes(text), base::guess_charset(base::as_bytes(text)));
}

bool is_escape(std::string_view text, std::size_t at) {
    return text.size() - at > 2 && base::hex_value(text[at + 1]) >= 0 && base::hex_value(text[at + 2]) >= 0;
}

std::string decode_escapes(std::string_view text, char mark) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == mark && is_escape(text, i)) {
            out += static_cast<char>(base::hex_value(text[i + 1]) * 16 + base::hex_value(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string decode_q(std::string_view text) {
    std::string blanks(text);
    std::ranges::replace(blanks, '_', ' ');
    return decode_escapes(blanks, '=');
}

std::string decode_b(std::string_view text) {
    std::string out;
    unsigned bits = 0;
    unsigned have = 0;
    for (const char c : text) {
        if (c == '=') have = 0;  // padding: a new group follows, if anything
        const int value = base64_value(c);
        if (value < 0) continue;
        bits = (bits << 6 | static_cast<unsigned>(value)) & 0xFFFFFFu;
        have += 6;
        if (have < 8) continue;
        have -= 8;
        out += static_cast<char>(bits >> have & 0xFFu);
    }
    return out;
}

}  // namespace sekisho::scanner::mime
