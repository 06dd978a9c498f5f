// What unar reads in what the packer makes.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "scanner/containers/rar3_packer.h"

namespace sekisho::scanner::containers {
namespace {

Rar3PackedMember finished(Rar3Packer& packer, bool new_tables = true) {
    std::string plain = packer.plain();
    return {packer.finish(new_tables), std::move(plain)};
}

TEST(Rar3Packer, UnarReadsEveryStep) {
    std::mt19937 random(1);
    Rar3Packer packer;
    packer.tables(Rar3Packer::even_lengths());
    packer.noise(random, 3'000);
    packer.new_block();
    packer.tables(Rar3Packer::sparse_lengths(), false, true);
    packer.noise(random, 3'000);
    packer.new_block();
    packer.tables(Rar3Packer::even_lengths(), true);
    packer.noise(random, 3'000);
    expect_unar_reads({finished(packer)});
}

TEST(Rar3Packer, UnarReadsSolidRuns) {
    std::mt19937 random(2);
    Rar3Packer packer;
    std::vector<Rar3PackedMember> members;
    packer.tables(Rar3Packer::even_lengths());
    for (int i = 0; i < 4; ++i) {
        if (i == 2) packer.tables(Rar3Packer::sparse_lengths(), true, true);
        packer.noise(random, 1'000);
        members.push_back(finished(packer, i == 1));
    }
    expect_unar_reads(members);
}

TEST(Rar3Packer, UnarReadsBehindTheWindow) {
    std::mt19937 random(3);
    Rar3Packer packer;
    packer.tables(Rar3Packer::even_lengths());
    while (packer.position() < 10u << 20)
        packer.noise(random, 10'000);
    expect_unar_reads({finished(packer)});
}

TEST(Rar3Packer, UnarTakesProgramsByTheirChecksum) {
    Rar3Packer packer;
    packer.tables(Rar3Packer::even_lengths());
    packer.filter({.length = 4, .program = rar3_program(29, 0x0E06077D), .number = 1, .registers = {1}});
    packer.text("\1\1\1\1!");
    std::string plain = "\xFF\xFE\xFD\xFC!";
    expect_unar_reads({{packer.finish(), plain}});
}

}  // namespace
}  // namespace sekisho::scanner::containers
