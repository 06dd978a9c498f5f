// What speaks against a sender: its activity against its own past, and against the limits of its class.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/outbound_settings.h"
#include "outbound/activity.h"
#include "outbound/baseline.h"
#include "outbound/measures.h"

namespace sekisho::outbound {

enum class Signal : std::uint8_t {
    rate,              // many messages or recipients, beside what is usual
    strange_networks,  // sent from networks that are not its own
    from_names,        // many different names or addresses in From
    senders,           // many different envelope senders (hosts)
    many_accounts,     // one host that is nobody's own logs in as many accounts
    fresh_recipients,  // most recipients were never written to before
    copies,            // one content to many recipients
    rejected,          // recipients that do not exist
    odd_hour,
    helos,     // many HELO names
    findings,  // of the scan
};
inline constexpr std::size_t signal_kinds = 11;
std::string_view to_string(Signal signal);

// A value.
struct Evidence {
    Signal signal = Signal::rate;
    double points = 0;
    std::string text;  // "34 messages in a minute, usual 4"
};

// A limit of the class, in its window.
struct Overrun {
    Measure measure = Measure::messages_minute;
    double seen = 0;
    double limit = 0;
};

struct Judgement {
    double points = 0;
    std::vector<Evidence> evidence;  // heaviest first
    std::optional<Overrun> overrun;  // the worst one
    // What no honest sender was seen to do: many new names, or many places, in a few minutes. Without it a
    // standing that people have to lift takes more.
    bool beyond_doubt = false;
    bool repeats = false;  // it wrote to its recipients before, today: a client that tries again
};

enum class Subject : std::uint8_t { account, host };

// What is known beside the activity. References live for the call.
struct Past {
    // Of the activity now, where it is known already.
    const Counts::Reading* reading = nullptr;
    const Measures* measured = nullptr;
    const Baseline& own;
    const Baseline* group = nullptr;  // of new accounts; none: nothing is known
    Moment watched_for = 0;           // since when anything has been noted, of anybody
};

Judgement judge(Subject subject, const Activity& activity, const Past& past,
                const config::SenderClass& limits, Moment now);

// The limits of `limits`, 0 where there is none.
Measures limits_of(const config::SenderClass& limits);
// Below these nothing is unusual, however quiet the past was.
const Measures& floors();
// How far a baseline may grow by itself.
Measures caps_of(const config::SenderClass& limits);

}  // namespace sekisho::outbound
