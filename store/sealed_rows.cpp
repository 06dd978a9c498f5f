#include "store/sealed_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <set>
#include <string_view>
#include <utility>

#include "base/bytes.h"

namespace sekisho::store {

namespace {

using std::chrono::system_clock;

std::int64_t milliseconds_of(system_clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}
// Bounded: the clock counts nanoseconds, and overflows in 2262. A file may hold any number.
system_clock::time_point from_milliseconds(std::int64_t value) {
    constexpr std::int64_t year_2200 = 7'258'118'400'000;
    return system_clock::time_point(std::chrono::milliseconds(std::clamp<std::int64_t>(value, 0, year_2200)));
}

constexpr const char* over_name = R"sql(
DELETE FROM sealed WHERE id IN
    (SELECT id FROM sealed WHERE name = ? ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?))sql";

constexpr const char* over_source = R"sql(
DELETE FROM sealed WHERE id IN
    (SELECT id FROM sealed WHERE owner = ? AND source = ? ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?))sql";

// Every source keeps its newest row, then every source its second, and so on while there is room. So it is
// those with the most rows that lose, down to the same number for all of them.
constexpr const char* over_owner = R"sql(
DELETE FROM sealed WHERE id IN
    (SELECT id FROM (SELECT id, at, row_number() OVER (PARTITION BY source ORDER BY at DESC, id DESC) AS turn
                     FROM sealed WHERE owner = ?)
     ORDER BY turn, at DESC, id DESC LIMIT -1 OFFSET ?))sql";

base::Result<void> hold_limits(Database& database, std::span<const SealedRow> rows,
                               const SealedLimits& limits) {
    std::set<std::string_view> names;
    std::set<std::pair<std::string_view, std::string_view>> sources;
    std::set<std::string_view> owners;
    for (const SealedRow& row : rows) {
        names.insert(row.name);
        sources.emplace(row.owner, row.source);
        owners.insert(row.owner);
    }
    Statement by_name = SEKISHO_TRY(database.prepare(over_name));
    for (const std::string_view name : names)
        SEKISHO_TRY(by_name.bind(base::as_bytes(name)).bind(std::int64_t{limits.per_name}).run());
    Statement by_source = SEKISHO_TRY(database.prepare(over_source));
    for (const auto& [owner, source] : sources) {
        by_source.bind(base::as_bytes(owner)).bind(base::as_bytes(source));
        SEKISHO_TRY(by_source.bind(std::int64_t{limits.per_source}).run());
    }
    // Counting reads the index alone: nearly no owner is over, and the windows cost ten times as much.
    Statement count = SEKISHO_TRY(database.prepare("SELECT count(*) FROM sealed WHERE owner = ?"));
    Statement by_owner = SEKISHO_TRY(database.prepare(over_owner));
    for (const std::string_view owner : owners) {
        count.bind(base::as_bytes(owner));
        const bool there = SEKISHO_TRY(count.step());
        const bool over = there && count.integer(0) > std::int64_t{limits.per_owner};
        count.reset();
        if (over)
            SEKISHO_TRY(by_owner.bind(base::as_bytes(owner)).bind(std::int64_t{limits.per_owner}).run());
    }
    return {};
}

}  // namespace

base::Result<void> check_sealed(std::span<const SealedRow> rows) {
    if (rows.size() > Store::max_sealed_rows)
        return base::fail(base::Cause::limit, fmt::format("{} sealed rows at once", rows.size()));
    const bool too_long = std::ranges::any_of(
        rows, [](const SealedRow& row) { return row.content.size() > Store::max_sealed_content; });
    if (too_long) return base::fail(base::Cause::limit, "a sealed row is too long");
    return {};
}

// From the last to the first: of one time, the higher id counts as the newer.
base::Result<void> insert_sealed(Database& database, std::span<const SealedRow> rows,
                                 const SealedLimits& limits) {
    Statement insert =
        SEKISHO_TRY(database.prepare("INSERT OR REPLACE INTO sealed (name, mark, owner, source, content, at, "
                                     "expires) VALUES (?, ?, ?, ?, ?, "
                                     "?, ?)"));
    for (const SealedRow& row : rows | std::views::reverse) {
        insert.bind(base::as_bytes(row.name))
            .bind(base::as_bytes(row.mark))
            .bind(base::as_bytes(row.owner))
            .bind(base::as_bytes(row.source))
            .bind(base::as_bytes(row.content))
            .bind(milliseconds_of(row.at))
            .bind(milliseconds_of(row.expires));
        SEKISHO_TRY(insert.run());
    }
    return hold_limits(database, rows, limits);
}

base::Result<std::vector<SealedRow>> select_sealed(Database& database, std::span<const std::string> names,
                                                   system_clock::time_point now, std::uint32_t per_name) {
    Statement statement = SEKISHO_TRY(database.prepare(
        "SELECT name, mark, owner, source, content, at, expires FROM sealed WHERE name = ? AND expires > ? "
        "ORDER BY at DESC, id DESC LIMIT ?"));
    std::vector<SealedRow> out;
    for (const std::string& name : names) {
        statement.bind(base::as_bytes(name)).bind(milliseconds_of(now)).bind(std::int64_t{per_name});
        while (SEKISHO_TRY(statement.step())) {
            out.push_back({.name = statement.blob(0),
                           .mark = statement.blob(1),
                           .owner = statement.blob(2),
                           .source = statement.blob(3),
                           .content = statement.blob(4),
                           .at = from_milliseconds(statement.integer(5)),
                           .expires = from_milliseconds(statement.integer(6))});
        }
    }
    return out;
}

base::Result<std::uint64_t> delete_sealed_bite(Database& database, system_clock::time_point until) {
    Statement statement = SEKISHO_TRY(database.prepare(
        "DELETE FROM sealed WHERE id IN (SELECT id FROM sealed WHERE expires <= ? LIMIT ?)"));
    SEKISHO_TRY(statement.bind(milliseconds_of(until)).bind(static_cast<std::int64_t>(sealed_bite)).run());
    return static_cast<std::uint64_t>(database.changes());
}

}  // namespace sekisho::store
