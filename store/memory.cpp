#include "store/memory.h"

#include <algorithm>

namespace sekisho::store {

namespace {

std::int64_t seconds_of(std::chrono::system_clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

}  // namespace

base::Result<void> Memory::load(Database& database) {
    Statement crashes =
        SEKISHO_TRY(database.prepare("SELECT sha256, count, part FROM crashes ORDER BY at DESC LIMIT ?"));
    crashes.bind(static_cast<std::int64_t>(max_crashes));
    const std::lock_guard lock(mutex_);
    while (SEKISHO_TRY(crashes.step())) {
        CrashRecord& record = crashes_[crashes.text(0)];
        const auto count =
            static_cast<std::uint32_t>(std::clamp<std::int64_t>(crashes.integer(1), 0, 1'000'000));
        record.count = std::max(record.count, count);
        if (record.part.empty()) record.part = crashes.text(2);
    }
    Statement spent =
        SEKISHO_TRY(database.prepare("SELECT id, expires FROM spent_tokens WHERE expires >= ?"));
    spent.bind(seconds_of(std::chrono::system_clock::now()));
    while (SEKISHO_TRY(spent.step()))
        spent_.emplace(spent.text(0), spent.integer(1));
    return {};
}

base::Result<void> Memory::save(Database& database) {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = seconds_of(std::chrono::system_clock::now());
    SEKISHO_TRY(database.execute("BEGIN IMMEDIATE"));
    {
        Statement crash = SEKISHO_TRY(
            database.prepare("INSERT OR REPLACE INTO crashes (sha256, count, part, at) VALUES (?, ?, ?, ?)"));
        for (const auto& [sha256, record] : crashes_) {
            SEKISHO_TRY(
                crash.bind(sha256).bind(std::int64_t{record.count}).bind(record.part).bind(now).run());
        }
        Statement token =
            SEKISHO_TRY(database.prepare("INSERT OR REPLACE INTO spent_tokens (id, expires) VALUES (?, ?)"));
        for (const auto& [id, expires] : spent_)
            SEKISHO_TRY(token.bind(id).bind(expires).run());
    }
    return database.execute("COMMIT");
}

CrashRecord Memory::crash(const std::string& sha256) const {
    const std::lock_guard lock(mutex_);
    const auto at = crashes_.find(sha256);
    return at == crashes_.end() ? CrashRecord{} : at->second;
}

void Memory::note_crash(const std::string& sha256, const std::string& part) {
    const std::lock_guard lock(mutex_);
    if (crashes_.size() >= max_crashes && !crashes_.contains(sha256)) crashes_.erase(crashes_.begin());
    CrashRecord& record = crashes_[sha256];
    ++record.count;
    record.part = part;
}

bool Memory::spend(const std::string& token, std::chrono::system_clock::time_point expires) {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = seconds_of(std::chrono::system_clock::now());
    std::erase_if(spent_, [&](const auto& row) { return row.second < now; });
    return spent_.emplace(token, seconds_of(expires)).second;
}

}  // namespace sekisho::store
