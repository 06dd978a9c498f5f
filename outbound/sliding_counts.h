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
#include <span>

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

// A value. `kinds`: how many things are counted side by side. Counts stop at 2^32 - 1 in one bucket.
// A clock that steps back counts into the newest bucket.
template <std::size_t kinds>
class SlidingCounts {
public:
    void add(std::size_t kind, std::uint32_t amount, Moment now) {
        advance(now);
        for (std::size_t w = 0; w < window_count; ++w) {
            std::uint32_t& slot = slots_[kind][slot_of(window_table[w], newest_[w])];
            slot = amount > UINT32_MAX - slot ? UINT32_MAX : slot + amount;
        }
    }

    double count(std::size_t kind, Window window, Moment now) const {
        const WindowRow& row = row_of(window);
        const std::uint32_t newest = newest_[static_cast<std::size_t>(window)];
        const std::uint32_t current = std::max(now / row.bucket, newest);
        double out = 0;
        for (std::size_t back = 0; back <= row.within && back <= current; ++back) {
            const auto bucket = static_cast<std::uint32_t>(current - back);
            if (bucket > newest) continue;            // nothing came since
            if (newest - bucket > row.within) break;  // its slot is another's by now
            const double part = back < row.within ? 1.0 : still_in(row, current, now);
            out += part * slots_[kind][slot_of(row, bucket)];
        }
        return out;
    }

    // The last 24 whole or begun hours, the oldest first.
    std::array<std::uint32_t, 24> by_hour(std::size_t kind, Moment now) const {
        const WindowRow& row = row_of(Window::day);
        const std::uint32_t newest = newest_[3];
        const std::uint32_t current = std::max(now / row.bucket, newest);
        std::array<std::uint32_t, 24> out{};
        for (std::uint32_t back = 0; back < 24 && back <= current; ++back) {
            const std::uint32_t bucket = current - back;
            if (bucket <= newest && newest - bucket <= row.within)
                out[23 - back] = slots_[kind][slot_of(row, bucket)];
        }
        return out;
    }

    bool operator==(const SlidingCounts&) const = default;

    // For the snapshot (outbound/snapshot.cpp).
    std::span<std::uint32_t> slots(std::size_t kind) { return slots_[kind]; }
    std::span<const std::uint32_t> slots(std::size_t kind) const { return slots_[kind]; }
    std::array<std::uint32_t, window_count>& newest() { return newest_; }
    const std::array<std::uint32_t, window_count>& newest() const { return newest_; }

private:
    static constexpr std::size_t slot_of(const WindowRow& row, std::uint32_t bucket) {
        return row.first + bucket % (row.within + 1);
    }
    static double still_in(const WindowRow& row, std::uint32_t current, Moment now) {
        const Moment begun = current * row.bucket;
        return 1.0 - std::min(1.0, static_cast<double>(since(begun, now)) / row.bucket);
    }
    void advance(Moment now) {
        for (std::size_t w = 0; w < window_count; ++w) {
            const WindowRow& row = window_table[w];
            const std::uint32_t current = now / row.bucket;
            if (current <= newest_[w]) continue;
            const std::uint32_t steps =
                std::min<std::uint32_t>(current - newest_[w], static_cast<std::uint32_t>(row.within + 1));
            for (std::uint32_t i = 0; i < steps; ++i)
                for (auto& slots : slots_)
                    slots[slot_of(row, current - i)] = 0;
            newest_[w] = current;
        }
    }

    std::array<std::array<std::uint32_t, slot_count>, kinds> slots_{};
    std::array<std::uint32_t, window_count> newest_{};  // bucket numbers since 1970
};

}  // namespace sekisho::outbound
