// A mail before it is offered, and a sender's queue of them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bench/outbound_sim/random.h"
#include "outbound/transaction.h"

namespace sekisho::outbound_sim {

// What somebody was doing when he sent it: false alarms are told apart by it.
enum class Kind : std::uint8_t {
    ordinary,
    mobile,
    travel,
    off_hours,  // weekends, holidays
    circular,
    sales,
    shared,    // a mailbox of several people
    newcomer,  // in the first ten days
    merge,
    flush,
    replies,  // away messages by an account
    invoices,
    newsletter,
    monitor,
    monitor_storm,
    scanner,
    list,
    away,  // away messages by a server
    attack,
};
inline constexpr std::size_t kind_count = 19;
std::string_view to_string(Kind kind);

// A value.
struct Mail {
    outbound::Transaction transaction;
    Kind kind = Kind::ordinary;
    unsigned tries = 0;
};

// What it does when it is not let through.
enum class Client : std::uint8_t {
    person,  // all that is behind it waits, for the time that was told
    relay,   // the next goes on, this one comes again later
    bot,     // as its attack's keys say
};

// Mails that one sender sends one after the other. A value.
struct Stream {
    std::vector<Mail> mails;
    std::size_t next = 0;
    double at = 0;        // seconds since 1970 at which the next is due
    double gap = 0;       // seconds
    bool regular = true;  // else gaps are exponential
    Client client = Client::person;
    bool impatient = false;
    unsigned refusals = 0;
    int attack = -1;  // which of the run's
    std::uint64_t order = 0;
    Random random{0};
};

}  // namespace sekisho::outbound_sim
