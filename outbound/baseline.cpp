#include "outbound/baseline.h"

#include <algorithm>
#include <cmath>

namespace sekisho::outbound {

namespace {

// What is usual halves in about a month in which it is not reached.
constexpr float fading_of_a_day = 0.977F;
// A new hour counts as much as this.
constexpr double weight_of_an_hour = 0.3;
// A day of so many recipients counts half of what a day can count.
constexpr double recipients_of_a_day = 20;
constexpr double weight_of_a_day = 0.5;
// Whoever writes to nobody but strangers is to be told from one who always did so.
constexpr double most_fresh = 70;

}  // namespace

std::uint8_t to_scale(double value) {
    if (!(value > 0)) return 0;
    return static_cast<std::uint8_t>(std::min(255.0, std::round(16 * std::log2(1 + value))));
}

double from_scale(std::uint8_t step) { return std::exp2(step / 16.0) - 1; }

double Baseline::expected(Moment now) const {
    const unsigned here = hour_of_week(now);
    std::uint8_t most = 0;
    for (const unsigned step : {hours_of_week - 1, 0u, 1u})
        most = std::max(most, hours[(here + step) % hours_of_week]);
    return from_scale(most);
}

void Baseline::learn_hour(unsigned hour_of_week, double messages) {
    std::uint8_t& step = hours.at(hour_of_week);
    if (step == 0 && messages <= 0) return;  // most hours of most senders
    const double before = from_scale(step);
    const std::uint8_t after = to_scale(before + weight_of_an_hour * (messages - before));
    // What rounds to where it was would never be forgotten.
    step = after == step && messages < before && step > 0 ? static_cast<std::uint8_t>(step - 1) : after;
}

void Baseline::learn_fresh(double new_ones, double recipients) {
    if (!(recipients > 0)) return;
    const double percent = std::min(100 * new_ones / recipients, most_fresh);
    const double weight = weight_of_a_day * recipients / (recipients + recipients_of_a_day);
    fresh = static_cast<std::uint8_t>(std::lround(fresh + weight * (percent - fresh)));
}

// An estimate that takes nine steps up where a member does more, and one down where it does less, stays where
// one in ten does more. What is usual is taken and not what a day brought: weekends would pull it down.
void Baseline::learn_member(const Measures& member) {
    constexpr float down = 0.99F;
    constexpr float up = 1.0947F;  // down to the power of -9
    constexpr float begin = 0.01F;
    for (std::size_t i = 0; i < measure_kinds; ++i) {
        float& most = usual.at(i);
        most = member.at(i) > most ? std::min(most * up + begin, member.at(i)) : most * down;
    }
}

void Baseline::learn_day(const Measures& most, const Measures& floor, const Measures& cap,
                         std::uint32_t day) {
    const std::uint32_t idle = last_day == 0 || day <= last_day ? 1 : day - last_day;
    const float fading = std::pow(fading_of_a_day, static_cast<float>(std::min<std::uint32_t>(idle, 400)));
    for (std::size_t i = 0; i < measure_kinds; ++i) {
        const float faded = usual.at(i) * fading;
        const float allowed = std::min(std::max(2 * usual.at(i), floor.at(i)), cap.at(i));
        usual.at(i) = std::max(faded, std::min(most.at(i), allowed));
    }
    if (first_day == 0) first_day = day;
    last_day = std::max(last_day, day);
    if (days < UINT16_MAX) ++days;
}

}  // namespace sekisho::outbound
