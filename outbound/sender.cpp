#include "outbound/sender.h"

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

// What all senders count alike.
void count_message(Activity& activity, const Transaction& transaction, const Traits& traits) {
    const Moment now = transaction.at;
    const std::uint32_t recipients = capped(transaction.recipients.size());
    activity.add(Count::messages, 1, now);
    activity.add(Count::recipients, recipients, now);
    activity.add(Count::rejected, transaction.rejected, now);
    activity.add(Count::deferred, transaction.deferred, now);
    if (transaction.helo_literal) activity.add(Count::literal_helo, 1, now);
    if (transaction.harm != Harm::none) activity.add(Count::suspicious, 1, now);
    if (transaction.outcome != Outcome::passed) activity.add(Count::refused, 1, now);
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

}  // namespace

Activity& Sender::awake() {
    if (!activity) activity = std::make_unique<Activity>();
    return *activity;
}

Traits traits_of(const Transaction& transaction) {
    const auto hash_or_0 = [](const std::string& text) {
        return text.empty() ? 0 : short_hash(hash_of(text));
    };
    Traits out;
    out.host = base::client_network(transaction.client);
    out.network_name = base::network_of(transaction.client, 24, 64);
    out.account = transaction.account.empty() ? 0 : hash_of(transaction.account);
    out.client = hash_or_0(transaction.client);
    out.network = hash_or_0(out.network_name);
    out.region = hash_or_0(base::network_of(transaction.client, 16, 32));
    out.from_name = short_hash(transaction.from_name);
    out.from_address = hash_or_0(transaction.from_address);
    if (transaction.from_name != 0 || !transaction.from_address.empty())
        out.from = short_hash(hash_of(transaction.from_name, hash_of(transaction.from_address)));
    out.sender = hash_or_0(transaction.sender);
    out.helo = short_hash(transaction.helo);
    return out;
}

bool roll_over(Sender& sender, const Measures& caps, Moment now) {
    learn_hours(sender, now / hour);
    if (!sender.activity) return false;
    Activity& activity = *sender.activity;
    const std::uint32_t today = day_number(now);
    if (activity.today == 0) activity.today = today;
    if (today <= activity.today) return false;
    const bool sent = of(activity.most, Measure::messages_day) > 0 || of(activity.most, Measure::peers) > 0;
    if (sent && activity.calm) {
        learn_fresh(sender, activity);
        sender.baseline.learn_day(activity.most, floors(), caps, activity.today);
    }
    activity.most = {};
    activity.today = today;
    activity.calm = sender.level() <= model::StandingLevel::watched;
    return sent;
}

void count_for_account(Sender& sender, const Transaction& transaction, const Traits& traits,
                       const Novelty& novelty) {
    Activity& activity = sender.awake();
    const Moment now = transaction.at;
    const bool odd = sender.baseline.days >= 14 && sender.baseline.expected(now) < 0.05;
    count_message(activity, transaction, traits);
    activity.add(Count::fresh, novelty.fresh, now);
    if (odd) activity.add(Count::odd_hour, 1, now);
    if (traits.client != 0) activity.clients.add(traits.client, now);
    if (traits.network != 0) activity.networks.add(traits.network, now);
    if (novelty.from) activity.strange_froms.add(traits.from, now);
    if (!novelty.network) return;
    activity.add(Count::strange, 1, now);
    activity.strange_networks.add(traits.network, now);
    if (novelty.region) activity.strange_regions.add(traits.region, now);
}

void count_for_host(Sender& sender, const Transaction& transaction, const Traits& traits,
                    const Novelty& novelty, bool stranger) {
    Activity& activity = sender.awake();
    const Moment now = transaction.at;
    if (transaction.account.empty()) {
        count_message(activity, transaction, traits);
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

void note_measures(Sender& sender, Subject subject, Moment now) { (void)take_measures(sender, subject, now); }

Measures take_measures(Sender& sender, Subject subject, Moment now) {
    Activity& activity = sender.awake();
    const Measures measured = activity.measure(now);
    Measures measures = measured;
    if (subject == Subject::host)
        of(measures, Measure::peers) = static_cast<float>(activity.clients.count(day, now));
    for (std::size_t i = 0; i < measure_kinds; ++i)
        activity.most.at(i) = std::max(activity.most.at(i), measures.at(i));
    if (sender.level() > model::StandingLevel::watched) activity.calm = false;
    return measured;
}

}  // namespace sekisho::outbound
