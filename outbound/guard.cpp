// Known weakness: an account whose owner never sent has no past, and its group's holds: a hijack of it within
// its first days is seen later.
#include "outbound/guard.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "base/network.h"
#include "outbound/hash.h"
#include "outbound/shared.h"
#include "store/shared_log.h"

namespace sekisho::outbound {

namespace {

// So long a change of standing waits for the disk at most; it holds in memory in any case.
constexpr std::chrono::seconds keep_limit{2};

}  // namespace

Guard::Guard(SeenBefore seen, GuardLimits limits)
    : seen_(std::move(seen)), limits_(limits), trails_(limits.most_trails) {}

// Of a million senders the next one is in no cache. All that a message touches is on its way before the first
// of it is waited for, in steps: each looks at what the one before it fetched.
Guard::PartyPlaces Guard::fetch(const Transaction& transaction, const Traits& traits,
                                const PartyNames& names) const {
    const bool by_account = !transaction.account.empty();
    const Moment now = transaction.at;
    accounts_.fetch_place(names.account);
    hosts_.fetch_place(names.host);
    hosts_.fetch_place(names.network);
    for (const NameUse& use : traits.names)
        if (!use.name.empty()) trails_.fetch_place(use.kind, use.name);
    if (!transaction.novelty) fetch_recipients(transaction, traits);
    const PartyPlaces out{.account = accounts_.fetch(names.account),
                          .host = hosts_.fetch(names.host),
                          .network = hosts_.fetch(names.network)};
    std::array<const Trail*, std::tuple_size_v<decltype(traits.names)>> trails{};
    std::ranges::transform(traits.names, trails.begin(), [&](const NameUse& use) {
        return use.name.empty() ? nullptr : trails_.fetch(use.kind, use.name, now);
    });
    const Activity* const account = accounts_.fetch_activity(out.account, true, now);
    const Activity* const host = hosts_.fetch_activity(out.host, !by_account, now);
    const Activity* const network = hosts_.fetch_activity(out.network, !by_account, now);
    if (!transaction.novelty) fetch_own(transaction, traits, by_account ? account : host);
    for (const Trail* const trail : trails)
        if (trail != nullptr) trail->fetch_more(now);
    if (account != nullptr) account->fetch_more(true, now);
    if (host != nullptr) host->fetch_more(!by_account, now);
    if (network != nullptr) network->fetch_more(!by_account, now);
    return out;
}

Guard::Parties Guard::parties_of(const Transaction& transaction, const Traits& traits) {
    const PartyNames names{.account = {transaction.account, traits.account},
                           .host = {traits.host, traits.host_hash},
                           .network = {traits.network_name, traits.network_hash}};
    const PartyPlaces at = fetch(transaction, traits, names);
    Parties out;
    if (!transaction.account.empty()) out.account = accounts_.find(at.account, names.account);
    if (traits.host.empty()) return out;
    out.host = hosts_.find(at.host, names.host);
    out.network = traits.network_name == traits.host ? out.host : hosts_.find(at.network, names.network);
    return out;
}

void Guard::log_it(const Transaction& transaction, store::SharedRecord record) {
    if (state_ == nullptr) return;
    encoded_.clear();
    encode(transaction, encoded_);
    if (record.origin == 0) return void(state_->append(encoded_));
    record.bytes = encoded_;
    state_->append(encode_logged(record));
}

Answer Guard::note(Transaction transaction, const config::SenderClass& limits,
                   model::StandingLevel on_malware) {
    Answer answer;
    const Traits traits = traits_of(transaction);
    const auto prepare = [&] {
        const Parties parties = parties_of(transaction, traits);
        close_days(parties, transaction, limits);
        if (!transaction.novelty) transaction.novelty = look_up(transaction, traits, parties);
        return parties;
    };
    store::SharedRecord record;
    if (sharing_.log != nullptr) {
        {
            const std::scoped_lock lock(mutex_);
            prepare();
        }
        record.origin = sharing_.log->origin();
        record.number = sharing_.log->append('t', encode(transaction));
        sharing_.log->wait(record.number);
    }
    {
        const std::scoped_lock lock(mutex_);
        if (record.origin != 0) cursor_.take(record);
        const Parties parties = record.origin == 0 ? prepare() : parties_of(transaction, traits);
        log_it(transaction, std::move(record));
        apply({transaction, traits, limits, on_malware}, parties, answer);
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
        Named* const known = senders.find(name);
        if (known == nullptr || !known->sender.standing) return;
        StandingState& state = *known->sender.standing;
        const model::StandingLevel before = state.level;
        if (decay(state, now)) answer.changes.push_back({{subject, name}, before, state, now});
        take_worse(subject, *known, now, answer);
    };
    if (!account.empty()) look(Subject::account, account);
    if (!client.empty()) {
        const base::NetworksAround networks(client);
        const std::string host = networks.client();
        const std::string network = networks.of(24, 64);
        look(Subject::host, host);
        if (network != host) look(Subject::host, network);
    }
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
        Sender& sender = senders_of(key.subject).of(key.name).sender;
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

Guard::Named& Guard::of_name(Senders& senders, Kind kind, std::size_t most, const std::string& name) {
    if (Named* const known = senders.find(name); known != nullptr) return *known;
    make_room(senders, kind, most);
    return senders.of(name);
}

void Guard::make_room(Senders& senders, Kind kind, std::size_t most) {
    if (senders.size() < most || senders.size() == 0) return;
    const auto busy = [](const Sender& sender) { return sender.standing ? 2 : sender.activity ? 1 : 0; };
    // The first of a few, the next ones in turn: a look at all would hold up the mail.
    const auto before = [&](const Sender& a, const Sender& b) {
        if (busy(a) != busy(b)) return busy(a) < busy(b);
        return a.baseline.last_day < b.baseline.last_day;
    };
    Named* first = nullptr;
    for (std::size_t looked = 0; looked < 64 || first == nullptr; ++looked) {
        eviction_ = (eviction_ + 1) % senders.places();
        Named* const one = senders.at(eviction_);
        if (one != nullptr && (first == nullptr || before(one->sender, first->sender))) first = one;
    }
    if (state_ != nullptr) dirty_.push_back({kind, first->name});
    if (first->sender.activity) --active_of(kind == Kind::account ? Subject::account : Subject::host);
    senders.erase(*first);
}

}  // namespace sekisho::outbound
