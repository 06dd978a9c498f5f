// Whose standing it is, and how it changed.
#pragma once

#include <string>

#include "model/standing.h"
#include "outbound/judge.h"
#include "outbound/moment.h"
#include "outbound/standing.h"

namespace sekisho::outbound {

// What a standing is of. Names are "user@example.com", "192.0.2.7", "2001:db8:1:2::/64".
struct Key {
    Subject subject = Subject::account;
    std::string name;
    bool operator==(const Key&) const = default;
};

// A standing that changed, with what it rests on.
struct Change {
    Key key;
    model::StandingLevel before = model::StandingLevel::normal;
    StandingState state;  // `by` is set where a person did it, in the release as well
    Moment at = 0;

    // Throttled once more for the same, before it was normal: nothing that people do not know.
    bool is_again() const {
        return state.level == model::StandingLevel::throttled && before < state.level && state.in_a_row > 1;
    }
};

}  // namespace sekisho::outbound
