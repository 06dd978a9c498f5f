#include "outbound/senders.h"

#include <memory>
#include <new>
#include <stdexcept>

namespace sekisho::outbound {

Senders::~Senders() {
    for (Place place = 0; place < used_; ++place)
        std::destroy_at(&slot(place));
}

Senders::Slot& Senders::slot(Place place) const {
    std::byte* const page = pages_[place / slots_of_page].get();
    auto* const first = reinterpret_cast<Slot*>(page);  // NOLINT(*-reinterpret-cast): take() made it one
    return std::span(first, slots_of_page)[place % slots_of_page];
}

Senders::Place Senders::first_of(const HashedName& name) const {
    const auto known = index_.find(key_of(name));
    return known == index_.end() ? none : known->second;
}

Senders::Slot* Senders::slot_of(Place first, const HashedName& name) const {
    for (Place place = first; place != none; place = slot(place).next)
        if (slot(place).name == name.name) return &slot(place);
    return nullptr;
}

const Senders::Named* Senders::find(const HashedName& name) const { return slot_of(first_of(name), name); }

Senders::Place Senders::take() {
    if (!free_.empty()) {
        const Place out = free_.back();
        free_.pop_back();
        return out;
    }
    if (used_ == none) throw std::length_error("too many senders");
    if (used_ == pages_.size() * slots_of_page) pages_.push_back(base::map_huge_pages());
    std::construct_at(&slot(used_));
    return used_++;
}

Senders::Named& Senders::of(std::string_view name) {
    const HashedName hashed(name);
    if (Slot* const known = slot_of(first_of(hashed), hashed); known != nullptr) return *known;
    const Place place = take();
    slot(place).name = name;
    slot(place).next = std::exchange(index_.try_emplace(key_of(hashed), none).first->second, place);
    return slot(place);
}

void Senders::erase(Named& named) {
    const auto first = index_.find(key_of(HashedName(named.name)));
    Place* link = &first->second;
    while (&slot(*link) != &named)
        link = &slot(*link).next;
    const Place place = *link;
    *link = slot(place).next;
    if (first->second == none) index_.erase(first);
    slot(place) = {};
    free_.push_back(place);
}

Senders::Place Senders::fetch(const HashedName& name) const {
    const Place place = first_of(name);
    if (place == none) return none;
    const Slot& slot = this->slot(place);
    __builtin_prefetch(&slot.name, 1);
    __builtin_prefetch(&slot.sender.baseline.usual);
    __builtin_prefetch(&slot.sender.baseline.days);
    __builtin_prefetch(&slot.sender.activity, 1);
    return place;
}

const Activity* Senders::fetch_activity(Place place, bool in_its_name, Moment now) const {
    if (place == none) return nullptr;
    const Slot& slot = this->slot(place);
    __builtin_prefetch(slot.name.data());
    const Activity* const out = slot.sender.activity.get();
    if (out != nullptr) out->fetch(in_its_name, now);
    return out;
}

}  // namespace sekisho::outbound
