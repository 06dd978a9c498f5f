// The thin shell between libmilter and Session. One filter per process: libmilter keeps its state in globals.
#pragma once

#include "base/result.h"
#include "config/settings.h"
#include "milter/services.h"

namespace sekisho::milter {

// Registers the callbacks, makes way for the socket, opens it and sets its group and mode. Before any thread
// uses umask-dependent calls. `services` outlives serve() and every connection. Cause::invalid for a wrong
// socket or group, Cause::io where the system refuses.
base::Result<void> open_milter(const config::MilterSettings& settings, const Services& services);

// Libmilter's main loop, until the process ends; returns only where it cannot go on. The calling thread must
// not be the process's first one: libmilter blocks SIGHUP, SIGTERM and SIGINT in it and waits for them in a
// thread of its own, and only signals that the first thread ignores without blocking them never reach that
// thread (daemon/gate.cpp).
base::Result<void> serve_milter();

}  // namespace sekisho::milter
