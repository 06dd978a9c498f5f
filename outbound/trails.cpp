#include "outbound/trails.h"

#include <algorithm>
#include <utility>

namespace sekisho::outbound {

namespace {

std::uint64_t hash_of_name(Trails::Kind kind, const HashedName& name) {
    return hash_of(name.hash, static_cast<std::uint64_t>(kind));
}

}  // namespace

Trails::Trails(std::size_t most) : ways_(std::max<std::size_t>(1, most / ways) * ways) {}

std::size_t Trails::first_of(std::uint64_t hash) const { return hash % (ways_.size() / ways) * ways; }

std::span<const Trails::Way> Trails::set_of(std::uint64_t hash) const {
    return std::span(ways_).subspan(first_of(hash), ways);
}

void Trails::fetch_place(Trails::Kind kind, const HashedName& name) const {
    const auto set = set_of(hash_of_name(kind, name));
    __builtin_prefetch(&set[0]);
    __builtin_prefetch(&set[3]);
    __builtin_prefetch(&set[6]);
}

void Trails::fetch(Trails::Kind kind, const HashedName& name) const {
    if (const Trail* const known = find(kind, name); known != nullptr) known->fetch();
}

const Trail* Trails::find(Kind kind, const HashedName& name) const {
    const std::uint64_t hash = hash_of_name(kind, name);
    for (const Way& way : set_of(hash))
        if (way.named && way.hash == hash) return &way.named->trail;
    return nullptr;
}

Trail* Trails::find(std::string_view key) {
    if (key.size() < 2) return nullptr;
    // Of a table that is not const.
    return const_cast<Trail*>(  // NOLINT(*-const-cast)
        std::as_const(*this).find(static_cast<Kind>(key.front()), HashedName(key.substr(2))));
}

Trails::Named& Trails::of(Trails::Kind kind, const HashedName& name, Moment now, std::string& gone) {
    const std::uint64_t hash = hash_of_name(kind, name);
    const auto set = std::span(ways_).subspan(first_of(hash), ways);
    auto place = std::ranges::find_if(set, [&](const Way& way) { return way.named && way.hash == hash; });
    if (place == set.end()) {
        place = std::ranges::min_element(set, {}, &Way::last);  // one that is empty was never seen
        if (place->named) {
            if (place->named->trail.saved_at > 0) gone = std::move(place->named->key);
            place->named->trail.clear();
        } else {
            place->named = std::make_unique<Named>();
            ++size_;
        }
        place->hash = hash;
        place->named->key.assign({static_cast<char>(kind), ':'}).append(name.name);
    }
    place->last = place->named->trail.last = std::max(place->last, now);
    return *place->named;
}

}  // namespace sekisho::outbound
