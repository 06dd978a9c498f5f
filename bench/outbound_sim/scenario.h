// What is simulated: an organisation, what attacks it, and what is aimed at. Each number is a key of a TOML
// file; what a file leaves out has the default below, which is the shipped default scenario.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bench/outbound_sim/calendar.h"
#include "bench/outbound_sim/random.h"
#include "config/outbound_settings.h"

namespace sekisho::outbound_sim {

// Shares are 0 to 1. "Per 1,000 a day": that many of a thousand accounts on one workday, on average.
struct Organisation {
    double accounts = 2000;
    double days = 30;
    std::string start = "2026-09-14";
    double utc_offset_minutes = 540;
    bool japanese_holidays = true;
    std::vector<std::string> holidays;
    std::string domain = "example.com";
    double groups = 1;             // domains among which accounts are dealt out
    double joining_share = 0.02;   // new employees, who begin some time after `joining_from`
    double joining_from = 8;       // day
    double late_share = 0.02;      // accounts that have been there and first send after `late_from`
    double late_from = 20;         // day
    double shared_mailboxes = 10;  // accounts that several people write with
    Range shared_names{3, 8};
};

struct Habits {
    double median_a_day = 12, sigma = 0.8, most_a_day = 120;  // mails of an account on a workday: log-normal
    double varies = 0.4;                                      // of one account from day to day: sigma
    double correspondents = 60, correspondents_sigma = 0.7;   // median
    double zipf = 1.0;
    double internal_share = 0.5;  // of correspondents
    double new_share = 0.06;      // of recipients
    double extra_recipients = 0.7;
    double circular_share = 0.004;  // of mails
    Range circular_recipients{15, 60};
    double unknown_share = 0.004;  // of recipients that do not exist
    double attachment_share = 0.25;
    double enclosure_share = 0.02;     // of accounts whose every mail carries the same file
    double suspicious_share = 0.0002;  // of mails with a finding, none of them malware
    double sales_share = 0.02;         // of accounts that write to strangers
    double sales_new_share = 0.6;      // of their recipients
    double sales_factor = 2;           // of their mails
    double own_copy_share = 0.05;      // of accounts that send each mail to themselves, too
};

struct Places {
    double offices = 4;
    bool office_nat = true;        // one address an office; else each PC has its own
    double vpn_share = 0.25;       // of days at home
    double webmail_share = 0.1;    // of accounts that send by a webmail server
    double home_share = 0.4;       // of accounts that work from home at times
    double home_days = 0.25;       // of their workdays
    double home_changes = 0.1;     // a day, to another address of the provider
    double home_ipv6_share = 0.3;  // of homes
    double providers = 6;
    double provider_networks = 200;  // /24 or /64, in two /16 or a /32
    double mobile_share = 0.5;       // of accounts
    double mobile_mails = 0.15;      // of their mails
    double carriers = 3;
    double carrier_networks = 64;     // /24 of one /16
    double literal_helo_share = 0.5;  // of programs
    double travels = 3;               // trips begun per 1,000 a day
    Range travel_days{1, 5};
    double travel_networks = 2;  // of hotels, trains and customers, a day
};

struct Batches {  // per 1,000 a day, each by an ordinary account at its own desk
    double merges = 1.5;
    Range merge_recipients{20, 300};
    Range merge_a_minute{20, 60};
    double merge_known_share = 0.85;
    double merge_copies_share = 0.6;   // of merges whose mails are all the same, or carry the same file
    double merge_program_share = 0.2;  // ... by people who else use webmail
    double merge_students_share = 0;   // of merges sent from home
    double flushes = 4;                // an outbox that waited for the network
    Range flush_mails{5, 40};
    Range flush_a_minute{15, 60};
    double replies = 0.2;  // a program of the user answers all that came, one after the other
    Range reply_mails{30, 300};
    Range reply_a_minute{10, 60};
};

struct Machines {
    double invoice_accounts = 2;
    bool invoice_bulk = true;  // the accounts are named invoice1@..; else they are ordinary people
    Range invoice_mails{200, 800};
    Range invoice_a_minute{20, 60};
    double invoice_days = 2;  // last workdays of a month
    double newsletter_accounts = 2;
    Range newsletter_recipients{1000, 4000};
    Range newsletter_a_minute{120, 300};
    double newsletter_every = 7;  // days
    double monitors = 3;
    double monitor_an_hour = 4;
    double monitor_storms = 0.05;  // a day and machine
    Range monitor_storm_mails{30, 150};
    double scanners = 10;
    double scanner_a_day = 25;
    double list_servers = 1;
    double list_posts = 40;  // a day
    Range list_subscribers{20, 400};
    double list_batch = 50;    // recipients of one message
    double away_storms = 0.1;  // a day: the groupware answers a newsletter for all who are away
    Range away_mails{50, 400};
    Range away_a_minute{20, 120};
};

struct Clients {  // what honest programs do when they are told to wait
    double jitter_seconds = 90;
    double most_tries = 6;
    double impatient_share = 0.1;  // of accounts that try every minute
    double impatient_seconds = 60;
    double relay_seconds = 300;      // of machines with a queue, doubling
    double release_after_hours = 4;  // until an operator lifts a block, by new password or a cleaned PC
};

struct Milter {
    bool end_of_data = true;  // the message that brings the throttle is refused itself
    double seen_megabytes = 16;
};

// A row of [attack.NAME]. `count` of them a run, on accounts that nothing else attacks.
struct Attack {
    std::string name;
    double count = 0;
    double first_day = 10, last_day = 27;
    std::string at = "any";  // "any", "office", "night"
    double for_minutes = 60;
    double most_messages = 5000;
    Range accounts{1, 1};   // stolen ones; 0: without log-in
    Range addresses{1, 1};  // that it sends from
    // "abroad": each address in another region; "one-network": in one /24; "provider": other customers of the
    // providers and carriers of the organisation's people; "office": a PC of its own in the office's
    // network; "own": where the owner sends from.
    std::string from_where = "abroad";
    double messages_a_minute = 100;
    bool regular = true;                  // else exponential gaps
    Range recipients{1, 1};               // a message
    double known_share = 0;               // of recipients: the account's own correspondents
    double unknown_share = 0.05;          // of recipients that do not exist
    std::string from_names = "changing";  // "own", "constant", "changing"
    double from_pool = 200;               // names to change through
    bool forged_sender = false;           // another envelope sender and From address in each mail
    bool literal_helo = true;
    double malware_share = 0;     // of mails in which malware is found
    double suspicious_share = 0;  // ... in which something is found
    double same_text_share = 0.5;
    double retry_seconds = 300;  // after 4xx; 0: never
    double stop_after = 50;      // refusals by 5xx; 0: never
    int line = 0;
};

// 0: not aimed at. Of each attack, "within".
struct AttackAims {
    std::string name;
    double throttled_messages = 0, throttled_minutes = 0, blocked_messages = 0, blocked_minutes = 0;
    int line = 0;
};
struct Aims {
    double share = 1;                                 // of the attacks of a name that must meet its aims
    double false_throttles = 0.05, false_blocks = 0;  // per 1,000 account-days
    std::vector<AttackAims> attacks;
};

struct Scenario {
    Organisation world;
    Hours hours;
    Habits habits;
    Places places;
    Batches batches;
    Machines machines;
    Clients clients;
    Milter milter;
    std::vector<Attack> attacks;              // by name
    std::vector<config::SenderClass> limits;  // as [outbound.limits.NAME]; the first that fits holds
    Aims aims;
};

Scenario default_scenario();
// Of a date that read_scenario() let pass.
Day date_of(std::string_view text);
// Reads a file's text over the defaults: a key changes what it names. A file that names attacks has those
// alone: [attack.NAME] of a default one begins with its numbers, any other name with Attack's. A file
// without has the default ones, fewer where there are too few people. Cause::invalid with "line N:
// section.key: what".
base::Result<Scenario> read_scenario(std::string_view toml);
// All keys as a table of Markdown.
std::string describe_keys();
// All keys with their values as TOML, attacks and aims included; read_scenario() gives it back.
std::string write_scenario(const Scenario& scenario);

}  // namespace sekisho::outbound_sim
