// What people see of the guard.
#include <algorithm>

#include "outbound/guard.h"

namespace sekisho::outbound {

namespace {

// What decays is shown as it stands now.
Guard::Row view_of(const Key& key, const Sender& sender, Moment now) {
    Guard::Row out{.key = key, .usual = sender.baseline.usual};
    if (sender.standing) {
        out.state = *sender.standing;
        decay(out.state, now);
    }
    if (sender.activity) out.measures = sender.activity->measure(now);
    return out;
}

}  // namespace

std::vector<Guard::Row> Guard::list(Subject subject, bool all, Moment now) const {
    const std::scoped_lock lock(mutex_);
    std::vector<Row> out;
    for (const auto& [name, sender] : subject == Subject::account ? accounts_ : hosts_) {
        if (!all && sender.level() == model::StandingLevel::normal) continue;
        out.push_back(view_of({subject, name}, sender, now));
    }
    return out;
}

std::optional<Guard::View> Guard::find(const Key& key, Moment now) const {
    const std::scoped_lock lock(mutex_);
    const Senders& senders = key.subject == Subject::account ? accounts_ : hosts_;
    const auto known = senders.find(key.name);
    if (known == senders.end()) return std::nullopt;
    const Sender& sender = known->second;
    View out{.row = view_of(key, sender, now), .days = sender.baseline.days};
    if (!sender.activity) return out;
    const Activity& activity = *sender.activity;
    out.messages_by_hour = activity.counts.by_hour(static_cast<std::size_t>(Count::messages), now);
    for (std::size_t i = 0; i < count_kinds; ++i)
        out.counts.emplace_back(to_string(static_cast<Count>(i)),
                                activity.count(static_cast<Count>(i), Window::hour, now));
    const bool account = key.subject == Subject::account;
    out.counts.emplace_back("distinct recipients", activity.recipients.count(hour, now));
    out.counts.emplace_back("distinct recipient domains", activity.recipient_domains.count(hour, now));
    out.counts.emplace_back(account ? "client addresses" : "accounts", activity.clients.count(hour, now));
    out.counts.emplace_back("networks", activity.networks.count(hour, now));
    out.counts.emplace_back("From names", activity.from_names.count(hour, now));
    out.counts.emplace_back("From addresses", activity.from_addresses.count(hour, now));
    out.counts.emplace_back("envelope senders", activity.senders.count(hour, now));
    out.counts.emplace_back("HELO names", activity.helos.count(hour, now));
    return out;
}

Guard::Size Guard::size() const {
    const std::scoped_lock lock(mutex_);
    const auto active = [](const Senders& senders) {
        return static_cast<std::size_t>(std::ranges::count_if(
            senders, [](const auto& entry) { return entry.second.activity != nullptr; }));
    };
    return {accounts_.size(), active(accounts_), hosts_.size(), active(hosts_), trails_.size()};
}

}  // namespace sekisho::outbound
