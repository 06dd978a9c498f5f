#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "base/text.h"
#include "scanner/mime/decoders.h"
#include "scanner/mime/lines.h"
#include "scanner/mime/sink.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::string_view begin_word = "=ybegin ";
constexpr std::string_view part_word = "=ypart ";
constexpr std::string_view end_word = "=yend";

// The line at `from`, without its end.
std::string_view line_at(std::string_view text, std::size_t from) {
    return text.substr(from, std::min(text.find_first_of("\r\n", from), text.size()) - from);
}

bool begins_line(std::string_view text, std::size_t at) {
    return at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r';
}

// The value of " key=" in a line, as a number to this base.
template <class Number>
std::optional<Number> number_of(std::string_view line, std::string_view key, int base) {
    const std::size_t at = line.find(key);
    if (at == line.npos) return std::nullopt;
    const std::string_view digits = line.substr(at + key.size());
    Number value = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value, base);
    if (error != std::errc() || end == digits.begin()) return std::nullopt;
    return value;
}

// The name is the last item of its line, since it may hold blanks. Some encoders put it into quotes.
std::string_view name_in(std::string_view value) {
    std::string_view name = base::trim(value);
    if (name.size() > 1 && name.starts_with('"') && name.ends_with('"'))
        name = name.substr(1, name.size() - 2);
    return name;
}

// At the data: the offset of the line that ends it, or of the end of the text.
std::size_t find_end(std::string_view text, std::size_t from) {
    for (std::size_t at = text.find("=y", from); at != text.npos; at = text.find("=y", at + 1)) {
        const std::string_view here = text.substr(at);
        if (begins_line(text, at) && (here.starts_with(end_word) || here.starts_with(begin_word))) return at;
    }
    return text.size();
}

void read_part_line(std::string_view line, YencBlock& block) {
    block.partial = true;
    block.size.reset();  // the begin line tells that of the whole file
    const auto begin = number_of<std::uint64_t>(line, " begin=", 10);
    const auto end = number_of<std::uint64_t>(line, " end=", 10);
    if (begin && end && *begin > 0 && *end >= *begin) block.size = *end - *begin + 1;
}

void read_end_line(std::string_view line, YencBlock& block) {
    block.ended = true;
    block.end_size = number_of<std::uint64_t>(line, " size=", 10);
    block.crc = number_of<std::uint32_t>(line, " pcrc32=", 16);
    // That of a part's end line is of the whole file.
    if (!block.crc && !block.partial) block.crc = number_of<std::uint32_t>(line, " crc32=", 16);
}

// CRC-32 as of zlib and ZIP.
constexpr std::array<std::uint32_t, 256> crc_table = [] {
    std::array<std::uint32_t, 256> out{};
    for (std::uint32_t i = 0; i < out.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1u) != 0 ? value >> 1 ^ 0xEDB88320u : value >> 1;
        out[i] = value;
    }
    return out;
}();

class Decoder {
public:
    explicit Decoder(Output& output) : sink_(output) {}

    void run(base::Bytes data) {
        for (std::size_t at = 0; at < data.size() && sink_.ok(); ++at) {
            const auto c = std::to_integer<std::uint8_t>(data[at]);
            if (c == '\r' || c == '\n') {
                if (escaped_) dangling_ = true;
                escaped_ = false;
            } else if (c == '=' && !escaped_) {
                escaped_ = true;
            } else {
                put(static_cast<std::uint8_t>(c - 42u - (escaped_ ? 64u : 0u)));
                escaped_ = false;
            }
        }
    }

    Decoded finish(const YencBlock& block) {
        sink_.flush();
        const bool wrong_size =
            (block.size && *block.size != size_) || (block.end_size && *block.end_size != size_);
        const bool wrong_crc = block.crc && *block.crc != (crc_ ^ 0xFFFFFFFFu);
        return {.damaged = escaped_ || dangling_ || wrong_size || wrong_crc || !block.ended,
                .whole = sink_.ok()};
    }

private:
    void put(std::uint8_t value) {
        crc_ = crc_ >> 8 ^ crc_table[(crc_ ^ value) & 0xFFu];
        ++size_;
        sink_.put(std::byte{value});
    }

    Sink sink_;
    std::uint64_t size_ = 0;
    std::uint32_t crc_ = 0xFFFFFFFFu;
    bool escaped_ = false;   // the last character was a '=' that escapes
    bool dangling_ = false;  // a line ended so
};

}  // namespace

bool find_yenc(base::Bytes bytes, std::size_t from, YencBlock& block) {
    constexpr std::string_view name_word = " name=";
    const std::string_view text = base::as_text(bytes);
    // Each line is looked at once, so that a text full of "=ybegin" costs no more than its length.
    for (std::size_t at = text.find(begin_word, from); at != text.npos;) {
        const std::string_view line = line_at(text, at);
        const std::size_t name = line.find(name_word);
        if (!begins_line(text, at) || name == line.npos) {
            at = text.find(begin_word, at + line.size());
            continue;
        }
        block = {.name = name_in(line.substr(name + name_word.size()))};
        block.size = number_of<std::uint64_t>(line.substr(0, name), " size=", 10);
        // Blank lines are no data, before the part line as well.
        std::size_t data = std::min(text.find_first_not_of("\r\n", at + line.size()), text.size());
        if (text.substr(data).starts_with(part_word)) {
            const std::string_view part = line_at(text, data);
            read_part_line(part, block);
            data = behind_line_end(text, data + part.size());
        }
        const std::size_t end = find_end(text, data);
        block.data = bytes.subspan(data, end - data);
        block.next = end;
        if (text.substr(end).starts_with(end_word)) {
            const std::string_view last = line_at(text, end);
            read_end_line(last, block);
            block.next = end + last.size();
        }
        return true;
    }
    return false;
}

Decoded decode_yenc(const YencBlock& block, Output& output) {
    Decoder decoder(output);
    decoder.run(block.data);
    return decoder.finish(block);
}

}  // namespace sekisho::scanner::mime
