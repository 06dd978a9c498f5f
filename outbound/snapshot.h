// Senders, groups and trails as bytes, for the state on disk and for other gateways.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "outbound/sender.h"
#include "outbound/trail.h"

namespace sekisho::outbound {

// A dormant sender takes about 250 bytes, an active one about 1 KB.
std::string encode(const Sender& sender);
// Cause::malformed for what encode() does not write, unsupported for another version.
base::Result<Sender> decode_sender(base::Bytes bytes);

std::string encode(const Baseline& baseline);
base::Result<Baseline> decode_baseline(base::Bytes bytes);

std::string encode(const StandingState& state);
base::Result<StandingState> decode_standing_state(base::Bytes bytes);

std::string encode(const Trail& trail);
base::Result<Trail> decode_trail(base::Bytes bytes);

}  // namespace sekisho::outbound
