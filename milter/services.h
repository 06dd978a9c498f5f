// What Sessions share: the rooms they call and the settings of the day.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "config/settings.h"
#include "milter/in_flight.h"
#include "milter/metrics.h"
#include "outbound/guard.h"
#include "quarantine/notice.h"
#include "quarantine/quarantine.h"
#include "sandbox/pool.h"
#include "store/store.h"

namespace sekisho::milter {

// The settings that hold for new messages. A message keeps the snapshot that it began with. Thread-safe.
class CurrentSettings {
public:
    explicit CurrentSettings(config::Settings settings)
        : settings_(std::make_shared<const config::Settings>(std::move(settings))) {}

    std::shared_ptr<const config::Settings> get() const {
        const std::scoped_lock lock(mutex_);
        return settings_;
    }
    void set(config::Settings settings) {
        auto fresh = std::make_shared<const config::Settings>(std::move(settings));
        const std::scoped_lock lock(mutex_);
        settings_.swap(fresh);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const config::Settings> settings_;
};

// References outlive every Session. Everything here may be used from any thread.
struct Services {
    const CurrentSettings& settings;
    sandbox::Pool& pool;
    store::Store& store;
    quarantine::Quarantine& quarantine;
    InFlight& in_flight;
    Metrics& metrics;
    const std::atomic<bool>& draining;  // true: no new connection and no new message is taken (421)
    std::function<void(const std::string& to, quarantine::Notice)> tell = [](const auto&, const auto&) {};
    std::function<std::chrono::system_clock::time_point()> now = [] {
        return std::chrono::system_clock::now();
    };
    std::function<void(base::LogLevel, std::string_view)> log = base::log;
    // Passwords across mails (daemon/waiting_room.h). `from`: HeaderNotes::from().
    std::function<std::vector<model::MailedPassword>(const model::Envelope&, const std::string& from)>
        recall = [](const auto&, const auto&) { return std::vector<model::MailedPassword>(); };
    std::function<void(const model::Envelope&, const std::string& from,
                       const std::vector<model::MailedPassword>&)>
        remember = [](const auto&, const auto&, const auto&) {};
    outbound::Guard* guard = nullptr;  // none: nobody is watched
    std::function<void(const outbound::Change&)> standing_changed = [](const auto&) {};
    // A change that another gateway has told of, and that holds here as well.
    std::function<void(const outbound::Change&)> standing_followed = [](const auto&) {};
    std::function<void(const std::string& id)> waits = [](const auto&) {};  // an entry of the quarantine
};

}  // namespace sekisho::milter
