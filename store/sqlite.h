// The few things of SQLite that the store needs, as resources that close themselves. sqlite3.h is included by
// sqlite.cpp alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

struct sqlite3;       // NOLINT(readability-identifier-naming): SQLite's name
struct sqlite3_stmt;  // NOLINT(readability-identifier-naming)

namespace sekisho::store {

// One prepared statement. Not thread-safe; must not outlive its Database.
class Statement {
public:
    Statement() = default;
    ~Statement();
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&& other) noexcept;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    // Binds to the next `?`, from left to right. Errors show at step().
    Statement& bind(std::int64_t value);
    Statement& bind(std::string_view text);  // copied
    Statement& bind(base::Bytes blob);       // copied; SQLite compares it with no text

    // True: a row is there. False: done, and the statement is ready to be bound again.
    base::Result<bool> step();
    // For statements that give no rows.
    base::Result<void> run();
    void reset();

    // Of the current row; columns count from 0. NULL reads as 0 or "".
    std::int64_t integer(int column) const;
    std::string text(int column) const;
    std::string blob(int column) const;

private:
    friend class Database;
    sqlite3_stmt* statement_ = nullptr;
    int next_ = 1;      // the parameter that bind() fills next
    int bad_bind_ = 0;  // first error of a bind, 0 for none
};

// One connection. Used by one thread at a time; the caller sees to it.
class Database {
public:
    Database() = default;
    ~Database();
    Database(Database&& other) noexcept;
    Database& operator=(Database&& other) noexcept;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // Opens or creates `path` (mode 0600) with WAL, synchronous=FULL and the busy timeout. A file that can
    // only be read is Cause::io: a store that cannot write is none. Cause::malformed: the file is no
    // database, or is broken inside.
    static base::Result<Database> open(const std::string& path, std::chrono::milliseconds busy_timeout);

    explicit operator bool() const { return handle_ != nullptr; }
    base::Result<void> execute(const std::string& sql);  // any number of statements, no rows
    base::Result<Statement> prepare(std::string_view sql);
    std::int64_t changes() const;  // rows that the last INSERT, UPDATE or DELETE touched
    bool in_transaction() const;
    void close();

private:
    sqlite3* handle_ = nullptr;
};

}  // namespace sekisho::store
