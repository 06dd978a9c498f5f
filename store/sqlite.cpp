#include "store/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/escape.h"
#include "base/fd.h"

namespace sekisho::store {

namespace {

// SQLite's result code as one of our causes. Cause::malformed is kept for a broken file: the store sets such
// a file aside.
base::Cause cause_of(int code) {
    switch (code & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return base::Cause::malformed;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return base::Cause::unavailable;
        case SQLITE_MISUSE:
        case SQLITE_ERROR:
        case SQLITE_RANGE:
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
            return base::Cause::internal;
        default:
            return base::Cause::io;
    }
}

std::unexpected<base::Error> fail_sqlite(sqlite3* handle, int code, std::string_view what) {
    const char* text = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    return base::fail(cause_of(code), fmt::format("database: {}: {} ({})", what, base::escape(text), code));
}

}  // namespace

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement::Statement(Statement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)), next_(other.next_), bad_bind_(other.bad_bind_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
    std::swap(statement_, other.statement_);
    std::swap(next_, other.next_);
    std::swap(bad_bind_, other.bad_bind_);
    return *this;
}

Statement& Statement::bind(std::int64_t value) {
    const int code = sqlite3_bind_int64(statement_, next_++, value);
    if (code != SQLITE_OK && bad_bind_ == 0) bad_bind_ = code;
    return *this;
}

Statement& Statement::bind(std::string_view text) {
    // An empty view may have no address, which SQLite would take for NULL.
    const int code = sqlite3_bind_text64(statement_, next_++, text.empty() ? "" : text.data(), text.size(),
                                         SQLITE_TRANSIENT, SQLITE_UTF8);
    if (code != SQLITE_OK && bad_bind_ == 0) bad_bind_ = code;
    return *this;
}

Statement& Statement::bind(base::Bytes blob) {
    const void* from = blob.empty() ? "" : static_cast<const void*>(blob.data());
    const int code = sqlite3_bind_blob64(statement_, next_++, from, blob.size(), SQLITE_TRANSIENT);
    if (code != SQLITE_OK && bad_bind_ == 0) bad_bind_ = code;
    return *this;
}

base::Result<bool> Statement::step() {
    if (bad_bind_ != 0) {
        const int code = bad_bind_;
        reset();
        return fail_sqlite(nullptr, code, "bind");
    }
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
        reset();
        return false;
    }
    auto error = fail_sqlite(sqlite3_db_handle(statement_), code, "step");
    reset();
    return error;
}

base::Result<void> Statement::run() {
    while (SEKISHO_TRY(step())) {
    }
    return {};
}

void Statement::reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    next_ = 1;
    bad_bind_ = 0;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Statement::text(int column) const {
    // The order matters: the text first, then its length (SQLite's manual, "Result Values From A Query").
    const unsigned char* text = sqlite3_column_text(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (text == nullptr || size <= 0) return {};
    return std::string(base::as_text(std::as_bytes(std::span(text, static_cast<std::size_t>(size)))));
}

std::string Statement::blob(int column) const {
    const void* bytes = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (bytes == nullptr || size <= 0) return {};
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

Database::~Database() { close(); }

Database::Database(Database&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

Database& Database::operator=(Database&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
}

void Database::close() {
    // close_v2: a statement that still lives keeps the connection until it goes, instead of leaking it.
    sqlite3_close_v2(std::exchange(handle_, nullptr));
}

base::Result<Database> Database::open(const std::string& path, std::chrono::milliseconds busy_timeout) {
    // SQLite creates files by the umask: make it 0600 before; -wal and -shm take their mode from it. A file
    // that is there is not opened here: closing it would drop the POSIX locks of our other connections.
    const base::UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600));
    if (!file && errno != EEXIST) return base::fail_errno(path, errno);
    if (file) {
        // SQLite syncs the folder of files that it makes itself; this one is ours.
        const base::UniqueFd folder(
            ::open(std::filesystem::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!folder || ::fsync(folder.get()) != 0) return base::fail_errno(path, errno);
    }

    Database out;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path.c_str(), &out.handle_, flags, nullptr);
    if (code != SQLITE_OK) return fail_sqlite(out.handle_, code, path);
    if (sqlite3_db_readonly(out.handle_, "main") != 0) {
        return base::fail(base::Cause::io, fmt::format("{}: can be read but not written", path));
    }
    sqlite3_busy_timeout(out.handle_, static_cast<int>(busy_timeout.count()));
    SEKISHO_TRY(
        out.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000;"
                    "PRAGMA journal_size_limit=16777216; PRAGMA trusted_schema=OFF;"));
    return out;
}

base::Result<void> Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return fail_sqlite(handle_, code, sql.substr(0, 40));
    return {};
}

base::Result<Statement> Database::prepare(std::string_view sql) {
    Statement out;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &out.statement_, nullptr);
    if (code != SQLITE_OK) return fail_sqlite(handle_, code, sql.substr(0, 40));
    return out;
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

}  // namespace sekisho::store
