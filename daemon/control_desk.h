// The gate's end of the control socket, and the metrics listener where one is configured.
#pragma once

#include <memory>

#include "base/result.h"
#include "control/metrics_listener.h"
#include "control/server.h"
#include "daemon/orders.h"
#include "daemon/outbound_desk.h"
#include "daemon/reloader.h"
#include "daemon/standing_news.h"
#include "daemon/waiting_room.h"
#include "milter/services.h"

namespace sekisho::daemon {

// Owns both and their threads. Commands: control_handlers.h.
class ControlDesk {
public:
    // References outlive the desk. Causes as control::Server::start and control::MetricsListener::start give
    // them.
    static base::Result<std::unique_ptr<ControlDesk>> open(const milter::Services& services,
                                                           Reloader& reloader, WaitingRoom& waiting,
                                                           OutboundDesk& outbound, const Orders& orders,
                                                           const StandingNews& news);

private:
    ControlDesk() = default;
    std::unique_ptr<control::Server> server_;
    std::unique_ptr<control::MetricsListener> listener_;
};

}  // namespace sekisho::daemon
