// The one thread that writes, and the bounded queue before it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "store/sqlite.h"

namespace sekisho::store {

// One event into the table of events.
base::Result<Statement> prepare_insert(Database& database);
base::Result<void> insert(Statement& statement, const model::Event& event);

// Group commit: all that waits goes into one transaction, and whoever waits for it is told after the commit.
// A failed transaction drops its events (counted) and tells the waiting; the next one tries again, so that a
// disk that was full is noticed as soon as it has room. A corrupt file is set aside and a new one begins.
// Thread-safe. The destructor writes what is queued.
class Writer {
public:
    // Runs inside the transaction; what it changes is undone where it fails. Must be quick.
    using Work = std::function<base::Result<void>(Database&)>;

    struct Options {
        std::string path;
        std::uint32_t queue_length = 10'000;  // events
        std::chrono::days keep_days{90};      // of events, and of quarantine rows whose files are gone
        Work refill;                          // puts into a new file what memory still knows
    };

    // `database` may be empty: the store is lost so far, and is tried again every five seconds.
    Writer(Options options, Database database);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // Never waits for the disk. False: dropped and counted.
    bool post(model::Event event);
    // Waits for the commit. Cause::unavailable where it did not come in time (it may still come), or where a
    // thousand others wait already.
    base::Result<void> run(Work work, std::chrono::milliseconds within);
    // A reader met a corrupt page: the writer checks, and sets the file aside if that is true.
    void suspect();

    std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }
    bool healthy() const { return healthy_.load(std::memory_order_relaxed); }
    // Grows by one whenever a new file has begun: readers then open it anew.
    std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

private:
    // Shared with the waiting thread, which may give up first.
    struct Ticket {
        std::mutex mutex;
        std::condition_variable changed;
        bool done = false;
        base::Result<void> result;
        void finish(base::Result<void> value);
    };
    struct Job {
        Work work;
        std::shared_ptr<Ticket> ticket;
    };
    using Item = std::variant<model::Event, Job>;

    void loop();
    std::deque<Item> next_batch(bool& stop);
    void write(std::deque<Item>& batch);
    base::Result<void> write_all(std::deque<Item>& batch, std::vector<base::Result<void>>& results);
    void finish(std::deque<Item>& batch, const base::Result<void>& outcome,
                const std::vector<base::Result<void>>& results);
    void housekeeping();
    base::Result<void> prune();
    void reopen();
    void begin_new_file();
    void note(const base::Result<void>& outcome);

    const Options options_;
    Database database_;  // the thread's alone

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Item> queue_;
    std::size_t events_ = 0;  // in queue_
    std::size_t jobs_ = 0;    // in queue_
    bool stop_ = false;
    bool suspect_ = false;

    std::atomic<std::uint64_t> dropped_{0};
    std::atomic<bool> healthy_{false};
    std::atomic<std::uint64_t> generation_{0};
    std::chrono::steady_clock::time_point next_tick_;
    std::chrono::steady_clock::time_point next_prune_;
    std::thread thread_;  // last: starts when all else stands
};

}  // namespace sekisho::store
