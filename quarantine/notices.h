// Tells recipients and operators of mail that was held back, by mail, from a thread of its own.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "config/settings.h"
#include "quarantine/notice_queue.h"

namespace sekisho::quarantine {

// Thread-safe. Notices go to `[quarantine] release_to` with the null sender. What waits is in memory: a
// restart forgets it, as the mail itself is in the quarantine and its list. Each mail that was sent or given
// up is a log line.
class Notices {
public:
    using Settings = std::function<std::shared_ptr<const config::Settings>()>;

    explicit Notices(Settings settings);
    Notices(const Notices&) = delete;
    Notices& operator=(const Notices&) = delete;

    // Never waits for the server.
    void tell(const std::string& to, Notice notice);

private:
    void run(const std::stop_token& stop);
    // True: it is done with, sent or not.
    static bool deliver(const NoticeQueue::Batch& batch, const config::Settings& settings);

    const Settings settings_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    NoticeQueue queue_;
    std::jthread thread_;
};

}  // namespace sekisho::quarantine
