#include "store/recovery.h"

#include <fmt/format.h>
#include <unistd.h>

#include <sys/stat.h>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/log.h"
#include "store/schema.h"

namespace sekisho::store {

namespace {

constexpr std::chrono::seconds busy_timeout{5};

base::Result<Database> open_whole(const std::string& path) {
    Database database = SEKISHO_TRY(Database::open(path, busy_timeout));
    SEKISHO_TRY(migrate(database));
    // A file whose first pages are whole may still have lost a table.
    for (const char* table : {"events", "quarantine", "crashes", "spent_tokens", "sealed"}) {
        Statement probe = SEKISHO_TRY(database.prepare(fmt::format("SELECT 1 FROM {} LIMIT 1", table)));
        SEKISHO_TRY(probe.run());
    }
    return database;
}

}  // namespace

base::Result<std::string> set_aside(const std::string& path) {
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    std::string target;
    for (int n = 0; n < 1000; ++n) {
        target = fmt::format("{}.corrupt-{}{}", path, now.count(), n == 0 ? "" : fmt::format("-{}", n));
        if (::access(target.c_str(), F_OK) != 0) break;
    }
    if (std::rename(path.c_str(), target.c_str()) != 0) return base::fail_errno(path, errno);
    // The journal belongs to the moved file, and must not be replayed into the new one.
    for (const char* suffix : {"-wal", "-shm"}) {
        const std::string from = path + suffix;
        const std::string to = target + suffix;
        if (std::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT)
            return base::fail_errno(from, errno);
    }
    base::log(base::LogLevel::error,
              base::LogLine("store")
                  .add("corrupt", path)
                  .add("set_aside", target)
                  .add("note", "a new database begins; quarantined files are indexed again")
                  .text());
    return target;
}

base::Result<Opened> open_database(const std::string& path) {
    auto first = open_whole(path);
    if (first) return Opened{std::move(*first), {}};
    if (first.error().cause != base::Cause::malformed) return std::unexpected(std::move(first).error());
    std::string moved = SEKISHO_TRY(set_aside(path));
    return Opened{SEKISHO_TRY(open_whole(path)), std::move(moved)};
}

base::Result<void> make_folder_of(const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (path.empty() || folder.empty() || !folder.is_absolute()) {
        return base::fail(base::Cause::invalid, "store.path must be an absolute path");
    }
    std::error_code error;
    if (std::filesystem::is_directory(folder, error)) return {};
    std::filesystem::create_directories(folder.parent_path(), error);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        auto failed = base::fail_errno(folder.string(), errno);
        return base::fail(base::Cause::invalid, failed.error().message);
    }
    if (!std::filesystem::is_directory(folder, error)) {
        return base::fail(base::Cause::invalid, fmt::format("{}: not a folder", folder.string()));
    }
    return {};
}

}  // namespace sekisho::store
