// The guard's memory beyond the process, and what gives memory back within it.
#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/escape.h"
#include "base/log.h"
#include "outbound/guard.h"
#include "outbound/shared.h"
#include "outbound/snapshot.h"

namespace sekisho::outbound {

namespace {

constexpr std::chrono::seconds save_limit{10};
constexpr std::size_t written_at_once = 20;  // rows, under the lock

void complain(std::string_view what, std::string_view name, const base::Error& why) {
    base::log(base::LogLevel::error,
              base::LogLine("outbound").add(what, base::escape(name)).add("why", why.message).text());
}

template <class T>
T* found(std::unordered_map<std::string, T, NameHash, SameName>& table, const std::string& name) {
    const auto known = table.find(name);
    return known == table.end() ? nullptr : &known->second;
}
Sender* found(Senders& senders, const std::string& name) {
    Senders::Named* const known = senders.find(name);
    return known == nullptr ? nullptr : &known->sender;
}

}  // namespace

void Guard::mark(bool& dirty, Kind kind, const std::string& name) {
    if (state_ == nullptr || std::exchange(dirty, true)) return;
    dirty_.push_back({kind, name});
}

// None where it was written meanwhile; with empty bytes where it is gone.
std::optional<store::HotRow> Guard::row_of(const Dirty& dirty) {
    store::HotRow out{.kind = std::string(1, static_cast<char>(dirty.kind)), .name = dirty.name};
    out.place = state_->last_place();
    const auto fill = [&](auto* one) -> bool {
        if (one == nullptr) return true;
        if (!std::exchange(one->dirty, false)) return false;
        if constexpr (
            requires {
                one->baseline;
                one->saved_at;
            } || requires { one->counts; }) {
            one->saved_at = out.place;
            out.bytes = encode(*one);
        } else {
            out.bytes = encode(one->baseline);
        }
        return true;
    };
    bool changed = false;
    switch (dirty.kind) {
        case Kind::account:
            changed = fill(found(accounts_, dirty.name));
            break;
        case Kind::host:
            changed = fill(found(hosts_, dirty.name));
            break;
        case Kind::trail:
            changed = fill(trails_.find(dirty.name));
            break;
        case Kind::group:
            changed = fill(found(groups_, dirty.name));
            break;
        case Kind::cursor:
            break;
    }
    if (!changed) return std::nullopt;
    return out;
}

void Guard::load_row(const store::HotRow& row) {
    const base::Bytes bytes = base::as_bytes(row.bytes);
    const auto put = [&](auto read, const auto& into) {
        if (!read) return complain("unreadable", row.name, read.error());
        into(*std::move(read));
    };
    const auto put_sender = [&](Senders& senders) {
        put(decode_sender(bytes), [&](Sender sender) {
            if (row.name.empty())
                return complain("unreadable", row.name, {base::Cause::malformed, "no name"});
            sender.saved_at = row.place;
            if (sender.activity) ++active_of(&senders == &accounts_ ? Subject::account : Subject::host);
            senders.of(row.name).sender = std::move(sender);
        });
    };
    if (row.kind == "a") put_sender(accounts_);
    if (row.kind == "h") put_sender(hosts_);
    if (row.kind == "g")
        put(decode_baseline(bytes), [&](Baseline group) { groups_[row.name].baseline = group; });
    if (row.kind == "c")
        put(decode_cursor(bytes), [&](store::SharedCursor cursor) { cursor_ = std::move(cursor); });
    if (row.kind == "t")
        put(decode_trail(bytes), [&](Trail trail) {
            trail.saved_at = row.place;
            if (row.name.size() < 2) return;
            std::string gone;
            trails_
                .of(static_cast<Trails::Kind>(row.name.front()),
                    HashedName(std::string_view(row.name).substr(2)), trail.last, gone)
                .trail = trail;
            if (!gone.empty()) dirty_.push_back({Kind::trail, std::move(gone)});
        });
}

base::Result<void> Guard::attach(store::HotState& state, const config::SenderClass& limits) {
    const std::scoped_lock lock(mutex_);
    state_ = &state;
    return state.load(
        [&](const store::HotRow& row) { load_row(row); },
        [&](std::uint64_t place, const std::string& record) {
            const auto logged = decode_logged(base::as_bytes(record));
            if (!logged) return complain("unreadable", "record", logged.error());
            if (logged->record.origin != 0) cursor_.take(logged->record);
            const Traits traits = traits_of(logged->transaction);
            note_recipients(logged->transaction, traits);
            Answer ignored;
            apply({.transaction = logged->transaction, .traits = traits, .limits = limits, .place = place},
                  parties_of(logged->transaction, traits), ignored);
        });
}

// Some pages at a time: mail waits for this lock, and not for the disk.
void Guard::write_seen() {
    bool more = true;
    for (std::size_t turns = seen_.pages() / written_at_once + 1; more && turns > 0; --turns) {
        SeenBefore::Changes changes;
        {
            const std::scoped_lock lock(mutex_);
            changes = seen_.take_changes(written_at_once);
        }
        if (changes.empty()) return;
        const base::Result<void> written = seen_.write(changes);
        more = written && changes.head.empty();
        const std::scoped_lock lock(mutex_);
        if (!written) seen_.put_back(changes);
        if (std::exchange(seen_written_, written.has_value()) == written.has_value()) continue;
        if (!written) complain("unsaved", "seen", written.error());
        if (written) base::log(base::LogLevel::info, base::LogLine("outbound").add("back", "seen").text());
    }
}

bool Guard::save(std::size_t most) {
    std::vector<store::HotRow> rows;
    std::vector<Dirty> taken;
    std::uint64_t whole_until = 0;
    bool more = false;
    for (bool begun = false; !begun || (more && taken.size() < most); begun = true) {
        // A few at a time: mail waits for this lock.
        if (begun) std::this_thread::yield();
        const std::scoped_lock lock(mutex_);
        if (state_ == nullptr) break;
        if (!begun && cycle_left_ == 0) {
            cycle_left_ = dirty_.size();
            cycle_place_ = state_->last_place();
        }
        const std::size_t enough = std::min(most, taken.size() + written_at_once);
        while (!dirty_.empty() && cycle_left_ > 0 && taken.size() < enough) {
            taken.push_back(std::move(dirty_.front()));
            dirty_.pop_front();
            --cycle_left_;
            if (auto row = row_of(taken.back())) rows.push_back(*std::move(row));
        }
        if (cycle_left_ == 0) whole_until = cycle_place_;
        more = cycle_left_ > 0 && !dirty_.empty();
        const bool last = !more || taken.size() >= most;
        if (last && sharing_.log != nullptr) rows.push_back(cursor_row());
    }
    // First: what is a row's no more, or the log's, is there.
    write_seen();
    if (state_ == nullptr) return false;
    const base::Result<void> kept =
        rows.empty() ? base::Result<void>{} : state_->keep(std::move(rows), save_limit);
    if (kept) {
        if (whole_until > 0) state_->forget_until(whole_until);
        return more;
    }
    complain("unsaved", "state", kept.error());
    const std::scoped_lock lock(mutex_);
    for (Dirty& dirty : taken)
        dirty_.push_back(std::move(dirty));
    cycle_left_ = 0;  // a new cycle begins, and with it nothing is forgotten that was not written
    for (const Dirty& dirty : dirty_) {
        const auto again = [](auto* one) {
            if (one != nullptr) one->dirty = true;
        };
        again(found(accounts_, dirty.name));
        again(found(hosts_, dirty.name));
        again(trails_.find(dirty.name));
        again(found(groups_, dirty.name));
    }
    return false;
}

// `within` of zero: it is written soon, and nobody waits for it.
void Guard::keep_now(const std::vector<Change>& changes, std::chrono::milliseconds within) {
    if (state_ == nullptr || changes.empty()) return;
    std::vector<store::HotRow> rows;
    {
        const std::scoped_lock lock(mutex_);
        for (const Change& change : changes) {
            Senders& senders = senders_of(change.key.subject);
            Sender* const known = found(senders, change.key.name);
            if (known == nullptr) continue;
            const Kind kind = change.key.subject == Subject::account ? Kind::account : Kind::host;
            const bool queued = known->dirty;
            known->dirty = true;
            if (auto row = row_of({kind, change.key.name})) rows.push_back(*std::move(row));
            known->dirty = queued;  // its place in the queue stays
        }
    }
    if (const auto kept = state_->keep(std::move(rows), within); !kept && within.count() > 0)
        complain("unsaved", changes.front().key.name, kept.error());
}

bool Guard::sweep(Moment now, std::size_t most) {
    const std::scoped_lock lock(mutex_);
    bool more = false;
    for (const Subject subject : {Subject::account, Subject::host}) {
        Senders& senders = senders_of(subject);
        std::size_t& place = swept_.at(static_cast<std::size_t>(subject));
        for (std::size_t i = 0; i < most && place < senders.places(); ++i, ++place) {
            Named* const named = senders.at(place);
            if (named == nullptr || !named->sender.activity) continue;
            auto& [name, sender] = *named;
            if (since(sender.activity->counts.newest().back() * hour, now) < day + hour) continue;
            roll_over(sender, config::SenderClass{}, now);
            if (subject == Subject::account) make_known(name, sender, now);
            sender.activity.reset();
            --active_of(subject);
            mark(sender.dirty, subject == Subject::account ? Kind::account : Kind::host, name);
        }
        if (place < senders.places())
            more = true;
        else
            place = 0;
    }
    return more;
}

}  // namespace sekisho::outbound
