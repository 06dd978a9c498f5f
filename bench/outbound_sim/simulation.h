// One run: the world's days and the raids, message by message through a Guard.
//
// Known weaknesses: who is refused writes nothing else instead; operators see every block after the same
// time; a mail without one recipient that the server takes is not modelled.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "bench/outbound_sim/mail.h"
#include "bench/outbound_sim/scenario.h"

namespace sekisho::outbound_sim {

inline constexpr double never = std::numeric_limits<double>::infinity();

// What became of an attack.
struct RaidResult {
    std::string name;
    unsigned run = 0, day = 0;
    std::string victim;         // the first one, and what it is; or the first address
    std::uint32_t offered = 0;  // messages, tries again included
    // Of the first message that was refused for a standing, that one included; from the first message on.
    double throttled_messages = never, throttled_seconds = never;
    double blocked_messages = never, blocked_seconds = never;
    std::uint32_t passed = 0, passed_recipients = 0;
    std::uint32_t passed_before_block = 0;
    std::map<std::string, std::uint32_t> reasons;  // signals of what throttled or blocked it
};

enum class Level : std::uint8_t { watched, throttled, blocked };
inline constexpr std::size_t level_count = 3;
std::string_view to_string(Level level);

// Rises to a level that an honest mail brought.
struct Alarms {
    std::array<std::uint64_t, level_count> accounts{}, hosts{};
    std::uint64_t of(Level level) const {
        const auto i = static_cast<std::size_t>(level);
        return accounts.at(i) + hosts.at(i);
    }
    void add(const Alarms& other);
};

struct KindResult {
    Alarms alarms;
    std::array<std::map<std::string, std::uint32_t>, level_count> reasons;
    std::uint64_t mails = 0, recipients = 0;
    std::uint64_t delayed = 0;  // mails that had to come again
    std::uint64_t lost = 0;     // mails that never went out
};

// A false throttle or block, for --verbose.
struct Episode {
    Level level = Level::throttled;
    Kind kind = Kind::ordinary;
    unsigned run = 0;
    std::uint32_t at = 0;
    std::string name;
    std::vector<std::string> reasons;
};

// Beyond these they are counted, and not told one by one.
inline constexpr std::size_t most_episodes = 1'000;

struct RunResult {
    std::uint64_t account_days = 0;
    std::vector<RaidResult> raids;
    std::array<KindResult, kind_count> kinds;
    // False throttles for the same of a sender that was not normal since one that is counted: operators get
    // no mail of them (outbound::Change::is_again).
    std::uint64_t throttled_again = 0;
    Alarms aftermath;  // by the owner's mails while his account or PC is misused, or up to a day after
    // Honest mails that were delayed or lost for a standing that an attack earned.
    std::uint64_t shared_delayed = 0, shared_lost = 0;
    std::vector<Episode> episodes;

    void add(RunResult other);
};

RunResult simulate(const Scenario& scenario, std::uint64_t seed, unsigned run);

}  // namespace sekisho::outbound_sim
