// What the standing of a sender means for its mail, and which limits hold for it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "config/settings.h"
#include "model/decision.h"
#include "model/standing.h"
#include "policy/decide.h"

namespace sekisho::policy {

// Who sends: the SASL login or "", the client's address, the envelope sender.
struct SenderNames {
    std::string_view account;
    std::string_view client;
    std::string_view mail_from;
};

// The first [[outbound.limits.override]] that names it, or the default.
const config::SenderClass& limits_for(const config::Settings& settings, const SenderNames& sender);

// The first [[group]], by its name, that the account is a member of: "@name"; empty where it is in none.
std::string group_of(const config::Settings& settings, std::string_view account);

// What is done with mail of a sender that stands so, whatever is in it; accept where nothing is. `id` is the
// message's, `retry_after` of one that is throttled.
model::Decision decide_by_standing(const config::Settings& settings, const model::Standing& standing,
                                   std::chrono::seconds retry_after, std::string_view id);

// The message's own decision and that by the standing: what refuses or keeps the mail goes before what lets
// it pass, and a quarantine or refusal by content stays what it is.
Disposition with_standing(Disposition disposition, model::Decision by_standing);

}  // namespace sekisho::policy
