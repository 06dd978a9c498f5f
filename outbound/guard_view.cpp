// What people see of the guard.
#include <algorithm>
#include <string_view>
#include <thread>
#include <tuple>

#include "outbound/guard.h"

namespace sekisho::outbound {

namespace {

using Rank = std::tuple<int, double, std::string_view>;

// In trouble first, then who sends most, then by name.
bool before_row(const Guard::Row& a, const Guard::Row& b) {
    const auto rank = [](const Guard::Row& row) {
        return Rank(-static_cast<int>(row.state.level), -double{of(row.measures, Measure::messages_day)},
                    row.key.name);
    };
    return rank(a) < rank(b);
}

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

// The same before a row is made of it: most of a million are dormant, and come nowhere near.
bool before(const Senders::Named& sender, Moment now, const Guard::Row& row) {
    const auto& [name, what] = sender;
    if (what.standing || what.activity) return before_row(view_of({row.key.subject, name}, what, now), row);
    return Rank(0, 0, name) < Rank(-static_cast<int>(row.state.level),
                                   -double{of(row.measures, Measure::messages_day)}, row.key.name);
}

}  // namespace

Guard::Listing Guard::first_of(Subject subject, bool all, Moment now, std::size_t most) const {
    constexpr std::size_t places_at_once = 2'000;
    const Senders& senders = subject == Subject::account ? accounts_ : hosts_;
    Listing out;
    for (std::size_t place = 0, end = places_at_once, last = 1; place < last; end += places_at_once) {
        if (place > 0) std::this_thread::yield();
        const std::scoped_lock lock(mutex_);
        last = senders.places();
        for (; place < std::min(end, last); ++place) {
            const Senders::Named* const named = senders.at(place);
            if (named == nullptr) continue;
            if (!all && named->sender.level() == model::StandingLevel::normal) continue;
            ++out.known;
            const bool full = out.rows.size() == most;
            if (most == 0 || (full && !before(*named, now, out.rows.front()))) continue;
            if (full) {
                std::ranges::pop_heap(out.rows, before_row);
                out.rows.pop_back();
            }
            out.rows.push_back(view_of({subject, named->name}, named->sender, now));
            std::ranges::push_heap(out.rows, before_row);
        }
    }
    std::ranges::sort_heap(out.rows, before_row);
    return out;
}

std::array<std::uint64_t, 3> Guard::standings(Subject subject, Moment now) const {
    std::array<std::uint64_t, 3> out{};
    for (const Row& row : first_of(subject, false, now, SIZE_MAX).rows)
        if (row.state.level != model::StandingLevel::normal)
            ++out.at(static_cast<std::size_t>(row.state.level) - 1);
    return out;
}

std::optional<Guard::View> Guard::find(const Key& key, Moment now) const {
    const std::scoped_lock lock(mutex_);
    const Senders& senders = key.subject == Subject::account ? accounts_ : hosts_;
    const Senders::Named* const known = senders.find(key.name);
    if (known == nullptr) return std::nullopt;
    const Sender& sender = known->sender;
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
    return {accounts_.size(), active_[0], hosts_.size(), active_[1], trails_.size()};
}

}  // namespace sekisho::outbound
