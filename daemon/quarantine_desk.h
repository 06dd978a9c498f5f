// The quarantine's commands of the control socket.
#pragma once

#include "control/server.h"
#include "quarantine/quarantine.h"
#include "store/store.h"

namespace sekisho::daemon {

// "quarantine.list" {id_prefix, sender, recipient, verdict, state, since (Unix seconds), limit} ->
// {"entries":[row]} "quarantine.show" {id} -> {"entry":row,"report":ScanReport,"history":[audit event]}
// "quarantine.export" {id} -> the message as data, {"id","bytes"}
// "quarantine.release" {id, recipients, force} -> {"id","recipients"}; malicious mail wants force
// "quarantine.delete" {id} -> {"id"}
// A row:
// {"id","at","verdict","reason","direction","from","recipients","subject","queue_id","finding","bytes","state",
// "expires"}, times as RFC 3339 in UTC. References outlive the handlers.
void add_quarantine_handlers(control::Handlers& handlers, quarantine::Quarantine& quarantine,
                             store::Store& store);

// RFC 3339 in UTC, whole seconds.
std::string utc_text(std::chrono::system_clock::time_point at);

}  // namespace sekisho::daemon
