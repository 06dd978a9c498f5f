#include "store/hot_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "store/recovery.h"

namespace sekisho::store {

namespace {

constexpr std::chrono::seconds busy_timeout{5};
constexpr std::chrono::seconds retry_every{1};
constexpr std::int64_t forget_bite = 20'000;  // records that one transaction deletes

base::Result<Database> open_tables(const std::string& path) {
    Database database = SEKISHO_TRY(Database::open(path, busy_timeout));
    SEKISHO_TRY(database.execute(
        "CREATE TABLE IF NOT EXISTS log (place INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
        "CREATE TABLE IF NOT EXISTS states (kind TEXT NOT NULL, name TEXT NOT NULL, place INTEGER NOT NULL,"
        " bytes BLOB NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;"));
    Statement probe = SEKISHO_TRY(database.prepare("PRAGMA quick_check(1)"));
    if (!SEKISHO_TRY(probe.step()) || probe.text(0) != "ok")
        return base::fail(base::Cause::malformed, path + ": broken inside");
    probe.reset();
    return database;
}

base::Result<std::uint64_t> next_place(Database& database) {
    Statement ask =
        SEKISHO_TRY(database.prepare("SELECT max(coalesce((SELECT max(place) FROM log), 0), coalesce((SELECT "
                                     "max(place) FROM states), 0))"));
    const bool there = SEKISHO_TRY(ask.step());
    return there ? static_cast<std::uint64_t>(ask.integer(0)) + 1 : 1;
}

base::Result<void> write_rows(Database& database, const std::vector<HotRow>& rows) {
    Statement put = SEKISHO_TRY(
        database.prepare("INSERT OR REPLACE INTO states (kind, name, place, bytes) VALUES (?, ?, ?, ?)"));
    Statement drop = SEKISHO_TRY(database.prepare("DELETE FROM states WHERE kind = ? AND name = ?"));
    for (const HotRow& row : rows) {
        Statement& statement = row.bytes.empty() ? drop : put;
        statement.reset();
        statement.bind(row.kind).bind(row.name);
        if (!row.bytes.empty())
            statement.bind(static_cast<std::int64_t>(row.place)).bind(base::as_bytes(row.bytes));
        SEKISHO_TRY(statement.run());
    }
    return {};
}

}  // namespace

base::Result<std::unique_ptr<HotState>> HotState::open(const std::string& path) {
    SEKISHO_TRY(make_folder_of(path));
    auto database = open_tables(path);
    if (!database && database.error().cause == base::Cause::malformed) {
        SEKISHO_TRY(set_aside(path));
        database = open_tables(path);
    }
    if (!database) return std::unexpected(std::move(database).error());
    const std::uint64_t next = SEKISHO_TRY(next_place(*database));
    return std::unique_ptr<HotState>(new HotState(*std::move(database), path, next));
}

HotState::HotState(Database database, std::string path, std::uint64_t next)
    : path_(std::move(path)), database_(std::move(database)), first_waiting_(next) {}

HotState::~HotState() {
    {
        const std::scoped_lock lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

base::Result<void> HotState::load(
    const std::function<void(HotRow)>& on_row,
    const std::function<void(std::uint64_t place, std::string record)>& on_record) {
    Statement states = SEKISHO_TRY(database_.prepare("SELECT kind, name, place, bytes FROM states"));
    while (SEKISHO_TRY(states.step()))
        on_row(
            {states.text(0), states.text(1), static_cast<std::uint64_t>(states.integer(2)), states.blob(3)});
    Statement log = SEKISHO_TRY(database_.prepare("SELECT place, bytes FROM log ORDER BY place"));
    while (SEKISHO_TRY(log.step()))
        on_record(static_cast<std::uint64_t>(log.integer(0)), log.blob(1));
    thread_ = std::thread([this] { loop(); });
    return {};
}

std::uint64_t HotState::append(std::string_view record) {
    const std::scoped_lock lock(mutex_);
    waiting_.push(record);
    const std::uint64_t place = first_waiting_ + waiting_.size() - 1;
    drop_oldest();
    return place;
}

void HotState::drop_oldest() {
    for (; waiting_.size() > most_waiting; ++first_waiting_, ++dropped_)
        waiting_.pop_front();
}

std::uint64_t HotState::last_place() const {
    const std::scoped_lock lock(mutex_);
    return first_waiting_ + waiting_.size() - 1;
}

base::Result<void> HotState::keep(std::vector<HotRow> rows, std::chrono::milliseconds within) {
    auto kept = std::make_shared<Kept>();
    kept->rows = std::move(rows);
    std::unique_lock lock(mutex_);
    kept_.push_back(kept);
    wake_.notify_one();
    if (!written_.wait_for(lock, within, [&] { return kept->done; }))
        return base::fail(base::Cause::unavailable, path_ + " did not answer in time");
    return kept->result;
}

void HotState::forget_until(std::uint64_t place) {
    const std::scoped_lock lock(mutex_);
    forget_ = std::max(forget_, place);
}

std::uint64_t HotState::dropped() const {
    const std::scoped_lock lock(mutex_);
    return dropped_;
}

bool HotState::healthy() const {
    const std::scoped_lock lock(mutex_);
    return healthy_;
}

void HotState::loop() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait_for(lock, healthy_ ? flush_every : std::chrono::milliseconds(retry_every),
                       [&] { return stop_ || !kept_.empty(); });
        const bool last = stop_;
        RecordQueue records = std::exchange(waiting_, {});
        const std::uint64_t first = first_waiting_;
        first_waiting_ += records.size();
        const auto kept = std::exchange(kept_, {});
        const std::uint64_t forget = forget_;
        const bool idle = records.size() == 0 && kept.empty() && forget == 0;
        base::Result<void> done;
        if (!idle) {
            lock.unlock();
            done = write(records, first, kept, forget);
            lock.lock();
        }
        if (done && forget_ == forget) forget_ = 0;
        if (!done) {
            // They wait on, before what came meanwhile.
            first_waiting_ = first;
            waiting_.push_front(std::move(records));
            drop_oldest();
        }
        if (!idle && healthy_ != done.has_value()) {
            base::LogLine line("outbound");
            line.add(done ? "back" : "lost", path_);
            if (!done) line.add("error", done.error().message);
            base::log(done ? base::LogLevel::info : base::LogLevel::error, line.text());
            healthy_ = done.has_value();
        }
        for (const auto& one : kept) {
            one->done = true;
            one->result = done;
        }
        if (!kept.empty()) written_.notify_all();
        if (last) return;
    }
}

base::Result<void> HotState::write(const RecordQueue& records, std::uint64_t first,
                                   const std::vector<std::shared_ptr<Kept>>& kept, std::uint64_t forget) {
    const auto all = [&]() -> base::Result<void> {
        SEKISHO_TRY(database_.execute("BEGIN IMMEDIATE"));
        Statement put =
            SEKISHO_TRY(database_.prepare("INSERT OR REPLACE INTO log (place, bytes) VALUES (?, ?)"));
        base::Result<void> put_all;
        auto place = static_cast<std::int64_t>(first);
        records.each([&](base::Bytes record) {
            put.reset();
            put_all = put.bind(place++).bind(record).run();
            return put_all.has_value();
        });
        SEKISHO_TRY(put_all);
        for (const auto& one : kept)
            SEKISHO_TRY(write_rows(database_, one->rows));
        if (forget > 0) {
            Statement drop =
                SEKISHO_TRY(database_.prepare("DELETE FROM log WHERE place IN (SELECT place FROM log WHERE "
                                              "place <= ? ORDER BY place LIMIT ?)"));
            SEKISHO_TRY(drop.bind(static_cast<std::int64_t>(forget)).bind(forget_bite).run());
        }
        return database_.execute("COMMIT");
    };
    base::Result<void> done = all();
    if (!done && database_.in_transaction()) (void)database_.execute("ROLLBACK");
    return done;
}

}  // namespace sekisho::store
