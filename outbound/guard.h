// The outbound guard: counts what leaves, judges each sender after each message, keeps the standings.
//
// Standing exists only for what is proved: the SASL account, and the address that connects. An infected PC
// that writes the director's name into its mails blocks itself.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/outbound_settings.h"
#include "outbound/change.h"
#include "outbound/hash.h"
#include "outbound/seen_before.h"
#include "outbound/senders.h"
#include "outbound/trails.h"
#include "store/hot_state.h"
#include "store/shared_record.h"

namespace sekisho::store {
class SharedLog;
}

namespace sekisho::outbound {

struct Answer {
    model::Standing standing;     // the worse one of account and host
    std::optional<Key> whose;     // not set where it is normal
    Moment retry_after = 0;       // seconds; throttled alone
    std::vector<Change> changes;  // none where the guard is shared: see Sharing::report
};

struct GuardLimits {
    std::size_t most_accounts = 1'000'000;  // beyond: the one that was quiet longest goes
    std::size_t most_hosts = 100'000;
    std::size_t most_trails = 16'000;
};

// What a guard needs that knows what other gateways count.
struct Sharing {
    store::SharedLog* log = nullptr;
    struct Rules {
        config::SenderClass limits;
        model::StandingLevel on_malware = model::StandingLevel::throttled;
    };
    std::function<Rules(const Transaction&)> rules;  // by which another gateway's transaction is judged here
    // A change of a standing here. `news`: no gateway has told of it yet, and this one is to. It must not
    // wait, nor ask the guard.
    std::function<void(const Change&, bool news)> report;
};

// Thread-safe. What it holds is bounded by GuardLimits; an update takes some microseconds and never waits.
class Guard {
public:
    explicit Guard(SeenBefore seen, GuardLimits limits = {});

    // Counts and judges one message, by the limits of its sender's class. `on_malware`: the standing that
    // malware in it brings. In order of time, as far as clocks allow. Where the guard is shared it waits for
    // what the others counted, as long as SharedLog::wait() does.
    Answer note(Transaction transaction, const config::SenderClass& limits,
                model::StandingLevel on_malware = model::StandingLevel::throttled);
    // How the two stand, before there is a message. Decays what is over.
    Answer standing_of(const std::string& account, const std::string& client, Moment now);
    // By a person: release, block. Creates what it does not know.
    Change set(const Key& key, model::StandingLevel level, const std::string& by, Moment now);

    // Fills itself from `state` and writes to it from then on; once, before the first note(). A row that
    // cannot be read is left out and logged. `limits`: of the default class.
    base::Result<void> attach(store::HotState& state, const config::SenderClass& limits);
    // Writes what changed since it was written last, at most `most` rows; true where there is more. Blocks on
    // the disk, and nobody with it.
    bool save(std::size_t most);

    // Shares what it counts and how senders stand with the other gateways of the log, from now on; once,
    // after attach() and before the first note(). Starts the log, which is to end before the guard.
    void share(Sharing sharing);
    // How far it has read there; of what attach() found before share().
    store::SharedCursor cursor() const;

    // Gives memory back: who was quiet for a day becomes dormant. Looks at `most` places of each table,
    // where it stopped the last time; true while the round is not over.
    bool sweep(Moment now, std::size_t most);

    struct Row {
        Key key;
        StandingState state;
        Measures measures{};
        Measures usual{};
    };
    // Those in trouble, or `all`: the first `most` of them, by standing, then by the day's messages. Looks at
    // a few at a time and lets mail through in between: each is shown as it stands at some moment of the
    // call.
    struct Listing {
        std::vector<Row> rows;
        std::size_t known = 0;  // of which these are the first
    };
    Listing first_of(Subject subject, bool all, Moment now, std::size_t most) const;
    std::vector<Row> list(Subject subject, bool all, Moment now) const {
        return first_of(subject, all, now, SIZE_MAX).rows;
    }

    // How many are watched, throttled, blocked. As slow as first_of().
    std::array<std::uint64_t, 3> standings(Subject subject, Moment now) const;

    // One sender, known or not.
    struct View {
        Row row;
        std::array<std::uint32_t, 24> messages_by_hour{};
        std::vector<std::pair<std::string_view, double>> counts;  // of the last hour
        std::uint16_t days = 0;                                   // on which it sent
    };
    std::optional<View> find(const Key& key, Moment now) const;

    // What was counted of a name that anybody may write: evidence, and never stopped for it.
    struct NameRow {
        std::string name;  // an address in lower case, or a domain
        bool is_domain = false;
        // By window. "messages as envelope sender", "accounts", ...
        std::vector<std::pair<std::string_view, std::array<double, window_count>>> counts;
        double messages = 0;  // of the day, by which they are listed
    };
    struct Names {
        std::vector<NameRow> rows;
        std::size_t known = 0;
    };
    // The first `most` by the day's messages. Looks at a few at a time, as first_of().
    Names names(Moment now, std::size_t most) const;
    // As an address and as a domain; empty where it is neither, or was pushed out by others.
    std::vector<NameRow> find_name(std::string_view name, Moment now) const;

    struct Size {
        std::size_t accounts = 0, active_accounts = 0, hosts = 0, active_hosts = 0, trails = 0;
    };
    Size size() const;

private:
    template <class T>
    using ByName = std::unordered_map<std::string, T, NameHash, SameName>;
    using Named = Senders::Named;
    enum class Kind : char { account = 'a', host = 'h', trail = 't', group = 'g', cursor = 'c' };
    struct Dirty {
        Kind kind;
        std::string name;
    };
    struct Group {
        Baseline baseline;
        bool dirty = false;
    };

    // A message that is counted. References live for the call.
    struct Message {
        const Transaction& transaction;
        const Traits& traits;
        const config::SenderClass& limits;
        model::StandingLevel on_malware = model::StandingLevel::normal;
        // Of a record that is read again; only who has not been saved with it counts it.
        std::optional<std::uint64_t> place{};
    };
    // Whom it is counted for, as far as they are known. They stay where they are until one is created.
    struct Parties {
        Named* account = nullptr;
        Named* host = nullptr;
        Named* network = nullptr;  // the same as `host` where that is one
    };
    Parties parties_of(const Transaction& transaction, const Traits& traits);
    struct PartyNames {
        HashedName account, host, network;
    };
    struct PartyPlaces {
        Senders::Place account = Senders::none, host = Senders::none, network = Senders::none;
    };
    // Into the cache: all that the message touches.
    PartyPlaces fetch(const Transaction& transaction, const Traits& traits, const PartyNames& names) const;

    // guard_count.cpp
    void apply(const Message& message, Parties parties, Answer& answer);
    void apply_to_account(Named& account, const Message& message, Answer& answer);
    void apply_to_host(Named& host, const Message& message, bool stranger, bool judged, Answer& answer);
    // Into the cache: what look_up() asks for; `today`: what its doer did, where that is known.
    void fetch_recipients(const Transaction& transaction, const Traits& traits) const;
    void fetch_own(const Transaction& transaction, const Traits& traits, const Activity* today) const;
    // How many of them its sender, who is an account, never wrote to before.
    std::uint32_t note_recipients(const Transaction& transaction, const Traits& traits);
    // What is new of it to its sender. Notes the recipients.
    Novelty look_up(const Transaction& transaction, const Traits& traits, const Parties& parties);
    // What was new on a day that is over, and calm, is the sender's own from now on.
    void make_known(const std::string& name, Sender& sender, Moment now);
    void close_days(const Parties& parties, const Transaction& transaction,
                    const config::SenderClass& limits);
    // Learns from the days that are over.
    void close_day(Subject subject, Named& named, const config::SenderClass& limits,
                   const Transaction& transaction);
    void judge_sender(Subject subject, Named& named, const Message& message, Answer& answer);
    void note_trail(const NameUse& use, const Message& message);
    static bool is_house_network(const Named* network, Moment now);
    static void take_worse(Subject subject, const Named& named, Moment now, Answer& answer);
    const Baseline* group_of(const Transaction& transaction) const;
    void learn_group(std::string_view name, const Measures& usual);

    // `record`: its place in the shared log, where it has one.
    void log_it(const Transaction& transaction, store::SharedRecord record);
    void tell(Answer& answer);
    Named& of_name(Senders& senders, Kind kind, std::size_t most, const std::string& name);
    void make_room(Senders& senders, Kind kind, std::size_t most);
    std::size_t& active_of(Subject subject) { return active_.at(static_cast<std::size_t>(subject)); }
    Senders& senders_of(Subject subject) { return subject == Subject::account ? accounts_ : hosts_; }
    void mark(bool& dirty, Kind kind, const std::string& name);
    void write_seen();
    std::optional<store::HotRow> row_of(const Dirty& dirty);
    void load_row(const store::HotRow& row);
    // Standings are on disk before anybody acts on them.
    void keep_now(const std::vector<Change>& changes, std::chrono::milliseconds within);

    // guard_shared.cpp
    void merge(const std::vector<store::SharedRecord>& records);
    // Of another gateway, or of this one's former life.
    void merge_one(const store::SharedRecord& record, Answer& answer);
    std::optional<Change> adopt(const std::string& bytes, Moment now);
    void follow(const std::vector<Change>& changes);
    void note_release(const Key& key, const StandingState& state);
    std::vector<store::SharedValue> values() const;
    void announce(const std::vector<Change>& changes);
    store::HotRow cursor_row() const;

    mutable std::mutex mutex_;
    SeenBefore seen_;
    bool seen_written_ = true;  // and not refused by the disk
    GuardLimits limits_;
    store::HotState* state_ = nullptr;
    Sharing sharing_;
    store::SharedCursor cursor_;
    std::deque<Change> releases_;  // the last ones, by persons
    Senders accounts_;
    Senders hosts_;  // addresses and networks
    Trails trails_;
    ByName<Group> groups_;
    std::array<std::size_t, 2> active_{};  // accounts, hosts that are not dormant
    std::size_t eviction_ = 0;             // place that make_room() looked at last
    std::array<std::size_t, 2> swept_{};   // place that sweep() goes on with: accounts, hosts
    std::string encoded_;                  // log_it()'s: its memory is used again
    std::deque<Dirty> dirty_;
    std::size_t cycle_left_ = 0;  // of dirty_, until everything up to cycle_place_ has been saved
    std::uint64_t cycle_place_ = 0;
};

}  // namespace sekisho::outbound
