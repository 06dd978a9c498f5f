#include "sandbox/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/json.h"
#include "sandbox/worker_program.h"

namespace sekisho::sandbox {
namespace {

using base::Cause;

model::WorkerReport small_report() {
    model::WorkerReport report;
    report.parts.push_back({.path = "message", .type = "message/rfc822", .opened_by = "input"});
    return report;
}

// Keeps what it is told; wants no more from the `stop_at`th call on.
class Keeper final : public PartReceiver {
public:
    bool begin(const model::PartSummary& part) override {
        told.push_back("begin " + part.path);
        return told.size() < stop_at;
    }
    bool data(base::Bytes piece) override {
        told.push_back("data " + std::to_string(piece.size()));
        return told.size() < stop_at;
    }
    bool end() override {
        told.emplace_back("end");
        return told.size() < stop_at;
    }
    std::vector<std::string> told;
    std::size_t stop_at = 1'000;
};

class AnswerTest : public testing::Test {
protected:
    // Gives the frames to a fresh Answer; the first error, or ok.
    base::Result<void> give(const std::vector<std::pair<FrameType, std::string>>& frames,
                            PartReceiver* parts = nullptr) {
        request_.want_parts = parts != nullptr;
        answer_.emplace(request_, parts);
        for (const auto& [type, text] : frames) {
            SEKISHO_TRY(answer_->take({.type = type, .id = 7, .payload = base::as_bytes(text)}));
        }
        return {};
    }
    static std::string end_of(EndFacts facts) { return std::string(base::as_text(encode(facts))); }

    model::ScanRequest request_{.id = 7};
    std::optional<Answer> answer_;
    const std::string report_ = report_to_json(small_report(), max_report_bytes);
    const std::string end_ = end_of({});
    const std::string part_ =
        part_to_json({.id = 3, .parent = 1, .path = "message/1:a", .type = "text/plain"});
};

TEST_F(AnswerTest, TakesAnOrdinaryAnswer) {
    ASSERT_TRUE(give({{FrameType::progress, "message"},
                      {FrameType::progress, "message/1:a.zip"},
                      {FrameType::report, report_},
                      {FrameType::end, end_}}));
    EXPECT_TRUE(answer_->ended());
    EXPECT_EQ(answer_->report(), small_report());
    EXPECT_EQ(answer_->part(), "message/1:a.zip");
}

TEST_F(AnswerTest, StreamsParts) {
    Keeper keeper;
    ASSERT_TRUE(give({{FrameType::part_begin, part_},
                      {FrameType::part_data, "abc"},
                      {FrameType::part_data, "de"},
                      {FrameType::part_end, ""},
                      {FrameType::report, report_},
                      {FrameType::end, end_}},
                     &keeper));
    EXPECT_THAT(keeper.told, testing::ElementsAre("begin message/1:a", "data 3", "data 2", "end"));
}

TEST_F(AnswerTest, ReceiverMayStop) {
    Keeper keeper;
    keeper.stop_at = 2;
    const auto taken = give({{FrameType::part_begin, part_}, {FrameType::part_data, "abc"}}, &keeper);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().cause, Cause::unavailable);
}

TEST_F(AnswerTest, BreachesOfTheProtocol) {
    const struct {
        const char* name;
        std::vector<std::pair<FrameType, std::string>> frames;
        bool parts = false;
    } cases[] = {
        {"end without a report", {{FrameType::end, end_}}},
        {"two reports", {{FrameType::report, report_}, {FrameType::report, report_}}},
        {"a frame behind the end",
         {{FrameType::report, report_}, {FrameType::end, end_}, {FrameType::end, end_}}},
        {"progress behind the report", {{FrameType::report, report_}, {FrameType::progress, "x"}}},
        {"progress that is too long", {{FrameType::progress, std::string(max_path_bytes + 1, 'x')}}},
        {"a report that is no JSON", {{FrameType::report, "{"}}},
        {"a report of another form", {{FrameType::report, "{\"parts\":7}"}}},
        {"a report that is too deep", {{FrameType::report, std::string(2'000, '[')}}},
        {"an end of the wrong size", {{FrameType::report, report_}, {FrameType::end, "x"}}},
        {"out of memory and a report",
         {{FrameType::report, report_}, {FrameType::end, end_of({.out_of_memory = true})}}},
        {"parts nobody asked for", {{FrameType::part_begin, part_}}},
        {"bytes of no part", {{FrameType::part_data, "x"}}, true},
        {"an end of no part", {{FrameType::part_end, ""}}, true},
        {"a part within a part", {{FrameType::part_begin, part_}, {FrameType::part_begin, part_}}, true},
        {"a report within a part", {{FrameType::part_begin, part_}, {FrameType::report, report_}}, true},
        {"a part behind the report", {{FrameType::report, report_}, {FrameType::part_begin, part_}}, true},
        {"a part that is no JSON", {{FrameType::part_begin, "no"}}, true},
        {"what only a template may say", {{FrameType::forked, std::string(4, 'x')}}},
        {"what only the gate may say", {{FrameType::fork, std::string(8, 'x')}}},
    };
    for (const auto& row : cases) {
        Keeper keeper;
        const auto taken = give(row.frames, row.parts ? &keeper : nullptr);
        ASSERT_FALSE(taken) << row.name;
        EXPECT_THAT(taken.error().cause, testing::AnyOf(Cause::malformed, Cause::truncated, Cause::limit))
            << row.name;
    }
}

TEST_F(AnswerTest, AnotherRequestsAnswerIsABreach) {
    Answer answer(request_, nullptr);
    EXPECT_FALSE(answer.take({.type = FrameType::progress, .id = 8, .payload = {}}));
}

TEST_F(AnswerTest, TooMuchIsABreach) {
    Answer answer(request_, nullptr);
    const std::string piece(max_payload_bytes, ' ');
    base::Result<void> taken;
    std::size_t frames = 0;
    while (taken && frames < 1'000) {
        taken =
            answer.take({.type = FrameType::report, .more = true, .id = 7, .payload = base::as_bytes(piece)});
        ++frames;
    }
    EXPECT_EQ(frames, max_report_bytes / max_payload_bytes + 1);

    Answer flooded(request_, nullptr);
    for (taken = {}, frames = 0; taken && frames < 2 * max_progress_frames; ++frames) {
        taken = flooded.take({.type = FrameType::progress, .id = 7, .payload = {}});
    }
    EXPECT_EQ(frames, max_progress_frames + 1);
}

TEST_F(AnswerTest, PartsAreHeldToTheirLimits) {
    request_.limits.max_parts = 1;
    Keeper keeper;
    EXPECT_FALSE(
        give({{FrameType::part_begin, part_}, {FrameType::part_end, ""}, {FrameType::part_begin, part_}},
             &keeper));
}

TEST_F(AnswerTest, WhatWasValidBeforeGarbageStays) {
    EXPECT_FALSE(give({{FrameType::report, report_}, {FrameType::part_data, "garbage"}}));
    EXPECT_EQ(answer_->report(), small_report());
    EXPECT_FALSE(answer_->ended());
}

TEST_F(AnswerTest, RandomBitFlipsNeverCrash) {
    std::mt19937 random(3);  // NOLINT(*-msc51-cpp): the same every time
    for (int round = 0; round < 3'000; ++round) {
        std::string report = report_;
        report[random() % report.size()] ^= static_cast<char>(1 << (random() % 8));
        std::string part = part_;
        part[random() % part.size()] ^= static_cast<char>(1 << (random() % 8));
        Keeper keeper;
        (void)give({{FrameType::part_begin, part}, {FrameType::part_end, ""}, {FrameType::report, report}},
                   &keeper);
    }
}

TEST(Report, IsCutToItsCapAndSaysSo) {
    model::WorkerReport report = small_report();
    for (model::PartId id = 1; id < 3'000; ++id) {
        report.parts.push_back(
            {.id = id, .parent = id - 1, .path = "message/1:x", .name = std::string(2'000, 'n')});
    }
    report.findings.push_back({"type.mismatch", 2'999, "deep down"});
    const std::string text = report_to_json(report, max_report_bytes);
    EXPECT_LE(text.size(), max_report_bytes);
    const auto read = model::worker_report_from(base::parse_json(text).value());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_FALSE(read->complete);
    EXPECT_LT(read->parts.size(), 3'000u);
    EXPECT_THAT(read->limits, testing::ElementsAre("limit.parts"));
    EXPECT_EQ(read->findings.size(), 2u);
}

}  // namespace
}  // namespace sekisho::sandbox
