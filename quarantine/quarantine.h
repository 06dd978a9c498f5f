// Messages kept on disk: durable before the MTA gets its answer, released as they came.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
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
};

// Thread-safe.
class Quarantine {
public:
    virtual ~Quarantine() = default;
    // Makes the directories (0700), reads the key, reconciles files and rows.
    static base::Result<std::unique_ptr<Quarantine>> open(const config::QuarantineSettings& settings,
                                                          store::Store& store);

    // Writes a temporary name, fsyncs, renames, fsyncs the directory; then the row. The id comes from message
    // hash and envelope: a retry finds its entry and adds nothing. Cause::limit over max_bytes or under
    // min_free (the caller answers 451 4.3.1), Cause::io where the disk refuses.
    virtual base::Result<std::string> put(const Deposit& deposit) = 0;

    virtual base::Result<store::QuarantineRow> show(const std::string& id) = 0;
    virtual base::Result<std::string> message(const std::string& id) = 0;  // the original bytes
    virtual base::Result<std::string> report(const std::string& id) = 0;   // the ScanReport's JSON
    // Re-injects over SMTP with a token; ok once the server gave its 250. Empty recipients: those of the
    // entry.
    virtual base::Result<void> release(const std::string& id, const std::vector<std::string>& recipients) = 0;
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
