#include "model/decision.h"

namespace sekisho::model {

std::string_view to_string(Action action) {
    switch (action) {
        case Action::accept:
            return "accept";
        case Action::tag:
            return "tag";
        case Action::quarantine:
            return "quarantine";
        case Action::hold:
            return "hold";
        case Action::reject:
            return "reject";
        case Action::defer:
            return "defer";
        case Action::discard:
            return "discard";
    }
    return "?";
}

std::optional<Action> action_from(std::string_view text) {
    for (int i = 0; i <= static_cast<int>(Action::discard); ++i) {
        const auto action = static_cast<Action>(i);
        if (to_string(action) == text) return action;
    }
    return std::nullopt;
}

}  // namespace sekisho::model
