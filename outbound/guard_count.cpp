// How one message is counted and judged: for its account, its address, its network and the names in it.
#include <algorithm>
#include <string_view>
#include <utility>

#include "outbound/common_regions.h"
#include "outbound/guard.h"
#include "outbound/hash.h"

namespace sekisho::outbound {

namespace {

// A network that so many accounts share, day by day, is the house's: office, VPN, the mobile carrier.
constexpr float house_accounts = 3;

// What a sender may have done before; recipients stand under its own hash.
enum class Thing : std::uint8_t { network = 1, region, from };
std::uint64_t key_of(std::uint64_t sender, Thing thing) {
    return hash_of(sender, static_cast<std::uint64_t>(thing));
}

// An account does what it does by its name, a host without one by its address.
std::uint64_t doer_of(const Transaction& transaction, const Traits& traits) {
    return transaction.account.empty() ? traits.host_hash : traits.account;
}

// Whose habits hold for an account that has none yet.
std::string_view group_name(const Transaction& transaction) {
    return transaction.group.empty() ? domain_of(transaction.account) : transaction.group;
}

}  // namespace

void Guard::fetch_recipients(const Transaction& transaction, const Traits& traits) const {
    if (transaction.account.empty()) return;
    for (const Recipient& recipient : transaction.recipients)
        seen_.fetch(traits.account, recipient.address);
}

void Guard::fetch_own(const Transaction& transaction, const Traits& traits, const Activity* today) const {
    const std::uint64_t who = doer_of(transaction, traits);
    if (traits.from != 0 && (today == nullptr || today->own_from != traits.from))
        seen_.fetch(key_of(who, Thing::from), traits.from);
    if (transaction.account.empty() || traits.network == 0) return;
    if (today == nullptr || today->own_network != traits.network)
        seen_.fetch(key_of(who, Thing::network), traits.network);
}

std::uint32_t Guard::note_recipients(const Transaction& transaction, const Traits& traits) {
    std::uint32_t out = 0;
    if (transaction.account.empty()) return out;
    // Nobody has to have written to a colleague before.
    const std::uint32_t house = short_hash(hash_of(domain_of(transaction.account)));
    for (const Recipient& recipient : transaction.recipients) {
        const bool known = seen_.note(traits.account, recipient.address, transaction.at);
        if (!known && recipient.domain != 0 && recipient.domain != house) ++out;
    }
    return out;
}

Novelty Guard::look_up(const Transaction& transaction, const Traits& traits, const Parties& parties) {
    Novelty out;
    const std::uint64_t who = doer_of(transaction, traits);
    const Named* const doer = transaction.account.empty() ? parties.host : parties.account;
    Activity* const today = doer == nullptr ? nullptr : doer->sender.activity.get();
    // What it does all day is looked up once, and noted then: what is used is not forgotten.
    const auto is_own = [&](Thing thing, std::uint32_t what, std::uint32_t Activity::* own) {
        if (today != nullptr && today->*own == what) return true;
        const std::uint64_t key = key_of(who, thing);
        if (!seen_.knows(key, what)) return false;
        seen_.note(key, what, transaction.at);
        if (today != nullptr) today->*own = what;
        return true;
    };
    out.from = traits.from != 0 && !is_own(Thing::from, traits.from, &Activity::own_from);
    if (transaction.account.empty()) return out;
    out.fresh = note_recipients(transaction, traits);
    if (traits.network == 0 || is_house_network(parties.network, transaction.at)) return out;
    out.network = !is_own(Thing::network, traits.network, &Activity::own_network);
    if (!out.network) return out;
    const std::uint32_t region = region_of(transaction);
    out.region = !seen_.knows(key_of(who, Thing::region), region);
    if (out.region && is_common_region(seen_, region, accounts_.size())) {
        // It is to stay known where the region is common no more.
        seen_.note(key_of(who, Thing::region), region, transaction.at);
        note_region(seen_, who, region, transaction.at);
        out.region = false;
    }
    return out;
}

void Guard::make_known(const std::string& name, Sender& sender, Moment now) {
    if (!sender.activity || sender.level() != model::StandingLevel::normal) return;
    const std::uint64_t who = hash_of(name);
    const auto each = [&](Thing thing, auto& strange) {
        for (std::size_t i = 0; i < strange.scale().size; ++i)
            seen_.note(key_of(who, thing), strange.entry(i).hash, now);
        strange.clear();
    };
    each(Thing::from, sender.activity->strange_froms);
    each(Thing::network, sender.activity->strange_networks);
    const auto& regions = sender.activity->strange_regions;
    for (std::size_t i = 0; i < regions.scale().size; ++i)
        note_region(seen_, who, regions.entry(i).hash, now);
    each(Thing::region, sender.activity->strange_regions);
}

void Guard::close_day(Subject subject, Named& named, const config::SenderClass& limits,
                      const Transaction& transaction) {
    auto& [name, sender] = named;
    const Moment now = transaction.at;
    const bool same_day = !sender.activity || sender.activity->today == day_number(now);
    if (sender.learned_hour == now / hour && same_day) return;
    if (!roll_over(sender, limits, now)) return;
    if (subject == Subject::account && sender.baseline.is_settled(now))
        learn_group(group_name(transaction), sender.baseline.usual);
    else if (subject == Subject::host)
        sender.activity->strange_networks.clear(), sender.activity->strange_regions.clear();  // accounts
    make_known(name, sender, now);
}

bool Guard::is_house_network(const Named* network, Moment now) {
    if (network == nullptr) return false;
    const Sender& sender = network->sender;
    return sender.baseline.is_settled(now) && of(sender.baseline.usual, Measure::peers) >= house_accounts &&
           sender.level() <= model::StandingLevel::watched;
}

const Baseline* Guard::group_of(const Transaction& transaction) const {
    const auto group = groups_.find(group_name(transaction));
    return group == groups_.end() ? nullptr : &group->second.baseline;
}

void Guard::learn_group(std::string_view name, const Measures& usual) {
    auto known = groups_.find(name);
    if (known == groups_.end()) {
        if (groups_.size() > limits_.most_hosts) return;
        known = groups_.emplace(name, Group{}).first;
    }
    mark(known->second.dirty, Kind::group, known->first);
    known->second.baseline.learn_member(usual);
}

void Guard::take_worse(Subject subject, const Named& named, Moment now, Answer& answer) {
    const Sender& sender = named.sender;
    if (!sender.standing || sender.level() <= answer.standing.level) return;
    answer.standing = {sender.standing->level, sender.standing->reasons};
    answer.whose = Key{subject, named.name};
    answer.retry_after = retry_after(*sender.standing, now);
}

void Guard::judge_sender(Subject subject, Named& named, const Message& message, Answer& answer) {
    auto& [name, sender] = named;
    const Transaction& transaction = message.transaction;
    const Moment now = transaction.at;
    const Counts::Reading reading = sender.activity->counts.at(now);
    const Measures measured = take_measures(sender, subject, reading, now);
    const Past past{.reading = &reading,
                    .measured = &measured,
                    .own = sender.baseline,
                    .group = subject == Subject::account ? group_of(transaction) : nullptr,
                    .watched_for = seen_.begun() == 0 ? 0 : since(seen_.begun(), now)};
    const Judgement judgement = judge(subject, *sender.activity, past, message.limits, now);
    const auto by_malware =
        transaction.harm == Harm::malicious ? message.on_malware : model::StandingLevel::normal;
    if (judgement.points < watched_from && !judgement.overrun && by_malware == model::StandingLevel::normal &&
        !sender.standing)
        return;
    if (!sender.standing) sender.standing = std::make_unique<StandingState>();
    StandingState& state = *sender.standing;
    const model::StandingLevel before = state.level;
    const bool fell = decay(state, now);
    const bool rose = raise(state, judgement, by_malware, now);
    if (state.level > model::StandingLevel::watched) sender.activity->calm = false;
    if (rose && state.level == model::StandingLevel::throttled) take_back(*sender.activity, transaction);
    if (rose || fell) answer.changes.push_back({{subject, name}, before, state, now});
    const bool over = state.level == model::StandingLevel::normal && since(state.first_throttle, now) >= day;
    if (over) sender.standing.reset();
}

void Guard::note_trail(const NameUse& use, const Message& message) {
    const auto& [transaction, traits] = std::tie(message.transaction, message.traits);
    std::string gone;
    auto& [key, trail] = trails_.of(use.kind, use.name, transaction.at, gone);
    if (!gone.empty() && state_ != nullptr) dirty_.push_back({Kind::trail, std::move(gone)});
    if (message.place && *message.place <= trail.saved_at) return;
    const Moment now = transaction.at;
    Trail::Counts::Amounts amounts;
    amounts.add(Trail::sent, use.sent ? 1 : 0);
    amounts.add(Trail::signed_by, use.signed_by ? 1 : 0);
    amounts.add(Trail::recipients, static_cast<std::uint32_t>(transaction.recipients.size()));
    amounts.add(Trail::fresh, transaction.novelty ? transaction.novelty->fresh : 0);
    amounts.add(Trail::rejected, transaction.rejected);
    amounts.add(Trail::deferred, transaction.deferred);
    amounts.add(Trail::literal_helo, transaction.helo_literal ? 1 : 0);
    amounts.add(Trail::suspicious, transaction.harm != Harm::none ? 1 : 0);
    trail.counts.add(amounts, now);
    if (traits.account != 0) trail.accounts.add(short_hash(traits.account), now);
    if (traits.client != 0) trail.clients.add(traits.client, now);
    if (traits.network != 0) trail.networks.add(traits.network, now);
    for (const Recipient& recipient : transaction.recipients) {
        trail.addressees.add(short_hash(recipient.address), now);
        trail.domains.add(recipient.domain, now);
    }
    mark(trail.dirty, Kind::trail, key);
}

void Guard::apply_to_account(Named& account, const Message& message, Answer& answer) {
    const Transaction& transaction = message.transaction;
    Sender& sender = account.sender;
    if (message.place && *message.place <= sender.saved_at) return;
    close_day(Subject::account, account, message.limits, transaction);
    if (!sender.activity) ++active_of(Subject::account);
    count_for_account(sender, transaction, message.traits, transaction.novelty.value_or(Novelty{}));
    mark(sender.dirty, Kind::account, account.name);
    if (message.place) return note_measures(sender, Subject::account, transaction.at);
    judge_sender(Subject::account, account, message, answer);
    take_worse(Subject::account, account, transaction.at, answer);
}

void Guard::apply_to_host(Named& host, const Message& message, bool stranger, bool judged, Answer& answer) {
    const Transaction& transaction = message.transaction;
    Sender& sender = host.sender;
    if (message.place && *message.place <= sender.saved_at) return;
    close_day(Subject::host, host, message.limits, transaction);
    if (!sender.activity) ++active_of(Subject::host);
    count_for_host(sender, transaction, message.traits, transaction.novelty.value_or(Novelty{}), stranger);
    mark(sender.dirty, Kind::host, host.name);
    if (judged && !message.place)
        judge_sender(Subject::host, host, message, answer);
    else
        note_measures(sender, Subject::host, transaction.at);
    if (message.place) return;
    take_worse(Subject::host, host, transaction.at, answer);
}

void Guard::apply(const Message& message, Parties parties, Answer& answer) {
    const auto& [transaction, traits] = std::tie(message.transaction, message.traits);
    bool stranger = false;
    if (!transaction.account.empty()) {
        stranger = transaction.novelty && transaction.novelty->network && parties.account != nullptr &&
                   parties.account->sender.baseline.is_settled(transaction.at);
        if (parties.account == nullptr)
            parties.account = &of_name(accounts_, Kind::account, limits_.most_accounts, transaction.account);
        apply_to_account(*parties.account, message, answer);
    }
    if (!traits.host.empty()) {
        const bool is_new = parties.host == nullptr;
        if (is_new) parties.host = &of_name(hosts_, Kind::host, limits_.most_hosts, traits.host);
        apply_to_host(*parties.host, message, stranger, true, answer);
        if (traits.network_name != traits.host) {
            // Room for the address may have been made at the cost of its network.
            if (is_new || parties.network == nullptr)
                parties.network = &of_name(hosts_, Kind::host, limits_.most_hosts, traits.network_name);
            apply_to_host(*parties.network, message, stranger, false, answer);
        }
    }
    for (const NameUse& use : traits.names)
        if (!use.name.empty()) note_trail(use, message);
}

// What was new yesterday is to be known before it is asked for.
void Guard::close_days(const Parties& parties, const Transaction& transaction,
                       const config::SenderClass& limits) {
    if (parties.account != nullptr) close_day(Subject::account, *parties.account, limits, transaction);
    if (parties.host != nullptr) close_day(Subject::host, *parties.host, limits, transaction);
}

}  // namespace sekisho::outbound
