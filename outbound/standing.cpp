#include "outbound/standing.h"

#include <fmt/format.h>

#include <algorithm>

namespace sekisho::outbound {

using model::StandingLevel;

namespace {

constexpr std::size_t most_reasons = 8;
// So many times a limit is no mistake.
constexpr double far_over = 3.0;

std::vector<std::string> reasons_of(const Judgement& judgement, bool malicious) {
    std::vector<std::string> out;
    if (malicious) out.emplace_back("malware in its mail");
    if (judgement.overrun) {
        const Overrun& over = *judgement.overrun;
        out.push_back(
            fmt::format("limit: {:.0f} {}, allowed {:.0f}", over.seen, to_string(over.measure), over.limit));
    }
    for (const Evidence& evidence : judgement.evidence)
        out.push_back(fmt::format("{}: {}", to_string(evidence.signal), evidence.text));
    out.resize(std::min(out.size(), most_reasons));
    return out;
}

StandingLevel level_for(const StandingState& state, const Judgement& judgement, Moment now) {
    const double over = judgement.overrun ? judgement.overrun->seen / judgement.overrun->limit : 0;
    if (state.level == StandingLevel::throttled && state.messages >= stubborn_messages) {
        // A mail merge that is deferred goes on as well, but under one name and from one place.
        const bool no_merge = judgement.beyond_doubt && judgement.points >= throttled_from &&
                              state.messages >= 2 * stubborn_messages;
        // And it comes to an end.
        const bool endless = judgement.points >= throttled_from && state.messages >= endless_messages &&
                             since(state.since, now) >= endless_for;
        if (judgement.points >= blocked_from || over >= far_over || no_merge || endless)
            return StandingLevel::blocked;
    }
    if (judgement.points >= throttled_from || over > 1) {
        const bool again = state.level != StandingLevel::throttled && judgement.beyond_doubt &&
                           state.throttles >= stubborn_throttles;
        return again ? StandingLevel::blocked : StandingLevel::throttled;
    }
    return judgement.points >= watched_from ? StandingLevel::watched : StandingLevel::normal;
}

}  // namespace

bool decay(StandingState& state, Moment now) {
    if (state.level == StandingLevel::normal || state.level == StandingLevel::blocked || !state.by.empty())
        return false;
    if (now < state.held_until) return false;
    // From throttled through watched: what it does now is looked at more closely for a while.
    const bool was_throttled = state.level == StandingLevel::throttled;
    state.level = was_throttled ? StandingLevel::watched : StandingLevel::normal;
    state.since = state.held_until;
    state.held_until = was_throttled ? state.held_until + watched_for : 0;
    state.messages = 0;
    if (!was_throttled) {
        state.reasons.clear();
        state.in_a_row = 0;
    }
    return true;
}

bool raise(StandingState& state, const Judgement& judgement, StandingLevel by_malware, Moment now) {
    if (state.level == StandingLevel::blocked || !state.by.empty()) return false;
    if (state.level == StandingLevel::throttled && (!judgement.repeats || judgement.beyond_doubt))
        ++state.messages;
    // Time for it to be normal was there, and nobody asked.
    const bool was_over = state.level != StandingLevel::normal && now >= state.held_until;
    const StandingLevel level = std::max(level_for(state, judgement, now), by_malware);
    if (level == StandingLevel::normal) return false;
    if (level >= state.level) {
        const Moment until = now + (level == StandingLevel::watched ? watched_for : throttled_for);
        // What comes late, of another gateway, shortens nothing.
        state.held_until = level > state.level ? until : std::max(state.held_until, until);
    }
    if (level <= state.level) return false;
    state.level = level;
    state.since = now;
    state.messages = 0;
    state.reasons = reasons_of(judgement, by_malware != StandingLevel::normal);
    if (level == StandingLevel::throttled) {
        if (since(state.first_throttle, now) >= day) state.throttles = 0;
        if (state.throttles++ == 0) state.first_throttle = now;
        // Malware, and what no honest sender does, is something else each time.
        const bool the_same = by_malware == StandingLevel::normal && !judgement.beyond_doubt && !was_over;
        state.in_a_row = the_same ? std::min<std::uint8_t>(state.in_a_row + 1, most_in_a_row) : 1;
    }
    if (level == StandingLevel::blocked) state.held_until = 0;
    return true;
}

Moment retry_after(const StandingState& state, Moment now) {
    return state.level == StandingLevel::throttled ? since(now, state.held_until) : 0;
}

}  // namespace sekisho::outbound
