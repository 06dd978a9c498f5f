#include "daemon/quarantine_desk.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "base/escape.h"

namespace sekisho::daemon {

namespace {

using base::Json;
using base::JsonArray;
using base::JsonObject;
using base::Result;
using control::Reply;
using control::Request;

constexpr std::uint32_t default_list_limit = 100;
constexpr std::uint32_t max_list_limit = 2'000;  // an answer has at most 4 MB
constexpr std::uint32_t max_history_looked_at = 5'000;
constexpr std::size_t max_history = 100;

JsonArray strings(const std::vector<std::string>& from) {
    JsonArray out;
    for (const auto& text : from)
        out.emplace_back(base::repair_utf8(text));
    return out;
}

Json row_json(const store::QuarantineRow& row) {
    return JsonObject{{"id", row.id},
                      {"at", utc_text(row.at)},
                      {"verdict", row.verdict},
                      {"reason", row.reason},
                      {"direction", row.direction},
                      {"from", base::repair_utf8(row.mail_from)},
                      {"recipients", strings(row.recipients)},
                      {"subject", base::repair_utf8(row.subject)},
                      {"queue_id", row.queue_id},
                      {"finding", row.finding},
                      {"bytes", row.bytes},
                      {"state", row.state},
                      {"expires", utc_text(row.expires)}};
}

store::QuarantineFilter filter_from(const Json& args) {
    store::QuarantineFilter filter;
    filter.id_prefix = args.string_or("id_prefix");
    filter.sender_glob = args.string_or("sender");
    filter.recipient_glob = args.string_or("recipient");
    filter.verdict = args.string_or("verdict");
    filter.state = args.string_or("state");
    if (const auto since = args.int_or("since"); since > 0) {
        filter.since = std::chrono::system_clock::time_point(std::chrono::seconds(since));
    }
    const auto limit = std::clamp<std::int64_t>(args.int_or("limit", default_list_limit), 1, max_list_limit);
    filter.limit = static_cast<std::uint32_t>(limit);
    return filter;
}

std::string id_of(const Request& request) { return request.args.string_or("id"); }

Json history_of(store::Store& store, const std::string& id) {
    JsonArray out;
    const auto events = store.events("audit", max_history_looked_at);
    if (!events) return out;
    for (const auto& event : *events) {
        if (event.subject_id != id || out.size() == max_history) continue;
        out.emplace_back(JsonObject{{"at", utc_text(event.at)}, {"detail", event.detail}});
    }
    return out;
}

Result<Reply> list(const Request& request, quarantine::Quarantine&, store::Store& store) {
    const auto rows = SEKISHO_TRY(store.list_quarantine(filter_from(request.args)));
    JsonArray entries;
    for (const auto& row : rows)
        entries.push_back(row_json(row));
    return Reply{JsonObject{{"entries", std::move(entries)}}, {}};
}

Result<Reply> show(const Request& request, quarantine::Quarantine& quarantine, store::Store& store) {
    const auto row = SEKISHO_TRY(quarantine.show(id_of(request)));
    Json report;
    if (const auto text = quarantine.report(row.id)) {
        if (auto parsed = base::parse_json(*text, {.max_bytes = 4u << 20, .max_depth = 12}))
            report = *std::move(parsed);
    }
    return Reply{
        JsonObject{
            {"entry", row_json(row)}, {"report", std::move(report)}, {"history", history_of(store, row.id)}},
        {}};
}

Result<Reply> export_message(const Request& request, quarantine::Quarantine& quarantine, store::Store&) {
    auto message = SEKISHO_TRY(quarantine.message(id_of(request)));
    const auto bytes = static_cast<std::uint64_t>(message.size());
    return Reply{JsonObject{{"id", id_of(request)}, {"bytes", bytes}}, std::move(message)};
}

Result<std::vector<std::string>> recipients_from(const Json& args) {
    std::vector<std::string> out;
    const Json* given = args.find("recipients");
    if (given == nullptr || given->is_null()) return out;
    const auto* array = given->as_array();
    if (array == nullptr)
        return base::fail(base::Cause::invalid, "recipients: a list of addresses is wanted");
    for (const auto& item : *array) {
        const auto* text = item.as_string();
        if (text == nullptr || text->empty())
            return base::fail(base::Cause::invalid, "recipients: an address is wanted");
        out.push_back(*text);
    }
    return out;
}

Result<Reply> release(const Request& request, quarantine::Quarantine& quarantine, store::Store&) {
    const auto row = SEKISHO_TRY(quarantine.show(id_of(request)));
    if (row.verdict == "malicious" && !request.args.bool_or("force")) {
        return base::fail(base::Cause::invalid, "this message is malicious; releasing it wants --force");
    }
    const auto recipients = SEKISHO_TRY(recipients_from(request.args));
    SEKISHO_TRY(quarantine.release(row.id, recipients));
    return Reply{
        JsonObject{{"id", row.id}, {"recipients", strings(recipients.empty() ? row.recipients : recipients)}},
        {}};
}

Result<Reply> remove(const Request& request, quarantine::Quarantine& quarantine, store::Store&) {
    SEKISHO_TRY(quarantine.remove(id_of(request)));
    return Reply{JsonObject{{"id", id_of(request)}}, {}};
}

}  // namespace

std::string utc_text(std::chrono::system_clock::time_point at) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", parts);
}

void add_quarantine_handlers(control::Handlers& handlers, quarantine::Quarantine& quarantine,
                             store::Store& store) {
    using Function = Result<Reply> (*)(const Request&, quarantine::Quarantine&, store::Store&);
    const auto add = [&](std::string name, Function function) {
        handlers[std::move(name)] = [&quarantine, &store, function](const Request& request) {
            return function(request, quarantine, store);
        };
    };
    add("quarantine.list", list);
    add("quarantine.show", show);
    add("quarantine.export", export_message);
    add("quarantine.release", release);
    add("quarantine.delete", remove);
}

}  // namespace sekisho::daemon
