// What is proved of an account or a host that sends through us (filled by outbound/).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sekisho::model {

enum class StandingLevel : std::uint8_t { normal, watched, throttled, blocked };

struct Standing {
    StandingLevel level = StandingLevel::normal;
    std::vector<std::string> reasons;
};

}  // namespace sekisho::model
