#include "scanner/mime/encoding_names.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "scanner/mime/params.h"
#include "scanner/mime/words.h"

namespace sekisho::scanner::mime {

namespace {

struct EncodingName {
    std::string_view name;
    Encoding encoding;
};

// RFC 2045 section 6.1, and the names that others go by.
constexpr std::array encoding_names{
    EncodingName{"7bit", Encoding::identity},
    EncodingName{"8bit", Encoding::identity},
    EncodingName{"binary", Encoding::identity},
    EncodingName{"7-bit", Encoding::identity},
    EncodingName{"8-bit", Encoding::identity},
    EncodingName{"7bits", Encoding::identity},
    EncodingName{"8bits", Encoding::identity},
    EncodingName{"7 bit", Encoding::identity},
    EncodingName{"8 bit", Encoding::identity},
    EncodingName{"base64", Encoding::base64},
    EncodingName{"quoted-printable", Encoding::quoted_printable},
    EncodingName{"x-uuencode", Encoding::uuencode},
    EncodingName{"uuencode", Encoding::uuencode},
    EncodingName{"x-uue", Encoding::uuencode},
    EncodingName{"uue", Encoding::uuencode},
    EncodingName{"x-yenc", Encoding::yenc},
    EncodingName{"yenc", Encoding::yenc},
    EncodingName{"mac-binhex40", Encoding::binhex},
    EncodingName{"x-binhex40", Encoding::binhex},
    EncodingName{"binhex", Encoding::binhex},
};

std::optional<Encoding> exact(std::string_view token) {
    const auto row = std::ranges::find_if(encoding_names, [token](const EncodingName& name) {
        return base::equals_ignoring_case(name.name, token);
    });
    if (row == encoding_names.end()) return std::nullopt;
    return row->encoding;
}

// "base-64", "base645", "bas e64", "quotedprintable": what somebody may have meant.
std::optional<Encoding> near(std::string_view text) {
    std::string plain;
    for (const char c : text) {
        const char lower = base::ascii_lower(c);
        if ((lower >= 'a' && lower <= 'z') || base::is_digit(lower)) plain += lower;
    }
    const auto holds = [&](std::string_view word) { return plain.find(word) != plain.npos; };
    if (holds("base64") || holds("b64") || (plain.starts_with('b') && plain.ends_with("64")))
        return Encoding::base64;
    if (holds("quoted") || holds("printable")) return Encoding::quoted_printable;
    if (holds("uuencode") || holds("uue")) return Encoding::uuencode;
    if (holds("yenc")) return Encoding::yenc;
    if (holds("binhex")) return Encoding::binhex;
    return std::nullopt;
}

// base64 and BASE64 and Base64 are all that programs write.
bool has_odd_case(std::string_view token) {
    const auto lower = [](char c) { return base::ascii_lower(c) == c; };
    const auto upper = [](char c) { return base::ascii_lower(c) != c || c < 'a' || c > 'z'; };
    if (token.size() < 2 || std::ranges::all_of(token, lower) || std::ranges::all_of(token, upper))
        return false;
    bool after_mark = true;
    for (const char c : token) {  // Quoted-Printable
        const bool letter = base::ascii_lower(c) >= 'a' && base::ascii_lower(c) <= 'z';
        if (letter && (base::ascii_lower(c) != c) != after_mark && !(after_mark && lower(c))) return true;
        after_mark = !letter;
    }
    return false;
}

class Collector {
public:
    Collector(DeclaredEncodings& out, Ambiguities& ambiguities) : out_(out), ambiguities_(ambiguities) {}

    void read(std::string_view raw) {
        constexpr std::size_t longest = 1'024;
        std::string value(base::trim(unfold(base::trim(raw).substr(0, longest))));
        const std::size_t length = value.size();
        empty_ = empty_ || length == 0;
        while (!value.empty() && (value.back() == ';' || value.back() == ',' || base::is_space(value.back())))
            value.pop_back();
        if (value.empty()) return;
        if (const auto known = exact(value)) {
            if (has_odd_case(value)) ambiguities_.add(Ambiguity::header_case, value);
            // "7bit;" is a common slip that changes nothing.
            const bool slip = value.size() < length && *known != Encoding::identity;
            if (slip) ambiguities_.add(Ambiguity::encoding_misspelt, value);
            if (*known == Encoding::uuencode || *known == Encoding::yenc || *known == Encoding::binhex)
                ambiguities_.add(Ambiguity::encoding_unknown, value);  // to all that know RFC 2045 alone
            take(*known);
            if (slip) give_up();
            return;
        }
        read_odd(value);
    }

    // `clean`: there is a field of just the name of this one. Without it, or where one is empty, others see
    // no encoding.
    void finish(bool clean) {
        if (!out_.encodings.empty() && (empty_ || !clean)) give_up();
        if (out_.encodings.empty()) out_.encodings.push_back(Encoding::identity);
    }

private:
    void take(Encoding encoding) {
        if (std::ranges::find(out_.encodings, encoding) != out_.encodings.end()) return;
        out_.encodings.push_back(encoding);
        // The identity beside another one is as much of a choice as two that decode.
        if (out_.encodings.size() == 2 && out_.encodings.front() != Encoding::unknown)
            ambiguities_.add(Ambiguity::encoding_several);
    }

    // The identity, to clients that make nothing of the field.
    void give_up() {
        const auto plain = [](Encoding e) { return e == Encoding::identity || e == Encoding::unknown; };
        if (std::ranges::none_of(out_.encodings, plain)) out_.encodings.push_back(Encoding::identity);
    }

    void read_odd(const std::string& value) {
        judge(value);
        const std::string token = parse_structured(value).token;  // without comments and quotes
        const auto strict = exact(token.substr(0, token.find_first_of(",;")));
        take(strict.value_or(Encoding::unknown));
        if (!strict)
            ambiguities_.add(near(value) ? Ambiguity::encoding_misspelt : Ambiguity::encoding_unknown, value);
        // Word by word, then as a whole, with and without what some clients take out.
        std::size_t begin = 0;
        std::size_t words = 0;
        while (begin < value.size()) {
            const std::size_t end =
                std::min(value.find_first_of(std::string_view(",; \t\0", 5), begin), value.size());
            std::string_view word = std::string_view(value).substr(begin, end - begin);
            while (!word.empty() && word.front() == '"')
                word.remove_prefix(1);
            while (!word.empty() && word.back() == '"')
                word.remove_suffix(1);
            if (const auto known = exact(word)) {
                take(*known);
                if (++words == 2) ambiguities_.add(Ambiguity::header_values, value);
            } else if (const auto like = near(word)) {
                take(*like);
            }
            begin = end + 1;
        }
        if (const auto like = near(value)) take(*like);
        if (const auto like = near(decode_words(value))) take(*like);
        if (const auto like = near(token)) take(*like);
        give_up();
    }

    void judge(std::string_view value) {
        if (value.find('(') != value.npos || value.find(')') != value.npos)
            ambiguities_.add(Ambiguity::header_comment, value);
        if (value.find("=?") != value.npos) ambiguities_.add(Ambiguity::header_encoded_word, value);
        if (value.find('\0') != value.npos) ambiguities_.add(Ambiguity::header_nul, value);
        if (value.find('"') != value.npos) ambiguities_.add(Ambiguity::encoding_quoted, value);
        if (value.find_first_of(",;") != value.npos) ambiguities_.add(Ambiguity::header_values, value);
        if (value.find_first_of(" \t\r\n") != value.npos && value.find_first_of("(,;") == value.npos)
            ambiguities_.add(Ambiguity::header_folding, value);
    }

    DeclaredEncodings& out_;
    Ambiguities& ambiguities_;
    bool empty_ = false;  // a field without a value
};

}  // namespace

DeclaredEncodings declared_encodings(std::span<const std::string_view> raw, Ambiguities& ambiguities,
                                     bool clean) {
    DeclaredEncodings out;
    Collector collector(out, ambiguities);
    for (const std::string_view field : raw)
        collector.read(field);
    if (!raw.empty()) out.token = parse_structured(unfold(base::trim(raw.front()).substr(0, 1'024))).token;
    collector.finish(clean);
    return out;
}

}  // namespace sekisho::scanner::mime
