// What of a message stays the same on its way through mail systems, as one digest.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/hash.h"

namespace sekisho::quarantine {

// Fields that mail systems add where they are missing. A token says which of them were there when it was
// signed; those that were not do not count, so that an added Date does not break it.
enum class AddedField : std::uint8_t { date = 1, from = 2, message_id = 4, to = 8 };

// The AddedFields that the message has, as a bit mask.
std::uint8_t present_fields(base::Bytes message);

// SHA-256 over the header fields and the body, in the manner of DKIM (RFC 6376 section 3.4):
// - Fields that are written or dropped on the way do not count: Received, Return-Path, Delivered-To,
// Authentication-*,
//   ARC-*, DKIM-*, Bcc, X-* and their like (the list is in the .cpp); nor do AddedFields that `mask` lacks.
// - The others count by lower-case name and unfolded value with runs of white space as one blank, sorted by
// name; those
//   of one name in their order.
// - The body counts with CRLF for every kind of line end, without empty lines at its end.
// Linear in time and memory; any bytes are good.
base::Sha256 content_hash(base::Bytes message, std::uint8_t mask);

// The message without fields of this name, otherwise byte for byte, and with CRLF for bare CR or LF: RFC 5321
// section 2.3.8 forbids those on the wire, and they are what SMTP smuggling is made of.
std::string for_the_wire(base::Bytes message, std::string_view without_field);

}  // namespace sekisho::quarantine
