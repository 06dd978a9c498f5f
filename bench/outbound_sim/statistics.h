// Estimates with 95 % intervals.
#pragma once

#include <cstdint>
#include <vector>

namespace sekisho::outbound_sim {

struct Interval {
    double low = 0, high = 0;
};

// Of the mean of a Poisson count (Garwood 1936): exact.
Interval garwood(std::uint64_t events);
// Of a share (Clopper and Pearson 1934): exact.
Interval clopper_pearson(std::uint64_t hits, std::uint64_t of);
// The nearest-rank quantile; values may be infinite. 0 of nothing.
double quantile(std::vector<double> values, double share);
// Of that quantile, by 1,000 bootstrap samples with percentiles; the same for the same values.
Interval bootstrap(const std::vector<double>& values, double share);

}  // namespace sekisho::outbound_sim
