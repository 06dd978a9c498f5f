#include "scanner/office/cfb.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/fixtures/cfb_writer.h"
#include "tests/fixtures/documents.h"
#include "tests/fixtures/droppers.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::office {
namespace {

using fixtures::cfb_storage;
using fixtures::cfb_stream;

Budget plenty() { return Budget({}, 1u << 30); }

std::string pattern(std::size_t size) {
    std::string out(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        out[i] = static_cast<char>('a' + (i * 7 + i / 512) % 23);
    return out;
}

std::string stream_text(Cfb& cfb, std::string_view name, std::uint32_t storage = 0) {
    Budget budget = plenty();
    const auto index = cfb.find(storage, name);
    if (!index) return "(not there)";
    return std::string(base::as_text(cfb.read(*index, budget).bytes));
}

struct Layout {
    std::string_view name;
    fixtures::CfbOptions options;
    std::size_t size;
};

class CfbLayouts : public testing::TestWithParam<Layout> {};

TEST_P(CfbLayouts, StreamsComeBackWhole) {
    const std::string big = pattern(GetParam().size);
    const std::string small = pattern(100);
    fixtures::CfbNode root;
    root.children = {cfb_stream("Big", big), cfb_stream("small", small), cfb_stream("empty", ""),
                     cfb_storage("Deep", {cfb_storage("Deeper", {cfb_stream("inner", small + big)})})};
    const std::string file = fixtures::write_cfb(root, GetParam().options);
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    EXPECT_FALSE(cfb.damaged());
    ASSERT_EQ(cfb.entries().size(), 7U);
    EXPECT_EQ(stream_text(cfb, "BIG"), big);
    EXPECT_EQ(stream_text(cfb, "small"), small);
    EXPECT_EQ(stream_text(cfb, "empty"), "");
    const auto deeper = cfb.find(*cfb.find_in_root("Deep"), "Deeper");
    ASSERT_TRUE(deeper);
    EXPECT_EQ(stream_text(cfb, "inner", *deeper), small + big);
    EXPECT_EQ(cfb.path(*cfb.find(*deeper, "inner")), "Deep/Deeper/inner");
    EXPECT_FALSE(cfb.damaged());
}

INSTANTIATE_TEST_SUITE_P(
    All, CfbLayouts,
    testing::Values(Layout{"small", {}, 10}, Layout{"at_cutoff", {}, 4'096},
                    Layout{"below_cutoff", {}, 4'095}, Layout{"large", {}, 300'000},
                    Layout{"fragmented", {.fragmented = true}, 300'000},
                    Layout{"version4", {.version4 = true}, 300'000},
                    Layout{"version4_fragmented", {.version4 = true, .fragmented = true}, 300'000},
                    Layout{"difat", {}, 8'000'000}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Cfb, ContiguousStreamIsAView) {
    fixtures::CfbNode root;
    root.children = {cfb_stream("Big", pattern(100'000))};
    const std::string file = fixtures::write_cfb(root);
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    Budget budget = plenty();
    const CfbStream stream = cfb.read(*cfb.find_in_root("Big"), budget);
    EXPECT_EQ(stream.storage, nullptr);
    EXPECT_EQ(stream.bytes.size(), 100'000U);
}

TEST(Cfb, RefusesWhatIsNoCompoundFile) {
    EXPECT_EQ(Cfb::open({}).error().cause, base::Cause::malformed);
    EXPECT_EQ(Cfb::open(base::as_bytes("PK\x03\x04")).error().cause, base::Cause::malformed);
    EXPECT_EQ(Cfb::open(base::as_bytes("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")).error().cause,
              base::Cause::truncated);
}

// A damaged header field, and what must still be read.
struct Damage {
    std::string_view name;
    std::size_t offset;
    std::string bytes;
};

class CfbDamage : public testing::TestWithParam<Damage> {};

TEST_P(CfbDamage, IsReadAllTheSame) {
    fixtures::CfbNode root;
    root.children = {cfb_stream("Big", pattern(20'000)), cfb_stream("small", pattern(100))};
    std::string file = fixtures::write_cfb(root);
    file.replace(GetParam().offset, GetParam().bytes.size(), GetParam().bytes);
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    EXPECT_EQ(stream_text(cfb, "Big"), pattern(20'000));
    EXPECT_EQ(stream_text(cfb, "small"), pattern(100));
}

INSTANTIATE_TEST_SUITE_P(All, CfbDamage,
                         testing::Values(Damage{"sector_shift", 0x1E, std::string("\x07\x00", 2)},
                                         Damage{"major_version", 0x1A, std::string("\x63\x00", 2)},
                                         Damage{"byte_order", 0x1C, std::string("\x00\x00", 2)},
                                         Damage{"mini_shift", 0x20, std::string("\x00\x00", 2)},
                                         Damage{"mini_cutoff", 0x38, std::string("\x00\x00\x00\x00", 4)},
                                         Damage{"fat_count", 0x2C, std::string("\xFF\xFF\xFF\x7F", 4)},
                                         Damage{"difat_count", 0x48, std::string("\xFF\xFF\xFF\x7F", 4)},
                                         Damage{"difat_start_lies", 0x44,
                                                std::string("\x00\x00\x00\x00", 4)}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Cfb, LoopsEnd) {
    fixtures::CfbNode root;
    root.children = {cfb_stream("Big", pattern(20'000))};
    std::string file = fixtures::write_cfb(root);
    // All FAT entries point to sector 0.
    const std::string zero(4, '\0');
    const auto first_fat = static_cast<unsigned char>(file[0x4C]);
    const std::size_t fat = (first_fat + 1U) * 512;
    for (std::size_t i = 0; i < 512; i += 4)
        file.replace(fat + i, 4, zero);
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    EXPECT_TRUE(cfb.damaged());
    EXPECT_LE(cfb.entries().size(), 8U);
    Budget budget = plenty();
    for (std::uint32_t i = 0; i < cfb.entries().size(); ++i)
        (void)cfb.read(i, budget);
}

TEST(Cfb, OrphansAreListed) {
    fixtures::CfbNode root;
    root.children = {cfb_stream("hidden", pattern(5'000))};
    std::string file = fixtures::write_cfb(root);
    // The root's child becomes NOSTREAM; the directory is the last sector before the FAT.
    const auto directory = static_cast<unsigned char>(file[0x30]);
    const std::size_t child = (directory + 1U) * 512 + 76;
    file.replace(child, 4, "\xFF\xFF\xFF\xFF");
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    ASSERT_EQ(cfb.entries().size(), 2U);
    EXPECT_TRUE(cfb.entries()[1].orphan);
    EXPECT_EQ(stream_text(cfb, "hidden", CfbEntry::no_parent), pattern(5'000));
}

// Where the directory entry with that name stands in a file that write_cfb() made.
std::size_t entry_at(const std::string& file, std::string_view name) {
    const std::string wide = fixtures::utf16le(name);
    return file.find(wide + std::string(2, '\0'));
}

// What a deleted stream leaves: its entry without a type, its sectors free.
void delete_stream(std::string& file, std::string_view name, bool free_sectors) {
    const std::size_t entry = entry_at(file, name);
    file[entry + 66] = 0;
    if (!free_sectors) return;
    const auto start = static_cast<unsigned char>(file[entry + 116]);
    const auto size =
        static_cast<unsigned char>(file[entry + 120]) + 256U * static_cast<unsigned char>(file[entry + 121]);
    const bool mini = size < 4'096;
    const auto table = static_cast<unsigned char>(file[mini ? 0x3C : 0x4C]);
    const std::size_t unit = mini ? 64 : 512;
    for (std::size_t i = 0; i < (size + unit - 1) / unit; ++i)
        file.replace((table + 1U) * 512 + 4 * (start + i), 4, "\xFF\xFF\xFF\xFF");
}

TEST(Cfb, DeletedStreamsAreReadAsFarAsTheirSectorsAreFree) {
    for (const std::size_t size : {100UL, 4'000UL, 5'000UL, 20'000UL}) {
        for (const bool free_sectors : {true, false}) {
            fixtures::CfbNode root;
            root.children = {cfb_stream("Kept", pattern(9'000)), cfb_stream("gone", pattern(size)),
                             cfb_stream("also kept", pattern(77))};
            std::string file = fixtures::write_cfb(root);
            delete_stream(file, "gone", free_sectors);
            auto cfb = Cfb::open(base::as_bytes(file)).value();
            ASSERT_EQ(cfb.entries().size(), 4U) << size;
            EXPECT_FALSE(cfb.damaged());
            std::uint32_t index = 0;
            while (index < 4 && cfb.entries()[index].name != "gone")
                ++index;
            ASSERT_LT(index, 4U);
            EXPECT_TRUE(cfb.entries()[index].deleted);
            EXPECT_TRUE(cfb.entries()[index].orphan);
            Budget budget = plenty();
            EXPECT_EQ(base::as_text(cfb.read(index, budget).bytes), pattern(size)) << size;
            EXPECT_EQ(stream_text(cfb, "Kept"), pattern(9'000));
            EXPECT_EQ(stream_text(cfb, "also kept"), pattern(77));
            EXPECT_FALSE(cfb.damaged());
        }
    }
}

TEST(Cfb, DeletedStreamStopsWhereItsSectorsWereTaken) {
    fixtures::CfbNode root;
    root.children = {cfb_stream("gone", pattern(2'000)), cfb_stream("taken", pattern(640))};
    std::string file = fixtures::write_cfb(root);
    delete_stream(file, "gone", true);
    // "taken" moves into the middle of what was the deleted one's.
    const std::size_t gone = entry_at(file, "gone");
    const auto start = static_cast<unsigned char>(file[gone + 116]);
    const auto table = static_cast<unsigned char>(file[0x3C]);
    file.replace((table + 1U) * 512 + 4 * (start + 4U), 4, "\xFE\xFF\xFF\xFF");
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    Budget budget = plenty();
    for (std::uint32_t i = 1; i < cfb.entries().size(); ++i) {
        if (!cfb.entries()[i].deleted) continue;
        const CfbStream stream = cfb.read(i, budget);
        EXPECT_EQ(base::as_text(stream.bytes), pattern(2'000).substr(0, 256));
        EXPECT_TRUE(stream.truncated);
    }
    EXPECT_FALSE(cfb.damaged());
}

TEST(Cfb, OddAndDoubleNamesAreAllListed) {
    fixtures::CfbNode root;
    root.children = {cfb_stream("twin", "first"), cfb_stream("twin", "second"),
                     cfb_stream("\x01\x02\x1F", "control"), cfb_stream("../..\\etc", "path"),
                     cfb_stream("\xE7\xA7\x98\xE5\xAF\x86", "kanji")};
    const std::string file = fixtures::write_cfb(root);
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    Budget budget = plenty();
    std::vector<std::string> texts;
    for (std::uint32_t i = 1; i < cfb.entries().size(); ++i)
        texts.emplace_back(base::as_text(cfb.read(i, budget).bytes));
    std::ranges::sort(texts);
    EXPECT_EQ(texts, (std::vector<std::string>{"control", "first", "kanji", "path", "second"}));
    EXPECT_EQ(stream_text(cfb, "\xE7\xA7\x98\xE5\xAF\x86"), "kanji");
}

TEST(Cfb, ShiftThatLiesIsSeenThrough) {
    for (const bool version4 : {false, true}) {
        fixtures::CfbNode root;
        root.children = {cfb_stream("Big", pattern(20'000)), cfb_stream("small", pattern(100))};
        std::string file = fixtures::write_cfb(root, {.version4 = version4});
        file.replace(0x1E, 2, version4 ? std::string("\x09\x00", 2) : std::string("\x0C\x00", 2));
        auto cfb = Cfb::open(base::as_bytes(file)).value();
        EXPECT_TRUE(cfb.damaged());
        EXPECT_EQ(stream_text(cfb, "Big"), pattern(20'000));
        EXPECT_EQ(stream_text(cfb, "small"), pattern(100));
    }
}

TEST(Cfb, SmallStreamInSectorsOfItsOwn) {
    // As a writer with another cutoff has it: below 4,096 bytes, and not in the mini stream.
    fixtures::CfbNode root;
    root.children = {cfb_stream("Big", pattern(5'000))};
    std::string file = fixtures::write_cfb(root);
    file.replace(entry_at(file, "Big") + 120, 4, std::string("\xE8\x03\x00\x00", 4));
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    EXPECT_EQ(stream_text(cfb, "Big"), pattern(1'000));
}

// A field of an entry that lies, and how much of that stream is read.
struct EntryDamage {
    std::string_view name;
    std::size_t field;  // offset in the entry
    std::string bytes;
    std::size_t read;
    bool damaged;
};
class CfbEntryDamage : public testing::TestWithParam<EntryDamage> {};
TEST_P(CfbEntryDamage, CostsThatEntryAlone) {
    fixtures::CfbNode root;
    root.children = {cfb_stream("Big", pattern(20'000)), cfb_stream("Other", pattern(9'000)),
                     cfb_storage("Deep", {cfb_stream("inner", pattern(50))})};
    std::string file = fixtures::write_cfb(root);
    file.replace(entry_at(file, "Big") + GetParam().field, GetParam().bytes.size(), GetParam().bytes);
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    ASSERT_EQ(cfb.entries().size(), 5U);
    Budget budget = plenty();
    for (std::uint32_t i = 1; i < 5; ++i) {
        if (cfb.entries()[i].name != "Big") continue;
        EXPECT_EQ(cfb.read(i, budget).bytes.size(), GetParam().read);
    }
    EXPECT_EQ(cfb.damaged(), GetParam().damaged);
    EXPECT_EQ(stream_text(cfb, "Other"), pattern(9'000));
    EXPECT_EQ(stream_text(cfb, "inner", *cfb.find_in_root("Deep")), pattern(50));
}
INSTANTIATE_TEST_SUITE_P(
    All, CfbEntryDamage,
    testing::Values(EntryDamage{"size_too_large", 120, std::string("\xFF\xFF\xFF\x7F", 4), 20'480, true},
                    EntryDamage{"start_behind_the_end", 116, std::string("\xF0\xFF\xFF\x00", 4), 0, true},
                    EntryDamage{"type_unknown", 66, std::string("\x07", 1), 20'000, true},
                    EntryDamage{"type_none", 66, std::string("\x00", 1), 20'000, false},
                    EntryDamage{"name_length_zero", 64, std::string("\x00\x00", 2), 20'000, false},
                    EntryDamage{"name_length_too_large", 64, std::string("\xFF\xFF", 2), 20'000, false}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Cfb, TreeThatLoopsListsEachEntryOnce) {
    for (const std::size_t link : {68UL, 72UL, 76UL}) {  // left, right, child
        for (const char target : {'\x00', '\x01', '\x02', '\x03'}) {
            fixtures::CfbNode root;
            root.children = {cfb_stream("a", "1"), cfb_stream("b", "2"), cfb_stream("c", "3")};
            std::string file = fixtures::write_cfb(root);
            file.replace(entry_at(file, "b") + link, 4, std::string(1, target) + std::string(3, '\0'));
            auto cfb = Cfb::open(base::as_bytes(file)).value();
            ASSERT_EQ(cfb.entries().size(), 4U);
            for (std::uint32_t i = 0; i < 4; ++i)
                EXPECT_LE(cfb.path(i).size(), 40U);
        }
    }
}

TEST(Cfb, StreamsThatOverlapAreEachRead) {
    fixtures::CfbNode root;
    root.children = {cfb_stream("one", pattern(9'000)), cfb_stream("two", std::string(9'000, 'x'))};
    std::string file = fixtures::write_cfb(root);
    file.replace(entry_at(file, "two") + 116, 4, file.substr(entry_at(file, "one") + 116, 4));
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    EXPECT_EQ(stream_text(cfb, "one"), pattern(9'000));
    EXPECT_EQ(stream_text(cfb, "two"), pattern(9'000));
}

TEST(Cfb, DifatThatLoopsEnds) {
    fixtures::CfbNode root;
    root.children = {cfb_stream("Big", pattern(8'000'000))};
    std::string file = fixtures::write_cfb(root);
    const auto difat = static_cast<unsigned char>(file[0x44]) +
                       256U * static_cast<unsigned char>(file[0x45]) +
                       65'536U * static_cast<unsigned char>(file[0x46]);
    file.replace((difat + 1U) * 512 + 508, 4, file.substr(0x44, 4));
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    EXPECT_EQ(stream_text(cfb, "Big"), pattern(8'000'000));
}

TEST(Cfb, CutFileGivesWhatIsThere) {
    fixtures::CfbNode root;
    root.children = {cfb_stream("Big", pattern(20'000))};
    const std::string file = fixtures::write_cfb(root);
    // The last sector is the FAT, and half of it describes nothing: what is cut there is not missed.
    for (std::size_t size = 0; size < file.size() - 512; size += 97) {
        auto cfb = Cfb::open(base::head(base::as_bytes(file), size));
        if (!cfb) continue;
        Budget budget = plenty();
        for (std::uint32_t i = 0; i < cfb->entries().size(); ++i)
            (void)cfb->read(i, budget);
        EXPECT_TRUE(cfb->damaged()) << size;
    }
}

TEST(Cfb, StreamsThatShareOneChainStayLinear) {
    fixtures::CfbNode root;
    for (int i = 0; i < 60; ++i)
        root.children.push_back(cfb_stream("s" + std::to_string(i), pattern(40'000)));
    std::string file = fixtures::write_cfb(root, {.fragmented = true});
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    Budget budget({}, file.size());
    for (int round = 0; round < 200; ++round) {
        for (std::uint32_t i = 1; i < cfb.entries().size(); ++i)
            (void)cfb.read(i, budget);
    }
    EXPECT_TRUE(cfb.damaged());  // visits ran out long before 200 rounds
}

TEST(CfbProperty, MutatedFilesNeverCrash) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2019-09");
    for (const std::string& file : {fixtures::doc_file("x", &macros, {.fragmented = true}),
                                    fixtures::xls_file("x", &macros, {.version4 = true})}) {
        for (std::uint32_t seed = 1; seed <= 1'500; ++seed) {
            const std::string bytes = fixtures::mutate(file, seed);
            auto cfb = Cfb::open(base::as_bytes(bytes));
            if (!cfb) continue;
            Budget budget({}, bytes.size());
            for (std::uint32_t i = 0; i < cfb->entries().size(); ++i) {
                (void)cfb->path(i);
                const CfbStream stream = cfb->read(i, budget);
                EXPECT_LE(stream.bytes.size(), bytes.size() * 8 + 64);
            }
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
