#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>

#include "base/escape.h"
#include "base/log.h"
#include "base/text.h"
#include "store/memory.h"
#include "store/recovery.h"
#include "store/sealed_rows.h"
#include "store/sent_mail.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "store/writer.h"

namespace sekisho::store {

namespace {

using std::chrono::system_clock;

constexpr std::chrono::seconds wait_for_disk{10};
constexpr std::size_t max_subject = 200;
constexpr std::size_t max_token_id = 128;
constexpr std::chrono::milliseconds reader_busy{1'000};

std::int64_t seconds_of(system_clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}
system_clock::time_point from_seconds(std::int64_t value) {
    return system_clock::time_point(std::chrono::seconds(value));
}
std::int64_t milliseconds_of(system_clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}
system_clock::time_point from_milliseconds(std::int64_t value) {
    return system_clock::time_point(std::chrono::milliseconds(value));
}

// At most `limit` bytes, cut between characters.
std::string_view shortened(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U)
        --limit;
    return text.substr(0, limit);
}

std::string list_to_text(const std::vector<std::string>& list) {
    base::JsonArray array;
    for (const std::string& entry : list)
        array.emplace_back(entry);
    return base::dump_json(array);
}

std::vector<std::string> list_from_text(std::string_view text) {
    std::vector<std::string> out;
    const auto json = base::parse_json(text);
    if (!json || json->as_array() == nullptr) return out;
    for (const base::Json& entry : *json->as_array()) {
        if (const std::string* value = entry.as_string()) out.push_back(*value);
    }
    return out;
}

bool glob_holds(const std::string& glob, std::string_view text) {
    return glob.empty() || base::matches_glob(base::to_lower(glob), base::to_lower(text));
}

base::Result<void> insert_row(Database& database, const QuarantineRow& row) {
    Statement statement = SEKISHO_TRY(database.prepare(
        "INSERT OR REPLACE INTO quarantine (id, at, verdict, reason, direction, mail_from, "
        "recipients, subject, queue_id, "
        "finding, bytes, state, expires, deadline, attempts, tried_until) VALUES (?, ?, ?, ?, "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    return statement.bind(row.id)
        .bind(seconds_of(row.at))
        .bind(row.verdict)
        .bind(row.reason)
        .bind(row.direction)
        .bind(row.mail_from)
        .bind(list_to_text(row.recipients))
        .bind(shortened(row.subject, max_subject))
        .bind(row.queue_id)
        .bind(row.finding)
        .bind(static_cast<std::int64_t>(row.bytes))
        .bind(row.state)
        .bind(seconds_of(row.expires))
        .bind(seconds_of(row.deadline))
        .bind(std::int64_t{row.attempts})
        .bind(milliseconds_of(row.tried_until))
        .run();
}

QuarantineRow row_of(const Statement& statement) {
    QuarantineRow row;
    row.id = statement.text(0);
    row.at = from_seconds(statement.integer(1));
    row.verdict = statement.text(2);
    row.reason = statement.text(3);
    row.direction = statement.text(4);
    row.mail_from = statement.text(5);
    row.recipients = list_from_text(statement.text(6));
    row.subject = statement.text(7);
    row.queue_id = statement.text(8);
    row.finding = statement.text(9);
    row.bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(statement.integer(10), 0));
    row.state = statement.text(11);
    row.expires = from_seconds(statement.integer(12));
    row.deadline = from_seconds(statement.integer(13));
    row.attempts = static_cast<std::uint32_t>(std::clamp<std::int64_t>(statement.integer(14), 0, 1'000));
    row.tried_until = from_milliseconds(statement.integer(15));
    return row;
}

class SqliteStore final : public Store {
public:
    SqliteStore(const config::StoreSettings& settings, Database database)
        : path_(settings.path),
          writer_({.path = settings.path,
                   .queue_length = settings.queue_length,
                   .keep_days = settings.keep_days,
                   .refill = [this](Database& fresh) { return refill(fresh); }},
                  loaded(std::move(database))) {}

    bool record(model::Event event) override { return writer_.post(std::move(event)); }

    base::Result<void> flush(std::chrono::milliseconds within) override {
        return writer_.run([](Database&) { return base::Result<void>{}; }, within);
    }

    base::Result<void> record_now(model::Event event) override {
        return writer_.run(
            [event = std::move(event)](Database& database) -> base::Result<void> {
                Statement statement = SEKISHO_TRY(prepare_insert(database));
                return insert(statement, event);
            },
            wait_for_disk);
    }

    base::Result<std::vector<model::Event>> events(std::string_view kind, std::uint32_t limit) override {
        return read<std::vector<model::Event>>(
            list_reader_, [&](Database& database) { return select_events(database, kind, limit); });
    }

    base::Result<std::vector<model::Event>> events_about(std::string_view kind, std::string_view subject_id,
                                                         std::uint32_t limit) override {
        return read<std::vector<model::Event>>(list_reader_, [&](Database& database) {
            return select_events_about(database, kind, subject_id, limit);
        });
    }

    base::Result<void> sent(const SentFilter& filter,
                            const std::function<bool(model::Event)>& each) override {
        return read<void>(sent_reader_,
                          [&](Database& database) { return select_sent(database, filter, each); });
    }

    base::Result<std::vector<SentFrom>> sent_from(const SentFilter& filter) override {
        return read<std::vector<SentFrom>>(
            sent_reader_, [&](Database& database) { return select_sent_from(database, filter); });
    }

    base::Result<void> put_quarantine(const QuarantineRow& row) override {
        return writer_.run([row](Database& database) { return insert_row(database, row); }, wait_for_disk);
    }

    base::Result<std::vector<QuarantineRow>> list_quarantine(const QuarantineFilter& filter) override {
        return read<std::vector<QuarantineRow>>(
            list_reader_, [&](Database& database) { return select_rows(database, filter); });
    }

    base::Result<void> set_quarantine_state(const std::string& id, const std::string& state) override {
        auto changed = std::make_shared<std::atomic<std::int64_t>>(0);
        SEKISHO_TRY(writer_.run(
            [id, state, changed](Database& database) -> base::Result<void> {
                Statement statement =
                    SEKISHO_TRY(database.prepare("UPDATE quarantine SET state = ? WHERE id = ?"));
                SEKISHO_TRY(statement.bind(state).bind(id).run());
                *changed = database.changes();
                return {};
            },
            wait_for_disk));
        if (*changed == 0) return base::fail(base::Cause::invalid, "no such quarantine id");
        return {};
    }

    base::Result<CrashRecord> crash_record(const std::string& message_sha256) override {
        return memory_.crash(message_sha256);
    }

    base::Result<void> note_crash(const std::string& message_sha256, const std::string& part) override {
        const std::string path(shortened(part, 1'000));
        memory_.note_crash(message_sha256, path);
        return writer_.run(
            [message_sha256, path](Database& database) -> base::Result<void> {
                Statement statement = SEKISHO_TRY(
                    database.prepare("INSERT INTO crashes (sha256, count, part, at) VALUES (?, 1, ?, ?) ON "
                                     "CONFLICT (sha256) DO "
                                     "UPDATE SET count = count + 1, part = excluded.part, at = excluded.at"));
                return statement.bind(message_sha256).bind(path).bind(seconds_of(system_clock::now())).run();
            },
            wait_for_disk);
    }

    // Memory first, so that two at once cannot both be the first. Where the disk then fails the token stays
    // spent until a restart: it fails to the safe side.
    base::Result<bool> spend_token(const std::string& token_id, system_clock::time_point expires) override {
        if (token_id.empty() || token_id.size() > max_token_id)
            return base::fail(base::Cause::invalid, "token id");
        if (!loaded_)
            return base::fail(base::Cause::unavailable, "the store is lost: spent tokens are not known");
        if (!memory_.spend(token_id, expires)) return false;
        SEKISHO_TRY(writer_.run(
            [token_id, expires](Database& database) -> base::Result<void> {
                Statement statement = SEKISHO_TRY(
                    database.prepare("INSERT OR IGNORE INTO spent_tokens (id, expires) VALUES (?, ?)"));
                return statement.bind(token_id).bind(seconds_of(expires)).run();
            },
            wait_for_disk));
        return true;
    }

    base::Result<void> put_sealed(std::vector<SealedRow> rows, const SealedLimits& limits) override {
        SEKISHO_TRY(check_sealed(rows));
        return writer_.run([rows = std::move(rows),
                            limits](Database& database) { return insert_sealed(database, rows, limits); },
                           wait_for_disk);
    }

    base::Result<std::vector<SealedRow>> sealed(std::span<const std::string> names,
                                                system_clock::time_point now,
                                                std::uint32_t per_name) override {
        return read<std::vector<SealedRow>>(sealed_reader_, [&](Database& database) {
            return select_sealed(database, names, now, per_name);
        });
    }

    base::Result<std::uint64_t> delete_expired_sealed(system_clock::time_point now) override {
        return delete_sealed(now);
    }
    base::Result<std::uint64_t> delete_all_sealed() override {
        return delete_sealed(system_clock::time_point::max());
    }

    std::uint64_t dropped_events() const override { return writer_.dropped(); }
    bool healthy() const override { return writer_.healthy(); }
    std::uint64_t generation() const override { return writer_.generation(); }

private:
    // On the way into the writer: reads what must be answered from memory.
    Database loaded(Database database) {
        if (!database) return database;
        if (auto done = memory_.load(database); !done) {
            base::log(base::LogLevel::error,
                      base::LogLine("store").add("error", done.error().message).text());
            database.close();  // the writer opens it again, and sets it aside where it is corrupt
            return database;
        }
        loaded_ = true;
        return database;
    }

    // On the writer's thread, when a file has been opened later than at the start.
    base::Result<void> refill(Database& fresh) {
        SEKISHO_TRY(memory_.load(fresh));
        SEKISHO_TRY(memory_.save(fresh));
        loaded_ = true;
        return {};
    }

    // Bite by bite, each a transaction of its own, so that others come in between.
    base::Result<std::uint64_t> delete_sealed(system_clock::time_point until) {
        std::uint64_t total = 0;
        for (;;) {
            auto deleted = std::make_shared<std::atomic<std::uint64_t>>(0);
            SEKISHO_TRY(writer_.run(
                [until, deleted](Database& database) -> base::Result<void> {
                    *deleted = SEKISHO_TRY(delete_sealed_bite(database, until));
                    return {};
                },
                wait_for_disk));
            total += *deleted;
            if (*deleted < sealed_bite) return total;
        }
    }

    struct Reader {
        std::mutex mutex;
        Database database;
        std::uint64_t generation = 0;
    };

    template <class T, class Select>
    base::Result<T> read(Reader& reader, const Select& select) {
        const std::lock_guard lock(reader.mutex);
        const std::uint64_t generation = writer_.generation();
        if (!reader.database || generation != reader.generation) {
            reader.database.close();
            reader.database = SEKISHO_TRY(Database::open(path_, reader_busy));
            reader.generation = generation;
        }
        base::Result<T> out = select(reader.database);
        if (!out && out.error().cause == base::Cause::malformed) writer_.suspect();
        return out;
    }

    static base::Result<std::vector<model::Event>> select_events(Database& database, std::string_view kind,
                                                                 std::uint32_t limit) {
        Statement statement = SEKISHO_TRY(database.prepare(
            kind.empty()
                ? "SELECT at, kind, queue_id, subject_id, detail FROM events ORDER BY id DESC LIMIT ?"
                : "SELECT at, kind, queue_id, subject_id, detail FROM events WHERE kind = ? ORDER BY id "
                  "DESC LIMIT ?"));
        if (!kind.empty()) statement.bind(kind);
        statement.bind(std::int64_t{limit});
        std::vector<model::Event> out;
        while (SEKISHO_TRY(statement.step())) {
            auto detail = base::parse_json(statement.text(4), {.max_bytes = 16U << 20, .max_depth = 16});
            out.push_back({.at = from_milliseconds(statement.integer(0)),
                           .kind = statement.text(1),
                           .queue_id = statement.text(2),
                           .subject_id = statement.text(3),
                           .detail = detail ? std::move(*detail) : base::Json()});
        }
        return out;
    }

    static base::Result<std::vector<QuarantineRow>> select_rows(Database& database,
                                                                const QuarantineFilter& filter) {
        // Ids are lower-case hex, so 'g' ends the run of those that share a prefix: the primary key finds it.
        const char* where = filter.id_prefix.empty() ? "?1 = ''" : "id >= ?1 AND id < ?1 || 'g'";
        const char* state = filter.state.empty() ? "?3 = ''" : "state = ?3";  // by its index
        Statement statement = SEKISHO_TRY(database.prepare(fmt::format(
            R"sql(SELECT id, at, verdict, reason, direction, mail_from, recipients, subject, queue_id, finding, bytes,
                         state, expires, deadline, attempts, tried_until
                  FROM quarantine
                  WHERE {} AND (?2 = '' OR verdict = ?2) AND {} AND at >= ?4
                        AND (?5 = 0 OR expires <= ?5)
                  ORDER BY at DESC, id)sql",
            where, state)));
        statement.bind(filter.id_prefix).bind(filter.verdict).bind(filter.state);
        statement.bind(filter.since ? seconds_of(*filter.since) : std::int64_t{0});
        statement.bind(filter.expires_before ? seconds_of(*filter.expires_before) : std::int64_t{0});
        std::vector<QuarantineRow> out;
        while (out.size() < filter.limit && SEKISHO_TRY(statement.step())) {
            QuarantineRow row = row_of(statement);
            const bool recipient_holds =
                filter.recipient_glob.empty() || std::ranges::any_of(row.recipients, [&](const auto& r) {
                    return glob_holds(filter.recipient_glob, r);
                });
            if (glob_holds(filter.sender_glob, row.mail_from) && recipient_holds)
                out.push_back(std::move(row));
        }
        return out;
    }

    const std::string path_;
    Memory memory_;
    std::atomic<bool> loaded_{false};
    Reader list_reader_;
    Reader sealed_reader_;
    Reader sent_reader_;
    Writer writer_;  // last: its thread uses what stands above
};

}  // namespace

base::Result<std::unique_ptr<Store>> Store::open(const config::StoreSettings& settings) {
    SEKISHO_TRY(make_folder_of(settings.path));
    Database database;
    if (auto opened = open_database(settings.path)) {
        database = std::move(opened->database);
    } else if (opened.error().cause == base::Cause::unsupported) {
        return std::unexpected(std::move(opened).error());
    } else {
        base::log(base::LogLevel::error, base::LogLine("store")
                                             .add("lost", settings.path)
                                             .add("error", opened.error().message)
                                             .add("note", "mail goes on; it is tried again")
                                             .text());
    }
    return std::make_unique<SqliteStore>(settings, std::move(database));
}

}  // namespace sekisho::store
