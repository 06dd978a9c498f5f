// What one sender (an account, a host or a network) did in the last 24 hours. About 5 KB.
#pragma once

#include <array>
#include <cstdint>

#include "outbound/content_key.h"
#include "outbound/distinct_sample.h"
#include "outbound/measures.h"
#include "outbound/moment.h"
#include "outbound/sliding_counts.h"

namespace sekisho::outbound {

// Which contents went to many recipients: the few that came last. A content that was not seen for an hour is
// forgotten. A text is one entry, whatever changes in it from mail to mail: it is held against the first of
// them.
class Contents {
public:
    static constexpr std::size_t capacity = 8;
    struct Entry {
        ContentKey hash = 0;
        Moment first = 0, last = 0;
        std::uint32_t recipients = 0;
        std::uint32_t messages = 0;
        bool operator==(const Entry&) const = default;
    };
    // Recipients that this content has reached with these.
    std::uint32_t add(ContentKey hash, std::uint32_t recipients, Moment now);
    // Of a message that was answered to come again: it will be added again.
    void take_back(ContentKey hash, std::uint32_t recipients);
    std::uint32_t most(Moment now) const;  // of any content
    const std::array<Entry, capacity>& entries() const { return entries_; }
    std::array<Entry, capacity>& entries() { return entries_; }
    bool operator==(const Contents&) const = default;

private:
    std::array<Entry, capacity> entries_{};
};

using Counts = SlidingCounts<count_kinds>;
inline double count(const Counts::Reading& reading, Count what, Window window) {
    return reading.count(static_cast<std::size_t>(what), window);
}

// A value.
struct Activity {
    Measures most{};          // of the current day
    std::uint32_t today = 0;  // day number that `most` is of
    bool calm = true;         // nothing was held against it today
    bool repeats = false;     // it wrote to all recipients of its last message before, today; not kept
    // The last From field and network, today, that are known to be its own. Not kept.
    std::uint32_t own_from = 0, own_network = 0;
    Counts counts;
    DistinctSample<64> recipients;
    DistinctSample<32> recipient_domains;
    DistinctSample<32> clients;  // addresses of an account; accounts of a host
    DistinctSample<32> networks;
    DistinctSample<16> strange_networks;  // of a host: accounts that log in from elsewhere else
    DistinctSample<16> strange_regions;   // the same, by the wider network that they lie in; of a host: those
                                          // of the accounts that came under a new name
    DistinctSample<32> from_names;
    DistinctSample<32> from_addresses;
    DistinctSample<32> strange_froms;  // From fields, name and address, that are not usual for it
    DistinctSample<32> senders;
    DistinctSample<16> helos;
    Contents contents;

    // In a slab: they come and go with the day.
    static void* operator new(std::size_t size);
    static void operator delete(void* activity) noexcept;

    // Fetches into the cache what a message reads and writes of it, all at once: of a million senders the
    // next one is in no cache, and one miss after the other would cost more than the counting.
    // `in_its_name`: the message is its own, and not that of an account which sends from this host.
    void fetch(bool in_its_name, Moment now) const;
    // And then what lies behind that.
    void fetch_more(bool in_its_name, Moment now) const;
    double count(Count what, Window window, Moment now) const {
        return counts.count(static_cast<std::size_t>(what), window, now);
    }
    void add(Count what, std::uint32_t amount, Moment now) {
        counts.add(static_cast<std::size_t>(what), amount, now);
    }
    Measures measure(Moment now) const;
    Measures measure(const Counts::Reading& reading, Moment now) const;  // `reading`: counts.at(now)
};

}  // namespace sekisho::outbound
