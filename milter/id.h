// The message's own id: what X-Sekisho-Id, reply texts, the log and the record have in common.
#pragma once

#include <chrono>
#include <string>

namespace sekisho::milter {

// Eighteen characters of Crockford's base32: 10 of milliseconds since 1970, 8 random. Sorts by time, reads
// well over the telephone (no I, L, O, U), and says nothing of the message.
std::string make_message_id(std::chrono::system_clock::time_point now);

}  // namespace sekisho::milter
