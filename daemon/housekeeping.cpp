#include "daemon/housekeeping.h"

#include <condition_variable>
#include <mutex>

#include "base/log.h"

namespace sekisho::daemon {

namespace {

void expire(quarantine::Quarantine& quarantine) {
    const auto ids = quarantine.expire(std::chrono::system_clock::now());
    base::LogLine line("gate:");
    if (!ids) {
        base::log(base::LogLevel::error,
                  line.add("event", "expiry-failed").add("why", ids.error().message).text());
    } else if (!ids->empty()) {
        const auto count = static_cast<std::int64_t>(ids->size());
        base::log(base::LogLevel::info, line.add("event", "expired").add("entries", count).text());
    }
}

}  // namespace

Housekeeping::Housekeeping(quarantine::Quarantine& quarantine, quarantine::PasswordBook& passwords,
                           std::chrono::milliseconds every)
    : thread_([&quarantine, &passwords, every](const std::stop_token& stop) {
          std::mutex mutex;
          std::condition_variable_any wake;
          std::unique_lock lock(mutex);
          while (!stop.stop_requested()) {
              expire(quarantine);
              if (const auto done = passwords.expire(std::chrono::system_clock::now()); !done) {
                  base::log(base::LogLevel::error, base::LogLine("gate:")
                                                       .add("event", "expiry-failed")
                                                       .add("why", done.error().message)
                                                       .text());
              }
              wake.wait_for(lock, stop, every, [] { return false; });
          }
      }) {}

}  // namespace sekisho::daemon
