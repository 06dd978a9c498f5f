#include <array>
#include <cstdint>

#include "scanner/mime/base64_blocks.h"
#include "scanner/mime/decoders.h"
#include "scanner/mime/sink.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t bad = 1u << 24;  // above the 24 bits of a group

// Each table holds a character's six bits where they stand in a group of 24, so that a group is four loads.
using Table = std::array<std::uint32_t, 256>;
constexpr std::array<Table, 4> make_tables() {
    std::array<Table, 4> tables{};
    for (unsigned k = 0; k < 4; ++k) {
        tables[k].fill(bad);
        for (std::uint32_t value = 0; value < 64; ++value) {
            tables[k][static_cast<unsigned char>(alphabet[value])] = value << (18 - 6 * k);
        }
    }
    return tables;
}
constexpr std::array<Table, 4> tables = make_tables();

// `quads` groups of four characters into three bytes each, under one check. False: a character is not of the
// alphabet, and what was written is void. The spans' sizes are part of their types, so that no access needs a
// check at run time.
template <std::size_t quads>
bool decode_groups(std::span<const std::byte, quads * 4> in, std::span<std::byte, quads * 3> out) {
    std::uint32_t all = 0;
    for (std::size_t q = 0; q < quads; ++q) {
        const std::uint32_t group = tables[0][std::to_integer<std::size_t>(in[q * 4])] |
                                    tables[1][std::to_integer<std::size_t>(in[q * 4 + 1])] |
                                    tables[2][std::to_integer<std::size_t>(in[q * 4 + 2])] |
                                    tables[3][std::to_integer<std::size_t>(in[q * 4 + 3])];
        all |= group;
        out[q * 3] = static_cast<std::byte>(group >> 16 & 0xFFu);
        out[q * 3 + 1] = static_cast<std::byte>(group >> 8 & 0xFFu);
        out[q * 3 + 2] = static_cast<std::byte>(group & 0xFFu);
    }
    return (all & bad) == 0;
}

// Where the lines begin, and whether one of them is odd. Offsets are those of the whole data.
class Lines {
public:
    // A line ends at `end`; the next one begins at `next`.
    void end_line(std::size_t end, std::size_t next) {
        const std::size_t length = end - begin_;
        if (length - 1 >= longest || length < shortest) [[unlikely]]
            note(length, end);
        begin_ = next;
    }

    // `read`: all that was read. A short line is odd where something stands behind it.
    bool odd(base::Bytes read) const {
        const std::size_t last = base::as_text(read).find_last_not_of("\r\n\t ");
        return long_ || read.size() - begin_ > longest ||
               (last != std::string_view::npos && last > short_end_);
    }

private:
    static constexpr std::size_t longest = 998;  // RFC 5322 section 2.1.1
    static constexpr std::size_t shortest = 4;   // no encoder breaks within its first group
    static constexpr std::size_t nowhere = std::string_view::npos;

    void note(std::size_t length, std::size_t end) {
        if (length > longest) long_ = true;
        if (length > 0 && length < shortest && short_end_ == nowhere) short_end_ = end;
    }

    std::size_t begin_ = 0;
    std::size_t short_end_ = nowhere;  // of the first short line
    bool long_ = false;
};

struct Progress {
    std::size_t read = 0;
    std::size_t written = 0;
};

template <std::size_t quads>
void run_groups(base::Bytes in, std::span<std::byte> out, Progress& at) {
    while (in.size() - at.read >= quads * 4 && out.size() - at.written >= quads * 3 &&
           decode_groups<quads>(in.subspan(at.read).template first<quads * 4>(),
                                out.subspan(at.written).template first<quads * 3>())) {
        at.read += quads * 4;
        at.written += quads * 3;
    }
}

// Whole groups and line ends from offset `from` on, until `out` is full or something odd comes.
Progress decode_clean(base::Bytes in, std::size_t from, std::span<std::byte> out, Lines& lines) {
    Progress at{.read = from};
    for (;;) {
        const std::size_t blocks = decode_base64_blocks(in.subspan(at.read), out.subspan(at.written));
        at.read += blocks * base64_block;
        at.written += blocks * base64_block_out;
        run_groups<4>(in, out, at);
        run_groups<1>(in, out, at);
        const std::size_t left = in.size() - at.read;
        const std::size_t end = at.read;
        if (left > 1 && in[at.read] == std::byte{'\r'} && in[at.read + 1] == std::byte{'\n'}) {
            at.read += 2;
        } else if (left > 0 && in[at.read] == std::byte{'\n'}) {
            ++at.read;
        } else {
            return at;
        }
        lines.end_line(end, at.read);
    }
}

// The careful path, one character at a time.
class Careful {
public:
    Careful(Sink& sink, Base64Way way, Lines& lines) : sink_(sink), way_(way), lines_(lines) {}

    bool between_groups() const { return have_ == 0; }

    // The byte at offset `at`. False: the data ends before it.
    bool take(std::byte b, std::size_t at) {
        const std::uint32_t value = value_of(b);
        if (value != bad) {
            note_data();
            group_ = group_ << 6 | value;
            if (++have_ == 4) close();
            return true;
        }
        const char c = static_cast<char>(b);
        if (c == '=') return pad();
        gap_ = c == ' ' || c == '\t' || c == '\r' || (gap_ && c != '\n');
        if (c == '\n' || c == '\r') {
            line_start_ = true;
            lines_.end_line(at, at + 1);  // between CR and LF stands an empty line, which is not odd
        } else if (c != ' ' && c != '\t') {
            facts_.garbage = true;
            if (is_url_safe(c)) facts_.url_safe = true;
            if (b >= std::byte{0x80}) facts_.high_bit = true;
            return way_ != Base64Way::stop_at_garbage;
        }
        return true;
    }

    // Characters of the alphabet were read, here or on the quick path.
    void note_data() {
        if (gap_) facts_.gaps = true;
        if (padding_ > 0) facts_.inner_padding = true;
        if (facts_.garbage) facts_.inner_garbage = true;
        missing_ = 0;
        padding_ = 0;
        line_start_ = false;
        gap_ = false;
    }

    // The quick path goes on here.
    void hand_over(base::Bytes rest) {
        const std::string_view next = base::as_text(base::head(rest, 2));
        if (next.starts_with('\n') || next == "\r\n") gap_ = false;
    }
    // It came back having read up to here.
    void take_over(base::Bytes read) {
        if (!read.empty() && read.back() == std::byte{'\n'}) line_start_ = true;
    }

    // The end of the data, of which `read` was read.
    Decoded finish(base::Bytes read) {
        if (have_ > 0) missing_ = 4 - have_;
        close();
        facts_.unpadded = padding_ < missing_;
        facts_.odd_padding = facts_.odd_padding || padding_ > missing_;
        facts_.odd_lines = lines_.odd(read);
        sink_.flush();
        return {.damaged = lone_ || facts_.garbage || facts_.inner_padding,
                .whole = sink_.ok(),
                .base64 = facts_};
    }

private:
    static bool is_url_safe(char c) { return c == '-' || c == '_'; }

    std::uint32_t value_of(std::byte b) const {
        constexpr std::uint32_t minus = 62;
        const char c = static_cast<char>(b);
        if (way_ == Base64Way::url_safe && is_url_safe(c)) return c == '-' ? minus : minus + 1;
        if (way_ == Base64Way::seven_bits) b &= std::byte{0x7F};
        return tables[3][std::to_integer<std::size_t>(b)];
    }

    bool pad() {
        ++padding_;
        if (line_start_) facts_.odd_padding = true;
        if (way_ == Base64Way::skip_padding) return true;
        if (way_ == Base64Way::stop_when_padded && (have_ < 2 || have_ + padding_ < 4)) return true;
        if (way_ == Base64Way::quads) {
            group_ <<= 6;
            ++filled_;
            if (++have_ == 4) close();
            return true;
        }
        if (have_ > 0) missing_ = 4 - have_;
        close();
        if (way_ != Base64Way::stop_at_padding && way_ != Base64Way::stop_when_padded) return true;
        missing_ = 0;  // the rest of the padding was not looked at
        return false;
    }

    // The bytes that the characters so far are enough for. One lone character is not enough for any.
    void close() {
        if (have_ == 1) lone_ = true;
        const std::uint32_t group = have_ == 0 ? 0 : group_ << (6 * (4 - have_));
        for (unsigned k = 0; k + 1 + filled_ < have_; ++k) {
            sink_.put(static_cast<std::byte>(group >> (16 - 8 * k) & 0xFFu));
        }
        have_ = 0;
        filled_ = 0;
        group_ = 0;
    }

    Sink& sink_;
    const Base64Way way_;
    Lines& lines_;
    std::uint32_t group_ = 0;
    unsigned have_ = 0;        // characters in group_
    unsigned filled_ = 0;      // of these, '=' (quads)
    unsigned missing_ = 0;     // padding that the last group wants
    std::size_t padding_ = 0;  // '=' since the last data
    bool lone_ = false;
    bool line_start_ = false;  // no data since the last line end
    bool gap_ = false;         // blanks or a bare CR since the last data in this line
    Base64Facts facts_;
};

Decoded decode(base::Bytes encoded, Output& output, Base64Way way, bool quick) {
    Sink sink(output);
    Lines lines;
    Careful careful(sink, way, lines);
    constexpr std::size_t room = 4'096;
    constexpr std::size_t odd_place = 16;
    std::size_t at = 0;
    for (bool more = true; more && at < encoded.size() && sink.ok();) {
        if (quick && careful.between_groups()) {
            careful.hand_over(encoded.subspan(at));
            const Progress done = decode_clean(encoded, at, sink.room(room), lines);
            sink.commit(done.written);
            if (done.written > 0) careful.note_data();
            careful.take_over(encoded.first(done.read).subspan(at));
            at = done.read;
        }
        // Carefully over the odd place and back to whole groups.
        for (std::size_t n = 0; at < encoded.size() && (n < odd_place || !careful.between_groups()); ++n) {
            more = careful.take(encoded[at], at);
            if (!more) break;
            ++at;
        }
    }
    return careful.finish(encoded.first(at));
}

}  // namespace

Decoded decode_base64(base::Bytes encoded, Output& output) {
    return decode(encoded, output, Base64Way::groups, true);
}

Decoded decode_base64(base::Bytes encoded, Output& output, Base64Way way) {
    return decode(encoded, output, way, true);
}

Decoded decode_base64_carefully(base::Bytes encoded, Output& output, Base64Way way) {
    return decode(encoded, output, way, false);
}

std::string_view to_string(Base64Way way) {
    constexpr std::array<std::string_view, 8> names{"groups",           "skip padding", "stop at padding",
                                                    "stop when padded", "quads",        "stop at garbage",
                                                    "seven bits",       "URL-safe"};
    return names.at(static_cast<std::size_t>(way));
}

std::span<const Base64Way> ways_for(const Base64Facts& facts) {
    static constexpr std::array ways{
        Base64Way::skip_padding,    Base64Way::stop_at_padding, Base64Way::stop_when_padded, Base64Way::quads,
        Base64Way::stop_at_garbage, Base64Way::seven_bits,      Base64Way::url_safe};
    constexpr std::size_t of_padding = 4;
    // A way too many gives what is known already.
    const std::size_t first = facts.inner_padding ? 0 : facts.inner_garbage ? of_padding : of_padding + 1;
    const std::size_t end = facts.url_safe || facts.high_bit ? ways.size()
                            : facts.inner_garbage            ? of_padding + 1
                            : facts.inner_padding            ? of_padding
                                                             : first;
    return std::span(ways).subspan(first, end - first);
}

bool looks_like_base64(base::Bytes bytes) {
    constexpr std::size_t looked_at = 512;
    constexpr std::size_t enough = 60;
    constexpr std::size_t good_per_odd = 20;  // one blank in six characters is text
    std::size_t good = 0;
    std::size_t odd = 0;
    for (const std::byte b : base::head(bytes, looked_at)) {
        const char c = static_cast<char>(b);
        if (c == '\r' || c == '\n' || c == '=') continue;
        ++(tables[3][std::to_integer<std::size_t>(b)] == bad ? odd : good);
    }
    return good >= enough && odd <= good / good_per_odd;
}

}  // namespace sekisho::scanner::mime
