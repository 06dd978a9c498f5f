#include "daemon/control_handlers.h"

#include <pwd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/escape.h"
#include "base/log.h"
#include "base/network.h"
#include "base/text.h"
#include "daemon/incident.h"

namespace sekisho::daemon {

namespace {

using control::Reply;
using control::Request;
using std::chrono::system_clock;

constexpr std::int64_t default_rows = 100;
constexpr std::int64_t max_rows = 5'000;
constexpr std::size_t max_subject = 64;
constexpr std::uint32_t max_history_searched = 5'000;
constexpr std::size_t max_history = 100;
constexpr std::int64_t year_2200 = 7'258'118'400;
constexpr std::size_t max_incident_bytes = 64U << 20;

std::string user_name(std::uint32_t uid) {
    std::array<char, 16'384> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return "?";
    return found->pw_name;
}

std::int64_t seconds_of(system_clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

base::Json row_json(const store::QuarantineRow& row) {
    base::JsonArray recipients;
    for (const std::string& recipient : row.recipients)
        recipients.emplace_back(recipient);
    return base::JsonObject{{"id", row.id},
                            {"at", seconds_of(row.at)},
                            {"verdict", row.verdict},
                            {"reason", row.reason},
                            {"direction", row.direction},
                            {"mail_from", row.mail_from},
                            {"recipients", std::move(recipients)},
                            {"subject", row.subject},
                            {"queue_id", row.queue_id},
                            {"finding", row.finding},
                            {"bytes", row.bytes},
                            {"state", row.state},
                            {"expires", seconds_of(row.expires)}};
}

base::Json without_password(const base::Json& args) {
    base::JsonObject out = *args.as_object();
    for (auto& [key, value] : out) {
        if (key == "password") value = "***";
    }
    return out;
}

model::Event event_of(std::string kind, const Request& request, base::JsonObject more) {
    base::JsonObject detail{{"uid", request.peer.uid},
                            {"user", user_name(request.peer.uid)},
                            {"pid", std::int64_t{request.peer.pid}},
                            {"command", request.command},
                            {"reason", request.reason},
                            {"args", without_password(request.args)}};
    for (auto& field : more)
        detail.push_back(std::move(field));
    return {
        .at = system_clock::now(),
        .kind = std::move(kind),
        .queue_id = "",
        .subject_id = base::escape(request.args.string_or("id", request.args.string_or("name")), max_subject),
        .detail = std::move(detail)};
}

// One line in the log as well: what operators do is seen where mail is seen.
void say(const ActLog& log, const Request& request, std::string_view outcome, std::string_view why) {
    base::JsonObject fields{{"event", "audit"},
                            {"command", request.command},
                            {"outcome", outcome},
                            {"uid", request.peer.uid},
                            {"id", request.args.string_or("id", request.args.string_or("name"))},
                            {"reason", request.reason}};
    if (!why.empty()) fields.emplace_back("why", why);
    log(outcome == "done" ? base::LogLevel::info : base::LogLevel::warning, fields);
}

// What was done with an entry, the newest first.
base::Json history_of(store::Store& store, const std::string& id) {
    base::JsonArray out;
    const auto events = store.events("audit", max_history_searched);
    if (!events) return out;
    for (const model::Event& event : *events) {
        if (event.subject_id != base::escape(id, max_subject) || out.size() == max_history) continue;
        out.emplace_back(base::JsonObject{{"at", seconds_of(event.at)}, {"detail", event.detail}});
    }
    return out;
}

// "allowed" stands in the record before the act; how it went is added after it.
control::Handler audited(const ControlDeps& deps, control::Handler act) {
    return [&store = deps.store, log = deps.log, act = std::move(act)](const Request& request) {
        auto reply = act(request);
        const std::string why = reply ? std::string() : reply.error().message;
        const std::string_view outcome = reply ? "done" : "failed";
        base::JsonObject more{{"outcome", outcome}};
        if (!reply) more.emplace_back("error", base::escape(why, 300));
        (void)store.record(event_of("audit", request, std::move(more)));
        say(log, request, outcome, why);
        return reply;
    };
}

base::Result<Reply> list(const ControlDeps& deps, const Request& request) {
    const base::Json& args = request.args;
    store::QuarantineFilter filter{.id_prefix = args.string_or("id_prefix", args.string_or("id")),
                                   .sender_glob = args.string_or("sender"),
                                   .recipient_glob = args.string_or("recipient"),
                                   .verdict = args.string_or("verdict"),
                                   .state = args.string_or("state")};
    const std::int64_t since = std::clamp<std::int64_t>(args.int_or("since"), 0, year_2200);
    if (since > 0) filter.since = system_clock::time_point(std::chrono::seconds(since));
    filter.limit =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(args.int_or("limit", default_rows), 1, max_rows));
    const auto rows = SEKISHO_TRY(deps.store.list_quarantine(filter));
    base::JsonArray entries;
    for (const store::QuarantineRow& row : rows)
        entries.push_back(row_json(row));
    return Reply{.result = base::JsonObject{{"entries", std::move(entries)}}, .data = {}};
}

base::Result<Reply> show(const ControlDeps& deps, const Request& request) {
    const std::string id = request.args.string_or("id");
    const store::QuarantineRow row = SEKISHO_TRY(deps.quarantine.show(id));
    // A deleted or expired entry has its row only.
    const auto text = deps.quarantine.report(id);
    auto report = text ? base::parse_json(*text, {.max_bytes = 64U << 20, .max_depth = 16}) : base::Json();
    return Reply{.result = base::JsonObject{{"entry", row_json(row)},
                                            {"report", report ? std::move(*report) : base::Json()},
                                            {"history", history_of(deps.store, id)}},
                 .data = {}};
}

base::Result<Reply> release(const ControlDeps& deps, const Request& request) {
    const std::string id = request.args.string_or("id");
    const store::QuarantineRow row = SEKISHO_TRY(deps.quarantine.show(id));
    const bool dangerous = row.verdict == "malicious" || row.reason == "recovered";
    if (dangerous && !request.args.bool_or("force")) {
        return base::fail(base::Cause::invalid,
                          row.verdict == "malicious"
                              ? "this message is malicious; --force releases it all the same"
                              : "the verdict of this message is lost; --force releases it all the same");
    }
    std::vector<std::string> recipients;
    if (const base::Json* wanted = request.args.find("recipients")) {
        if (wanted->as_array() == nullptr) return base::fail(base::Cause::invalid, "recipients is a list");
        for (const base::Json& entry : *wanted->as_array()) {
            if (entry.as_string() == nullptr)
                return base::fail(base::Cause::invalid, "recipients is a list of addresses");
            recipients.push_back(*entry.as_string());
        }
    }
    // To send a message to oneself is to read it.
    const bool to_others = std::ranges::any_of(recipients, [&](const std::string& recipient) {
        return std::ranges::find(row.recipients, recipient) == row.recipients.end();
    });
    if (to_others && !request.may_read_mail) {
        return base::fail(base::Cause::invalid,
                          "permission denied: read-mail is wanted to release to others than its recipients");
    }
    SEKISHO_TRY(deps.quarantine.release(id, recipients));
    return Reply{.result = base::JsonObject{{"released", id}}, .data = {}};
}

base::Result<Reply> remove(const ControlDeps& deps, const Request& request) {
    const std::string id = request.args.string_or("id");
    SEKISHO_TRY(deps.quarantine.remove(id));
    return Reply{.result = base::JsonObject{{"deleted", id}}, .data = {}};
}

base::Result<Reply> unlock(const ControlDeps& deps, const Request& request) {
    const std::string password = request.args.string_or("password");
    if (password.empty()) return base::fail(base::Cause::invalid, "a password is wanted");
    return Reply{.result = SEKISHO_TRY(deps.unlock(request.args.string_or("id"), password)), .data = {}};
}

base::Result<Reply> export_message(const ControlDeps& deps, const Request& request) {
    std::string message = SEKISHO_TRY(deps.quarantine.message(request.args.string_or("id")));
    const std::uint64_t size = message.size();
    return Reply{.result = base::JsonObject{{"bytes", size}}, .data = std::move(message)};
}

// Names are kept in lower case, addresses as the guard writes them.
base::Result<outbound::Key> key_of(const ControlDeps& deps, outbound::Subject subject,
                                   const Request& request) {
    if (deps.outbound == nullptr) return base::fail(base::Cause::unavailable, "nobody is watched here");
    std::string name = base::to_lower(request.args.string_or("name"));
    if (name.empty() || name.size() > 320) return base::fail(base::Cause::invalid, "a name is wanted");
    if (subject == outbound::Subject::host && name.find('/') == name.npos) name = base::client_network(name);
    return outbound::Key{subject, std::move(name)};
}

std::size_t rows_wanted(const Request& request) {
    return static_cast<std::size_t>(
        std::clamp<std::int64_t>(request.args.int_or("limit", default_rows), 1, max_rows));
}

base::Result<Reply> list_senders(const ControlDeps& deps, outbound::Subject subject, const Request& request) {
    if (deps.outbound == nullptr) return base::fail(base::Cause::unavailable, "nobody is watched here");
    return Reply{.result = deps.outbound->list(subject, request.args.bool_or("all"), rows_wanted(request)),
                 .data = {}};
}

base::Result<Reply> list_names(const ControlDeps& deps, const Request& request) {
    if (deps.outbound == nullptr) return base::fail(base::Cause::unavailable, "nobody is watched here");
    return Reply{.result = deps.outbound->list_names(rows_wanted(request)), .data = {}};
}

base::Result<Reply> show_name(const ControlDeps& deps, const Request& request) {
    const outbound::Key key = SEKISHO_TRY(key_of(deps, outbound::Subject::account, request));
    return Reply{.result = SEKISHO_TRY(deps.outbound->show_name(key.name)), .data = {}};
}

base::Result<Reply> set_standing(const ControlDeps& deps, outbound::Subject subject,
                                 model::StandingLevel level, const Request& request) {
    const outbound::Key key = SEKISHO_TRY(key_of(deps, subject, request));
    const std::size_t slash = key.name.find('/');
    if (level == model::StandingLevel::blocked && subject == outbound::Subject::host &&
        slash != key.name.npos && key.name != base::network_of(key.name.substr(0, slash), 24, 64))
        return base::fail(base::Cause::invalid, "networks stand as IPv4 /24 and IPv6 /64: 192.0.2.0/24");
    if (level == model::StandingLevel::normal) SEKISHO_TRY(deps.outbound->show(key));  // typed wrongly
    const outbound::Change change = deps.outbound->set(key, level, user_name(request.peer.uid));
    deps.standing_changed(change);
    return Reply{.result = base::JsonObject{{"name", key.name},
                                            {"standing", model::to_string(change.state.level)},
                                            {"was", model::to_string(change.before)}},
                 .data = {}};
}

// The row of one sender, and what is on record of its last incident.
base::Result<Reply> show_sender(const ControlDeps& deps, outbound::Subject subject, const Request& request) {
    const outbound::Key key = SEKISHO_TRY(key_of(deps, subject, request));
    base::Json row = SEKISHO_TRY(deps.outbound->show(key));
    const std::string_view word = subject == outbound::Subject::account ? "account" : "host";
    const auto last = deps.store.events_about("incident", base::escape(key.name), 1);
    if (last && !last->empty() && last->front().detail.string_or("subject") == word)
        row.as_object()->emplace_back("incident", last->front().detail);
    return Reply{.result = std::move(row), .data = {}};
}

base::Result<Reply> show_incident(const ControlDeps& deps, outbound::Subject subject,
                                  const Request& request) {
    const outbound::Key key = SEKISHO_TRY(key_of(deps, subject, request));
    std::optional<system_clock::time_point> since;
    const std::int64_t from = std::clamp<std::int64_t>(request.args.int_or("since"), 0, year_2200);
    if (from > 0) since = system_clock::time_point(std::chrono::seconds(from));
    // What was decided a moment ago is in it as well.
    if (const auto flushed = deps.store.flush(std::chrono::seconds(5)); !flushed)
        return std::unexpected(flushed.error());
    const Incident incident = SEKISHO_TRY(incident_of(deps.store, key, since, system_clock::now()));
    base::JsonObject head = incident_json(incident);
    std::string lines;
    std::uint64_t listed = 0;
    SEKISHO_TRY(each_message(deps.store, incident, [&](const model::Event& event) {
        if (listed == max_incident_messages || lines.size() > max_incident_bytes) return false;
        lines += base::dump_json(sent_json(incident, event)) + "\n";
        ++listed;
        return true;
    }));
    head.emplace_back("listed", listed);
    return Reply{.result = std::move(head), .data = std::move(lines)};
}

}  // namespace

GateStatus full_status(const ControlDeps& deps) {
    GateStatus status = deps.status();
    status.quarantine_bytes = deps.quarantine.bytes();
    status.store_healthy = deps.store.healthy();
    status.dropped_events = deps.store.dropped_events();
    if (deps.outbound != nullptr) status.shared = deps.outbound->shared();
    if (deps.outbound != nullptr) status.senders = deps.outbound->status();
    return status;
}

// Accounts and hosts: who is in trouble, and how they get in and out of it.
void add_sender_handlers(const ControlDeps& deps, control::Handlers& out) {
    out["names.list"] = [deps](const Request& request) { return list_names(deps, request); };
    out["names.show"] = [deps](const Request& request) { return show_name(deps, request); };
    for (const auto subject : {outbound::Subject::account, outbound::Subject::host}) {
        const std::string prefix = subject == outbound::Subject::account ? "accounts." : "hosts.";
        out[prefix + "list"] = [deps, subject](const Request& request) {
            return list_senders(deps, subject, request);
        };
        out[prefix + "show"] = [deps, subject](const Request& request) {
            return show_sender(deps, subject, request);
        };
        out[prefix + "incident"] = audited(
            deps, [deps, subject](const Request& request) { return show_incident(deps, subject, request); });
        for (const bool block : {true, false}) {
            out[prefix + (block ? "block" : "release")] =
                audited(deps, [deps, subject, block](const Request& request) {
                    return set_standing(deps, subject,
                                        block ? model::StandingLevel::blocked : model::StandingLevel::normal,
                                        request);
                });
        }
    }
}

control::Handlers make_handlers(const ControlDeps& deps) {
    control::Handlers out;
    out["status"] = [deps](const Request&) -> base::Result<Reply> {
        return Reply{.result = status_json(full_status(deps)), .data = {}};
    };
    out["metrics"] = [deps](const Request&) -> base::Result<Reply> {
        return Reply{.result = base::JsonObject{}, .data = prometheus_text(full_status(deps))};
    };
    out["quarantine.list"] = [deps](const Request& request) { return list(deps, request); };
    out["reload"] = audited(deps, [deps](const Request&) -> base::Result<Reply> {
        return Reply{.result = SEKISHO_TRY(deps.reload()), .data = {}};
    });
    add_sender_handlers(deps, out);
    using Act = base::Result<Reply> (*)(const ControlDeps&, const Request&);
    const std::pair<const char*, Act> acts[] = {{"quarantine.show", &show},
                                                {"quarantine.export", &export_message},
                                                {"quarantine.release", &release},
                                                {"quarantine.delete", &remove},
                                                {"quarantine.unlock", &unlock}};
    for (const auto& [name, act] : acts) {
        out[name] = audited(deps, [deps, act = act](const Request& request) { return act(deps, request); });
    }
    return out;
}

void log_act(base::LogLevel level, const base::JsonObject& fields) {
    base::LogLine line("gate:");
    for (const auto& [key, value] : fields) {
        if (const auto* text = value.as_string()) line.add(key, *text);
        if (const auto* number = value.as_int()) line.add(key, *number);
    }
    base::log(level, line.text());
}

void log_act_as_json(base::LogLevel level, const base::JsonObject& fields) {
    base::log(level, base::dump_json(fields));
}

control::Audit make_audit(store::Store& store, ActLog log) {
    return [&store, log = std::move(log)](const control::AuditEntry& entry) -> base::Result<void> {
        base::JsonObject more{{"outcome", entry.outcome}, {"permission", entry.permission}};
        if (entry.denials_untold > 0) more.emplace_back("denials_untold", entry.denials_untold);
        model::Event event = event_of("audit", *entry.request, std::move(more));
        if (entry.outcome != "denied") return store.record_now(std::move(event));
        say(log, *entry.request, entry.outcome, entry.permission);
        (void)store.record(std::move(event));
        return {};
    };
}

}  // namespace sekisho::daemon
