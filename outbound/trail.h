// What is counted of a name that anybody may write: an address, as envelope sender and in From, and the
// domain of an envelope sender.
// It is evidence in the record, never a target.
#pragma once

#include "outbound/distinct_sample.h"
#include "outbound/sliding_counts.h"

namespace sekisho::outbound {

// A value, about 1 KB.
struct Trail {
    enum Kind : std::uint8_t {
        sent,        // messages with it as envelope sender, or, of a domain, in that
        signed_by,   // with it in the From field
        recipients,  // of both
        suspicious,  // messages of both
        kinds
    };
    SlidingCounts<kinds> counts;
    DistinctSample<16> accounts;
    DistinctSample<16> clients;
    DistinctSample<16> addressees;
    Moment last = 0;
    std::uint64_t saved_at = 0;  // as in Sender
    bool dirty = false;
};

}  // namespace sekisho::outbound
