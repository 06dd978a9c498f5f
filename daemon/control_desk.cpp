#include "daemon/control_desk.h"

#include <utility>

#include "base/escape.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/quarantine_desk.h"
#include "daemon/status.h"

namespace sekisho::daemon {

namespace {

using base::JsonObject;
using control::Reply;
using control::Request;

// The durable record first, then the log line: an act that cannot be recorded does not happen.
base::Result<void> audit(const milter::Services& services, const control::AuditEntry& entry) {
    auto event = audit_event(entry, services.now());
    JsonObject fields{{"event", "audit"}};
    if (const auto* detail = event.detail.as_object())
        fields.insert(fields.end(), detail->begin(), detail->end());
    SEKISHO_TRY(services.store.record_now(std::move(event)));

    if (services.settings.get()->log.json) {
        services.log(base::LogLevel::info, base::dump_json(std::move(fields)));
        return {};
    }
    base::LogLine line("gate:");
    for (const auto& [key, value] : fields) {
        if (const auto* text = value.as_string())
            line.add(key, *text);
        else if (const auto* number = value.as_int())
            line.add(key, *number);
    }
    services.log(base::LogLevel::info, line.text());
    return {};
}

base::JsonArray lines(const std::vector<std::string>& from) {
    base::JsonArray out;
    for (const auto& line : from)
        out.emplace_back(base::repair_utf8(line));
    return out;
}

base::Result<Reply> reload(Reloader& reloader) {
    const auto outcome = reloader.reload();
    if (!outcome.ok()) return base::fail(base::Cause::invalid, outcome.text());
    return Reply{
        JsonObject{{"needs_restart", lines(outcome.needs_restart)}, {"remarks", lines(outcome.remarks)}}, {}};
}

}  // namespace

model::Event audit_event(const control::AuditEntry& entry, std::chrono::system_clock::time_point now) {
    const auto& request = *entry.request;
    const std::string id = request.args.string_or("id");
    JsonObject detail{
        {"command", request.command}, {"id", base::escape(id)},
        {"uid", request.peer.uid},    {"gid", request.peer.gid},
        {"pid", request.peer.pid},    {"reason", base::escape(request.reason, control::max_reason_bytes)},
        {"outcome", entry.outcome},   {"permission", entry.permission}};
    if (request.args.bool_or("force")) detail.emplace_back("force", true);
    if (const auto* recipients = request.args.find("recipients")) {
        detail.emplace_back("recipients", base::escape(base::dump_json(*recipients), 1'000));
    }
    if (entry.denials_untold > 0) detail.emplace_back("denials_untold", entry.denials_untold);
    return {.at = now, .kind = "audit", .queue_id = {}, .subject_id = id, .detail = std::move(detail)};
}

base::Result<std::unique_ptr<ControlDesk>> ControlDesk::open(const milter::Services& services,
                                                             Reloader& reloader) {
    const auto started = std::chrono::steady_clock::now();
    const auto settings = services.settings.get();
    control::Handlers handlers;
    handlers["status"] = [&services, started](const Request&) -> base::Result<Reply> {
        return Reply{status_json(services, started), {}};
    };
    handlers["metrics"] = [&services, started](const Request&) -> base::Result<Reply> {
        return Reply{JsonObject{}, metrics_text(services, started)};
    };
    handlers["reload"] = [&reloader](const Request&) { return reload(reloader); };
    add_quarantine_handlers(handlers, services.quarantine, services.store);

    std::unique_ptr<ControlDesk> desk(new ControlDesk);
    control::ServerSettings server;
    server.socket = settings->control.socket;
    server.groups = {settings->control.view_groups, settings->control.operate_groups,
                     settings->control.read_mail_groups};
    desk->server_ = SEKISHO_TRY(control::Server::start(
        server, std::move(handlers),
        [&services](const control::AuditEntry& entry) { return audit(services, entry); }));
    if (!settings->control.metrics_listen.empty()) {
        desk->listener_ = SEKISHO_TRY(control::MetricsListener::start(
            settings->control.metrics_listen,
            [&services, started] { return metrics_text(services, started); }));
    }
    return desk;
}

}  // namespace sekisho::daemon
