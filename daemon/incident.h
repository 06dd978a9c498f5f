// What happened since an account or a host got out of line: when it began, from where, and which mail went
// out. Put together from the record when it is asked for, so that it holds what came in later as well.
//
// Known weaknesses: it knows the mail of this gateway alone, and of the time that the store keeps. Where the
// store lost events (docs/outbound-notices.md), their mail is missing.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/event.h"
#include "outbound/guard.h"
#include "store/store.h"

namespace sekisho::daemon {

struct Incident {
    using Time = std::chrono::system_clock::time_point;
    // From where it sent; of a host: as which account.
    struct Source {
        std::string name;  // empty: no login
        Time first, last;
        std::uint64_t messages = 0;
        bool is_new = false;  // not seen in the thirty days before
    };
    std::string id;  // 16 hex digits; one from the first sign until the sender is normal again
    outbound::Key key;
    std::string standing;  // the worst that it came to
    std::vector<std::string> reasons;
    Time first_sign;            // when it was normal no longer
    Time since, until;          // of the mail that counts
    std::optional<Time> ended;  // when it was normal again
    std::vector<Source> sources;
    std::uint64_t messages = 0, recipients = 0;          // all, whatever became of them
    std::uint64_t out_messages = 0, out_recipients = 0;  // that went out
    std::uint64_t out_distinct = 0;                      // recipients, each counted once
    std::uint64_t held = 0, refused = 0;                 // messages: hold and quarantine; reject and defer
    std::vector<std::string> out_queue_ids;              // at most max_queue_ids
    bool complete = true;                                // false: more messages than max_messages
};

inline constexpr std::size_t max_incident_messages = 20'000;
inline constexpr std::size_t max_incident_queue_ids = 500;

// The newest one of this sender. `since`: list its mail from then on, whether there is an incident or not;
// else from an hour before the first sign, or, where it sent from a new place, from the first mail from there
// in the last 24 hours before. Cause::invalid where there never was one. Reads from the disk.
base::Result<Incident> incident_of(store::Store& store, const outbound::Key& key,
                                   std::optional<Incident::Time> since, Incident::Time now);

// {"id","subject","name","standing","reasons":[],"first_sign","since","until","ended"|null,"sources":[{"name",
// "first","last","messages","new"}],"messages","recipients","out":{"messages","recipients",
// "distinct_recipients","queue_ids":[]},"held","refused","complete"}; times in seconds.
base::JsonObject incident_json(const Incident& incident);

// One message of it: {"at","queue_id","id","account","client","host","new","helo","from","header_from",
// "subject","recipients":[],"taken_off":[],"recipient_count","attachments":[{"name","type","size","sha256"}],"verdict",
// "action","went_out"}.
base::Json sent_json(const Incident& incident, const model::Event& event);

// The messages of the incident, the oldest first; `each` says whether there shall be more.
base::Result<void> each_message(store::Store& store, const Incident& incident,
                                const std::function<bool(const model::Event&)>& each);

}  // namespace sekisho::daemon
