#include "scanner/mime/readings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "scanner/mime/testing_ambiguities.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

struct Merged {
    std::vector<std::string> leaves;  // "text|ambiguous hidden|readings"
    std::string classes;
    bool several = false;
    std::vector<std::string> limits;
};

Merged merged_of(std::string_view message, const ReadingOptions& options = {}) {
    Budget budget({}, message.size());
    const Readings readings = read_all(base::as_bytes(message), options, budget);
    Merged out{
        .classes = classes_of(readings.ambiguities), .several = readings.several, .limits = budget.reached()};
    for (const MergedLeaf& merged : readings.leaves) {
        const std::string_view raw = base::as_text(merged.leaf.raw);
        EXPECT_TRUE(is_within(raw, message));
        EXPECT_TRUE(merged.ambiguous || !merged.hidden) << "what the first does not see is ambiguous";
        std::string line(base::trim(raw));
        line.append(merged.ambiguous ? "|ambiguous" : "|").append(merged.hidden ? " hidden|" : "|");
        for (const std::string& name : merged.readings)
            line.append(&name == &merged.readings.front() ? "" : ",").append(name);
        out.leaves.push_back(std::move(line));
    }
    return out;
}

struct Plain {
    const char* name;
    std::string message;
    std::vector<std::string> leaves;
};

class OrdinaryMessage : public testing::TestWithParam<Plain> {};
TEST_P(OrdinaryMessage, IsReadOnce) {
    const Merged merged = merged_of(GetParam().message);
    EXPECT_FALSE(merged.several);
    EXPECT_EQ(merged.classes, "");
    EXPECT_EQ(merged.leaves, GetParam().leaves);
    EXPECT_THAT(merged.limits, testing::IsEmpty());
}
const std::string mixed = "Content-Type: multipart/mixed; boundary=foobar\n\n";
INSTANTIATE_TEST_SUITE_P(
    Cases, OrdinaryMessage,
    testing::Values(
        Plain{"empty", "", {"||"}}, Plain{"text", "From: a\n\nhello\n", {"hello||"}},
        Plain{"two", mixed + "--foobar\n\none\n--foobar\n\ntwo\n--foobar--\n", {"one||", "two||"}},
        Plain{"nested",
              mixed + "--foobar\nContent-Type: multipart/alternative; boundary=inner\n\n--inner\n\none\n"
                      "--inner\n\ntwo\n--inner--\n\n--foobar\n\nthree\n--foobar--\n",
              {"one||", "two||", "three||"}},
        Plain{"signature", mixed + "--foobar\n\none\n-- \nme\n--foobar--\n", {"one\n-- \nme||"}}),
    [](const auto& info) { return info.param.name; });

struct Bent {
    const char* name;
    std::string message;
    std::string hidden;   // a leaf that some reading sees, its text
    std::string reading;  // which one does
    std::string classes;
};

class BentMessage : public testing::TestWithParam<Bent> {};
TEST_P(BentMessage, IsReadAsTheOthersWould) {
    const Merged merged = merged_of(GetParam().message);
    EXPECT_TRUE(merged.several);
    EXPECT_EQ(merged.classes, GetParam().classes);
    EXPECT_THAT(merged.leaves,
                testing::Contains(testing::AllOf(testing::StartsWith(GetParam().hidden + "|ambiguous"),
                                                 testing::HasSubstr(GetParam().reading))));
    EXPECT_THAT(merged.limits, testing::IsEmpty());
}

const std::string part = "Content-Type: a/b\nContent-Transfer-Encoding: base64\n\nQ2F0\n";

INSTANTIATE_TEST_SUITE_P(
    Cases, BentMessage,
    testing::Values(Bent{"second_type",
                         "Content-Type: text/plain\nContent-Type: multipart/mixed; "
                         "boundary=foobar\n\n--foobar\n\none\n--foobar--\n",
                         "one", "second", "header.duplicate"},
                    Bent{"second_boundary",
                         "Content-Type: multipart/mixed; boundary=foobar; "
                         "boundary=other\n\n--foobar\n\none\n--other\n\ntwo\n--other--\n--foobar--\n",
                         "two", "second", "boundary.duplicate"},
                    Bent{"late_fields",
                         "Content-Type: text/plain\n\nContent-Type: multipart/mixed; "
                         "boundary=foobar\n\n--foobar\n\none\n--foobar--\n",
                         "one", "late fields", "header.late"},
                    Bent{"early_body",
                         "Content-Type: a/b\nnot a field\nContent-Transfer-Encoding: base64\n\nQ2F0\n",
                         "not a field\nContent-Transfer-Encoding: base64\n\nQ2F0", "early body",
                         "header.no-colon"},
                    Bent{"early_body_at_a_name_of_two_lines",
                         "Content-Type: a/b\nContent-Transfer-Encoding\n : base64\n\nQ2F0\n",
                         "Content-Transfer-Encoding\n : base64\n\nQ2F0", "early body", "header.folding"},
                    Bent{"undeclared", "From: a\n\nhello\n\n--x\n" + part + "--x--\n", "Q2F0", "parts",
                         "boundary.undeclared"},
                    Bent{"unused", mixed + "--x\n" + part + "--x--\n", "Q2F0", "parts",
                         "boundary.undeclared boundary.unused"},
                    Bent{"preamble", mixed + "--x\n" + part + "--x--\n--foobar\n\none\n--foobar--\n", "Q2F0",
                         "parts", "boundary.preamble boundary.undeclared"},
                    Bent{"strict_lines", mixed + "--foobar\n\none\r--foobar\n\ntwo\n--foobar--\n",
                         "one\r--foobar\n\ntwo", "strict lines", "boundary.line-end"},
                    Bent{"trailing", mixed + "--foobar\n\none\n--foobar x\n\ntwo\n--foobar--\n",
                         "one\n--foobar x\n\ntwo", "strict lines", "boundary.trailing"}),
    [](const auto& info) { return info.param.name; });

TEST(Readings, WhatAllSeeIsOrdinary) {
    const Merged merged =
        merged_of(mixed + "--foobar\n\nseen by all\n--foobar\n\none\n--foobar x\n\ntwo\n--foobar--\n");
    ASSERT_FALSE(merged.leaves.empty());
    EXPECT_THAT(merged.leaves.front(), testing::StartsWith("seen by all||first,strict lines,parts"));
    EXPECT_THAT(merged.leaves, testing::Contains(testing::StartsWith("two|ambiguous|first")));
}

TEST(Readings, APartWithAnotherEndIsNotHidden) {
    const Merged merged = merged_of(mixed + "--foobar\n\none\n--foobar x\n\ntwo\n--foobar--\n");
    for (const std::string& leaf : merged.leaves)
        EXPECT_THAT(leaf, testing::Not(testing::HasSubstr("hidden")))
            << "all begin where the first sees a part";
}

TEST(Readings, EncodingsOfOnePlaceAreJoined) {
    const std::string message =
        "Content-Type: a/b\n\nContent-Transfer-Encoding: base64\n\nContent-Transfer-Encoding: "
        "quoted-printable\n\nQ2F0\n";
    Budget budget({}, message.size());
    const Readings readings = read_all(base::as_bytes(message), {}, budget);
    std::set<Encoding> encodings;
    for (const MergedLeaf& merged : readings.leaves) {
        for (const Encoding encoding : merged.leaf.content.encodings)
            encodings.insert(encoding);
    }
    EXPECT_THAT(encodings, testing::IsSupersetOf({Encoding::base64, Encoding::quoted_printable}));
}

TEST(Readings, OneAloneWhereNoMoreAreWanted) {
    const Merged merged = merged_of("From: a\n\nhello\n\n--x\n" + part + "--x--\n", {.all = false});
    EXPECT_FALSE(merged.several);
    EXPECT_EQ(merged.leaves.size(), 1U);
    EXPECT_EQ(merged.classes, "boundary.undeclared");
}

TEST(ReadingsLimit, ManyTypes) {
    std::string message;
    for (int i = 0; i < 16; ++i)
        message += "Content-Type: a/b" + std::to_string(i) + "\n";
    EXPECT_THAT(merged_of(message + "\nhello\n").limits, testing::ElementsAre("mime.readings.limit"));
}

TEST(ReadingsLimit, TheHundredthReadingIsTheLast) {
    const std::string message = "Content-Type: a/b\nContent-Type: c/d\n\nhello\n";
    Budget budget({}, message.size());
    for (int i = 0; i < 60; ++i) {
        const Readings readings = read_all(base::as_bytes(message), {}, budget);
        ASSERT_EQ(readings.leaves.size(), 1U) << "the first reading is always made";
    }
    EXPECT_THAT(budget.reached(), testing::ElementsAre("mime.readings.limit"));
}

// Forty times the message, or a MB where it is smaller; a reading that is too much leaves what there is.
TEST(ReadingsLimit, IsOneOfBytesToo) {
    constexpr std::uint64_t large = 3u << 20;
    Budget budget({}, large);
    EXPECT_TRUE(budget.spend_reading(39 * large));
    EXPECT_FALSE(budget.spend_reading(large + 1));
    EXPECT_TRUE(budget.spend_reading(large));
    EXPECT_THAT(budget.reached(), testing::ElementsAre("mime.readings.limit"));
    Budget small({}, 10);
    EXPECT_TRUE(small.spend_reading(40u << 20));
    EXPECT_FALSE(small.spend_reading(1));
}

// Where it is declared and in use it divides a multipart as any other does.
TEST(FirstReading, TakesAnEmptyBoundary) {
    const Merged merged =
        merged_of("Content-Type: multipart/mixed; boundary=\n\n--\n" + part + "--\n\nhello\n----\n");
    EXPECT_THAT(merged.leaves, testing::Contains(testing::StartsWith("Q2F0||first")));
}

// The first further reading is the one that believes no boundary, whatever a flood of dashes has cost.
TEST(ReadingsLimit, PaysForThePartsFirst) {
    std::string message = "Content-Type: multipart/mixed; boundary=a; boundary=b\r\n\r\n";
    for (int i = 0; i < 400'000; ++i)
        message += "--\n";
    message += "--b\r\nContent-Type: text/html\r\n\r\nhello\r\n--b--\r\n";
    Budget budget({}, message.size());
    const Readings all = read_all(base::as_bytes(message), {}, budget);
    EXPECT_THAT(budget.reached(), testing::ElementsAre("mime.readings.limit"));
    EXPECT_TRUE(std::ranges::any_of(all.leaves, [](const MergedLeaf& merged) {
        return merged.leaf.content.type == "text/html" && std::ranges::count(merged.readings, "parts") == 1;
    }));
}

TEST(ReadingsProperty, WhateverIsSeenLiesWithinAndIsTheSameAgain) {
    const std::vector<std::string> pieces{"--foobar",
                                          "--foobar--",
                                          "--x",
                                          "\n",
                                          "\r\n",
                                          "\r",
                                          "\n\n",
                                          part,
                                          mixed,
                                          "Content-Type: text/plain\n",
                                          "Content-Type: ",
                                          "; boundary=x",
                                          "From: a\n",
                                          "junk",
                                          " ",
                                          "\0"s,
                                          "one"};
    std::mt19937 random(39);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 3'000; ++i) {
        const std::string message = random_pieces(random, pieces, 20);
        const Merged merged = merged_of(message);
        ASSERT_EQ(merged_of(message).leaves, merged.leaves) << testing::PrintToString(message);
        // Where readings are more than one, something says why.
        ASSERT_TRUE(!merged.several || !merged.classes.empty()) << testing::PrintToString(message);
        ASSERT_FALSE(merged.leaves.empty()) << testing::PrintToString(message);
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
