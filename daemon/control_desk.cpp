#include "daemon/control_desk.h"

#include <chrono>
#include <utility>

#include "base/escape.h"
#include "base/json.h"
#include "daemon/control_handlers.h"
#include "daemon/gate_status.h"

namespace sekisho::daemon {

namespace {

base::JsonArray lines(const std::vector<std::string>& from) {
    base::JsonArray out;
    for (const auto& line : from)
        out.emplace_back(base::repair_utf8(line));
    return out;
}

base::Result<base::Json> reload(Reloader& reloader) {
    const auto outcome = reloader.reload();
    if (!outcome.ok()) return base::fail(base::Cause::invalid, outcome.text());
    return base::Json(base::JsonObject{{"needs_restart", lines(outcome.needs_restart)},
                                       {"remarks", lines(outcome.remarks)}});
}

GateStatus status_of(const milter::Services& services, std::chrono::system_clock::time_point started) {
    const auto settings = services.settings.get();
    const auto rules = services.pool.rules();
    GateStatus out;
    out.version = SEKISHO_VERSION;
    out.started = started;
    out.now = services.now();
    out.monitor = settings->monitor;
    out.draining = services.draining;
    out.config_version = settings->version;
    out.rules_version = rules->version;
    out.rules = rules->rules.size();
    out.rule_problems = rules->problems;
    out.mail = services.metrics.snapshot();
    out.pool = services.pool.stats();
    out.messages_in_flight = services.in_flight.messages();
    out.bytes_in_flight = services.in_flight.bytes();
    out.quarantine_max_bytes = settings->quarantine.max_bytes;
    return out;
}

}  // namespace

base::Result<std::unique_ptr<ControlDesk>> ControlDesk::open(const milter::Services& services,
                                                             Reloader& reloader, WaitingRoom& waiting,
                                                             OutboundDesk& outbound, const Orders& orders,
                                                             const StandingNews& news) {
    const auto settings = services.settings.get();
    const ActLog log = settings->log.json ? log_act_as_json : log_act;
    const ControlDeps deps{
        .store = services.store,
        .quarantine = services.quarantine,
        .status =
            [&services, &orders, &news, started = services.now()] {
                GateStatus out = status_of(services, started);
                out.orders = orders.stats();
                out.standing_mails = news.mails();
                out.webhook = news.webhook();
                return out;
            },
        .reload = [&reloader] { return sekisho::daemon::reload(reloader); },
        .unlock = [&waiting](const std::string& id,
                             const std::string& password) { return waiting.unlock(id, password); },
        .outbound = &outbound,
        .standing_changed = services.standing_changed,
        .log = log,
    };
    control::ServerSettings server;
    server.socket = settings->control.socket;
    server.groups = {settings->control.view_groups, settings->control.operate_groups,
                     settings->control.read_mail_groups};

    std::unique_ptr<ControlDesk> desk(new ControlDesk);
    desk->server_ =
        SEKISHO_TRY(control::Server::start(server, make_handlers(deps), make_audit(services.store, log)));
    if (!settings->control.metrics_listen.empty()) {
        desk->listener_ = SEKISHO_TRY(control::MetricsListener::start(
            settings->control.metrics_listen, [deps] { return prometheus_text(full_status(deps)); }));
    }
    return desk;
}

}  // namespace sekisho::daemon
