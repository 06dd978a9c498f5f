#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "scanner/mime/decoders.h"
#include "scanner/mime/sink.h"

namespace sekisho::scanner::mime {

namespace {

// Up to here the line is the same in all versions.
constexpr std::string_view banner = "(This file must be converted with BinHex";
// The data begin this near behind it. Some senders put a line of their own in between.
constexpr std::size_t near = 1'024;

constexpr std::string_view alphabet = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
static_assert(alphabet.size() == 64);
constexpr std::uint8_t none = 0xFF;
constexpr std::array<std::uint8_t, 256> values = [] {
    std::array<std::uint8_t, 256> out{};
    out.fill(none);
    for (std::size_t value = 0; value < alphabet.size(); ++value)
        out[static_cast<std::uint8_t>(alphabet[value])] = static_cast<std::uint8_t>(value);
    return out;
}();

// The offset of the ':' that begins a line of `text`, or npos.
std::size_t find_colon(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = text.find_first_not_of(" \t\r\n", at);
        if (begin == text.npos) break;
        if (text[begin] == ':') return begin;
        at = std::min(text.find_first_of("\r\n", begin), text.size());
    }
    return text.npos;
}

// CRC-16/XMODEM.
constexpr std::array<std::uint16_t, 256> crc_table = [] {
    std::array<std::uint16_t, 256> out{};
    for (std::uint32_t i = 0; i < out.size(); ++i) {
        std::uint32_t value = i << 8;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 0x8000u) != 0 ? value << 1 ^ 0x1021u : value << 1;
        out[i] = static_cast<std::uint16_t>(value & 0xFFFFu);
    }
    return out;
}();

// The bytes of the encoded file: six bits a character, then runs.
class Stream {
public:
    explicit Stream(base::Bytes encoded) : encoded_(encoded) {}

    // Bytes that the encoding does not allow were met.
    bool damaged() const { return damaged_; }

    // False at the end of the data.
    bool next(std::uint8_t& byte) {
        while (repeat_ == 0) {
            std::uint8_t count = 0;
            if (!unpacked(byte)) return false;
            if (byte != run_mark) return note(byte);
            if (!unpacked(count)) {
                damaged_ = true;
                return false;
            }
            if (count == 0) return note(byte);  // the mark itself
            if (!has_last_) {
                damaged_ = true;
            } else {
                repeat_ = count - 1u;  // one is out already
            }
        }
        --repeat_;
        byte = last_;
        return true;
    }

private:
    static constexpr std::uint8_t run_mark = 0x90;

    bool note(std::uint8_t byte) {
        last_ = byte;
        has_last_ = true;
        return true;
    }

    // The next eight bits of the characters.
    bool unpacked(std::uint8_t& byte) {
        while (bits_ < 8) {
            if (at_ == encoded_.size()) return false;
            const auto c = std::to_integer<std::uint8_t>(encoded_[at_++]);
            const std::uint8_t value = values[c];
            if (value != none) {
                group_ = (group_ << 6 | value) & 0xFFFFu;
                bits_ += 6;
            } else if (!base::is_space(static_cast<char>(c))) {
                damaged_ = true;
            }
        }
        bits_ -= 8;
        byte = static_cast<std::uint8_t>(group_ >> bits_ & 0xFFu);
        return true;
    }

    base::Bytes encoded_;
    std::size_t at_ = 0;
    std::uint32_t group_ = 0;
    unsigned bits_ = 0;  // of group_ that are still to be given
    unsigned repeat_ = 0;
    std::uint8_t last_ = 0;
    bool has_last_ = false;
    bool damaged_ = false;
};

class Decoder {
public:
    explicit Decoder(base::Bytes encoded) : stream_(encoded) {}

    // Each of these: false where the data ended or the budget is spent.
    bool read_header(BinHexHeader& header) {
        std::uint32_t size = 0;
        if (!number<1>(size)) return false;
        while (header.name.size() < size) {
            std::uint32_t c = 0;
            if (!number<1>(c)) return false;
            header.name += static_cast<char>(c);
        }
        // Version, type, creator and flags tell nothing of the content.
        for (int k = 0; k < 11; ++k) {
            std::uint32_t unused = 0;
            if (!number<1>(unused)) return false;
        }
        return number<4>(header.data_bytes) && number<4>(header.resource_bytes) && check();
    }

    bool read_fork(std::uint32_t size, Output& output) {
        Sink sink(output);
        std::uint8_t byte = 0;
        for (; size > 0 && sink.ok() && take(byte); --size)
            sink.put(std::byte{byte});
        sink.flush();
        whole_ = sink.ok();
        return size == 0 && whole_ && check();
    }

    // Encoders that fill up groups of four characters leave up to two bytes.
    void read_rest() {
        std::uint8_t byte = 0;
        if (stream_.next(byte) && stream_.next(byte) && stream_.next(byte)) damaged_ = true;
    }

    Decoded finish(bool complete) const {
        return {.damaged = damaged_ || stream_.damaged() || (whole_ && !complete), .whole = whole_};
    }

private:
    bool take(std::uint8_t& byte) {
        if (!stream_.next(byte)) return false;
        crc_ = static_cast<std::uint16_t>((crc_ << 8 ^ crc_table[(crc_ >> 8 ^ byte) & 0xFFu]) & 0xFFFF);
        return true;
    }

    template <int bytes>
    bool number(std::uint32_t& value) {
        value = 0;
        std::uint8_t byte = 0;
        for (int k = 0; k < bytes; ++k) {
            if (!take(byte)) return false;
            value = value << 8 | byte;
        }
        return true;
    }

    // The CRC behind what was read since the last one. A wrong one stops nothing: it is no reason for a
    // client.
    bool check() {
        const std::uint16_t is = crc_;
        std::uint32_t said = 0;
        if (!number<2>(said)) return false;
        if (said != is) damaged_ = true;
        crc_ = 0;
        return true;
    }

    Stream stream_;
    std::uint16_t crc_ = 0;
    bool damaged_ = false;
    bool whole_ = true;
};

}  // namespace

bool find_binhex(base::Bytes bytes, std::size_t from, BinHexBlock& block) {
    const std::string_view text = base::as_text(bytes);
    for (std::size_t at = text.find(banner, from); at != text.npos;) {
        const std::size_t line_end = at + banner.size();
        // The next banner ends the search behind this one, so that all of them cost no more than the text.
        at = text.find(banner, line_end);
        const std::size_t room = std::min({near, text.size() - line_end, at - line_end});
        std::string_view behind = text.substr(line_end, room);
        behind.remove_prefix(std::min(behind.find_first_of("\r\n"), behind.size()));
        const std::size_t colon = find_colon(behind);
        if (colon == behind.npos) continue;
        const std::size_t data = line_end + room - behind.size() + colon + 1;
        const std::size_t end = std::min(text.find(':', data), text.size());
        block = {.data = bytes.subspan(data, end - data), .next = std::min(end + 1, text.size())};
        return true;
    }
    return false;
}

bool find_bare_binhex(base::Bytes bytes, BinHexBlock& block) {
    const std::string_view text = base::as_text(bytes);
    const std::size_t colon = text.find_first_not_of(" \t\r\n");
    if (colon == text.npos || text[colon] != ':') return false;
    const std::size_t end = std::min(text.find(':', colon + 1), text.size());
    block = {.data = bytes.subspan(colon + 1, end - colon - 1), .next = std::min(end + 1, text.size())};
    return true;
}

Decoded decode_binhex(base::Bytes encoded, Output& data_fork, Output& resource_fork, BinHexHeader& header) {
    Decoder decoder(encoded);
    header = {};
    const bool complete = decoder.read_header(header) && decoder.read_fork(header.data_bytes, data_fork) &&
                          decoder.read_fork(header.resource_bytes, resource_fork);
    if (complete) decoder.read_rest();
    return decoder.finish(complete);
}

}  // namespace sekisho::scanner::mime
