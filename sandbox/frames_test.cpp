#include "sandbox/frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace sekisho::sandbox {
namespace {

using base::Bytes;

std::vector<std::byte> stream_of(const std::vector<std::pair<FrameType, std::string>>& messages) {
    std::vector<std::byte> out;
    std::uint64_t id = 0;
    for (const auto& [type, text] : messages) {
        append_message(out, type, ++id, base::as_bytes(text));
    }
    return out;
}

// All frames that come out when the stream arrives in pieces of the given sizes; nullopt where it breaks.
std::optional<std::vector<std::string>> read_all(Bytes stream,
                                                 const std::function<std::size_t()>& next_size) {
    FrameReader reader;
    std::vector<std::string> out;
    while (!stream.empty()) {
        const auto room = reader.room();
        EXPECT_FALSE(room.empty());
        const Bytes piece = base::head(stream, std::min(next_size(), room.size()));
        std::ranges::copy(piece, room.begin());
        reader.received(piece.size());
        stream = stream.subspan(piece.size());
        for (;;) {
            const auto frame = reader.next();
            if (!frame) return std::nullopt;
            if (!*frame) break;
            out.emplace_back(base::as_text((*frame)->payload));
        }
    }
    return out;
}

TEST(Frames, ComeOutAsTheyWentInHoweverTheyAreCut) {
    const std::string large(max_payload_bytes, 'x');
    const auto stream = stream_of({{FrameType::progress, "message"},
                                   {FrameType::part_end, ""},
                                   {FrameType::part_data, large},
                                   {FrameType::end, "abc"}});
    std::mt19937 random(1);  // NOLINT(*-msc51-cpp): the same every time
    for (int round = 0; round < 50; ++round) {
        const std::size_t most = round == 0 ? 1 : std::size_t{1} << (round % 17);
        const auto frames = read_all(stream, [&] { return 1 + random() % most; });
        ASSERT_TRUE(frames.has_value());
        EXPECT_THAT(*frames, testing::ElementsAre("message", "", large, "abc"));
    }
}

TEST(Frames, LongMessageIsCutIntoFramesThatSayMore) {
    const std::string text(3 * max_payload_bytes + 5, 'y');
    const auto stream = stream_of({{FrameType::report, text}});
    FrameReader reader;
    MessageJoiner joiner(max_report_bytes);
    Bytes rest = stream;
    int frames = 0;
    while (!rest.empty()) {
        const auto room = reader.room();
        const Bytes piece = base::head(rest, room.size());
        std::ranges::copy(piece, room.begin());
        reader.received(piece.size());
        rest = rest.subspan(piece.size());
        while (const auto frame = reader.next().value()) {
            ++frames;
            EXPECT_EQ(joiner.add(*frame).value(), frames == 4);
        }
    }
    EXPECT_EQ(frames, 4);
    EXPECT_EQ(joiner.take(), text);
}

TEST(Frames, JoinerHoldsNoMoreThanItsCap) {
    MessageJoiner joiner(10);
    const std::string six = "123456";
    const Frame frame{.type = FrameType::report, .more = true, .payload = base::as_bytes(six)};
    EXPECT_FALSE(joiner.add(frame).value());
    EXPECT_EQ(joiner.add(frame).error().cause, base::Cause::limit);
}

struct BrokenCase {
    const char* name;
    std::size_t offset;
    unsigned value;
};

class BrokenFrames : public testing::TestWithParam<BrokenCase> {};

TEST_P(BrokenFrames, BreakTheStreamForGood) {
    auto stream = stream_of({{FrameType::progress, "message"}, {FrameType::progress, "message"}});
    stream[GetParam().offset] = std::byte{static_cast<unsigned char>(GetParam().value)};
    FrameReader reader;
    std::ranges::copy(stream, reader.room().begin());
    reader.received(stream.size());
    EXPECT_FALSE(reader.next().has_value());
    EXPECT_FALSE(reader.next().has_value());
}

INSTANTIATE_TEST_SUITE_P(All, BrokenFrames,
                         testing::Values(BrokenCase{"type_zero", 0, 0}, BrokenCase{"type_unknown", 0, 14},
                                         BrokenCase{"flag_unknown", 1, 2}, BrokenCase{"reserved", 2, 1},
                                         BrokenCase{"reserved_high", 3, 1},
                                         BrokenCase{"length_huge", 7, 0x80},
                                         BrokenCase{"length_over_64k", 6, 1}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Frames, PayloadOverTheCapIsRefusedByItsHeaderAlone) {
    std::vector<std::byte> header(frame_header_bytes);
    header[0] = std::byte{5};
    const auto length = static_cast<std::uint32_t>(max_payload_bytes + 1);
    for (unsigned i = 0; i < 4; ++i) {
        header[4 + i] = static_cast<std::byte>(length >> (8 * i));
    }
    FrameReader reader;
    std::ranges::copy(header, reader.room().begin());
    reader.received(header.size());
    EXPECT_FALSE(reader.next().has_value());
}

TEST(Frames, RandomBitFlipsNeverCrashTheReader) {
    const auto whole =
        stream_of({{FrameType::progress, "message"}, {FrameType::report, std::string(2'000, '{')}});
    std::mt19937 random(7);  // NOLINT(*-msc51-cpp): the same every time
    for (int round = 0; round < 2'000; ++round) {
        auto stream = whole;
        for (unsigned flips = 1 + random() % 4; flips > 0; --flips) {
            stream[random() % 40] ^= static_cast<std::byte>(1u << (random() % 8));
        }
        stream.resize(random() % (stream.size() + 1));
        (void)read_all(stream, [&] { return 1 + random() % 64; });
    }
}

TEST(Frames, EndFactsRoundTripAndAreStrict) {
    const auto facts = end_facts_from(encode(EndFacts{.leaving = true, .denied_calls = 70'000})).value();
    EXPECT_TRUE(facts.leaving);
    EXPECT_FALSE(facts.out_of_memory);
    EXPECT_EQ(facts.denied_calls, 70'000u);
    for (const std::size_t size : {0u, 1u, 5u, 7u}) {
        EXPECT_FALSE(end_facts_from(std::vector<std::byte>(size)).has_value()) << size;
    }
    std::vector<std::byte> two(6);
    two[0] = std::byte{2};
    EXPECT_FALSE(end_facts_from(two).has_value());
}

}  // namespace
}  // namespace sekisho::sandbox
