// Known weakness: attachments are compared by their hash alone; one that is made anew for each mail is
// another.
#include "milter/outbound_step.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/network.h"
#include "base/text.h"
#include "milter/direction.h"
#include "outbound/guard.h"
#include "outbound/hash.h"
#include "policy/outbound.h"

namespace sekisho::milter {

namespace {

using outbound::Harm;
using outbound::hash_of;

// What stands in every mail of a person: logos, visiting cards, keys, signatures.
bool is_everywhere(const model::PartSummary& part) {
    return part.type.starts_with("image/") || part.type == "text/vcard" ||
           part.type == "application/pgp-keys" || part.type.find("pkcs7-signature") != std::string::npos;
}

bool is_body(const model::PartSummary& part) { return part.name.empty() && part.type.starts_with("text/"); }

std::vector<outbound::ContentKey> contents_of(const model::ScanReport& report) {
    constexpr std::uint64_t least_bytes = 64;
    std::vector<outbound::ContentKey> out;
    const model::TextKey text = report.message.text_key;
    if (text != 0) out.push_back(outbound::text_content_key(text));
    for (const model::PartSummary& part : report.parts) {
        if (out.size() == outbound::Transaction::max_contents) break;
        if (part.opened_by != "mime" || part.sha256.empty() || part.size < least_bytes || is_everywhere(part))
            continue;
        if (text != 0 && is_body(part)) continue;
        out.push_back(outbound::attachment_key(hash_of(part.sha256)));
    }
    return out;
}

struct From {
    std::string_view name;
    std::string_view address;
};
// Of "Anna Example <anna@example.com>", as the worker decoded it. What is no such thing is a name.
From from_of(std::string_view field) {
    const std::size_t open = field.rfind('<');
    const std::size_t close = field.rfind('>');
    if (open == field.npos || close == field.npos || close < open) {
        const bool bare = field.find('@') != field.npos;
        return bare ? From{{}, base::trim(field)} : From{base::trim(field), {}};
    }
    const auto is_odd = [](char c) { return base::is_space(c) || c == '"'; };
    return {base::trim(field.substr(0, open), is_odd), base::trim(field.substr(open + 1, close - open - 1))};
}

Harm harm_of(model::Verdict verdict) {
    if (verdict == model::Verdict::malicious) return Harm::malicious;
    return verdict == model::Verdict::suspicious ? Harm::suspicious : Harm::none;
}

model::Decision decision_on(const config::Settings& settings, const outbound::Answer& answer,
                            std::string_view id) {
    return policy::decide_by_standing(settings, answer.standing, std::chrono::seconds(answer.retry_after),
                                      id);
}

void take_refused(const Refused& refused, outbound::Transaction& transaction) {
    transaction.rejected = refused.rejected;
    transaction.deferred = refused.deferred;
}

outbound::Answer note(const Services& services, const config::Settings& settings,
                      outbound::Transaction transaction) {
    const auto& limits =
        policy::limits_for(settings, {transaction.account, transaction.client, transaction.sender});
    outbound::Answer answer = services.guard->note(
        std::move(transaction), limits,
        model::standing_from(settings.outbound.on_malware).value_or(model::StandingLevel::throttled));
    for (const outbound::Change& change : answer.changes)
        services.standing_changed(change);
    return answer;
}

}  // namespace

Watched watched_sender(const config::Settings& settings, const model::Envelope& envelope) {
    Watched out;
    if (!settings.outbound.enabled) return out;
    out.account = base::to_lower(envelope.auth_authen);
    if (!base::any_contains(settings.outbound.unwatched, envelope.client_addr))
        out.client = envelope.client_addr;
    return out;
}

outbound::Transaction transaction_of(const config::Settings& settings, const model::Envelope& envelope,
                                     const model::ScanReport* report,
                                     std::chrono::system_clock::time_point now) {
    const Watched watched = watched_sender(settings, envelope);
    outbound::Transaction out{.at = outbound::moment_of(now),
                              .account = watched.account,
                              .client = watched.client,
                              .group = policy::group_of(settings, watched.account),
                              .sender = base::to_lower(envelope.mail_from),
                              .helo = envelope.helo.empty() ? 0 : hash_of(envelope.helo),
                              .helo_literal = envelope.helo.starts_with('[')};
    for (const std::string& recipient : envelope.recipients) {
        const std::string lower = base::to_lower(recipient);
        const std::size_t at = lower.rfind('@');
        const std::string_view domain =
            at == lower.npos ? std::string_view() : std::string_view(lower).substr(at + 1);
        const bool ours = is_local(lower, settings.local_domains);
        out.recipients.push_back({hash_of(lower), ours ? 0 : outbound::short_hash(hash_of(domain))});
    }
    if (report == nullptr) return out;
    const From from = from_of(report->message.from);
    out.from_name = from.name.empty() ? 0 : hash_of(from.name);
    out.from_address = base::to_lower(from.address);
    out.contents = contents_of(*report);
    out.harm = harm_of(report->verdict);
    return out;
}

void count_refused(const Services& services, const config::Settings& settings,
                   const model::Envelope& envelope, const Refused& refused) {
    if (services.guard == nullptr) return;
    const Watched watched = watched_sender(settings, envelope);
    if (!watched) return;
    model::Envelope whole = envelope;
    if (whole.recipients.empty()) whole.recipients.push_back(refused.first);
    // Whose client a relay speaks for stands in a header that never came.
    const bool through_relay = base::any_contains(settings.milter.trusted_relays, envelope.client_addr);
    if (watched.account.empty() && direction_of(settings, whole, through_relay) == model::Direction::inbound)
        return;
    outbound::Transaction attempt = transaction_of(settings, envelope, nullptr, services.now());
    attempt.recipients.clear();  // those that it would have had got nothing
    take_refused(refused, attempt);
    note(services, settings, std::move(attempt));
}

model::Decision ask_guard(const Services& services, const config::Settings& settings,
                          const model::Envelope& envelope, const Refused& by_mta) {
    if (services.guard == nullptr) return {};
    const Watched watched = watched_sender(settings, envelope);
    if (!watched) return {};
    const auto now = services.now();
    const outbound::Answer answer =
        services.guard->standing_of(watched.account, watched.client, outbound::moment_of(now));
    for (const outbound::Change& change : answer.changes)
        services.standing_changed(change);
    model::Decision decision = decision_on(settings, answer, {});
    const bool refuses = decision.action == model::Action::defer || decision.action == model::Action::reject;
    if (!refuses || decision.monitored) return {};
    outbound::Transaction attempt = transaction_of(settings, envelope, nullptr, now);
    take_refused(by_mta, attempt);
    attempt.outcome =
        decision.action == model::Action::defer ? outbound::Outcome::deferred : outbound::Outcome::refused;
    note(services, settings, std::move(attempt));
    return decision;
}

model::Decision count_message(const Services& services, const Message& message,
                              const model::ScanReport& report) {
    if (services.guard == nullptr) return {};
    const Watched watched = watched_sender(*message.settings, message.envelope);
    // Whoever logged in is one of ours, whatever the rows of directions say.
    const bool inbound = message.envelope.direction == model::Direction::inbound;
    if (!watched || (inbound && watched.account.empty())) return {};
    outbound::Transaction transaction =
        transaction_of(*message.settings, message.envelope, &report, services.now());
    take_refused(message.refused, transaction);
    return decision_on(*message.settings, note(services, *message.settings, std::move(transaction)),
                       message.id);
}

}  // namespace sekisho::milter
