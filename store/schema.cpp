#include "store/schema.h"

#include <fmt/format.h>

#include <array>
#include <string>

namespace sekisho::store {

namespace {

// Step n of this table makes schema n + 1. A step that has been released is never edited: append another.
// Times are seconds since 1970 except events.at, quarantine.tried_until and those of sealed rows
// (milliseconds: their order matters). Events are append-only: the trigger stops a bug of ours from rewriting
// history; only the retention deletes.
constexpr std::array<const char*, 4> steps{R"sql(
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    queue_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX events_by_kind ON events (kind, id);
CREATE INDEX events_by_time ON events (at);
CREATE INDEX events_by_subject ON events (subject_id);
CREATE TRIGGER events_append_only BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TABLE quarantine (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    direction TEXT NOT NULL,
    mail_from TEXT NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    queue_id TEXT NOT NULL,
    finding TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    state TEXT NOT NULL,
    expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX quarantine_by_time ON quarantine (at);
CREATE INDEX quarantine_by_expiry ON quarantine (state, expires);
CREATE TABLE crashes (
    sha256 TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    part TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE spent_tokens (
    id TEXT PRIMARY KEY,
    expires INTEGER NOT NULL
) WITHOUT ROWID;
)sql",
                                           R"sql(
CREATE TABLE sealed (
    id INTEGER PRIMARY KEY,
    name BLOB NOT NULL,
    mark BLOB NOT NULL,
    owner BLOB NOT NULL,
    source BLOB NOT NULL,
    content BLOB NOT NULL,
    at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    UNIQUE (name, mark)
);
CREATE INDEX sealed_by_owner ON sealed (owner, source);
CREATE INDEX sealed_by_expiry ON sealed (expires);
)sql",
                                           R"sql(
ALTER TABLE quarantine ADD COLUMN deadline INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quarantine ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quarantine ADD COLUMN tried_until INTEGER NOT NULL DEFAULT 0;
)sql",
                                           R"sql(
ALTER TABLE events ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN host TEXT NOT NULL DEFAULT '';
CREATE INDEX events_by_account ON events (account, at, host) WHERE account <> '';
CREATE INDEX events_by_host ON events (host, at, account) WHERE host <> '';
)sql"};

}  // namespace

int newest_schema() { return static_cast<int>(steps.size()); }

base::Result<void> migrate(Database& database) {
    std::int64_t version = 0;
    {
        Statement ask = SEKISHO_TRY(database.prepare("PRAGMA user_version"));
        if (SEKISHO_TRY(ask.step())) version = ask.integer(0);
    }
    if (version < 0 || version > newest_schema()) {
        return base::fail(
            base::Cause::unsupported,
            fmt::format("database has schema {}, this program knows {}", version, newest_schema()));
    }
    for (auto at = static_cast<std::size_t>(version); at < steps.size(); ++at) {
        auto done = database.execute(
            fmt::format("BEGIN IMMEDIATE; {} PRAGMA user_version={}; COMMIT;", steps.at(at), at + 1));
        if (!done) {
            if (database.in_transaction()) (void)database.execute("ROLLBACK");
            return done;
        }
    }
    return {};
}

}  // namespace sekisho::store
