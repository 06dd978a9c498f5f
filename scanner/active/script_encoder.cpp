#include "scanner/active/script_encoder.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/cursor.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::string_view begin_mark = "#@~^";
constexpr std::string_view end_mark = "==^#~@";
constexpr std::size_t number_size = 6;  // base64 of four bytes, without its padding

// How a character of each row is written by the three tables: the tab, then from the blank to DEL. '<', '>'
// and '@' have no place of their own.
// clang-format off
constexpr std::array<std::array<std::uint8_t, 3>, 97> written{{  // NOLINT: a table holds nothing else
    {0x64, 0x37, 0x69}, {0x50, 0x7E, 0x2C}, {0x22, 0x5A, 0x65}, {0x4A, 0x45, 0x72}, {0x61, 0x3A, 0x5B}, {0x5E, 0x79, 0x66},
    {0x5D, 0x59, 0x75}, {0x5B, 0x27, 0x4C}, {0x42, 0x76, 0x45}, {0x60, 0x63, 0x76}, {0x23, 0x62, 0x2A}, {0x65, 0x4D, 0x43},
    {0x5F, 0x51, 0x33}, {0x7E, 0x53, 0x42}, {0x4F, 0x52, 0x20}, {0x52, 0x20, 0x63}, {0x7A, 0x26, 0x4A}, {0x21, 0x54, 0x5A},
    {0x46, 0x71, 0x38}, {0x20, 0x2B, 0x79}, {0x26, 0x66, 0x32}, {0x63, 0x2A, 0x57}, {0x2A, 0x58, 0x6C}, {0x76, 0x7F, 0x2B},
    {0x47, 0x7B, 0x46}, {0x25, 0x30, 0x52}, {0x2C, 0x31, 0x4F}, {0x29, 0x6C, 0x3D}, {0x69, 0x49, 0x70}, {0x3F, 0x3F, 0x3F},
    {0x27, 0x78, 0x7B}, {0x3F, 0x3F, 0x3F}, {0x67, 0x5F, 0x51}, {0x3F, 0x3F, 0x3F}, {0x62, 0x29, 0x7A}, {0x41, 0x24, 0x7E},
    {0x5A, 0x2F, 0x3B}, {0x66, 0x39, 0x47}, {0x32, 0x33, 0x41}, {0x73, 0x6F, 0x77}, {0x4D, 0x21, 0x56}, {0x43, 0x75, 0x5F},
    {0x71, 0x28, 0x26}, {0x39, 0x42, 0x78}, {0x7C, 0x46, 0x6E}, {0x53, 0x4A, 0x64}, {0x48, 0x5C, 0x74}, {0x31, 0x48, 0x67},
    {0x72, 0x36, 0x7D}, {0x6E, 0x4B, 0x68}, {0x70, 0x7D, 0x35}, {0x49, 0x5D, 0x22}, {0x3F, 0x6A, 0x55}, {0x4B, 0x50, 0x3A},
    {0x6A, 0x69, 0x60}, {0x2E, 0x23, 0x6A}, {0x7F, 0x09, 0x71}, {0x28, 0x70, 0x6F}, {0x35, 0x65, 0x49}, {0x7D, 0x74, 0x5C},
    {0x24, 0x2C, 0x5D}, {0x2D, 0x77, 0x27}, {0x54, 0x44, 0x59}, {0x37, 0x3F, 0x25}, {0x7B, 0x6D, 0x7C}, {0x3D, 0x7C, 0x23},
    {0x6C, 0x43, 0x6D}, {0x34, 0x38, 0x28}, {0x6D, 0x5E, 0x31}, {0x4E, 0x5B, 0x39}, {0x2B, 0x6E, 0x7F}, {0x30, 0x57, 0x36},
    {0x6F, 0x4C, 0x54}, {0x74, 0x34, 0x34}, {0x6B, 0x72, 0x62}, {0x4C, 0x25, 0x4E}, {0x33, 0x56, 0x30}, {0x56, 0x73, 0x5E},
    {0x3A, 0x68, 0x73}, {0x78, 0x55, 0x09}, {0x57, 0x47, 0x4B}, {0x77, 0x32, 0x61}, {0x3B, 0x35, 0x24}, {0x44, 0x2E, 0x4D},
    {0x2F, 0x64, 0x6B}, {0x59, 0x4F, 0x44}, {0x45, 0x3B, 0x21}, {0x5C, 0x2D, 0x37}, {0x68, 0x41, 0x53}, {0x36, 0x61, 0x58},
    {0x58, 0x7A, 0x48}, {0x79, 0x22, 0x2E}, {0x09, 0x60, 0x50}, {0x75, 0x6B, 0x2D}, {0x38, 0x4E, 0x29}, {0x55, 0x3D, 0x3F},
    {0x51, 0x67, 0x2F}}};
// Which table writes the character at each place, modulo 64.
constexpr std::array<std::uint8_t, 64> picks{
    1, 2, 0, 1, 2, 0, 2, 0, 0, 2, 0, 2, 1, 0, 2, 0, 1, 0, 2, 0, 1, 1, 2, 0, 0, 2, 1, 0, 2, 0, 0, 2,
    1, 1, 0, 2, 0, 2, 0, 1, 0, 1, 1, 2, 0, 1, 0, 2, 1, 0, 2, 0, 1, 1, 2, 0, 0, 1, 1, 2, 0, 1, 0, 2};
// clang-format on

// By table and written character; what no table writes stays as it is.
constexpr auto read_back = [] {
    std::array<std::array<char, 128>, 3> out{};
    for (std::size_t table = 0; table < out.size(); ++table) {
        for (std::size_t c = 0; c < out[table].size(); ++c)
            out[table][c] = static_cast<char>(c);
        for (std::size_t row = 0; row < written.size(); ++row) {
            const char plain = row == 0 ? '\t' : static_cast<char>(row + 31);
            if (plain == '<' || plain == '>' || plain == '@') continue;
            out[table][written[row][table]] = plain;
        }
    }
    return out;
}();

std::optional<char> escaped(char c) {
    switch (c) {
        case '&':
            return '\n';
        case '#':
            return '\r';
        case '!':
            return '<';
        case '*':
            return '>';
        case '$':
            return '@';
        default:
            return std::nullopt;
    }
}

// Four little-endian bytes in base64.
std::optional<std::uint32_t> number_in(std::string_view text) {
    if (text.size() < number_size) return std::nullopt;
    const auto bytes = base::base64_decode(fmt::format("{}==", text.substr(0, number_size)));
    if (!bytes) return std::nullopt;
    const auto number = base::Cursor(base::as_bytes(*bytes)).u32_le();
    return number ? std::optional(*number) : std::nullopt;
}

}  // namespace

std::optional<EncodedBlock> find_encoded_block(std::string_view text, std::size_t from) {
    EncodedBlock block;
    block.begin = text.find(begin_mark, from);
    if (block.begin == std::string_view::npos) return std::nullopt;
    std::string_view rest = text.substr(block.begin + begin_mark.size());
    const auto size = number_in(rest);
    // A header that is broken is taken as none: the text behind it is decoded all the same.
    const std::size_t header =
        rest.substr(std::min(number_size, rest.size())).starts_with("==") ? number_size + 2 : 0;
    rest.remove_prefix(header);
    const std::size_t start = text.size() - rest.size();
    std::size_t tail = std::string_view::npos;  // of the end mark, from `rest`
    if (header != 0 && size && *size <= rest.size() &&
        rest.substr(*size).substr(0, number_size + end_mark.size()).ends_with(end_mark)) {
        tail = *size + number_size;
        block.whole = rest.substr(*size).size() >= number_size + end_mark.size();
    }
    if (!block.whole) tail = rest.find(end_mark);
    if (tail == std::string_view::npos) {
        block.content = rest;
        block.end = text.size();
        return block;
    }
    const std::size_t content = tail >= number_size ? tail - number_size : 0;
    block.content = rest.substr(0, content);
    block.checksum = number_in(rest.substr(content, number_size));
    block.end = start + tail + end_mark.size();
    return block;
}

DecodedScript decode_block(const EncodedBlock& block, Output& output) {
    DecodedScript out;
    std::uint32_t sum = 0;
    std::size_t place = 0;
    std::string piece;
    constexpr std::size_t piece_size = 4'096;
    const auto flush = [&] {
        out.room = out.room && output.write(base::as_bytes(piece));
        piece.clear();
    };
    const std::string_view text = block.content;
    for (std::size_t i = 0; i < text.size() && out.room; ++i) {
        char plain = text[i];
        const auto code = static_cast<unsigned char>(plain);
        const auto escape = plain == '@' && i + 1 < text.size() ? escaped(text[i + 1]) : std::nullopt;
        if (escape) {
            plain = *escape;
            ++i;
        } else if (code < 0x80) {
            plain = read_back.at(picks.at(place % picks.size())).at(code);
        }
        if (code < 0x80) ++place;
        sum += static_cast<unsigned char>(plain);
        piece.push_back(plain);
        if (piece.size() >= piece_size) flush();
    }
    flush();
    out.matches = block.checksum && *block.checksum == sum;
    return out;
}

}  // namespace sekisho::scanner::active
