// How long to wait before a gate that died is started again.
#pragma once

#include <algorithm>
#include <chrono>

namespace sekisho::daemon {

// 0.1 s, doubling to 30 s; a gate that lived for a minute starts the row anew. A value.
class Backoff {
public:
    using Duration = std::chrono::milliseconds;

    Duration next(Duration lived) {
        if (lived >= calm) wait_ = first;
        const Duration now = wait_;
        wait_ = std::min(wait_ * 2, longest);
        return now;
    }

private:
    static constexpr Duration first{100};
    static constexpr Duration longest{30'000};
    static constexpr Duration calm{60'000};
    Duration wait_ = first;
};

}  // namespace sekisho::daemon
