#include "bench/outbound_sim/statistics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "bench/outbound_sim/random.h"

namespace sekisho::outbound_sim {

namespace {

constexpr double tail = 0.025;
constexpr int halvings = 200;
constexpr int samples = 1'000;

// Of a rising function, where it passes `value`.
double solve(const std::function<double(double)>& rising, double low, double high, double value) {
    for (int i = 0; i < halvings; ++i) {
        const double middle = (low + high) / 2;
        (rising(middle) < value ? low : high) = middle;
    }
    return (low + high) / 2;
}

// P(X <= k), X Poisson of this mean. Terms by their logarithms: those of thousands would underflow.
double poisson_up_to(std::uint64_t k, double mean) {
    double term = -mean;
    double sum = std::exp(term);
    for (std::uint64_t i = 1; i <= k; ++i) {
        term += std::log(mean / static_cast<double>(i));
        sum += std::exp(term);
    }
    return std::min(1.0, sum);
}

double binomial_up_to(std::uint64_t k, std::uint64_t of, double share) {
    const double odds = share / (1 - share);
    double term = static_cast<double>(of) * std::log1p(-share);
    double sum = std::exp(term);
    for (std::uint64_t i = 1; i <= k; ++i) {
        term += std::log(static_cast<double>(of - i + 1) / static_cast<double>(i) * odds);
        sum += std::exp(term);
    }
    return std::min(1.0, sum);
}

}  // namespace

Interval garwood(std::uint64_t events) {
    const double most = static_cast<double>(events) * 2 + 20;
    Interval out;
    if (events > 0)
        out.low = solve([&](double mean) { return 1 - poisson_up_to(events - 1, mean); }, 0, most, tail);
    out.high = solve([&](double mean) { return 1 - poisson_up_to(events, mean); }, 0, most, 1 - tail);
    return out;
}

Interval clopper_pearson(std::uint64_t hits, std::uint64_t of) {
    if (of == 0) return {0, 1};
    Interval out{0, 1};
    if (hits > 0) out.low = solve([&](double p) { return 1 - binomial_up_to(hits - 1, of, p); }, 0, 1, tail);
    if (hits < of)
        out.high = solve([&](double p) { return 1 - binomial_up_to(hits, of, p); }, 0, 1, 1 - tail);
    return out;
}

double quantile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

Interval bootstrap(const std::vector<double>& values, double share) {
    if (values.empty()) return {};
    Random random(values.size());
    std::vector<double> found;
    std::vector<double> drawn(values.size());
    for (int i = 0; i < samples; ++i) {
        for (double& value : drawn)
            value = values[random.below(values.size())];
        found.push_back(quantile(drawn, share));
    }
    return {quantile(found, tail), quantile(found, 1 - tail)};
}

}  // namespace sekisho::outbound_sim
