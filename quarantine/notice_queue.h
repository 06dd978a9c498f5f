// Notices that wait for their time: the first to an address goes at once, what follows is gathered.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "quarantine/notice.h"

namespace sekisho::quarantine {

// Bounded: a flood of mail makes one notice per address and interval, and neither memory nor mail grows with
// it. Not thread-safe.
class NoticeQueue {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t max_addresses = 10'000;
    static constexpr std::size_t max_listed = 50;           // of one mail; more are counted
    static constexpr std::chrono::hours give_up_after{24};  // the server does not take it

    struct Batch {
        std::string to;
        std::vector<Notice> notices;
        std::uint64_t unlisted = 0;
        Clock::time_point first;  // when the oldest came
    };

    // False: no room for one more address; the notice is lost.
    bool add(const std::string& to, Notice notice, Clock::time_point now);
    // One batch whose time has come; the next to this address goes `interval` later.
    std::optional<Batch> take(Clock::time_point now, std::chrono::seconds interval);
    // The server did not take it: it goes with what came meanwhile, at that address's next time. False: it
    // has been tried for give_up_after, and is lost.
    bool give_back(Batch batch, Clock::time_point now);
    // When take() has something to do next.
    std::optional<Clock::time_point> next() const;

private:
    struct Row {
        Batch batch;
        Clock::time_point due;
    };
    std::map<std::string, Row> rows_;
    std::set<std::pair<Clock::time_point, std::string>> due_;
};

}  // namespace sekisho::quarantine
