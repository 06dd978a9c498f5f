// The tables, and how an older file becomes a newer one.
#pragma once

#include "base/result.h"
#include "store/sqlite.h"

namespace sekisho::store {

// Brings the file to the newest schema, each step in a transaction of its own. `user_version` counts the
// steps that were taken. Cause::unsupported for a file of a newer Sekisho: it is left alone.
base::Result<void> migrate(Database& database);

// How many steps this program knows.
int newest_schema();

}  // namespace sekisho::store
