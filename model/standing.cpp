#include "model/standing.h"

#include <algorithm>
#include <array>

namespace sekisho::model {

namespace {

constexpr std::array<std::string_view, 4> names{"normal", "watched", "throttled", "blocked"};

}  // namespace

std::string_view to_string(StandingLevel level) { return names.at(static_cast<std::size_t>(level)); }

std::optional<StandingLevel> standing_from(std::string_view text) {
    const auto* const found = std::ranges::find(names, text);
    if (found == names.end()) return std::nullopt;
    return static_cast<StandingLevel>(found - names.begin());
}

}  // namespace sekisho::model
