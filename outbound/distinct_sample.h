// How many different values were seen in any part of the last 24 hours.
//
// A sample of the values' hashes with the time when each was seen last (P. Gibbons, "Distinct sampling for
// highly-accurate answers to distinct values queries and event reports", VLDB 2001). While there are no more
// than `capacity` of them it is exact, for every window at once; beyond, only hashes that begin with `level`
// zero bits are kept and each stands for 2^level: the relative error is about 1 / sqrt(kept in the window).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "outbound/moment.h"

namespace sekisho::outbound {

// A value of 8 * capacity + 16 bytes, aligned so that the 16 lie in one line of the cache. A clock that steps
// back makes nothing younger.
template <std::size_t capacity>
class alignas(16) DistinctSample {
    static_assert(capacity >= 8 && capacity <= 255);

public:
    struct Entry {
        std::uint32_t hash = 0;
        Moment last = 0;
        bool operator==(const Entry&) const = default;
    };

    // True where the value is not in the sample of the last 24 hours (so: new, while the sample is whole).
    bool add(std::uint32_t hash, Moment now) {
        if (now > newest_) newest_ = now;
        for (std::size_t i = 0; i < size_; ++i) {
            if (entries_[i].hash != hash) continue;
            const bool gone = since(entries_[i].last, newest_) >= day;
            entries_[i].last = newest_;
            return gone;
        }
        loosen();
        if (!passes(hash, level_)) return true;
        if (size_ == capacity) drop([&](const Entry& entry) { return since(entry.last, newest_) >= day; });
        while (size_ == capacity && level_ < 31) {
            ++level_;
            if (level_ > older_level_) older_level_ = level_;
            raised_ = newest_;
            drop([&](const Entry& entry) { return !passes(entry.hash, level_); });
        }
        if (size_ < capacity && passes(hash, level_)) entries_[size_++] = {hash, newest_};
        return true;
    }

    // Of those that were seen within `length` seconds (at most a day) before `now`.
    double count(Moment length, Moment now) const {
        const Moment at = now > newest_ ? now : newest_;
        // Before the level was lowered only the fewer were kept.
        const unsigned level = since(lowered_, at) >= length ? level_ : older_level_;
        std::uint64_t kept = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            const Entry& entry = entries_[i];
            if (since(entry.last, at) < length && passes(entry.hash, level)) ++kept;
        }
        return static_cast<double>(kept << level);
    }

    // Into the cache: what says how many there are; and then, where that is there, those, and the place for
    // one more.
    void fetch() const { __builtin_prefetch(&newest_, 1); }
    void fetch_entries() const {
        constexpr std::size_t in_line = 64 / sizeof(Entry);
        for (std::size_t i = 0; i < size_; i += in_line)
            __builtin_prefetch(&entries_[i], 1);
        __builtin_prefetch(&entries_[std::min<std::size_t>(size_, capacity - 1)], 1);
    }

    // As made anew; the entries stay where they are.
    void clear() {
        newest_ = raised_ = lowered_ = 0;
        size_ = level_ = older_level_ = 0;
    }

    bool operator==(const DistinctSample& other) const {
        return scale() == other.scale() &&
               std::equal(entries_.begin(), entries_.begin() + size_, other.entries_.begin());
    }

    // For the snapshot.
    struct Scale {
        std::uint8_t size = 0, level = 0, older_level = 0;
        Moment newest = 0, raised = 0, lowered = 0;
        bool operator==(const Scale&) const = default;
    };
    Scale scale() const { return {size_, level_, older_level_, newest_, raised_, lowered_}; }
    const Entry& entry(std::size_t i) const { return entries_[i]; }
    // False, and empty, for what no sample gave.
    bool restore(const Scale& scale, const std::array<Entry, capacity>& entries) {
        *this = {};
        if (scale.size > capacity || scale.level > 31 || scale.older_level > 31) return false;
        entries_ = entries;
        size_ = scale.size;
        level_ = scale.level;
        older_level_ = scale.older_level;
        newest_ = scale.newest;
        raised_ = scale.raised;
        lowered_ = scale.lowered;
        return true;
    }

private:
    static bool passes(std::uint32_t hash, unsigned level) { return level == 0 || hash >> (32 - level) == 0; }

    template <class Odd>
    void drop(const Odd& is_odd) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < size_; ++i)
            if (!is_odd(entries_[i])) entries_[kept++] = entries_[i];
        size_ = static_cast<std::uint8_t>(kept);
    }

    // A flood that is over: each day one level down, where there is much room.
    void loosen() {
        if (level_ == 0 || since(raised_, newest_) < day || since(lowered_, newest_) < day) return;
        drop([&](const Entry& entry) { return since(entry.last, newest_) >= day; });
        if (size_ > capacity / 4) return;
        older_level_ = level_--;
        lowered_ = newest_;
    }

    // Beside the first entries: most samples hold few, and are read from one cache line.
    Moment newest_ = 0, raised_ = 0, lowered_ = 0;
    std::uint8_t size_ = 0, level_ = 0, older_level_ = 0;
    std::array<Entry, capacity> entries_{};  // of which the first size_ hold
};

}  // namespace sekisho::outbound
