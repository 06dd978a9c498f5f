// What follows from a change of standing, on a thread of its own: the incident is put together and recorded,
// the operators get mail, the webhook gets JSON.
//
// Known weaknesses: what changed in the last two seconds before the gate is killed is in the log and in the
// record, but is told to nobody. Gateways tell of what they saw themselves.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "base/json.h"
#include "daemon/standing_mails.h"
#include "daemon/webhook.h"
#include "milter/services.h"
#include "outbound/guard.h"

namespace sekisho::daemon {

// "watched", "throttled", "blocked", "released" (by a person), "calmed" (it fell by itself); empty where
// nothing changed.
std::string_view change_word(const outbound::Change& change);

// Thread-safe.
class StandingNews {
public:
    static constexpr std::size_t most_waiting = 2'000;  // more are lost, and logged

    // All outlive it. `folder`: of the outbound guard.
    struct Rooms {
        const milter::CurrentSettings& settings;
        store::Store& store;
        std::string folder;
        std::function<std::chrono::system_clock::time_point()> now = [] {
            return std::chrono::system_clock::now();
        };
    };
    // A folder that cannot be used costs its mails or its webhook: that is logged. `settle`: how long to wait
    // until the mail that brought it about is on record.
    explicit StandingNews(Rooms rooms, std::chrono::milliseconds settle = std::chrono::seconds(2),
                          StandingMails::Send send = StandingMails::through_smtp());
    StandingNews(const StandingNews&) = delete;
    StandingNews& operator=(const StandingNews&) = delete;

    // In the path of mail: never waits.
    void add(outbound::Change change);
    // What is known is written down for those who are to be told; from then on nothing is taken.
    void stop();
    TellingStats mails() const { return mails_ ? mails_->stats() : TellingStats{}; }
    TellingStats webhook() const { return webhook_ ? webhook_->stats() : TellingStats{}; }

    // {"schema":1,"id","at","gateway","monitor","subject":"account"|"host","name","change","standing","was",
    // "by","reasons":[],"incident":{…}|null}; the incident as in daemon/incident.h.
    static base::Json news_of(const outbound::Change& change, const config::Settings& settings,
                              base::Json incident);

private:
    struct Waiting {
        outbound::Change change;
        std::chrono::steady_clock::time_point due;
    };
    void run(const std::stop_token& stop);
    void tell(const outbound::Change& change);
    base::Json incident_for(const outbound::Change& change, std::string_view word);

    Rooms rooms_;
    const std::chrono::milliseconds settle_;
    std::unique_ptr<StandingMails> mails_;
    std::unique_ptr<Webhook> webhook_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Waiting> waiting_;
    std::uint64_t lost_ = 0;
    std::jthread thread_;
};

}  // namespace sekisho::daemon
