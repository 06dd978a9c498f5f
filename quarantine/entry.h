// What is known of a kept message: the sidecar file <id>.json, and the row of the index made from it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/result.h"
#include "quarantine/quarantine.h"
#include "store/store.h"

namespace sekisho::quarantine {

// The sidecar, schema 1. Addresses that are not UTF-8 stand in it a second time, in base64.
struct Entry {
    store::QuarantineRow row;    // state is not part of the file
    std::string message_sha256;  // hex; the file is held to it before it is released
    base::Json envelope;         // of the whole message
    std::string from;            // Deposit::from
    std::string subject_prefix;  // Rejudged::subject_prefix
    base::Json report;           // the ScanReport, or null
};

// First 32 hex digits of SHA-256 over the message's hash and the envelope: who sent it, to whom (in any
// order), why it is kept. A retry has the same id.
std::string entry_id(const base::Sha256& message, std::string_view mail_from,
                     const std::vector<std::string>& recipients, std::string_view reason);

Entry entry_of(const Deposit& deposit, std::string id, const base::Sha256& message,
               std::chrono::system_clock::time_point now, std::chrono::days keep);

// For a message whose sidecar is missing or broken: nothing is known of it but its bytes.
Entry recovered_entry(std::string id, base::Bytes message, std::chrono::system_clock::time_point now,
                      std::chrono::days keep);

// As the gate had it, with the entry's recipients.
model::Envelope envelope_of(const Entry& entry);

std::string to_text(const Entry& entry);
base::Result<Entry> entry_from(std::string_view text);  // Cause::malformed where it is no sidecar

}  // namespace sekisho::quarantine
