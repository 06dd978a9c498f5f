// Access databases that somebody broke, by chance or on purpose.
#include <gtest/gtest.h>

#include <random>

#include "scanner/office/access_pages.h"
#include "scanner/office/access_tables.h"
#include "scanner/office/access_testing.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::office {
namespace {

using fixtures::AccessFileIn;
using fixtures::AccessType;
using Opened = OpenedAccess;

// One cell of a chain of long values, and what its pieces are made of.
struct Hostile {
    std::string name;
    void (*spoil)(std::string& file, std::size_t values);  // `values`: offset of a page of long values
};
TEST(AccessHostile, HostilePagesAreBoundedAndTold) {
    const AccessFileIn sound{.tables = {{"T", {{"M", AccessType::memo}}, {{std::string(20'000, 'm')}}}},
                             .piece = 100,
                             .compressed = false};
    const std::string file = fixtures::write_access(sound);
    const std::size_t values = file.find("LVAL") - 4;
    ASSERT_EQ(Opened(file).ids(), "");
    const std::vector<Hostile> cases{
        {"chain_that_loops",
         [](std::string& bytes, std::size_t at) {
             const auto page = static_cast<char>(at / 4'096);
             bytes.replace(at + 4'096 - 208, 4, std::string{'\1', page, '\0', '\0'});
         }},
        {"chain_that_leads_out",
         [](std::string& bytes, std::size_t at) { bytes.replace(at + 4'096 - 208, 4, "\xFF\xFF\xFF\x7F"); }},
        {"chain_that_leads_to_a_table",
         [](std::string& bytes, std::size_t at) {
             bytes.replace(at + 4'096 - 208, 4, std::string("\0\2\0\0", 4));
         }},
        {"row_count_of_65535",
         [](std::string& bytes, std::size_t at) { bytes.replace(at + 12, 2, "\xFF\xFF"); }},
        {"no_rows",
         [](std::string& bytes, std::size_t at) { bytes.replace(at + 12, 2, std::string(2, '\0')); }},
        {"rows_that_overlap",
         [](std::string& bytes, std::size_t at) { bytes.replace(at + 16, 2, std::string("\xF0\x0F", 2)); }},
        {"row_out_of_the_page",
         [](std::string& bytes, std::size_t at) { bytes.replace(at + 14, 2, "\xFF\x1F"); }},
        {"page_of_another_kind", [](std::string& bytes, std::size_t at) { bytes[at] = 7; }},
        {"catalogue_of_another_kind", [](std::string& bytes, std::size_t) { bytes[2 * 4'096] = 7; }},
        {"catalogue_that_loops", [](std::string& bytes, std::size_t) { bytes[2 * 4'096 + 4] = 2; }},
        {"columns_65535",
         [](std::string& bytes, std::size_t) { bytes.replace(2 * 4'096 + 45, 2, "\xFF\xFF"); }},
        {"indexes_without_end",
         [](std::string& bytes, std::size_t) { bytes.replace(2 * 4'096 + 51, 4, "\xFF\xFF\xFF\xFF"); }},
    };
    for (const Hostile& one : cases) {
        std::string bytes = file;
        one.spoil(bytes, values);
        Opened opened(bytes);
        EXPECT_TRUE(opened.has("office.access.partly")) << one.name;
        std::size_t out = 0;
        for (const TestChild& child : opened.extraction.children)
            out += child.bytes.size();
        EXPECT_LT(out, 2 * bytes.size()) << one.name;
    }
}

// Rows of any shape: what comes out of one is no more than it.
TEST(AccessHostile, RowsOfNoiseStayWithinThemselves) {
    for (const int version : {0, 1}) {
        const std::string file = fixtures::write_access(
            {.version = static_cast<std::uint8_t>(version), .tables = {letters(true)}});
        const auto pages = AccessPages::open(base::as_bytes(file));
        ASSERT_TRUE(pages);
        Budget budget({}, 1u << 20);
        const auto table = read_access_table(*pages, 2, budget);
        ASSERT_TRUE(table);
        EXPECT_EQ(table->columns.size(), 9U);
        std::mt19937 random(7);  // NOLINT: the same noise each time
        for (int i = 0; i < 20'000; ++i) {
            std::string row(random() % 300, '\0');
            for (char& c : row)
                c = static_cast<char>(random() % (i % 2 == 0 ? 256U : 12U));
            std::vector<AccessCell> cells;
            (void)read_access_row(*pages, *table, base::as_bytes(row), cells);
            EXPECT_LE(cells.size(), table->columns.size());
            std::size_t out = 0;
            for (const AccessCell& cell : cells)
                out += cell.bytes.size();
            EXPECT_LE(out, row.size());
        }
    }
}

TEST(AccessHostile, WhatIsCutOffIsTold) {
    for (const bool chained : {false, true}) {
        AccessFileIn file{.tables = {letters()}, .storage = project("Sub A()\r\n    Beep\r\nEnd Sub\r\n")};
        file.piece = chained ? 300 : 0;
        const std::string whole = fixtures::write_access(file);
        ASSERT_EQ(Opened(whole).ids(), "");
        for (std::size_t size = 32; size < whole.size(); size += 409) {
            Opened opened(whole.substr(0, size));
            EXPECT_TRUE(opened.has("office.access.partly")) << size;
        }
        for (std::size_t size = 4'096; size < whole.size(); size += 4'096)
            EXPECT_TRUE(Opened(whole.substr(0, size)).has("office.access.partly")) << size;
    }
}

TEST(AccessHostile, DamageOfAnyKindIsBounded) {
    std::vector<std::string> files;
    for (const int version : {0, 1, 2}) {
        AccessFileIn file{.version = static_cast<std::uint8_t>(version), .tables = {letters(version == 0)}};
        if (version > 0) file.storage = project("Sub A()\r\n    Beep\r\nEnd Sub\r\n");
        file.piece = 500;
        files.push_back(fixtures::write_access(file));
    }
    for (const std::string& file : files) {
        for (std::uint32_t seed = 0; seed < 300; ++seed) {
            Opened opened(fixtures::mutate(file, seed));
            std::size_t out = 0;
            for (const TestChild& child : opened.extraction.children)
                out += child.bytes.size();
            // A compound file has its own tables; texts in UTF-8 may take half as much again.
            EXPECT_LT(out, 3 * file.size()) << seed;
        }
        // The pages that say how all others are read.
        for (std::size_t at = 0; at < 3 * 4'096 && at < file.size(); at += 7) {
            std::string flipped = file;
            flipped[at] = static_cast<char>(flipped[at] ^ 0xFF);
            const Opened opened(flipped);
            EXPECT_LE(opened.extraction.children.size(), 20U) << at;
        }
    }
}

TEST(AccessHostile, LimitsEndIt) {
    model::ScanLimits limits;
    limits.max_steps = 5'000;
    Opened steps(fixtures::benign_access(), limits);
    EXPECT_EQ(steps.extraction.budget().reached(), std::vector<std::string>{"limit.steps"});
    limits = {};
    limits.max_parts = 0;
    Opened parts(fixtures::benign_access(), limits);
    EXPECT_EQ(parts.extraction.budget().reached(), std::vector<std::string>{"limit.parts"});
}

}  // namespace
}  // namespace sekisho::scanner::office
