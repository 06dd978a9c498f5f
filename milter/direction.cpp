#include "milter/direction.h"

#include <algorithm>

#include "base/network.h"
#include "base/text.h"

namespace sekisho::milter {

namespace {

// What the rows ask for, worked out once per message.
struct Facts {
    bool authenticated;
    bool sender_local;
    bool recipients_local;
    bool null_sender;
    bool smtp;
};

bool holds(const std::optional<bool>& wanted, bool is) { return !wanted || *wanted == is; }

bool holds(const config::DirectionRow& row, const model::Envelope& envelope, const Facts& facts) {
    const bool daemon =
        row.daemon_names.empty() || std::ranges::any_of(row.daemon_names, [&](const auto& name) {
            return base::equals_ignoring_case(name, envelope.daemon_name);
        });
    return daemon && (row.networks.empty() || base::any_contains(row.networks, envelope.client_addr)) &&
           holds(row.authenticated, facts.authenticated) && holds(row.sender_local, facts.sender_local) &&
           holds(row.recipients_local, facts.recipients_local) && holds(row.null_sender, facts.null_sender) &&
           holds(row.smtp, facts.smtp);
}

}  // namespace

bool is_local(std::string_view address, const std::vector<std::string>& domains) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos) return false;
    std::string_view domain = address.substr(at + 1);
    if (!domain.empty() && domain.back() == '.') domain.remove_suffix(1);
    return std::ranges::any_of(domains, [&](const std::string& local) {
        if (!local.starts_with('.')) return base::equals_ignoring_case(domain, local);
        return base::equals_ignoring_case(domain, std::string_view(local).substr(1)) ||
               base::ends_with_ignoring_case(domain, local);
    });
}

model::Direction direction_of(const config::Settings& settings, const model::Envelope& envelope,
                              bool through_trusted_relay) {
    if (through_trusted_relay) return model::Direction::inbound;
    const Facts facts{
        .authenticated = !envelope.auth_authen.empty(),
        .sender_local = is_local(envelope.mail_from, settings.local_domains),
        .recipients_local =
            !envelope.recipients.empty() &&
            std::ranges::all_of(envelope.recipients,
                                [&](const auto& one) { return is_local(one, settings.local_domains); }),
        .null_sender = envelope.mail_from.empty(),
        .smtp = envelope.via_smtp,
    };
    for (const auto& row : settings.directions) {
        if (holds(row, envelope, facts)) return row.direction;
    }
    return model::Direction::inbound;
}

}  // namespace sekisho::milter
