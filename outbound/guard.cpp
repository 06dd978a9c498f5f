// Known weakness: an account whose owner never sent has no past, and its group's holds: a hijack of it within
// its first days is seen later.
#include "outbound/guard.h"

#include <algorithm>
#include <utility>

#include "base/network.h"
#include "outbound/common_regions.h"
#include "outbound/hash.h"
#include "outbound/shared.h"
#include "store/shared_log.h"

namespace sekisho::outbound {

namespace {

// So long a change of standing waits for the disk at most; it holds in memory in any case.
constexpr std::chrono::seconds keep_limit{2};
// A network that so many accounts share, day by day, is the house's: office, VPN, the mobile carrier.
constexpr float house_accounts = 3;

// What a sender may have done before; recipients stand under its own hash.
enum class Thing : std::uint8_t { network = 1, region, from };
std::uint64_t key_of(std::uint64_t sender, Thing thing) {
    return hash_of(sender, static_cast<std::uint64_t>(thing));
}

std::string_view domain_of(std::string_view address) {
    const std::size_t at = address.rfind('@');
    return at == address.npos ? std::string_view() : address.substr(at + 1);
}

// Whose habits hold for an account that has none yet.
std::string group_name(const Transaction& transaction) {
    return transaction.group.empty() ? std::string(domain_of(transaction.account)) : transaction.group;
}

}  // namespace

Guard::Guard(SeenBefore seen, GuardLimits limits) : seen_(std::move(seen)), limits_(limits) {}

// An account does what it does by its name, a host without one by its address.
Novelty Guard::look_up(const Transaction& transaction, const Traits& traits) {
    Novelty out;
    const bool host = transaction.account.empty();
    const std::uint64_t who = host ? hash_of(traits.host) : traits.account;
    out.from = traits.from != 0 && !seen_.knows(key_of(who, Thing::from), traits.from);
    if (host) return out;
    // Nobody has to have written to a colleague before.
    const std::uint32_t own = short_hash(hash_of(domain_of(transaction.account)));
    for (const Recipient& recipient : transaction.recipients) {
        const bool known = seen_.note(traits.account, recipient.address, transaction.at);
        if (!known && recipient.domain != 0 && recipient.domain != own) ++out.fresh;
    }
    if (traits.network == 0 || is_house_network(traits.network_name, transaction.at)) return out;
    out.network = !seen_.knows(key_of(who, Thing::network), traits.network);
    out.region = !seen_.knows(key_of(who, Thing::region), traits.region);
    if (out.region && is_common_region(seen_, traits.region, accounts_.size())) {
        // It is to stay known where the region is common no more.
        seen_.note(key_of(who, Thing::region), traits.region, transaction.at);
        note_region(seen_, who, traits.region, transaction.at);
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
        strange = {};
    };
    each(Thing::from, sender.activity->strange_froms);
    each(Thing::network, sender.activity->strange_networks);
    const auto& regions = sender.activity->strange_regions;
    for (std::size_t i = 0; i < regions.scale().size; ++i)
        note_region(seen_, who, regions.entry(i).hash, now);
    each(Thing::region, sender.activity->strange_regions);
}

void Guard::close_day(Subject subject, const std::string& name, Sender& sender,
                      const config::SenderClass& limits, const Transaction& transaction) {
    const Moment now = transaction.at;
    const bool same_day = !sender.activity || sender.activity->today == day_number(now);
    if (sender.learned_hour == now / hour && same_day) return;
    if (!roll_over(sender, caps_of(limits), now)) return;
    if (subject == Subject::account && sender.baseline.is_settled(now))
        learn_group(group_name(transaction), sender.baseline.usual);
    else if (subject == Subject::host)
        sender.activity->strange_networks = {}, sender.activity->strange_regions = {};  // accounts
    make_known(name, sender, now);
}

bool Guard::is_house_network(const std::string& network, Moment now) const {
    const auto known = hosts_.find(network);
    if (known == hosts_.end()) return false;
    const Sender& sender = known->second;
    return sender.baseline.is_settled(now) && of(sender.baseline.usual, Measure::peers) >= house_accounts &&
           sender.level() <= model::StandingLevel::watched;
}

const Baseline* Guard::group_of(const Transaction& transaction) const {
    const auto group = groups_.find(group_name(transaction));
    return group == groups_.end() ? nullptr : &group->second.baseline;
}

void Guard::learn_group(const std::string& name, const Measures& usual) {
    if (groups_.size() > limits_.most_hosts) return;
    Group& group = groups_[name];
    mark(group.dirty, Kind::group, name);
    group.baseline.learn_member(usual);
}

void Guard::take_worse(Subject subject, const std::string& name, const Sender& sender, Moment now,
                       Answer& answer) const {
    if (!sender.standing || sender.level() <= answer.standing.level) return;
    answer.standing = {sender.standing->level, sender.standing->reasons};
    answer.whose = Key{subject, name};
    answer.retry_after = retry_after(*sender.standing, now);
}

void Guard::judge_sender(Subject subject, const std::string& name, Sender& sender,
                         const Transaction& transaction, const config::SenderClass& limits,
                         model::StandingLevel on_malware, Answer& answer) {
    const Moment now = transaction.at;
    const Measures measured = take_measures(sender, subject, now);
    const Past past{.measured = &measured,
                    .own = sender.baseline,
                    .group = subject == Subject::account ? group_of(transaction) : nullptr,
                    .watched_for = seen_.begun() == 0 ? 0 : since(seen_.begun(), now)};
    const Judgement judgement = judge(subject, *sender.activity, past, limits, now);
    const auto by_malware = transaction.harm == Harm::malicious ? on_malware : model::StandingLevel::normal;
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

void Guard::note_trail(char kind, std::string_view name, const Transaction& transaction, const Traits& traits,
                       std::optional<std::uint64_t> place) {
    if (name.empty()) return;
    const std::string key = std::string{kind, ':'}.append(name);
    if (trails_.size() >= limits_.most_trails && !trails_.contains(key)) {
        // Of a few that chance picks the one that was quiet longest: names are chosen by whoever writes them.
        const auto gone = pick(trails_, 4, [](const Trail& a, const Trail& b) { return a.last < b.last; });
        if (state_ != nullptr) dirty_.push_back({Kind::trail, gone->first});
        trails_.erase(gone);
    }
    Trail& trail = trails_[key];
    if (place && *place <= trail.saved_at) return;
    trail.last = transaction.at;
    trail.counts.add(Trail::messages, 1, transaction.at);
    trail.counts.add(Trail::recipients, static_cast<std::uint32_t>(transaction.recipients.size()),
                     transaction.at);
    if (transaction.harm != Harm::none) trail.counts.add(Trail::suspicious, 1, transaction.at);
    if (traits.account != 0) trail.accounts.add(short_hash(traits.account), transaction.at);
    if (traits.client != 0) trail.clients.add(traits.client, transaction.at);
    mark(trail.dirty, Kind::trail, key);
}

void Guard::note_trails(const Transaction& transaction, const Traits& traits,
                        std::optional<std::uint64_t> place) {
    note_trail('s', transaction.sender, transaction, traits, place);
    note_trail('f', transaction.from_address, transaction, traits, place);
    note_trail('d', domain_of(transaction.sender), transaction, traits, place);
}

void Guard::apply_to_account(const Transaction& transaction, const Traits& traits,
                             const config::SenderClass& limits, model::StandingLevel on_malware,
                             std::optional<std::uint64_t> place, Answer& answer) {
    const std::string& name = transaction.account;
    Sender& account = of_name(accounts_, Kind::account, limits_.most_accounts, name);
    if (place && *place <= account.saved_at) return;
    close_day(Subject::account, name, account, limits, transaction);
    if (!account.activity) ++active_of(Subject::account);
    count_for_account(account, transaction, traits, transaction.novelty.value_or(Novelty{}));
    mark(account.dirty, Kind::account, name);
    if (place) return note_measures(account, Subject::account, transaction.at);
    judge_sender(Subject::account, name, account, transaction, limits, on_malware, answer);
    take_worse(Subject::account, name, account, transaction.at, answer);
}

void Guard::apply_to_host(const std::string& name, const Transaction& transaction, const Traits& traits,
                          const config::SenderClass& limits, model::StandingLevel on_malware,
                          std::optional<std::uint64_t> place, bool stranger, bool judged, Answer& answer) {
    Sender& host = of_name(hosts_, Kind::host, limits_.most_hosts, name);
    if (place && *place <= host.saved_at) return;
    close_day(Subject::host, name, host, limits, transaction);
    if (!host.activity) ++active_of(Subject::host);
    count_for_host(host, transaction, traits, transaction.novelty.value_or(Novelty{}), stranger);
    mark(host.dirty, Kind::host, name);
    if (place || !judged) return note_measures(host, Subject::host, transaction.at);
    judge_sender(Subject::host, name, host, transaction, limits, on_malware, answer);
    take_worse(Subject::host, name, host, transaction.at, answer);
}

void Guard::apply(const Transaction& transaction, const config::SenderClass& limits,
                  model::StandingLevel on_malware, std::optional<std::uint64_t> place, Answer& answer) {
    const Traits traits = traits_of(transaction);
    bool stranger = false;
    if (!transaction.account.empty()) {
        const auto known = accounts_.find(transaction.account);
        stranger = transaction.novelty && transaction.novelty->network && known != accounts_.end() &&
                   known->second.baseline.is_settled(transaction.at);
        apply_to_account(transaction, traits, limits, on_malware, place, answer);
    }
    if (!traits.host.empty()) {
        apply_to_host(traits.host, transaction, traits, limits, on_malware, place, stranger, true, answer);
        if (traits.network_name != traits.host)
            apply_to_host(traits.network_name, transaction, traits, limits, on_malware, place, stranger,
                          false, answer);
    }
    note_trails(transaction, traits, place);
}

// What was new yesterday is to be known before it is asked for.
void Guard::close_days(const Transaction& transaction, const config::SenderClass& limits) {
    const auto close = [&](Subject subject, const std::string& name) {
        const auto known = senders_of(subject).find(name);
        if (known != senders_of(subject).end()) close_day(subject, name, known->second, limits, transaction);
    };
    close(Subject::account, transaction.account);
    close(Subject::host, base::client_network(transaction.client));
}

void Guard::log_it(const Transaction& transaction, store::SharedRecord record) {
    if (state_ == nullptr) return;
    std::string bytes = encode(transaction);
    if (record.origin == 0) return void(state_->append(std::move(bytes)));
    record.bytes = std::move(bytes);
    state_->append(encode_logged(record));
}

Answer Guard::note(const Transaction& transaction, const config::SenderClass& limits,
                   model::StandingLevel on_malware) {
    Answer answer;
    Transaction counted = transaction;
    const auto prepare = [&] {
        close_days(counted, limits);
        if (!counted.novelty) counted.novelty = look_up(counted, traits_of(counted));
    };
    store::SharedRecord record;
    if (sharing_.log != nullptr) {
        {
            const std::scoped_lock lock(mutex_);
            prepare();
        }
        record.origin = sharing_.log->origin();
        record.number = sharing_.log->append('t', encode(counted));
        sharing_.log->wait(record.number);
    }
    {
        const std::scoped_lock lock(mutex_);
        if (record.origin == 0)
            prepare();
        else
            cursor_.take(record);
        log_it(counted, std::move(record));
        apply(counted, limits, on_malware, std::nullopt, answer);
    }
    tell(answer);
    return answer;
}

// Makes the changes durable, and leaves what is shared to the log: of several gateways one reports.
void Guard::tell(Answer& answer) {
    keep_now(answer.changes, keep_limit);
    if (sharing_.log == nullptr) return;
    announce(answer.changes);
    answer.changes.clear();
}

Answer Guard::standing_of(const std::string& account, const std::string& client, Moment now) {
    Answer answer;
    std::unique_lock lock(mutex_);
    const auto look = [&](Subject subject, const std::string& name) {
        Senders& senders = senders_of(subject);
        const auto known = senders.find(name);
        if (known == senders.end() || !known->second.standing) return;
        StandingState& state = *known->second.standing;
        const model::StandingLevel before = state.level;
        if (decay(state, now)) answer.changes.push_back({{subject, name}, before, state, now});
        take_worse(subject, name, known->second, now, answer);
    };
    if (!account.empty()) look(Subject::account, account);
    if (!client.empty()) look(Subject::host, base::client_network(client));
    lock.unlock();
    if (sharing_.log != nullptr) {
        announce(answer.changes);
        answer.changes.clear();
    }
    return answer;
}

Change Guard::set(const Key& key, model::StandingLevel level, const std::string& by, Moment now) {
    Change change{.key = key, .at = now};
    {
        const std::scoped_lock lock(mutex_);
        Sender& sender = senders_of(key.subject)[key.name];
        change.before = sender.level();
        // Whoever's clock goes before: it begins no earlier than what it ends.
        change.state = {
            .level = level, .since = std::max(now, sender.standing ? sender.standing->since : 0), .by = by};
        if (level == model::StandingLevel::normal) {
            sender.standing.reset();
            if (sender.activity) --active_of(key.subject);
            // It starts with clean hands, not with a limit that is used up.
            sender.activity.reset();
        } else {
            change.state.reasons.push_back("set by " + by);
            sender.standing = std::make_unique<StandingState>(change.state);
        }
    }
    keep_now({change}, keep_limit);
    if (sharing_.log != nullptr) {
        {
            const std::scoped_lock lock(mutex_);
            if (level == model::StandingLevel::normal) note_release(key, change.state);
        }
        sharing_.log->put(value_of(change), {});
    }
    return change;
}

Sender& Guard::of_name(Senders& senders, Kind kind, std::size_t most, const std::string& name) {
    if (const auto known = senders.find(name); known != senders.end()) return known->second;
    make_room(senders, kind, most);
    return senders[name];
}

void Guard::make_room(Senders& senders, Kind kind, std::size_t most) {
    if (senders.size() < most) return;
    const auto busy = [](const Sender& sender) { return sender.standing ? 2 : sender.activity ? 1 : 0; };
    const auto gone = pick(senders, 64, [&](const Sender& a, const Sender& b) {
        if (busy(a) != busy(b)) return busy(a) < busy(b);
        return a.baseline.last_day < b.baseline.last_day;
    });
    if (state_ != nullptr) dirty_.push_back({kind, gone->first});
    if (gone->second.activity) --active_of(kind == Kind::account ? Subject::account : Subject::host);
    senders.erase(gone);
}

// The first by `before` of about `looked_at` that chance picks: a look at all would hold up the mail.
template <class Map, class Before>
typename Map::iterator Guard::pick(Map& all, std::size_t looked_at, const Before& before) {
    const typename Map::value_type* first = nullptr;
    const std::size_t buckets = all.bucket_count();
    for (std::size_t looked = 0, step = 0; looked < looked_at && step < buckets; ++step) {
        eviction_ = (eviction_ + 1) % buckets;
        for (auto at = all.begin(eviction_); at != all.end(eviction_); ++at, ++looked)
            if (first == nullptr || before(at->second, first->second)) first = &*at;
    }
    return first == nullptr ? all.begin() : all.find(first->first);
}

}  // namespace sekisho::outbound
