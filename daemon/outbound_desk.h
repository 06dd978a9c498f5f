// The outbound guard of the gate: opened, kept on disk, and heard.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "config/settings.h"
#include "daemon/gate_status.h"
#include "milter/services.h"
#include "outbound/guard.h"
#include "store/hot_state.h"
#include "store/shared_log.h"

namespace sekisho::daemon {

// Thread-safe. Its thread writes what was counted to disk every few seconds, gives memory back, and tells of
// the changes that the shared log brought; the end of the desk writes the rest.
class OutboundDesk {
public:
    // Cause::invalid where the folder cannot be. A state that cannot be opened for another reason costs the
    // memory of what was, not the guard: that is logged.
    static base::Result<std::unique_ptr<OutboundDesk>> open(const config::Settings& settings);
    OutboundDesk(const OutboundDesk&) = delete;
    OutboundDesk& operator=(const OutboundDesk&) = delete;
    ~OutboundDesk();

    outbound::Guard& guard() { return *guard_; }
    // Where [state] says so: shares counts and standings with other gateways from now on. Once, before there
    // is mail; `services` outlives the desk.
    void share(const milter::Services& services);
    // None where nothing is shared.
    std::optional<store::SharedStats> shared() const;
    SenderStatus status() const;
    // Ends the sharing: the last words go out, and changes of standings that nobody was told of are told.
    void stop_sharing();
    // All that was counted so far is on disk when it returns; by an orderly stop. Cause::unavailable where
    // that takes more than `within`.
    base::Result<void> flush(std::chrono::milliseconds within);

    // {"rows":[{"name","standing","since","until","reasons":[],"by","seen":{…},"usual":{…}}]}, those in
    // trouble first; `all`: the others as well.
    base::Json list(outbound::Subject subject, bool all, std::size_t most) const;
    // One of them, with "hours": messages of the last 24. Cause::invalid where it is not known.
    base::Result<base::Json> show(const outbound::Key& key) const;
    // {"rows":[{"name","kind","seen":{"accounts":{"minute","ten_minutes","hour","day"},…}}],"known"}: the
    // names that anybody may write, those in most mail of the day first.
    base::Json list_names(std::size_t most) const;
    // {"rows":[…]}: the address or the domain of this name. Cause::invalid where there is neither.
    base::Result<base::Json> show_name(const std::string& name) const;
    outbound::Change set(const outbound::Key& key, model::StandingLevel level, const std::string& by);

private:
    OutboundDesk() = default;
    void tell();
    void run(const std::stop_token& stop);

    std::unique_ptr<store::HotState> state_;  // none: memory alone
    std::unique_ptr<outbound::Guard> guard_;
    std::unique_ptr<store::SharedLog> log_;  // ends before the guard

    std::mutex mutex_;  // of what follows
    std::condition_variable_any wake_;
    std::deque<std::pair<outbound::Change, bool>>
        changes_;  // of shared standings, until the thread tells them
    const milter::Services* services_ = nullptr;
    std::jthread thread_;
};

// Where the guard keeps what it knows: outbound.directory, or beside the store.
std::string outbound_folder(const config::Settings& settings);

// A change of standing for the log and the record: kind "standing", the subject its name.
void record_standing(const milter::Services& services, const outbound::Change& change);

}  // namespace sekisho::daemon
