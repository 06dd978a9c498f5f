// The keys of a scenario file: one row each.
#pragma once

#include "bench/outbound_sim/keys.h"
#include "bench/outbound_sim/scenario.h"

namespace sekisho::outbound_sim {

inline constexpr auto world_keys = std::to_array<KeyRow<Organisation>>({
    {"accounts", &Organisation::accounts, 5, 50'000, "accounts of people"},
    {"days", &Organisation::days, 1, 366, "days that are simulated"},
    {"start", &Organisation::start, 0, 0, "first day, as a text: \"2026-09-14\""},
    {"utc_offset_minutes", &Organisation::utc_offset_minutes, -840, 840, "local time less UTC"},
    {"japanese_holidays", &Organisation::japanese_holidays, 0, 0, "Japan's national holidays are days off"},
    {"holidays", &Organisation::holidays, 0, 0, "more days off: dates as texts"},
    {"domain", &Organisation::domain, 0, 0, "of all accounts"},
    {"groups", &Organisation::groups, 1, 100,
     "sub-domains among which accounts are dealt out; 1: the domain itself"},
    {"joining_share", &Organisation::joining_share, 0, 1,
     "of accounts that begin some time after joining_from"},
    {"joining_from", &Organisation::joining_from, 0, 366, "day"},
    {"late_share", &Organisation::late_share, 0, 1, "of accounts that never send before late_from"},
    {"late_from", &Organisation::late_from, 0, 366, "day"},
    {"shared_mailboxes", &Organisation::shared_mailboxes, 0, 1'000,
     "accounts with the From names of several people"},
    {"shared_names", &Organisation::shared_names, 1, 100, "names of each of them"},
});

inline constexpr auto hours_keys = std::to_array<KeyRow<Hours>>({
    {"begin", &Hours::begin, 0, 24, "of office hours, local time"},
    {"end", &Hours::end, 0, 24, "of office hours"},
    {"lunch_begin", &Hours::lunch_begin, 0, 24, ""},
    {"lunch_end", &Hours::lunch_end, 0, 24, ""},
    {"lunch_share", &Hours::lunch_share, 0, 1, "of the rate at other office hours"},
    {"overtime_share", &Hours::overtime_share, 0, 1, "of a day's mails that go out after office hours"},
    {"off_day_share", &Hours::off_day_share, 0, 1, "of a workday's mails on weekends and holidays"},
});

inline constexpr auto habits_keys = std::to_array<KeyRow<Habits>>({
    {"median_a_day", &Habits::median_a_day, 0.1, 1'000, "mails of an account on a workday; log-normal"},
    {"sigma", &Habits::sigma, 0, 3, "... between accounts"},
    {"most_a_day", &Habits::most_a_day, 1, 5'000, "... at most, on average"},
    {"varies", &Habits::varies, 0, 2, "sigma of one account from day to day"},
    {"correspondents", &Habits::correspondents, 1, 5'000, "of an account; median"},
    {"correspondents_sigma", &Habits::correspondents_sigma, 0, 2, "... between accounts"},
    {"zipf", &Habits::zipf, 0, 3, "exponent: how much the first of them are preferred"},
    {"internal_share", &Habits::internal_share, 0, 1, "of correspondents"},
    {"new_share", &Habits::new_share, 0, 1, "of recipients that the account never wrote to"},
    {"extra_recipients", &Habits::extra_recipients, 0, 20,
     "of a mail beside the first, on average; geometric"},
    {"circular_share", &Habits::circular_share, 0, 1, "of mails to many colleagues"},
    {"circular_recipients", &Habits::circular_recipients, 1, 5'000, ""},
    {"unknown_share", &Habits::unknown_share, 0, 1, "of recipients that do not exist"},
    {"attachment_share", &Habits::attachment_share, 0, 1, "of mails"},
    {"enclosure_share", &Habits::enclosure_share, 0, 1,
     "of accounts that enclose the same file with every mail"},
    {"suspicious_share", &Habits::suspicious_share, 0, 1,
     "of mails in which the scan finds something suspicious"},
    {"sales_share", &Habits::sales_share, 0, 1, "of accounts that write to strangers"},
    {"sales_new_share", &Habits::sales_new_share, 0, 1, "of their recipients"},
    {"sales_factor", &Habits::sales_factor, 0.1, 50, "of their mails"},
    {"own_copy_share", &Habits::own_copy_share, 0, 1, "of accounts that send each mail to themselves, too"},
});

inline constexpr auto places_keys = std::to_array<KeyRow<Places>>({
    {"offices", &Places::offices, 1, 200, ""},
    {"office_nat", &Places::office_nat, 0, 0, "an office is one address; else each PC has its own"},
    {"vpn_share", &Places::vpn_share, 0, 1, "of days at home"},
    {"webmail_share", &Places::webmail_share, 0, 1, "of accounts; all of them are one client address"},
    {"home_share", &Places::home_share, 0, 1, "of accounts that work from home at times"},
    {"home_days", &Places::home_days, 0, 1, "of their workdays"},
    {"home_changes", &Places::home_changes, 0, 1, "a day, of a home's address"},
    {"home_ipv6_share", &Places::home_ipv6_share, 0, 1, "of homes"},
    {"providers", &Places::providers, 1, 100, "of homes"},
    {"provider_networks", &Places::provider_networks, 1, 256, "/24 or /64 of each of its two regions"},
    {"mobile_share", &Places::mobile_share, 0, 1, "of accounts"},
    {"mobile_mails", &Places::mobile_mails, 0, 1, "of their mails"},
    {"carriers", &Places::carriers, 1, 20, "of mobile phones; each one /16"},
    {"carrier_networks", &Places::carrier_networks, 1, 256, "/24 of a carrier; each mail comes from any"},
    {"literal_helo_share", &Places::literal_helo_share, 0, 1, "of programs that say HELO [address]"},
    {"travels", &Places::travels, 0, 1'000, "trips begun per 1,000 accounts and workday"},
    {"travel_days", &Places::travel_days, 1, 100, ""},
    {"travel_networks", &Places::travel_networks, 1, 10, "strange networks a day, each of another region"},
});

inline constexpr auto batches_keys = std::to_array<KeyRow<Batches>>({
    {"merges", &Batches::merges, 0, 1'000, "mail merges per 1,000 accounts and workday"},
    {"merge_recipients", &Batches::merge_recipients, 1, 10'000, ""},
    {"merge_a_minute", &Batches::merge_a_minute, 0.1, 1'000, ""},
    {"merge_known_share", &Batches::merge_known_share, 0, 1, "of recipients that were written to before"},
    {"merge_copies_share", &Batches::merge_copies_share, 0, 1,
     "of merges with one text for all, or one file"},
    {"merge_students_share", &Batches::merge_students_share, 0, 1, "of merges that are sent from home"},
    {"merge_program_share", &Batches::merge_program_share, 0, 1,
     "... of these, where the account else sends by webmail"},
    {"flushes", &Batches::flushes, 0, 1'000, "outboxes that waited, per 1,000 accounts and workday"},
    {"flush_mails", &Batches::flush_mails, 1, 1'000, ""},
    {"flush_a_minute", &Batches::flush_a_minute, 0.1, 1'000, ""},
    {"replies", &Batches::replies, 0, 1'000, "storms of away messages by an account, per 1,000 and workday"},
    {"reply_mails", &Batches::reply_mails, 1, 10'000, ""},
    {"reply_a_minute", &Batches::reply_a_minute, 0.1, 1'000, ""},
});

inline constexpr auto machines_keys = std::to_array<KeyRow<Machines>>({
    {"invoice_accounts", &Machines::invoice_accounts, 0, 100, "that send invoices at the end of a month"},
    {"invoice_bulk", &Machines::invoice_bulk, 0, 0, "accounts invoice1@.. of a class; else ordinary people"},
    {"invoice_mails", &Machines::invoice_mails, 1, 20'000, ""},
    {"invoice_a_minute", &Machines::invoice_a_minute, 0.1, 1'000, ""},
    {"invoice_days", &Machines::invoice_days, 0, 31, "last workdays of a month"},
    {"newsletter_accounts", &Machines::newsletter_accounts, 0, 100, "newsletter1@.."},
    {"newsletter_recipients", &Machines::newsletter_recipients, 1, 50'000, "one mail each"},
    {"newsletter_a_minute", &Machines::newsletter_a_minute, 0.1, 5'000, ""},
    {"newsletter_every", &Machines::newsletter_every, 1, 366, "days"},
    {"monitors", &Machines::monitors, 0, 1'000, "machines monitor1@.. that log in"},
    {"monitor_an_hour", &Machines::monitor_an_hour, 0, 1'000, "mails"},
    {"monitor_storms", &Machines::monitor_storms, 0, 24, "a day and machine"},
    {"monitor_storm_mails", &Machines::monitor_storm_mails, 1, 10'000, "in two minutes"},
    {"scanners", &Machines::scanners, 0, 1'000, "that send what they scan, without log-in"},
    {"scanner_a_day", &Machines::scanner_a_day, 0, 10'000, "mails"},
    {"list_servers", &Machines::list_servers, 0, 50, "without log-in"},
    {"list_posts", &Machines::list_posts, 0, 10'000, "a workday, each with its author's From"},
    {"list_subscribers", &Machines::list_subscribers, 1, 20'000, "of a list"},
    {"list_batch", &Machines::list_batch, 1, 5'000, "recipients of one message"},
    {"away_storms", &Machines::away_storms, 0, 24, "a workday, by a server, with <> as sender"},
    {"away_mails", &Machines::away_mails, 1, 20'000, ""},
    {"away_a_minute", &Machines::away_a_minute, 0.1, 5'000, ""},
});

inline constexpr auto clients_keys = std::to_array<KeyRow<Clients>>({
    {"jitter_seconds", &Clients::jitter_seconds, 0, 3'600, "after the time told"},
    {"most_tries", &Clients::most_tries, 1, 100, "then the mail is lost"},
    {"impatient_share", &Clients::impatient_share, 0, 1, "of accounts that do not wait for the time told"},
    {"impatient_seconds", &Clients::impatient_seconds, 1, 3'600, ""},
    {"relay_seconds", &Clients::relay_seconds, 1, 86'400, "of machines with a queue; doubles"},
    {"release_after_hours", &Clients::release_after_hours, 0.1, 720, "until an operator lifts a block"},
});

inline constexpr auto milter_keys = std::to_array<KeyRow<Milter>>({
    {"end_of_data", &Milter::end_of_data, 0, 0, "the message that brings the throttle is itself refused"},
    {"seen_megabytes", &Milter::seen_megabytes, 1, 1024, "of a generation; a power of two"},
});

inline constexpr auto starts = std::to_array<std::string_view>({"any", "office", "night"});
inline constexpr auto origins =
    std::to_array<std::string_view>({"abroad", "one-network", "provider", "office", "own"});
inline constexpr auto from_choices = std::to_array<std::string_view>({"own", "constant", "changing"});

inline constexpr auto attack_keys = std::to_array<KeyRow<Attack>>({
    {"count", &Attack::count, 0, 1'000, "of them in a run; 0: none"},
    {"first_day", &Attack::first_day, 0, 366, "on which one may begin"},
    {"last_day", &Attack::last_day, 0, 366, "..."},
    {"at", &Attack::at, 0, 0, "time of day at which it begins", starts},
    {"for_minutes", &Attack::for_minutes, 0.1, 60'000, ""},
    {"most_messages", &Attack::most_messages, 1, 100'000, ""},
    {"accounts", &Attack::accounts, 0, 500, "stolen accounts; 0: without log-in"},
    {"addresses", &Attack::addresses, 1, 1'000, "that it sends from"},
    {"from_where", &Attack::from_where, 0, 0,
     "abroad: each address in a region of its own; one-network: all in one /24; provider: other customers of "
     "the people's own providers and carriers; office: PCs of their own; own: where the owner sends from",
     origins},
    {"messages_a_minute", &Attack::messages_a_minute, 0.001, 10'000,
     "of all accounts and addresses together"},
    {"regular", &Attack::regular, 0, 0, "else gaps are exponential"},
    {"recipients", &Attack::recipients, 1, 1'000, "of a message"},
    {"known_share", &Attack::known_share, 0, 1, "of recipients that are the account's correspondents"},
    {"unknown_share", &Attack::unknown_share, 0, 1, "of recipients that do not exist"},
    {"from_names", &Attack::from_names, 0, 0, "own: the owner's; constant: one other; changing",
     from_choices},
    {"from_pool", &Attack::from_pool, 1, 100'000, "names to change through"},
    {"forged_sender", &Attack::forged_sender, 0, 0, "other envelope senders and From addresses, too"},
    {"literal_helo", &Attack::literal_helo, 0, 0, ""},
    {"malware_share", &Attack::malware_share, 0, 1, "of mails in which the scan finds malware"},
    {"suspicious_share", &Attack::suspicious_share, 0, 1, "of mails in which it finds something suspicious"},
    {"same_text_share", &Attack::same_text_share, 0, 1, "of mails with one and the same content"},
    {"retry_seconds", &Attack::retry_seconds, 0, 86'400, "after 4xx; 0: never"},
    {"stop_after", &Attack::stop_after, 0, 100'000, "refusals by 5xx after which it gives up; 0: never"},
});

inline constexpr auto attack_aim_keys = std::to_array<KeyRow<AttackAims>>({
    {"throttled_messages", &AttackAims::throttled_messages, 0, 1e6, "within so many messages; 0: no aim"},
    {"throttled_minutes", &AttackAims::throttled_minutes, 0, 1e6, ""},
    {"blocked_messages", &AttackAims::blocked_messages, 0, 1e6, ""},
    {"blocked_minutes", &AttackAims::blocked_minutes, 0, 1e6, ""},
});

inline constexpr auto aim_keys = std::to_array<KeyRow<Aims>>({
    {"share", &Aims::share, 0, 1, "of the attacks of a name that must meet its aims"},
    {"false_throttles", &Aims::false_throttles, 0, 1'000, "per 1,000 account-days, at most"},
    {"false_blocks", &Aims::false_blocks, 0, 1'000, "per 1,000 account-days, at most"},
});

}  // namespace sekisho::outbound_sim
