// What several gateways know together, kept by a Redis server: a log of records that each appends to and all
// read, and named values of which the weightiest holds. Each gateway goes on alone where the server is away:
// its records wait, and are merged when it is back.
//
// Keys: PREFIX:log (a stream), PREFIX:values (a hash). Both have an expiry and a bound, so nothing grows for
// ever.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "config/state_settings.h"
#include "store/redis_connection.h"
#include "store/shared_record.h"

namespace sekisho::store {

struct SharedStats {
    bool connected = false;
    bool alone = true;  // no mail waits for the server: it is away, slow, or not caught up with yet
    std::uint64_t connections = 0;  // that were made
    std::uint64_t gaps = 0;
    std::uint64_t gap_seconds = 0;  // of those that are over
    std::uint64_t waiting = 0;      // records that the server has not confirmed
    std::uint64_t dropped = 0;      // that waited too long
    std::uint64_t sent = 0, received = 0;
    std::string error;  // the last one
};

// Thread-safe. Its thread owns the connection; nothing is said or heard before start().
class SharedLog {
public:
    struct Handlers {  // called by the thread of the log, one at a time
        std::function<void(std::vector<SharedRecord>)> on_records;
        std::function<void(std::string bytes)> on_value;
        std::function<std::vector<SharedValue>()> values;  // ours, whenever a connection is made
    };
    struct Bounds {
        std::size_t records = 200'000;  // that wait, or were sent a while ago
        std::size_t bytes = 128u << 20;
    };

    // `origin`: ours, and nobody else's. `cursor`: where to go on.
    SharedLog(config::RedisSettings settings, std::uint64_t origin, SharedCursor cursor, Bounds bounds);
    SharedLog(config::RedisSettings settings, std::uint64_t origin, SharedCursor cursor)
        : SharedLog(std::move(settings), origin, std::move(cursor), Bounds{}) {}
    ~SharedLog();
    void start(Handlers handlers);  // once
    // What waits is given a moment to go out, and those who ask are answered. Records may still be appended,
    // for nobody.
    void stop();
    SharedLog(const SharedLog&) = delete;
    SharedLog& operator=(const SharedLog&) = delete;

    std::uint64_t origin() const { return origin_; }
    // Queues a record; its number. Never waits.
    std::uint64_t append(char kind, std::string bytes);
    // Until the record is in the log and all that stand before it have been handed to on_records; at most
    // RedisSettings::wait, and not at all while the server is known to be away. False where that is not so.
    bool wait(std::uint64_t number);
    // `done`: whether it is news to all; true as well where the server does not say so in time. Called by the
    // thread of the log, or at once where the server is known to be away.
    void put(SharedValue value, std::function<void(bool news)> done);
    SharedStats stats() const;

private:
    using Clock = std::chrono::steady_clock;
    struct Item {
        std::uint64_t number = 0;
        char kind = 't';
        std::string bytes;
        Clock::time_point at{};              // queued, or confirmed
        std::shared_ptr<SharedValue> value;  // a put
        bool again = false;                  // what is put with each connection
        std::function<void(bool)> done;
    };
    struct Sent {
        std::function<base::Result<void>(const RedisReply&)> on_reply;
        Clock::time_point at{};
    };

    // shared_log.cpp
    void queue(Item item);
    void drop_front();
    std::function<void(bool)> take_done(Item& item);
    void bound();
    void note_lost(const base::Error& error);
    void begin_gap();
    void end_gap_if_over();
    void confirm(std::uint64_t number);
    void give_up_asking(Clock::time_point now);

    // shared_log_io.cpp: the thread
    void loop();
    base::Result<void> connect();
    base::Result<void> serve();
    void send_waiting();
    void send_exchange(const std::vector<Item>& items);
    void send_put(const Item& item);
    void send_list(const std::string& cursor);
    void send_trim();
    base::Result<void> on_exchange(const RedisReply& reply, std::uint64_t last_number);
    base::Result<void> on_put(const RedisReply& reply, std::uint64_t number);
    base::Result<void> on_list(const RedisReply& reply);
    std::chrono::milliseconds until_next_task() const;
    void expect(std::function<base::Result<void>(const RedisReply&)> on_reply);

    const config::RedisSettings settings_;
    const std::uint64_t origin_;
    const Bounds bounds_;
    const std::uint64_t first_number_;  // what bears a lower one was before us
    const std::string log_key_, values_key_, origin_text_;
    base::UniqueFd wake_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Item> items_;  // in the order of their numbers; confirmed ones first: they are sent again to a
                              // server that lost them
    std::size_t confirmed_ = 0;  // of items_
    std::size_t unsent_ = 0;     // index of the first of items_ that is still to be sent
    std::size_t items_bytes_ = 0;
    std::uint64_t next_number_;
    std::uint64_t confirmed_number_ = 0;
    Clock::time_point gap_began_{};
    Clock::time_point said_{};                        // when a gap was last logged
    std::size_t asking_ = 0;                          // items whose `done` waits
    std::vector<std::function<void(bool)>> orphans_;  // of puts that were dropped
    SharedStats stats_;
    bool stop_ = false;

    // The thread's alone.
    Handlers handlers_;
    SharedCursor cursor_;
    std::optional<RedisConnection> connection_;
    std::deque<Sent> sent_;
    std::string exchange_sha_, put_sha_, list_sha_;
    bool caught_up_ = false;        // with what was in the log when we came
    bool heard_ = false;            // all that there was, over this connection
    bool proved_ = false;           // this connection took what we wrote
    Clock::duration round_trip_{};  // the last one
    std::uint64_t unreadable_ = 0;
    bool behind_ = false;  // there is more to read
    bool listing_ = false;
    Clock::time_point next_poll_{}, next_list_{}, next_trim_{};

    std::thread thread_;
};

}  // namespace sekisho::store
