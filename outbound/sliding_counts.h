// Counts over the last minute, ten minutes, hour and day, with smooth edges.
//
// Each window is a ring of equal buckets. The bucket that is half out of the window counts with the part that
// is still in, as if its events were spread evenly: the error is at most one bucket's events, a sixth of the
// minute's, a tenth of the ten minutes', a twelfth of the hour's and a twenty-fourth of the day's.
#pragma once

#include <algorithm>
#include <array>
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
public:
    void add(std::size_t kind, std::uint32_t amount, Moment now) {
        advance(now);
        for_each_window([&]<std::size_t w>() {
            std::uint32_t& slot = slots_[newest_slots_[w]][kind];
            const std::uint32_t added = std::min(amount, most_in_bucket - slot);
            slot += added;
            sums_[w][kind] += added;
        });
    }

    double count(std::size_t kind, Window window, Moment now) const {
        switch (window) {
            case Window::minute:
                return count_in<0>(kind, now);
            case Window::ten_minutes:
                return count_in<1>(kind, now);
            case Window::hour:
                return count_in<2>(kind, now);
            case Window::day:
                return count_in<3>(kind, now);
        }
        return 0;
    }

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
        return slots_[slot_of(row, number)][kind];
    }

    // Into the cache: the sums, and the newest slots and their neighbours.
    void fetch() const {
        for (const auto& sums : sums_)
            __builtin_prefetch(&sums, 1);
        for_each_window([&]<std::size_t w>() {
            constexpr const WindowRow& row = window_table[w];
            __builtin_prefetch(&slots_[newest_slots_[w]], 1);
            __builtin_prefetch(&slots_[slot_of(row, newest_[w] + 1)], 1);
        });
    }

    bool operator==(const SlidingCounts&) const = default;

    // For the snapshot (outbound/snapshot.cpp).
    std::uint32_t slot(std::size_t kind, std::size_t place) const { return slots_[place][kind]; }
    // At most most_in_bucket.
    void set_slot(std::size_t kind, std::size_t place, std::uint32_t value) {
        std::uint32_t& sum = sums_[window_of(place)][kind];
        sum = sum - std::exchange(slots_[place][kind], value) + value;
    }
    void set_newest(const std::array<std::uint32_t, window_count>& newest) {
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
    // All of the ring but what is out of the window: that is one slot in part, and whole ones only where
    // nothing was added for a while. This is asked dozens of times a message.
    template <std::size_t w>
    double count_in(std::size_t kind, Moment now) const {
        constexpr const WindowRow& row = window_table[w];
        constexpr auto within = static_cast<std::uint32_t>(row.within);
        const std::uint32_t newest = newest_[w];
        const std::uint32_t current = std::max(now / row.bucket, newest);
        if (current - newest > within) return 0;
        std::uint32_t out = sums_[w][kind];
        if (out == 0 || newest < within) return static_cast<double>(out);
        for (std::uint32_t bucket = newest - within; bucket < current - within; ++bucket)
            out -= slots_[slot_of(row, bucket)][kind];
        const double gone = 1.0 - still_in(row, current, now);
        return static_cast<double>(out) - gone * slots_[slot_of(row, current - within)][kind];
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
    static double still_in(const WindowRow& row, std::uint32_t current, Moment now) {
        const Moment begun = current * row.bucket;
        return 1.0 - std::min(1.0, static_cast<double>(since(begun, now)) / row.bucket);
    }
    void advance(Moment now) {
        // The buckets of the others are multiples of the first one's.
        if (now / window_table[0].bucket <= newest_[0]) return;
        for_each_window([&]<std::size_t w>() {
            constexpr const WindowRow& row = window_table[w];
            const std::uint32_t current = now / row.bucket;
            if (current <= newest_[w]) return;
            const std::uint32_t steps = current - newest_[w];
            if (steps > row.within) {
                std::fill_n(slots_.begin() + row.first, row.within + 1, Row{});
                sums_[w] = {};
            } else {
                for (std::uint32_t i = 0; i < steps; ++i) {
                    Row& slots = slots_[slot_of(row, current - i)];
                    for (std::size_t kind = 0; kind < kinds; ++kind)
                        sums_[w][kind] -= slots[kind];
                    slots = {};
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

    using Row = std::array<std::uint32_t, kinds>;       // side by side: a message adds to several
    std::array<std::uint32_t, window_count> newest_{};  // bucket numbers since 1970
    std::array<std::uint8_t, window_count> newest_slots_{window_table[0].first, window_table[1].first,
                                                         window_table[2].first, window_table[3].first};
    std::array<Row, window_count> sums_{};  // of all slots of the window
    std::array<Row, slot_count> slots_{};
};

}  // namespace sekisho::outbound
