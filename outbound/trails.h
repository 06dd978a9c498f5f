// The trails of names, as many as there is room for: who writes them chooses them, so that there is no end
// of them. A name has its place in one set of eight; where that is full, the one that was quiet longest goes.
// So a new name costs a look at neighbours in memory and no search.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "outbound/hash.h"
#include "outbound/trail.h"

namespace sekisho::outbound {

// A resource. Names of one hash are one: whoever makes two such could as well write the other name itself.
class Trails {
public:
    static constexpr std::size_t ways = 8;
    enum Kind : char { address = 'a', domain = 'd' };
    struct Named {
        std::string key;  // "a:someone@example.jp"
        Trail trail;

        static void* operator new(std::size_t size);  // in a slab
        static void operator delete(void* named) noexcept;
    };

    // `most`: in all; rounded down to whole sets, of which there is one at least.
    explicit Trails(std::size_t most);

    Trail* find(std::string_view key);
    const Trail* find(Kind kind, const HashedName& name) const;
    // Made where there is none, and seen at `now`. `gone`: the key of one that had to go and has been saved,
    // whose row is to go as well; untouched where there is none.
    Named& of(Kind kind, const HashedName& name, Moment now, std::string& gone);
    // Into the cache: where it stands; and then, what a message touches of it, or of the one that it pushes
    // out, which is returned; null where there is none.
    void fetch_place(Kind kind, const HashedName& name) const;
    const Trail* fetch(Kind kind, const HashedName& name, Moment now) const;
    std::size_t size() const { return size_; }

    // Calls `visit` with the named of `many` places from `first` on, and returns where to go on; 0 at the
    // end.
    template <class Visit>
    std::size_t visit(std::size_t first, std::size_t many, const Visit& visit) const {
        const std::size_t end = first + std::min(many, ways_.size() - std::min(first, ways_.size()));
        for (; first < end; ++first)
            if (ways_[first].named) visit(*ways_[first].named);
        return end == ways_.size() ? 0 : end;
    }

private:
    struct Way {
        std::uint64_t hash = 0;
        Moment last = 0;
        std::unique_ptr<Named> named;
    };
    std::span<const Way> set_of(std::uint64_t hash) const;
    // Of its set: the one that it has, or is to have.
    const Way& way_of(std::uint64_t hash) const;

    std::vector<Way> ways_;
    std::size_t size_ = 0;
};

}  // namespace sekisho::outbound
