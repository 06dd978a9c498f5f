// A guard among several: what other gateways count is counted here as well, in the order of the shared log,
// and judged by the same rules, so that all come to the same standings. What one of them found out alone
// (in a gap, by a person) comes as a standing.
//
// Known weakness: what two gateways saw apart, in a gap, is judged in the order in which it is merged.
#include <algorithm>
#include <chrono>
#include <utility>

#include "base/escape.h"
#include "base/log.h"
#include "outbound/guard.h"
#include "outbound/shared.h"
#include "store/shared_log.h"

namespace sekisho::outbound {

namespace {

using model::StandingLevel;

// So far a gateway's clock may go before that of the log.
constexpr Moment clocks_apart = minute;
// Of watched after throttled, and a little.
constexpr Moment longest_held = 2 * hour;
constexpr std::size_t most_releases = 1'000;

void complain(const base::Error& why) {
    base::log(base::LogLevel::error,
              base::LogLine("outbound").add("unreadable", "shared record").add("why", why.message).text());
}

Moment now_of_clock() { return moment_of(std::chrono::system_clock::now()); }

Moment moment_of_log(const store::SharedPlace& place) {
    return static_cast<Moment>(std::min<std::uint64_t>(place.milliseconds / 1'000, UINT32_MAX));
}

// What is new to both.
Novelty in_both(const Novelty& there, const Novelty& here) {
    return {.fresh = std::min(there.fresh, here.fresh),
            .network = there.network && here.network,
            .region = there.region && here.region,
            .from = there.from && here.from};
}

}  // namespace

void Guard::share(Sharing sharing) {
    store::SharedLog& log = *sharing.log;
    {
        const std::scoped_lock lock(mutex_);
        sharing_ = std::move(sharing);
    }
    log.start({.on_records = [this](const std::vector<store::SharedRecord>& records) { merge(records); },
               .on_value =
                   [this](const std::string& bytes) {
                       std::optional<Change> change;
                       {
                           const std::scoped_lock lock(mutex_);
                           change = adopt(bytes, now_of_clock());
                       }
                       if (change) follow({*change});
                   },
               .values = [this] { return values(); }});
}

store::SharedCursor Guard::cursor() const {
    const std::scoped_lock lock(mutex_);
    return cursor_;
}

store::HotRow Guard::cursor_row() const {
    return {.kind = std::string(1, static_cast<char>(Kind::cursor)),
            .name = "shared",
            .place = state_->last_place(),
            .bytes = encode(cursor_)};
}

void Guard::merge(const std::vector<store::SharedRecord>& records) {
    Answer answer;
    std::vector<Change> followed;
    {
        const std::scoped_lock lock(mutex_);
        for (const store::SharedRecord& record : records) {
            if (!cursor_.take(record)) continue;
            if (record.kind == 's') {
                if (auto change = adopt(record.bytes, moment_of_log(record.place)))
                    followed.push_back(*std::move(change));
            } else {
                merge_one(record, answer);
            }
        }
    }
    keep_now(answer.changes, {});
    announce(answer.changes);
    follow(followed);
}

// The disk is not waited for: the gateway that told of it has it on its own.
void Guard::follow(const std::vector<Change>& changes) {
    keep_now(changes, {});
    for (const Change& change : changes)
        sharing_.report(change, false);
}

void Guard::merge_one(const store::SharedRecord& record, Answer& answer) {
    const Moment arrived = moment_of_log(record.place);
    if (record.kind != 't') return;  // of a later version
    auto read = decode_transaction(base::as_bytes(record.bytes));
    if (!read) return complain(read.error());
    Transaction transaction = *std::move(read);
    if (transaction.at > arrived + clocks_apart) transaction.at = arrived;
    const Sharing::Rules rules = sharing_.rules(transaction);
    const Traits traits = traits_of(transaction);
    const Parties parties = parties_of(transaction, traits);
    close_days(parties, transaction, rules.limits);
    const Novelty here = look_up(transaction, traits, parties);
    transaction.novelty = in_both(transaction.novelty.value_or(here), here);
    log_it(transaction, record);
    apply({transaction, traits, rules.limits, rules.on_malware}, parties, answer);
}

// A standing that another gateway came to. None where it is no more than what is here.
std::optional<Change> Guard::adopt(const std::string& bytes, Moment now) {
    auto told = decode_standing(base::as_bytes(bytes));
    if (!told) {
        complain(told.error());
        return std::nullopt;
    }
    auto& [key, state] = *told;
    // Nobody's clock makes a standing last.
    state.held_until = std::min(state.held_until, now + longest_held);
    Senders& senders = senders_of(key.subject);
    const Kind kind = key.subject == Subject::account ? Kind::account : Kind::host;
    Named* const known = senders.find(key.name);
    const StandingState* const own =
        known == nullptr || !known->sender.standing ? nullptr : known->sender.standing.get();
    Change change{
        .key = key, .before = own == nullptr ? StandingLevel::normal : own->level, .state = state, .at = now};
    if (state.level == StandingLevel::normal) {
        // Only a person's word, and only what began before it.
        if (state.by.empty()) return std::nullopt;
        note_release(key, state);
        if (own == nullptr || own->since > state.since) return std::nullopt;
        known->sender.standing.reset();
        if (known->sender.activity) --active_of(key.subject);
        known->sender.activity.reset();
        mark(known->sender.dirty, kind, key.name);
        return change;
    }
    const bool is_over = state.by.empty() && state.level != StandingLevel::blocked && state.held_until <= now;
    const bool was_lifted = std::ranges::any_of(releases_, [&](const Change& release) {
        return release.key == key && release.state.since >= state.since;
    });
    if (is_over || was_lifted) return std::nullopt;
    if (own != nullptr && !own->by.empty() && (state.by.empty() || own->since >= state.since))
        return std::nullopt;
    if (own != nullptr && state.by.empty() && own->level >= state.level) {
        if (own->level == state.level && own->held_until < state.held_until) {
            known->sender.standing->held_until = state.held_until;
            mark(known->sender.dirty, kind, key.name);
        }
        return std::nullopt;
    }
    Sender& sender =
        of_name(senders, kind, key.subject == Subject::account ? limits_.most_accounts : limits_.most_hosts,
                key.name)
            .sender;
    sender.standing = std::make_unique<StandingState>(std::move(state));
    mark(sender.dirty, kind, key.name);
    return change;
}

// For a server that lost what it knew.
void Guard::note_release(const Key& key, const StandingState& state) {
    if (releases_.size() >= most_releases) releases_.pop_front();
    std::erase_if(releases_, [&](const Change& release) { return release.key == key; });
    releases_.push_back({.key = key, .state = state, .at = state.since});
}

void Guard::announce(const std::vector<Change>& changes) {
    for (const Change& change : changes)
        sharing_.log->put(value_of(change), [this, change](bool news) { sharing_.report(change, news); });
}

std::vector<store::SharedValue> Guard::values() const {
    std::vector<store::SharedValue> out;
    {
        const std::scoped_lock lock(mutex_);
        for (const Change& release : releases_)
            out.push_back(value_of(release));
    }
    for (const Subject subject : {Subject::account, Subject::host}) {
        for (const Row& row : first_of(subject, false, now_of_clock(), SIZE_MAX).rows)
            if (row.state.level != StandingLevel::normal)
                out.push_back(value_of({.key = row.key, .state = row.state}));
    }
    return out;
}

}  // namespace sekisho::outbound
