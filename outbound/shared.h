// What gateways tell each other beside transactions, and how a transaction that went through the shared log
// stands in a gateway's own.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "outbound/change.h"
#include "outbound/transaction.h"
#include "store/shared_record.h"

namespace sekisho::outbound {

// A standing as the others are told of it, and back.
store::SharedValue value_of(const Change& change);
struct Told {
    Key key;
    StandingState state;
};
base::Result<Told> decode_standing(base::Bytes bytes);

// A transaction with its place in the shared log, for the log of this gateway alone. Without one it is as
// encode() writes it.
std::string encode_logged(const store::SharedRecord& record);
struct Logged {
    store::SharedRecord record;  // place, origin and number are 0 where it was not shared
    Transaction transaction;
};
base::Result<Logged> decode_logged(base::Bytes bytes);

std::string encode(const store::SharedCursor& cursor);
base::Result<store::SharedCursor> decode_cursor(base::Bytes bytes);

}  // namespace sekisho::outbound
