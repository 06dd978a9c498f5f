// What is to be done with a message, and why.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sekisho::model {

enum class Action : std::uint8_t { accept, tag, quarantine, hold, reject, defer, discard };

std::string_view to_string(Action action);
std::optional<Action> action_from(std::string_view text);

struct Decision {
    Action action = Action::accept;
    int smtp_code = 250;               // of the reply where action is reject or defer
    std::string enhanced_code;         // RFC 3463, "5.7.1"
    std::string text;                  // one ASCII line with the message's id; no rule names
    std::string rule;                  // the policy row that matched, by name
    std::vector<std::string> reasons;  // finding ids and facts that led here
    bool monitored = false;            // nothing is done: this is what would have been done
    std::string subject_prefix;        // tag only; empty: the subject is left alone
    bool result_headers = true;        // X-Sekisho-* are written
    bool keep_copy = true;             // discard: a copy goes to the quarantine
    bool wait = false;                 // quarantine: until its password comes
    bool notify = false;               // recipients or operators are to be told, as [notice] says
};

}  // namespace sekisho::model
