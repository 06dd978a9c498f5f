// [outbound]: what watches the mail that leaves.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/outbound_telling.h"

namespace sekisho::config {

// [outbound.limits.default] and [[outbound.limits.override]]. The first override that names the sender holds:
// by its account, its network or its domain, whichever it lists. Of a limit that is not set the default's
// holds (load() fills it in).
struct SenderClass {
    std::string name = "default";
    std::vector<std::string> accounts;  // globs of the SASL login, or "@group"
    std::vector<std::string> networks;  // of the client
    std::vector<std::string> domains;   // of the envelope sender; ".example.com" includes subdomains
    bool bulk = false;  // newsletters, invoice runs, scanners: held to the limits alone, not to its past
    std::optional<std::uint32_t> messages_per_minute, messages_per_10_minutes, messages_per_hour,
        messages_per_day;
    std::optional<std::uint32_t> recipients_per_minute, recipients_per_10_minutes, recipients_per_hour,
        recipients_per_day;
    int line = 0;
};

inline constexpr std::array sender_limits{
    &SenderClass::messages_per_minute,   &SenderClass::messages_per_10_minutes,
    &SenderClass::messages_per_hour,     &SenderClass::messages_per_day,
    &SenderClass::recipients_per_minute, &SenderClass::recipients_per_10_minutes,
    &SenderClass::recipients_per_hour,   &SenderClass::recipients_per_day};

// [outbound.actions]: locking an account where it logs in. sekishod writes orders, `sekisho action run`
// carries them out.
struct ActionSettings {
    std::string spool;                     // folder of the orders; empty: none are written
    std::string lock_at = "blocked";       // throttled, blocked
    std::uint32_t max_waiting = 1'000;     // orders in the folder; more are written later
    std::vector<std::string> command;      // program and arguments, as they are
    std::chrono::seconds time_limit{30};   // of one run
    std::uint32_t attempts = 8;            // then the order is set aside
    std::chrono::seconds retry_after{10};  // doubles with each attempt
};

// [outbound]
struct OutboundSettings {
    bool enabled = true;
    std::string directory;                 // counters and standings; empty: "outbound" beside the store
    std::uint64_t seen_bytes = 32u << 20;  // of each generation of pairs that wrote to each other
    std::uint32_t max_accounts = 1'000'000;
    std::uint32_t max_hosts = 100'000;
    std::vector<std::string> unwatched{"127.0.0.0/8", "::1/128"};  // relays and list servers of ours
    std::string on_throttled = "defer";                            // defer, accept
    std::string on_blocked = "reject";                             // reject, hold, quarantine
    std::string on_malware = "throttled";                          // watched, throttled, blocked
    SenderClass limits{.messages_per_minute = 120,
                       .messages_per_10_minutes = 300,
                       .messages_per_hour = 600,
                       .messages_per_day = 2'000,
                       .recipients_per_minute = 600,
                       .recipients_per_10_minutes = 1'000,
                       .recipients_per_hour = 2'000,
                       .recipients_per_day = 5'000};
    std::vector<SenderClass> overrides;
    OutboundNoticeSettings notice;
    WebhookSettings webhook;
    ActionSettings actions;
};

}  // namespace sekisho::config
