#include "model/rule_cost.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string_view>

#include "base/text.h"

namespace sekisho::model {

namespace {

constexpr std::string_view prefix = "yara.";
constexpr std::uint64_t largest = 1ULL << 50;  // sums of a few thousand stay far from overflow

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t out = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), out);
    if (error != std::errc() || end != text.end() || out > largest) return std::nullopt;
    return out;
}

}  // namespace

RuleCost& RuleCost::operator+=(const RuleCost& other) {
    time += other.time;
    plain += other.plain;
    parts += other.parts;
    bytes += other.bytes;
    return *this;
}

Finding to_finding(const RuleCost& cost) {
    return {.id = fmt::format("{}{}", prefix, cost.rule),
            .part = 0,
            .evidence =
                fmt::format("{} {} {} {}", cost.time.count(), cost.plain.count(), cost.parts, cost.bytes)};
}

std::optional<RuleCost> rule_cost_from(const Finding& finding) {
    const std::vector<std::string_view> words = base::split(finding.evidence, ' ');
    if (!finding.id.starts_with(prefix) || words.size() != 4) return std::nullopt;
    std::array<std::uint64_t, 4> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto value = number(words[i]);
        if (!value) return std::nullopt;
        numbers.at(i) = *value;
    }
    return RuleCost{.rule = finding.id.substr(prefix.size()),
                    .time = std::chrono::nanoseconds(numbers[0]),
                    .plain = std::chrono::nanoseconds(numbers[1]),
                    .parts = numbers[2],
                    .bytes = numbers[3]};
}

}  // namespace sekisho::model
