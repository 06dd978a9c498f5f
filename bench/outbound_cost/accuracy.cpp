#include "bench/outbound_cost/accuracy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <functional>
#include <map>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "bench/outbound_sim/random.h"
#include "outbound/distinct_sample.h"
#include "outbound/seen_before.h"
#include "outbound/sliding_counts.h"

namespace sekisho::outbound_cost {

using outbound::Moment;
using outbound::Window;
using outbound_sim::Random;

namespace {

constexpr Moment begin = 18'004 * outbound::day;
constexpr double enough = 10;  // smaller counts have no share worth a name

// Differences from what is exact.
class Errors {
public:
    void add(double seen, double exact) {
        const double off = std::abs(seen - exact);
        ++asked_;
        sum_ += off;
        worst_ = std::max(worst_, off);
        if (exact < enough) return;
        ++large_;
        shares_ += off / exact;
        worst_share_ = std::max(worst_share_, off / exact);
    }
    // "| 0.1 | 12 | 0.5 % | 30 % |": mean and worst error, in counts and as a share of what is exact.
    std::string row() const {
        const auto mean = [](double sum, std::uint64_t n) {
            return n == 0 ? 0 : sum / static_cast<double>(n);
        };
        return fmt::format("| {:.2f} | {:.0f} | {:.1f} % | {:.0f} % |", mean(sum_, asked_), worst_,
                           100 * mean(shares_, large_), 100 * worst_share_);
    }

private:
    std::uint64_t asked_ = 0, large_ = 0;
    double sum_ = 0, worst_ = 0, shares_ = 0, worst_share_ = 0;
};

// When events come, in order: three days.
using Stream = std::vector<Moment>;
constexpr Moment length = 3 * outbound::day;

Stream person(Random& random) {
    Stream out;
    for (Moment at = 0; at < length; at += outbound::minute) {
        const Moment of_day = at % outbound::day / outbound::hour;
        const bool works = of_day < 9;
        if (random.chance(works ? 0.12 : 0.004))
            out.push_back(begin + at + static_cast<Moment>(random.below(outbound::minute)));
    }
    return out;
}

Stream steady(Random& random) {
    Stream out;
    for (Moment at = 0; at < length; at += 12)
        out.push_back(begin + at + static_cast<Moment>(random.below(12)));
    return out;
}

// Twenty to two hundred at once, and then nothing for hours.
Stream bursts(Random& random) {
    Stream out;
    Moment at = 0;
    while ((at += static_cast<Moment>(random.exponential(4 * outbound::hour))) < length) {
        const auto many = 20 + random.below(181);
        for (std::uint64_t i = 0; i < many; ++i)
            out.push_back(begin + at + static_cast<Moment>(random.below(10)));
    }
    std::ranges::sort(out);
    return out;
}

// All within the first second of a bucket: the worst that an even spread can be taken for.
Stream edges(Random&) {
    Stream out;
    for (Moment at = 0; at < length; at += outbound::hour)
        for (int i = 0; i < 100; ++i)
            out.push_back(begin + at);
    return out;
}

struct StreamRow {
    std::string_view name;
    std::function<Stream(Random&)> make;
    int times;
};

void compare(const Stream& stream, Random& random, std::array<Errors, outbound::window_count>& errors) {
    outbound::SlidingCounts<1> counts;
    std::deque<Moment> exact;
    std::size_t next = 0;
    // Asked after each event, as the guard does, and once a minute at a random second beside.
    for (Moment at = begin; at < begin + length; at += outbound::minute) {
        std::vector<Moment> asked{at + static_cast<Moment>(random.below(outbound::minute))};
        for (std::size_t i = next; i < stream.size() && stream[i] < at + outbound::minute; ++i)
            asked.push_back(stream[i]);
        std::ranges::sort(asked);
        for (const Moment now : asked) {
            for (; next < stream.size() && stream[next] <= now; ++next) {
                counts.add(0, 1, stream[next]);
                exact.push_back(stream[next]);
            }
            while (!exact.empty() && now - exact.front() >= outbound::day)
                exact.pop_front();
            for (const Window window : outbound::windows) {
                const Moment width = outbound::length_of(window);
                const auto first = std::ranges::upper_bound(exact, now - width);
                errors.at(static_cast<std::size_t>(window))
                    .add(counts.count(0, window, now), static_cast<double>(exact.end() - first));
            }
        }
    }
}

}  // namespace

std::string measure_windows(std::uint64_t seed) {
    const std::array rows{StreamRow{"a person, 60 mails a day", person, 50},
                          StreamRow{"one each 12 seconds", steady, 5},
                          StreamRow{"bursts of 20 to 200 in ten seconds", bursts, 50},
                          StreamRow{"100 at the first second of each hour", edges, 1}};
    constexpr std::array<std::string_view, outbound::window_count> names{"1 min", "10 min", "1 h", "24 h"};
    std::string out =
        "| stream | window | mean error | worst | mean share | worst share |\n"
        "| --- | --- | ---: | ---: | ---: | ---: |\n";
    for (const StreamRow& row : rows) {
        std::array<Errors, outbound::window_count> errors;
        Random random = Random::of(seed, 1);
        for (int i = 0; i < row.times; ++i)
            compare(row.make(random), random, errors);
        for (std::size_t i = 0; i < errors.size(); ++i)
            out += fmt::format("| {} | {} {}\n", i == 0 ? row.name : "", names.at(i), errors.at(i).row());
    }
    return out;
}

namespace {

// `values` different ones within a day, half of them in its last hour and some of them several times.
template <std::size_t capacity>
std::string distinct_row(std::uint64_t seed, std::size_t values) {
    Errors of_day;
    Errors of_hour;
    for (std::uint64_t round = 0; round < 300; ++round) {
        Random random = Random::of(seed, 2, values, round);
        outbound::DistinctSample<capacity> sample;
        std::map<std::uint32_t, Moment> exact;
        std::vector<Moment> times;
        for (std::size_t i = 0; i < values; ++i)
            times.push_back(i % 2 == 0
                                ? static_cast<Moment>(random.below(outbound::day - outbound::hour))
                                : outbound::day - 1 - static_cast<Moment>(random.below(outbound::hour - 60)));
        std::ranges::sort(times);
        std::vector<std::uint32_t> known;
        for (const Moment time : times) {
            const auto value = static_cast<std::uint32_t>(random.next() >> 32);
            known.push_back(value);
            for (const std::uint32_t each : {value, known[random.below(known.size())]}) {
                sample.add(each, begin + time);
                exact[each] = time;
            }
        }
        const Moment now = begin + outbound::day - 1;
        const auto in_hour = std::ranges::count_if(
            exact, [](const auto& entry) { return outbound::day - 1 - entry.second < outbound::hour; });
        of_day.add(sample.count(outbound::day, now), static_cast<double>(exact.size()));
        of_hour.add(sample.count(outbound::hour, now), static_cast<double>(in_hour));
    }
    return fmt::format("| {} | {} {}{}\n", capacity, values, of_hour.row(), of_day.row().substr(1));
}

}  // namespace

std::string measure_distinct(std::uint64_t seed) {
    std::string out =
        "| kept | values a day | hour: mean error | worst | mean share | worst share | day: mean error | "
        "worst | mean share | worst share |\n"
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
    for (const std::size_t values : {10UL, 30UL, 60UL, 100UL, 1'000UL, 10'000UL})
        out += distinct_row<64>(seed, values);
    for (const std::size_t values : {10UL, 30UL, 100UL, 1'000UL})
        out += distinct_row<32>(seed, values);
    for (const std::size_t values : {10UL, 30UL, 100UL})
        out += distinct_row<16>(seed, values);
    return out;
}

std::string measure_seen(std::uint64_t seed) {
    constexpr std::uint64_t bytes = 4u << 20;  // of a generation; what counts is how full it is
    constexpr std::uint64_t full = bytes / 2;  // pairs
    constexpr std::uint64_t strangers = 1'000'000;
    auto filter = outbound::SeenBefore::in_memory(bytes);
    if (!filter) throw std::runtime_error(filter.error().message);
    std::string out =
        "| pairs noted, of a generation | strangers that pass for known | known that are forgotten |\n"
        "| ---: | ---: | ---: |\n";
    std::uint64_t noted = 0;
    const auto who = [&](std::uint64_t i) { return outbound_sim::mix(seed, i / 20); };
    const auto whom = [&](std::uint64_t i) { return outbound_sim::mix(seed + 1, i); };
    for (const double share : {0.25, 0.5, 0.99, 1.5, 1.99, 2.99}) {
        for (; static_cast<double>(noted) < share * static_cast<double>(full); ++noted)
            filter->note(who(noted), whom(noted), begin);
        std::uint64_t passed = 0;
        for (std::uint64_t i = 0; i < strangers; ++i)
            passed += filter->knows(who(i), outbound_sim::mix(seed + 2, i)) ? 1U : 0U;
        std::uint64_t forgotten = 0;
        const std::uint64_t recent = std::min(noted, full);  // what one generation holds at least
        for (std::uint64_t i = noted - recent; i < noted; ++i)
            forgotten += filter->knows(who(i), whom(i)) ? 0U : 1U;
        out += fmt::format("| {:.2f} | {:.3f} % | {} of {} |\n", share,
                           100 * static_cast<double>(passed) / static_cast<double>(strangers), forgotten,
                           recent);
    }
    return out;
}

}  // namespace sekisho::outbound_cost
