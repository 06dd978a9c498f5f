// Durable records. One engine so far: embedded SQLite.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/settings.h"
#include "model/event.h"

namespace sekisho::store {

// A row of the quarantine's index. The files are the truth; start-up reconciles the two.
struct QuarantineRow {
    std::string id;
    std::chrono::system_clock::time_point at;
    std::string verdict;
    std::string reason;  // "malicious", "split", ...
    std::string direction;
    std::string mail_from;
    std::vector<std::string> recipients;
    std::string subject;  // at most 200 bytes
    std::string queue_id;
    std::string finding;  // that decided
    std::uint64_t bytes = 0;
    // "held", "awaiting password", "releasing" (it was opened, and its release is tried again), "released",
    // "delivered" (before it could be opened: a copy is kept), "deleted", "expired", "lost" (row without a
    // file)
    std::string state;
    std::chrono::system_clock::time_point expires;
    // Of an entry that waits for its password, or did.
    std::chrono::system_clock::time_point deadline;     // when the waiting ends, or it is sent again
    std::uint32_t attempts = 0;                         // scans with passwords of other mails
    std::chrono::system_clock::time_point tried_until;  // when the newest password came that was tried

    // The message is still there.
    bool is_kept() const {
        return state == "held" || state == "awaiting password" || state == "releasing" ||
               state == "released" || state == "delivered";
    }
};

struct QuarantineFilter {
    std::string id_prefix, sender_glob, recipient_glob, verdict, state;
    std::optional<std::chrono::system_clock::time_point> since;
    std::uint32_t limit = 100;
    std::optional<std::chrono::system_clock::time_point> expires_before;  // or at that time
};

// How often a message crashed or overran a worker, by our SHA-256 of it. Durable, so that a retry after a
// restart is recognised.
struct CrashRecord {
    std::uint32_t count = 0;
    std::string part;  // path of the part that was being read, may be empty
};

// Messages that were sent by one whom the outbound guard watches: of an account, or where that is empty of a
// host.
struct SentFilter {
    std::string account;  // in lower case
    std::string host;     // address or /64
    std::chrono::system_clock::time_point since, until;
};
struct SentFrom {
    std::string name;  // host or account; empty where it is not known
    std::chrono::system_clock::time_point first, last;
    std::uint64_t messages = 0;
};

// A row whose content only its writer can read. All texts of it are bytes that mean nothing here.
struct SealedRow {
    std::string name;   // what it is found by
    std::string mark;   // two rows of one name with the same mark are one: the later put replaces the earlier
    std::string owner;  // whose rows are bounded together
    std::string source;                        // who fills them, within the owner
    std::string content;                       // at most 4 KB
    std::chrono::system_clock::time_point at;  // to the millisecond
    std::chrono::system_clock::time_point expires;
};

// Rows that stay; the newest do, and of one time those that stood first in their put. Where an owner has too
// many, the sources that have the most lose first: one that floods pushes out nobody who has less.
struct SealedLimits {
    std::uint32_t per_name = 20;
    std::uint32_t per_source = 100;
    std::uint32_t per_owner = 500;
};

// Thread-safe. What a scan asks before its answer (crash_record) comes from memory: a slow or lost
// disk delays no mail that needs no quarantine. Sealed rows are the exception: they are read from the file,
// by a connection of their own, so that no long list stands before them. What waits for the disk gives up
// after ten seconds with Cause::unavailable; the row may then still be written later.
class Store {
public:
    virtual ~Store() = default;
    // Makes the folder (0700) and the file (0600). A corrupt file is set aside and a new one begins. A file
    // that cannot be opened now (disk full, read-only) gives a store that is lost and tries again every five
    // seconds. Cause::invalid where the folder cannot be, Cause::unsupported where the file is of a newer
    // version.
    static base::Result<std::unique_ptr<Store>> open(const config::StoreSettings& settings);

    // Never blocks on the disk: the event goes to a bounded queue and is written with others in one
    // transaction. False: the queue is full or the store is lost; the event is counted as dropped.
    virtual bool record(model::Event event) = 0;
    // Blocks until everything recorded so far is on disk, or until the time is over.
    virtual base::Result<void> flush(std::chrono::milliseconds within) = 0;
    // Audit events are written before the act: blocks until durable.
    virtual base::Result<void> record_now(model::Event event) = 0;

    // The newest first; an empty kind: all.
    virtual base::Result<std::vector<model::Event>> events(std::string_view kind, std::uint32_t limit) = 0;

    // The newest first, of one kind and one subject.
    virtual base::Result<std::vector<model::Event>> events_about(std::string_view kind,
                                                                 std::string_view subject_id,
                                                                 std::uint32_t limit) = 0;
    // Messages of one sender, the oldest first, one by one; `each` says whether there shall be more.
    virtual base::Result<void> sent(const SentFilter& filter,
                                    const std::function<bool(model::Event)>& each) = 0;
    // From which hosts the account sent, or which accounts sent from the host; the first seen comes first.
    virtual base::Result<std::vector<SentFrom>> sent_from(const SentFilter& filter) = 0;

    virtual base::Result<void> put_quarantine(const QuarantineRow& row) = 0;  // insert or replace by id
    // The newest first. Globs ignore case.
    virtual base::Result<std::vector<QuarantineRow>> list_quarantine(const QuarantineFilter& filter) = 0;
    virtual base::Result<void> set_quarantine_state(const std::string& id, const std::string& state) = 0;

    virtual base::Result<CrashRecord> crash_record(const std::string& message_sha256) = 0;
    virtual base::Result<void> note_crash(const std::string& message_sha256, const std::string& part) = 0;

    // Release tokens that are spent, until they expire. True the first time an id is spent.
    virtual base::Result<bool> spend_token(const std::string& token_id,
                                           std::chrono::system_clock::time_point expires) = 0;

    // All in one transaction, and the limits then hold for the names, sources and owners of `rows`.
    // Cause::limit over max_sealed_rows, or where a content is too long.
    static constexpr std::size_t max_sealed_rows = 250;  // so that no message waits long for the disk
    static constexpr std::size_t max_sealed_content = 4'096;
    virtual base::Result<void> put_sealed(std::vector<SealedRow> rows, const SealedLimits& limits) = 0;
    // Those of all the names that expire after `now`, the newest of each name first, at most `per_name` of
    // it.
    virtual base::Result<std::vector<SealedRow>> sealed(std::span<const std::string> names,
                                                        std::chrono::system_clock::time_point now,
                                                        std::uint32_t per_name) = 0;
    // How many were deleted.
    virtual base::Result<std::uint64_t> delete_expired_sealed(std::chrono::system_clock::time_point now) = 0;
    virtual base::Result<std::uint64_t> delete_all_sealed() = 0;

    virtual std::uint64_t dropped_events() const = 0;
    virtual bool healthy() const = 0;
    // Grows by one whenever a new file had to begin: the quarantine then indexes its files again.
    virtual std::uint64_t generation() const { return 0; }
};

}  // namespace sekisho::store
