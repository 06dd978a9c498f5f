#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/text.h"
#include "scanner/mime/decoders.h"
#include "scanner/mime/sink.h"

namespace sekisho::scanner::mime {

namespace {

// The value of a digit, with one of the bits below.
constexpr unsigned small_letter = 0x40;
constexpr unsigned no_digit = 0x80;
constexpr std::array<std::uint8_t, 256> hex_digits = [] {
    std::array<std::uint8_t, 256> out{};
    for (unsigned c = 0; c < out.size(); ++c) {
        const int value = base::hex_value(static_cast<char>(c));
        out[c] = static_cast<std::uint8_t>(value < 0 ? no_digit : static_cast<unsigned>(value));
        if (value >= 0 && c >= 'a') out[c] |= small_letter;
    }
    return out;
}();
constexpr unsigned hex_digit(char c) { return hex_digits[static_cast<unsigned char>(c)]; }

// A line in two: what is decoded, and the line end that stays where no soft break stands before it. Blanks
// that are dropped are in neither.
struct Line {
    std::string_view text;
    std::string_view end;
    bool dropped_blanks = false;
};

// Blanks before the line end were added on the way (RFC 2045 section 6.7, rule 3).
Line without_blanks(std::string_view whole) {
    std::string_view text = whole;
    while (!text.empty() && base::is_space(text.back()))
        text.remove_suffix(1);
    std::string_view end = whole.substr(text.size());
    const std::size_t tail = end.size();
    while (!end.empty() && base::is_blank(end.front()))
        end.remove_prefix(1);
    // A soft break swallows whatever stands behind it in the line.
    const bool blanks = text.ends_with('=') && end.find_first_not_of("\r\n") != end.npos;
    return {.text = text, .end = end, .dropped_blanks = blanks || end.size() < tail};
}

Line with_blanks(std::string_view whole) {
    std::string_view text = whole;
    if (text.ends_with('\n')) text.remove_suffix(1);
    while (text.ends_with('\r'))
        text.remove_suffix(1);
    return {.text = text, .end = whole.substr(text.size())};
}

// Tells whether a CR without LF stands beside '=' or blanks: there alone does it matter whether it ends a
// line.
class BareCr {
public:
    explicit BareCr(std::string_view text) : text_(text) { next(0); }

    // Looks at the text up to `end`. Linear over all calls.
    bool met_before(std::size_t end) {
        for (; at_ < end && !met_; next(at_ + 1))
            met_ = matters();
        return met_;
    }

private:
    static bool is_odd(char c) { return base::is_space(c) && c != '\r' && c != '\n'; }

    void next(std::size_t from) { at_ = text_.find('\r', from); }

    bool matters() const {
        const bool last = at_ + 1 == text_.size();
        if (!last && text_[at_ + 1] == '\n') return false;
        const char before = at_ == 0 ? '\n' : text_[at_ - 1];
        return before == '=' || (!last && (is_odd(before) || is_odd(text_[at_ + 1])));
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool met_ = false;
};

class Decoder {
public:
    Decoder(Output& output, QpWay way) : sink_(output), way_(way) {}

    Decoded run(std::string_view text) {
        BareCr bare_cr(text);
        for (std::size_t at = 0; at < text.size() && sink_.ok();) {
            const std::size_t next = end_of_line(text, at);
            facts_.bare_cr = bare_cr.met_before(next);
            const std::string_view line = text.substr(at, next - at);
            if (take_line(line) && next == text.size() && !line.ends_with('\n')) facts_.soft_end = true;
            at = next;
        }
        decode(waiting_);
        sink_.flush();
        return {.damaged = facts_.bad_escape, .whole = sink_.ok(), .qp = facts_};
    }

private:
    // The offset behind the line end.
    std::size_t end_of_line(std::string_view text, std::size_t from) const {
        std::size_t at =
            way_ == QpWay::bare_breaks ? text.find_first_of("\r\n", from) : text.find('\n', from);
        if (at == text.npos) return text.size();
        if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
        return at + 1;
    }

    // True where the line ends in a soft break: its end is not part of the data.
    bool take_line(std::string_view whole) {
        if (takes_breaks_as_escapes()) {
            decode(whole);
            return false;
        }
        Line line = way_ == QpWay::strict_blanks ? with_blanks(whole) : without_blanks(whole);
        facts_.trailing_blanks = facts_.trailing_blanks || line.dropped_blanks;
        const bool soft = line.text.ends_with('=');
        if (soft) line.text.remove_suffix(1);
        if (way_ == QpWay::joined_lines) {
            join(line.text);
            if (!soft) join(line.end);
        } else if (soft) {
            decode(line.text);
        } else if (line.dropped_blanks || way_ == QpWay::lf_breaks) {
            decode(line.text);
            const bool lf = way_ == QpWay::lf_breaks && !line.end.empty();
            sink_.put(base::as_bytes(lf ? std::string_view("\n") : line.end));
        } else {
            decode(whole);  // the end with it: no escape reaches into it
        }
        return soft;
    }

    // Decodes `text` with what waits from the lines before it; an escape that may go on in the next line
    // waits.
    void join(std::string_view text) {
        constexpr std::size_t piece = 4'096;
        while (!text.empty()) {
            waiting_ += text.substr(0, piece);
            text.remove_prefix(std::min(piece, text.size()));
            const std::size_t cut =
                waiting_.find('=', waiting_.size() - std::min<std::size_t>(waiting_.size(), 2));
            const std::size_t ready = std::min(cut, waiting_.size());
            decode(std::string_view(waiting_).substr(0, ready));
            waiting_.erase(0, ready);
        }
    }

    // '=' may have taken the one behind it, so that only its place tells whether the second is a soft break.
    bool takes_breaks_as_escapes() const { return way_ == QpWay::pairs || way_ == QpWay::triples; }

    // What a soft break takes, at the start of `line`; 0 where there is none. Only readers by pairs end a
    // line in CR, and then drop what is left up to the LF.
    std::size_t soft_break(std::string_view line) const {
        if (line == "=" || line.starts_with("=\n")) return std::min<std::size_t>(line.size(), 2);
        if (line.starts_with("=\r\n")) return 3;
        return way_ == QpWay::pairs && line.starts_with("=\r") ? line.size() : 0;
    }

    void decode(std::string_view line) {
        for (;;) {
            const std::size_t at = line.find('=');
            sink_.put(base::as_bytes(line.substr(0, at)));
            if (at == line.npos) return;
            line.remove_prefix(at);
            do {
                line.remove_prefix(take_escape(line));
            } while (line.starts_with('='));
        }
    }

    // `line` begins with '='. How much of it is done with then.
    std::size_t take_escape(std::string_view line) {
        if (takes_breaks_as_escapes()) {
            if (const std::size_t taken = soft_break(line); taken > 0) return taken;
        }
        if (way_ == QpWay::pairs && line.starts_with("==")) {
            sink_.put(std::byte{'='});
            return 2;
        }
        const unsigned high = line.size() > 1 ? hex_digit(line[1]) : no_digit;
        const unsigned low = line.size() > 2 ? hex_digit(line[2]) : no_digit;
        if (((high | low) & no_digit) != 0) {
            facts_.bad_escape = true;
            if (way_ == QpWay::triples) {
                const std::string_view kept = line.substr(0, 3);
                sink_.put(base::as_bytes(kept));
                return kept.size();
            }
            if (way_ != QpWay::drop_bad_escapes) sink_.put(std::byte{'='});
            return 1;
        }
        if (((high | low) & small_letter) != 0) facts_.lower_hex = true;
        sink_.put(static_cast<std::byte>((high << 4 | (low & 15u)) & 0xFFu));
        return 3;
    }

    Sink sink_;
    const QpWay way_;
    QpFacts facts_;
    std::string waiting_;  // of joined_lines: at most an escape without its end
};

// One row for each combination of the three facts: bit 0 bad escapes, bit 1 blanks, bit 2 bare CRs.
struct Row {
    std::array<QpWay, 6> ways{};
    std::size_t count = 0;
};

constexpr std::array<Row, 8> make_rows() {
    constexpr std::array ways{QpWay::drop_bad_escapes, QpWay::pairs,         QpWay::triples,
                              QpWay::joined_lines,     QpWay::strict_blanks, QpWay::bare_breaks};
    // The facts that make a way differ. "= " and a line end is a soft break to some, a broken escape to
    // others.
    constexpr std::array<std::size_t, 6> facts{1, 7, 7, 1, 2, 4};
    std::array<Row, 8> rows{};
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t k = 0; k < ways.size(); ++k) {
            if ((row & facts[k]) != 0) rows[row].ways[rows[row].count++] = ways[k];
        }
    }
    return rows;
}
constexpr std::array<Row, 8> rows = make_rows();

}  // namespace

Decoded decode_quoted_printable(base::Bytes encoded, Output& output) {
    return Decoder(output, QpWay::lenient).run(base::as_text(encoded));
}

Decoded decode_quoted_printable(base::Bytes encoded, Output& output, QpWay way) {
    return Decoder(output, way).run(base::as_text(encoded));
}

std::string_view to_string(QpWay way) {
    constexpr std::array<std::string_view, 8> names{"lenient",     "drop bad escapes", "pairs",
                                                    "triples",     "joined lines",     "strict blanks",
                                                    "bare breaks", "LF breaks"};
    return names.at(static_cast<std::size_t>(way));
}

std::span<const QpWay> ways_for(const QpFacts& facts) {
    const std::size_t row =
        (facts.bad_escape ? 1u : 0u) | (facts.trailing_blanks ? 2u : 0u) | (facts.bare_cr ? 4u : 0u);
    return std::span(rows.at(row).ways).first(rows.at(row).count);
}

}  // namespace sekisho::scanner::mime
