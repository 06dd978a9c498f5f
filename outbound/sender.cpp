#include "outbound/sender.h"

#include <string.h>

#include <algorithm>
#include <numeric>

#include "base/network.h"
#include "outbound/hash.h"

namespace sekisho::outbound {

namespace {

constexpr std::uint32_t most_missed_hours = hours_of_week;

std::uint32_t capped(std::size_t n) {
    return static_cast<std::uint32_t>(std::min<std::size_t>(n, UINT32_MAX));
}

void add(Counts::Amounts& amounts, Count what, std::uint32_t amount) {
    amounts.add(static_cast<std::size_t>(what), amount);
}

// What all senders count alike; `more` is what they count beside it.
void count_message(Activity& activity, const Transaction& transaction, const Traits& traits,
                   Counts::Amounts more) {
    const Moment now = transaction.at;
    const std::uint32_t recipients = capped(transaction.recipients.size());
    add(more, Count::messages, 1);
    add(more, Count::recipients, recipients);
    add(more, Count::rejected, transaction.rejected);
    add(more, Count::deferred, transaction.deferred);
    add(more, Count::literal_helo, transaction.helo_literal ? 1 : 0);
    add(more, Count::suspicious, transaction.harm != Harm::none ? 1 : 0);
    add(more, Count::refused, transaction.outcome != Outcome::passed ? 1 : 0);
    activity.counts.add(more, now);
    activity.repeats = !transaction.recipients.empty();
    for (const Recipient& recipient : transaction.recipients) {
        if (activity.recipients.add(short_hash(recipient.address), now)) activity.repeats = false;
        activity.recipient_domains.add(recipient.domain, now);
    }
    if (traits.from_name != 0) activity.from_names.add(traits.from_name, now);
    if (traits.from_address != 0) activity.from_addresses.add(traits.from_address, now);
    if (traits.sender != 0) activity.senders.add(traits.sender, now);
    if (traits.helo != 0) activity.helos.add(traits.helo, now);
    for (const std::uint64_t content : transaction.contents)
        activity.contents.add(content, recipients, now);
}

void learn_hours(Sender& sender, std::uint32_t current) {
    if (sender.learned_hour == 0) sender.learned_hour = current;
    if (current <= sender.learned_hour) return;
    const std::uint32_t missed = std::min(current - sender.learned_hour, most_missed_hours);
    const auto sent_in = [&](std::uint32_t number) {
        return sender.activity
                   ? sender.activity->counts.in_hour(static_cast<std::size_t>(Count::messages), number)
                   : 0;
    };
    for (std::uint32_t number = current - missed; number < current; ++number)
        sender.baseline.learn_hour(hour_of_week(number * hour), sent_in(number));
    sender.learned_hour = current;
}

// Of the day that is over. On the first days everybody is new.
void learn_fresh(Sender& sender, const Activity& activity) {
    const Moment end = (activity.today + 1) * day - 1;
    if (!sender.baseline.is_settled(end)) return;
    const auto sum = [&](Count what) {
        const auto by_hour = activity.counts.by_hour(static_cast<std::size_t>(what), end);
        return std::accumulate(by_hour.begin(), by_hour.end(), 0.0);
    };
    sender.baseline.learn_fresh(sum(Count::fresh), sum(Count::recipients));
}

void keep_most(Sender& sender, Subject subject, Measures measures, Moment now) {
    Activity& activity = *sender.activity;
    if (subject == Subject::host)
        of(measures, Measure::peers) = static_cast<float>(activity.clients.count(day, now));
    for (std::size_t i = 0; i < measure_kinds; ++i)
        activity.most.at(i) = std::max(activity.most.at(i), measures.at(i));
    if (sender.level() > model::StandingLevel::watched) activity.calm = false;
}

}  // namespace

Activity& Sender::awake() {
    if (!activity) activity = std::make_unique<Activity>();
    return *activity;
}

std::string_view domain_of(std::string_view address) {
    // rfind() goes through it byte by byte, several times a message.
    const void* const at = ::memrchr(address.data(), '@', address.size());
    if (at == nullptr) return {};
    return address.substr(static_cast<std::size_t>(static_cast<const char*>(at) - address.data()) + 1);
}

Traits traits_of(const Transaction& transaction) {
    const auto named = [](std::string_view text) { return text.empty() ? HashedName() : HashedName(text); };
    Traits out;
    const base::NetworksAround networks(transaction.client);
    out.host = networks.client();
    out.network_name = networks.of(24, 64);
    out.account = named(transaction.account).hash;
    out.host_hash = named(out.host).hash;
    out.network_hash = named(out.network_name).hash;
    out.client = short_hash(out.host == transaction.client ? out.host_hash : named(transaction.client).hash);
    out.network = short_hash(out.network_hash);
    const HashedName sender = named(transaction.sender);
    const bool are_one = transaction.sender == transaction.from_address;  // as mostly
    const HashedName from = are_one ? sender : named(transaction.from_address);
    out.names = {NameUse{Trails::address, sender, true, are_one},
                 NameUse{Trails::address, are_one ? HashedName() : from, false, true},
                 NameUse{Trails::domain, named(domain_of(transaction.sender)), true, false}};
    out.sender = short_hash(sender.hash);
    out.from_address = short_hash(from.hash);
    out.from_name = short_hash(transaction.from_name);
    if (transaction.from_name != 0 || !transaction.from_address.empty())
        out.from = short_hash(
            hash_of(transaction.from_name, from.hash != 0 ? from.hash : hash_of(std::string_view())));
    out.helo = short_hash(transaction.helo);
    return out;
}

std::uint32_t region_of(const Transaction& transaction) {
    return transaction.client.empty() ? 0 : short_hash(hash_of(base::network_of(transaction.client, 16, 32)));
}

bool roll_over(Sender& sender, const config::SenderClass& limits, Moment now) {
    learn_hours(sender, now / hour);
    if (!sender.activity) return false;
    Activity& activity = *sender.activity;
    const std::uint32_t today = day_number(now);
    if (activity.today == 0) activity.today = today;
    if (today <= activity.today) return false;
    const bool sent = of(activity.most, Measure::messages_day) > 0 || of(activity.most, Measure::peers) > 0;
    if (sent && activity.calm) {
        learn_fresh(sender, activity);
        sender.baseline.learn_day(activity.most, floors(), caps_of(limits), activity.today);
    }
    activity.most = {};
    activity.own_from = activity.own_network = 0;
    activity.today = today;
    activity.calm = sender.level() <= model::StandingLevel::watched;
    return sent;
}

void count_for_account(Sender& sender, const Transaction& transaction, const Traits& traits,
                       const Novelty& novelty) {
    Activity& activity = sender.awake();
    const Moment now = transaction.at;
    const bool odd = sender.baseline.days >= 14 && sender.baseline.expected(now) < 0.05;
    Counts::Amounts own;
    add(own, Count::fresh, novelty.fresh);
    add(own, Count::odd_hour, odd ? 1 : 0);
    add(own, Count::strange, novelty.network ? 1 : 0);
    count_message(activity, transaction, traits, own);
    if (traits.client != 0) activity.clients.add(traits.client, now);
    if (traits.network != 0) activity.networks.add(traits.network, now);
    if (novelty.from) activity.strange_froms.add(traits.from, now);
    if (!novelty.network) return;
    activity.strange_networks.add(traits.network, now);
    if (novelty.region) activity.strange_regions.add(region_of(transaction), now);
}

void count_for_host(Sender& sender, const Transaction& transaction, const Traits& traits,
                    const Novelty& novelty, bool stranger) {
    Activity& activity = sender.awake();
    const Moment now = transaction.at;
    if (transaction.account.empty()) {
        count_message(activity, transaction, traits, {});
        if (novelty.from) activity.strange_froms.add(traits.from, now);
        return;
    }
    activity.add(Count::authenticated, 1, now);
    activity.clients.add(short_hash(traits.account), now);
    if (!stranger) return;
    activity.strange_networks.add(short_hash(traits.account), now);
    // Of a host: those of them that wrote under a name of which their owners know nothing.
    if (novelty.from) activity.strange_regions.add(short_hash(traits.account), now);
}

void take_back(Activity& activity, const Transaction& transaction) {
    for (const std::uint64_t content : transaction.contents)
        activity.contents.take_back(content, capped(transaction.recipients.size()));
}

void note_measures(Sender& sender, Subject subject, Moment now) {
    keep_most(sender, subject, sender.awake().measure(now), now);
}

Measures take_measures(Sender& sender, Subject subject, const Counts::Reading& reading, Moment now) {
    const Measures measured = sender.activity->measure(reading, now);
    keep_most(sender, subject, measured, now);
    return measured;
}

}  // namespace sekisho::outbound
