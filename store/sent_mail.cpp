#include "store/sent_mail.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace sekisho::store {

namespace {

using std::chrono::system_clock;

constexpr std::int64_t most_names = 1'000;

std::int64_t milliseconds_of(system_clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}
system_clock::time_point from_milliseconds(std::int64_t value) {
    return system_clock::time_point(std::chrono::milliseconds(value));
}

model::Event event_of(const Statement& statement) {
    auto detail = base::parse_json(statement.text(4), {.max_bytes = 16U << 20, .max_depth = 16});
    return {.at = from_milliseconds(statement.integer(0)),
            .kind = statement.text(1),
            .queue_id = statement.text(2),
            .subject_id = statement.text(3),
            .detail = detail ? std::move(*detail) : base::Json(),
            .account = statement.text(5),
            .host = statement.text(6)};
}

// The columns that find a sender, and what is bound to "?1". The words of a statement, never of a mail.
struct Found {
    const char* own;
    const char* other;
    const std::string& name;
};
Found found_by(const SentFilter& filter) {
    return filter.account.empty() ? Found{"host", "account", filter.host}
                                  : Found{"account", "host", filter.account};
}

}  // namespace

base::Result<std::vector<model::Event>> select_events_about(Database& database, std::string_view kind,
                                                            std::string_view subject_id,
                                                            std::uint32_t limit) {
    Statement statement = SEKISHO_TRY(database.prepare(
        "SELECT at, kind, queue_id, subject_id, detail, account, host FROM events WHERE subject_id = ? AND "
        "kind = ? ORDER BY id DESC LIMIT ?"));
    statement.bind(subject_id).bind(kind).bind(std::int64_t{limit});
    std::vector<model::Event> out;
    while (SEKISHO_TRY(statement.step()))
        out.push_back(event_of(statement));
    return out;
}

base::Result<void> select_sent(Database& database, const SentFilter& filter,
                               const std::function<bool(model::Event)>& each) {
    const Found by = found_by(filter);
    // "<> ''" is what lets SQLite take the index, which holds senders of ours alone.
    Statement statement = SEKISHO_TRY(database.prepare(
        fmt::format("SELECT at, kind, queue_id, subject_id, detail, account, host FROM events WHERE {0} = ?1 "
                    "AND {0} <> '' AND at >= ?2 AND at <= ?3 ORDER BY at",
                    by.own)));
    statement.bind(by.name).bind(milliseconds_of(filter.since)).bind(milliseconds_of(filter.until));
    while (SEKISHO_TRY(statement.step())) {
        if (!each(event_of(statement))) break;
    }
    return {};
}

base::Result<std::vector<SentFrom>> select_sent_from(Database& database, const SentFilter& filter) {
    const Found by = found_by(filter);
    Statement statement = SEKISHO_TRY(database.prepare(
        fmt::format("SELECT {1}, min(at), max(at), count(*) FROM events WHERE {0} = ?1 AND {0} <> '' AND at "
                    ">= ?2 AND at <= ?3 GROUP BY {1} ORDER BY 2, 1 LIMIT ?4",
                    by.own, by.other)));
    statement.bind(by.name)
        .bind(milliseconds_of(filter.since))
        .bind(milliseconds_of(filter.until))
        .bind(most_names);
    std::vector<SentFrom> out;
    while (SEKISHO_TRY(statement.step())) {
        out.push_back(
            {.name = statement.text(0),
             .first = from_milliseconds(statement.integer(1)),
             .last = from_milliseconds(statement.integer(2)),
             .messages = static_cast<std::uint64_t>(std::max<std::int64_t>(statement.integer(3), 0))});
    }
    return out;
}

}  // namespace sekisho::store
