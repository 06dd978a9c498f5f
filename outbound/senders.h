// All accounts, or all hosts, by their names. Each has a place in which it stays until it is erased. They lie
// side by side in huge pages, and the index keeps a place and no name: of a million the next one is in no
// cache, and each look at memory that waits for another costs more than all counting.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/slab.h"
#include "outbound/hash.h"
#include "outbound/sender.h"

namespace sekisho::outbound {

// A resource. Names are not empty.
class Senders {
public:
    struct Named {
        std::string name;
        Sender sender;
    };

    using Place = std::uint32_t;
    static constexpr Place none = UINT32_MAX;

    Senders() = default;
    ~Senders();
    Senders(const Senders&) = delete;
    Senders& operator=(const Senders&) = delete;

    const Named* find(const HashedName& name) const;
    const Named* find(std::string_view name) const { return find(HashedName(name)); }
    Named* find(const HashedName& name) { return slot_of(first_of(name), name); }
    Named* find(std::string_view name) { return find(HashedName(name)); }
    Named* find(Place from, const HashedName& name) { return slot_of(from, name); }  // `from`: fetch(name)
    // Made where there is none.
    Named& of(std::string_view name);
    void erase(Named& named);
    std::size_t size() const { return places() - free_.size(); }
    std::size_t keys() const { return index_.size(); }  // no more than size()

    // Places up to this one are taken, or were.
    std::size_t places() const { return used_; }
    const Named* at(std::size_t place) const { return taken(slot(static_cast<Place>(place))); }
    Named* at(std::size_t place) { return taken(slot(static_cast<Place>(place))); }

    // Into the cache, step by step, so that what is fetched for several names comes at once: where it stands;
    // the sender, whose place, or that of one with the same key, is returned; what a message touches of it
    // (as Activity::fetch(); null where there is none).
    void fetch_place(const HashedName& name) const { index_.prefetch(key_of(name)); }
    Place fetch(const HashedName& name) const;
    const Activity* fetch_activity(Place place, bool in_its_name, Moment now) const;

private:
    struct Slot : Named {
        Place next = none;  // another one with the same key
    };
    static constexpr std::size_t slots_of_page = base::huge_page / sizeof(Slot);
    static std::uint32_t key_of(const HashedName& name) { return short_hash(name.hash); }
    template <class Any>
    static Any* taken(Any& slot) {
        return slot.name.empty() ? nullptr : &slot;
    }
    Slot& slot(Place place) const;
    Place first_of(const HashedName& name) const;
    Slot* slot_of(Place first, const HashedName& name) const;
    Place take();

    std::vector<base::HugePages> pages_;
    Place used_ = 0;
    std::vector<Place> free_;
    // By 32 bits of the hash: of a million names some hundred share theirs with another.
    absl::flat_hash_map<std::uint32_t, Place> index_;
};

}  // namespace sekisho::outbound
