// Packed RAR 3 bytes that no archiver would write: nothing crashes or hangs, memory and steps are charged,
// and what is whole has all its bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "scanner/containers/crc32.h"
#include "scanner/containers/rar3_packer.h"
#include "scanner/containers/rar3_test_tools.h"
#include "scanner/containers/rar_open.h"
#include "scanner/containers/rar_writer.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

using State = Rar3Unpacked::State;

struct Sample {
    std::string packed;
    std::string plain;
};

// Every kind of step, two blocks and a filter.
Sample sample() {
    std::mt19937 random(11);
    Rar3Packer packer;
    packer.tables(Rar3Packer::even_lengths(), false, true);
    packer.noise(random, 500);
    packer.filter({.ahead = 10, .length = 50, .program = rar3_program(29, 0x0E06077D), .registers = {2}});
    packer.noise(random, 50);
    packer.new_block();
    packer.tables(Rar3Packer::sparse_lengths(), false, true);
    packer.noise(random, 100);
    const std::string packed = packer.finish();
    const Rar3Out out = Rar3TestDecoder().unpack(packed, 1u << 20);
    return {packed, out.plain};
}

bool is_complete(TestExtraction& extraction) {
    if (!extraction.budget().reached().empty()) return false;
    return std::ranges::none_of(extraction.findings().all(), [](const model::Finding& finding) {
        return model::find_finding(finding.id)->incomplete;
    });
}

// What comes of a member and another one behind it, which goes on with its dictionary.
void expect_told(const std::string& packed, const Sample& whole, std::size_t at) {
    Rar3Writer writer({}, false, 0x08);
    writer.add({.name = "a", .plain = whole.plain, .method = 0x33, .data = packed});
    writer.add({.name = "b", .plain = whole.plain, .solid = true, .method = 0x33, .data = whole.packed});
    const std::string archive = writer.finish();
    TestExtraction extraction;
    open_rar(test_part(base::as_bytes(archive)), extraction, ArchiveKind::rar);
    EXPECT_EQ(extraction.children.size(), 2u) << at;
    if (!is_complete(extraction)) return;
    for (const TestChild& child : extraction.children)
        EXPECT_TRUE(child.text() == whole.plain) << child.spec.name << " at " << at;
}

TEST(Rar3Hostile, CutAtEveryByte) {
    const Sample whole = sample();
    for (std::size_t size = 0; size < whole.packed.size(); ++size) {
        const Rar3Out out = Rar3TestDecoder().unpack(whole.packed.substr(0, size), whole.plain.size());
        EXPECT_TRUE(out.state == State::damaged || out.plain == whole.plain) << size;
        EXPECT_EQ(out.plain.substr(0, 300),
                  whole.plain.substr(0, std::min<std::size_t>(300, out.plain.size())));
        expect_told(whole.packed.substr(0, size), whole, size);
    }
}

TEST(Rar3Hostile, EveryByteBent) {
    const Sample whole = sample();
    std::mt19937 random(12);
    for (std::size_t at = 0; at < whole.packed.size(); ++at) {
        std::string bent = whole.packed;
        bent[at] = static_cast<char>(bent[at] ^ 1 << random() % 8);
        expect_told(bent, whole, at);
    }
}

std::string with_lengths(const std::function<void(BitString&)>& write) {
    BitString bits;
    bits.put(0, 2);
    write(bits);
    return bits.bytes() + std::string(200, 'x');
}

TEST(Rar3Hostile, TablesThatAreNoCode) {
    struct Tables {
        const char* name;
        std::function<void(BitString&)> write;
    };
    // A code for lengths in which 1 has one bit, and 16 and 19 two.
    const auto first = [](BitString& bits) {
        for (unsigned i = 0; i < 20; ++i)
            bits.put(i == 1 ? 1 : i == 16 || i == 19 ? 2 : 0, 4);
    };
    const Tables rows[] = {
        {"the first code has too many",
         [](BitString& bits) {
             for (unsigned i = 0; i < 20; ++i)
                 bits.put(1, 4);
         }},
        {"the first code is empty",
         [](BitString& bits) {
             for (unsigned i = 0; i < 20; ++i)
                 bits.put(0, 4);
         }},
        {"zeros run over the end of the first code",
         [](BitString& bits) {
             for (unsigned i = 0; i < 19; ++i)
                 bits.put(2, 4);
             bits.put(0xFF, 8);
         }},
        {"a repeat before anything",
         [&first](BitString& bits) {
             first(bits);
             bits.put(2, 2);
         }},
        {"too many of one bit",
         [&first](BitString& bits) {
             first(bits);
             bits.put(0, 3);
             for (int i = 0; i < 4; ++i)
                 bits.put(3u << 7 | 127, 9);
         }},
        {"all are empty",
         [&first](BitString& bits) {
             first(bits);
             for (int i = 0; i < 4; ++i)
                 bits.put(3u << 7 | 127, 9);
         }},
    };
    for (const Tables& row : rows) {
        const Rar3Out out = Rar3TestDecoder().unpack(with_lengths(row.write), 100);
        EXPECT_EQ(out.state, State::damaged) << row.name;
        EXPECT_EQ(out.plain, "") << row.name;
    }
    // One symbol alone, of one bit: an archiver may write that.
    const std::string one = with_lengths([&first](BitString& bits) {
        first(bits);
        bits.put(3u << 7 | (97 - 11), 9);
        bits.put(0, 1);
        for (int i = 0; i < 3; ++i)
            bits.put(3u << 7 | 127, 9);
        bits.put(0, 7);
        bits.put(1, 1);  // no symbol
    });
    EXPECT_EQ(Rar3TestDecoder().unpack(one, 100).plain, "aaaaaaa");
}

TEST(Rar3Hostile, DistancesBehindTheWindow) {
    struct Far {
        const char* name;
        std::function<void(Rar3Packer&)> bits;
    };
    const Far rows[] = {
        {"at once", [](Rar3Packer& p) { p.raw(0, 9); }},
        {"an old one that was never there", [](Rar3Packer& p) { p.symbol(259), p.raw(0, 40); }},
        {"a short one", [](Rar3Packer& p) { p.text("abc"), p.symbol(264), p.raw(0, 40); }},
        {"one behind the first byte", [](Rar3Packer& p) { p.text("abc"), p.symbol(271), p.raw(3, 5); }},
    };
    for (const Far& row : rows) {
        Rar3Packer packer;
        packer.tables(Rar3Packer::even_lengths());
        row.bits(packer);
        packer.raw(0, 64);
        const Rar3Out out = Rar3TestDecoder().unpack(packer.finish(), 1'000);
        EXPECT_EQ(out.state, State::damaged) << row.name;
    }
}

// Each block of nothing but tables costs what it costs to make them.
TEST(Rar3Hostile, BlocksWithoutEnd) {
    Rar3Packer packer;
    for (int i = 0; i < 5'000; ++i) {
        packer.tables(Rar3Packer::even_lengths(), false, true);
        packer.new_block();
    }
    packer.tables(Rar3Packer::even_lengths());
    packer.literal('x');
    const std::string packed = packer.finish();
    EXPECT_EQ(Rar3TestDecoder().unpack(packed, 1).plain, "x");
    model::ScanLimits limits;
    limits.max_steps = 1'000'000;
    Rar3TestDecoder decoder(limits);
    EXPECT_EQ(decoder.unpack(packed, 1).state, State::refused);
    EXPECT_EQ(decoder.budget.reached(), std::vector<std::string>{"limit.steps"});
}

TEST(Rar3Hostile, TheWindowIsCharged) {
    Rar3Packer packer;
    packer.tables(Rar3Packer::even_lengths());
    packer.literal('x');
    while (packer.plain().size() < 1u << 20)
        packer.match(1, 258);
    const std::string plain = packer.plain();
    const std::string packed = packer.finish();
    model::ScanLimits limits;
    limits.max_resident_bytes = 1u << 20;
    {
        Rar3TestDecoder decoder(limits);
        EXPECT_EQ(decoder.unpack(packed, plain.size()).state, State::refused);
        EXPECT_EQ(decoder.budget.reached(), std::vector<std::string>{"limit.memory"});
    }
    limits.max_resident_bytes = 3u << 20;
    Budget budget(limits, 1u << 20);
    for (int i = 0; i < 3; ++i) {  // it is given back
        Rar3Unpack unpacker(budget);
        bool given = false;
        const auto out = unpacker.unpack(
            [&] { return std::exchange(given, true) ? base::Bytes() : base::as_bytes(packed); }, plain.size(),
            false, [](base::Bytes) { return true; });
        EXPECT_EQ(out.state, State::whole);
    }
}

// --- PPMd

std::string noise(unsigned seed, std::size_t size) {
    std::mt19937 random(seed);
    std::string out;
    for (std::size_t i = 0; i < size; ++i)
        out.push_back(static_cast<char>(random()));
    return out;
}

// A model of so many MB and `order`, which may be 1 to 16, then by threes to 64.
std::string ppmd(unsigned order, unsigned megabytes, const std::string& coded) {
    const unsigned field = order <= 16 ? order - 1 : 15 + (order - 16) / 3;
    return std::string{static_cast<char>(0xA0 | field), static_cast<char>(megabytes - 1)} + coded;
}

TEST(Rar3Hostile, ShortNoiseForModels) {
    std::mt19937 random(14);
    for (unsigned round = 0; round < 2'000; ++round) {
        std::string packed = noise(round, 2 + random() % 300);
        packed[0] = static_cast<char>(packed[0] | (round % 4 == 0 ? 0x80 : 0xA0));
        packed[1] = static_cast<char>(packed[1] & 3);
        Rar3TestDecoder decoder;
        (void)decoder.unpack(packed, 100'000);
        (void)decoder.unpack(noise(round + 1, 200), 100'000, true);
        EXPECT_EQ(decoder.unpack("", 100'000, true).plain, "");
    }
}

TEST(Rar3Hostile, ModelsThatAreNone) {
    const std::string coded(100, 'x');
    EXPECT_EQ(Rar3TestDecoder().unpack(ppmd(1, 1, coded), 10).state, State::damaged);
    EXPECT_EQ(Rar3TestDecoder().unpack("\x81" + coded, 10).state, State::damaged);  // goes on with none
    EXPECT_EQ(Rar3TestDecoder().unpack("\xA1", 10).state, State::damaged);
    EXPECT_EQ(Rar3TestDecoder().unpack(std::string("\xA1\0", 2), 10).state, State::damaged);
    EXPECT_EQ(Rar3TestDecoder().unpack(std::string("\xA1\0xyz", 5), 10).state, State::damaged);
}

}  // namespace
}  // namespace sekisho::scanner::containers
