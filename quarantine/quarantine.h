// Messages kept on disk: durable before the MTA gets its answer, released as they came.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "config/settings.h"
#include "model/envelope.h"
#include "model/scan_report.h"
#include "store/store.h"

namespace sekisho::quarantine {

struct Deposit {
    const model::Envelope* envelope = nullptr;
    std::vector<std::string> recipients;  // whose copy this is
    base::Bytes message;                  // as it came
    const model::ScanReport* report = nullptr;
    std::string reason;   // "malicious", "split", "discard copy", ...
    std::string finding;  // that decided
    std::string from;     // the values of its From fields, as the gate saw them
    // How long it waits for the password of its locks; none: it is kept for good.
    std::optional<std::chrono::seconds> wait;
    std::chrono::system_clock::time_point tried_until;  // passwords that came until then do not fit
};

// Who sent a kept message to whom, as the MTA said it then.
struct Correspondents {
    model::Envelope envelope;  // `recipients` are those of the entry
    std::string from;          // of the Deposit
};

// What another scan made of a kept message, and what becomes of it.
struct Rejudged {
    const model::ScanReport* report = nullptr;
    std::string state;           // "held", "releasing", "delivered"
    std::string subject_prefix;  // for "releasing": it goes out with this before its subject
    std::chrono::system_clock::time_point deadline;  // for "releasing": when it is tried again
};

// Thread-safe.
class Quarantine {
public:
    virtual ~Quarantine() = default;
    // Makes the directories (0700), reads the key, reconciles files and rows.
    static base::Result<std::unique_ptr<Quarantine>> open(const config::QuarantineSettings& settings,
                                                          store::Store& store);

    // Writes a temporary name, fsyncs, renames, fsyncs the directory; then the row. The id comes from message
    // hash and envelope: a retry finds its entry and adds nothing. Cause::limit over max_bytes, under
    // min_free, or where the messages that wait take too much (waiting_max_bytes, and waiting_share for one
    // domain): the caller answers 451 4.3.1. Cause::io where the disk refuses.
    virtual base::Result<std::string> put(const Deposit& deposit) = 0;

    virtual base::Result<store::QuarantineRow> show(const std::string& id) = 0;
    virtual base::Result<std::string> message(const std::string& id) = 0;  // the original bytes
    virtual base::Result<std::string> report(const std::string& id) = 0;   // the ScanReport's JSON
    virtual base::Result<Correspondents> correspondents(const std::string& id) = 0;
    // Re-injects over SMTP with a token; ok once the server gave its 250. Empty recipients: those of the
    // entry. An entry that waits for a password goes on waiting for those that are not named.
    virtual base::Result<void> release(const std::string& id, const std::vector<std::string>& recipients) = 0;
    // The same for an entry in the state "releasing" alone, with the prefix that judge_again() noted.
    virtual base::Result<void> release_opened(const std::string& id) = 0;
    // A message that waits goes out before its locks could be opened, marked unscanned_prefix. The copy stays
    // for `keep`, state "delivered".
    virtual base::Result<void> deliver_unscanned(const std::string& id, std::chrono::seconds keep) = 0;
    // Writes the sidecar, then the row. Cause::invalid where the entry is not in the state `was` any more.
    virtual base::Result<void> judge_again(const std::string& id, const std::string& was,
                                           const Rejudged& again) = 0;
    // Nobody waits for its password any more: "held".
    virtual base::Result<void> end_waiting(const std::string& id) = 0;
    // Notes how far an entry's waiting has come: deadline, attempts and tried_until of `row`. Durable when it
    // returns; Cause::invalid where the entry is not in the row's state any more.
    virtual base::Result<void> note_waiting(const store::QuarantineRow& row) = 0;
    virtual base::Result<void> remove(const std::string& id) = 0;
    // Deletes what is past its time; gives the ids. Called about once a minute.
    virtual base::Result<std::vector<std::string>> expire(std::chrono::system_clock::time_point now) = 0;
    virtual std::uint64_t bytes() const = 0;

    // For the gate: does this message carry a valid token of ours? `message` with all header fields as they
    // came. ok: the quarantine id that it releases. The caller strips the field in any case.
    // A token of a release() that is under way here holds until that has its 250, however often the MTA
    // behind the gate fails; any other is spent by this call, since no milter is told of the MTA's 250.
    virtual base::Result<std::string> redeem_token(std::string_view token, const std::string& client_addr,
                                                   const std::vector<std::string>& recipients,
                                                   base::Bytes message) = 0;
};

// The header field that carries a token.
inline constexpr std::string_view token_header = "X-Sekisho-Release";

}  // namespace sekisho::quarantine
