// What the Redis server runs for us: each script is one atomic step. All keys stand in KEYS; they lie in one
// slot where state.redis.prefix holds a {hash tag}.
#pragma once

#include <string_view>

namespace sekisho::store {

// Appends records to the shared log and reads those that came after a place.
// KEYS: the log. ARGV: our origin, the place, most records to read, most records of the log, seconds that the
// log outlives its last record, "1" to leave out our own, then number, kind and bytes of each record.
// Answers {place of the last one looked at, how many were looked at, newest place, {{place, origin, number,
// kind, bytes}, ...}}; the newest place is empty where there were some.
extern const std::string_view exchange_script;

// Writes a value if it goes before the one that is there (SharedValue says how), and if so tells the others
// by a record of kind "s". KEYS: the values, the log. ARGV: our origin, the record's number, field, now,
// level, until, since, "1" for a person's word, bytes, most records of the log, seconds that the log outlives
// its last record, seconds that the values outlive their last use. Answers {1 where it was written and 0
// where not, bytes of the value that holds now or ""}. A person's release stands in a field of its own, "r:"
// and the field's name, and outlives what comes after it.
extern const std::string_view put_script;

// A page of the values; removes those that are over.
// KEYS: the values. ARGV: cursor ("0" to begin), now, seconds that the values outlive their last use.
// Answers {next cursor, {bytes, ...}}.
extern const std::string_view list_script;

}  // namespace sekisho::store
