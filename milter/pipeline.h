// The way of one message: token? -> scan -> judge -> policy -> quarantine -> apply -> record.
#pragma once

#include "milter/message.h"
#include "milter/mta.h"
#include "milter/services.h"

namespace sekisho::milter {

// Decides on a whole message and carries the decision out. Blocks for as long as the scan takes
// (limits.max_time, queue included; twice the disk's fsync where a copy is kept). Every path ends in one
// Event, one log line and one answer; X-Sekisho-* fields that came in are removed on each path that lets the
// message through.
Reply process(const Services& services, Message& message, Mta& mta);

}  // namespace sekisho::milter
