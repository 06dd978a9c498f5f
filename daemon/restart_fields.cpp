#include "daemon/restart_fields.h"

#include <array>
#include <string_view>
#include <utility>

namespace sekisho::daemon {

namespace {

struct Row {
    std::string_view name;
    bool (*same)(const config::Settings&, const config::Settings&);
    void (*copy)(const config::Settings& from, config::Settings& to);
};

// One row from the path to a field: `row<&Settings::milter, &MilterSettings::socket>("milter.socket")`.
template <auto section, auto field>
constexpr Row row(std::string_view name) {
    return {name,
            [](const config::Settings& a, const config::Settings& b) {
                return (a.*section).*field == (b.*section).*field;
            },
            [](const config::Settings& from, config::Settings& to) {
                (to.*section).*field = (from.*section).*field;
            }};
}

using config::ControlSettings;
using config::LogSettings;
using config::MilterSettings;
using config::OutboundSettings;
using config::PasswordSettings;
using config::QuarantineSettings;
using config::Settings;
using config::StateSettings;
using config::StoreSettings;

constexpr std::array rows{
    row<&Settings::milter, &MilterSettings::socket>("milter.socket"),
    row<&Settings::milter, &MilterSettings::socket_group>("milter.socket_group"),
    row<&Settings::milter, &MilterSettings::socket_mode>("milter.socket_mode"),
    row<&Settings::quarantine, &QuarantineSettings::directory>("quarantine.directory"),
    row<&Settings::quarantine, &QuarantineSettings::keep_days>("quarantine.keep_days"),
    row<&Settings::quarantine, &QuarantineSettings::max_bytes>("quarantine.max_bytes"),
    row<&Settings::quarantine, &QuarantineSettings::min_free>("quarantine.min_free"),
    row<&Settings::quarantine, &QuarantineSettings::waiting_max_bytes>("quarantine.waiting_max_bytes"),
    row<&Settings::quarantine, &QuarantineSettings::waiting_share>("quarantine.waiting_share"),
    row<&Settings::quarantine, &QuarantineSettings::release_to>("quarantine.release_to"),
    row<&Settings::quarantine, &QuarantineSettings::release_helo>("quarantine.release_helo"),
    row<&Settings::quarantine, &QuarantineSettings::release_networks>("quarantine.release_networks"),
    row<&Settings::quarantine, &QuarantineSettings::token_ttl>("quarantine.token_ttl"),
    row<&Settings::quarantine, &QuarantineSettings::key_file>("quarantine.key_file"),
    row<&Settings::passwords, &PasswordSettings::keep>("passwords.keep"),
    row<&Settings::passwords, &PasswordSettings::public_domains>("passwords.public_domains"),
    row<&Settings::store, &StoreSettings::path>("store.path"),
    row<&Settings::store, &StoreSettings::queue_length>("store.queue_length"),
    row<&Settings::store, &StoreSettings::keep_days>("store.keep_days"),
    row<&Settings::outbound, &OutboundSettings::directory>("outbound.directory"),
    row<&Settings::outbound, &OutboundSettings::seen_bytes>("outbound.seen_bytes"),
    row<&Settings::outbound, &OutboundSettings::max_accounts>("outbound.max_accounts"),
    row<&Settings::outbound, &OutboundSettings::max_hosts>("outbound.max_hosts"),
    row<&Settings::state, &StateSettings::engine>("state.engine"),
    row<&Settings::state, &StateSettings::redis>("state.redis"),
    row<&Settings::control, &ControlSettings::socket>("control.socket"),
    row<&Settings::control, &ControlSettings::view_groups>("control.view_groups"),
    row<&Settings::control, &ControlSettings::operate_groups>("control.operate_groups"),
    row<&Settings::control, &ControlSettings::read_mail_groups>("control.read_mail_groups"),
    row<&Settings::control, &ControlSettings::metrics_listen>("control.metrics_listen"),
    row<&Settings::log, &LogSettings::target>("log.target"),
    row<&Settings::log, &LogSettings::level>("log.level"),
};

}  // namespace

std::vector<std::string> needs_restart(const config::Settings& running, const config::Settings& wanted) {
    std::vector<std::string> out;
    for (const auto& row : rows) {
        if (!row.same(running, wanted)) out.emplace_back(row.name);
    }
    return out;
}

config::Settings without_restart_fields(const config::Settings& running, config::Settings wanted) {
    for (const auto& row : rows)
        row.copy(running, wanted);
    return wanted;
}

}  // namespace sekisho::daemon
