// What an attack sends, and when it begins.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/outbound_sim/mail.h"
#include "bench/outbound_sim/scenario.h"
#include "bench/outbound_sim/world.h"

namespace sekisho::outbound_sim {

// One of a run. A value.
struct Raid {
    const Attack* attack = nullptr;
    unsigned day = 0;
    double at = 0;                       // when it begins, seconds since 1970
    std::vector<std::uint32_t> victims;  // numbers of accounts
    std::uint64_t seed = 0;
};

// All attacks of a run: times and victims, no victim twice.
std::vector<Raid> plan_raids(const Scenario& scenario, const World& world, std::uint64_t seed);
// What it sends if nobody stops it. `number`: which of the run's raids it is.
Stream begin_raid(const Raid& raid, int number, const World& world);

}  // namespace sekisho::outbound_sim
