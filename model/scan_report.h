// What a worker says (WorkerReport) and what sekishod makes of it (ScanReport, the documented schema 1).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/finding.h"
#include "model/scan_request.h"
#include "model/text_key.h"
#include "model/verdict.h"

namespace sekisho::model {

constexpr int report_schema = 1;

// One node of the extraction tree, without its bytes.
struct PartSummary {
    PartId id = 0;
    std::optional<PartId> parent;  // none for the root
    std::string path;              // "message/2:invoice.zip/1:invoice.doc"
    std::string name;              // UTF-8; escaped only on output
    std::string name_raw;          // base64 of the bytes where the name was not UTF-8; else empty
    std::string claimed_type;      // what Content-Type or the container said
    std::string type;              // what the bytes are, as a MIME type
    std::uint64_t size = 0;        // decoded bytes
    std::string sha256;     // hex, of the decoded bytes; empty for the root (see message_sha256), for parts
                            // beyond 128 MB of a message
    std::string opened_by;  // how it came to be: "mime", "zip", "vba", ...
    std::vector<std::string> readings;  // which readings of the message saw it
    std::vector<std::string> flags;     // "encrypted", "unlocked", "truncated", "ambiguous", "skipped"
    bool operator==(const PartSummary&) const = default;
};

// Facts of the header that people look for. Untrusted, decoded to UTF-8, at most 1,000 bytes each.
struct MessageFacts {
    std::string subject;
    std::string from;
    std::string message_id;
    std::string date = {};  // the Date field as it stands
    TextKey text_key = 0;   // of what the sender wrote
    bool operator==(const MessageFacts&) const = default;
};

// The worker's whole answer. Nothing in it is believed beyond "this is what it said of this message".
struct WorkerReport {
    MessageFacts message;
    std::vector<PartSummary> parts;
    std::vector<Finding> findings;
    bool complete = true;
    std::vector<std::string> limits;  // ids of the limit.* findings that were reached
    bool risky = false;               // a decoder beyond MIME, base64 and plain text ran
    // Only where they were asked for; best first. They never get into a ScanReport.
    std::vector<MailedPassword> passwords;
    bool operator==(const WorkerReport&) const = default;
};

// A finding as judged: with the score it really got.
struct JudgedFinding {
    Finding finding;
    double score = 0;
    std::string title;   // English, from the table or the rule
    bool muted = false;  // set to 0 by the operator: no policy row looks at it
};

struct ScanReport {
    std::string file;  // sekisho scan only
    std::uint64_t message_size = 0;
    std::string message_sha256;  // computed by us, never by the worker
    MessageFacts message;
    Direction direction = Direction::inbound;
    Verdict verdict = Verdict::clean;
    std::vector<Unscannable>
        unscannable;  // each once, in order of the enumeration; may be set on any verdict
    double score = 0;
    bool complete = true;
    std::vector<std::string> limits;
    std::vector<PartSummary> parts;
    std::vector<JudgedFinding> findings;  // heaviest first, then in order of occurrence
    std::string rules_version;
    std::size_t rules_count = 0;
    std::string config_version;
    std::chrono::milliseconds elapsed{0};
};

base::Json to_json(const WorkerReport& report);
// Checks everything: parents before children, ids dense from 0, findings on known parts, lengths bounded.
base::Result<WorkerReport> worker_report_from(const base::Json& json);

base::Json to_json(const ScanReport& report);  // schema 1

// A part's path as the ScanReport and the manifest of `sekisho unpack` write it: escaped, once.
std::string printed_path(std::string_view path);

base::Json to_json(const RuleTable& table);
base::Result<RuleTable> rule_table_from(const base::Json& json);

}  // namespace sekisho::model
