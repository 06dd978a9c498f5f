#include "daemon/outbox_loop.h"

#include <utility>

namespace sekisho::daemon {

void OutboxLoop::start(Round round) {
    thread_ =
        std::jthread([this, round = std::move(round)](const std::stop_token& stop) { run(stop, round); });
}

base::Result<void> OutboxLoop::add(const base::Json& news) {
    if (auto put = outbox_.put(news); !put) {
        ++lost_;
        return put;
    }
    {
        const std::scoped_lock lock(mutex_);
        added_ = true;
    }
    changed_.notify_one();
    return {};
}

void OutboxLoop::run(const std::stop_token& stop, const Round& round) {
    std::unique_lock lock(mutex_);
    Clock::time_point next = Clock::now();
    while (!stop.stop_requested()) {
        changed_.wait_until(lock, stop, next, [this] { return added_; });
        if (stop.stop_requested()) return;
        added_ = false;
        lock.unlock();
        next = round(stop);
        lock.lock();
    }
}

}  // namespace sekisho::daemon
