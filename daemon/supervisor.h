// The first process: owns the signals, starts the gate, starts it again when it dies, and talks to systemd.
//
// It is apart from the gate because libmilter takes SIGHUP and SIGTERM as "stop", and because something must
// be there when the gate is not. Single-threaded; holds no mail, no secret and no socket but the channel.
#pragma once

#include <chrono>
#include <string>

namespace sekisho::daemon {

struct SupervisorOptions {
    std::string config_file;
    std::chrono::milliseconds ping_every{5'000};
    // A gate that does not answer pings for this long is killed and started again.
    std::chrono::milliseconds silence_limit{45'000};
    // After `stop`; then the gate is killed. Above the gate's own limit for what is in flight.
    std::chrono::milliseconds stop_limit{100'000};
};

// SIGHUP reloads; SIGTERM and SIGINT end everything once what is in flight is finished, a second one at once.
// Gives the exit code: 0 after a stop, 2 for a bad configuration at the start, 1 for any other failure at the
// start. A gate that has once been ready is always started again.
int run_supervisor(const SupervisorOptions& options);

}  // namespace sekisho::daemon
