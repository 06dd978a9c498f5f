// One mail transaction (RFC 5321 section 3.3) that went out or was to go out, as counters see it. It is also
// what gateways tell each other, and what the write-ahead log holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "outbound/content_key.h"
#include "outbound/moment.h"

namespace sekisho::outbound {

// What the scan said of it.
enum class Harm : std::uint8_t { none, suspicious, malicious };
// What became of it: ours alone; what the policy did besides is the record's business.
enum class Outcome : std::uint8_t { passed, deferred, refused };

struct Recipient {
    std::uint64_t address = 0;  // hash_of() of the whole address in lower case
    std::uint32_t domain = 0;   // short_hash() of its domain; 0: one of ours
    bool operator==(const Recipient&) const = default;
};

// What the sender never did before.
struct Novelty {
    std::uint32_t fresh = 0;  // recipients
    bool network = false;
    bool region = false;  // of a new network: the wider one, which neighbours at one provider share
    bool from = false;    // the From field, name and address
    bool operator==(const Novelty&) const = default;
};

// A value. Texts are in lower case; hashes are hash_of() of what their name says, 0 where there is none.
struct Transaction {
    static constexpr std::size_t max_text = 320;  // bytes; RFC 5321 section 4.5.3.1
    static constexpr std::size_t max_recipients = 10'000;
    static constexpr std::size_t max_contents = 16;

    Moment at = 0;
    std::string account;       // SASL login; empty where not authenticated
    std::string client;        // textual IP address
    std::string group;         // of the account, "@name" of the configuration; empty: those of its domain
    std::string sender;        // envelope sender; empty for <>
    std::string from_address;  // of the header field
    std::uint64_t from_name = 0;
    std::uint64_t helo = 0;
    bool helo_literal = false;  // an address literal (RFC 5321 section 4.1.3)
    std::vector<Recipient> recipients;
    std::optional<Novelty> novelty;            // where it has been looked up
    std::uint32_t rejected = 0, deferred = 0;  // recipients that the MTA or we answered 5xx or 4xx
    std::vector<ContentKey> contents;          // of the text and of attachments
    Harm harm = Harm::none;
    Outcome outcome = Outcome::passed;
    bool operator==(const Transaction&) const = default;
};

// Texts are cut at max_text, lists at their bounds.
std::string encode(const Transaction& transaction);
void encode(const Transaction& transaction, std::string& out);  // behind what it holds
// Cause::malformed for what encode() does not write: the log and other gateways are not trusted blindly.
base::Result<Transaction> decode_transaction(base::Bytes bytes);

}  // namespace sekisho::outbound
