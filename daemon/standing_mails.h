// Tells operators of changes of standing by mail: at once, and then at most one mail in an interval.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "config/settings.h"
#include "daemon/outbox_loop.h"

namespace sekisho::daemon {

// Thread-safe. What waits lies in its folder and outlives the process; where the gate ends between the
// server's 250 and the removal of the file, the mail comes twice.
class StandingMails {
public:
    static constexpr std::size_t most_waiting = 1'000;  // more are lost, and logged
    static constexpr std::size_t most_listed = 20;      // of one mail; the others are counted
    static constexpr std::chrono::hours give_up_after{24};

    using Settings = std::function<std::shared_ptr<const config::Settings>()>;
    // Sends one mail to `to`, as quarantine::reinject() does.
    using Send = std::function<base::Result<void>(const config::Settings&, const std::string& to,
                                                  const std::string& mail)>;
    static base::Result<std::unique_ptr<StandingMails>> open(const std::string& folder, Settings settings,
                                                             Send send = through_smtp());
    StandingMails(const StandingMails&) = delete;
    StandingMails& operator=(const StandingMails&) = delete;

    // Durable when it returns, or lost and logged. Never waits for the server.
    void add(const base::Json& news);
    TellingStats stats() const { return loop_.stats(); }
    static Send through_smtp();

private:
    using Clock = OutboxLoop::Clock;

    StandingMails(Outbox outbox, Settings settings, Send send);
    // When there is something to do next.
    Clock::time_point round();
    void begin_batch();
    // True: nobody is left who has to be told.
    bool send_batch(const config::Settings& settings);

    const Settings settings_;
    const Send send_;
    std::vector<std::string> batch_;  // files of the mail that is being sent; what comes later is in the next
    std::vector<base::Json> listed_;
    std::map<std::string, std::uint64_t, std::less<>> unlisted_;
    std::set<std::string> told_;  // who has got it, or never will
    bool reached_ = false;        // somebody has got it
    int failed_ = 0;
    Clock::time_point next_{};
    OutboxLoop loop_;  // ends before what it uses
};

}  // namespace sekisho::daemon
