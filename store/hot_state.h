// What must be in memory and outlive the process: rows of state, each as of a place in a log, and the log of
// what happened since. The embedded engine is SQLite.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "store/record_queue.h"
#include "store/sqlite.h"

namespace sekisho::store {

struct HotRow {
    std::string kind;  // "account"
    std::string name;
    std::uint64_t place = 0;  // of the last record that `bytes` knows of
    std::string bytes;        // empty: the row is forgotten
};

// Thread-safe. A disk that is lost delays nobody: records wait in memory, the oldest are dropped beyond
// `most_waiting` and counted, and writing is tried again each second.
class HotState {
public:
    static constexpr std::size_t most_waiting = 200'000;  // records
    static constexpr std::chrono::milliseconds flush_every{500};

    // Makes the folder (0700) and the file (0600). A corrupt file is set aside and a new one begins.
    static base::Result<std::unique_ptr<HotState>> open(const std::string& path);
    ~HotState();
    HotState(const HotState&) = delete;
    HotState& operator=(const HotState&) = delete;

    // All rows, then all records in their order; once, before the first append().
    base::Result<void> load(const std::function<void(HotRow)>& on_row,
                            const std::function<void(std::uint64_t place, std::string record)>& on_record);

    // The record's place, from 1 on. It is on disk within flush_every and a little; never waits.
    std::uint64_t append(std::string_view record);
    std::uint64_t last_place() const;
    // Durable when it returns, with every record so far. Cause::unavailable where that takes more than
    // `within`: it may still come.
    base::Result<void> keep(std::vector<HotRow> rows, std::chrono::milliseconds within);
    // Deletes records up to `place` that all rows know of.
    void forget_until(std::uint64_t place);

    std::uint64_t dropped() const;
    bool healthy() const;

private:
    struct Kept {  // shared with the waiting thread, which may give up first
        std::vector<HotRow> rows;
        bool done = false;
        base::Result<void> result;
    };
    HotState(Database database, std::string path, std::uint64_t next);
    void loop();
    void drop_oldest();  // what is beyond most_waiting
    base::Result<void> write(const RecordQueue& records, std::uint64_t first,
                             const std::vector<std::shared_ptr<Kept>>& kept, std::uint64_t forget);

    const std::string path_;
    Database database_;  // the thread's alone, once it runs

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable written_;
    RecordQueue waiting_;
    std::uint64_t first_waiting_;  // place of the first of them
    std::vector<std::shared_ptr<Kept>> kept_;
    std::uint64_t forget_ = 0;
    std::uint64_t dropped_ = 0;
    bool healthy_ = true;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace sekisho::store
