#include "outbound/trails.h"

#include <algorithm>
#include <span>
#include <utility>

#include "outbound/hash.h"

namespace sekisho::outbound {

namespace {

std::uint64_t hash_of_name(Trails::Kind kind, std::string_view name) {
    return hash_of(hash_of(name), static_cast<std::uint64_t>(kind));
}

}  // namespace

Trails::Trails(std::size_t most) : ways_(std::max<std::size_t>(1, most / ways) * ways) {}

std::size_t Trails::set_of(std::uint64_t hash) const { return hash % (ways_.size() / ways) * ways; }

void Trails::fetch(Trails::Kind kind, std::string_view name) const {
    const auto set = std::span(ways_).subspan(set_of(hash_of_name(kind, name)), ways);
    __builtin_prefetch(&set[0]);
    __builtin_prefetch(&set[3]);
    __builtin_prefetch(&set[6]);
}

const Trail* Trails::find(Kind kind, std::string_view name) const {
    const std::uint64_t hash = hash_of_name(kind, name);
    for (const Way& way : std::span(ways_).subspan(set_of(hash), ways))
        if (way.named && way.hash == hash) return &way.named->trail;
    return nullptr;
}

Trail* Trails::find(std::string_view key) {
    if (key.size() < 2) return nullptr;
    // Of a table that is not const.
    return const_cast<Trail*>(  // NOLINT(*-const-cast)
        std::as_const(*this).find(static_cast<Kind>(key.front()), key.substr(2)));
}

Trails::Named& Trails::of(Trails::Kind kind, std::string_view name, Moment now, std::string& gone) {
    const std::uint64_t hash = hash_of_name(kind, name);
    const auto set = std::span(ways_).subspan(set_of(hash), ways);
    auto place = std::ranges::find_if(set, [&](const Way& way) { return way.named && way.hash == hash; });
    if (place == set.end()) {
        place = std::ranges::min_element(set, {}, &Way::last);  // one that is empty was never seen
        if (place->named) {
            if (place->named->trail.saved_at > 0) gone = std::move(place->named->key);
            std::destroy_at(&place->named->trail);
            std::construct_at(&place->named->trail);
        } else {
            place->named = std::make_unique<Named>();
            ++size_;
        }
        place->hash = hash;
        place->named->key.assign({static_cast<char>(kind), ':'}).append(name);
    }
    place->last = place->named->trail.last = std::max(place->last, now);
    return *place->named;
}

}  // namespace sekisho::outbound
