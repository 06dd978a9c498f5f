#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "scanner/mime/decoders.h"
#include "scanner/mime/sink.h"

namespace sekisho::scanner::mime {

namespace {

// The six bits of each data character; 0xFF for all others.
using Alphabet = std::array<std::uint8_t, 256>;
constexpr std::uint8_t none = 0xFF;

// ' ' to '`'; '`' stands for 0 as ' ' does.
constexpr Alphabet uu = [] {
    Alphabet out{};
    out.fill(none);
    for (std::uint8_t c = ' '; c <= '`'; ++c)
        out[c] = (c - ' ') & 63u;
    return out;
}();

constexpr Alphabet xx = [] {
    Alphabet out{};
    out.fill(none);
    std::uint8_t value = 0;
    for (const char c : std::string_view("+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
        out[static_cast<std::uint8_t>(c)] = value++;
    return out;
}();

constexpr unsigned value_of(char c, const Alphabet& alphabet) {
    return alphabet[static_cast<std::uint8_t>(c)];
}

constexpr std::string_view begin_word = "begin";

struct TextLine {
    std::string_view text;  // without line end
    std::size_t next = 0;
};

TextLine line_at(std::string_view text, std::size_t from, bool ends_at_cr = false) {
    const std::size_t end = ends_at_cr ? text.find_first_of("\r\n", from) : text.find('\n', from);
    std::string_view line = text.substr(from, end == text.npos ? end : end - from);
    while (line.ends_with('\r'))
        line.remove_suffix(1);
    return {.text = line, .next = end == text.npos ? text.size() : end + 1};
}

bool all_data(std::string_view line, const Alphabet& alphabet) {
    return std::ranges::all_of(line, [&](char c) { return value_of(c, alphabet) != none; });
}

// The characters that the bytes of a line take, in whole groups of four. `line` is not empty.
std::size_t wanted_size(std::string_view line, const Alphabet& alphabet) {
    return (value_of(line.front(), alphabet) + std::size_t{2}) / 3 * 4;
}

// Encoders pad each line to whole groups; some leave blanks off at the end, some add a checksum character.
bool looks_encoded(std::string_view line, const Alphabet& alphabet) {
    constexpr std::size_t extra = 3;
    if (line.empty() || !all_data(line.substr(0, 1), alphabet)) return false;
    const std::size_t wanted = wanted_size(line, alphabet);
    if (wanted == 0) return line.size() == 1;
    return line.size() > 1 && line.size() - 1 <= wanted + extra && all_data(line, alphabet);
}

// A data line of just the size that its first character tells.
bool fits(std::string_view line, const Alphabet& alphabet) {
    return looks_encoded(line, alphabet) && line.size() > 1 && line.size() - 1 == wanted_size(line, alphabet);
}

// What the first data line is written in. A word of a text is short xxencode as well, so that has to fit.
const Alphabet* alphabet_of(std::string_view line) {
    if (!fits(line, uu) && fits(line, xx)) return &xx;
    return looks_encoded(line, uu) ? &uu : nullptr;
}

// A line "begin 644 name". Decoders take a mode of any length (Python, Perl's MIME-tools), and blanks of any
// kind and number before it (Outlook); some want no digits, and no name (PHP, Thunderbird).
struct BeginLine {
    std::string_view name;
    bool found = false;
    bool modal = false;  // it has a mode and a name
    bool usual = false;  // the mode has three digits or more; "begin 2 weeks" may be words
};

BeginLine read_begin(std::string_view line) {
    constexpr std::size_t most_digits = 11;
    constexpr std::size_t usual_digits = 3;
    if (!line.starts_with(begin_word)) return {};
    line.remove_prefix(begin_word.size());
    const std::size_t mode = line.find_first_not_of(" \t");
    if (mode == 0) return {};
    line.remove_prefix(std::min(mode, line.size()));
    std::size_t digits = 0;
    while (digits < line.size() && base::is_digit(line[digits]))
        ++digits;
    const std::string_view name = base::trim(line.substr(digits));
    const bool modal = digits > 0 && digits <= most_digits && !name.empty() && base::is_blank(line[digits]);
    return {.name = name, .found = true, .modal = modal, .usual = modal && digits >= usual_digits};
}

constexpr std::size_t max_line =
    1'024;  // that is looked at: a text full of "begin" costs no more than its length
constexpr std::size_t full_line = 61;
constexpr unsigned full_count = 45;  // bytes of it

// Data begin at `text`. Behind a few lines of anything else, which decoders skip, a full line has to tell.
bool data_begin(std::string_view text, bool usual, bool ends_at_cr) {
    constexpr int most_skipped = 4;
    for (int i = 0; i <= most_skipped && !text.empty(); ++i) {
        const TextLine line = line_at(text.substr(0, max_line), 0, ends_at_cr);
        if (i == 0 && usual && alphabet_of(line.text) != nullptr) return true;
        const bool whole = i == 0 || line.text.size() == full_line;
        if (whole && (fits(line.text, uu) || fits(line.text, xx))) return true;
        text.remove_prefix(line.next);
    }
    return false;
}

// No word of a text is followed by this.
bool full_line_begins(std::string_view text, bool ends_at_cr) {
    const TextLine line = line_at(text.substr(0, max_line), 0, ends_at_cr);
    return line.text.size() == full_line && fits(line.text, uu);
}

// Offset of the line behind `from` that ends the block, and of what follows.
struct BlockEnd {
    std::size_t end = 0;
    std::size_t next = 0;
    bool open = false;
};

BlockEnd find_end(std::string_view text, std::size_t from, bool ends_at_cr) {
    while (from < text.size()) {
        const TextLine line = line_at(text, from, ends_at_cr);
        if (base::trim(line.text) == "end") return {.end = from, .next = line.next};
        // A begin without its end: the next one starts a new block.
        if (read_begin(line.text).modal) return {.end = from, .next = from, .open = true};
        from = line.next;
    }
    return {.end = text.size(), .next = text.size()};
}

// One data line. False: it is short of characters, for which zeros were taken.
bool decode_line(std::string_view line, const Alphabet& alphabet, Sink& sink) {
    unsigned left = value_of(line.front(), alphabet);
    const std::string_view data = line.substr(1);
    const bool enough = data.size() >= (left * 4 + 2) / 3;
    for (std::size_t i = 0; left > 0; i += 4) {
        unsigned group = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            group = group << 6 | (i + k < data.size() ? value_of(data[i + k], alphabet) : 0u);
        }
        for (unsigned k = 0; k < 3 && left > 0; ++k, --left) {
            sink.put(static_cast<std::byte>(group >> (16 - 8 * k) & 0xFFu));
        }
    }
    return enough;
}

// Every character counts for six bits, in the alphabet or not.
constexpr unsigned bits_of(char c) { return (static_cast<unsigned char>(c) - unsigned{' '}) & 63u; }

// UuWay::stream, character by character.
class Stream {
public:
    explicit Stream(Sink& sink) : sink_(sink) {}

    // False where the data end: a line of no bytes.
    bool take(char c) {
        if (c == '\n') {
            fresh_ = true;
            return true;
        }
        if (fresh_ || left_ == 0) {
            left_ = bits_of(c);
            fresh_ = false;
            return left_ > 0;
        }
        group_ = group_ << 6 | bits_of(c);
        if (++held_ < 4) return true;
        for (unsigned k = 0; k < 3 && left_ > 0; ++k, --left_)
            sink_.put(static_cast<std::byte>(group_ >> (16 - 8 * k) & 0xFFu));
        group_ = held_ = 0;
        return true;
    }

private:
    Sink& sink_;
    bool fresh_ = true;  // at the start of a line
    unsigned left_ = 0;  // bytes of the line that are to come
    unsigned group_ = 0;
    unsigned held_ = 0;  // characters in it
};

void decode_counted(std::string_view line, Sink& sink) {
    unsigned left = bits_of(line.front());
    for (std::size_t i = 1; left > 0; i += 4) {
        unsigned group = 0;
        for (std::size_t k = i; k < i + 4; ++k)
            group = group << 6 | (k < line.size() ? bits_of(line[k]) : 0u);
        for (unsigned k = 0; k < 3 && left > 0; ++k, --left)
            sink.put(static_cast<std::byte>(group >> (16 - 8 * k) & 0xFFu));
    }
}

}  // namespace

bool find_uuencoded(base::Bytes bytes, std::size_t from, UuBlock& block) {
    const std::string_view text = base::as_text(bytes);
    for (std::size_t at = text.find(begin_word, from); at != text.npos;
         at = text.find(begin_word, at + begin_word.size())) {
        if (at + begin_word.size() < text.size() && !base::is_space(text[at + begin_word.size()])) continue;
        const TextLine begin = line_at(text.substr(at, max_line), 0);
        const std::size_t bare_cr = begin.text.find('\r');
        const bool cr = bare_cr != begin.text.npos;
        const BeginLine first = read_begin(begin.text.substr(0, bare_cr));
        if (!first.found) continue;
        const std::size_t data = at + (cr ? bare_cr + 1 : begin.next);
        const bool line_start = at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r';
        const bool begins = line_start && first.modal ? data_begin(text.substr(data), first.usual, cr)
                                                      : full_line_begins(text.substr(data), cr);
        if (!begins) continue;
        const BlockEnd end = find_end(text, data, cr);
        block = {.name = first.name,
                 .data = bytes.subspan(data, end.end - data),
                 .next = end.next,
                 .open = end.open};
        return true;
    }
    return false;
}

std::string_view to_string(UuWay way) {
    constexpr std::array<std::string_view, 6> names{
        "counted", "bare CR", "to a line of no bytes", "to a short line", "fitting lines", "stream"};
    return names.at(static_cast<std::size_t>(way));
}

Decoded decode_uuencode(base::Bytes lines, Output& output) {
    Sink sink(output);
    bool damaged = false;
    bool uneven = false;
    bool ended = false;  // to those that take a line of less than 45 bytes for the last
    const Alphabet* alphabet = nullptr;
    const std::string_view text = base::as_text(lines);
    for (std::size_t at = 0; at < text.size() && sink.ok();) {
        const TextLine line = line_at(text, at);
        at = line.next;
        if (line.text.empty()) continue;
        if (alphabet == nullptr) alphabet = alphabet_of(line.text);
        const bool data = alphabet != nullptr && looks_encoded(line.text, *alphabet);
        const bool empty = data && value_of(line.text.front(), *alphabet) == 0;
        uneven =
            uneven || !data || (ended && !empty) || line.text.size() - 1 != wanted_size(line.text, *alphabet);
        ended = ended || line.text.size() < full_line;
        if (!data || !decode_line(line.text, *alphabet, sink)) damaged = true;
    }
    sink.flush();
    return {.damaged = damaged, .whole = sink.ok(), .uneven = uneven};
}

Decoded decode_uuencode(base::Bytes lines, Output& output, UuWay way) {
    Sink sink(output);
    const std::string_view text = base::as_text(lines);
    if (way == UuWay::stream) {
        Stream stream(sink);
        for (std::size_t at = 0; at < text.size() && sink.ok() && stream.take(text[at]);)
            ++at;
    } else {
        for (std::size_t at = 0; at < text.size() && sink.ok();) {
            const TextLine line = line_at(text, at, way == UuWay::bare_cr);
            at = line.next;
            if (line.text.empty() || (way == UuWay::fitting && !fits(line.text, uu))) continue;
            decode_counted(line.text, sink);
            const unsigned count = bits_of(line.text.front());
            if ((way == UuWay::to_zero && count == 0) || (way == UuWay::to_short && count < full_count))
                break;
        }
    }
    sink.flush();
    return {.whole = sink.ok()};
}

}  // namespace sekisho::scanner::mime
