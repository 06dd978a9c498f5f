// Tells another program of changes of standing: POST with JSON, signed, tried again until it is taken.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "config/outbound_telling.h"
#include "daemon/outbox_loop.h"

namespace sekisho::daemon {

// "sha256=" and HMAC-SHA256 in hex over `timestamp`, a dot and `body`, under `secret`.
std::string webhook_signature(std::string_view secret, std::string_view timestamp, std::string_view body);

// Thread-safe. What waits lies in its folder and outlives the process. Order is kept as far as everything is
// taken at once: what is tried again comes later.
class Webhook {
public:
    static constexpr std::size_t most_waiting = 1'000;  // more are lost, and logged
    static constexpr std::size_t least_secret = 16;     // bytes

    using Settings = std::function<config::WebhookSettings()>;
    static base::Result<std::unique_ptr<Webhook>> open(const std::string& folder, Settings settings);
    Webhook(const Webhook&) = delete;
    Webhook& operator=(const Webhook&) = delete;

    // Durable when it returns, or lost and logged. Never waits for the server.
    void add(const base::Json& news);
    TellingStats stats() const { return loop_.stats(); }

private:
    using Clock = OutboxLoop::Clock;
    // The pause doubles from a second to a quarter of an hour.
    struct Retry {
        int failed = 0;
        Clock::time_point next;
        void put_off(Clock::time_point now);
    };
    enum class Outcome : std::uint8_t { taken, refused, unreachable };

    Webhook(Outbox outbox, Settings settings);
    // When there is something to do next.
    Clock::time_point round(const std::stop_token& stop);
    Outcome deliver(const std::string& name, const config::WebhookSettings& settings, int failed,
                    const std::stop_token& stop);

    const Settings settings_;
    std::map<std::string, Retry> retries_;  // files that the server did not take
    Retry server_;                          // it cannot be reached: all wait
    OutboxLoop loop_;                       // ends before what it uses
};

}  // namespace sekisho::daemon
