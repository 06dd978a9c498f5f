// Locking accounts where they log in: on a change of standing an order is written into the spool folder.
//
// Kept beside the guard's state: which accounts were ordered to be locked. So an order that could not be
// written (a full disk, a gate that was killed) is written later, a lock is ordered once, and only what we
// locked is unlocked. Known weaknesses: gateways that share one standing each write their own order; whether
// an order was carried out is known to `sekisho action run` and its log alone.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "base/result.h"
#include "config/settings.h"
#include "daemon/order_spool.h"
#include "daemon/order_stats.h"
#include "model/action_order.h"
#include "outbound/guard.h"

namespace sekisho::daemon {

// Thread-safe. A thread of its own does all the writing: mail never waits for the disk.
class Orders {
public:
    using CurrentSettings = std::function<std::shared_ptr<const config::Settings>()>;
    static constexpr std::size_t max_locked = 10'000;  // accounts; more are logged and not locked

    // `guard` outlives it. `folder`: where it keeps what was ordered, the guard's own. `every`: how often it
    // looks whether a locked account has come down by itself, and tries again what could not be written.
    Orders(CurrentSettings settings, const outbound::Guard& guard, std::string folder,
           std::chrono::milliseconds every = std::chrono::seconds(30));
    Orders(const Orders&) = delete;
    Orders& operator=(const Orders&) = delete;
    ~Orders() { stop(); }
    // Writes what is left, without waiting for a disk that has no room. Can still be told of changes.
    void stop();

    // Never waits. In monitor mode nothing is locked; what was locked before is unlocked when it is released.
    void note(const outbound::Change& change);

    OrderStats stats() const;

private:
    using Accounts = std::map<std::string, model::ActionOrder, std::less<>>;

    void run(const std::stop_token& stop);
    // One look at everything. `all`: at each account that the guard knows to be in trouble.
    void round(bool all);
    void look_at_all(const config::Settings& settings);
    void look_at_locked(const config::Settings& settings);
    void want(const config::Settings& settings, const outbound::Key& key,
              const outbound::StandingState& state, model::StandingLevel was, outbound::Moment at);
    void write_wanted(const config::Settings& settings);
    void read_locked();
    void keep_locked();
    void complain(const base::Error& why);

    const CurrentSettings settings_;
    const outbound::Guard& guard_;
    const std::string folder_;
    const std::chrono::milliseconds every_;

    // Of the thread alone.
    OrderSpool spool_;
    Accounts wanted_;  // not written yet
    std::set<std::string> locked_;
    bool locked_kept_ = true;  // on disk
    std::string complaint_;    // the last one: said once
    std::string rules_;        // under which everything was looked at

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<std::string, outbound::Change> noted_;
    bool missed_ = false;  // too many at once: everything is looked at
    OrderStats stats_;
    std::jthread thread_;
};

}  // namespace sekisho::daemon
