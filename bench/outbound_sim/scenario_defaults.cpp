#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "bench/outbound_sim/scenario.h"
#include "bench/outbound_sim/scenario_keys.h"

namespace sekisho::outbound_sim {

namespace {

// The tempos of the field: numbers of published incidents and of what bots were seen to do
// (docs/outbound.md).
std::vector<Attack> default_bots() {
    std::vector<Attack> out;
    const auto add = [&](Attack attack) { out.push_back(std::move(attack)); };
    add({.name = "fast-bot", .count = 8});
    add({.name = "fast-bot-plain",
         .count = 4,
         .accounts = {1, 1},
         .from_names = "own",
         .literal_helo = false,
         .same_text_share = 0});
    add({.name = "slow-bot", .count = 8, .for_minutes = 360, .messages_a_minute = 5});
    add({.name = "slow-bot-plain",
         .count = 4,
         .for_minutes = 360,
         .messages_a_minute = 5,
         .from_names = "own",
         .literal_helo = false,
         .same_text_share = 0});
    add({.name = "slow-bot-many-recipients",  // a university in Tokyo, October 2024
         .count = 4,
         .at = "night",
         .for_minutes = 300,
         .messages_a_minute = 5,
         .recipients = {30, 46},
         .from_names = "constant",
         .literal_helo = false,
         .same_text_share = 1});
    return out;
}

// From many places, with many accounts, or with patience.
std::vector<Attack> default_campaigns() {
    std::vector<Attack> out;
    const auto add = [&](Attack attack) { out.push_back(std::move(attack)); };
    add({.name = "distributed",
         .count = 8,
         .for_minutes = 180,
         .addresses = {50, 50},
         .messages_a_minute = 10,
         .regular = false});
    add({.name = "many-accounts",
         .count = 3,
         .for_minutes = 120,
         .accounts = {10, 30},
         .addresses = {2, 4},
         .messages_a_minute = 20,
         .regular = false});
    add({.name = "low-and-slow",
         .count = 6,
         .last_day = 24,
         .for_minutes = 4320,
         .addresses = {1, 3},
         .messages_a_minute = 0.07,
         .regular = false});
    add({.name = "reply-chain",
         .count = 8,
         .at = "office",
         .for_minutes = 120,
         .addresses = {1, 4},
         .messages_a_minute = 10,
         .regular = false,
         .known_share = 1,
         .unknown_share = 0,
         .same_text_share = 0});
    add({.name = "reply-chain-plain",
         .count = 4,
         .at = "office",
         .for_minutes = 120,
         .messages_a_minute = 10,
         .regular = false,
         .known_share = 1,
         .unknown_share = 0,
         .from_names = "own",
         .literal_helo = false,
         .same_text_share = 0});
    return out;
}

// From where the account's people are.
std::vector<Attack> default_neighbours() {
    std::vector<Attack> out;
    const auto add = [&](Attack attack) { out.push_back(std::move(attack)); };
    add({.name = "infected-pc",
         .count = 6,
         .at = "office",
         .for_minutes = 120,
         .accounts = {0, 0},
         .from_where = "office",
         .messages_a_minute = 20,
         .regular = false,
         .forged_sender = true});
    add({.name = "infected-pc-own-account",
         .count = 6,
         .at = "office",
         .for_minutes = 120,
         .from_where = "own",
         .messages_a_minute = 20,
         .regular = false});
    // What nothing but its speed and its strangers tell.
    add({.name = "infected-pc-owners-name",
         .count = 4,
         .at = "office",
         .for_minutes = 120,
         .from_where = "own",
         .messages_a_minute = 20,
         .regular = false,
         .from_names = "own",
         .literal_helo = false,
         .same_text_share = 0});
    add({.name = "same-provider",
         .count = 4,
         .for_minutes = 120,
         .from_where = "provider",
         .messages_a_minute = 10,
         .regular = false});
    return out;
}

std::vector<config::SenderClass> default_limits() {
    constexpr int last = 1'000'000;  // a file's own rows come first
    std::vector<config::SenderClass> out;
    out.push_back({.name = "bulk",
                   .accounts = {"newsletter*", "invoice*", "monitor*"},
                   .bulk = true,
                   .messages_per_minute = 400,
                   .messages_per_10_minutes = 4'000,
                   .messages_per_hour = 10'000,
                   .messages_per_day = 20'000,
                   .recipients_per_minute = 400,
                   .recipients_per_10_minutes = 4'000,
                   .recipients_per_hour = 10'000,
                   .recipients_per_day = 20'000,
                   .line = last});
    // Printers, the list server and the groupware: 10.200.0.0/16 (places.h).
    out.push_back({.name = "machines",
                   .networks = {"10.200.0.0/16"},
                   .bulk = true,
                   .messages_per_minute = 400,
                   .messages_per_10_minutes = 4'000,
                   .messages_per_hour = 10'000,
                   .messages_per_day = 20'000,
                   .recipients_per_minute = 10'000,
                   .recipients_per_10_minutes = 20'000,
                   .recipients_per_hour = 50'000,
                   .recipients_per_day = 200'000,
                   .line = last + 1});
    out.push_back(config::OutboundSettings{}.limits);
    out.back().line = last + 2;
    return out;
}

template <class T, std::size_t n>
void describe(const std::array<KeyRow<T>, n>& rows, const T& defaults, std::string_view section,
              std::string& out) {
    for (const auto& row : rows) {
        const bool bounded =
            std::holds_alternative<double T::*>(row.field) || std::holds_alternative<Range T::*>(row.field);
        out += fmt::format("| `{}.{}` | `{}` | {} | {} |\n", section, row.key,
                           std::visit([&](auto field) { return write(defaults.*field); }, row.field),
                           bounded ? fmt::format("{} to {}", row.min, row.max) : std::string(), row.help);
    }
}

}  // namespace

Scenario default_scenario() {
    Scenario out;
    out.attacks = default_bots();
    std::ranges::move(default_campaigns(), std::back_inserter(out.attacks));
    std::ranges::move(default_neighbours(), std::back_inserter(out.attacks));
    out.limits = default_limits();
    out.aims.attacks = {
        {.name = "fast-bot", .throttled_messages = 10, .blocked_messages = 30},
        {.name = "slow-bot", .throttled_minutes = 15},
        {.name = "distributed", .throttled_messages = 10},
    };
    return out;
}

std::string describe_keys() {
    const Scenario defaults;
    std::string out = "| key | default | range | meaning |\n| --- | --- | --- | --- |\n";
    describe(world_keys, defaults.world, "world", out);
    describe(hours_keys, defaults.hours, "hours", out);
    describe(habits_keys, defaults.habits, "habits", out);
    describe(places_keys, defaults.places, "places", out);
    describe(batches_keys, defaults.batches, "batches", out);
    describe(machines_keys, defaults.machines, "machines", out);
    describe(clients_keys, defaults.clients, "clients", out);
    describe(milter_keys, defaults.milter, "milter", out);
    describe(attack_keys, Attack{}, "attack.NAME", out);
    describe(aim_keys, defaults.aims, "aims", out);
    describe(attack_aim_keys, AttackAims{}, "aims.NAME", out);
    return out;
}

}  // namespace sekisho::outbound_sim
