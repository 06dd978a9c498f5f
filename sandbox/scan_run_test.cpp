// One scan in one child, where the moment matters.
#include "sandbox/scan_run.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "sandbox/generation.h"
#include "sandbox/testing_pool.h"

namespace sekisho::sandbox {
namespace {

constexpr std::uint64_t address_space = std::uint64_t{1} << 36;

bool holds_an_end(int socket) {
    FrameReader reader;
    const std::span<std::byte> room = reader.room();
    const ssize_t n = ::recv(socket, room.data(), room.size(), MSG_PEEK | MSG_DONTWAIT);
    if (n > 0) reader.received(static_cast<std::size_t>(n));
    for (auto frame = reader.next(); frame && *frame; frame = reader.next()) {
        if ((*frame)->type == FrameType::end) return true;
    }
    return false;
}

// The scan is asked for its lane while its whole answer lies in the socket already.
RunResult run_asked_late(Lanes::Place answer) {
    GenerationSettings settings;
    settings.program = test_program("sandbox_test_worker");
    const auto generation = Generation::start(std::move(settings)).value();
    auto child = generation->take_child(address_space).value();
    const int socket = child->socket.get();
    const RunLimits limits{.deadline = Clock::now() + std::chrono::minutes(2),
                           .slow_after = std::chrono::milliseconds(0),
                           .first_look = std::chrono::milliseconds(1),
                           .look_every = std::chrono::milliseconds(1)};
    const base::UniqueFd message = message_of("spin 50");
    const model::ScanRequest request{.id = 42};
    bool asked = false;
    const RunResult result = run_scan(*child, request, message.get(), limits, nullptr, [&] {
        asked = true;
        EXPECT_TRUE(eventually([&] { return holds_an_end(socket); }));
        return answer;
    });
    EXPECT_TRUE(asked);
    generation->retire(std::move(child));
    return result;
}

TEST(ScanRun, ChildThatWasParkedAsItAnsweredServesNoOther) {
    EXPECT_TRUE(run_asked_late(Lanes::Place::fast).reusable);
    for (const Lanes::Place place : {Lanes::Place::parked, Lanes::Place::slow}) {
        const RunResult result = run_asked_late(place);
        EXPECT_EQ(result.outcome.status, ScanStatus::ok) << result.outcome.detail;
        EXPECT_FALSE(result.reusable);
    }
}

}  // namespace
}  // namespace sekisho::sandbox
