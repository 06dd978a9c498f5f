// What gateways tell each other through a SharedLog.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>

namespace sekisho::store {

// Of a record in the log: Redis' entry id.
struct SharedPlace {
    std::uint64_t milliseconds = 0;  // since 1970, by the server's clock
    std::uint64_t sequence = 0;
    auto operator<=>(const SharedPlace&) const = default;
};

struct SharedRecord {
    SharedPlace place;
    std::uint64_t origin = 0;  // gateway
    std::uint64_t number = 0;  // rises with each record of one origin
    char kind = 't';
    std::string bytes;
};

// How far a gateway has read.
struct SharedCursor {
    SharedPlace place;
    std::map<std::uint64_t, std::uint64_t> numbers;  // the last of each origin

    static constexpr std::size_t max_origins = 256;
    // False where it has been read before. Advances.
    bool take(const SharedRecord& record);
};

// Of two values for one field a person's word holds, and of two persons' the later one; else the higher
// level, for as long as it lasts. A person's level 0 lifts what began before it, and keeps it lifted for 30
// days. What is over is no news.
struct SharedValue {
    std::string field;
    unsigned level = 0;       // 0: nothing is held; 3: for ever
    std::uint32_t until = 0;  // Moment at which levels 1 and 2 end
    std::uint32_t since = 0;
    bool by_person = false;
    std::string bytes;
};

}  // namespace sekisho::store
