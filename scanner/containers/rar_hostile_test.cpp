// RAR archives that no program would make: nothing crashes or hangs, and nothing comes out as complete where
// bytes are missing.
#include <gtest/gtest.h>

#include <random>

#include "scanner/containers/archive.h"
#include "scanner/containers/rar3_headers.h"
#include "scanner/containers/rar5_headers.h"
#include "scanner/containers/rar_open.h"
#include "scanner/containers/rar_writer.h"
#include "scanner/containers/test_tools.h"
#include "scanner/embedded.h"

namespace sekisho::scanner::containers {
namespace {

constexpr const char* secret = "pass";

const RarHeaderKey no_key = [](const auto&, const auto&) { return std::nullopt; };

RarHeaders headers_of(std::string_view archive) {
    const base::Bytes bytes = base::as_bytes(archive);
    return archive.size() > 6 && archive[6] == '\1' ? read_rar5_headers(bytes, no_key)
                                                    : read_rar3_headers(bytes, no_key);
}

struct Opened {
    std::string archive;  // children are views into it
    TestExtraction extraction;
    explicit Opened(std::string_view bytes, const model::ScanLimits& limits = {})
        : archive(bytes), extraction(limits) {
        extraction.harvest().add({secret, PasswordSource::keyword, "en"});
        const bool five = archive.size() > 6 && archive[6] == '\1';
        open_rar(test_part(base::as_bytes(archive)), extraction, five ? ArchiveKind::rar5 : ArchiveKind::rar);
    }
    bool complete() {
        if (!extraction.budget().reached().empty()) return false;
        for (const model::Finding& finding : extraction.findings().all()) {
            if (model::find_finding(finding.id)->incomplete) return false;
        }
        return true;
    }
    bool has_whole(std::string_view name, std::string_view plain) const {
        const TestChild* child = child_named(extraction, name);
        return child != nullptr && !child->skipped && child->text() == plain;
    }
};

struct Sample {
    const char* name;
    std::string archive;
    std::size_t every = 1;  // a step of the walk over its bytes: RAR 3 takes its time for each
};

const std::string one = "the first member, with text enough for three blocks of a cipher";
const std::string two = "and the second";

std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const bool locked : {false, true}) {
        for (const bool hidden : {false, true}) {
            if (hidden && !locked) continue;
            Rar3Writer three(secret, hidden);
            three.add({.name = "one", .plain = one, .locked = locked});
            three.add({.name = "two", .plain = two, .locked = locked});
            out.push_back({locked ? hidden ? "rar3 hidden" : "rar3 locked" : "rar3", three.finish(),
                           locked ? std::size_t{11} : 1});
            for (const bool packed : {false, true}) {
                Rar5Writer five({.password = secret, .lock_headers = hidden, .solid = packed});
                five.add({.name = "one", .plain = one, .locked = locked, .packed = packed});
                five.add({.name = "two", .plain = two, .locked = locked, .packed = packed, .solid = packed});
                out.push_back({locked ? hidden ? "rar5 hidden" : "rar5 locked" : "rar5", five.finish()});
            }
        }
    }
    return out;
}

// Between two headers of its own, and behind the last one: RAR shows nothing of it, and unzip does.
TEST(RarHostile, OnlyStoredMembersAreCovered) {
    const std::string hidden = "PK\3\4 whatever else";
    Rar3Writer old;
    old.add({.name = "a", .plain = "stored"});
    old.add({.name = "b", .plain = hidden, .locked = true, .password = "p"});
    Rar5Writer writer;
    writer.add({.name = "a", .plain = "stored"});
    writer.block(std::string("\3\2") + rar_number(hidden.size()), hidden);  // for the archiver itself
    for (const std::string& archive : {old.finish() + hidden, writer.finish() + hidden}) {
        TestExtraction extraction({.max_password_cost = 1'000}, archive.size());
        open_rar(test_part(base::as_bytes(archive)), extraction,
                 archive[6] == '\0' ? ArchiveKind::rar : ArchiveKind::rar5);
        const TestChild* child = child_named(extraction, "a");
        ASSERT_NE(child, nullptr);
        EXPECT_EQ(child->text(), "stored");
        Covered covered(base::as_bytes(archive));
        for (const base::Bytes bytes : extraction.covered)
            covered.add(bytes);
        EXPECT_TRUE(covered.holds(archive.find("stored")));
        EXPECT_FALSE(covered.holds(archive.rfind(hidden)));
        EXPECT_TRUE(archive[6] == '\0' || !covered.holds(archive.find(hidden)));
    }
    for (const Format* format : archive_formats()) {
        const bool searched = format->name == "rar" || format->name == "rar5" || format->name == "wim";
        EXPECT_TRUE(!searched || format->holds == Holds::suspiciously) << format->name;
    }
}

TEST(RarHostile, TruncatedAtEveryByte) {
    for (const Sample& sample : samples()) {
        ASSERT_TRUE(Opened(sample.archive).complete()) << sample.name;
        for (std::size_t size = 0; size < sample.archive.size(); size += sample.every) {
            if (size < 8) continue;  // no RAR by its recogniser
            Opened out(std::string_view(sample.archive).substr(0, size));
            EXPECT_FALSE(out.complete()) << sample.name << " at " << size;
        }
    }
}

// A flipped bit in what a checksum covers is told; elsewhere (times, attributes, a check value) the members
// are whole.
TEST(RarHostile, EveryByteBent) {
    std::mt19937 random(20'260'101);
    for (const Sample& sample : samples()) {
        for (std::size_t at = 8; at < sample.archive.size(); at += sample.every) {
            std::string bent = sample.archive;
            bent[at] = static_cast<char>(bent[at] ^ 1 << random() % 8);
            Opened out(bent);
            if (!out.complete()) continue;
            EXPECT_TRUE(out.has_whole("one", one) && out.has_whole("two", two))
                << sample.name << " at " << at;
        }
    }
}

TEST(RarHostile, AnyBytesBehindTheMark) {
    std::mt19937 random(5);
    for (int round = 0; round < 3'000; ++round) {
        std::string bytes =
            round % 2 == 0 ? std::string("Rar!\x1A\x07\0", 7) : std::string("Rar!\x1A\x07\1\0", 8);
        const std::size_t size = random() % 200;
        // Small numbers make better headers than large ones.
        for (std::size_t i = 0; i < size; ++i)
            bytes.push_back(static_cast<char>(random() % 3 == 0 ? random() : random() % 8));
        model::ScanLimits limits;
        limits.max_password_cost = 0;
        Opened out(bytes, limits);
        EXPECT_TRUE(size == 0 || out.extraction.children.size() <= size) << round;
    }
}

TEST(RarHostile, SizesBeyondTheArchive) {
    for (const std::uint64_t size :
         {std::uint64_t{1'000'000}, std::uint64_t{0xFFFFFFFF}, ~std::uint64_t{0}}) {
        Rar5Writer five;
        five.add({.name = "one", .plain = one, .packed_size = size});
        Opened out(five.finish());
        EXPECT_FALSE(out.complete()) << size;
        Rar5Writer unpacked;
        unpacked.add({.name = "one", .plain = one, .size = size});
        EXPECT_FALSE(Opened(unpacked.finish()).complete()) << size;
        Rar3Writer three;
        three.add({.name = "one", .plain = one, .size = size});
        EXPECT_FALSE(Opened(three.finish()).complete()) << size;
    }
    Rar3Writer three;
    three.add({.name = "one", .plain = one, .packed_size = 0xFFFFFFFF});
    Opened out(three.finish());
    EXPECT_FALSE(out.complete());
    EXPECT_EQ(headers_of(three.finish()).members.size(), 1u);
}

TEST(RarHostile, HeadersThatLieAboutTheirSize) {
    const std::string mark("Rar!\x1A\x07\0", 7);
    for (const unsigned size : {0u, 6u, 7u, 13u, 0xFFFFu}) {
        const std::string header{
            '\0', '\0', '\x74', '\0', '\0', static_cast<char>(size), static_cast<char>(size >> 8)};
        const std::string archive = mark + header + std::string(20, '\0');
        const RarHeaders out = headers_of(archive);
        EXPECT_TRUE(out.members.empty()) << size;
        EXPECT_FALSE(out.damage.empty()) << size;
    }
    for (const std::uint64_t size :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2u << 20} + 1, ~std::uint64_t{0}}) {
        Rar5Writer five;
        five.raw("crcs" + rar_number(size) + std::string(20, '\2'));
        const std::string archive = five.finish();
        const RarHeaders out = headers_of(archive);
        EXPECT_FALSE(out.damage.empty()) << size;
    }
    Rar5Writer endless;
    endless.raw("crcs" + std::string(30, '\xFF'));  // a number without an end
    EXPECT_FALSE(headers_of(endless.finish()).damage.empty());
}

// The extra area of a file lies about its size, or its records do: the file is still there.
TEST(RarHostile, RecordsThatLieAboutTheirSize) {
    for (const std::string& extra :
         {std::string("\x7F\2"), std::string("\0", 1), std::string("\2\1\0", 3), std::string(10, '\xFF')}) {
        Rar5Writer five;
        five.block(rar_number(2) + rar_number(1) + rar_number(extra.size()) + rar_number(0) + rar_number(0) +
                   rar_number(0x20) + rar_number(0) + rar_number(0) + rar_number(1) + "x" + extra);
        const std::string archive = five.finish();
        const RarHeaders out = headers_of(archive);
        ASSERT_EQ(out.members.size(), 1u);
        EXPECT_EQ(out.members[0].name, "x");
    }
    // An encryption record that breaks off locks all the same.
    Rar5Writer five;
    five.block(rar_number(2) + rar_number(1) + rar_number(3) + rar_number(0) + rar_number(5) +
               rar_number(0x20) + rar_number(0) + rar_number(0) + rar_number(1) + "x" + rar_number(2) +
               rar_number(1) + rar_number(0));
    Opened out(five.finish());
    EXPECT_TRUE(has(out.extraction, "archive.encrypted.unopened"));
}

// Each of many members costs the same: no search of all for each.
TEST(RarHostile, ThousandsOfMembersCostLinearTime) {
    const auto steps_of = [](std::size_t members, bool five) {
        Rar3Writer three;
        Rar5Writer writer({.password = secret});
        for (std::size_t i = 0; i < members; ++i) {
            const std::string name = std::to_string(i);
            if (five) {
                writer.add({.name = name, .plain = "x", .locked = true});
            } else {
                three.add({.name = name, .plain = "x"});
            }
        }
        const std::string archive = five ? writer.finish() : three.finish();
        model::ScanLimits limits;
        limits.max_steps = 1'200 * members + 200'000;  // a header is 1,000
        Opened out(archive, limits);
        EXPECT_EQ(out.extraction.children.size(), members);
        EXPECT_TRUE(out.complete()) << members;
    };
    for (const bool five : {false, true}) {
        steps_of(500, five);
        steps_of(5'000, five);
    }
}

TEST(RarHostile, MoreMembersThanAreLookedAtIsALimit) {
    Rar5Writer five;
    for (std::size_t i = 0; i <= max_rar_members; ++i)
        five.add({.name = "x", .plain = ""});
    model::ScanLimits limits;
    limits.max_parts = 100'000;
    Opened out(five.finish(), limits);
    EXPECT_EQ(out.extraction.children.size(), max_rar_members);
    EXPECT_EQ(out.extraction.budget().reached(), std::vector<std::string>{"limit.parts"});
}

TEST(RarHostile, AMemberTooLargeForTheBudgetIsTold) {
    Rar5Writer five({.password = secret});
    five.add({.name = "one", .plain = std::string(100'000, 'x'), .locked = true});
    five.add({.name = "two", .plain = two, .locked = true});
    model::ScanLimits limits;
    limits.max_part_bytes = 10'000;
    Opened out(five.finish(), limits);
    EXPECT_FALSE(out.complete());
    EXPECT_TRUE(out.has_whole("two", two));
    limits = {};
    limits.max_bytes_out = 10'000;

    Opened less(five.finish(), limits);
    EXPECT_FALSE(less.complete());
    EXPECT_TRUE(has(less.extraction, "archive.member-skipped"));
}

// Every header with a salt of its own would cost a derivation each.
TEST(RarHostile, SaltsWithoutEndAreCharged) {
    Rar3Writer three(secret);
    for (int i = 0; i < 5; ++i) {
        three.add({.name = "one", .plain = one, .locked = true, .salt = "salt of" + std::to_string(i)});
    }
    model::ScanLimits limits;
    limits.max_steps = 50'000'000;  // two derivations with a known password
    Opened out(three.finish(), limits);
    EXPECT_FALSE(out.complete());
    EXPECT_LT(out.extraction.children.size(), 6u);
}

// unRAR's compressed UTF-16, by hand: high byte, flags of two bits each, characters.
TEST(RarHostile, NamesInUnicode) {
    struct Name {
        std::string field;
        const char* name;
    };
    using std::string_literals::operator""s;
    const Name names[] = {
        {"plain\\name"s, "plain/name"},
        {"\xE8\xA1\xA8.txt"s, "\xE8\xA1\xA8.txt"},  // UTF-8: no zero
        {"ab\0\x30\x00"
         "ab"s,
         "ab"},                                                         // low bytes alone
        {"ab\0\x30\x50\x42\x44"s, "\xE3\x81\x82\xE3\x81\x84"},          // with the high byte
        {"ab\0\x00\xA0\x42\x30\x44\x30"s, "\xE3\x81\x82\xE3\x81\x84"},  // both bytes each
        {"abcd\0\x00\xC0\x02"s, "abcd"},                                // a run of the other name
        {"abcd\0\x30\xC0\x82\x01"s, "\xE3\x81\xA2\xE3\x81\xA3\xE3\x81\xA4\xE3\x81\xA5"},  // shifted
        {"ab\0"s, ""},
        {"ab\0\x30"s, ""},
        {"ab\0\x30\xC0"s, ""},
        {"ab\0\x30\xFF\x7F\x7F\x7F\x7F"s, nullptr},  // runs far beyond the other name: zeros
    };
    for (const Name& row : names) {
        Rar3Writer three;
        three.add({.name = row.field, .plain = "x", .more_flags = 0x0200});
        const std::string archive = three.finish();
        const RarHeaders out = headers_of(archive);
        ASSERT_EQ(out.members.size(), 1u);
        if (row.name != nullptr) {
            EXPECT_EQ(out.members[0].name, row.name);
        }
        EXPECT_LE(out.members[0].name.size(), 3u * 4'200);
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
