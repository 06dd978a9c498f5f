// What people see of the names in mail: envelope senders, From addresses, domains.
#include <algorithm>
#include <thread>
#include <tuple>

#include "outbound/guard.h"

namespace sekisho::outbound {

namespace {

double messages_of(const Trail& trail, Moment now) {
    return std::max(trail.counts.count(Trail::sent, Window::day, now),
                    trail.counts.count(Trail::signed_by, Window::day, now));
}

Guard::NameRow name_row(Trails::Kind kind, std::string_view name, const Trail& trail, Moment now) {
    Guard::NameRow out{.name = std::string(name), .is_domain = kind == Trails::domain, .counts = {}};
    const auto by_window = [&](std::string_view what, const auto& count) {
        auto& counts = out.counts.emplace_back(what, std::array<double, window_count>{}).second;
        for (const Window window : windows)
            counts.at(static_cast<std::size_t>(window)) = count(window);
    };
    const auto counted = [&](std::string_view what, Trail::Kind of) {
        by_window(what, [&](Window window) { return trail.counts.count(of, window, now); });
    };
    const auto different = [&](std::string_view what, const auto& sample) {
        by_window(what, [&](Window window) { return sample.count(length_of(window), now); });
    };
    counted("messages as envelope sender", Trail::sent);
    if (!out.is_domain) counted("messages with it in From", Trail::signed_by);
    counted("recipients", Trail::recipients);
    different("distinct recipients", trail.addressees);
    different("distinct recipient domains", trail.domains);
    counted(to_string(Count::fresh), Trail::fresh);
    counted(to_string(Count::rejected), Trail::rejected);
    counted(to_string(Count::deferred), Trail::deferred);
    counted("messages with findings", Trail::suspicious);
    counted(to_string(Count::literal_helo), Trail::literal_helo);
    different("accounts", trail.accounts);
    different("client addresses", trail.clients);
    different("networks", trail.networks);
    out.messages = messages_of(trail, now);
    return out;
}

bool before_row(const Guard::NameRow& a, const Guard::NameRow& b) {
    return std::tuple(-a.messages, std::string_view(a.name), a.is_domain) <
           std::tuple(-b.messages, std::string_view(b.name), b.is_domain);
}

}  // namespace

Guard::Names Guard::names(Moment now, std::size_t most) const {
    constexpr std::size_t places_at_once = 500;
    Names out;
    std::size_t place = 0;
    do {
        if (place > 0) std::this_thread::yield();
        const std::scoped_lock lock(mutex_);
        place = trails_.visit(place, places_at_once, [&](const Trails::Named& named) {
            ++out.known;
            const bool full = out.rows.size() == most;
            if (most == 0 || (full && messages_of(named.trail, now) < out.rows.front().messages)) return;
            const std::string_view key = named.key;
            out.rows.push_back(
                name_row(static_cast<Trails::Kind>(key.front()), key.substr(2), named.trail, now));
            std::ranges::push_heap(out.rows, before_row);
            if (!full) return;
            std::ranges::pop_heap(out.rows, before_row);
            out.rows.pop_back();
        });
    } while (place > 0);
    std::ranges::sort_heap(out.rows, before_row);
    return out;
}

std::vector<Guard::NameRow> Guard::find_name(std::string_view name, Moment now) const {
    std::vector<NameRow> out;
    const std::scoped_lock lock(mutex_);
    for (const Trails::Kind kind : {Trails::address, Trails::domain})
        if (const Trail* const trail = trails_.find(kind, HashedName(name)); trail != nullptr)
            out.push_back(name_row(kind, name, *trail, now));
    return out;
}

}  // namespace sekisho::outbound
