#include "sandbox/lanes.h"

#include <algorithm>
#include <utility>

namespace sekisho::sandbox {

bool Lanes::queue_has_room(const Key& key) const {
    if (waiting_ < limits_.queue) return true;
    // The reserve: a key that has next to nothing in the queue is not punished for those that fill it.
    const std::uint32_t few = std::max(1u, limits_.queue / 16);
    return waiting_ < limits_.queue + std::max(1u, limits_.queue / 4) && key.queued.size() < few;
}

bool Lanes::slow_has_room(const Key& key) const {
    return slow_ < limits_.slow && key.slow < std::max(1u, limits_.slow / 2);
}

std::optional<Lanes::Ticket> Lanes::enter(const std::string& name) {
    auto known = by_name_.find(name);
    if (known == by_name_.end()) {
        turns_.push_back({.name = name});
        known = by_name_.emplace(name, std::prev(turns_.end())).first;
    }
    const Turn::iterator key = known->second;
    const Ticket ticket = ++last_;
    tickets_.emplace(ticket, Entry{.key = key});
    key->queued.push_back(ticket);
    ++waiting_;
    settle();
    if (tickets_.at(ticket).place != Place::queued) return ticket;
    --waiting_;  // is there room beside the others?
    key->queued.pop_back();
    const bool room = queue_has_room(*key);
    key->queued.push_back(ticket);
    ++waiting_;
    if (room) return ticket;
    leave(ticket);
    return std::nullopt;
}

void Lanes::leave(Ticket ticket) {
    const auto found = tickets_.find(ticket);
    const Turn::iterator key = found->second.key;
    switch (found->second.place) {
        case Place::queued:
            key->queued.remove(ticket);
            --waiting_;
            break;
        case Place::fast:
            --key->fast;
            --fast_;
            break;
        case Place::slow:
            --key->slow;
            --slow_;
            break;
        case Place::parked:
            key->parked.remove(ticket);
            --parked_;
            break;
    }
    tickets_.erase(found);
    if (key->idle()) {
        by_name_.erase(key->name);
        turns_.erase(key);
    }
    settle();
}

Lanes::Place Lanes::make_slow(Ticket ticket) {
    Entry& entry = tickets_.at(ticket);
    if (entry.place != Place::fast) return entry.place;
    Key& key = *entry.key;
    if (slow_has_room(key)) {
        entry.place = Place::slow;
        ++key.slow;
        ++slow_;
    } else if (parked_ < limits_.parked) {
        entry.place = Place::parked;
        key.parked.push_back(ticket);
        ++parked_;
    } else {
        return Place::fast;
    }
    --key.fast;
    --fast_;
    settle();
    return entry.place;
}

void Lanes::resize(const LaneLimits& limits) {
    limits_ = limits;
    settle();
}

std::vector<Lanes::Ticket> Lanes::take_admitted() { return std::exchange(admitted_, {}); }

void Lanes::settle() {
    while (admit_slow()) {
    }
    while (admit_fast()) {
    }
}

bool Lanes::admit_slow() {
    if (slow_ >= limits_.slow || parked_ == 0) return false;
    for (auto key = turns_.begin(); key != turns_.end(); ++key) {
        if (key->parked.empty() || !slow_has_room(*key)) continue;
        const Ticket ticket = key->parked.front();
        key->parked.pop_front();
        --parked_;
        ++key->slow;
        ++slow_;
        tickets_.at(ticket).place = Place::slow;
        admitted_.push_back(ticket);
        turns_.splice(turns_.end(), turns_, key);
        return true;
    }
    return false;
}

bool Lanes::admit_fast() {
    if (waiting_ == 0 || fast_ >= limits_.fast + limits_.guests) return false;
    std::uint32_t share = limits_.fast;
    if (fast_ >= limits_.fast) {
        const auto active =
            std::ranges::count_if(turns_, [](const Key& key) { return !key.queued.empty() || key.fast > 0; });
        share = std::max(1u, limits_.fast / static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(active, 1)));
    }
    for (auto key = turns_.begin(); key != turns_.end(); ++key) {
        if (key->queued.empty() || (fast_ >= limits_.fast && key->fast >= share)) continue;
        const Ticket ticket = key->queued.front();
        key->queued.pop_front();
        --waiting_;
        ++key->fast;
        ++fast_;
        tickets_.at(ticket).place = Place::fast;
        admitted_.push_back(ticket);
        turns_.splice(turns_.end(), turns_, key);
        return true;
    }
    return false;
}

}  // namespace sekisho::sandbox
