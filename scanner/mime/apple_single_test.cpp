#include "scanner/mime/apple_single.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "scanner/mime/testing_ambiguities.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

std::string u32(std::uint32_t value) {
    std::string out;
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        out += static_cast<char>(value >> shift & 0xFFU);
    return out;
}

struct Entry {
    std::uint32_t id;
    std::uint32_t offset;
    std::uint32_t length;
};

constexpr std::uint32_t single = 0x00051600;
constexpr std::uint32_t doubled = 0x00051607;  // AppleDouble: all but the data fork

std::string file_of(std::uint32_t magic, const std::vector<Entry>& entries, std::string_view data) {
    std::string out = u32(magic) + u32(0x00020000) + std::string(16, '\0');
    out += u32(static_cast<std::uint32_t>(entries.size())).substr(2);
    for (const Entry& entry : entries)
        out += u32(entry.id) + u32(entry.offset) + u32(entry.length);
    return out.append(data);
}

// Where the data of a file of so many entries begin.
constexpr std::uint32_t behind(std::uint32_t entries) { return 26 + 12 * entries; }

struct Case {
    const char* name;
    std::string file;
    std::string fork;  // "<none>" where there is none
};

class AppleSingle : public testing::TestWithParam<Case> {};
TEST_P(AppleSingle, HasADataFork) {
    const auto fork = data_fork(base::as_bytes(GetParam().file));
    EXPECT_EQ(fork ? base::as_text(*fork) : "<none>", GetParam().fork);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, AppleSingle,
    testing::Values(
        Case{"empty", "", "<none>"}, Case{"text", "Hello, this is a text and no file", "<none>"},
        Case{"magic_alone", u32(single), "<none>"}, Case{"no_entries", file_of(single, {}, "data"), "<none>"},
        Case{"one", file_of(single, {{1, behind(1), 4}}, "data"), "data"},
        Case{"text_behind", file_of(single, {{1, behind(1), 4}}, "data and more"), "data"},
        Case{"empty_fork", file_of(single, {{1, behind(1), 0}}, "data"), ""},
        Case{"name_first", file_of(single, {{3, behind(2), 4}, {1, behind(2) + 4, 4}}, "namedata"), "data"},
        Case{"resource_fork_alone", file_of(single, {{2, behind(1), 4}}, "data"), "<none>"},
        Case{"apple_double", file_of(doubled, {{1, behind(1), 4}}, "data"), "<none>"},
        Case{"length_too_large", file_of(single, {{1, behind(1), 0xFFFFFFFF}}, "data"), "data"},
        Case{"offset_too_large", file_of(single, {{1, 0xFFFFFFFF, 4}}, "data"), "<none>"},
        Case{"offset_at_the_end", file_of(single, {{1, behind(1) + 4, 4}}, "data"), "<none>"},
        Case{"both_too_large", file_of(single, {{1, 0xFFFFFFFF, 0xFFFFFFFF}}, "data"), "<none>"},
        Case{"first_lies_second_does_not", file_of(single, {{1, 0xFFFFFFFF, 4}, {1, behind(2), 4}}, "data"),
             "data"},
        Case{"two_forks", file_of(single, {{1, behind(2), 2}, {1, behind(2) + 2, 2}}, "data"), "da"},
        Case{"fork_over_the_header", file_of(single, {{1, 0, 4}}, "data"), u32(single)},
        Case{"more_entries_told_than_there_are", file_of(single, {{3, 0, 0}}, "").replace(24, 2, "\xFF\xFF"),
             "<none>"},
        Case{"fork_among_more_than_are_told",
             file_of(single, {{1, behind(1), 4}}, "data").replace(24, 2, "\xFF\xFF"), "data"}),
    [](const auto& info) { return info.param.name; });

TEST(AppleSingle, AForkIsFoundBehindAnyNumberOfEntries) {
    std::vector<Entry> entries(5'000, Entry{3, 0, 0});
    entries.back() = {1, behind(5'000), 4};
    EXPECT_TRUE(data_fork(base::as_bytes(file_of(single, entries, "data"))));
}

TEST(AppleSingleProperty, AFileCutAnywhereGivesAPieceOfIt) {
    const std::string file = file_of(single, {{3, behind(2), 4}, {1, behind(2) + 4, 8}}, "namedatafork");
    for (std::size_t end = 0; end <= file.size(); ++end) {
        const std::string cut(file, 0, end);
        const auto fork = data_fork(base::as_bytes(cut));
        const std::size_t start = file.size() - 8;
        ASSERT_EQ(fork.has_value(), end > start) << end;
        if (fork) {
            ASSERT_EQ(base::as_text(*fork), cut.substr(start));
        }
    }
}

TEST(AppleSingleProperty, RandomEntriesGiveNothingFromOutside) {
    std::mt19937 random(30);  // NOLINT(*-msc51-cpp): the same every time
    const std::array<std::uint32_t, 6> numbers{0, 1, 30, 60, 0x7FFFFFFF, 0xFFFFFFFF};
    const auto any = [&] { return numbers.at(random() % numbers.size()); };
    for (int i = 0; i < 20'000; ++i) {
        std::vector<Entry> entries;
        for (unsigned n = random() % 4; n > 0; --n)
            entries.push_back({any(), any(), any()});
        const std::string file = file_of(single, entries, std::string(random() % 50, 'x'));
        const auto fork = data_fork(base::as_bytes(file));
        if (fork) {
            ASSERT_TRUE(is_within(base::as_text(*fork), file));
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
