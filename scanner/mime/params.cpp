#include "scanner/mime/params.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <tuple>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/mime/words.h"

namespace sekisho::scanner::mime {

namespace {

constexpr bool is_token_char(char c) {
    constexpr std::string_view specials = "()<>@,;:\\\"/[]?=";
    return c > ' ' && c != '\x7F' && specials.find(c) == specials.npos;
}

// One parameter as it stood, before RFC 2231.
struct RawParam {
    std::string name;
    std::string value;
    bool quoted = false;
};

// In undeclared Shift_JIS the second byte of a character may be a backslash; it quotes nothing then.
class ShiftJis {
public:
    explicit ShiftJis(std::string_view raw)
        : active_(raw.find('\\') != raw.npos &&
                  base::guess_charset(base::as_bytes(raw)) == std::string_view("shift_jis") &&
                  !std::ranges::all_of(raw, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {}
    bool is_lead(char c) const {
        const auto b = static_cast<unsigned char>(c);
        return active_ && ((b >= 0x81 && b <= 0x9F) || (b >= 0xE0 && b <= 0xFC));
    }

private:
    bool active_;
};

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    std::string token() {
        skip_gaps_and_comments();
        std::string out;
        while (!at_end() && !is_gap(peek()) && peek() != ';') {
            if (peek() == '(') {
                skip_comment();
            } else {
                out += base::ascii_lower(text_[pos_++]);
            }
        }
        if (out.size() > 1 && out.front() == '"' && out.back() == '"') out = out.substr(1, out.size() - 2);
        return out;
    }

    // Everything up to the next '=' that can be a name, then its value. Parameters ought to be separated by
    // ';'; a blank does as well where a name and '=' follow, as in "multipart/mixed boundary=x".
    std::vector<RawParam> params() {
        std::vector<RawParam> out;
        std::array<std::optional<RawParam>, deciding.size()> last;  // of each name, where `out` is full
        while (!at_end()) {
            skip_separators();
            const std::size_t start = pos_;
            std::string name = read_name();
            skip_gaps_and_comments();
            if (name.empty() || at_end() || peek() != '=') {
                if (pos_ == start && !at_end()) ++pos_;
                continue;
            }
            ++pos_;
            RawParam param = read_value(std::move(name));
            const auto kind = std::ranges::find(deciding, param.name);
            if (out.size() < max_params || (out.size() < 2 * max_params && decides(param.name))) {
                out.push_back(std::move(param));
            } else if (kind != deciding.end()) {
                last.at(static_cast<std::size_t>(kind - deciding.begin())) = std::move(param);
            }
        }
        for (std::optional<RawParam>& param : last) {
            if (param) out.push_back(std::move(*param));
        }
        return out;
    }

private:
    // What a part is cut by and is called: to be found behind any number of parameters that nobody reads, the
    // last one of a name behind any number of its own as well.
    static constexpr std::array<std::string_view, 6> deciding{"boundary",  "boundary*", "filename",
                                                              "filename*", "name",      "name*"};

    // So do the segments of a long one (RFC 2231): "filename*0".
    static bool decides(std::string_view name) {
        return std::ranges::any_of(deciding, [&](std::string_view word) { return name.starts_with(word); });
    }

    bool at_end() const { return pos_ >= text_.size(); }
    char peek() const { return text_[pos_]; }
    void skip_gaps() {
        while (!at_end() && is_gap(peek()))
            ++pos_;
    }
    void skip_gaps_and_comments() {
        skip_gaps();
        while (!at_end() && peek() == '(') {
            skip_comment();
            skip_gaps();
        }
    }
    void skip_separators() {
        while (!at_end() && (is_gap(peek()) || peek() == ';' || peek() == ','))
            ++pos_;
        skip_gaps_and_comments();
    }

    // Nested, with quoted pairs; one that never ends reaches to the end.
    void skip_comment() {
        unsigned depth = 0;
        while (!at_end()) {
            const char c = text_[pos_++];
            if (c == '\\' && !at_end()) ++pos_;
            if (c == '(') ++depth;
            if (c == ')' && --depth == 0) return;
        }
    }

    std::string read_name() {
        std::string out;
        while (!at_end() && is_token_char(peek()))
            out += base::ascii_lower(text_[pos_++]);
        return out;
    }

    RawParam read_value(std::string name) {
        skip_gaps();
        RawParam out{.name = std::move(name)};
        // "(" is a comment to RFC 2045; in an unquoted file name it is part of the name to every client.
        const bool keeps_comments = out.name.starts_with("name") || out.name.starts_with("filename");
        if (!keeps_comments) skip_gaps_and_comments();
        if (!at_end() && peek() == '"') {
            out.quoted = true;
            out.value = read_quoted();
            return out;
        }
        const std::size_t start = pos_;
        while (!at_end() && peek() != ';') {
            if (!keeps_comments && peek() == '(' && pos_ > start && is_gap(text_[pos_ - 1])) break;
            if (!keeps_comments && is_gap(peek()) && name_follows()) break;
            ++pos_;
        }
        out.value = trim_gaps(text_.substr(start, pos_ - start));
        return out;
    }

    // Behind the blanks at pos_ stands "name=". Looks at no more than a name's length.
    bool name_follows() const {
        constexpr std::size_t look = 64;
        std::string_view rest = text_.substr(pos_, look);
        while (!rest.empty() && is_gap(rest.front()))
            rest.remove_prefix(1);
        const auto end = std::ranges::find_if_not(rest, is_token_char);
        return end != rest.begin() && end != rest.end() && *end == '=';
    }

    // From the quote at pos_ to the matching one, or to the end where there is none.
    std::string read_quoted() {
        ++pos_;
        // A guess reads a KB. No field has this many quoted values of which one is a name in Shift_JIS.
        constexpr std::size_t most_guesses = 64;
        constexpr std::size_t looked_at = 1'024;
        const ShiftJis shift_jis(++quoted_ <= most_guesses ? text_.substr(pos_, looked_at) : "");
        std::string out;
        while (!at_end() && peek() != '"') {
            if (text_.substr(pos_, 2) == "\x1B$" && take_iso_2022(out)) continue;
            if (shift_jis.is_lead(peek()) && text_.size() - pos_ > 1) {
                out += text_[pos_++];
            } else if (peek() == '\\' && text_.size() - pos_ > 1) {
                ++pos_;
            }
            out += text_[pos_++];
        }
        if (!at_end()) ++pos_;
        return out;
    }

    // Undeclared ISO-2022-JP: between ESC $ and ESC ( a quote or backslash is half a character.
    bool take_iso_2022(std::string& out) {
        const std::size_t end = no_ascii_again_ ? text_.npos : text_.find("\x1B(", pos_ + 2);
        no_ascii_again_ = end == text_.npos;
        if (no_ascii_again_) return false;
        out += text_.substr(pos_, end - pos_);
        pos_ = end;
        return true;
    }

    std::string_view text_;
    std::size_t pos_ = 0;
    std::size_t quoted_ = 0;  // values so far
    bool no_ascii_again_ = false;
};

// "name", "name*", "name*0", "name*0*": RFC 2231's name of a segment.
struct Segment {
    std::string_view base;
    int index = -1;       // -1: not continued
    bool padded = false;  // "name*01": no number of RFC 2231
    bool encoded = false;
    std::size_t position = 0;  // among all parameters
    const RawParam* raw = nullptr;
};

Segment segment_of(const RawParam& raw) {
    Segment out{.base = raw.name, .raw = &raw};
    if (out.base.ends_with('*')) {
        out.encoded = true;
        out.base.remove_suffix(1);
    }
    const std::size_t star = out.base.find('*');
    if (star == out.base.npos) return out;
    const std::string_view digits = out.base.substr(star + 1);
    int index = 0;
    const char* last = digits.data() + digits.size();
    if (std::from_chars(digits.data(), last, index).ptr != last || digits.empty() || index < 0) return out;
    out.base = out.base.substr(0, star);
    out.index = index;
    out.padded = digits.size() > 1 && digits.front() == '0';
    return out;
}

// Takes charset'language' off the front of the first segment.
std::string_view take_charset(std::string_view value, std::string& charset) {
    const std::size_t first = value.find('\'');
    const std::size_t second = first == value.npos ? first : value.find('\'', first + 1);
    if (second == value.npos) return value;
    charset = value.substr(0, first);
    return value.substr(second + 1);
}

// All segments of one name, sorted by index.
Param join(std::span<const Segment> segments) {
    Param out{.name = std::string(segments.front().base), .extended = true};
    bool first = true;
    std::size_t position = 0;
    int index = segments.front().index < 0 ? -1 : 0;
    for (const Segment& segment : segments) {
        out.disordered =
            out.disordered || segment.padded || segment.index != index || segment.position < position;
        position = segment.position;
        ++index;
        std::string_view value = segment.raw->value;
        if (first && segment.encoded) value = take_charset(value, out.charset);
        out.value += segment.encoded ? decode_escapes(value, '%') : std::string(value);
        out.quoted = out.quoted || segment.raw->quoted;
        first = false;
    }
    return out;
}

}  // namespace

std::string_view trim_gaps(std::string_view text) { return base::trim(text, is_gap); }

std::string Param::text() const {
    if (charset.empty() || !base::is_known_charset(charset)) return decode_words(value);
    return base::to_utf8(base::as_bytes(value), charset);
}

const Param* StructuredValue::find(std::string_view name) const {
    const auto extended =
        std::ranges::find_if(params, [name](const Param& p) { return p.extended && p.name == name; });
    if (extended != params.end()) return &*extended;
    const auto plain = std::ranges::find(params, name, &Param::name);
    return plain == params.end() ? nullptr : &*plain;
}

StructuredValue parse_structured(std::string_view value) {
    Parser parser(value);
    StructuredValue out{.token = parser.token()};
    const std::vector<RawParam> raws = parser.params();
    std::vector<Segment> continued;
    for (const RawParam& raw : raws) {
        Segment segment = segment_of(raw);
        segment.position = continued.size();
        if (segment.index >= 0) {
            continued.push_back(segment);
        } else if (segment.encoded) {
            out.params.push_back(join(std::array{segment}));
        } else {
            out.params.push_back({.name = raw.name, .value = raw.value, .quoted = raw.quoted});
        }
    }
    // Of two segments with one index the earlier comes first.
    std::ranges::sort(continued, [](const Segment& a, const Segment& b) {
        return std::tie(a.base, a.index, a.position) < std::tie(b.base, b.index, b.position);
    });
    for (std::span<const Segment> rest = continued; !rest.empty();) {
        const auto end = std::ranges::find_if(
            rest, [&](const Segment& segment) { return segment.base != rest.front().base; });
        const auto count = static_cast<std::size_t>(end - rest.begin());
        out.params.push_back(join(rest.first(count)));
        rest = rest.subspan(count);
    }
    return out;
}

}  // namespace sekisho::scanner::mime
