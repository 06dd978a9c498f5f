// For tests: a gateway at a SharedLog that writes down what it hears.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "store/redis_testing.h"
#include "store/shared_log.h"

namespace sekisho::store::testing {

// A gateway that writes down what it hears.
class Gateway {
public:
    Gateway(const config::RedisSettings& settings, std::uint64_t origin, SharedCursor cursor = {},
            SharedLog::Bounds bounds = {}, std::vector<SharedValue> values = {})
        : log_(settings, origin, std::move(cursor), bounds) {
        log_.start({.on_records =
                        [this](std::vector<SharedRecord> records) {
                            const std::scoped_lock lock(mutex_);
                            for (SharedRecord& record : records) {
                                cursor_.take(record);
                                heard_.push_back(std::move(record));
                            }
                        },
                    .on_value =
                        [this](std::string bytes) {
                            const std::scoped_lock lock(mutex_);
                            values_.push_back(std::move(bytes));
                        },
                    .values = [values = std::move(values)] { return values; }});
    }

    SharedLog& log() { return log_; }
    bool say(const std::string& what) { return log_.wait(log_.append('t', what)); }
    // Waits until it is in touch with the server.
    bool is_there() const {
        return comes_true([&] { return !log_.stats().alone; });
    }
    std::vector<std::string> heard() const {
        const std::scoped_lock lock(mutex_);
        std::vector<std::string> out;
        for (const SharedRecord& record : heard_)
            out.push_back(record.bytes);
        return out;
    }
    bool hears(const std::vector<std::string>& all) const {
        return comes_true([&] { return heard() == all; });
    }
    std::vector<std::string> values() const {
        const std::scoped_lock lock(mutex_);
        return values_;
    }
    SharedCursor cursor() const {
        const std::scoped_lock lock(mutex_);
        return cursor_;
    }
    // Whether the others are to hear of it.
    bool is_news(SharedValue value) {
        std::atomic<int> answer = -1;
        value.bytes = value.bytes.empty() ? "bytes" : value.bytes;
        log_.put(std::move(value), [&](bool news) { answer = news ? 1 : 0; });
        EXPECT_TRUE(comes_true([&] { return answer >= 0; }));
        return answer == 1;
    }

private:
    mutable std::mutex mutex_;
    std::vector<SharedRecord> heard_;
    std::vector<std::string> values_;
    SharedCursor cursor_;
    SharedLog log_;
};

inline std::uint32_t now() {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
            .count());
}

inline SharedValue value(unsigned level, std::uint32_t since, std::uint32_t lasts = 900) {
    return {.field = "a:anna",
            .level = level,
            .until = level == 3 ? 0 : since + lasts,
            .since = since,
            .bytes = "level " + std::to_string(level)};
}

// As the server keeps it; a release has a field of its own.
inline void keep(const RedisServer& server, const SharedValue& value) {
    const std::string field = (value.level == 0 ? "r:" : "") + value.field;
    const std::string text = std::to_string(value.level) + " " + std::to_string(value.until) + " " +
                             std::to_string(value.since) + (value.by_person ? " 1 " : " 0 ") + value.bytes;
    ASSERT_EQ(server.ask({"HSET", "sekisho:values", field, text}), "1");
}

}  // namespace sekisho::store::testing
