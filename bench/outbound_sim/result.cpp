#include <utility>

#include "bench/outbound_sim/simulation.h"

namespace sekisho::outbound_sim {

std::string_view to_string(Level level) {
    return level == Level::watched ? "watched" : level == Level::throttled ? "throttled" : "blocked";
}

void Alarms::add(const Alarms& other) {
    for (std::size_t i = 0; i < level_count; ++i) {
        accounts.at(i) += other.accounts.at(i);
        hosts.at(i) += other.hosts.at(i);
    }
}

void RunResult::add(RunResult other) {
    account_days += other.account_days;
    for (RaidResult& raid : other.raids)
        raids.push_back(std::move(raid));
    for (std::size_t i = 0; i < kind_count; ++i) {
        KindResult& kind = kinds.at(i);
        const KindResult& more = other.kinds.at(i);
        kind.alarms.add(more.alarms);
        for (std::size_t level = 0; level < level_count; ++level)
            for (const auto& [reason, count] : more.reasons.at(level))
                kind.reasons.at(level)[reason] += count;
        kind.mails += more.mails;
        kind.recipients += more.recipients;
        kind.delayed += more.delayed;
        kind.lost += more.lost;
    }
    throttled_again += other.throttled_again;
    aftermath.add(other.aftermath);
    shared_delayed += other.shared_delayed;
    shared_lost += other.shared_lost;
    for (Episode& episode : other.episodes)
        if (episodes.size() < most_episodes) episodes.push_back(std::move(episode));
}

}  // namespace sekisho::outbound_sim
