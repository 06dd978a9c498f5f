// What must be answered without the disk: crash counts and spent tokens.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "store/sqlite.h"
#include "store/store.h"

namespace sekisho::store {

// A copy of two small tables. Thread-safe.
class Memory {
public:
    static constexpr std::size_t max_crashes = 100'000;  // more: the first in order of hash goes

    base::Result<void> load(Database& database);  // adds what the file knows
    base::Result<void> save(Database& database);  // into a new file

    CrashRecord crash(const std::string& sha256) const;
    void note_crash(const std::string& sha256, const std::string& part);

    // True the first time.
    bool spend(const std::string& token, std::chrono::system_clock::time_point expires);

private:
    mutable std::mutex mutex_;
    std::map<std::string, CrashRecord> crashes_;
    std::map<std::string, std::int64_t> spent_;  // id -> expiry, seconds since 1970
};

}  // namespace sekisho::store
