// What systemd is told (sd_notify(3)). Does nothing where no NOTIFY_SOCKET is set.
#pragma once

#include <chrono>
#include <string_view>

namespace sekisho::daemon {

void notify_ready(std::string_view status);
void notify_reloading();
void notify_stopping();
void notify_status(std::string_view status);
void notify_watchdog();
// WATCHDOG_USEC of this process; 0 where systemd watches nothing.
std::chrono::microseconds watchdog_period();

}  // namespace sekisho::daemon
