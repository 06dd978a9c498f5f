// One node of the extraction tree: bytes, where they came from, and what is known of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "model/finding.h"
#include "scanner/output.h"
#include "scanner/padding.h"

namespace sekisho::scanner {

using model::PartId;

// Facts that travel in PartSummary::flags, in the order of the enumeration.
enum class PartFlag : std::uint8_t {
    encrypted,  // it was locked in its container
    unlocked,   // and a candidate opened it
    truncated,  // decoded only in part
    ambiguous,  // only some readings of the message see it
    damaged,    // the container's checksum or structure did not hold
    skipped,    // listed, never decoded
    hidden,     // the ordinary reading of the message does not see it
};

struct PartFlags {
    std::uint8_t bits = 0;
    constexpr void set(PartFlag flag) {
        bits |= static_cast<std::uint8_t>(1u << static_cast<unsigned>(flag));
    }
    constexpr bool has(PartFlag flag) const { return (bits >> static_cast<unsigned>(flag)) & 1u; }
};

struct Part {
    PartId id = 0;
    std::optional<PartId> parent;
    std::uint32_t depth = 0;   // 0 for the root
    std::string path;          // "message/2:invoice.zip/1:invoice.doc"
    std::string name;          // decoded to UTF-8, repaired; hostile all the same
    std::string name_raw;      // as it stood, where that was not UTF-8
    std::string claimed_type;  // "application/msword", lower case, as declared; may be empty
    std::string charset;       // text parts: as declared; may be empty
    std::string opened_by;     // "mime", "zip", "vba", ...; the root: "input"
    std::string unlocked_by;   // class of the candidate: "keyword ja", "configured"; never the password
    std::vector<std::string> readings;
    PartFlags flags;
    std::string type;  // set by identify: what the bytes are
    base::Bytes bytes;
    StoragePtr storage;  // keeps `bytes` alive; null where they belong to the input

    // Long stretches of `bytes` that repeat themselves, in order.
    std::vector<Padding> paddings() const;
    bool is_text() const { return type.starts_with("text/"); }
};

}  // namespace sekisho::scanner
