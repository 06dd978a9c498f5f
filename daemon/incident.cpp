#include "daemon/incident.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/escape.h"
#include "base/hash.h"
#include "model/standing.h"

namespace sekisho::daemon {

namespace {

using Time = Incident::Time;

constexpr std::chrono::hours before_first_sign{1};  // a rate is noticed after it began
constexpr std::chrono::hours furthest_back{24};     // to the first mail from a new place
constexpr std::chrono::days known_for{30};
constexpr std::uint32_t most_changes = 1'000;
constexpr std::size_t most_sources = 100;
constexpr std::size_t most_distinct = 200'000;

std::int64_t seconds_of(Time at) {
    return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

std::string_view subject_of(const outbound::Key& key) {
    return key.subject == outbound::Subject::account ? "account" : "host";
}

store::SentFilter filter_of(const outbound::Key& key, Time since, Time until) {
    const bool account = key.subject == outbound::Subject::account;
    return {.account = account ? key.name : std::string(),
            .host = account ? std::string() : key.name,
            .since = since,
            .until = until};
}

model::StandingLevel level_in(const base::Json& detail, std::string_view field) {
    return model::standing_from(detail.string_or(field)).value_or(model::StandingLevel::normal);
}

std::vector<std::string> texts_in(const base::Json& detail, std::string_view field) {
    std::vector<std::string> out;
    const base::Json* list = detail.find(field);
    if (list == nullptr || list->as_array() == nullptr) return out;
    for (const base::Json& item : *list->as_array())
        if (item.as_string() != nullptr) out.push_back(*item.as_string());
    return out;
}

// The changes of standing from the newest back to the one that began the trouble. False: there is none.
base::Result<bool> read_changes(store::Store& store, Incident& incident) {
    const auto changes =
        SEKISHO_TRY(store.events_about("standing", base::escape(incident.key.name), most_changes));
    auto worst = model::StandingLevel::normal;
    bool found = false;
    for (const model::Event& change : changes) {
        if (change.detail.string_or("subject") != subject_of(incident.key)) continue;
        const auto level = level_in(change.detail, "standing");
        if (level == model::StandingLevel::normal) {
            if (found) break;
            incident.ended = change.at;
            continue;
        }
        found = true;
        incident.first_sign = change.at;
        if (level > worst) {
            worst = level;
            incident.reasons = texts_in(change.detail, "reasons");
        }
        if (level_in(change.detail, "was") == model::StandingLevel::normal) break;
    }
    if (found) incident.standing = model::to_string(worst);
    return found;
}

// From where it sent in the incident, and whether it did so before.
base::Result<void> read_sources(store::Store& store, Incident& incident, bool may_extend) {
    const Time known_from = incident.first_sign - known_for;
    const auto all = SEKISHO_TRY(store.sent_from(filter_of(incident.key, known_from, incident.until)));
    const auto of_late =
        SEKISHO_TRY(store.sent_from(filter_of(incident.key, incident.since, incident.until)));
    Time begin = incident.since;
    for (const store::SentFrom& source : of_late) {
        const auto known = std::ranges::find(all, source.name, &store::SentFrom::name);
        const Time first = known == all.end() ? source.first : known->first;
        const bool is_new = first >= incident.first_sign - furthest_back;
        if (is_new) begin = std::min(begin, first);
        if (incident.sources.size() == most_sources) continue;
        const bool count_all = is_new && may_extend && known != all.end();
        incident.sources.push_back({.name = source.name,
                                    .first = count_all ? first : source.first,
                                    .last = source.last,
                                    .messages = count_all ? known->messages : source.messages,
                                    .is_new = is_new});
    }
    if (may_extend) incident.since = begin;
    return {};
}

bool went_out(std::string_view action) { return action == "accept" || action == "tag"; }

void count(Incident& incident, const model::Event& event, std::set<std::uint64_t>& distinct) {
    const std::string action = event.detail.string_or("action");
    const auto recipients =
        static_cast<std::uint64_t>(std::max<std::int64_t>(event.detail.int_or("recipient_count"), 0));
    const auto taken_off = texts_in(event.detail, "taken_off");  // the policy kept their copies
    ++incident.messages;
    incident.recipients += recipients;
    if (action == "hold" || action == "quarantine" || action == "discard") ++incident.held;
    if (action == "reject" || action == "defer") ++incident.refused;
    if (!went_out(action)) return;
    ++incident.out_messages;
    incident.out_recipients += recipients - std::min<std::uint64_t>(taken_off.size(), recipients);
    for (const std::string& recipient : texts_in(event.detail, "recipients")) {
        if (std::ranges::find(taken_off, recipient) != taken_off.end()) continue;
        if (distinct.size() < most_distinct) distinct.insert(std::hash<std::string>{}(recipient));
    }
    if (incident.out_queue_ids.size() < max_incident_queue_ids)
        incident.out_queue_ids.push_back(event.queue_id);
}

}  // namespace

base::Result<Incident> incident_of(store::Store& store, const outbound::Key& key, std::optional<Time> since,
                                   Time now) {
    Incident out{.key = key, .first_sign = now, .until = now};
    const bool found = SEKISHO_TRY(read_changes(store, out));
    if (!found && !since) {
        return base::fail(
            base::Cause::invalid,
            "there was no trouble with it on record; with a time its mail is listed from then: " +
                base::escape(key.name));
    }
    if (!found) out.first_sign = *since;
    if (out.ended && !since) out.until = *out.ended;
    out.since = since.value_or(out.first_sign - before_first_sign);
    out.id = base::hex(base::sha256(base::as_bytes(fmt::format("{} {} {}", subject_of(key), key.name,
                                                               out.first_sign.time_since_epoch().count()))))
                 .substr(0, 16);
    SEKISHO_TRY(read_sources(store, out, !since));
    std::set<std::uint64_t> distinct;
    SEKISHO_TRY(each_message(store, out, [&](const model::Event& event) {
        if (out.messages == max_incident_messages) return out.complete = false;
        count(out, event, distinct);
        return true;
    }));
    out.out_distinct = distinct.size();
    return out;
}

base::Result<void> each_message(store::Store& store, const Incident& incident,
                                const std::function<bool(const model::Event&)>& each) {
    return store.sent(filter_of(incident.key, incident.since, incident.until),
                      [&](const model::Event& event) { return event.kind != "message" || each(event); });
}

base::JsonObject incident_json(const Incident& incident) {
    base::JsonArray sources, reasons, queue_ids;
    for (const Incident::Source& source : incident.sources) {
        sources.emplace_back(base::JsonObject{{"name", base::escape(source.name)},
                                              {"first", seconds_of(source.first)},
                                              {"last", seconds_of(source.last)},
                                              {"messages", source.messages},
                                              {"new", source.is_new}});
    }
    for (const std::string& reason : incident.reasons)
        reasons.emplace_back(base::repair_utf8(reason));
    for (const std::string& id : incident.out_queue_ids)
        queue_ids.emplace_back(base::escape(id));
    return {{"id", incident.id},
            {"subject", subject_of(incident.key)},
            {"name", base::escape(incident.key.name, 320)},
            {"standing", incident.standing},
            {"reasons", std::move(reasons)},
            {"first_sign", seconds_of(incident.first_sign)},
            {"since", seconds_of(incident.since)},
            {"until", seconds_of(incident.until)},
            {"ended", incident.ended ? base::Json(seconds_of(*incident.ended)) : base::Json()},
            {"sources", std::move(sources)},
            {"messages", incident.messages},
            {"recipients", incident.recipients},
            {"out", base::JsonObject{{"messages", incident.out_messages},
                                     {"recipients", incident.out_recipients},
                                     {"distinct_recipients", incident.out_distinct},
                                     {"queue_ids", std::move(queue_ids)}}},
            {"held", incident.held},
            {"refused", incident.refused},
            {"complete", incident.complete}};
}

base::Json sent_json(const Incident& incident, const model::Event& event) {
    const base::Json& detail = event.detail;
    const auto text = [&](std::string_view field) { return detail.string_or(field); };
    const auto list = [&](std::string_view field) {
        const base::Json* found = detail.find(field);
        return found != nullptr && found->as_array() != nullptr ? *found : base::Json(base::JsonArray{});
    };
    const bool account = incident.key.subject == outbound::Subject::account;
    const auto source =
        std::ranges::find(incident.sources, account ? event.host : event.account, &Incident::Source::name);
    return base::JsonObject{{"at", seconds_of(event.at)},
                            {"queue_id", event.queue_id},
                            {"id", event.subject_id},
                            {"account", text("account")},
                            {"client", text("client")},
                            {"host", event.host},
                            {"new", source != incident.sources.end() && source->is_new},
                            {"helo", text("helo")},
                            {"from", text("from")},
                            {"header_from", text("header_from")},
                            {"subject", text("subject")},
                            {"recipients", list("recipients")},
                            {"taken_off", list("taken_off")},
                            {"recipient_count", detail.int_or("recipient_count")},
                            {"attachments", list("attachments")},
                            {"verdict", text("verdict")},
                            {"action", text("action")},
                            {"went_out", went_out(text("action"))}};
}

}  // namespace sekisho::daemon
