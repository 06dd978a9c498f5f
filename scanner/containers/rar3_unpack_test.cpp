// The decoder of RAR 3, with bytes that rar3_packer.h writes and unar reads too. Real archives are in
// rar_corpus_test.cpp.
#include "scanner/containers/rar3_unpack.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "scanner/containers/rar3_packer.h"
#include "scanner/containers/rar3_test_tools.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

using State = Rar3Unpacked::State;
using Lengths = Rar3Packer::Lengths;

Rar3Out unpacked(std::string_view packed, std::uint64_t size) {
    return Rar3TestDecoder().unpack(packed, size);
}

Rar3Packer begun(const Lengths& lengths = Rar3Packer::even_lengths()) {
    Rar3Packer packer;
    packer.tables(lengths);
    return packer;
}

struct Case {
    const char* name;
    std::function<void(Rar3Packer&)> steps;
};

const Case steps[] = {
    {"nothing", [](Rar3Packer&) {}},
    {"literals", [](Rar3Packer& p) { p.text("what is written stands"); }},
    {"one byte over and over", [](Rar3Packer& p) { p.literal('x'), p.match(1, 200); }},
    {"a match from before", [](Rar3Packer& p) { p.text("abcdef"), p.match(6, 4); }},
    {"the last one again",
     [](Rar3Packer& p) {
         p.text("abcdef"), p.match(3, 3);
         p.last_match(), p.last_match();
     }},
    {"no last one", [](Rar3Packer& p) { p.symbol(258), p.text("abc"); }},
    {"old distances",
     [](Rar3Packer& p) {
         p.text("abcdefghij");
         for (const std::uint32_t distance : {2u, 3u, 5u, 7u})
             p.match(distance, 3);
         for (const unsigned place : {3u, 0u, 2u, 1u, 3u})
             p.old_match(place, 2 + place);
     }},
    {"a short one", [](Rar3Packer& p) { p.text("abcdefghij"), p.short_match(7), p.last_match(); }},
    {"every short distance",
     [](Rar3Packer& p) {
         p.text(sample_text(256));
         for (std::uint32_t distance = 1; distance <= 256; ++distance)
             p.short_match(distance);
     }},
    {"every length",
     [](Rar3Packer& p) {
         p.text("abcdef");
         for (unsigned length = 3; length <= 258; ++length)
             p.match(5, length), p.old_match(0, length - 1);
     }},
    {"distances at the ends of slots",
     [](Rar3Packer& p) {
         p.text(sample_text(1'000));
         for (int i = 0; i < 12; ++i)
             p.match(1, 258), p.match(999, 258);
         for (std::uint32_t distance = 1; distance < 5'000; distance = distance * 3 / 2 + 1)
             p.match(distance, 3), p.match(distance + 1, 4);
     }},
    {"blocks",
     [](Rar3Packer& p) {
         p.text("one");
         p.new_block(), p.tables(Rar3Packer::sparse_lengths()), p.text("two");
         p.new_block(), p.tables(Rar3Packer::even_lengths(), true), p.text("three");
         p.new_block(), p.tables(Rar3Packer::even_lengths(), true, true), p.text("four");
         p.new_block(), p.tables(Rar3Packer::sparse_lengths(), false, true), p.text("five");
     }},
};

TEST(Rar3Unpack, TakesEveryStep) {
    for (const Case& row : steps) {
        Rar3Packer packer = begun();
        row.steps(packer);
        const std::string plain = packer.plain();
        const std::string packed = packer.finish();
        const Rar3Out out = unpacked(packed, plain.size());
        EXPECT_EQ(out.plain, plain) << row.name;
        EXPECT_EQ(out.state, State::whole) << row.name;
        Rar3TestDecoder slow;
        slow.piece = 1;
        EXPECT_EQ(slow.unpack(packed, plain.size()).plain, plain) << row.name;
    }
}

TEST(Rar3Unpack, TakesStepsAsTheyCome) {
    for (unsigned seed = 0; seed < 50; ++seed) {
        std::mt19937 random(seed);
        Rar3Packer packer = begun(seed % 2 == 0 ? Rar3Packer::even_lengths() : Rar3Packer::sparse_lengths());
        packer.noise(random, 2'000);
        const std::string plain = packer.plain();
        const Rar3Out out = unpacked(packer.finish(), plain.size());
        ASSERT_EQ(out.plain, plain) << seed;
        EXPECT_EQ(out.state, State::whole) << seed;
    }
}

TEST(Rar3Unpack, GoesOnBehindTheWindow) {
    std::mt19937 random(7);
    Rar3Packer packer = begun();
    while (packer.position() < 10u << 20)
        packer.noise(random, 10'000);
    const std::string plain = packer.plain();
    const Rar3Out out = unpacked(packer.finish(), plain.size());
    EXPECT_EQ(sha256_of(out.plain), sha256_of(plain));
    EXPECT_EQ(out.state, State::whole);
}

TEST(Rar3Unpack, GoesOnInSolidRuns) {
    Rar3TestDecoder decoder;
    for (const bool first_run : {true, false}) {
        std::mt19937 random(8);
        Rar3Packer packer = begun();
        for (int i = 0; i < 5; ++i) {
            // The second and the fifth begin with the tables that there are.
            if (i == 2 || i == 3) packer.tables(Rar3Packer::sparse_lengths(), i == 3, true);
            packer.noise(random, 1'000);
            const std::string plain = packer.plain();
            const Rar3Out out = decoder.unpack(packer.finish(i == 1 || i == 2), plain.size(), i > 0);
            EXPECT_EQ(out.plain, plain) << first_run << i;
            EXPECT_EQ(out.state, State::whole) << first_run << i;
        }
    }
}

// Nothing of one archive is seen in the next, whose members are not solid.
TEST(Rar3Unpack, BeginsAnewWhereItIsNotSolid) {
    Rar3Packer packer = begun();
    packer.text("a dictionary for others");
    Rar3TestDecoder decoder;
    const std::string first = packer.finish(false);
    ASSERT_EQ(decoder.unpack(first, 23).state, State::whole);
    packer.match(10, 10);
    const std::string second = packer.finish(false);
    EXPECT_EQ(decoder.unpack(second, 10, true).plain, "for others");
    EXPECT_EQ(decoder.unpack(second, 10).state, State::damaged);
    EXPECT_EQ(decoder.unpack(second, 10).plain, "");
}

// The last member of a run may have broken off: the next one is decoded with what there is.
TEST(Rar3Unpack, GoesOnBehindADamagedMember) {
    Rar3Packer packer = begun();
    packer.text("whole");
    const std::string first = packer.finish(false);
    packer.text("and so on");
    const std::string second = packer.finish();
    Rar3TestDecoder decoder;
    EXPECT_EQ(decoder.unpack(first.substr(0, first.size() - 4), 5).state, State::damaged);
    EXPECT_EQ(decoder.unpack(second, 9, true).plain, "and so on");
}

struct Lie {
    const char* name;
    std::uint64_t said;
    State state;
    const char* plain;
};

TEST(Rar3Unpack, TellsWhereTheSizeIsNotTheOneSaid) {
    Rar3Packer packer = begun();
    packer.text("ten bytes.");
    const std::string packed = packer.finish();
    for (const Lie& lie :
         {Lie{"more", 9, State::damaged, "ten bytes"}, Lie{"right", 10, State::whole, "ten bytes."},
          Lie{"fewer", 11, State::damaged, "ten bytes."},
          Lie{"far fewer", ~std::uint64_t{0}, State::damaged, "ten bytes."},
          Lie{"none", 0, State::damaged, ""}}) {
        const Rar3Out out = unpacked(packed, lie.said);
        EXPECT_EQ(out.plain, lie.plain) << lie.name;
        EXPECT_EQ(out.state, lie.state) << lie.name;
        EXPECT_EQ(out.why.empty(), lie.state == State::whole) << lie.name;
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
