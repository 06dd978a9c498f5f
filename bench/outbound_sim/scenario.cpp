#include "bench/outbound_sim/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/network.h"
#include "bench/outbound_sim/keys.h"
#include "bench/outbound_sim/scenario_keys.h"

namespace sekisho::outbound_sim {

namespace {

std::optional<Day> parse_date(std::string_view text) {
    unsigned year = 0;
    unsigned month = 0;
    unsigned day = 0;
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 4 || i == 7) continue;
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        unsigned& part = i < 4 ? year : i < 7 ? month : day;
        part = part * 10 + static_cast<unsigned>(text[i] - '0');
    }
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                           std::chrono::month(month), std::chrono::day(day)};
    // The guard counts seconds since 1970 in 32 bits.
    if (!date.ok() || year < 1971 || year > 2099) return std::nullopt;
    return std::chrono::sys_days(date);
}

// In the order of config::sender_limits.
constexpr std::array<std::string_view, 8> limit_names{
    "messages_per_minute",   "messages_per_10_minutes",   "messages_per_hour",   "messages_per_day",
    "recipients_per_minute", "recipients_per_10_minutes", "recipients_per_hour", "recipients_per_day"};

base::Result<void> read_limits_key(const config::TomlEntry& entry, const std::string& name,
                                   config::SenderClass& out) {
    if (entry.first == "accounts")
        out.accounts = SEKISHO_TRY(read_texts(entry, name));
    else if (entry.first == "domains")
        out.domains = SEKISHO_TRY(read_texts(entry, name));
    else if (entry.first == "bulk")
        out.bulk = SEKISHO_TRY(read_flag(entry, name));
    else if (entry.first == "networks") {
        out.networks = SEKISHO_TRY(read_texts(entry, name));
        for (const auto& network : out.networks)
            if (!base::Network::parse(network))
                return std::unexpected(key_fault(entry.second.line, name, "must be networks"));
    } else {
        const auto known = std::ranges::find(limit_names, std::string_view(entry.first));
        if (known == limit_names.end())
            return std::unexpected(key_fault(entry.second.line, name, "there is no such key"));
        const auto at = static_cast<std::size_t>(known - limit_names.begin());
        out.*config::sender_limits.at(at) =
            static_cast<std::uint32_t>(SEKISHO_TRY(read_number(entry, name, 1, 1e9)));
    }
    return {};
}

// A row that is there is replaced as a whole: what it lets through is read at one place.
base::Result<void> read_limits(const config::TomlEntry& entry, Scenario& out) {
    const std::string name = "limits." + entry.first;
    const auto* table = entry.second.as_table();
    if (table == nullptr) return std::unexpected(key_fault(entry.second.line, name, "must be a table"));
    config::SenderClass read{.name = entry.first, .line = entry.second.line};
    for (const auto& key : *table)
        SEKISHO_TRY(read_limits_key(key, name + "." + key.first, read));
    std::erase_if(out.limits, [&](const auto& row) { return row.name == read.name; });
    out.limits.push_back(std::move(read));
    return {};
}

base::Result<void> read_attack(const config::TomlEntry& entry, Scenario& out) {
    const std::string name = "attack." + entry.first;
    const auto* table = entry.second.as_table();
    if (table == nullptr) return std::unexpected(key_fault(entry.second.line, name, "must be a table"));
    auto known = std::ranges::find(out.attacks, entry.first, &Attack::name);
    if (known == out.attacks.end())
        known = out.attacks.insert(known, Attack{.name = entry.first, .count = 1});
    known->line = entry.second.line;
    return read_keys(attack_keys, *table, name, *known);
}

base::Result<void> read_aims(const config::TomlTable& table, Scenario& out) {
    config::TomlTable own;
    for (const auto& entry : table) {
        const auto* of_attack = entry.second.as_table();
        if (of_attack == nullptr) {
            own.push_back(entry);
            continue;
        }
        auto known = std::ranges::find(out.aims.attacks, entry.first, &AttackAims::name);
        if (known == out.aims.attacks.end())
            known = out.aims.attacks.insert(known, AttackAims{.name = entry.first});
        known->line = entry.second.line;
        SEKISHO_TRY(read_keys(attack_aim_keys, *of_attack, "aims." + entry.first, *known));
    }
    return read_keys(aim_keys, own, "aims", out.aims);
}

base::Result<void> read_section(const config::TomlEntry& entry, Scenario& out) {
    const auto* table = entry.second.as_table();
    const auto wrong = [&](std::string_view what) {
        return std::unexpected(key_fault(entry.second.line, entry.first, what));
    };
    if (table == nullptr) return wrong("there is no such key");
    if (entry.first == "world") return read_keys(world_keys, *table, "world", out.world);
    if (entry.first == "hours") return read_keys(hours_keys, *table, "hours", out.hours);
    if (entry.first == "habits") return read_keys(habits_keys, *table, "habits", out.habits);
    if (entry.first == "places") return read_keys(places_keys, *table, "places", out.places);
    if (entry.first == "batches") return read_keys(batches_keys, *table, "batches", out.batches);
    if (entry.first == "machines") return read_keys(machines_keys, *table, "machines", out.machines);
    if (entry.first == "clients") return read_keys(clients_keys, *table, "clients", out.clients);
    if (entry.first == "milter") return read_keys(milter_keys, *table, "milter", out.milter);
    if (entry.first == "aims") return read_aims(*table, out);
    if (entry.first == "attack" || entry.first == "limits") {
        for (const auto& row : *table)
            SEKISHO_TRY(entry.first == "attack" ? read_attack(row, out) : read_limits(row, out));
        return {};
    }
    return wrong("there is no such section");
}

// Those that the file names, where it names any. Else the default ones, as many as there are people for.
void choose_attacks(Scenario& out) {
    if (std::ranges::any_of(out.attacks, [](const Attack& attack) { return attack.line > 0; })) {
        std::erase_if(out.attacks, [](const Attack& attack) { return attack.line == 0; });
        std::erase_if(out.aims.attacks, [&](const AttackAims& aims) {
            return aims.line == 0 &&
                   std::ranges::find(out.attacks, aims.name, &Attack::name) == out.attacks.end();
        });
        return;
    }
    double victims = 0;
    for (const Attack& attack : out.attacks)
        victims += attack.count * attack.accounts.to;
    const double part = std::min(1.0, out.world.accounts / 3 / std::max(1.0, victims));
    for (Attack& attack : out.attacks)
        attack.count = std::ceil(attack.count * part - 0.5);
}

// What is right by itself and wrong beside something else.
base::Result<void> check(const Scenario& scenario) {
    const auto fault = [](int line, std::string_view key, std::string_view what) {
        return std::unexpected(key_fault(line, key, what));
    };
    if (!parse_date(scenario.world.start)) return fault(0, "world.start", "must be a date, 2026-09-14");
    for (const auto& date : scenario.world.holidays)
        if (!parse_date(date)) return fault(0, "world.holidays", "must be dates, 2026-12-29");
    const Hours& hours = scenario.hours;
    if (hours.begin >= hours.end) return fault(0, "hours.begin", "must be before hours.end");
    if (hours.lunch_begin > hours.lunch_end)
        return fault(0, "hours.lunch_begin", "must not be after hours.lunch_end");
    if (hours.lunch_begin <= hours.begin && hours.lunch_end >= hours.end)
        return fault(0, "hours.lunch_begin", "lunch must leave some hours of work");
    double victims = 0;
    for (const Attack& attack : scenario.attacks) {
        if (attack.count > 0 && attack.first_day > attack.last_day)
            return fault(attack.line, "attack." + attack.name + ".first_day", "must not be after last_day");
        victims += attack.count * attack.accounts.to;
    }
    if (victims > scenario.world.accounts / 2)
        return fault(0, "attack",
                     fmt::format("all of them need {} accounts, more than half of world.accounts", victims));
    for (const AttackAims& aims : scenario.aims.attacks)
        if (std::ranges::find(scenario.attacks, aims.name, &Attack::name) == scenario.attacks.end())
            return fault(aims.line, "aims." + aims.name, "there is no such attack");
    return {};
}

}  // namespace

Day date_of(std::string_view text) { return parse_date(text).value_or(Day{}); }

base::Result<Scenario> read_scenario(std::string_view toml) {
    const auto root = config::parse_toml(toml);
    if (!root) return std::unexpected(key_fault(root.error().line, "TOML", root.error().what));
    Scenario out = default_scenario();
    for (const auto& section : *root)
        SEKISHO_TRY(read_section(section, out));
    std::ranges::sort(out.limits, {}, &config::SenderClass::line);
    choose_attacks(out);
    SEKISHO_TRY(check(out));
    return out;
}

std::string write_scenario(const Scenario& scenario) {
    std::string out;
    const auto section = [&](std::string_view name, const std::string& keys) {
        out += fmt::format("{}[{}]\n{}", out.empty() ? "" : "\n", name, keys);
    };
    section("world", write_keys(world_keys, scenario.world));
    section("hours", write_keys(hours_keys, scenario.hours));
    section("habits", write_keys(habits_keys, scenario.habits));
    section("places", write_keys(places_keys, scenario.places));
    section("batches", write_keys(batches_keys, scenario.batches));
    section("machines", write_keys(machines_keys, scenario.machines));
    section("clients", write_keys(clients_keys, scenario.clients));
    section("milter", write_keys(milter_keys, scenario.milter));
    for (const auto& row : scenario.limits) {
        std::string keys;
        if (!row.accounts.empty()) keys += "accounts = " + write(row.accounts) + "\n";
        if (!row.networks.empty()) keys += "networks = " + write(row.networks) + "\n";
        if (!row.domains.empty()) keys += "domains = " + write(row.domains) + "\n";
        if (row.bulk) keys += "bulk = true\n";
        for (std::size_t i = 0; i < config::sender_limits.size(); ++i)
            if (const auto& limit = row.*config::sender_limits.at(i); limit)
                keys += fmt::format("{} = {}\n", limit_names.at(i), *limit);
        section("limits." + row.name, keys);
    }
    for (const Attack& attack : scenario.attacks)
        section("attack." + attack.name, write_keys(attack_keys, attack));
    section("aims", write_keys(aim_keys, scenario.aims));
    for (const AttackAims& aims : scenario.aims.attacks)
        section("aims." + aims.name, write_keys(attack_aim_keys, aims));
    return out;
}

}  // namespace sekisho::outbound_sim
