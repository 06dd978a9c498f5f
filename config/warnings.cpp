// What is allowed but most likely not meant.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/escape.h"
#include "config/load.h"

namespace sekisho::config {

namespace {

bool always_holds(const PolicyRule& rule) {
    return rule.directions.empty() && rule.verdicts.empty() && rule.unscannable.empty() &&
           !rule.score_at_least && rule.findings.empty() && rule.senders.empty() && rule.recipients.empty() &&
           rule.accounts.empty() && rule.networks.empty() && !rule.larger_than;
}

bool always_holds(const DirectionRow& row) {
    return row.daemon_names.empty() && row.networks.empty() && !row.authenticated && !row.sender_local &&
           !row.recipients_local && !row.null_sender && !row.smtp;
}

std::string day(std::chrono::sys_days days) {
    const std::chrono::year_month_day date(days);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace

std::vector<Problem> warnings(const Settings& settings, const std::string& file_name,
                              std::chrono::sys_days today) {
    std::vector<Problem> out;
    const auto warn = [&](int line, std::string what) { out.push_back({file_name, line, std::move(what)}); };
    if (settings.monitor) warn(0, "monitor mode: everything is scanned and recorded, and all mail passes");
    if (settings.local_domains.empty()) {
        warn(0,
             "local_domains is empty: no mail counts as internal, and all from your own networks counts as "
             "outbound");
    }
    for (const AllowRow& row : settings.allow) {
        if (row.expires >= today) continue;
        warn(row.line,
             fmt::format("allow: past its day ({}), the row does nothing; ask {} whether it is still needed",
                         day(row.expires), row.owner));
    }
    if (const auto& actions = settings.outbound.actions; actions.spool.empty() && !actions.command.empty())
        warn(0, "outbound.actions: a command, and no spool: no orders are written for it");
    for (const std::string& dir : settings.worker.rules_dirs) {
        std::error_code error;
        if (std::filesystem::is_directory(dir, error)) continue;
        warn(0,
             fmt::format("worker.rules_dirs: {} is no folder: no rules come from there", base::escape(dir)));
    }
    if (settings.outbound.webhook.url.starts_with("http://"))
        warn(
            0,
            "outbound.webhook.url is not encrypted: whoever listens on this machine reads who is in trouble");
    const auto& rules = settings.rules;
    const auto last = std::ranges::find_if(rules, [](const PolicyRule& rule) { return always_holds(rule); });
    if (last == rules.end()) {
        warn(
            0,
            settings.milter.on_failure == model::Action::accept
                ? "no [[rule]] holds for all mail: where none holds it passes, marked (milter.on_failure)"
                : "no [[rule]] holds for all mail: where none holds it is answered 451 (own rows replace the "
                  "shipped ones; sekisho config show prints those)");
    } else if (std::next(last) != rules.end()) {
        warn(std::next(last)->line,
             fmt::format("rule: rows from here on are never reached; \"{}\" before them holds for "
                         "all mail",
                         last->name));
    }
    const auto& ways = settings.directions;
    const auto end = std::ranges::find_if(ways, [](const DirectionRow& row) { return always_holds(row); });
    if (end != ways.end() && std::next(end) != ways.end()) {
        warn(0, fmt::format("direction: rows after the {}th are never reached", end - ways.begin() + 1));
    }
    if (settings.limits.max_time > std::chrono::seconds(120)) {
        warn(0,
             "limits.max_time is above 120 s; the MTA may give up first (Postfix: milter_content_timeout)");
    }
    return out;
}

}  // namespace sekisho::config
