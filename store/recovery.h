// Opening the database file, whatever state it is in.
#pragma once

#include <string>

#include "base/result.h"
#include "store/sqlite.h"

namespace sekisho::store {

struct Opened {
    Database database;
    std::string set_aside;  // where a corrupt file was moved to; empty: it was whole
};

// Opens `path` and brings it to the newest schema. A corrupt file is moved aside, with its -wal and -shm, to
// "<path>.corrupt-<seconds since 1970>", the fact is logged, and a new file begins: mail goes on.
base::Result<Opened> open_database(const std::string& path);

// Moves a corrupt file aside; gives its new name. Open connections stay on the moved file.
base::Result<std::string> set_aside(const std::string& path);

// Makes the folder that `path` lies in, mode 0700, where it is missing. Cause::invalid where that cannot be.
base::Result<void> make_folder_of(const std::string& path);

}  // namespace sekisho::store
