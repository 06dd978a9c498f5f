// A finding, and the one table of all that there are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/verdict.h"

namespace sekisho::model {

using PartId = std::uint32_t;

// What a room saw. `id` is a row of the findings table, or "yara.<rule>".
struct Finding {
    std::string id;
    PartId part = 0;
    std::string evidence;  // escaped, at most 200 bytes; never a password, never message text beyond that
    bool operator==(const Finding&) const = default;
};

// One row of the table: what operators see, score and mute by id.
struct FindingRow {
    std::string_view id;
    double score;             // added once per message however often the finding occurs
    Unscannable unscannable;  // what part of the message this kept us from looking at
    bool incomplete;          // the report is not complete where this occurs
    std::string_view english;
    std::string_view japanese;
    // Says something of the circumstances only: however many there are, they never make a mail suspicious.
    bool weak = false;
};

// All rows, sorted by id.
std::span<const FindingRow> findings_table();
// The row of `id`; null for an unknown one. The family "yara.<rule>" is looked up in a RuleTable instead.
const FindingRow* find_finding(std::string_view id);

// What the worker program says of its rules once they are compiled, before it has read any message.
struct RuleInfo {
    std::string name;  // the finding is "yara." + name
    double score = 0;
    std::string severity;
    std::string family;
    std::string reference;
    bool raw = false;  // runs on the raw message as well as on parts
};
struct RuleTable {
    std::string version;                // first 16 hex digits of the SHA-256 over all rule sources
    std::vector<RuleInfo> rules;        // sorted by name
    std::vector<std::string> problems;  // "file:line: reason" for each file or rule that was skipped
    const RuleInfo* find(std::string_view name) const;
};

}  // namespace sekisho::model
