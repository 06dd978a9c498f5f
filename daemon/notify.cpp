#include "daemon/notify.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include <cstdint>
#include <string>

namespace sekisho::daemon {

namespace {

void notify(const std::string& state) { ::sd_notify(0, state.c_str()); }

}  // namespace

void notify_ready(std::string_view status) { notify(fmt::format("READY=1\nSTATUS={}", status)); }

void notify_reloading() {
    // MONOTONIC_USEC is what Type=notify-reload wants; Type=notify ignores it.
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const auto usec = static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
    notify(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=Reloading", usec));
}

void notify_stopping() { notify("STOPPING=1\nSTATUS=Finishing the mail in flight"); }

void notify_status(std::string_view status) { notify(fmt::format("STATUS={}", status)); }

void notify_watchdog() { notify("WATCHDOG=1"); }

std::chrono::microseconds watchdog_period() {
    std::uint64_t usec = 0;
    if (::sd_watchdog_enabled(0, &usec) <= 0) return std::chrono::microseconds(0);
    return std::chrono::microseconds(static_cast<std::int64_t>(usec));
}

}  // namespace sekisho::daemon
