// The decoder of ACE on its own: the order of codes, the modes of method 2, and streams that no archiver
// writes.
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "scanner/containers/ace_unpack.h"
#include "scanner/containers/ace_writer.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

using State = AceUnpacked::State;

struct Out {
    AceUnpacked result;
    std::string bytes;
};

Out unpack(AceUnpack& decoder, std::string_view packed, std::uint64_t size, std::uint8_t method = 2) {
    Out out;
    out.result = decoder.unpack({.method = method, .size = size, .data = base::as_bytes(packed)},
                                [&](base::Bytes bytes) {
                                    out.bytes += base::as_text(bytes);
                                    return true;
                                });
    return out;
}

Out unpack(std::string_view packed, std::uint64_t size, std::uint8_t method = 2) {
    Budget budget({}, 1u << 20);
    AceUnpack decoder(budget);
    return unpack(decoder, packed, size, method);
}

void expect_whole(const std::vector<AceStretch>& stretches, std::string_view plain) {
    const Out out = unpack(AcePacker().pack(stretches), plain.size());
    EXPECT_EQ(out.result.state, State::whole);
    EXPECT_EQ(out.bytes, plain);
    EXPECT_EQ(out.result.crc, ace_crc(base::as_bytes(plain)));
}

std::string noise(std::size_t bytes) {
    std::mt19937 random(7);  // NOLINT: the same bytes each time
    std::string out(bytes, '\0');
    for (char& byte : out)
        byte = static_cast<char>(random());
    return out;
}

// The changes as they stand in the stream.
AceStretch lz77(std::string raw) { return {{{0, 8}}, std::move(raw)}; }
AceStretch exe(unsigned mode, std::string raw) { return {{{2, 8}, {mode, 8}}, std::move(raw)}; }
AceStretch delta(unsigned distance, std::size_t length, std::string raw) {
    return {{{1, 8}, {distance, 8}, {static_cast<std::uint32_t>(length), 17}}, std::move(raw)};
}

// Channel behind channel, each byte less the one before it; `last` goes on from stretch to stretch.
std::string as_delta(std::string_view plain, std::size_t channels, std::uint8_t& last) {
    std::string raw;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        for (std::size_t at = channel; at < plain.size(); at += channels) {
            const auto byte = static_cast<std::uint8_t>(plain[at]);
            raw.push_back(static_cast<char>(byte - last));
            last = byte;
        }
    }
    return raw;
}

// By hand from the sort: of equal lengths the middle one ends last but one of each half.
TEST(AceSort, EqualLengthsHaveAnOrderOfTheirOwn) {
    std::vector<std::uint8_t> lengths(13, 4);
    std::vector<std::uint16_t> symbols(13);
    sort_as_ace(lengths, symbols);
    EXPECT_EQ(symbols, (std::vector<std::uint16_t>{9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4, 0}));
    lengths = {1, 3, 0, 3, 2};
    symbols.resize(5);
    sort_as_ace(lengths, symbols);
    EXPECT_EQ(lengths, (std::vector<std::uint8_t>{3, 3, 2, 1, 0}));
    EXPECT_EQ(symbols[2], 4);
    EXPECT_EQ(symbols[3], 0);
    EXPECT_EQ(symbols[4], 2);
}

TEST(AceUnpack, PlainBlocks) {
    for (const std::size_t size : {0uz, 1uz, 3uz, 70'000uz})
        expect_whole({{{}, sample_text(size)}}, sample_text(size));
    expect_whole({{{}, "begun "}, lz77("and begun again")}, "begun and begun again");
}

// Calls of 32 bits say where they lead from the start of the file; jumps are of 16 bits. At 1000 to 16 behind
// it, at 1005 to 5 behind it, at 1010 to the start of the file.
TEST(AceUnpack, CodeOf32Bits) {
    const std::string text(1'000, '.');
    expect_whole({exe(1, text + std::string("\xE8\xF8\x03\0\0\xE9\xF2\x03xx\xE8\0\0\0\0...", 18))},
                 text + std::string("\xE8\x10\0\0\0\xE9\x05\0xx\xE8\x0E\xFC\xFF\xFF...", 18));
    // Four bytes have to follow: what is at the end is as it was.
    expect_whole({exe(1, "....\xE8\x01\x02\x03")}, "....\xE8\x01\x02\x03");
}

TEST(AceUnpack, CodeOf16Bits) {
    expect_whole({{{}, "0123456789"}, exe(0, std::string("\xE8\x0C\x00\xE9\x00\x01....", 10))},
                 "0123456789" + std::string("\xE8\x02\x00\xE9\xF3\x00....", 10));
}

// Code that the next mode of its kind completes, and code that nothing does.
TEST(AceUnpack, CodeAcrossChanges) {
    expect_whole({exe(0, std::string("...\xE8\x05", 5)), exe(1, std::string("\0\0\0....", 7))},
                 std::string("...\xE8\x02\0\0\0....", 12));
    expect_whole({exe(1, std::string("...\xE8\x05", 5)), lz77(std::string("\0\0\0....", 7))},
                 std::string("...\xE8\x05\0\0\0....", 12));
}

TEST(AceUnpack, CodeOfAnyLength) {
    std::string plain = noise(300'000);
    for (std::size_t i = 0; i < plain.size(); i += 50)
        plain[i] = '\xE8';
    std::string raw = plain;
    for (std::size_t i = 0; i + 4 < raw.size(); ++i) {
        const auto code = static_cast<unsigned char>(raw[i]);
        const std::size_t bytes = code == 0xE8 ? 4 : code == 0xE9 ? 2 : 0;
        std::uint64_t value = 0;
        for (std::size_t k = bytes; k > 0; --k)
            value = value << 8 | static_cast<unsigned char>(raw[i + k]);
        value += i;
        for (std::size_t k = 1; k <= bytes; ++k, value >>= 8)
            raw[i + k] = static_cast<char>(value);
        i += bytes;
    }
    expect_whole({exe(1, raw)}, plain);
}

TEST(AceUnpack, Delta) {
    std::uint8_t last = 0;
    EXPECT_EQ(as_delta("ABCDEF", 2, last), std::string("A\x02\x02\xFD\x02\x02", 6));  // ACE, BDF
    expect_whole({delta(2, 6, std::string("A\x02\x02\xFD\x02\x02", 6))}, "ABCDEF");

    last = 0;
    const std::string one = noise(60'000);
    const std::string two = sample_text(100'000);
    const std::string three = sample_text(50'000);
    const std::string first = as_delta(one, 4, last);
    std::string second;
    second += as_delta(two.substr(0, 50'000), 2, last);
    second += as_delta(two.substr(50'000), 2, last);
    expect_whole({{{}, "before"}, delta(4, 60'000, first), delta(2, 50'000, second), lz77(three)},
                 "before" + one + two + three);
}

// A copy of the coder may go on behind the last stretch: there the next mode begins.
TEST(AceUnpack, DeltaEndsWithinACopy) {
    const std::string zeros(20, '\0');
    expect_whole({delta(1, 10, "a" + zeros.substr(1) + std::string(5, '\0')), lz77("text")},
                 std::string(10, 'a') + std::string(15, '\0') + "text");
}

TEST(AceUnpack, DeltaThatMakesNoSenseIsDamage) {
    EXPECT_EQ(unpack(AcePacker().pack({delta(0, 4, "abcd")}), 4).result.state, State::damaged);
    EXPECT_EQ(unpack(AcePacker().pack({delta(9, 4, "abcd")}), 4).result.state, State::damaged);
    EXPECT_EQ(unpack(AcePacker().pack({delta(3, 10, "abcdefghij")}), 10).result.state, State::damaged);
    EXPECT_EQ(unpack(AcePacker().pack({delta(1, 0, "abcd")}), 4).result.state, State::damaged);
    // Not as long as a stretch: what there is goes out.
    const Out cut = unpack(AcePacker().pack({delta(1, 100, "abcd")}), 4);
    EXPECT_EQ(cut.result.state, State::damaged);
    EXPECT_EQ(cut.bytes.size(), 4u);
    EXPECT_EQ(unpack(AcePacker().pack({delta(1, 100, "abcd"), lz77("text")}), 8).result.state,
              State::damaged);
}

TEST(AceUnpack, ModesThatAreNotKnownAreTold) {
    for (const unsigned mode : {8u, 255u}) {
        const Out out = unpack(AcePacker().pack({{{}, "what came before"}, {{{mode, 8}}, "and after"}}), 25);
        EXPECT_EQ(out.result.state, State::unsupported) << mode;
        EXPECT_EQ(out.bytes, "what came before") << mode;
    }
    EXPECT_EQ(unpack("", 1, 3).result.state, State::unsupported);
    // Method 1 has no modes.
    EXPECT_EQ(unpack(AcePacker().pack({{{}, "a"}, lz77("b")}), 2, 1).result.state, State::damaged);
}

// A picture that says that it has no width or no planes, and pixels that are off by more than there is.
TEST(AceUnpack, PicturesThatMakeNoSenseAreDamage) {
    using Numbers = std::vector<std::pair<std::uint32_t, unsigned>>;
    const Numbers none[] = {{{7, 8}, {0, 13}, {0, 3}},
                            {{7, 8}, {10, 12}, {0, 1}, {0, 3}},
                            {{7, 8}, {2, 12}, {0, 1}, {3, 2}, {0, 1}},
                            {{7, 8}, {0, 12}, {UINT32_MAX, 32}, {UINT32_MAX, 32}}};
    for (const Numbers& numbers : none) {
        const Out out = unpack(AcePacker().pack({{{}, "before"}, {numbers, ""}}), 1'000);
        EXPECT_EQ(out.result.state, State::damaged);
        EXPECT_EQ(out.bytes, "before");
    }
    // Rows of 4096 bytes, all of whose bits are ones.
    Numbers rows{{7, 8}, {0, 12}, {2, 2}, {1, 2}, {0, 1}};
    rows.insert(rows.end(), 10'000, {UINT32_MAX, 32});
    EXPECT_EQ(unpack(AcePacker().pack({{rows, ""}}), 1u << 20).result.state, State::damaged);
}

// A picture without a row costs few bits and 100 KB to begin.
TEST(AceUnpack, BeginningsOfPicturesAreCharged) {
    std::vector<AceStretch> stretches;
    for (int i = 0; i < 100; ++i) {
        // 12 bits and 15 times 4096 make the width; then one plane, and the mode before.
        stretches.push_back({{{7, 8}, {0, 12}, {0xFFFE, 16}, {2, 3}, {0, 1}, {0, 8}}, ""});
    }
    stretches.push_back(lz77("text"));
    EXPECT_EQ(unpack(AcePacker().pack(stretches), 4).bytes, "text");
    Budget budget({.max_steps = 5'000'000}, 1u << 20);
    AceUnpack decoder(budget);
    EXPECT_EQ(unpack(decoder, AcePacker().pack(stretches), 4).result.state, State::refused);
}

// Three bits make a byte of zeros: it is charged all the same.
TEST(AceUnpack, RowsAreCharged) {
    std::vector<std::pair<std::uint32_t, unsigned>> rows{{7, 8}, {0, 12}, {2, 2}, {1, 2}, {0, 1}};
    rows.insert(rows.end(), 10'000, {0x80000000, 32});
    Budget budget({.max_steps = 50'000}, 1u << 20);
    AceUnpack decoder(budget);
    EXPECT_EQ(unpack(decoder, AcePacker().pack({{rows, ""}}), 1u << 20).result.state, State::refused);
}

// A copy may not make more than the member has, so that the next one finds its dictionary.
TEST(AceUnpack, SizesThatAreTooSmallEndIt) {
    Budget budget({}, 1u << 20);
    AceUnpack decoder(budget);
    AcePacker packer;
    const std::string first = packer.pack(std::string(100, 'a'));
    EXPECT_EQ(unpack(decoder, first, 50).bytes, std::string(50, 'a'));
    EXPECT_EQ(unpack(decoder, AcePacker(std::string(50, 'a')).pack("aaaab"), 5).bytes, "aaaab");
}

TEST(AceUnpack, SizesThatLieEndWithTheData) {
    for (std::uint8_t method = 0; method <= 2; ++method) {
        const Out out = unpack(AcePacker().pack(noise(1'000)), UINT64_MAX, method);
        EXPECT_EQ(out.result.state, State::damaged) << int{method};
        EXPECT_LT(out.bytes.size(), 1u << 20) << int{method};
    }
}

// A distance of up to 4 MB, whatever the header says; none reaches behind the first byte.
TEST(AceUnpack, Distances) {
    AceBitsOut bits;
    std::vector<std::size_t> counts(284, 0);
    counts['a'] = counts[282] = 5;
    const AceCodeOut code(counts);
    const AceCodeOut lengths(std::vector<std::size_t>(255, 1));
    code.write_lengths(bits);
    lengths.write_lengths(bits);
    bits.put(2, 15);
    code.put(bits, 'a');
    code.put(bits, 282);
    bits.put((1u << 21) - 1, 21);
    lengths.put(bits, 0);
    const std::string packed = bits.finish();
    EXPECT_EQ(unpack(packed, 5).result.state, State::damaged);

    Budget budget({}, 16u << 20);
    AceUnpack decoder(budget);
    std::string before = noise(4u << 20);
    before.pop_back();
    (void)unpack(decoder, before, before.size(), 0);
    EXPECT_EQ(unpack(decoder, packed, 5).bytes, "a" + before.substr(0, 4));
}

// Codes of no symbol, of one, of more than there is room for, and a stream that has no end of tables.
TEST(AceCode, LengthsThatNobodyWrites) {
    AceCode code;
    const auto bits_of = [](std::string_view bytes) {
        return Rar3Bits([bytes = base::as_bytes(bytes)]() mutable { return std::exchange(bytes, {}); });
    };
    EXPECT_TRUE(code.set(std::vector<std::uint8_t>(5, 0), 11));
    Rar3Bits any = bits_of("\x80");
    const unsigned lone = code.read(any);
    EXPECT_LT(lone, 5u);
    EXPECT_EQ(code.read(any), lone);
    EXPECT_TRUE(code.set(std::vector<std::uint8_t>{0, 7, 0}, 11));
    EXPECT_EQ(code.read(any), 1u);
    EXPECT_FALSE(code.set(std::vector<std::uint8_t>{1, 12}, 11));
    EXPECT_TRUE(code.set(std::vector<std::uint8_t>(9, 1), 11));
    Rar3Bits two = bits_of("\x40");
    EXPECT_NE(code.read(two), code.read(two));
    EXPECT_TRUE(code.set(std::vector<std::uint8_t>{2, 2}, 11));
    Rar3Bits none = bits_of("\xFF");
    EXPECT_EQ(code.read(none), AceCode::none);
}

TEST(AceUnpack, TablesWithoutSymbolsAreCharged) {
    AceBitsOut bits;
    for (int i = 0; i < 50'000; ++i) {
        for (int table = 0; table < 2; ++table) {
            bits.put(0, 9 + 4 + 4 + 3);  // one symbol, and a run of zeros that is its only length
            bits.put(0, 1 + 4);
        }
        bits.put(0, 15);
    }
    const std::string packed = bits.finish();
    Budget budget({.max_steps = 100'000'000}, packed.size());
    AceUnpack decoder(budget);
    const Out out = unpack(decoder, packed, 100);
    EXPECT_EQ(out.result.state, State::refused);
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.steps"});
}

TEST(AceUnpack, RefusalsEndIt) {
    for (std::uint8_t method = 0; method <= 2; ++method) {
        const std::string packed = AcePacker().pack(std::string(1u << 20, 'a'));
        Budget budget({}, 1u << 20);
        AceUnpack decoder(budget);
        std::size_t pieces = 0;
        const AceUnpacked out = decoder.unpack(
            {.method = method, .size = 1u << 20, .data = base::as_bytes(packed)}, [&](base::Bytes) {
                ++pieces;
                return false;
            });
        EXPECT_EQ(out.state, State::refused) << int{method};
        EXPECT_EQ(pieces, 1u) << int{method};
    }
}

TEST(AceUnpack, MemoryIsCharged) {
    Budget budget({.max_resident_bytes = 100'000}, 1u << 20);
    AceUnpack decoder(budget);
    EXPECT_EQ(unpack(decoder, AcePacker().pack(noise(70'000)), 70'000).result.state, State::refused);
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.memory"});
}

// Any bytes behind tables that make sense.
TEST(AceUnpack, NoiseIsBounded) {
    const std::string packed =
        AcePacker().pack({{{}, sample_text(3'000)}, exe(1, noise(500)), delta(2, 100, noise(500))});
    std::mt19937 random(5);  // NOLINT: the same bytes each time
    for (int round = 0; round < 2'000; ++round) {
        std::string wrong = packed;
        for (int i = 0; i < 4; ++i)
            wrong[random() % wrong.size()] = static_cast<char>(random());
        EXPECT_LE(unpack(wrong, 10'000).bytes.size(), 10'000u);
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
