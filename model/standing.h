// What is proved of an account or a host that sends through us (filled by outbound/).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::model {

enum class StandingLevel : std::uint8_t { normal, watched, throttled, blocked };

std::string_view to_string(StandingLevel level);
std::optional<StandingLevel> standing_from(std::string_view text);

struct Standing {
    StandingLevel level = StandingLevel::normal;
    std::vector<std::string> reasons;
};

}  // namespace sekisho::model
