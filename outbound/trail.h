// What is counted of a name that anybody may write: an address, as envelope sender and in From, and the
// domain of an envelope sender.
// It is evidence in the record, never a target.
#pragma once

#include "outbound/distinct_sample.h"
#include "outbound/sliding_counts.h"

namespace sekisho::outbound {

// A value of 2.7 KB.
struct Trail {
    enum Kind : std::uint8_t {
        sent,       // messages with it as envelope sender, or, of a domain, in that
        signed_by,  // with it in the From field
        // Of both:
        recipients,
        fresh,         // that the account never wrote to before
        rejected,      // that were answered 5xx
        deferred,      // 4xx
        literal_helo,  // messages
        suspicious,    // messages
        kinds
    };
    using Counts = SlidingCounts<kinds>;
    Counts counts;
    DistinctSample<16> accounts;
    DistinctSample<16> clients;
    DistinctSample<16> networks;
    DistinctSample<16> addressees;
    DistinctSample<16> domains;  // of these
    Moment last = 0;
    std::uint64_t saved_at = 0;  // as in Sender
    bool dirty = false;

    // As made anew, for another name.
    void clear() {
        counts.clear();
        accounts.clear();
        clients.clear();
        networks.clear();
        addressees.clear();
        domains.clear();
        last = 0;
        saved_at = 0;
        dirty = false;
    }
    // As those of Activity.
    void fetch(Moment now) const {
        counts.fetch(now);
        accounts.fetch();
        clients.fetch();
        networks.fetch();
        addressees.fetch();
        domains.fetch();
        __builtin_prefetch(&last, 1);
    }
    void fetch_more(Moment now) const {
        counts.fetch_over(now);
        accounts.fetch_entries();
        clients.fetch_entries();
        networks.fetch_entries();
        addressees.fetch_entries();
        domains.fetch_entries();
    }
};

}  // namespace sekisho::outbound
