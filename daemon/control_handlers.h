// What the control socket's commands do: where store, quarantine and gate meet.
#pragma once

#include <functional>
#include <string>

#include "base/json.h"
#include "base/log.h"
#include "base/result.h"
#include "control/server.h"
#include "daemon/gate_status.h"
#include "daemon/outbound_desk.h"
#include "quarantine/quarantine.h"
#include "store/store.h"

namespace sekisho::daemon {

// Writes one line for an act: fields in order, the first is ("event", "audit").
using ActLog = std::function<void(base::LogLevel, const base::JsonObject&)>;
void log_act(base::LogLevel level, const base::JsonObject& fields);          // key=value
void log_act_as_json(base::LogLevel level, const base::JsonObject& fields);  // one object

struct ControlDeps {
    // Both outlive the server.
    store::Store& store;
    quarantine::Quarantine& quarantine;
    // Everything but the store's and the quarantine's numbers, which are filled in here.
    std::function<GateStatus()> status;
    // Blocks until new rules and settings hold; gives remarks for the operator. An error names file, line and
    // reason.
    std::function<base::Result<base::Json>()> reload;
    // Scans a kept entry with a password that somebody knows, and does what follows.
    std::function<base::Result<base::Json>(const std::string& id, const std::string& password)> unlock;
    OutboundDesk* outbound = nullptr;  // none: the commands about senders say so
    std::function<void(const outbound::Change&)> standing_changed = [](const auto&) {};
    ActLog log = log_act;
};

// One handler for each of control::commands(). Results:
//   status              object of status_json()
//   metrics             data: Prometheus text
//   reload              what ControlDeps::reload gave
//   quarantine.list     {"entries":[…]}; args: id_prefix, sender and recipient (globs), verdict, state,
//   since (seconds),
//                       limit (100; at most 5,000)
//   quarantine.show     {"entry":{…},"report":{…}|null,"history":[{"at","detail"}]}; args: id
//   quarantine.export   data: the message as it came; args: id
//   quarantine.release  {"released":id}; args: id, recipients (default: those of the entry), force (releases
//   what is
//                       malicious, or what was recovered without its verdict)
//   quarantine.delete   {"deleted":id}; args: id
//   quarantine.unlock   {"verdict", "outcome": "released" | "kept" | "still locked"}; args: id, password,
//   which stands in no record
//   accounts.list, hosts.list        {"rows":[…],"known":n}; args: all, limit (100; at most 5,000)
//   accounts.show, hosts.show        one row, with "hours", "last_hour", "days", "incident" (the last event,
//                                    where there was one); args: name
//   accounts.incident, hosts.incident   incident_json() with "listed"; data: a line of sent_json() a message;
//                       args: name, since (seconds; none: of the last incident)
//   accounts.block, accounts.release, hosts.block, hosts.release
//                       {"name","standing","was"}; args: name
control::Handlers make_handlers(const ControlDeps& deps);

// The gate's numbers with those of store and quarantine, for the metrics listener too.
GateStatus full_status(const ControlDeps& deps);

// Audit events: kind "audit", subject the quarantine id; uid, user, pid, command, outcome, reason, arguments.
// Durable before the act; denials are recorded without waiting.
control::Audit make_audit(store::Store& store, ActLog log = log_act);

}  // namespace sekisho::daemon
