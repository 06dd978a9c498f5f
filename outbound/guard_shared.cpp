// A guard among several: what other gateways count is counted here as well, in the order of the shared log,
// and judged by the same rules, so that all come to the same standings. What one of them found out alone
// (in a gap, by a person) comes as a standing.
//
// Known weakness: what two gateways saw apart, in a gap, is judged in the order in which it is merged.
#include <algorithm>
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
// Senders that one look at all of them takes at a time, so that no mail waits for it.
constexpr std::size_t buckets_at_once = 2'000;

void complain(const base::Error& why) {
    base::log(base::LogLevel::error,
              base::LogLine("outbound").add("unreadable", "shared record").add("why", why.message).text());
}

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
                       const std::scoped_lock lock(mutex_);
                       adopt(bytes, 0);
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
    {
        const std::scoped_lock lock(mutex_);
        for (const store::SharedRecord& record : records)
            if (cursor_.take(record)) merge_one(record, answer);
    }
    announce(answer.changes);
}

void Guard::merge_one(const store::SharedRecord& record, Answer& answer) {
    const Moment arrived = moment_of_log(record.place);
    if (record.kind == 's') return adopt(record.bytes, arrived);
    if (record.kind != 't') return;  // of a later version
    auto read = decode_transaction(base::as_bytes(record.bytes));
    if (!read) return complain(read.error());
    Transaction transaction = *std::move(read);
    if (transaction.at > arrived + clocks_apart) transaction.at = arrived;
    const Sharing::Rules rules = sharing_.rules(transaction);
    close_days(transaction, rules.limits);
    const Novelty here = look_up(transaction, traits_of(transaction));
    transaction.novelty = in_both(transaction.novelty.value_or(here), here);
    log_it(transaction, record);
    apply(transaction, rules.limits, rules.on_malware, std::nullopt, answer);
}

// A standing that another gateway came to. Where it is no more than what is here, nothing happens.
void Guard::adopt(const std::string& bytes, Moment now) {
    auto told = decode_standing(base::as_bytes(bytes));
    if (!told) return complain(told.error());
    auto& [key, state] = *told;
    Senders& senders = senders_of(key.subject);
    const Kind kind = key.subject == Subject::account ? Kind::account : Kind::host;
    const auto known = senders.find(key.name);
    const StandingState* const own =
        known == senders.end() || !known->second.standing ? nullptr : known->second.standing.get();
    const Change change{
        .key = key, .before = own == nullptr ? StandingLevel::normal : own->level, .state = state, .at = now};
    const bool lifts = state.level == StandingLevel::normal;
    if (lifts) {
        // Only a person's word, and only what began before it.
        if (state.by.empty() || own == nullptr || own->since > state.since) return;
        known->second.standing.reset();
        if (known->second.activity) --active_of(key.subject);
        known->second.activity.reset();
        mark(known->second.dirty, kind, key.name);
        return sharing_.report(change, false);
    }
    const bool is_over = state.by.empty() && state.level != StandingLevel::blocked && state.held_until <= now;
    if (is_over) return;
    if (own != nullptr && !own->by.empty() && (state.by.empty() || own->since >= state.since)) return;
    if (own != nullptr && state.by.empty() && own->level >= state.level) {
        if (own->level > state.level || own->held_until >= state.held_until) return;
        known->second.standing->held_until = state.held_until;
        return mark(known->second.dirty, kind, key.name);
    }
    if (known == senders.end())
        make_room(senders, kind,
                  key.subject == Subject::account ? limits_.most_accounts : limits_.most_hosts);
    Sender& sender = senders[key.name];
    sender.standing = std::make_unique<StandingState>(std::move(state));
    mark(sender.dirty, kind, key.name);
    sharing_.report(change, false);
}

void Guard::announce(const std::vector<Change>& changes) {
    for (const Change& change : changes)
        sharing_.log->put(value_of(change), [this, change](bool news) { sharing_.report(change, news); });
}

std::vector<store::SharedValue> Guard::values() const {
    std::vector<store::SharedValue> out;
    for (const Subject subject : {Subject::account, Subject::host}) {
        const Senders& senders = subject == Subject::account ? accounts_ : hosts_;
        std::size_t bucket = 0;
        for (bool more = true; more;) {
            const std::scoped_lock lock(mutex_);
            const std::size_t end = std::min(bucket + buckets_at_once, senders.bucket_count());
            for (; bucket < end; ++bucket) {
                for (auto at = senders.begin(bucket); at != senders.end(bucket); ++at) {
                    const auto& [name, sender] = *at;
                    if (sender.level() == StandingLevel::normal) continue;
                    out.push_back(value_of({.key = {subject, name}, .state = *sender.standing}));
                }
            }
            more = bucket < senders.bucket_count();
        }
    }
    return out;
}

}  // namespace sekisho::outbound
