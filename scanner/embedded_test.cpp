// The search with kinds of the test's own; real archives are in scanner/containers/.
#include "scanner/embedded.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>

#include "scanner/testing.h"

namespace sekisho::scanner {
namespace {

using base::as_bytes;

// "BOX!" and a digit: so many bytes. "BOX!*": to the end. Anything else makes no sense.
std::size_t box_extent(base::Bytes tail) {
    const std::string_view text = base::as_text(tail);
    if (text.size() < 5) return 0;
    if (text[4] == '*') return text.size();
    return text[4] >= '5' && text[4] <= '9'
               ? std::min<std::size_t>(text.size(), static_cast<std::size_t>(text[4] - '0'))
               : 0;
}
std::size_t all_of(base::Bytes tail) { return tail.size(); }
std::size_t four_of(base::Bytes tail) { return std::min<std::size_t>(tail.size(), 4); }

constexpr std::array kinds{
    EmbeddedKind{.type = "x/box", .signature = "BOX!", .extent = box_extent},
    EmbeddedKind{.type = "x/tag", .signature = "<tag-of-many-bytes>", .offset = 3, .extent = all_of},
    EmbeddedKind{.type = "x/two", .signature = "Zz", .extent = four_of},
    EmbeddedKind{.type = "x/first", .signature = "%first", .within = 10, .extent = all_of},
};

std::string found_in(std::string_view part, Covered& covered, std::size_t most = 8) {
    Budget budget({}, part.size());
    std::string out;
    for (const EmbeddedFile& file : find_embedded(as_bytes(part), {}, kinds, covered, budget, most)) {
        if (!out.empty()) out += ' ';
        out += std::string(file.type.substr(2)) + "@" + std::to_string(file.offset) + "+" +
               std::to_string(file.size);
    }
    return out;
}
std::string found_in(std::string_view part) {
    Covered covered(as_bytes(part));
    return found_in(part, covered);
}

struct Case {
    const char* name;
    std::string_view part;
    std::string_view found;
};
constexpr Case cases[] = {
    {"nothing", "nothing of that kind in here", ""},
    {"empty", "", ""},
    {"shorter than a signature", "BOX", ""},
    {"behind one byte", "-BOX!9-----", "box@1+9"},
    {"as the last bytes", "-----BOX!5", "box@5+5"},
    {"cut", "-----BOX!9", "box@5+5"},
    {"without its header", "-----BOX!", ""},
    {"a header without sense", "-----BOX!0----", ""},
    {"a false one before a true one", "-BOX!0-BOX!*", "box@7+5"},
    {"one after the other", "-BOX!5BOX!6-BOX!5", "box@1+5 box@6+6 box@12+5"},
    {"within another", "-BOX!9BOX!5--", "box@1+9"},
    {"the part begins with it", "BOX!5-BOX!5-Zz", "two@12+2"},
    {"the part begins with its signature alone", "BOX!0-BOX!5", "box@6+5"},
    {"its signature stands further in", "--abc<tag-of-many-bytes>x", "tag@2+23"},
    {"the signature would begin before the part", "<tag-of-many-bytes>", ""},
    {"only the beginning of a signature", "---<tag-of-many-bites>", ""},
    {"two letters", "Z Zz--BOX!5", "two@2+4 box@6+5"},
    {"near the beginning", "---------%first", "first@9+6"},
    {"too far from the beginning", "----------%first", ""},
};

// Blocks of zeros are skipped, whatever stands around them.
TEST(Embedded, BehindZeros) {
    for (std::size_t before = 1; before < 6; ++before) {
        for (std::size_t zeros = 0; zeros < 300; ++zeros) {
            const std::string part =
                std::string(before, 'x') + std::string(zeros, '\0') + "BOX!5" + std::string(zeros, '\0');
            EXPECT_EQ(found_in(part), "box@" + std::to_string(before + zeros) + "+5") << before;
        }
    }
}

TEST(Embedded, Cases) {
    for (const Case& row : cases)
        EXPECT_EQ(found_in(row.part), row.found) << row.name;
}

TEST(Embedded, IsFoundAtEveryOffset) {
    for (std::size_t before = 1; before < 70; ++before) {
        const std::string part = std::string(before, 'X') + "BOX!5" + std::string(before % 7, '!');
        EXPECT_EQ(found_in(part), "box@" + std::to_string(before) + "+5");
    }
}

// The same as a search that looks at each byte, in letters of which signatures are made.
TEST(Embedded, FindsWhatAPlainSearchFinds) {
    constexpr std::string_view letters = "BOX!5Zz%";
    std::mt19937 random(20'240'601);  // NOLINT: the same texts each time
    std::size_t files = 0;
    for (int round = 0; round < 3'000; ++round) {
        std::string part(random() % 200, '.');
        for (char& letter : part)
            letter = letters[random() % letters.size()];
        if (part.size() > 20 && round % 2 == 0) part.replace(random() % (part.size() - 5), 5, "BOX!5");
        std::string plain;
        std::size_t free_from = 1;
        const bool own_box = part.starts_with("BOX!") && box_extent(as_bytes(part)) > 0;
        const bool own_two = part.starts_with("Zz");
        for (std::size_t at = 1; at < part.size(); ++at) {
            const std::string_view rest = std::string_view(part).substr(at);
            const bool box = !own_box && rest.starts_with("BOX!") && box_extent(as_bytes(rest)) > 0;
            const bool two = !own_two && rest.starts_with("Zz");
            if (at < free_from || (!box && !two)) continue;
            const std::size_t size = box ? box_extent(as_bytes(rest)) : four_of(as_bytes(rest));
            plain += (plain.empty() ? "" : " ") + std::string(box ? "box@" : "two@") + std::to_string(at) +
                     "+" + std::to_string(size);
            free_from = at + size;
            ++files;
        }
        Covered covered(as_bytes(part));
        EXPECT_EQ(found_in(part, covered, 1'000), plain) << part;
    }
    EXPECT_GT(files, 3'000u);
}

TEST(Embedded, WhatIsCoveredIsLeft) {
    const std::string part = "--BOX!5--BOX!6---BOX!7--";
    const base::Bytes bytes = as_bytes(part);
    const std::string other(part.begin(), part.end());  // elsewhere in memory
    Covered covered(bytes);
    covered.add(bytes.subspan(16, 2));
    covered.add(bytes.subspan(1, 3));
    covered.add(bytes.subspan(2, 1));
    covered.add({});
    covered.add(as_bytes(other));  // not of this part
    EXPECT_EQ(found_in(part, covered), "box@9+6");
    covered.add(bytes.subspan(8, 2));
    EXPECT_EQ(found_in(part, covered), "");
}

TEST(Embedded, CoversEndWhereTheyEnd) {
    const std::string part(100, '-');
    Covered covered(as_bytes(part));
    covered.add(as_bytes(part).subspan(10, 10));
    covered.add(as_bytes(part).subspan(15, 10));
    covered.add(as_bytes(part).subspan(40, 1));
    for (std::size_t at = 0; at < part.size(); ++at)
        EXPECT_EQ(covered.holds(at), (at >= 10 && at < 25) || at == 40) << at;
}

TEST(Embedded, ThereIsAnEndToTheirNumber) {
    std::string part = "-";
    for (int i = 0; i < 40; ++i)
        part += "BOX!5";
    Covered covered(as_bytes(part));
    Budget budget({}, part.size());
    EXPECT_EQ(find_embedded(as_bytes(part), {}, kinds, covered, budget, 33).size(), 33u);

    TestExtraction extraction;
    const Part host = test_part(as_bytes(part));
    Covered none(host.bytes);
    open_embedded(host, Holds::ordinarily, kinds, none, extraction);
    EXPECT_EQ(extraction.children.size(), 32u);
    EXPECT_EQ(extraction.budget().reached(), std::vector<std::string>{"limit.embedded"});
}

// Signatures everywhere that make no sense: the steps that are charged grow with the bytes.
TEST(Embedded, FalseHitsAreChargedAndLinear) {
    model::ScanLimits limits;
    limits.max_steps = 1'000'000;
    std::string part = "-";
    while (part.size() < 1'000'000)
        part += "BOX!0";
    Covered covered(as_bytes(part));
    Budget budget(limits, part.size());
    EXPECT_TRUE(find_embedded(as_bytes(part), {}, kinds, covered, budget, 8).empty());
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.steps"});
}

// The middle of a padding says nothing; its ends and what follows are looked at.
TEST(Embedded, PaddingIsSteppedOver) {
    std::string part = "-" + std::string(8u << 20, '\0') + "BOX!5";
    part.replace(4u << 20, 5, "BOX!5");
    const Padding padding{.begin = 1, .end = 1 + (8u << 20), .period = 1};
    Covered covered(as_bytes(part));
    Budget budget({}, part.size());
    const auto files = find_embedded(as_bytes(part), std::span(&padding, 1), kinds, covered, budget, 8);
    ASSERT_EQ(files.size(), 1u);
    EXPECT_EQ(files[0].offset, 1 + (8u << 20));
}

TEST(Embedded, ChildrenAreViewsWithTheirOffset) {
    const std::string bytes = std::string(0x1234, '-') + "BOX!*the rest";
    Part host = test_part(as_bytes(bytes));
    host.type = "image/jpeg";
    for (const Holds holds : {Holds::ordinarily, Holds::suspiciously}) {
        TestExtraction extraction;
        Covered covered(host.bytes);
        open_embedded(host, holds, kinds, covered, extraction);
        ASSERT_EQ(extraction.children.size(), 1u);
        EXPECT_EQ(extraction.children[0].spec.name, "+0x1234");
        EXPECT_EQ(extraction.children[0].spec.opened_by, "embedded");
        EXPECT_EQ(extraction.children[0].text(), "BOX!*the rest");
        ASSERT_EQ(extraction.findings().all().size(), holds == Holds::suspiciously ? 1u : 0u);
        if (holds == Holds::ordinarily) continue;
        EXPECT_EQ(extraction.findings().all()[0].id, "type.polyglot");
        EXPECT_EQ(extraction.findings().all()[0].evidence, "x/box at +0x1234 of image/jpeg");
    }
}

// The documents of a program that scans into TIFF are opened, and nothing is said of them.
TEST(Embedded, CompoundFilesInTiffAreHonest) {
    constexpr std::array compound{
        EmbeddedKind{.type = "application/x-ole-storage", .signature = "\xD0\xCF\x11\xE0", .extent = all_of}};
    const std::string bytes = "II*------\xD0\xCF\x11\xE0";
    for (const std::string type : {"image/tiff", "image/png"}) {
        Part host = test_part(as_bytes(bytes));
        host.type = type;
        TestExtraction extraction;
        Covered covered(host.bytes);
        open_embedded(host, Holds::suspiciously, compound, covered, extraction);
        EXPECT_EQ(extraction.children.size(), 1u);
        EXPECT_EQ(extraction.findings().has("type.polyglot"), type == "image/png");
    }
}

// A tar archive may begin with what is also the header of a ZIP: both begin at the same byte.
TEST(Embedded, ASecondKindAtTheBeginningIsTold) {
    const std::string bytes = "---<tag-of-many-bytes> and more";
    for (const std::string type : {"x/other", "x/tag"}) {
        for (const Holds holds : {Holds::ordinarily, Holds::suspiciously}) {
            Part host = test_part(as_bytes(bytes));
            host.type = type;
            TestExtraction extraction;
            Covered covered(host.bytes);
            covered.add(host.bytes);
            open_embedded(host, holds, kinds, covered, extraction);
            EXPECT_TRUE(extraction.children.empty());
            const bool told = type == "x/other" && holds == Holds::suspiciously;
            ASSERT_EQ(extraction.findings().all().size(), told ? 1u : 0u);
            if (told) {
                EXPECT_EQ(extraction.findings().all()[0].evidence, "x/other and x/tag");
            }
        }
    }
}

TEST(Embedded, KindsThatAreKnownByTheirEnd) {
    constexpr std::array ends{EmbeddedKind{.type = "x/end",
                                           .signature = "END!",
                                           .extent = all_of,
                                           .begin = [](base::Bytes part, std::size_t at) -> std::size_t {
                                               const std::string_view text = base::as_text(part);
                                               const std::size_t start = text.rfind('<', at);
                                               return start == text.npos ? 0 : start;
                                           }}};
    const auto found = [&](std::string_view part) {
        Covered covered(as_bytes(part));
        Budget budget({}, part.size());
        return find_embedded(as_bytes(part), {}, ends, covered, budget, 8);
    };
    const auto files = found("-----<abc END! and more");
    ASSERT_EQ(files.size(), 1u);
    EXPECT_EQ(files[0].offset, 5u);
    EXPECT_EQ(files[0].size, 18u);
    EXPECT_TRUE(found("<abc END! and more").empty());
    EXPECT_TRUE(found("-abc END! and more").empty());
    EXPECT_TRUE(found("END!").empty());
}

TEST(Embedded, WhichPartsAreSearched) {
    constexpr Format picture{.name = "picture", .type = "image/x", .holds = Holds::suspiciously};
    constexpr Format archive{.name = "archive", .type = "application/x"};
    const auto holds_in = [](std::string type, std::string opened_by, const Format* format) {
        Part part = test_part(as_bytes("bytes"));
        part.type = std::move(type);
        part.opened_by = std::move(opened_by);
        return holds_of(part, format);
    };
    EXPECT_EQ(holds_in("image/x", "mime", &picture), Holds::suspiciously);
    EXPECT_EQ(holds_in("application/x", "mime", &archive), Holds::nothing);
    EXPECT_EQ(holds_in("text/html", "mime", &archive), Holds::suspiciously);
    EXPECT_EQ(holds_in("application/octet-stream", "mime", nullptr), Holds::ordinarily);
    EXPECT_EQ(holds_in("application/octet-stream", "ole-stream", nullptr), Holds::nothing);
    EXPECT_EQ(holds_of(test_part({}), nullptr), Holds::nothing);
}

}  // namespace
}  // namespace sekisho::scanner
