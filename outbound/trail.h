// What is counted of a name that anybody may write: an envelope sender, a From address, a sender domain.
// It is evidence in the record, never a target.
#pragma once

#include "outbound/distinct_sample.h"
#include "outbound/sliding_counts.h"

namespace sekisho::outbound {

// A value, about 1 KB.
struct Trail {
    enum Kind : std::uint8_t { messages, recipients, suspicious, kinds };
    SlidingCounts<kinds> counts;
    DistinctSample<16> accounts;
    DistinctSample<16> clients;
    Moment last = 0;
    std::uint64_t saved_at = 0;  // as in Sender
    bool dirty = false;
};

}  // namespace sekisho::outbound
