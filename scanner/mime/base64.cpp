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

// Whole groups and line ends, until `out` is full or something odd comes.
Progress decode_clean(base::Bytes in, std::span<std::byte> out) {
    Progress at;
    for (;;) {
        const std::size_t blocks = decode_base64_blocks(in.subspan(at.read), out.subspan(at.written));
        at.read += blocks * base64_block;
        at.written += blocks * base64_block_out;
        run_groups<4>(in, out, at);
        run_groups<1>(in, out, at);
        const std::size_t left = in.size() - at.read;
        if (left > 1 && in[at.read] == std::byte{'\r'} && in[at.read + 1] == std::byte{'\n'}) {
            at.read += 2;
        } else if (left > 0 && in[at.read] == std::byte{'\n'}) {
            ++at.read;
        } else {
            return at;
        }
    }
}

// The careful path, one character at a time.
class Careful {
public:
    explicit Careful(Sink& sink) : sink_(sink) {}

    bool between_groups() const { return have_ == 0; }
    bool damaged() const { return damaged_; }

    void take(std::byte b) {
        const std::uint32_t value = tables[3][std::to_integer<std::size_t>(b)];
        if (value != bad) {
            if (padded_) damaged_ = true;
            group_ = group_ << 6 | value;
            if (++have_ == 4) close();
            return;
        }
        const char c = static_cast<char>(b);
        if (c == '=') {
            padded_ = true;
            close();
        } else if (c != '\n' && c != '\r' && c != ' ' && c != '\t') {
            damaged_ = true;
        }
    }

    // The bytes that the characters so far are enough for. One lone character is not enough for any.
    void close() {
        if (have_ == 1) damaged_ = true;
        const std::uint32_t group = have_ == 0 ? 0 : group_ << (6 * (4 - have_));
        for (unsigned k = 0; k + 1 < have_; ++k) {
            sink_.put(static_cast<std::byte>(group >> (16 - 8 * k) & 0xFFu));
        }
        have_ = 0;
        group_ = 0;
    }

    void note_clean_data() {
        if (padded_) damaged_ = true;
    }

private:
    Sink& sink_;
    std::uint32_t group_ = 0;
    unsigned have_ = 0;
    bool padded_ = false;
    bool damaged_ = false;
};

}  // namespace

Decoded decode_base64(base::Bytes encoded, Output& output) {
    Sink sink(output);
    Careful careful(sink);
    constexpr std::size_t room = 4'096;
    constexpr std::size_t odd_place = 16;
    while (!encoded.empty() && sink.ok()) {
        if (careful.between_groups()) {
            const Progress done = decode_clean(encoded, sink.room(room));
            sink.commit(done.written);
            if (done.written > 0) careful.note_clean_data();
            encoded = encoded.subspan(done.read);
        }
        // Carefully over the odd place and back to whole groups.
        std::size_t n = 0;
        while (n < encoded.size() && (n < odd_place || !careful.between_groups()))
            careful.take(encoded[n++]);
        encoded = encoded.subspan(n);
    }
    careful.close();
    sink.flush();
    return {.damaged = careful.damaged(), .whole = sink.ok()};
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
