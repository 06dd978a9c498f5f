#include "store/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "store/recovery.h"

namespace sekisho::store {

namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr std::size_t max_jobs = 1'000;
constexpr std::chrono::milliseconds linger{50};  // events alone wait this long for company
constexpr std::chrono::seconds tick{5};
constexpr std::chrono::hours prune_every{1};
constexpr int prune_rows = 5'000;  // per transaction, so that no message waits long for the disk
constexpr std::chrono::days crash_memory{30};

std::int64_t milliseconds_of(system_clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}
std::int64_t seconds_of(system_clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

}  // namespace

base::Result<Statement> prepare_insert(Database& database) {
    return database.prepare(
        "INSERT INTO events (at, kind, queue_id, subject_id, detail, account, host) VALUES (?, ?, ?, ?, ?, "
        "?, "
        "?)");
}

base::Result<void> insert(Statement& statement, const model::Event& event) {
    statement.reset();
    return statement.bind(milliseconds_of(event.at))
        .bind(event.kind)
        .bind(event.queue_id)
        .bind(event.subject_id)
        .bind(base::dump_json(event.detail))
        .bind(event.account)
        .bind(event.host)
        .run();
}

void Writer::Ticket::finish(base::Result<void> value) {
    const std::lock_guard lock(mutex);
    result = std::move(value);
    done = true;
    changed.notify_all();
}

Writer::Writer(Options options, Database database)
    : options_(std::move(options)),
      database_(std::move(database)),
      next_tick_(steady_clock::now()),
      next_prune_(steady_clock::now()) {
    healthy_ = static_cast<bool>(database_);
    thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

bool Writer::post(model::Event event) {
    {
        const std::lock_guard lock(mutex_);
        if (stop_ || events_ >= options_.queue_length) {
            dropped_.fetch_add(1, std::memory_order_relaxed);
            return false;
        }
        queue_.emplace_back(std::move(event));
        // One wake-up starts the lingering; another cuts it short when the queue is half full.
        ++events_;
        if (events_ != 1 && events_ != options_.queue_length / 2 + 1) return true;
    }
    wake_.notify_one();
    return true;
}

base::Result<void> Writer::run(Work work, std::chrono::milliseconds within) {
    auto ticket = std::make_shared<Ticket>();
    {
        const std::lock_guard lock(mutex_);
        if (stop_ || jobs_ >= max_jobs)
            return base::fail(base::Cause::unavailable, "the store is overloaded");
        queue_.emplace_back(Job{std::move(work), ticket});
        ++jobs_;
    }
    wake_.notify_one();
    std::unique_lock lock(ticket->mutex);
    if (!ticket->changed.wait_for(lock, within, [&] { return ticket->done; })) {
        return base::fail(base::Cause::unavailable, "the store did not answer in time");
    }
    return std::move(ticket->result);
}

void Writer::suspect() {
    {
        const std::lock_guard lock(mutex_);
        suspect_ = true;
    }
    wake_.notify_one();
}

std::deque<Writer::Item> Writer::next_batch(bool& stop) {
    std::unique_lock lock(mutex_);
    wake_.wait_until(lock, next_tick_, [&] { return stop_ || suspect_ || !queue_.empty(); });
    wake_.wait_for(lock, linger, [&] {
        return stop_ || suspect_ || jobs_ > 0 || events_ == 0 || events_ > options_.queue_length / 2;
    });
    stop = stop_;
    events_ = 0;
    jobs_ = 0;
    return std::exchange(queue_, {});
}

void Writer::loop() {
    for (bool stop = false; !stop;) {
        std::deque<Item> batch = next_batch(stop);
        if (!database_) reopen();
        if (!batch.empty()) write(batch);
        if (!stop) housekeeping();
    }
}

void Writer::write(std::deque<Item>& batch) {
    std::vector<base::Result<void>> results;
    base::Result<void> outcome = base::fail(base::Cause::unavailable, "the database is not open");
    if (database_) {
        outcome = write_all(batch, results);
        if (!outcome && database_.in_transaction()) (void)database_.execute("ROLLBACK");
        note(outcome);
    }
    const bool corrupt = !outcome && outcome.error().cause == base::Cause::malformed;
    if (corrupt) begin_new_file();
    finish(batch, outcome, results);
}

// All of the batch in one transaction. A job that fails by itself is undone by itself.
base::Result<void> Writer::write_all(std::deque<Item>& batch, std::vector<base::Result<void>>& results) {
    SEKISHO_TRY(database_.execute("BEGIN IMMEDIATE"));
    {
        Statement statement = SEKISHO_TRY(prepare_insert(database_));
        for (Item& item : batch) {
            if (const auto* event = std::get_if<model::Event>(&item)) {
                SEKISHO_TRY(insert(statement, *event));
                continue;
            }
            SEKISHO_TRY(database_.execute("SAVEPOINT job"));
            base::Result<void> done = std::get<Job>(item).work(database_);
            if (!done && done.error().cause != base::Cause::internal) return done;  // the disk, not the job
            SEKISHO_TRY(database_.execute(done ? "RELEASE job" : "ROLLBACK TO job; RELEASE job"));
            results.push_back(std::move(done));
        }
    }
    return database_.execute("COMMIT");
}

void Writer::finish(std::deque<Item>& batch, const base::Result<void>& outcome,
                    const std::vector<base::Result<void>>& results) {
    // Counted before anybody is told: who waited for the flush sees what it cost.
    if (!outcome) {
        const auto lost = std::ranges::count_if(
            batch, [](const Item& item) { return std::holds_alternative<model::Event>(item); });
        dropped_.fetch_add(static_cast<std::uint64_t>(lost), std::memory_order_relaxed);
    }
    std::size_t job = 0;
    for (Item& item : batch) {
        if (std::holds_alternative<model::Event>(item)) continue;
        std::get<Job>(item).ticket->finish(outcome ? results.at(job) : outcome);
        ++job;
    }
}

// Says once that the store is lost, and once that it is back.
void Writer::note(const base::Result<void>& outcome) {
    const bool was = healthy_.exchange(outcome.has_value(), std::memory_order_relaxed);
    if (was && !outcome) {
        base::log(
            base::LogLevel::error,
            base::LogLine("store").add("lost", options_.path).add("error", outcome.error().message).text());
    } else if (!was && outcome) {
        const auto dropped = static_cast<std::int64_t>(dropped_.load(std::memory_order_relaxed));
        base::log(base::LogLevel::info,
                  base::LogLine("store").add("back", options_.path).add("dropped_events", dropped).text());
    }
}

void Writer::reopen() {
    auto opened = open_database(options_.path);
    if (!opened) return note(std::unexpected(std::move(opened).error()));
    database_ = std::move(opened->database);
    base::Result<void> refilled = options_.refill ? options_.refill(database_) : base::Result<void>{};
    if (!refilled && database_.in_transaction()) (void)database_.execute("ROLLBACK");
    note(refilled);
    generation_.fetch_add(1, std::memory_order_acq_rel);
    // Broken where open_database() did not look. A failure in the new file is the disk's, and is tried again.
    if (!refilled && refilled.error().cause == base::Cause::malformed) {
        database_.close();
        (void)set_aside(options_.path);
    }
}

void Writer::begin_new_file() {
    database_.close();
    if (auto moved = set_aside(options_.path); !moved) return note(std::unexpected(std::move(moved).error()));
    reopen();
}

void Writer::housekeeping() {
    bool suspect = false;
    {
        const std::lock_guard lock(mutex_);
        suspect = std::exchange(suspect_, false);
    }
    if (suspect && database_) {
        auto check = database_.prepare("PRAGMA quick_check(1)");
        auto row = check ? check->step() : base::Result<bool>(std::unexpected(check.error()));
        const bool whole = row && *row && check->text(0) == "ok";
        if (check) check->reset();
        if (!whole) begin_new_file();
    }
    const auto now = steady_clock::now();
    if (now < next_tick_) return;
    next_tick_ = now + tick;
    // Writing the header's version again is the smallest write that proves the disk.
    if (database_ && !healthy()) {
        auto version = database_.prepare("PRAGMA user_version");
        if (version && version->step().value_or(false)) {
            const std::int64_t value = version->integer(0);
            version->reset();
            note(database_.execute(fmt::format("PRAGMA user_version={}", value)));
        }
    }
    if (database_ && healthy() && now >= next_prune_) {
        auto pruned = prune();
        if (!pruned) note(pruned);
    }
}

// One bite of each table; comes again at the next tick while there is more.
base::Result<void> Writer::prune() {
    const auto now = system_clock::now();
    const auto keep_from = now - options_.keep_days;
    struct Rule {
        const char* sql;
        std::int64_t before;
    };
    const Rule rules[] = {
        {"DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < ? LIMIT ?)",
         milliseconds_of(keep_from)},
        {"DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine WHERE at < ? AND state NOT IN "
         "('held', 'awaiting password', 'releasing', 'released', 'delivered') LIMIT ?)",
         seconds_of(keep_from)},
        {"DELETE FROM crashes WHERE sha256 IN (SELECT sha256 FROM crashes WHERE at < ? LIMIT ?)",
         seconds_of(now - crash_memory)},
        {"DELETE FROM spent_tokens WHERE id IN (SELECT id FROM spent_tokens WHERE expires < ? LIMIT ?)",
         seconds_of(now)},
    };
    bool more = false;
    for (const Rule& rule : rules) {
        Statement statement = SEKISHO_TRY(database_.prepare(rule.sql));
        SEKISHO_TRY(statement.bind(rule.before).bind(std::int64_t{prune_rows}).run());
        more = more || database_.changes() >= prune_rows;
    }
    if (!more) next_prune_ = steady_clock::now() + prune_every;
    return {};
}

}  // namespace sekisho::store
