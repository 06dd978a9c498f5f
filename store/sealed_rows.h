// The table of sealed rows: what Store says of them, on one connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/sqlite.h"
#include "store/store.h"

namespace sekisho::store {

inline constexpr std::uint64_t sealed_bite = 5'000;  // rows that one call deletes at most

// Before the queue: Cause::limit where there are too many rows, or too long a content.
base::Result<void> check_sealed(std::span<const SealedRow> rows);

// Within a transaction of the caller.
base::Result<void> insert_sealed(Database& database, std::span<const SealedRow> rows,
                                 const SealedLimits& limits);
base::Result<std::vector<SealedRow>> select_sealed(Database& database, std::span<const std::string> names,
                                                   std::chrono::system_clock::time_point now,
                                                   std::uint32_t per_name);
// Of what expires at `until` or before; how many went.
base::Result<std::uint64_t> delete_sealed_bite(Database& database,
                                               std::chrono::system_clock::time_point until);

}  // namespace sekisho::store
