// The gate's end of the control socket: status, metrics, reload, the quarantine's commands, and their audit.
#pragma once

#include <chrono>
#include <memory>

#include "base/result.h"
#include "control/metrics_listener.h"
#include "control/server.h"
#include "daemon/reloader.h"
#include "milter/services.h"

namespace sekisho::daemon {

// Owns the server and its threads, and the metrics listener where one is configured.
class ControlDesk {
public:
    // References outlive the desk. Cause::invalid and Cause::io as control::Server::start gives them.
    static base::Result<std::unique_ptr<ControlDesk>> open(const milter::Services& services,
                                                           Reloader& reloader);

private:
    ControlDesk() = default;
    std::unique_ptr<control::Server> server_;
    std::unique_ptr<control::MetricsListener> listener_;
};

// The Event of one act: kind "audit", the quarantine id as its subject.
model::Event audit_event(const control::AuditEntry& entry, std::chrono::system_clock::time_point now);

}  // namespace sekisho::daemon
