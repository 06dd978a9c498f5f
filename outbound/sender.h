// One account or host: what it did, what is usual for it, and how it stands.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "outbound/activity.h"
#include "outbound/baseline.h"
#include "outbound/hash.h"
#include "outbound/judge.h"
#include "outbound/standing.h"
#include "outbound/trails.h"
#include "outbound/transaction.h"

namespace sekisho::outbound {

// A resource. Dormant: without activity, about 300 bytes and its name.
struct Sender {
    Baseline baseline;
    std::uint32_t learned_hour = 0;  // hours since 1970 up to which `baseline.hours` has learnt
    std::uint64_t saved_at = 0;      // place in the log that the state on disk knows of
    bool dirty = false;              // it knows more than that
    std::unique_ptr<Activity> activity;
    std::unique_ptr<StandingState> standing;  // none: normal

    Activity& awake();
    model::StandingLevel level() const { return standing ? standing->level : model::StandingLevel::normal; }
};

// A name that anybody may write, and what it is in a message.
struct NameUse {
    Trails::Kind kind = Trails::address;
    HashedName name;
    bool sent = false;       // envelope sender, or its domain
    bool signed_by = false;  // in the From field
};

// The parts of a transaction's hashes that several senders are counted with. Refers to the transaction.
struct Traits {
    std::string host;              // client_network() of the client, under which it stands; "" for none
    std::string network_name;      // the /24 or /64 around it
    std::array<NameUse, 3> names;  // each once; those that are too many are empty
    // Of texts; 0 for what is empty.
    std::uint64_t account = 0, host_hash = 0, network_hash = 0;
    std::uint32_t client = 0, network = 0;
    std::uint32_t from_name = 0, from_address = 0, from = 0, sender = 0, helo = 0;
};
Traits traits_of(const Transaction& transaction);
// The /16 or /32 around its client, as the networks of Traits; asked for of a network that is new.
std::uint32_t region_of(const Transaction& transaction);
std::string_view domain_of(std::string_view address);  // behind the last "@"; empty where there is none

// Closes the hours and days that are over at `now`: learns from them what was calm. `limits`: its class.
// True where a day was closed.
bool roll_over(Sender& sender, const config::SenderClass& limits, Moment now);

// Counts the transaction. `novelty`: what of it counts as strange.
void count_for_account(Sender& sender, const Transaction& transaction, const Traits& traits,
                       const Novelty& novelty);
// `stranger`: it logged in as an account whose own networks do not hold this one.
void count_for_host(Sender& sender, const Transaction& transaction, const Traits& traits,
                    const Novelty& novelty, bool stranger);

// The transaction's copies: it is answered to come again.
void take_back(Activity& activity, const Transaction& transaction);

// After the judgement: keeps the day's highest, and whether it was calm.
void note_measures(Sender& sender, Subject subject, Moment now);

// The same, of what is active; gives what is measured, for the judgement. `reading`: of its counts at `now`.
Measures take_measures(Sender& sender, Subject subject, const Counts::Reading& reading, Moment now);

}  // namespace sekisho::outbound
