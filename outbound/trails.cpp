#include "outbound/trails.h"

#include <algorithm>
#include <utility>

#include "base/slab.h"

namespace sekisho::outbound {

namespace {

std::uint64_t hash_of_name(Trails::Kind kind, const HashedName& name) {
    return hash_of(name.hash, static_cast<std::uint64_t>(kind));
}

// It outlives all trails.
base::Slab& slab() {
    static base::Slab& out = *new base::Slab(sizeof(Trails::Named));
    return out;
}

}  // namespace

void* Trails::Named::operator new(std::size_t /*size*/) { return slab().take(); }
void Trails::Named::operator delete(void* named) noexcept { slab().give(named); }

Trails::Trails(std::size_t most) : ways_(std::max<std::size_t>(1, most / ways) * ways) {}

std::span<const Trails::Way> Trails::set_of(std::uint64_t hash) const {
    return std::span(ways_).subspan(hash % (ways_.size() / ways) * ways, ways);
}

const Trails::Way& Trails::way_of(std::uint64_t hash) const {
    const auto set = set_of(hash);
    const auto known =
        std::ranges::find_if(set, [&](const Way& way) { return way.named && way.hash == hash; });
    if (known != set.end()) return *known;
    return *std::ranges::min_element(set, {}, &Way::last);  // one that is empty was never seen
}

void Trails::fetch_place(Trails::Kind kind, const HashedName& name) const {
    const auto set = set_of(hash_of_name(kind, name));
    __builtin_prefetch(&set[0]);
    __builtin_prefetch(&set[3]);
    __builtin_prefetch(&set[6]);
}

const Trail* Trails::fetch(Trails::Kind kind, const HashedName& name, Moment now) const {
    const Way& way = way_of(hash_of_name(kind, name));
    if (!way.named) return nullptr;
    __builtin_prefetch(&way.named->key, 1);
    way.named->trail.fetch(now);
    return &way.named->trail;
}

const Trail* Trails::find(Kind kind, const HashedName& name) const {
    const std::uint64_t hash = hash_of_name(kind, name);
    const Way& way = way_of(hash);
    return way.named && way.hash == hash ? &way.named->trail : nullptr;
}

Trail* Trails::find(std::string_view key) {
    if (key.size() < 2) return nullptr;
    // Of a table that is not const.
    return const_cast<Trail*>(  // NOLINT(*-const-cast)
        std::as_const(*this).find(static_cast<Kind>(key.front()), HashedName(key.substr(2))));
}

Trails::Named& Trails::of(Trails::Kind kind, const HashedName& name, Moment now, std::string& gone) {
    const std::uint64_t hash = hash_of_name(kind, name);
    Way& way = const_cast<Way&>(way_of(hash));  // NOLINT(*-const-cast): of a table that is not const
    if (!way.named || way.hash != hash) {
        if (way.named) {
            if (way.named->trail.saved_at > 0) gone = std::move(way.named->key);
            way.named->trail.clear();
        } else {
            way.named = std::make_unique<Named>();
            ++size_;
        }
        way.hash = hash;
        way.named->key.assign({static_cast<char>(kind), ':'}).append(name.name);
    }
    way.last = way.named->trail.last = std::max(way.last, now);
    return *way.named;
}

}  // namespace sekisho::outbound
