// Random numbers that are the same on every machine and with every library: the standard's distributions are
// not.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace sekisho::outbound_sim {

// The finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, 2014).
constexpr std::uint64_t mix(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15ULL;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) { return mix(mix(a) ^ b); }

// From and to, both of them included.
struct Range {
    double from = 0, to = 0;
    bool operator==(const Range&) const = default;
};

// A value: a copy goes on by itself.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    // One of its own for what is named: what one part of the world draws moves nothing in another.
    static Random of(std::uint64_t seed, std::uint64_t what, std::uint64_t which = 0,
                     std::uint64_t when = 0) {
        return Random(mix(mix(mix(seed, what), which), when));
    }

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        return mix(state_);
    }
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // 0 <= x < 1
    bool chance(double share) { return unit() < share; }
    std::uint64_t below(std::uint64_t n) {
        return n <= 1 ? 0 : std::min(n - 1, static_cast<std::uint64_t>(unit() * static_cast<double>(n)));
    }
    double between(Range range) { return range.from + (range.to - range.from) * unit(); }
    std::uint32_t whole(Range range) {
        return static_cast<std::uint32_t>(range.from + std::floor((range.to - range.from + 1) * unit()));
    }
    double exponential(double mean) { return -mean * std::log(1 - unit()); }
    double normal() { return std::sqrt(-2 * std::log(1 - unit())) * std::cos(2 * std::numbers::pi * unit()); }
    double log_normal(double median, double sigma) { return median * std::exp(sigma * normal()); }
    std::uint32_t poisson(double mean) {
        if (!(mean > 0)) return 0;
        if (mean > 60)
            return static_cast<std::uint32_t>(std::max(0.0, std::round(mean + std::sqrt(mean) * normal())));
        const double enough = std::exp(-mean);
        double product = unit();
        std::uint32_t count = 0;
        while (product > enough) {
            product *= unit();
            ++count;
        }
        return count;
    }

private:
    std::uint64_t state_;
};

// Draws places 0 to n-1, each the rarer the later: Zipf's law. A value.
class Zipf {
public:
    Zipf(std::size_t n, double exponent) {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i)
            sums_.push_back(sum += std::pow(static_cast<double>(i + 1), -exponent));
    }
    // Of the first `n`, which is no more than it was made for.
    std::size_t draw(Random& random, std::size_t n) const {
        n = std::min(n, sums_.size());
        if (n == 0) return 0;
        const double at = random.unit() * sums_[n - 1];
        const auto end = sums_.begin() + static_cast<std::ptrdiff_t>(n);
        return std::min(n - 1,
                        static_cast<std::size_t>(std::lower_bound(sums_.begin(), end, at) - sums_.begin()));
    }

private:
    std::vector<double> sums_;
};

}  // namespace sekisho::outbound_sim
