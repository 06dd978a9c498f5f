#include "outbound/activity.h"

#include <algorithm>

#include "base/slab.h"

namespace sekisho::outbound {

std::uint32_t Contents::add(ContentKey hash, std::uint32_t recipients, Moment now) {
    const auto known = std::ranges::find_if(entries_, [&](const Entry& entry) {
        return same_content(entry.hash, hash) && entry.recipients > 0 && since(entry.last, now) < hour;
    });
    Entry& entry = known != entries_.end() ? *known : *std::ranges::min_element(entries_, {}, &Entry::last);
    if (known == entries_.end()) entry = {.hash = hash, .first = now};
    entry.last = std::max(entry.last, now);
    entry.recipients =
        recipients > UINT32_MAX - entry.recipients ? UINT32_MAX : entry.recipients + recipients;
    ++entry.messages;
    return entry.recipients;
}

void Contents::take_back(ContentKey hash, std::uint32_t recipients) {
    for (Entry& entry : entries_) {
        if (!same_content(entry.hash, hash) || entry.messages == 0) continue;
        --entry.messages;
        entry.recipients -= std::min(entry.recipients, recipients);
    }
}

// One message to many is a circular; what counts is a content that comes again and again.
std::uint32_t Contents::most(Moment now) const {
    std::uint32_t out = 0;
    for (const Entry& entry : entries_)
        if (entry.messages > 1 && since(entry.last, now) < hour) out = std::max(out, entry.recipients);
    return out;
}

namespace {

// It outlives all activities.
base::Slab& slab() {
    static base::Slab& out = *new base::Slab(sizeof(Activity));
    return out;
}

}  // namespace

void* Activity::operator new(std::size_t /*size*/) { return slab().take(); }
void Activity::operator delete(void* activity) noexcept { slab().give(activity); }

void Activity::fetch(bool in_its_name, Moment now) const {
    __builtin_prefetch(&most, 1);
    counts.fetch(now);
    clients.fetch();
    strange_networks.fetch();
    strange_regions.fetch();
    if (!in_its_name) return;
    recipients.fetch();
    recipient_domains.fetch();
    networks.fetch();
    from_names.fetch();
    from_addresses.fetch();
    strange_froms.fetch();
    senders.fetch();
    helos.fetch();
    for (const Contents::Entry& entry : contents.entries())
        __builtin_prefetch(&entry, 1);
}

void Activity::fetch_more(bool in_its_name, Moment now) const {
    counts.fetch_over(now);
    clients.fetch_entries();
    if (!in_its_name) return;
    recipients.fetch_entries();
    recipient_domains.fetch_entries();
    networks.fetch_entries();
    from_names.fetch_entries();
    from_addresses.fetch_entries();
    senders.fetch_entries();
    helos.fetch_entries();
}

Measures Activity::measure(Moment now) const {
    // A host that accounts alone send from: what is measured comes with messages.
    if (!counts.any(static_cast<std::size_t>(Count::messages))) return {};
    return measure(counts.at(now), now);
}

Measures Activity::measure(const Counts::Reading& reading, Moment now) const {
    Measures out{};
    for (const Window window : windows) {
        of(out, messages_in(window)) = static_cast<float>(outbound::count(reading, Count::messages, window));
        of(out, recipients_in(window)) =
            static_cast<float>(outbound::count(reading, Count::recipients, window));
    }
    if (of(out, Measure::messages_day) == 0) return out;
    of(out, Measure::from_names) = static_cast<float>(strange_froms.count(hour, now));
    of(out, Measure::peers) = static_cast<float>(networks.count(hour, now));
    of(out, Measure::senders) = static_cast<float>(senders.count(hour, now));
    of(out, Measure::copies) = static_cast<float>(contents.most(now));
    return out;
}

}  // namespace sekisho::outbound
