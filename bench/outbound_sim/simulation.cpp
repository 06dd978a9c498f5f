#include "bench/outbound_sim/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <queue>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/network.h"
#include "bench/outbound_sim/attack.h"
#include "bench/outbound_sim/classes.h"
#include "bench/outbound_sim/world.h"
#include "outbound/guard.h"

namespace sekisho::outbound_sim {

using model::StandingLevel;
using outbound::Moment;

namespace {

constexpr unsigned most_bot_tries = 5;
constexpr unsigned most_refusals = 3;  // a person gives up a batch

Level level_of(StandingLevel level) {
    return level == StandingLevel::blocked     ? Level::blocked
           : level == StandingLevel::throttled ? Level::throttled
                                               : Level::watched;
}

// "rate" of "rate: 34 messages in a minute".
std::string signal_of(const std::string& reason) { return reason.substr(0, reason.find(':')); }

struct Later {
    bool operator()(const Stream& a, const Stream& b) const {
        return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
};

struct Release {
    double at = 0;
    outbound::Key key;
    int attack = -1;
};

class Simulation {
public:
    Simulation(const Scenario& scenario, std::uint64_t seed, unsigned run)
        : scenario_(scenario),
          run_(run),
          world_(scenario, seed),
          classes_(scenario.limits),
          guard_(make_seen(scenario)),
          raids_(plan_raids(scenario, world_, seed)),
          states_(raids_.size()) {}

    RunResult run() {
        for (const Raid& raid : raids_)
            out_.raids.push_back({.name = raid.attack->name,
                                  .run = run_,
                                  .day = raid.day,
                                  .victim = raid.victims.empty() ? "no account" : describe(raid)});
        for (unsigned day = 0; day < static_cast<unsigned>(scenario_.world.days); ++day) {
            for (Stream& stream : world_.plan(day))
                push(std::move(stream));
            for (std::size_t i = 0; i < raids_.size(); ++i)
                if (raids_[i].day == day) start(i);
            const double end = world_.calendar().midnight(day) + 86'400.0;
            while (!heap_.empty() && heap_.front().at < end)
                step();
        }
        out_.account_days = world_.account_days();
        return std::move(out_);
    }

private:
    // How an attack goes.
    struct State {
        double first = 0, last = 0;  // its first message, and until when it could go on
        bool stopped = false;
        std::unordered_set<std::string> revoked;  // accounts with a new password, cleaned hosts
        unsigned refusals = 0;
    };

    enum class Result : std::uint8_t { passed, deferred, refused };

    static outbound::SeenBefore make_seen(const Scenario& scenario) {
        std::uint64_t bytes = 1u << 20;
        while (bytes * 2 <= static_cast<std::uint64_t>(scenario.milter.seen_megabytes) << 20)
            bytes *= 2;
        auto seen = outbound::SeenBefore::in_memory(bytes);
        if (!seen) throw std::runtime_error(seen.error().message);
        return std::move(*seen);
    }

    std::string describe(const Raid& raid) const {
        const Account& account = world_.people()[raid.victims.front()];
        return fmt::format("{}, {:.0f} mails a day{}{}{}{}", account.name, account.a_day,
                           account.first_day > 0 ? fmt::format(", from day {} on", account.first_day) : "",
                           account.home ? ", home" : "", account.mobile ? ", mobile" : "",
                           account.webmail ? ", webmail" : "");
    }

    void push(Stream stream) {
        stream.order = ++order_;
        heap_.push_back(std::move(stream));
        std::ranges::push_heap(heap_, Later{});
    }

    void start(std::size_t number) {
        Stream stream = begin_raid(raids_[number], static_cast<int>(number), world_);
        State& state = states_[number];
        state.first = stream.at;
        state.last = stream.at + raids_[number].attack->for_minutes * 60;
        for (const std::uint32_t victim : raids_[number].victims)
            misused_accounts_[world_.people()[victim].name] = number;
        for (const Mail& mail : stream.mails)
            misused_hosts_[base::client_network(mail.transaction.client)] = number;
        push(std::move(stream));
    }

    void step() {
        std::ranges::pop_heap(heap_, Later{});
        Stream stream = std::move(heap_.back());
        heap_.pop_back();
        release_until(stream.at);
        if (stream.at >= swept_ + 3'600) {
            swept_ = stream.at;
            while (guard_.sweep(static_cast<Moment>(stream.at), 1'000'000)) {
            }
        }
        if (stream.attack >= 0 && is_over(stream)) return;
        Mail& mail = stream.mails[stream.next];
        Moment retry_after = 0;
        const Result result = offer(mail, stream, retry_after);
        go_on(std::move(stream), result, retry_after);
    }

    bool is_over(const Stream& stream) const {
        const State& state = states_[static_cast<std::size_t>(stream.attack)];
        return state.stopped || stream.at > state.last;
    }

    void release_until(double now) {
        for (; !releases_.empty() && releases_.front().at <= now; releases_.pop()) {
            const Release& release = releases_.front();
            guard_.set(release.key, StandingLevel::normal, "operator", static_cast<Moment>(now));
            if (release.attack >= 0)
                states_[static_cast<std::size_t>(release.attack)].revoked.insert(release.key.name);
        }
    }

    // Which attack uses this account or host now, or did until a day ago; -1: none.
    int attack_on(const outbound::Key& key, double now) const {
        const auto& map = key.subject == outbound::Subject::account ? misused_accounts_ : misused_hosts_;
        const auto known = map.find(key.name);
        if (known == map.end() || now > states_[known->second].last + 86'400) return -1;
        return static_cast<int>(known->second);
    }

    void note_changes(const outbound::Answer& answer, const Mail& mail, const Stream& stream) {
        for (const outbound::Change& change : answer.changes) {
            if (change.state.level <= change.before) continue;
            const Level level = level_of(change.state.level);
            const auto at = static_cast<std::size_t>(level);
            const int owner = stream.attack >= 0 ? stream.attack : attack_on(change.key, stream.at);
            if (level == Level::blocked)
                releases_.push(
                    {stream.at + scenario_.clients.release_after_hours * 3'600, change.key, owner});
            const bool account = change.key.subject == outbound::Subject::account;
            if (stream.attack >= 0) {
                if (level != Level::watched)
                    for (const auto& reason : change.state.reasons)
                        ++out_.raids[static_cast<std::size_t>(stream.attack)].reasons[signal_of(reason)];
                continue;
            }
            if (owner >= 0) {
                ++(account ? out_.aftermath.accounts : out_.aftermath.hosts).at(at);
                continue;
            }
            if (change.is_again()) {
                ++out_.throttled_again;
                continue;
            }
            KindResult& kind = out_.kinds.at(static_cast<std::size_t>(mail.kind));
            ++(account ? kind.alarms.accounts : kind.alarms.hosts).at(at);
            for (const auto& reason : change.state.reasons)
                ++kind.reasons.at(at)[signal_of(reason)];
            if (level != Level::watched && out_.episodes.size() < most_episodes)
                out_.episodes.push_back(
                    {level, mail.kind, run_, change.at, change.key.name, change.state.reasons});
        }
    }

    Result offer(Mail& mail, const Stream& stream, Moment& retry_after) {
        outbound::Transaction& transaction = mail.transaction;
        const auto now = static_cast<Moment>(stream.at);
        transaction.at = now;
        outbound::Answer answer = guard_.standing_of(transaction.account, transaction.client, now);
        note_changes(answer, mail, stream);
        bool early = answer.standing.level >= StandingLevel::throttled;
        if (early) {
            // Refused at the first RCPT: nothing is known of what it would have held.
            outbound::Transaction seen = transaction;
            seen.from_name = 0;
            seen.from_address.clear();
            seen.contents.clear();
            seen.harm = outbound::Harm::none;
            seen.rejected = 0;
            seen.recipients.resize(1);
            seen.outcome = answer.standing.level == StandingLevel::blocked ? outbound::Outcome::refused
                                                                           : outbound::Outcome::deferred;
            const outbound::Answer after = guard_.note(seen, classes_.of(seen));
            note_changes(after, mail, stream);
            if (after.standing.level > answer.standing.level) answer = after;
        } else {
            answer = guard_.note(transaction, classes_.of(transaction));
            note_changes(answer, mail, stream);
        }
        const bool denied =
            answer.standing.level >= StandingLevel::throttled && (early || scenario_.milter.end_of_data);
        Result result = Result::passed;
        if (denied)
            result = answer.standing.level == StandingLevel::blocked ? Result::refused : Result::deferred;
        retry_after = answer.retry_after;
        if (stream.attack >= 0)
            count_raid(mail, stream, answer.standing.level, result);
        else
            count_honest(mail, stream, answer, result);
        return result;
    }

    void count_raid(const Mail& mail, const Stream& stream, StandingLevel level, Result result) {
        RaidResult& raid = out_.raids[static_cast<std::size_t>(stream.attack)];
        const State& state = states_[static_cast<std::size_t>(stream.attack)];
        ++raid.offered;
        const double seconds = stream.at - state.first;
        if (level >= StandingLevel::throttled && raid.throttled_messages == never) {
            raid.throttled_messages = raid.offered;
            raid.throttled_seconds = seconds;
        }
        if (level == StandingLevel::blocked && raid.blocked_messages == never) {
            raid.blocked_messages = raid.offered;
            raid.blocked_seconds = seconds;
        }
        if (result != Result::passed) return;
        ++raid.passed;
        raid.passed_recipients += static_cast<std::uint32_t>(mail.transaction.recipients.size());
        if (raid.blocked_messages == never) ++raid.passed_before_block;
    }

    void count_honest(const Mail& mail, const Stream& stream, const outbound::Answer& answer, Result result) {
        KindResult& kind = out_.kinds.at(static_cast<std::size_t>(mail.kind));
        if (mail.tries == 0) {
            ++kind.mails;
            kind.recipients += mail.transaction.recipients.size();
        }
        if (result == Result::passed || mail.tries > 0 || !answer.whose) return;
        if (attack_on(*answer.whose, stream.at) >= 0)
            ++out_.shared_delayed;
        else
            ++kind.delayed;
    }

    void count_lost(const Stream& stream, const Mail& mail, std::uint64_t mails) {
        const outbound::Key account{outbound::Subject::account, mail.transaction.account};
        const outbound::Key host{outbound::Subject::host, base::client_network(mail.transaction.client)};
        if (attack_on(account, stream.at) >= 0 || attack_on(host, stream.at) >= 0)
            out_.shared_lost += mails;
        else
            out_.kinds.at(static_cast<std::size_t>(mail.kind)).lost += mails;
    }

    void go_on(Stream stream, Result result, Moment retry_after) {
        if (result == Result::passed) return advance(std::move(stream));
        switch (stream.client) {
            case Client::person:
                return wait(std::move(stream), result, retry_after);
            case Client::relay:
                return queue(std::move(stream), result);
            case Client::bot:
                return shrug(std::move(stream), result);
        }
    }

    void advance(Stream stream) {
        ++stream.next;
        // What an owner's new password or a cleaned PC ends is not offered.
        while (stream.attack >= 0 && stream.next < stream.mails.size()) {
            const State& state = states_[static_cast<std::size_t>(stream.attack)];
            const auto& transaction = stream.mails[stream.next].transaction;
            const std::string& name = transaction.account.empty() ? transaction.client : transaction.account;
            if (!state.revoked.contains(name)) break;
            ++stream.next;
        }
        if (stream.next >= stream.mails.size()) return;
        stream.at += stream.regular ? stream.gap : stream.random.exponential(stream.gap);
        push(std::move(stream));
    }

    void wait(Stream stream, Result result, Moment retry_after) {
        Mail& mail = stream.mails[stream.next];
        const auto& clients = scenario_.clients;
        ++mail.tries;
        if (result == Result::refused) {
            count_lost(stream, mail, 1);
            if (++stream.refusals < most_refusals) return advance(std::move(stream));
            return count_lost(stream, mail, stream.mails.size() - stream.next - 1);
        }
        if (mail.tries >= static_cast<unsigned>(clients.most_tries))
            return count_lost(stream, mail, stream.mails.size() - stream.next);
        stream.at += stream.impatient ? clients.impatient_seconds
                                      : 1 + retry_after + stream.random.unit() * clients.jitter_seconds;
        push(std::move(stream));
    }

    // The mail alone, to come again.
    void again(const Stream& stream, double seconds) {
        Stream alone;
        alone.mails.push_back(stream.mails[stream.next]);
        alone.at = stream.at + seconds;
        alone.client = stream.client;
        alone.attack = stream.attack;
        push(std::move(alone));
    }

    void queue(Stream stream, Result result) {
        Mail& mail = stream.mails[stream.next];
        ++mail.tries;
        if (result == Result::refused || mail.tries >= static_cast<unsigned>(scenario_.clients.most_tries))
            count_lost(stream, mail, 1);
        else
            again(stream,
                  scenario_.clients.relay_seconds * static_cast<double>(1u << std::min(mail.tries - 1, 10u)));
        advance(std::move(stream));
    }

    void shrug(Stream stream, Result result) {
        State& state = states_[static_cast<std::size_t>(stream.attack)];
        const Attack& attack = *raids_[static_cast<std::size_t>(stream.attack)].attack;
        Mail& mail = stream.mails[stream.next];
        ++mail.tries;
        if (result == Result::refused) {
            ++state.refusals;
            if (attack.stop_after > 0 && state.refusals >= static_cast<unsigned>(attack.stop_after))
                state.stopped = true;
        } else if (attack.retry_seconds > 0 && mail.tries < most_bot_tries) {
            again(stream, attack.retry_seconds);
        }
        advance(std::move(stream));
    }

    const Scenario& scenario_;
    unsigned run_;
    World world_;
    Classes classes_;
    outbound::Guard guard_;
    std::vector<Raid> raids_;
    std::vector<State> states_;
    std::vector<Stream> heap_;
    std::uint64_t order_ = 0;
    double swept_ = 0;
    std::queue<Release> releases_;
    std::unordered_map<std::string, std::size_t> misused_accounts_, misused_hosts_;
    RunResult out_;
};

}  // namespace

RunResult simulate(const Scenario& scenario, std::uint64_t seed, unsigned run) {
    return Simulation(scenario, mix(seed, run), run).run();
}

}  // namespace sekisho::outbound_sim
