// The writer of packed RAR 3 bytes.
#include "scanner/containers/rar3_packer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "scanner/containers/rar_writer.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {

namespace {

constexpr std::array<std::size_t, 5> table_starts{0, 299, 359, 376, 404};

struct Slot {
    unsigned symbol = 0;
    unsigned bits = 0;
    std::uint32_t rest = 0;
};

// Where a value falls when each slot covers two to the power of its bits.
template <class BitsOf>
Slot slot_of(std::uint32_t value, BitsOf bits_of) {
    for (unsigned symbol = 0;; ++symbol) {
        const unsigned bits = bits_of(symbol);
        if (value < 1u << bits) return {symbol, bits, value};
        value -= 1u << bits;
    }
}
unsigned length_bits(unsigned slot) { return slot < 8 ? 0 : slot / 4 - 1; }
unsigned distance_bits(unsigned slot) {
    return slot < 4 ? 0 : slot < 34 ? slot / 2 - 1 : slot < 48 ? 16 : 18;
}
unsigned short_bits(unsigned slot) { return slot < 2 ? 2 : slot < 6 ? slot + 1 : 6; }

std::vector<std::uint32_t> canonical(std::span<const std::uint8_t> lengths) {
    std::vector<std::uint32_t> out(lengths.size());
    std::uint32_t code = 0;
    for (unsigned bits = 1; bits <= 15; ++bits, code <<= 1) {
        for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
            if (lengths[symbol] == bits) out[symbol] = code++;
        }
    }
    return out;
}

// The first `shorts` symbols of a table have one bit less.
void fill(Rar3Packer::Lengths& lengths, unsigned table, std::size_t shorts, std::uint8_t bits) {
    for (std::size_t i = table_starts.at(table); i < table_starts.at(table + 1); ++i)
        lengths.at(i) = static_cast<std::uint8_t>(i < table_starts.at(table) + shorts ? bits - 1 : bits);
}

}  // namespace

void BitString::put(std::uint64_t value, unsigned bits) {
    for (unsigned i = bits; i-- > 0;) {
        if (used_ % 8 == 0) bytes_.push_back('\0');
        if ((value >> i & 1u) != 0) bytes_.back() = static_cast<char>(bytes_.back() | 0x80 >> (used_ % 8));
        ++used_;
    }
}

void BitString::align() { used_ = bytes_.size() * 8; }

const Rar3Packer::Lengths& Rar3Packer::even_lengths() {
    static const Lengths lengths = [] {
        Lengths out{};
        fill(out, 0, 213, 9);
        fill(out, 1, 4, 6);
        fill(out, 2, 15, 5);
        fill(out, 3, 4, 5);
        return out;
    }();
    return lengths;
}

const Rar3Packer::Lengths& Rar3Packer::sparse_lengths() {
    static const Lengths lengths = [] {
        Lengths out{};
        for (std::size_t i = 0; i < out.size(); ++i)
            out.at(i) = static_cast<std::uint8_t>(i < 299 ? 10 + i % 6 : i < 359 ? 7 + i % 9 : 6 + i % 4);
        for (std::size_t i = 0; i < 32; ++i)
            out.at(i) = 0;  // no control characters
        out.at('e') = 3;
        out.at(' ') = 2;
        return out;
    }();
    return lengths;
}

void Rar3Packer::tables(const Lengths& lengths, bool keep, bool runs) {
    bits_.align();
    bits_.put(0, 1);
    bits_.put(keep ? 1 : 0, 1);
    if (!keep) lengths_.fill(0);
    std::array<std::uint8_t, 20> first{};
    for (std::size_t i = 0; i < first.size(); ++i)
        first.at(i) = i < 12 ? 4 : 5;
    for (const std::uint8_t bits : first)
        bits_.put(bits, 4);
    const auto codes = canonical(first);
    const auto put = [&](unsigned symbol) { bits_.put(codes[symbol], first.at(symbol)); };
    for (std::size_t i = 0; i < lengths.size();) {
        const std::uint8_t length = lengths.at(i);
        std::size_t same = 1;
        while (i + same < lengths.size() && lengths.at(i + same) == length)
            ++same;
        const bool repeats = i > 0 && lengths.at(i - 1) == length;
        if (!runs || same < 3 || (length != 0 && !repeats)) {
            put((length - lengths_.at(i)) & 15u);
            ++i;
            continue;
        }
        const std::size_t n = std::min<std::size_t>(same, 138);
        const unsigned symbol = (length == 0 ? 18u : 16u) + (n > 10 ? 1u : 0u);
        put(symbol);
        n > 10 ? bits_.put(n - 11, 7) : bits_.put(n - 3, 3);
        i += n;
    }
    lengths_ = lengths;
    for (unsigned table = 0; table < codes_.size(); ++table) {
        const std::size_t start = table_starts.at(table);
        codes_.at(table) = {
            start, canonical(std::span(lengths_).subspan(start, table_starts.at(table + 1) - start))};
    }
    low_ = low_repeats_ = 0;
}

void Rar3Packer::put_symbol(unsigned table, unsigned symbol) {
    const Codes& codes = codes_.at(table);
    bits_.put(codes.codes.at(symbol), lengths_.at(codes.first + symbol));
}

void Rar3Packer::literal(char c) {
    put_symbol(0, static_cast<unsigned char>(c));
    history_.push_back(c);
    plain_.push_back(c);
}

void Rar3Packer::text(std::string_view plain) {
    for (const char c : plain)
        literal(c);
}

void Rar3Packer::copy(std::uint32_t distance, unsigned length) {
    for (; length > 0; --length) {
        const char c = history_.at(history_.size() - distance);
        history_.push_back(c);
        plain_.push_back(c);
    }
}

void Rar3Packer::remember(std::uint32_t distance, unsigned place) {
    std::rotate(old_.begin(), old_.begin() + place, old_.begin() + place + 1);
    old_[0] = distance;
}

void Rar3Packer::put_distance(std::uint32_t distance) {
    const Slot slot = slot_of(distance - 1, distance_bits);
    put_symbol(1, slot.symbol);
    if (slot.bits < 4) return bits_.put(slot.rest, slot.bits);
    bits_.put(slot.rest >> 4, slot.bits - 4);
    const unsigned low = slot.rest & 15u;
    if (low_repeats_ > 0) {
        --low_repeats_;
        ASSERT_EQ(low, low_) << "a distance that repeats the low bits of the last one";
        return;
    }
    if (low == low_) {
        put_symbol(2, 16);
        low_repeats_ = 15;
    } else {
        put_symbol(2, low_ = low);
    }
}

void Rar3Packer::match(std::uint32_t distance, unsigned length) {
    // While the low bits repeat there is no other distance to be had.
    if (low_repeats_ > 0 && distance > 16) distance = (distance - 1) / 16 * 16 + low_ + 1;
    const unsigned more = (distance >= 0x2000 ? 1u : 0u) + (distance >= 0x40000 ? 1u : 0u);
    length = std::max(length, 3 + more);
    const Slot slot = slot_of(length - 3 - more, length_bits);
    put_symbol(0, 271 + slot.symbol);
    bits_.put(slot.rest, slot.bits);
    put_distance(distance);
    remember(distance, 3);
    last_length_ = length;
    copy(distance, length);
}

void Rar3Packer::old_match(unsigned place, unsigned length) {
    put_symbol(0, 259 + place);
    const Slot slot = slot_of(length - 2, length_bits);
    put_symbol(3, slot.symbol);
    bits_.put(slot.rest, slot.bits);
    remember(old_.at(place), place);
    last_length_ = length;
    copy(old_[0], length);
}

void Rar3Packer::short_match(std::uint32_t distance) {
    const Slot slot = slot_of(distance - 1, short_bits);
    put_symbol(0, 263 + slot.symbol);
    bits_.put(slot.rest, slot.bits);
    remember(distance, 3);
    last_length_ = 2;
    copy(distance, 2);
}

void Rar3Packer::last_match() {
    put_symbol(0, 258);
    copy(old_[0], last_length_);
}

void Rar3Packer::model_block(const std::string& packed, const std::string& plain) {
    bits_.align();
    for (const char c : packed)
        bits_.put(static_cast<unsigned char>(c), 8);
    history_ += plain;
    plain_ += plain;
}

void Rar3Packer::new_block() {
    put_symbol(0, 256);
    bits_.put(1, 1);
}

std::string Rar3Packer::definition(const Filter& filter) {
    BitString in;
    const auto number = [&in](std::uint32_t value) {
        if (value < 16) {
            in.put(value, 6);
        } else if (value < 256) {
            in.put(1u << 8 | value, 10);
        } else if (value < 65'536) {
            in.put(2, 2);
            in.put(value, 16);
        } else {
            in.put(3, 2);
            in.put(value, 32);
        }
    };
    unsigned flags = 0x20;
    if (filter.number >= 0) {
        flags |= 0x80;
        number(static_cast<std::uint32_t>(filter.number));
    }
    if (filter.ahead >= 258) flags |= 0x40;
    number(filter.ahead >= 258 ? filter.ahead - 258 : filter.ahead);
    number(filter.length);
    if (!filter.registers.empty()) {
        flags |= 0x10;
        in.put((1u << filter.registers.size()) - 1, 7);
        for (const std::uint32_t value : filter.registers)
            number(value);
    }
    if (!filter.program.empty()) {
        number(static_cast<std::uint32_t>(filter.program.size()));
        for (const char c : filter.program)
            in.put(static_cast<unsigned char>(c), 8);
    }
    const std::size_t size = in.bytes().size();
    BitString out;
    out.put(flags | (size <= 6 ? size - 1 : size <= 262 ? 6 : 7), 8);
    if (size > 6) size <= 262 ? out.put(size - 7, 8) : out.put(size, 16);
    return out.bytes() + in.bytes();
}

void Rar3Packer::filter(const Filter& filter) {
    put_symbol(0, 257);
    for (const char c : definition(filter))
        bits_.put(static_cast<unsigned char>(c), 8);
}

void Rar3Packer::noise(std::mt19937& random, unsigned steps) {
    const auto below = [&random](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    // Near ones are as likely as far ones.
    const auto distance = [&] {
        const auto most = static_cast<std::uint32_t>(std::min<std::size_t>(history_.size(), 4u << 20));
        return 1 + below(std::min(most, 1u << below(23)));
    };
    for (; steps > 0; --steps) {
        const unsigned kind = history_.size() < 300 ? 0 : below(8);
        const unsigned place = below(4);
        if (kind >= 5) {
            // Distances that are too far once their low bits are replaced stay near.
            match(std::max<std::uint32_t>(distance(), 17) - 16, 3 + below(255));
        } else if (kind == 4 && old_.at(place) > 0) {
            old_match(place, 2 + below(256));
        } else if (kind == 3) {
            short_match(1 + below(256));
        } else if (kind == 2 && last_length_ > 0) {
            last_match();
        } else {
            literal(static_cast<char>(32 + below(224)));
        }
    }
}

std::string Rar3Packer::finish(bool new_tables) {
    put_symbol(0, 256);
    bits_.put(0, 1);
    bits_.put(new_tables ? 1 : 0, 1);
    std::string out = bits_.bytes();
    bits_ = {};
    plain_.clear();
    return out;
}

// The first byte is the sum of the others. Then comes a number of bytes that are data of the program, up to
// its end: it has no instructions, and who runs it runs nothing. The last four bytes make the CRC.
std::string rar3_program(std::size_t size, std::uint32_t crc) {
    constexpr std::uint32_t polynomial = 0xEDB88320;
    for (unsigned attempt = 0;; ++attempt) {
        std::string out(size - 4, '\0');
        out[1] = static_cast<char>(0xA0 | (size - 4) >> 3);
        out[2] = static_cast<char>(((size - 4) & 7) << 5);
        out[3] = static_cast<char>(attempt);
        out[4] = static_cast<char>(attempt >> 8);
        // The register that is to come out, taken back through four bytes of zeros, against the one there is.
        std::uint32_t wanted = ~crc;
        for (int bit = 0; bit < 32; ++bit)
            wanted = (wanted & 0x80000000u) != 0 ? (wanted ^ polynomial) << 1 | 1 : wanted << 1;
        const std::uint32_t bytes = wanted ^ ~crc_of(out);
        char sum = static_cast<char>(out[1] ^ out[2] ^ out[3] ^ out[4]);
        for (unsigned i = 0; i < 4; ++i) {
            out.push_back(static_cast<char>(bytes >> (8 * i)));
            sum = static_cast<char>(sum ^ out.back());
        }
        if (sum == '\0') return out;
    }
}

std::string rar3_archive(const std::vector<Rar3PackedMember>& members) {
    Rar3Writer writer({}, false, members.size() > 1 ? 0x08 : 0);
    for (std::size_t i = 0; i < members.size(); ++i)
        writer.add({.name = std::to_string(i),
                    .plain = members[i].plain,
                    .solid = i > 0,
                    .method = 0x33,
                    .data = members[i].packed});
    return writer.finish();
}

void expect_unar_reads(const std::vector<Rar3PackedMember>& members) {
    const Scratch scratch;
    scratch.write("a.rar", rar3_archive(members));
    scratch.run("unar -q -no-directory a.rar");
    for (std::size_t i = 0; i < members.size(); ++i)
        EXPECT_EQ(sha256_of(scratch.read(std::to_string(i))), sha256_of(members[i].plain)) << i;
}

}  // namespace sekisho::scanner::containers
