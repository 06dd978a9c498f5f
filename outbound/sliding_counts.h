// Counts over the last minute, ten minutes, hour and day, with smooth edges.
//
// Each window is a ring of equal buckets. The bucket that is half out of the window counts with the part that
// is still in, as if its events were spread evenly: the error is at most one bucket's events, a sixth of the
// minute's, a tenth of the ten minutes', a twelfth of the hour's and a twenty-fourth of the day's.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "outbound/moment.h"

namespace sekisho::outbound {

enum class Window : std::uint8_t { minute, ten_minutes, hour, day };
inline constexpr std::size_t window_count = 4;
inline constexpr std::array windows{Window::minute, Window::ten_minutes, Window::hour, Window::day};

struct WindowRow {
    Moment bucket;       // seconds
    std::size_t within;  // buckets that make up the window
    std::size_t first;   // where its slots begin
};
inline constexpr std::array<WindowRow, window_count> window_table{
    {{10, 6, 0}, {60, 10, 7}, {300, 12, 18}, {3'600, 24, 31}}};
inline constexpr std::size_t slot_count = 56;

constexpr const WindowRow& row_of(Window window) { return window_table[static_cast<std::size_t>(window)]; }
constexpr Moment length_of(Window window) {
    return row_of(window).bucket * static_cast<Moment>(row_of(window).within);
}

// Counts stop here in one bucket, so that no window's sum passes 32 bits.
inline constexpr std::uint32_t most_in_bucket = UINT32_MAX / 25;

// A value. `kinds`: how many things are counted side by side.
// A clock that steps back counts into the newest bucket.
template <std::size_t kinds>
class SlidingCounts {
    // What of a window's ring is out of it at some moment: one slot in part, and whole ones only where
    // nothing was added for a while.
    struct Part {
        bool is_over = false;     // all of it
        std::uint64_t whole = 0;  // slots that are out, as in used_
        std::uint32_t slot = 0;   // one that is out in part
        double gone = 0;          // the part of it
    };

public:
    // What a message adds to several kinds.
    class Amounts {
    public:
        void add(std::size_t kind, std::uint32_t amount) {
            if (amount > 0) all_[size_++] = {kind, amount};  // each kind once
        }

    private:
        friend class SlidingCounts;
        struct Amount {
            std::size_t kind;
            std::uint32_t amount;
        };
        std::array<Amount, kinds> all_;
        std::size_t size_ = 0;
    };

    void add(const Amounts& amounts, Moment now) {
        if (amounts.size_ == 0) return;
        advance(now);
        for_each_window([&]<std::size_t w>() {
            Row& slots = row_at(newest_slots_[w]);
            for (std::size_t i = 0; i < amounts.size_; ++i) {
                const auto [kind, amount] = amounts.all_[i];
                const std::uint32_t added = std::min(amount, most_in_bucket - slots[kind]);
                slots[kind] += added;
                sums_[w][kind] += added;
            }
        });
    }
    void add(std::size_t kind, std::uint32_t amount, Moment now) {
        Amounts one;
        one.add(kind, amount);
        add(one, now);
    }

    // All counts at one moment: what is out of the windows is worked out once. Refers to them.
    class Reading {
    public:
        double count(std::size_t kind, Window window) const {
            const auto w = static_cast<std::size_t>(window);
            return counts_->count_in(kind, w, parts_[w]);
        }

    private:
        friend class SlidingCounts;
        const SlidingCounts* counts_ = nullptr;
        std::array<Part, window_count> parts_;
    };
    Reading at(Moment now) const {
        Reading out;
        out.counts_ = this;
        for_each_window([&]<std::size_t w>() { out.parts_[w] = part_at<w>(now); });
        return out;
    }
    double count(std::size_t kind, Window window, Moment now) const { return at(now).count(kind, window); }
    // False where every count of the kind is 0, now and later.
    bool any(std::size_t kind) const { return sums_.back()[kind] != 0; }

    // The last 24 whole or begun hours, the oldest first.
    std::array<std::uint32_t, 24> by_hour(std::size_t kind, Moment now) const {
        const std::uint32_t current = std::max(now / row_of(Window::day).bucket, newest_[3]);
        std::array<std::uint32_t, 24> out{};
        for (std::uint32_t back = 0; back < 24 && back <= current; ++back)
            out[23 - back] = in_hour(kind, current - back);
        return out;
    }
    // `number`: hours since 1970. 0 for what is more than a day before the newest.
    std::uint32_t in_hour(std::size_t kind, std::uint32_t number) const {
        constexpr const WindowRow& row = window_table[3];
        if (number > newest_[3] || newest_[3] - number > row.within) return 0;
        return slot(kind, slot_of(row, number));
    }

    // Into the cache: what a message at `now` is added to; and then, where that is there, what it finds out
    // of the windows.
    void fetch(Moment now) const {
        __builtin_prefetch(&used_, 1);
        __builtin_prefetch(&newest_slots_, 1);
        for_each_window([&]<std::size_t w>() {
            fetch(sums_[w]);
            fetch(slots_[slot_of(window_table[w], now / window_table[w].bucket)]);
        });
    }
    void fetch_over(Moment now) const {
        for_each_window([&]<std::size_t w>() {
            constexpr const WindowRow& row = window_table[w];
            const std::uint32_t current = now / row.bucket;
            if (current <= newest_[w] || current - newest_[w] > row.within) return;
            for (std::uint32_t bucket = newest_[w] + 1; bucket < current; ++bucket)
                if (const std::size_t at = slot_of(row, bucket); is_used(at)) fetch(slots_[at]);
        });
    }

    // As made anew; little of it is written.
    void clear() {
        newest_ = {};
        used_ = 0;
        sums_ = {};
        for_each_window([&]<std::size_t w>() { place_newest<w>(); });
    }

    bool operator==(const SlidingCounts& other) const {
        if (newest_ != other.newest_ || sums_ != other.sums_) return false;
        for (std::size_t place = 0; place < slot_count; ++place)
            for (std::size_t kind = 0; kind < kinds; ++kind)
                if (slot(kind, place) != other.slot(kind, place)) return false;
        return true;
    }

    // For the snapshot (outbound/snapshot.cpp).
    std::uint32_t slot(std::size_t kind, std::size_t place) const {
        return is_used(place) ? slots_[place][kind] : 0;
    }
    // At most most_in_bucket.
    void set_slot(std::size_t kind, std::size_t place, std::uint32_t value) {
        std::uint32_t& sum = sums_[window_of(place)][kind];
        sum = sum - std::exchange(row_at(place)[kind], value) + value;
    }
    // Before the slots.
    void set_newest(const std::array<std::uint32_t, window_count>& newest) {
        *this = {};
        newest_ = newest;
        for_each_window([&]<std::size_t w>() { place_newest<w>(); });
    }
    const std::array<std::uint32_t, window_count>& newest() const { return newest_; }

private:
    // Unrolled, so that divisions by the rows' numbers are none.
    template <class Visit>
    static constexpr void for_each_window(const Visit& visit) {
        [&]<std::size_t... w>(std::index_sequence<w...>) {
            (visit.template operator()<w>(), ...);
        }(std::make_index_sequence<window_count>{});
    }
    template <std::size_t w>
    Part part_at(Moment now) const {
        constexpr const WindowRow& row = window_table[w];
        constexpr auto within = static_cast<std::uint32_t>(row.within);
        const std::uint32_t newest = newest_[w];
        const std::uint32_t current = std::max(now / row.bucket, newest);
        if (current - newest > within) return {.is_over = true};
        if (newest < within) return {};
        Part out;
        for (std::uint32_t bucket = newest - within; bucket < current - within; ++bucket)
            out.whole |= bit_of(slot_of(row, bucket)) & used_;
        out.slot = static_cast<std::uint32_t>(slot_of(row, current - within));
        if (is_used(out.slot)) out.gone = gone_at(row, current, now);
        return out;
    }
    double count_in(std::size_t kind, std::size_t w, const Part& part) const {
        std::uint32_t out = part.is_over ? 0 : sums_[w][kind];
        if (out == 0) return 0;
        for (std::uint64_t left = part.whole; left != 0; left &= left - 1)
            out -= slots_[static_cast<std::size_t>(std::countr_zero(left))][kind];
        return part.gone > 0 ? out - part.gone * slots_[part.slot][kind] : out;
    }
    static constexpr std::size_t slot_of(const WindowRow& row, std::uint32_t bucket) {
        return row.first + bucket % (row.within + 1);
    }
    static constexpr std::size_t window_of(std::size_t place) {
        std::size_t out = window_count - 1;
        while (place < window_table[out].first)
            --out;
        return out;
    }
    // How much of the current bucket is over: so much of the one a window before it is out.
    static double gone_at(const WindowRow& row, std::uint32_t current, Moment now) {
        const Moment over = since(current * row.bucket, now);
        return std::min(1.0, static_cast<double>(over) / row.bucket);
    }
    void advance(Moment now) {
        // The buckets of the others are multiples of the first one's.
        if (now / window_table[0].bucket <= newest_[0]) return;
        for_each_window([&]<std::size_t w>() {
            constexpr const WindowRow& row = window_table[w];
            const std::uint32_t current = now / row.bucket;
            if (current <= newest_[w]) return;
            constexpr auto ring = static_cast<std::uint32_t>(row.within) + 1;
            if (current - newest_[w] >= ring) {
                // All of it is of another time.
                used_ &= ~(((std::uint64_t{1} << ring) - 1) << row.first);
                sums_[w] = {};
            } else {
                for (std::uint32_t bucket = newest_[w] + 1; bucket <= current; ++bucket) {
                    const std::size_t place = slot_of(row, bucket);
                    if (!is_used(place)) continue;
                    used_ &= ~bit_of(place);
                    for (std::size_t kind = 0; kind < kinds; ++kind)
                        sums_[w][kind] -= slots_[place][kind];
                }
            }
            newest_[w] = current;
            place_newest<w>();
        });
    }
    template <std::size_t w>
    void place_newest() {
        newest_slots_[w] = static_cast<std::uint8_t>(slot_of(window_table[w], newest_[w]));
    }

    // Side by side: a message adds to several. Where it can, it lies in one line of the cache.
    struct alignas(std::has_single_bit(kinds) ? 4 * kinds : 4) Row : std::array<std::uint32_t, kinds> {};
    static void fetch(const Row& row) {
        __builtin_prefetch(&row.front(), 1);
        __builtin_prefetch(&row.back(), 1);
    }
    static constexpr std::uint64_t bit_of(std::size_t place) { return std::uint64_t{1} << place; }
    bool is_used(std::size_t place) const { return (used_ & bit_of(place)) != 0; }
    Row& row_at(std::size_t place) {
        if (!is_used(place)) slots_[place] = {};
        used_ |= bit_of(place);
        return slots_[place];
    }

    static_assert(slot_count <= 64);
    std::uint64_t used_ = 0;                            // slots in which something was counted, a bit each
    std::array<std::uint32_t, window_count> newest_{};  // bucket numbers since 1970
    std::array<std::uint8_t, window_count> newest_slots_{window_table[0].first, window_table[1].first,
                                                         window_table[2].first, window_table[3].first};
    std::array<Row, window_count> sums_{};  // of all slots of the window
    std::array<Row, slot_count> slots_{};
};

}  // namespace sekisho::outbound
