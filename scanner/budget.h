// What one message may still cost. One per scan; whatever grows is charged here before the work is done.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/limits.h"
#include "scanner/page_store.h"

namespace sekisho::scanner {

// Not thread-safe: a scan has one thread. A charge that fails is remembered in reached(); the caller stops
// the object at hand and goes on with its siblings.
class Budget {
public:
    using Clock = std::chrono::steady_clock;

    // `input_bytes`: size of the whole message, for the ratio. `spent`: wall clock already used up in the
    // queue. `pages` outlives the Budget; null: one of its own.
    Budget(const model::ScanLimits& limits, std::uint64_t input_bytes, std::chrono::milliseconds spent = {},
           PageStore* pages = nullptr);

    const model::ScanLimits& limits() const { return limits_; }

    [[nodiscard]] bool spend_part(std::uint32_t depth);      // limit.depth, limit.parts
    [[nodiscard]] bool spend_bytes(std::uint64_t decoded);   // limit.bytes: apparent size
    [[nodiscard]] bool spend_ratio(std::uint64_t decoded);   // limit.ratio: those of them that do not repeat
    [[nodiscard]] bool spend_resident(std::uint64_t bytes);  // limit.memory: pages really touched
    void return_resident(std::uint64_t bytes);               // when a decoded part is let go
    PageStore& pages() { return pages_ != nullptr ? *pages_ : own_pages_; }  // where outputs have theirs from
    [[nodiscard]] bool spend_steps(std::uint64_t steps);  // limit.steps; also looks at the clock now and then
    // mime.readings.limit: a message of so many bytes is read once more, in another way. A hundred times for
    // all messages within the message, and 40 times the bytes of it in all.
    [[nodiscard]] bool spend_reading(std::uint64_t bytes);
    [[nodiscard]] bool spend_password(
        std::uint64_t microseconds);  // limit.passwords: a try, priced beforehand
    [[nodiscard]] bool in_time();     // limit.time: reads the clock

    // Notes a limit by its finding id, e.g. for one that a room has of its own. Each id is kept once.
    void reach(std::string_view limit_id);
    const std::vector<std::string>& reached() const { return reached_; }

    // The most that one more output may hold: the least of what is left of bytes, part bytes and ratio.
    std::uint64_t output_room() const;
    std::uint64_t bytes_left() const { return bytes_left_; }
    std::chrono::milliseconds time_left() const;

private:
    bool fail(std::string_view limit_id);

    PageStore* pages_;
    PageStore own_pages_;
    model::ScanLimits limits_;
    Clock::time_point deadline_;
    std::uint64_t parts_left_;
    std::uint64_t bytes_left_;
    std::uint64_t resident_left_;
    std::uint64_t steps_left_;
    std::uint64_t password_left_;
    std::uint32_t readings_left_ = 100;
    std::uint64_t reading_bytes_left_;
    std::uint64_t ratio_left_;  // decoded bytes that 100:1 and max_ratio_bytes still allow
    std::uint64_t steps_since_clock_ = 0;
    std::vector<std::string> reached_;
};

}  // namespace sekisho::scanner
