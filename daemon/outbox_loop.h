// A thread that sends what lies in an Outbox, and is woken by what comes.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "daemon/outbox.h"
#include "daemon/telling_stats.h"

namespace sekisho::daemon {

// Thread-safe, but for outbox(), which is the thread's.
class OutboxLoop {
public:
    using Clock = std::chrono::steady_clock;
    // Sends what is due, and says when there is something to do next.
    using Round = std::function<Clock::time_point(const std::stop_token&)>;

    explicit OutboxLoop(Outbox outbox) : outbox_(std::move(outbox)) {}
    void start(Round round);  // once

    // As Outbox::put(); what cannot be put is lost.
    base::Result<void> add(const base::Json& news);
    Outbox& outbox() { return outbox_; }
    void count_told(std::size_t many) { told_ += many; }
    void count_lost(std::size_t many) { lost_ += many; }
    TellingStats stats() const { return {.told = told_, .lost = lost_, .waiting = outbox_.names().size()}; }

private:
    void run(const std::stop_token& stop, const Round& round);

    Outbox outbox_;
    std::atomic<std::uint64_t> told_ = 0, lost_ = 0;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool added_ = true;  // at the start there may be something
    std::jthread thread_;
};

}  // namespace sekisho::daemon
