// Events of messages by whom they were sent: what Store says of them, on one connection.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/sqlite.h"
#include "store/store.h"

namespace sekisho::store {

base::Result<std::vector<model::Event>> select_events_about(Database& database, std::string_view kind,
                                                            std::string_view subject_id, std::uint32_t limit);
base::Result<void> select_sent(Database& database, const SentFilter& filter,
                               const std::function<bool(model::Event)>& each);
// At most 1,000.
base::Result<std::vector<SentFrom>> select_sent_from(Database& database, const SentFilter& filter);

}  // namespace sekisho::store
