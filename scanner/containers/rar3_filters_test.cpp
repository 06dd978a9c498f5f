#include "scanner/containers/rar3_filters.h"

#include <gtest/gtest.h>

#include <random>

#include "scanner/containers/rar3_packer.h"
#include "scanner/containers/rar3_test_tools.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

using Kind = Rar3FilterKind;
using State = Rar3Unpacked::State;
using Data = std::vector<std::uint8_t>;

struct Program {
    Kind kind;
    std::size_t size;
    std::uint32_t crc;
    bool in_unar;  // known by its checksum; it runs the others
};
const Program programs[] = {
    {Kind::e8, 53, 0xAD576887, true},        {Kind::e8e9, 57, 0x3CD7E57E, true},
    {Kind::itanium, 120, 0x3769893F, false}, {Kind::delta, 29, 0x0E06077D, true},
    {Kind::rgb, 149, 0x1C2C5DC8, false},     {Kind::audio, 216, 0xBC85E701, true},
};
std::string program_of(Kind kind) {
    for (const Program& row : programs) {
        if (row.kind == kind) return rar3_program(row.size, row.crc);
    }
    return "no program";
}

std::string unpacked(const std::string& packed, std::uint64_t size, State state = State::whole) {
    const Rar3Out out = Rar3TestDecoder().unpack(packed, size);
    EXPECT_EQ(out.state, state);
    return out.plain;
}

// Bytes with many calls in them, and samples that do not jump much.
std::string material(unsigned seed, std::size_t size) {
    std::mt19937 random(seed);
    std::string out;
    while (out.size() < size) {
        const auto kind = static_cast<unsigned>(random() % 6);
        if (kind < 2) out.push_back(static_cast<char>(0xE8 + kind));
        out.push_back(static_cast<char>(kind == 3 ? random() : random() % 8 - 4));
        if (kind == 4) out += std::string("\0\0\0", 3).substr(random() % 3);
    }
    out.resize(size);
    return out;
}

TEST(Rar3Filters, KnowsProgramsByTheirSizeAndChecksum) {
    for (const Program& row : programs) {
        const std::string program = rar3_program(row.size, row.crc);
        EXPECT_EQ(rar3_filter_kind(base::as_bytes(program)), row.kind);
        std::string other = program;
        other[5] = static_cast<char>(other[5] ^ 1);
        EXPECT_EQ(rar3_filter_kind(base::as_bytes(other)), Kind::unknown);
        EXPECT_EQ(rar3_filter_kind(base::as_bytes(rar3_program(row.size + 1, row.crc))), Kind::unknown);
        EXPECT_EQ(rar3_filter_kind(base::as_bytes(rar3_program(row.size, row.crc + 1))), Kind::unknown);
    }
    EXPECT_EQ(rar3_filter_kind({}), Kind::unknown);
}

TEST(Rar3Filters, UndoesThemAsUnarDoes) {
    unsigned seed = 0;
    for (const Program& row : programs) {
        if (!row.in_unar) continue;
        for (const std::size_t size : {std::size_t{40}, std::size_t{1'000}, std::size_t{100'000}}) {
            for (const std::uint32_t channels : {1u, 2u, 17u}) {
                Rar3Packer packer;
                packer.tables(Rar3Packer::even_lengths());
                ++seed;
                packer.text(material(seed, 300 + seed));
                packer.filter({.ahead = seed % 2 * 300,
                               .length = static_cast<std::uint32_t>(size),
                               .program = program_of(row.kind),
                               .number = 1,
                               .registers = {channels}});
                packer.text(material(seed + 100, seed % 2 * 300 + size + 77));
                const std::size_t all = packer.plain().size();
                const std::string packed = packer.finish();
                SCOPED_TRACE(std::to_string(static_cast<int>(row.kind)) + " over " + std::to_string(size) +
                             " bytes of " + std::to_string(channels) + " channels");
                expect_unar_reads({{packed, unpacked(packed, all)}});
            }
        }
    }
}

// A row of 3 * 7 bytes and some of the next one.
Data rgb_done(const Data& plain, std::size_t row, std::size_t red) {
    Data pixels = plain;
    for (std::size_t at = red; at + 2 < pixels.size(); at += 3) {
        pixels[at] = static_cast<std::uint8_t>(pixels[at] - pixels[at + 1]);
        pixels[at + 2] = static_cast<std::uint8_t>(pixels[at + 2] - pixels[at + 1]);
    }
    Data out;
    for (std::size_t channel = 0; channel < 3; ++channel) {
        for (std::size_t at = channel; at < pixels.size(); at += 3) {
            const int left = at < 3 ? 0 : pixels[at - 3];
            int guess = left;
            if (at >= row) {
                const int up = pixels[at + 3 - row];
                const int corner = pixels[at - row];
                const int sum = left + up - corner;
                const int to_left = std::abs(sum - left);
                const int to_up = std::abs(sum - up);
                const int to_corner = std::abs(sum - corner);
                guess = to_left <= to_up && to_left <= to_corner ? left : to_up <= to_corner ? up : corner;
            }
            out.push_back(static_cast<std::uint8_t>(guess - pixels[at]));
        }
    }
    return out;
}

TEST(Rar3Filters, UndoesPixels) {
    std::mt19937 random(3);
    for (const std::size_t size : {3u, 4u, 63u, 64u, 65u, 1'000u}) {
        for (const std::uint32_t row : {6u, 21u, 66u, 99u}) {
            for (const std::uint32_t red : {0u, 1u, 2u}) {
                Data plain(size);
                for (std::uint8_t& byte : plain)
                    byte = static_cast<std::uint8_t>(random() % 2 == 0 ? random() : 7);
                Data data = rgb_done(plain, row, red);
                Data scratch(size);
                const bool fits = row - 3 <= size;
                ASSERT_EQ(
                    undo_rar3_filter({.kind = Kind::rgb, .channels = row, .position = red}, 0, data, scratch),
                    fits);
                EXPECT_TRUE(!fits || data == plain) << size << " " << row << " " << red;
            }
        }
    }
}

// Bundle by bundle with the bits of the address counted out: 20 bits, 13 behind the begin of a slot, whose
// code of four bits is 37 behind it.
Data itanium_done(Data data, std::uint32_t index) {
    const auto bits = [&data](std::size_t at, unsigned count) {
        std::uint32_t out = 0;
        for (unsigned i = count; i-- > 0;)
            out = out << 1 | (unsigned{data[(at + i) / 8]} >> (at + i) % 8 & 1u);
        return out;
    };
    for (std::size_t at = 0; at + 21 < data.size(); at += 16, ++index) {
        constexpr const char* branches[] = {"2",   "2", "12", "12", "", "",  "012",
                                            "012", "2", "2",  "",   "", "2", "2"};
        const unsigned form = data[at] & 31u;
        if (form < 16 || form >= 30) continue;
        for (const char* slot = branches[form - 16]; *slot != '\0'; ++slot) {
            const std::size_t begin = at * 8 + 5 + 41u * static_cast<unsigned>(*slot - '0');
            if (bits(begin + 37, 4) != 5) continue;
            const std::uint32_t address = bits(begin + 13, 20) + index;
            for (unsigned i = 0; i < 20; ++i) {
                std::uint8_t& byte = data[(begin + 13 + i) / 8];
                const unsigned shift = (begin + 13 + i) % 8;
                byte = static_cast<std::uint8_t>((byte & ~(1u << shift)) | (address >> i & 1u) << shift);
            }
        }
    }
    return data;
}

TEST(Rar3Filters, UndoesBundles) {
    std::mt19937 random(4);
    std::size_t changed = 0;
    for (int round = 0; round < 200; ++round) {
        Data plain(21 + random() % 400);
        for (std::uint8_t& byte : plain)
            byte = static_cast<std::uint8_t>(random() % 3 == 0 ? 0x50 + random() % 16 : random());
        const std::uint32_t offset = random() % 2 == 0 ? 0 : static_cast<std::uint32_t>(random());
        Data data = itanium_done(plain, offset / 16);
        changed += data != plain ? 1u : 0u;
        Data scratch(data.size());
        ASSERT_TRUE(undo_rar3_filter({.kind = Kind::itanium}, offset, data, scratch));
        EXPECT_EQ(data, plain);
    }
    EXPECT_GT(changed, 50u);
}

// Every program with whatever registers there may be: done or refused, and all of it within its bytes.
TEST(Rar3Filters, RefusesWhatMakesNoSense) {
    for (const Program& row : programs) {
        for (const std::size_t size : {0u, 1u, 2u, 3u, 4u, 20u, 21u, 22u, 262'144u, 262'145u}) {
            for (const std::uint32_t channels : {0u, 1u, 3u, 4u, 128u, 129u, 1'025u, ~0u}) {
                for (const std::uint32_t position : {0u, 3u, ~0u}) {
                    Data data(size, 0xE8);
                    Data scratch(size);
                    const Rar3Filter filter{.kind = row.kind, .channels = channels, .position = position};
                    const bool done = undo_rar3_filter(filter, 5, data, scratch);
                    EXPECT_TRUE(done || data == Data(size, 0xE8));
                    EXPECT_FALSE(done && (size < 3 || size > max_rar3_filtered) && row.kind != Kind::delta &&
                                 row.kind != Kind::audio);
                }
            }
        }
    }
    Data data(10);
    Data scratch(10);
    EXPECT_FALSE(undo_rar3_filter({.kind = Kind::unknown}, 0, data, scratch));
}

struct Definitions {
    const char* name;
    std::vector<Rar3Packer::Filter> filters;
    State state;
    const char* plain;  // of "\1\1\1\1\1\1\1\1"
};

TEST(Rar3Filters, ReadsDefinitions) {
    const std::string delta = program_of(Kind::delta);
    const std::string other = std::string(29, 'p');
    const Definitions rows[] = {
        {"one", {{0, 3, delta, -1, {1}}}, State::whole, "\xFF\xFE\xFD\1\1\1\1\1"},
        {"later", {{5, 3, delta, -1, {1}}}, State::whole, "\1\1\1\1\1\xFF\xFE\xFD"},
        {"by number", {{0, 3, delta, 0, {1}}}, State::whole, "\xFF\xFE\xFD\1\1\1\1\1"},
        {"again", {{0, 2, delta, -1, {1}}, {4, 2, "", 1, {1}}}, State::whole, "\xFF\xFE\1\1\xFF\xFE\1\1"},
        {"the last again",
         {{0, 2, delta, -1, {1}}, {4, 2, "", -1, {2}}},
         State::whole,
         "\xFF\xFE\1\1\xFF\xFF\1\1"},
        {"twice over", {{0, 3, delta, -1, {1}}, {0, 3, "", -1, {1}}}, State::whole, "\1\3\6\1\1\1\1\1"},
        {"side by side",
         {{0, 3, delta, -1, {1}}, {3, 3, "", -1, {1}}},
         State::whole,
         "\xFF\xFE\xFD\xFF\xFE\xFD\1\1"},
        {"two programs",
         {{0, 3, other, -1, {}}, {3, 3, delta, 2, {1}}},
         State::unsupported,
         "\1\1\1\xFF\xFE\xFD\1\1"},
        {"all forgotten",
         {{0, 3, other, -1, {}}, {3, 3, delta, 0, {1}}},
         State::whole,
         "\1\1\1\xFF\xFE\xFD\1\1"},
        {"no such number", {{0, 3, delta, -1, {1}}, {4, 3, "", 3, {1}}}, State::damaged, ""},
        {"no program", {{0, 3, "", 0, {1}}}, State::damaged, ""},
        {"one into the other", {{0, 4, delta, -1, {1}}, {3, 3, "", -1, {1}}}, State::damaged, ""},
        {"back", {{4, 2, delta, -1, {1}}, {0, 2, "", -1, {1}}}, State::damaged, ""},
        {"behind the end", {{6, 3, delta, -1, {1}}}, State::damaged, "\1\1\1\1\1\1\1\1"},
        {"far behind the end", {{~0u, 3, delta, -1, {1}}}, State::damaged, "\1\1\1\1\1\1\1\1"},
        {"too long", {{0, 262'145, delta, -1, {1}}}, State::damaged, ""},
        {"as long as may be", {{0, 262'144, delta, -1, {1}}}, State::damaged, "\1\1\1\1\1\1\1\1"},
        {"no bytes", {{3, 0, delta, -1, {1}}}, State::whole, "\1\1\1\1\1\1\1\1"},
        {"no channels", {{0, 3, delta, -1, {0}}}, State::unsupported, "\1\1\1\1\1\1\1\1"},
        {"another length", {{0, 3, delta, -1, {1, 0, 0, 0, 2}}}, State::unsupported, "\1\1\1\1\1\1\1\1"},
        {"the length again", {{0, 3, delta, -1, {1, 0, 0, 0, 3}}}, State::whole, "\xFF\xFE\xFD\1\1\1\1\1"},
    };
    for (const Definitions& row : rows) {
        Rar3Packer packer;
        packer.tables(Rar3Packer::even_lengths());
        for (const Rar3Packer::Filter& filter : row.filters)
            packer.filter(filter);
        packer.text("\1\1\1\1\1\1\1\1");
        const std::string out = unpacked(packer.finish(), 8, row.state);
        EXPECT_EQ(out, row.plain) << row.name;
    }
}

// What is filtered goes into the window as it was, and an archive goes on with programs it has defined.
TEST(Rar3Filters, LeaveTheWindowAlone) {
    Rar3Packer packer;
    packer.tables(Rar3Packer::even_lengths());
    packer.filter({.length = 4, .program = program_of(Kind::delta), .number = 1, .registers = {1}});
    packer.text("\1\1\1\1");
    packer.match(4, 4);
    const std::string first = packer.finish();
    packer.tables(Rar3Packer::even_lengths());
    packer.filter({.ahead = 4, .length = 4, .program = {}, .number = 1, .registers = {2}});
    packer.match(8, 8);
    const std::string second = packer.finish();
    expect_unar_reads({{first, "\xFF\xFE\xFD\xFC\1\1\1\1"}, {second, "\1\1\1\1\xFF\xFF\xFE\xFE"}});

    Rar3TestDecoder decoder;
    EXPECT_EQ(decoder.unpack(first, 8).plain, "\xFF\xFE\xFD\xFC\1\1\1\1");
    EXPECT_EQ(decoder.unpack(second, 8, true).plain, "\1\1\1\1\xFF\xFF\xFE\xFE");
    EXPECT_EQ(decoder.unpack(second, 8).state, State::damaged);  // it knows no program
}

TEST(Rar3Filters, AreChargedForEachStretch) {
    Rar3Packer packer;
    packer.tables(Rar3Packer::even_lengths());
    packer.filter({.length = 200'000, .program = program_of(Kind::e8)});
    for (int i = 0; i < 1'000; ++i)
        packer.filter({.length = 200'000, .program = {}});
    packer.literal('x');
    while (packer.plain().size() < 200'000)
        packer.match(1, 258);
    const std::size_t size = packer.plain().size();
    const std::string packed = packer.finish();
    model::ScanLimits limits;
    limits.max_steps = 100'000'000;
    Rar3TestDecoder decoder(limits);
    EXPECT_EQ(decoder.unpack(packed, size).state, State::refused);
    EXPECT_EQ(decoder.budget.reached(), std::vector<std::string>{"limit.steps"});
}

}  // namespace
}  // namespace sekisho::scanner::containers
